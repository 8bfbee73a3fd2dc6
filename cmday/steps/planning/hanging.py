"""Operations that hang on a calendar event: finding the event, and following it when it moves or is cancelled."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

import msgspec

from cmday.core.events import Event
from cmday.core.operations import EventLink, Offset, Operation
from cmday.errors import NotFound, WrongUse
from cmday.hours.hanging import room_at
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps import calendar_reading
from cmday.steps.protocol import Outcomes
from cmday.text.offsets import parse_offset

AHEAD: Final = 200
_SHOWN: Final = 4
_KEPT: Final = calendar_reading.AFTER


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """An operation whose event moved, as it would be now; None where the event is gone."""

    was: Operation
    now: Operation | None
    event: str


def find_event(session: Session, words: str) -> Event:
    """The next event whose title holds all these words; raises ``NotFound``, and ``WrongUse`` where they fit several.

    Occurrences of one recurring event are one: the next is meant.
    """
    now = session.clock.now()
    diary = calendar_reading.diary(session, {}, now.date(), now.date() + timedelta(days=AHEAD))
    wanted = _plain(words).split()
    hits: dict[tuple[str, str], Event] = {}
    for event in diary.events:
        title = _plain(event.title)
        if event.end > now and all(word in title for word in wanted):
            hits.setdefault((event.calendar, event.uid), event)
    exact = [event for event in hits.values() if _plain(event.title) == _plain(words)]
    found = exact or list(hits.values())
    if not found:
        raise NotFound(
            phrase('no event of the next {days} days is called "{words}"', days=AHEAD, words=words),
            phrase("cmday schedule --days 7 shows what the calendars hold"),
        )
    if len({_plain(event.title) for event in found}) > 1:
        titles = ", ".join(f'"{event.title}" ({event.start.date().isoformat()})' for event in found[:_SHOWN])
        raise WrongUse(
            phrase('"{words}" fits several events: {titles}', words=words, titles=titles),
            phrase("write more of the title"),
        )
    return found[0]


def event_of(session: Session, link: EventLink) -> Event:
    """The event that an operation hangs on, as it is now; raises ``NotFound`` where it is gone."""
    event = _occurrence(_events(session, {}, AHEAD), link)
    if event is None:
        raise NotFound(
            phrase('no event of the next {days} days is called "{words}"', days=AHEAD, words=link.title),
            phrase("cmday schedule --days 7 shows what the calendars hold"),
        )
    return event


def hung(session: Session, event: Event, offset: Offset, length: timedelta) -> dict[str, Any]:
    """What changes of an operation of this length when it is hung on an event, by field."""
    hours, zone = session.settings.hours, session.clock.zone
    room = room_at(offset, event.start, event.end, length=length, hours=hours, zone=zone)
    link = EventLink(calendar=event.calendar, uid=event.uid, title=event.title, start=event.start, offset=str(offset))
    changes = {"event": link, "due": room.end, "not_before": room.start, "locked": room.fixed}
    return {**changes, "start": room.start} if room.fixed else changes


def follow(session: Session, living: Iterable[Operation], outcomes: Outcomes) -> dict[str, Followed]:
    """What becomes of the operations that hang on events, by id: those whose event moved or is gone, no other.

    A calendar that could not be read says nothing of its events, and what lies behind is followed no more.
    """
    hung = [(one, one.event) for one in living if one.event and one.state == "open"]
    found: dict[str, Followed] = {}
    if not hung:
        return found
    near = _events(session, outcomes, _KEPT)
    for one, link in hung:
        if link.calendar not in session.settings.calendars or link.start <= session.clock.now():
            continue
        event = _occurrence(near, link) or _occurrence(_events(session, outcomes, AHEAD), link)
        if event is None:
            if _is_read(session, link.calendar):
                found[one.id] = Followed(was=one, now=None, event=link.title)
        elif event.start != link.start:
            found[one.id] = Followed(was=one, now=_moved(session, one, link, event), event=event.title)
    return found


def _moved(session: Session, one: Operation, link: EventLink, event: Event) -> Operation:
    """The operation for its event as it is now; a watch only follows its announcement and has no days of its own."""
    link = msgspec.structs.replace(link, start=event.start, title=event.title)
    if one.due is None:
        return msgspec.structs.replace(one, event=link)
    offset = parse_offset(link.offset)
    zone = session.clock.zone
    room = room_at(offset, event.start, event.end, length=one.duration, hours=session.settings.hours, zone=zone)
    start = room.start if room.fixed else one.start
    return msgspec.structs.replace(one, event=link, not_before=room.start, due=room.end, start=start)


def _events(session: Session, outcomes: Outcomes, days: int) -> tuple[Event, ...]:
    today = session.clock.today()
    return calendar_reading.diary(session, outcomes, today, today + timedelta(days=days)).events


def _occurrence(events: Iterable[Event], link: EventLink) -> Event | None:
    """The occurrence of the link's event that lies nearest to where it was."""
    own = [one for one in events if (one.calendar, one.uid) == (link.calendar, link.uid)]
    return min(own, key=lambda one: abs(one.start - link.start), default=None)


def _is_read(session: Session, calendar: str) -> bool:
    """Whether a copy of the calendar is there, so that what it does not hold is really gone."""
    named = session.settings.calendars[calendar]
    return calendar_reading.has_copy(session, named)


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(char for char in bare if not unicodedata.combining(char)).split())
