"""The lists of ``cmday feeds``: the feeds themselves, their entries, and how a refresh went, as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from cmday.config.subscriptions import read_subscriptions
from cmday.core.feeds import FeedState, FetchStatus, Reason, StoredEntry, Subscription
from cmday.errors import CmdayError, NotFound
from cmday.i18n import Phrase, phrase, recalled
from cmday.session import Session
from cmday.steps.news import politeness, subscribed
from cmday.steps.news.folded import around
from cmday.steps.news.report import EntriesData, EntryRow, FeedListData, FeedRow, KeptReport, RefreshData, RefreshRow
from cmday.steps.news.step import LETTER, NAME
from cmday.steps.protocol import Outcome, Outcomes
from cmday.storage import entries, feeds, handles
from cmday.text.addresses import one_spelling
from cmday.text.safe_text import hide_logins, without_login

SCREENFUL: Final = 50
_MOST_KEPT: Final = 300


def feed_list(session: Session) -> tuple[FeedListData, tuple[CmdayError, ...]]:
    """All feeds of feeds.toml in its order, and what could not be read there."""
    found = read_subscriptions(session.home.feeds)
    states = feeds.all_states(session.database)
    rows = [_feed_row(feed, states.get(feed.url)) for feed in found.feeds if session.in_focus(feed.communities)]
    return FeedListData(feeds=tuple(rows)), found.problems


def entry_list(session: Session, *, url: str | None, everything: bool, limit: int) -> EntriesData:
    """The newest entries, unread ones only unless ``everything``, of one feed or of all. Raises ``NotFound``."""
    listed = {feed.url: feed for feed in read_subscriptions(session.home.feeds).feeds}
    wanted = known_address(url, listed) if url else None
    # Entries of feeds that are out of focus or no longer subscribed are passed over, so a few more are read.
    found = entries.newest(session.database, limit if wanted else limit * 4, url=wanted, everything=everything)
    rows = []
    for stored in found:
        feed = listed.get(stored.feed_url)
        if feed and (wanted or (session.in_focus(feed.communities) and not feed.mute)):
            rows.append(entry_row(stored, feed))
    return EntriesData(entries=tuple(rows[:limit]))


def later_list(session: Session) -> KeptReport:
    """The entries kept for later, the longest kept first."""
    listed = {feed.url: feed for feed in read_subscriptions(session.home.feeds).feeds}
    kept = _each_story_once(session, entries.kept_for_later(session.database, _MOST_KEPT))[:SCREENFUL]
    given = handles.give(session.database, session.clock.today(), LETTER, [stored.id for stored in kept])
    return KeptReport(
        name=NAME,
        status="done",
        data=EntriesData(entries=tuple(entry_row(stored, listed.get(stored.feed_url)) for stored in kept)),
        waiting=len(kept),
        handles=tuple(given[stored.id] for stored in kept),
    )


def _each_story_once(session: Session, kept: list[StoredEntry]) -> list[StoredEntry]:
    """These entries, of each story the first one only."""
    stories = around(session, [stored.id for stored in kept])
    first: dict[str, StoredEntry] = {}
    for stored in kept:
        first.setdefault(stories[stored.id].id if stored.id in stories else stored.id, stored)
    return list(first.values())


def refresh_list(session: Session, outcomes: Outcomes) -> tuple[RefreshData, tuple[CmdayError, ...]]:
    """How each feed fared in a refresh; those that were not asked wait their turn."""
    listed = subscribed.subscribed(session)
    states = feeds.all_states(session.database)
    rows = [
        _refresh_row(feed, states.get(feed.url), outcomes.get(subscribed.KEY + feed.url), english=session.whole)
        for feed in listed
    ]
    return RefreshData(feeds=tuple(rows)), read_subscriptions(session.home.feeds).problems


def known_address(word: str, listed: Iterable[str]) -> str:
    """The address of a subscribed feed, as a person writes it: whole, or any part that only one has."""
    addresses = list(listed)
    try:
        if (url := one_spelling(word)) in addresses:
            return url
    except ValueError:
        pass  # a part of an address, then
    # As it is listed, without its password, it is named too.
    parts = [url for url in addresses if word.lower() in url.lower() or word.lower() in hide_logins(url).lower()]
    if len(parts) == 1:
        return parts[0]
    if parts:
        raise NotFound(
            phrase('"{word}" could be {names}', word=word, names=", ".join(map(hide_logins, parts[:4]))),
            phrase("write more of it"),
        )
    raise NotFound(phrase("no feed has the address {word}", word=word), phrase("cmday feeds list shows them all"))


def entry_row(stored: StoredEntry, feed: Subscription | None) -> EntryRow:
    """One entry as JSON shows it; ``feed`` brings the person's own title."""
    entry = stored.entry
    return EntryRow(
        id=stored.id,
        feed_url=hide_logins(stored.feed_url),
        feed_title=(feed.title if feed else None) or stored.feed_title,
        guid=entry.guid,
        title=entry.title,
        url=without_login(entry.url),
        author=entry.author,
        published=entry.published,
        updated=entry.updated,
        summary=entry.summary,
        state=stored.state,
    )


def _feed_row(feed: Subscription, state: FeedState | None) -> FeedRow:
    known = state or FeedState(url=feed.url)
    return FeedRow(
        url=hide_logins(feed.url),
        title=subscribed.name_of(feed, state),
        site_url=known.site_url,
        communities=feed.communities,
        state=_state_word(feed, state),
        last_fetched=known.last_fetched,
        next_fetch=None if feed.mute or known.gone else known.next_check,
        reason="muted" if feed.mute else _why(known.reason),
        entries=known.entries,
    )


def _why(reason: Reason | None) -> str | None:
    said = politeness.words(reason)
    return said.english if said else None


def _state_word(feed: Subscription, state: FeedState | None) -> str:
    if feed.mute:
        return "muted"
    if state is None or (state.last_fetched is None and not state.failures):
        return "new"
    if state.gone:
        return "gone"
    return "failing" if state.failures else "ok"


def _refresh_row(feed: Subscription, state: FeedState | None, outcome: Outcome | None, *, english: bool) -> RefreshRow:
    """``error`` is in the chosen language unless a program is to read it in English."""
    known = state or FeedState(url=feed.url)
    asked = outcome is not None and outcome.status != "waiting"
    status: FetchStatus = "waiting"
    error: Phrase | None = None
    stored = recalled(known.error_message) if known.error_message else None
    if outcome is not None and asked:
        status = known.last_status or "failed"
        if outcome.error is not None:
            status = "gone" if outcome.error.kind == "gone" else "failed"
            error = outcome.error.message
        elif status == "failed":
            error = stored
    elif known.gone:
        status, error = "gone", stored
    return RefreshRow(
        url=hide_logins(feed.url),
        status=status,
        http_status=known.http_status if asked or known.gone else None,
        entries=known.in_body,
        new=known.last_new if status == "new" else 0,
        seconds=round(outcome.seconds, 3) if outcome else 0.0,
        error=(error.english if english else str(error)) if error else None,
    )


class ShownEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry whole: ``text`` is plain, with paragraphs."""

    handle: str
    entry: EntryRow
    communities: tuple[str, ...]
    text: str
    enclosures: tuple[str, ...]


class ShowData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday feeds show --json``."""

    entries: tuple[ShownEntry, ...]
