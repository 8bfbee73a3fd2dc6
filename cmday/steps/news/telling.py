"""From the chosen stories to rows: title, sources, what they were worth, and how long they take to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import Final

import msgspec

from cmday.core.feeds import FeedState, StoredEntry, Subscription
from cmday.i18n import Phrase
from cmday.session import Session
from cmday.steps.news import screen, subscribed
from cmday.steps.news.choosing import Skim, climb_of
from cmday.steps.news.report import LETTER, StoryNotes, StoryRow
from cmday.steps.news.selection import Candidate
from cmday.storage import entries, handles
from cmday.text.addresses import host_of
from cmday.text.safe_text import without_login

_SECONDS_A_STORY: Final = 15
_LETTERS_A_SECOND: Final = 18
_MOST_LETTERS: Final = 6_000
_TITLE: Final = 120


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of a skim, what the screen says beside them, how many entries they fold, and minutes to read them."""

    rows: tuple[StoryRow, ...] = ()
    notes: dict[str, StoryNotes] = {}
    entries: int = 0
    minutes: int = 0


def tell(
    session: Session,
    skim: Skim,
    states: Mapping[str, FeedState],
    listed: Sequence[Subscription],
    *,
    explain: bool,
) -> Told:
    """The rows of the chosen stories, each with its handle of today."""
    if not skim.chosen:
        return Told()
    db = session.database
    from cmday.storage import shares

    given = set(handles.given(db, session.clock.today(), LETTER).values())
    ids = {one.best.id: _id(one, given) for one in skim.chosen}
    stored = entries.by_ids(db, {*ids, *ids.values()})
    chosen = [one for one in skim.chosen if one.best.id in stored and ids[one.best.id] in stored]
    handed = screen.hand_out(session, ids.values())
    shared = shares.of_entries(db, [entry for one in chosen for entry in one.entries])
    telling = {url for one in chosen for url in (one.best.feed_url, *(one.story.feeds if one.story else ()))}
    names = {feed.url: subscribed.name_of(feed, states.get(feed.url)) for feed in listed if feed.url in telling}
    why = _reasons(session, chosen, stored, skim) if explain else {}
    rows, notes = [], {}
    for one in chosen:
        item = ids[one.best.id]
        entry = stored[item]  # the one that every verb takes: what is shared is what was seen
        rows.append(
            StoryRow(
                id=item,
                handle=handed[item],
                title=title_of(entry),
                url=without_login(entry.entry.url),
                published=one.story.first if one.story else entry.shown_at,
                sources=_sources(one, names, entry),
                communities=one.whose,
                score=one.points,
                why=tuple(reason.english for reason in why.get(one.best.id, ())),
                entries=one.entries,
            )
        )
        told = [share for each in one.entries for share in shared.get(each, ())]
        notes[item] = StoryNotes(
            first=one.story.first if one.story else entry.shown_at,
            climb=climb_of(one.rise, elsewhere=one.elsewhere) if one.rise else None,
            shares=tuple({share.outbox: share for share in told}.values()),
            mentions=tuple(
                (name, rise.today, rise.usual) for name in one.best.own if (rise := skim.mentions.get(name))
            ),
            why=why.get(one.best.id, ()),
        )
    return Told(
        rows=tuple(rows),
        notes=notes,
        entries=sum(len(one.entries) for one in chosen if not one.rise),
        minutes=ceil(sum(_seconds(stored[one.best.id]) for one in chosen) / 60),
    )


def title_of(stored: StoredEntry) -> str:
    """What a story is called: its title, else how it begins."""
    return stored.entry.title or stored.entry.summary[:_TITLE] or stored.entry.url or stored.feed_title


def _id(one: Candidate, given: set[str]) -> str:
    """The entry that stands for a story: its best; one that grew today keeps the one by which it was shown."""
    return next((entry for entry in one.entries if entry in given), one.best.id)


def _sources(one: Candidate, names: Mapping[str, str], stored: StoredEntry) -> tuple[str, ...]:
    if one.story is None:
        return (names.get(stored.feed_url, stored.feed_title),)
    return tuple(dict.fromkeys(names.get(url) or host_of(url) for url in one.story.feeds))


def _reasons(
    session: Session, chosen: Iterable[Candidate], stored: Mapping[str, StoredEntry], skim: Skim
) -> dict[str, tuple[Phrase, ...]]:
    """What each story's points are for."""
    from cmday.steps.news.reasons import Reasons

    reasons = Reasons(session)
    return {one.best.id: tuple(reasons.said(one, stored[one.best.id], skim.mentions)) for one in chosen}


def _seconds(stored: StoredEntry) -> float:
    """How long a skim of it takes: the title, and the text at a quick reader's pace."""
    entry = stored.entry
    return _SECONDS_A_STORY + min(len(entry.title) + len(entry.summary), _MOST_LETTERS) / _LETTERS_A_SECOND
