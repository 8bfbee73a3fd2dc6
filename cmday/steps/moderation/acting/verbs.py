"""The verbs of a moderator: which want a reason, which want words, and which mean something without a network."""

from __future__ import annotations

from typing import Final

import msgspec

from cmday.core.cases import INVERSE, Action


class Verb(msgspec.Struct, frozen=True, kw_only=True):
    """One verb. ``why`` tells that it touches somebody's words or account, so that a reason is said.

    ``local`` ones mean something on this machine alone, where the network has no such thing. ``ends`` may be for a
    time; ``words`` go to somebody or into the notes; ``takes`` names what the action needs besides: label, whom.
    """

    name: Action
    why: bool = False
    local: bool = False
    ends: bool = False
    words: bool = False
    takes: str | None = None


VERBS: Final[dict[str, Verb]] = {
    one.name: one
    for one in (
        Verb(name="approve", local=True),
        Verb(name="hold", why=True),
        Verb(name="remove", why=True),
        Verb(name="warn", why=True, words=True),
        Verb(name="mute", why=True, ends=True),
        Verb(name="ban", why=True, ends=True),
        Verb(name="label", why=True, takes="label"),
        Verb(name="lock", why=True),
        Verb(name="resolve", local=True),
        Verb(name="assign", local=True, takes="whom"),
        Verb(name="note", local=True, words=True),
        Verb(name="reply", words=True),
        Verb(name="restore", why=True),
        Verb(name="unmute", why=True),
        Verb(name="unban", why=True),
        Verb(name="unlabel", why=True, takes="label"),
        Verb(name="unlock"),
        Verb(name="reopen", local=True),
        Verb(name="unassign", local=True),
    )
}
# What takes back a decision, and which; what was held is let go by approving it, which is no taking back.
TAKES_BACK: Final[dict[str, str]] = {back: action for action, back in INVERSE.items() if back != "approve"}
# Of these only one may wait for a case: they say the opposite.
OPPOSITES: Final[tuple[frozenset[str], ...]] = (
    frozenset({"approve", "hold"}),
    frozenset({"approve", "remove"}),
    *(frozenset({action, back}) for action, back in INVERSE.items()),
)
