"""What the records of the audit log and the transparency report speak of, in the person's language."""

from __future__ import annotations

from typing import Final

from cmday.i18n import _, phrase
from cmday.storage.audit_verifying import Fault

_ACTIONS: Final = {
    "approve": phrase("approve"),
    "hold": phrase("hold"),
    "remove": phrase("remove"),
    "warn": phrase("warn"),
    "mute": phrase("mute"),
    "ban": phrase("ban"),
    "label": phrase("label"),
    "resolve": phrase("resolve"),
    "note": phrase("note"),
    "reply": phrase("reply"),
    "assign": phrase("assign"),
    "lock": phrase("lock"),
    "restore": phrase("restore"),
    "unmute": phrase("unmute"),
    "unban": phrase("unban"),
    "unlabel": phrase("take a label off"),
    "reopen": phrase("reopen"),
    "unassign": phrase("unassign"),
    "unlock": phrase("unlock"),
}
_VERBS: Final = {
    "decide": phrase("decided: {action}"),
    "reverse": phrase("taken back: {action}"),
    "stand": phrase("stands again: {action}"),
    "appeal": phrase("appealed: {action}"),
    "review": phrase("read again: {action}"),
}
_FAULTS: Final[dict[Fault, str]] = {
    "altered": phrase("record {number} is not as it was written").message,
    "missing": phrase("record {number} was taken out").message,
    "replaced": phrase("record {number} was put in the place of another").message,
    "field": phrase("a field of record {number} was changed, taken out or put in").message,
    "erased": phrase("fields were erased from record {number} on, and no record tells of it").message,
    "cut": phrase(
        "the hash expected is not in the log: its end was cut off or written anew after record {number}"
    ).message,
}


def action_in_words(action: str) -> str:
    """What a moderator does, in one word."""
    return str(_ACTIONS.get(action, action))


def what_in_words(what: str) -> str:
    """The verb of a record: ``decide remove`` and its like are told, what the outbox does is left as it is."""
    verb, _space, action = what.partition(" ")
    if action and verb in _VERBS:
        return _(_VERBS[verb].message).format(action=action_in_words(action))
    return what


def fault_in_words(fault: Fault) -> str:
    """What is wrong with a record; ``{number}`` is to be filled in."""
    return _(_FAULTS[fault])
