"""Searching all entries by their words; what is found gets handles, so that every verb works on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from html import unescape
from typing import Final

import msgspec

from cmday.config.subscriptions import read_subscriptions
from cmday.core.feeds import EntryState, StoredEntry, Subscription
from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.news.screen import hand_out
from cmday.storage import entries, feeds, search
from cmday.text.finding import Term, excerpt, marked, read_terms
from cmday.text.matching import fold
from cmday.text.plain import plain
from cmday.text.safe_text import hide_logins, without_login

USUAL: Final = 20
MOST_MATCHES: Final = search.MOST_MATCHES
MOST: Final = 1_000
_AT_ONCE: Final = 1_000
_MOST_AFTER_REFRESH: Final = 20_000
_MOST_BEFORE_SEARCH: Final = 5_000
_LONGEST: Final = 20_000
_EXCERPT: Final = 160
_TAG: Final = re.compile(r"<[^<>]*>")


class FoundRow(msgspec.Struct, frozen=True, kw_only=True):
    """One entry that was found; ``excerpt`` is the piece of its text that was, with ``[ ]`` around the words."""

    id: str
    handle: str
    title: str
    url: str | None
    feed_url: str
    feed_title: str
    communities: tuple[str, ...]
    author: str | None
    published: datetime
    state: EntryState
    marked_title: str
    excerpt: str


class SearchData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday feeds search --json``: ``waiting`` is not in the index yet, ``found`` counts to 20,000."""

    words: tuple[str, ...]
    found: int
    waiting: int
    entries: tuple[FoundRow, ...]


def index_new(session: Session, most: int = _MOST_AFTER_REFRESH) -> int:
    """Put what came or was edited since the last time into the index, at most so much; returns how many entries."""
    done = 0
    while done < most:
        some = search.due(session.database, min(_AT_ONCE, most - done))
        if not some:
            break
        done += search.index(session.database, [(level(one), _text(one)) for one in some])
    return done


def find(session: Session, typed: Sequence[str], *, since: datetime | None = None, limit: int = USUAL) -> SearchData:
    """The entries in which all these words stand, the newest first, of the communities in focus.

    Raises ``WrongUse`` where nothing is asked for.
    """
    terms = read_terms(typed)
    if not terms:
        raise WrongUse(
            phrase("there is no word to search for"), phrase('cmday feeds search moderation "town hall" archiv*')
        )
    index_new(session, _MOST_BEFORE_SEARCH)
    db = session.database
    listed = {feed.url: feed for feed in read_subscriptions(session.home.feeds).feeds}
    among = None
    if session.communities:
        among = feeds.ids_of(db, [url for url, feed in listed.items() if session.in_focus(feed.communities)]).values()
    found = search.matches(db, question(terms), since=since, feeds=among)
    ids = search.ids(db, found[:limit])
    stored = entries.by_ids(db, ids)
    given = hand_out(session, ids, searched=True)
    return SearchData(
        words=tuple(" ".join(one.words) + "*" * one.prefix for one in terms),
        found=len(found),
        waiting=search.waiting(db),
        entries=tuple(_row(stored[one], given[one], listed.get(stored[one].feed_url), terms) for one in ids),
    )


def question(terms: Iterable[Term]) -> str:
    """The terms in the language of FTS5; they hold letters and digits only, so nothing in them can be its syntax."""
    return " AND ".join(f'"{" ".join(one.words)}"{" *" * one.prefix}' for one in terms)


def level(one: search.Unindexed) -> search.Unindexed:
    """Title and author as words are looked for: the index knows accents, but no ligatures and look-alike letters."""
    return msgspec.structs.replace(one, title=fold(one.title), author=fold(one.author or ""))


def _text(one: search.Unindexed) -> str:
    """An entry's text without its markup, in which words on both sides of a tag stay apart."""
    if not one.content:
        return fold(one.summary[:_LONGEST])
    return fold(unescape(_TAG.sub(" ", one.content[: 4 * _LONGEST]))[:_LONGEST])


def _row(stored: StoredEntry, handle: str, feed: Subscription | None, terms: Sequence[Term]) -> FoundRow:
    entry = stored.entry
    title = entry.title or entry.summary[:_EXCERPT]
    piece = excerpt(plain(entry.content, _LONGEST) or entry.summary, terms, _EXCERPT)
    return FoundRow(
        id=stored.id,
        handle=handle,
        title=title,
        url=without_login(entry.url),
        feed_url=hide_logins(stored.feed_url),
        feed_title=(feed.title if feed else None) or stored.feed_title,
        communities=feed.communities if feed else (),
        author=entry.author,
        published=stored.shown_at,
        state=stored.state,
        marked_title=marked(title, terms),
        excerpt=marked(piece, terms) if piece != title else "",
    )
