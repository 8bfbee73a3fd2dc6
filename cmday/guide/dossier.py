"""What is known of an item: its thread, the person, what the calendar says, what one answered last time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from cmday.core.events import Event
from cmday.core.items import Item
from cmday.guide import precedents
from cmday.guide.stops import Stop
from cmday.session import Session
from cmday.steps.notifications.turns import Turn, turns
from cmday.storage import answers, calendars, journal, ledger, outbox
from cmday.storage.answers import Answer, Exchanges
from cmday.text.date_words import WEEKDAYS
from cmday.text.matching import fold, words

_AHEAD: Final = timedelta(days=14)
_SOON: Final = timedelta(days=3)
_MOST_EVENTS: Final = 2
_MOST_NOTES: Final = 3
_NOTES_READ: Final = 500
_THREAD: Final = 12
_BEGINNING: Final = 60


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One turn of a thread. ``own`` is what one said oneself, ``this`` the item itself; ``at`` where it is known."""

    who: str
    at: datetime | None
    text: str
    own: bool = False
    this: bool = False
    waiting: bool = False


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who wrote: how often before, and one's own notes that name them, newest first."""

    name: str
    handle: str
    before: Exchanges | None
    notes: tuple[str, ...]


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """All that stands around an item. ``written`` is an answer that waits in the outbox already."""

    item: Item
    thread: tuple[Said, ...]
    person: Person
    events: tuple[Event, ...]
    precedent: Answer | None
    written: str | None = None


def gather(session: Session, stop: Stop, item_id: str | None = None) -> Dossier | None:
    """What is known of the item of a stop (or of another, behind a case); None where the ledger has it no more."""
    found = ledger.items(session.database, [item_id or stop.id])
    if not found:
        return None
    (item,) = found
    text = item.notification.text
    past = [*answers.sent(session.database), *answers.own_words(session.database, _own_addresses(session))]
    thread = turns(session, item)
    return Dossier(
        item=item,
        thread=_thread(session, item, thread),
        person=_person(session, item),
        events=_events(session, item),
        precedent=precedents.closest(text, past, item.notification.community),
        written=_written(session, item.notification.id),
    )


def _own_addresses(session: Session) -> list[str]:
    return [one.username for one in session.settings.accounts.values() if one.username]


def _written(session: Session, item: str) -> str | None:
    """The answer to this item that waits in the outbox."""
    written = outbox.of_targets(session.database, [item]).get(item, [])
    waiting = (one.text for one in written if one.kind == "reply" and one.state not in ("sent", "cancelled"))
    return next(waiting, None)


def _thread(session: Session, item: Item, thread: Sequence[Turn]) -> tuple[Said, ...]:
    """The end of a thread, after one's own post that it is about, where that is known from elsewhere only."""
    said = [
        Said(
            who=turn.author or turn.author_handle,
            at=turn.at,
            text=turn.text,
            own=turn.mine,
            this=turn.this,
            waiting=turn.waiting,
        )
        for turn in thread[-_THREAD:]
    ]
    post = answers.post_of(session.database, item.notification)
    if post and not any(turn.mine and turn.text.startswith(post[:_BEGINNING]) for turn in thread):
        said.insert(0, Said(who="", at=None, text=post, own=True))
    return tuple(said)


def _person(session: Session, item: Item) -> Person:
    one = item.notification
    return Person(
        name=one.author or one.author_handle,
        handle=one.author_handle,
        before=answers.exchanges(session.database, item),
        notes=_notes(session, one.author, one.author_handle),
    )


def _notes(session: Session, name: str, handle: str) -> tuple[str, ...]:
    """One's own lines in the journal that name a person."""
    called = [fold(word) for word in (name, handle) if word.strip()]
    lines = journal.entries(session.database, verb="note", limit=_NOTES_READ)
    found = [line.text for line in reversed(lines) if any(word in fold(line.text) for word in called)]
    return tuple(found[:_MOST_NOTES])


def _events(session: Session, item: Item) -> tuple[Event, ...]:
    """The events ahead that have to do with an item: by their words, by a weekday that it names, by its community."""
    now = session.clock.now()
    one = item.notification
    telling = precedents.telling(one.text)
    named_days = {WEEKDAYS[word] for word in words(one.text) if word in WEEKDAYS and len(word) > len("mar.")}
    ranked = []
    for calendar in session.settings.calendars.values():
        for event in calendars.occurrences(session.database, calendar, now, now + _AHEAD):
            ours = event.community is not None and event.community == one.community
            shared = len(telling & precedents.telling(f"{event.title} {event.location or ''}"))
            that_day = event.start.weekday() in named_days and event.start - now < timedelta(days=7)
            rank = 2 * shared + (ours and that_day) + (ours and event.start - now < _SOON) * 0.5
            if event.community not in (None, one.community):
                rank = shared - 1  # another community's event: more than one word must speak for it
            if rank > 0:
                ranked.append((-rank, event.start, event))
    ranked.sort(key=lambda found: (found[0], found[1].timestamp()))
    return tuple(event for _rank, _start, event in ranked[:_MOST_EVENTS])
