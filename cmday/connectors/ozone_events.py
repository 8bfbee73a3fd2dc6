"""What a moderator's actions are in the words of an Ozone: which event each is, on what, and what takes it back.

docs.bsky.app, tools.ozone.moderation.emitEvent and .defs. Ozone tells neither authors nor reporters of anything by
itself: a warning and a note to reporters are mails that it sends.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from cmday.connectors.ozone_api import DEFS, PERSON, ROLES
from cmday.core.cases import Action, Offer
from cmday.core.outbox import Outgoing
from cmday.errors import Refused
from cmday.i18n import phrase

MUTED_HOURS: Final = 24
ACKNOWLEDGE: Final = f"{DEFS}modEventAcknowledge"
TAKEDOWN: Final = f"{DEFS}modEventTakedown"
REVERSE: Final = f"{DEFS}modEventReverseTakedown"
EMAIL: Final = f"{DEFS}modEventEmail"
RESOLVE_APPEAL: Final = f"{DEFS}modEventResolveAppeal"
ASSIGNING: Final = frozenset({"assign", "unassign"})
ESCALATE: Final = f"{DEFS}modEventEscalate"
# Events that leave the reports of a thing open, though the moderator is done with it.
CLOSES: Final = frozenset({"label", "mute", "ban", "warn"})
TO_REPORTERS: Final = frozenset({"approve", "resolve"})
_HOUR: Final = 3_600
_NO_ROLE: Final = frozenset({f"{ROLES}Verifier", ""})


class _Does(msgspec.Struct, frozen=True):
    """``on`` is what it is done to: the thing reported, its author, or only a thing that is no person."""

    event: str
    on: str = "thing"
    back: str | None = None


_DOES: Final[dict[str, _Does]] = {
    "approve": _Does(ACKNOWLEDGE),
    "resolve": _Does(ACKNOWLEDGE, back="reopen"),
    "reopen": _Does(ESCALATE),
    "hold": _Does(ESCALATE),
    "remove": _Does(TAKEDOWN, "record", "restore"),
    "restore": _Does(REVERSE, "record"),
    "ban": _Does(TAKEDOWN, "author", "unban"),
    "unban": _Does(REVERSE, "author"),
    "mute": _Does(f"{DEFS}modEventMute", back="unmute"),
    "unmute": _Does(f"{DEFS}modEventUnmute"),
    "label": _Does(f"{DEFS}modEventLabel", back="unlabel"),
    "unlabel": _Does(f"{DEFS}modEventLabel"),
    "note": _Does(f"{DEFS}modEventComment"),
    "warn": _Does(EMAIL, "author"),
}


class Deed(msgspec.Struct, frozen=True):
    """One event on one subject: ``named`` is an ``at://`` address or a DID."""

    event: dict[str, Any]
    named: str

    @property
    def kind(self) -> str:
        return str(self.event["$type"])


def offers(role: str, *, mails: bool, assigns: bool) -> tuple[Offer, ...]:
    """What somebody of this role may do; ``mails``: this Ozone sends mails, ``assigns``: it knows who has what."""
    if role in _NO_ROLE:
        return ()
    told = [
        Offer(action="approve", does="closes its reports in Ozone and changes nothing else"),
        Offer(
            action="resolve",
            does="closes its reports in Ozone" + (", and mails your note to who reported it" if mails else ""),
            inverse="reopen",
            wants_text=mails,
        ),
        Offer(action="hold", does="escalates it in Ozone to the other moderators; everybody still sees it"),
        Offer(action="note", does="writes a note that only moderators see in Ozone"),
        Offer(
            action="mute",
            does="lets new reports of it no longer come into the queue, for a day unless you say how long; "
            "its author can go on, and its reports are closed",
            inverse="unmute",
            timed=True,
        ),
    ]
    if assigns:
        does = "gives its reports to a moderator in Ozone"
        told.append(Offer(action="assign", does=does, inverse="unassign", whom=True))
    if role != f"{ROLES}Triage":
        told += _of_moderators()
        if mails:
            told.append(
                Offer(
                    action="warn",
                    does="has Ozone mail your words to its author, and closes its reports",
                    wants_text=True,
                )
            )
    return tuple(told)


