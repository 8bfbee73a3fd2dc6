"""Cases: our word for one thing that wants a moderator's decision, with all reports and rule hits on it.

A *queue* is the platform's own list of what waits for a moderator; a *decision* is an action taken on a case, which
leaves by way of the outbox where the platform has such an action, and stays on this machine where it has none.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal, get_args

import msgspec

from cmday.core.items import Cursor, ThreadPost

CaseState = Literal["open", "approved", "resolved"]
RuleMode = Literal["observe", "suggest", "act"]
# What a moderator does about a thing or its author; from ``restore`` on, what takes one of them back.
Action = Literal[
    "approve",
    "hold",
    "remove",
    "warn",
    "mute",
    "ban",
    "label",
    "resolve",
    "note",
    "reply",
    "assign",
    "lock",
    "restore",
    "unmute",
    "unban",
    "unlabel",
    "reopen",
    "unassign",
    "unlock",
]
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)
INVERSE: Final[dict[Action, Action]] = {
    "hold": "approve",
    "remove": "restore",
    "mute": "unmute",
    "ban": "unban",
    "label": "unlabel",
    "resolve": "reopen",
    "assign": "unassign",
    "lock": "unlock",
}


class CaseReport(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's report of a thing, as its platform keeps it; ``id`` is the platform's own, ``by`` a name to show."""

    id: str
    by: str
    by_handle: str
    reason: str
    at: datetime


class QueueEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing in a platform's own moderation queue, as its connector read it.

    ``subject`` is the native id of the thing (the same that notifications bear, so that both meet in one case; for a
    reported person ``person:`` and their native id). ``author_id`` is the native id of who wrote it. ``reports`` are
    those that are open, each with who made it. ``claimed_by`` names the colleague who has it in hand; ``resolved`` is
    when somebody dealt with it outside cmday, and ``resolved_as`` what they did, in English. ``place`` is what the
    connector needs to act on it (report ids, room, event): it comes back in ``Outgoing.arguments``. ``held`` tells that
    the platform keeps it from being seen until somebody decides. ``appeal`` tells that its author asks to be heard.
    """

    subject: str
    author: str
    author_handle: str
    author_id: str | None
    text: str
    url: str | None
    at: datetime
    reports: tuple[CaseReport, ...] = ()
    thread: str | None = None
    edited: datetime | None = None
    held: bool = False
    claimed_by: str | None = None
    resolved: datetime | None = None
    resolved_as: str | None = None
    appeal: bool = False
    labels: tuple[str, ...] = ()
    joined: datetime | None = None
    place: dict[str, str] = {}


class QueuePage(msgspec.Struct, frozen=True, kw_only=True):
    """Some of a platform's queue, and the cursor to store with it.

    ``whole`` tells that this page and the partial ones before it hold everything open: a case that is in none of them
    was dealt with elsewhere. ``posts`` are what stands around the things, to be read without network. ``said`` and
    ``gap`` are as in ``items.Page``.
    """

    entries: tuple[QueueEntry, ...]
    posts: tuple[ThreadPost, ...] = ()
    cursor: Cursor | None = None
    whole: bool = False
    said: str | None = None
    gap: str | None = None


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What an account may do about a case on its platform, probed: action and what it does there, in English.

    ``does`` is a sentence for the moderator ("hides the post from everybody; the author sees it still"). ``inverse``
    is the action that takes it back there, None where it is irreversible. ``timed`` tells that it may end by itself
    (``arguments["seconds"]``); ``wants_text`` that words go to somebody (warn, reply, note to the reporter),
    ``whom`` that it can be given to somebody else (``arguments["whom"]``).
    """

    action: Action
    does: str
    inverse: Action | None = None
    timed: bool = False
    wants_text: bool = False
    whom: bool = False


class Case(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing to decide on. ``id`` is stable and derived from the thing; ``reasons`` are English sentences.

    ``elsewhere`` says that it was dealt with outside cmday, and by whom where that is known; ``subject`` and what
    follows are as in ``QueueEntry``, and None or empty where the thing was never in its platform's queue.
    """

    id: str
    account: str
    network: str
    community: str | None
    author: str
    author_handle: str
    text: str
    url: str | None
    reasons: tuple[str, ...]
    rules: tuple[str, ...]
    reports: int
    priority: int
    opened_at: datetime
    state: CaseState
    item: str | None = None
    decided_at: datetime | None = None
    author_id: str | None = None
    subject: str | None = None
    edited: datetime | None = None
    held: bool = False
    claimed_by: str | None = None
    appeal: bool = False
    elsewhere: str | None = None
    labels: tuple[str, ...] = ()
    joined: datetime | None = None
    place: dict[str, str] = {}
    thread: str | None = None
