"""What one does with a story: read it, open it, keep it for later. Every verb says what it hit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from cmday.config.subscriptions import read_subscriptions
from cmday.core.feeds import EntryState, StoredEntry
from cmday.session import Session
from cmday.steps.news import muting, splitting
from cmday.steps.news.folded import around
from cmday.steps.news.lists import ShowData, ShownEntry, entry_row
from cmday.steps.news.meant import found_stories, whole_stories
from cmday.steps.news.report import LETTER, NAME
from cmday.steps.news.screen import on_screen
from cmday.steps.news.step import end_skim
from cmday.storage import entries, handles, journal, progress, tastes, undo
from cmday.text.plain import plain
from cmday.text.safe_text import hide_logins, without_login

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


class SplitStory(msgspec.Struct, frozen=True, kw_only=True):
    """A story that was taken apart into these entries; without any it was none."""

    handle: str
    id: str
    title: str
    entries: tuple[str, ...]


class SplitData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday feeds split --json``."""

    stories: tuple[SplitStory, ...]


def mark_read(session: Session, words: list[str]) -> Hits:
    """Mark stories as read; without words all that were shown today and are unread."""
    if not words:
        shown = entries.by_ids(session.database, on_screen(session).values())
        words = [one.id for one in shown.values() if one.state == "unread"]
    return _mark(session, "read", words, "read")


def mark_open(session: Session, words: list[str]) -> Hits:
    """Take stories for the browser: they are read then, and their addresses are in the hits."""
    return _mark(session, "open", words, "read")


def mark_later(session: Session, words: list[str]) -> Hits:
    """Keep stories for later: out of the skim, in ``cmday feeds later``."""
    return _mark(session, "later", words, "later")


def refuse(session: Session, words: list[str]) -> Hits:
    """Say that stories are not interesting: they are read then, and where it happens often, their feed sinks."""
    return _mark(session, "no", words, "read")


def show(session: Session, words: list[str]) -> ShowData:
    """Stories whole, as plain text; they are read then."""
    listed = {feed.url: feed for feed in read_subscriptions(session.home.feeds).feeds}
    shown = []
    for handle, stored in found_stories(session, words):
        feed = listed.get(stored.feed_url)
        shown.append(
            ShownEntry(
                handle=handle,
                entry=msgspec.structs.replace(entry_row(stored, feed), state="read"),
                communities=feed.communities if feed else (),
                text=plain(stored.entry.content) or stored.entry.summary,
                enclosures=tuple(hide_logins(enclosure.url, "") for enclosure in stored.entry.enclosures),
            )
        )
    _mark(session, "show", [one.entry.id for one in shown], "read")
    return ShowData(entries=tuple(shown))


def split(session: Session, words: list[str]) -> SplitData:
    """Take stories apart: the entries that they fold stand alone from now on, and are never folded together again."""
    found = found_stories(session, words)
    stories = around(session, [stored.id for _, stored in found])
    done = []
    for handle, stored in found:
        story = stories.get(stored.id)
        title = stored.entry.title or stored.entry.summary[:_EXCERPT]
        splitting.take_apart(session, story.entries if story else (), f"{handle} {title}")
        done.append(SplitStory(handle=handle, id=stored.id, title=title, entries=story.entries if story else ()))
        if story:
            now = session.clock.now()
            journal.write(session.database, now, "split", step=NAME, item=stored.id, text=title[:_EXCERPT])
    return SplitData(stories=tuple(done))


def _mark(session: Session, verb: str, words: list[str], state: EntryState) -> Hits:
    """Set the state of stories, of every entry that each of them folds."""
    db = session.database
    given = handles.given(db, session.clock.today(), LETTER)
    handle_of = {item: handle for handle, item in given.items()}
    hits = []
    with db.write():
        found = found_stories(session, words)
        told = whole_stories(session, [stored.id for _, stored in found])
        _note_before(session, verb, found, told, state)
        entries.mark(db, told, state, session.clock.now())
        if verb == "no":
            tastes.refuse(db, [stored.id for _, stored in found], session.clock.now())
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
                    url=without_login(entry.url),
                    state=state,
                )
            )
        done = _settle(session)
    return Hits(entries=tuple(hits), done=done)


def restore(session: Session, before: dict[str, Any]) -> str:
    """Give back what was before a verb; returns what it hit.

    ``before`` holds the states of entries (``refused`` where a "no" is taken back with it), or what was muted.
    """
    muted = {item: was for item, was in before.items() if muting.is_mute(item)}
    said = [muting.restore(session, item, was) for item, was in muted.items()]
    states = {item: _Before.of(value) for item, value in before.items() if item not in muted}
    db = session.database
    tastes.allow(db, [item for item, one in states.items() if one.refused])
    for state in sorted({one.state for one in states.values()}):
        entries.mark(db, [item for item, one in states.items() if one.state == state], state, session.clock.now())
    given = handles.given(db, session.clock.today(), LETTER)
    _settle(session)
    handle_of = {item: handle for handle, item in given.items()}
    back = [(handle_of.get(item, ""), stored) for item, stored in entries.by_ids(db, states).items()]
    named = [one for one in back if one[0]] or back[:1]
    return ", ".join([*said, _said(named)] if named else said)


class _Before(msgspec.Struct, frozen=True):
    """How an entry was: its state, and whether a "no" was said to it by what is undone."""

    state: EntryState
    refused: bool = False

    @classmethod
    def of(cls, value: Any) -> _Before:
        return msgspec.convert({"state": value} if isinstance(value, str) else value, cls)


def _note_before(
    session: Session, verb: str, found: list[tuple[str, StoredEntry]], told: Sequence[str], state: EntryState
) -> None:
    """Note how those stand that are about to change."""
    refused = {stored.id for _, stored in found} if verb == "no" else set()
    known = entries.by_ids(session.database, told)
    before = {
        item: {"state": one.state, "refused": True} if item in refused else one.state
        for item, one in known.items()
        if one.state != state or item in refused
    }
    changing = [(handle, stored) for handle, stored in found if stored.id in before]
    undo.note(session.database, session.clock.now(), verb, NAME, _said(changing), before)


def _said(found: list[tuple[str, StoredEntry]]) -> str:
    return ", ".join(
        f"{handle} {stored.entry.title or stored.entry.summary[:_EXCERPT]}".strip() for handle, stored in found
    )


def _settle(session: Session) -> bool:
    """Note how far today's skim is; it is over when nothing that was shown is unread."""
    shown = list(on_screen(session).values())
    left = sum(one.state == "unread" for one in entries.by_ids(session.database, shown).values())
    day, now = session.clock.today(), session.clock.now()
    if shown and not left:
        end_skim(session)
    if NAME in progress.of_day(session.database, day):
        progress.mark(session.database, day, NAME, "shown" if left else "done", now, waiting=left)
    return not left