def _of_moderators() -> tuple[Offer, ...]:
    return (
        Offer(
            action="label",
            does="puts a label on it that everybody who subscribes to this service sees, and closes its reports",
            inverse="unlabel",
        ),
        Offer(
            action="remove",
            does="takes it down: nobody sees it where this service is heeded; closes its reports",
            inverse="restore",
        ),
        Offer(
            action="ban",
            does="takes the author's whole account down, for whole hours or for good, and closes the reports",
            inverse="unban",
            timed=True,
        ),
    )


def deed_of(one: Outgoing, action: Action | str) -> Deed:
    """The event for an action; raises ``Refused`` for what Ozone has none for."""
    does = _DOES.get(action)
    thing = one.reply_to or ""
    if does is None or not (thing.startswith(("at://", PERSON))):
        raise Refused(
            phrase('Ozone knows no action "{action}" on this', action=action),
            phrase("decide it on its own network: cmday moderate show"),
            one.account,
        )
    return Deed({"$type": does.event, **_told(one, action)}, _named(one, does.on, thing))


def undoing(one: Outgoing) -> Deed:
    """The event that takes an action back; raises ``Refused`` where there is none."""
    does = _DOES.get(one.action or "")
    if does is None or does.back is None:
        raise Refused(phrase("Ozone cannot take that back: it is irreversible"), None, one.account)
    return deed_of(one, does.back)


def mail(one: Outgoing, to: str, text: str) -> Deed:
    """A mail that Ozone sends to somebody, by their DID."""
    event = {"$type": EMAIL, "subjectLine": one.subject or "Moderation", "content": text, "comment": _why(one)}
    return Deed(event, to)


def _named(one: Outgoing, on: str, thing: str) -> str:
    is_person = thing.startswith(PERSON)
    if on == "record" and is_person:
        raise Refused(phrase("a person cannot be removed"), phrase("ban them: cmday moderate ban"), one.account)
    if on != "author" or is_person:
        return thing.removeprefix(PERSON)
    if not (one.to or "").startswith("did:"):
        return thing.removeprefix("at://").partition("/")[0]
    return one.to or ""


def _told(one: Outgoing, action: str) -> dict[str, Any]:
    """What an event says beside its type."""
    comment = {"comment": _why(one)}
    if action in ("label", "unlabel"):
        return {**comment, **_labels(one, action)}
    if action == "mute":
        return {**comment, "durationInHours": _hours(one) or MUTED_HOURS}
    if action == "ban" and (hours := _hours(one)):
        return {**comment, "durationInHours": hours}
    if action == "note":
        return {"comment": one.text or _why(one)}
    if action == "warn":
        return {"subjectLine": one.subject or "Moderation", "content": one.text, **comment}
    return comment


def _labels(one: Outgoing, action: str) -> dict[str, list[str]]:
    label = one.arguments.get("label", "").strip()
    if not label or any(character in label for character in " ,;'\""):
        raise Refused(
            phrase('"{label}" is no label', label=label),
            phrase("one word, like spam: letters, digits and dashes"),
            one.account,
        )
    added, taken = ([label], []) if action == "label" else ([], [label])
    return {"createLabelVals": added, "negateLabelVals": taken}


def _hours(one: Outgoing) -> int:
    """For how long, in whole hours that are never shorter than what was said; 0 where nothing was."""
    seconds = one.arguments.get("seconds", "")
    return -(-int(seconds) // _HOUR) if seconds.isascii() and seconds.isdigit() and len(seconds) < 12 else 0  # noqa: PLR2004  longer than anybody lives


def _why(one: Outgoing) -> str:
    return one.arguments.get("why", "")
