"""What one does with a story: read it, open it, keep it for later. Every verb says what it hit."""

from __future__ import annotations

from typing import Final

import msgspec

from cmday.config.subscriptions import read_subscriptions
from cmday.core.feeds import EntryState, StoredEntry
from cmday.errors import NotFound
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.naming import named
from cmday.steps.news.lists import ShowData, ShownEntry, entry_row
from cmday.steps.news.step import LETTER, NAME, end_skim
from cmday.storage import entries, handles, journal, progress, undo
from cmday.text.plain import plain

_EXCERPT: Final = 120


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """What a verb hit, as it is afterwards."""

    handle: str
    id: str
    title: str
    feed_title: str
    url: str | None
    state: EntryState


class Hits(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of the verbs with ``--json``; ``done`` says that nothing of today's skim is unread any more."""

    entries: tuple[Hit, ...]
    done: bool


def mark_read(session: Session, words: list[str]) -> Hits:
    """Mark stories as read; without words all that were shown today and are unread."""
    if not words:
        shown = entries.by_ids(
            session.database, handles.given(session.database, session.clock.today(), LETTER).values()
        )
        words = [one.id for one in shown.values() if one.state == "unread"]
    return _mark(session, "read", words, "read")


def mark_open(session: Session, words: list[str]) -> Hits:
    """Take stories for the browser: they are read then, and their addresses are in the hits."""
    return _mark(session, "open", words, "read")


def mark_later(session: Session, words: list[str]) -> Hits:
    """Keep stories for later: out of the skim, in ``cmday feeds later``."""
    return _mark(session, "later", words, "later")


def show(session: Session, words: list[str]) -> ShowData:
    """Stories whole, as plain text; they are read then."""
    listed = {feed.url: feed for feed in read_subscriptions(session.home.feeds).feeds}
    shown = []
    for handle, stored in _found(session, words):
        feed = listed.get(stored.feed_url)
        shown.append(
            ShownEntry(
                handle=handle,
                entry=msgspec.structs.replace(entry_row(stored, feed), state="read"),
                communities=feed.communities if feed else (),
                text=plain(stored.entry.content) or stored.entry.summary,
                enclosures=tuple(enclosure.url for enclosure in stored.entry.enclosures),
            )
        )
    _mark(session, "show", [one.entry.id for one in shown], "read")
    return ShowData(entries=tuple(shown))


def _mark(session: Session, verb: str, words: list[str], state: EntryState) -> Hits:
    db = session.database
    given = handles.given(db, session.clock.today(), LETTER)
    handle_of = {item: handle for handle, item in given.items()}
    hits = []
    with db.write():
        found = _found(session, words)
        _note_before(session, verb, found, state)
        entries.mark(db, [stored.id for _, stored in found], state, session.clock.now())
        for _, stored in found:
            entry = stored.entry
            journal.write(
                db, session.clock.now(), verb, step=NAME, item=stored.id, text=(entry.title or entry.summary)[:_EXCERPT]
            )
            hits.append(
                Hit(
                    handle=handle_of.get(stored.id, stored.id),
                    id=stored.id,
                    title=entry.title or entry.summary[:_EXCERPT],
                    feed_title=stored.feed_title,
                    url=entry.url,
                    state=state,
                )
            )
        done = _settle(session, list(given.values()))
    return Hits(entries=tuple(hits), done=done)


def restore(session: Session, before: dict[str, EntryState]) -> str:
    """Give stories back the state that they had before a verb; returns which."""
    db = session.database
    for state in sorted(set(before.values())):
        entries.mark(db, [one for one, was in before.items() if was == state], state, session.clock.now())
    given = handles.given(db, session.clock.today(), LETTER)
    _settle(session, list(given.values()))
    handle_of = {item: handle for handle, item in given.items()}
    return _said([(handle_of.get(one, ""), stored) for one, stored in entries.by_ids(db, before).items()])


def _note_before(session: Session, verb: str, found: list[tuple[str, StoredEntry]], state: EntryState) -> None:
    """Note how those stand that are about to change."""
    changing = [(handle, stored) for handle, stored in found if stored.state != state]
    before = {stored.id: stored.state for _, stored in changing}
    undo.note(session.database, session.clock.now(), verb, NAME, _said(changing), before)


def _said(found: list[tuple[str, StoredEntry]]) -> str:
    return ", ".join(
        f"{handle} {stored.entry.title or stored.entry.summary[:_EXCERPT]}".strip() for handle, stored in found
    )


def _settle(session: Session, shown: list[str]) -> bool:
    """Note how far today's skim is; it is over when nothing that was shown is unread."""
    left = sum(one.state == "unread" for one in entries.by_ids(session.database, shown).values())
    day, now = session.clock.today(), session.clock.now()
    if shown and not left:
        end_skim(session)
    if NAME in progress.of_day(session.database, day):
        progress.mark(session.database, day, NAME, "shown" if left else "done", now, waiting=left)
    return not left


def _found(session: Session, words: list[str]) -> list[tuple[str, StoredEntry]]:
    """The entries named, each with its handle; all must exist before anything is done to one of them."""
    pairs = named(session, words, LETTER)
    known = entries.by_ids(session.database, [one for _, one in pairs])
    for handle, one in pairs:
        if one not in known:
            raise NotFound(
                phrase("no story is called {name}", name=handle), phrase("cmday feeds --offline shows today's")
            )
    return [(handle, known[one]) for handle, one in pairs]
