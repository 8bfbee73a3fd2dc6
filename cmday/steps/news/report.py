"""What the web says: the JSON shapes, and what only the screen needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from cmday.core.feeds import EntryState, FetchStatus
from cmday.core.shares import Share
from cmday.i18n import Phrase
from cmday.steps.protocol import Report

NAME: Final = "news"
LETTER: Final = "f"


class StoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``data.stories[]``; ``entries`` are the ids of what it folds."""

    id: str
    handle: str
    title: str
    url: str | None
    published: datetime
    sources: tuple[str, ...]
    communities: tuple[str, ...]
    score: float
    why: tuple[str, ...]
    entries: tuple[str, ...]


class FeedsData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday feeds --json``: ``folded`` counts unread entries not shown, ``minutes`` to skim what is."""

    stories: tuple[StoryRow, ...]
    folded: int
    unread: int
    minutes: int


class EntryRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``feeds entries``."""

    id: str
    feed_url: str
    feed_title: str
    guid: str | None
    title: str
    url: str | None
    author: str | None
    published: datetime | None
    updated: datetime | None
    summary: str
    state: EntryState


class EntriesData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday feeds entries --json``."""

    entries: tuple[EntryRow, ...]


class KeptReport(Report[EntriesData], kw_only=True):
    """What was kept for later; ``handles`` in the order of the entries."""

    handles: tuple[str, ...]


class FeedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``feeds list``. ``state`` is ok, new, failing, gone or muted; ``reason`` why it is asked then."""

    url: str
    title: str
    site_url: str | None
    communities: tuple[str, ...]
    state: str
    last_fetched: datetime | None
    next_fetch: datetime | None
    reason: str | None
    entries: int


class FeedListData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday feeds list --json``."""

    feeds: tuple[FeedRow, ...]


class RefreshRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``feeds refresh``: ``entries`` in the feed now, ``new`` among them."""

    url: str
    status: FetchStatus
    http_status: int | None
    entries: int
    new: int
    seconds: float
    error: str | None


class RefreshData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday feeds refresh --json``."""

    feeds: tuple[RefreshRow, ...]


class Climb(msgspec.Struct, frozen=True, kw_only=True):
    """That something rises: so many times what it was in its own week, on ``where``; ``elsewhere`` nobody asked for it.

    ``language`` is that of the text, two letters, where it is known.
    """

    times: float
    where: str
    language: str | None
    elsewhere: bool


class StoryNotes(msgspec.Struct, frozen=True, kw_only=True):
    """What the screen says of a story beside its line.

    ``first`` is when its first source told it. ``mentions`` are the communities whose name is mentioned more than
    usual: how often in a day, and how often a day is usual. ``why`` is the row's, still to be translated.
    """

    first: datetime
    climb: Climb | None = None
    shares: tuple[Share, ...] = ()
    mentions: tuple[tuple[str, int, float], ...] = ()
    why: tuple[Phrase, ...] = ()


class FeedsReport(Report[FeedsData], kw_only=True):
    """The skim as the screen shows it; ``fetched`` says whether any feed was ever read.

    ``notes`` are by the story's id. ``over`` says that today's skim was ended, and only what came later is here.
    """

    feeds: int
    failed_feeds: int
    new: int
    fetched: bool = True
    stored_at: datetime | None = None
    notes: Mapping[str, StoryNotes] = msgspec.field(default_factory=dict)
    over: bool = False
