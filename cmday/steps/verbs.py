"""The verbs of the journal as a person reads them."""

from __future__ import annotations

from cmday.i18n import _


def verb_word(verb: str) -> str:
    """A verb as a person reads it; one that is not known here as it is."""
    return {
        "done": _("done"),
        "open": _("opened"),
        "snooze": _("put off"),
        "read": _("read"),
        "show": _("read"),
        "later": _("kept for later"),
        "no": _("not interesting"),
        "split": _("taken apart"),
        "mute": _("muted"),
        "unmute": _("heard again"),
        "unread": _("unread"),
        "approve": _("approved"),
        "resolve": _("resolved"),
        "reopen": _("reopened"),
        "remove": _("removed"),
        "warn": _("warned"),
        "ban": _("banned"),
        "lock": _("locked"),
        "assign": _("assigned"),
        "restore": _("restored"),
        "unban": _("let in again"),
        "unlabel": _("label taken off"),
        "unlock": _("unlocked"),
        "unassign": _("given back"),
        "moderate": _("made a case"),
        "add": _("added"),
        "begin": _("begun"),
        "pause": _("paused"),
        "place": _("placed"),
        "note": _("note"),
        "label": _("labelled"),
        "answered": _("answered elsewhere"),
        "reply": _("reply"),
        "post": _("post"),
        "write": _("written"),
        "edit": _("changed"),
        "drop": _("dropped"),
        "hold": _("held back"),
        "release": _("released"),
        "send": _("sent"),
        "share": _("shared"),
        "undo": _("undone"),
        "start": _("day begun"),
        "close": _("day closed"),
    }.get(verb, verb)


def text_words(verb: str, text: str) -> str:
    """What a line of the journal is about; what was undone begins with a verb of its own."""
    undone, between, what = text.partition(" ")
    return f"{verb_word(undone)}{between}{what}" if verb == "undo" else text
