"""Notifications: what somebody did that the CM may have to answer."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal, get_args

import msgspec

Kind = Literal["message", "mention", "reply", "question", "report", "follow", "like", "share", "other"]
State = Literal["new", "seen", "done", "snoozed"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
STATES: Final[tuple[State, ...]] = get_args(State)
WANT_ANSWER: Final[frozenset[Kind]] = frozenset({"message", "mention", "reply", "question"})
REACTIONS: Final[frozenset[Kind]] = frozenset({"follow", "like", "share", "other"})
# Of these the subject is somebody else's post, mostly our own, and there is nothing said to decide on.
WORDLESS: Final[frozenset[Kind]] = REACTIONS - {"other"}
# The order of urgency: 1 wants an answer first, 2 a decision (step 4 holds its case), 3 an answer, 4 is good to know.
PRIORITY: Final[dict[Kind, int]] = {
    "message": 1,
    "question": 1,
    "report": 2,
    "mention": 3,
    "reply": 3,
    "like": 4,
    "share": 4,
    "follow": 4,
    "other": 4,
}


class ReplyTo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an answer needs to know of what it answers.

    ``id`` is the network's own (a status id, a Message-ID; None where it has none), ``to`` whom it goes to as the
    network writes them, ``also`` who else was addressed. An answer keeps ``visibility`` and ``language``; ``subject``
    is the mail's own, ``references`` the Message-IDs before it, oldest first.
    """

    id: str | None
    to: str
    also: tuple[str, ...] = ()
    visibility: str | None = None
    language: str | None = None
    subject: str | None = None
    references: tuple[str, ...] = ()


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened on a network, as its connector read it.

    ``id`` is stable: ``account:native-id``. ``subject`` is the native id of the post that a like or share is about, by
    which reactions fold. ``text`` is plain text, ``at`` aware. ``author_handle`` is how the network calls the author.
    ``reply`` is None for what cannot be answered.
    """

    id: str
    account: str
    network: str
    community: str | None
    kind: Kind
    author: str
    author_handle: str
    text: str
    url: str | None
    at: datetime
    thread: str | None = None
    subject: str | None = None
    subject_text: str | None = None
    edited: datetime | None = None
    reply: ReplyTo | None = None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A notification in the ledger: what was read, and what the CM made of it.

    ``count`` is how many notifications this line folds (likes of one post, what one has to answer in a thread), and the
    earliest of them came at ``since``; ``answer_by`` is the limit in working hours. ``was`` is the text before the last
    edit, ``gone`` when it was found deleted. ``answered_at`` and ``answered_by`` tell of an answer of the account's own
    that was not sent from here.
    """

    notification: Notification
    state: State
    first_seen: datetime
    snoozed_until: datetime | None = None
    count: int = 1
    since: datetime | None = None
    answer_by: datetime | None = None
    was: str | None = None
    gone: datetime | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None


class Cursor(msgspec.Struct, frozen=True):
    """How far an account has been read, opaque to all but its connector."""

    value: str


class ThreadPost(msgspec.Struct, frozen=True, kw_only=True):
    """One post of a thread, kept so that it can be read without network. ``id`` and ``thread`` are the network's own.

    ``mine`` tells what the account itself wrote, by whatever program; ``by`` then names who, where the network says so.
    ``answers`` is the native id of the post that it answers.
    """

    id: str
    thread: str
    author: str
    author_handle: str
    text: str
    at: datetime
    url: str | None = None
    answers: str | None = None
    mine: bool = False
    by: str | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some notifications and the cursor to store with them in one transaction.

    ``gap`` says in English why something may be missing between the cursor before and this page, where it may.
    ``thread`` are posts around them: an item that one of them answers and that is ``mine`` was answered elsewhere.
    ``gone`` are native ids of what was deleted. ``followers`` is how many the account has, where that was asked.
    ``said`` takes the place of the count in the header of the tour, in a word or two without a language: ``304``,
    ``$0.03``, ``26 h gap``.
    """

    notifications: tuple[Notification, ...]
    cursor: Cursor | None
    gap: str | None = None
    thread: tuple[ThreadPost, ...] = ()
    gone: tuple[str, ...] = ()
    followers: int | None = None
    said: str | None = None
