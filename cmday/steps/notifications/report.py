"""What the tour of the networks found: the JSON shape, and what only the screen needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from cmday.core.items import Kind, State
from cmday.core.people import Turn
from cmday.steps.notifications.answered import Answered
from cmday.steps.protocol import Report

Acquaintance = Literal["regular", "new"]
AccountStatus = Literal["ok", "partial", "failed", "offline", "never"]


class ItemRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``data.items[]``: an item, or reactions to one post folded (``count``)."""

    id: str
    handle: str
    account: str
    network: str
    community: str | None
    kind: Kind
    author: str
    author_handle: str
    text: str
    url: str | None
    at: datetime
    state: State
    priority: int
    answer_by: datetime | None
    thread: str | None
    count: int


class AccountError(msgspec.Struct, frozen=True, kw_only=True):
    """Why an account could not be swept, in English."""

    kind: str
    message: str
    hint: str | None


class AccountRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``data.accounts[]``; ``stale_since`` is the last good sweep when this one failed."""

    account: str
    network: str
    status: AccountStatus
    new: int
    seconds: float
    stale_since: datetime | None
    error: AccountError | None


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """One account in the header of the tour: what it is called, how many came, and what else there is to say.

    ``said`` takes the place of the count (``304``, ``$0.03``); of one that ``failed``, what is shown is as old as
    ``since``. ``gap`` tells that something may be missing.
    """

    title: str
    new: int
    said: str | None = None
    gap: bool = False
    failed: bool = False
    since: datetime | None = None


class InboxData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday inbox --json``."""

    items: tuple[ItemRow, ...]
    accounts: tuple[AccountRow, ...]


class Reactions(msgspec.Struct, frozen=True, kw_only=True):
    """The reactions that are folded into one line, and the post that was liked most."""

    likes: int = 0
    shares: int = 0
    follows: int = 0
    others: int = 0
    most_liked: str | None = None
    most_liked_community: str | None = None
    most_likes: int = 0


class InboxReport(Report[InboxData], kw_only=True):
    """The inbox as the screen shows it. ``want_answer`` counts all that wait, shown or not.

    ``answered`` holds by id those that one has written an answer to, sent or not. ``edited`` are texts as they were,
    ``gone`` what was deleted, ``known`` who is a regular or new, ``labels`` one's own words, ``tour`` the header line.
    ``turns`` are the few people to turn to today.
    """

    want_answer: int
    hidden: int
    reactions: Reactions
    offline: bool = False
    stored_at: datetime | None = None
    late: frozenset[str] = frozenset()
    answered: Mapping[str, Answered] = {}
    edited: Mapping[str, str] = {}
    gone: frozenset[str] = frozenset()
    known: Mapping[str, Acquaintance] = {}
    labels: Mapping[str, tuple[str, ...]] = {}
    tour: tuple[Stage, ...] = ()
    turns: tuple[Turn, ...] = ()
