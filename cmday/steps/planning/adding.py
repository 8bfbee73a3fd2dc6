"""New operations, each with the watch that follows where it is an announcement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from cmday.core.events import Event
from cmday.core.operation_kinds import KINDS, KindDefaults
from cmday.core.operations import EventLink, Offset, OpenHours, Operation, Wants
from cmday.errors import NotFound, WrongUse
from cmday.hours.hanging import Room, room_at
from cmday.i18n import _, phrase
from cmday.session import Session
from cmday.steps.planning.learning import usual_length
from cmday.storage import handles, journal, operations, undo

_LONGEST_TITLE: Final = 300


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """An operation as a person asks for it; None is what its kind usually asks. ``after`` are handles or ids.

    ``event`` and ``offset`` hang it on a calendar event; they stand in the place of ``due`` and ``not_before``.
    ``at`` fixes it at a time; ``locked`` alone fixes it where it will be placed.
    """

    title: str
    kind: str = "work"
    length: timedelta | None = None
    community: str | None = None
    wants: Wants | None = None
    due: datetime | None = None
    not_before: datetime | None = None
    priority: int = 2
    after: tuple[str, ...] = ()
    gap: timedelta = timedelta()
    buffer: timedelta | None = None
    hours: OpenHours = "work"
    every: timedelta | None = None
    event: Event | None = None
    offset: Offset | None = None
    at: datetime | None = None
    locked: bool = False


def add(session: Session, wanted: Wanted) -> list[Operation]:
    """Store a new operation without a place, then its watch where its kind has one.

    Raises ``WrongUse`` where its words cannot be meant, ``NotFound`` for what it should come after.
    """
    return store(session, prepare(session, wanted, predecessors(session, wanted.after), group=None), wanted.title)


def title_of(words: str) -> str:
    """A title as it may be kept; raises ``WrongUse`` where nothing is left of it."""
    from cmday.text.safe_text import safe

    title = safe(words)[:_LONGEST_TITLE]
    if not title:
        raise WrongUse(phrase("an operation needs a title"), phrase('cmday plan add "Christmas contest" --for 2h'))
    return title


def check_dates(one: Operation, now: datetime) -> None:
    """Raise ``WrongUse`` where an operation cannot keep its own dates."""
    if one.due and one.due <= now:
        due = one.due.isoformat(sep=" ", timespec="minutes")
        raise WrongUse(
            phrase('"{title}" would be due {due}: that has passed', title=one.title, due=due)
            if one.group
            else phrase("the deadline {due} has passed", due=due),
            phrase("write a day that is still to come, for example --by fri"),
        )
    if one.due and one.not_before and one.not_before >= one.due:
        raise WrongUse(phrase("it would begin after its deadline"), phrase("write --from before --by"))
    if one.locked and one.start and one.state == "open" and one.event is None:
        _check_fixed(one, one.start, now)


def _check_fixed(one: Operation, start: datetime, now: datetime) -> None:
    """Raise ``WrongUse`` where the time that a person fixed cannot be kept."""
    if start + one.duration <= now:
        raise WrongUse(
            phrase("{time} has passed", time=start.isoformat(sep=" ", timespec="minutes")),
            phrase("write a time that is still to come, for example --at 15h"),
        )
    if one.due and start + one.duration > one.due:
        raise WrongUse(phrase("it would end after its deadline"), phrase("write an earlier --at, or another --by"))


def check_chain(session: Session, one: Operation) -> None:
    """Raise ``WrongUse`` where an operation would have to come after itself."""
    seen: set[str] = set()
    ahead = list(one.after)
    while ahead:
        name = ahead.pop()
        if name == one.id:
            raise WrongUse(
                phrase('"{title}" would have to come after itself', title=one.title),
                phrase("cmday plan list shows what comes after what"),
            )
        if name not in seen:
            seen.add(name)
            ahead += [each for other in operations.by_ids(session.database, [name]).values() for each in other.after]


def predecessors(session: Session, words: Sequence[str]) -> tuple[str, ...]:
    """The ids of operations that were named; raises ``NotFound`` for what is none."""
    hits = handles.resolve(session.database, session.clock.today(), list(words), "p") if words else []
    known = operations.by_ids(session.database, [item for _, item in hits])
    for handle, item in hits:
        if item not in known:
            raise NotFound(phrase('no operation is called "{word}"', word=handle), phrase("cmday plan list shows them"))
    return tuple(known)


def prepare(session: Session, wanted: Wanted, after: tuple[str, ...], *, group: str | None) -> list[Operation]:
    """The operation that is asked for, and its watch."""
    now, usual = session.clock.now(), KINDS[wanted.kind]
    if wanted.gap and not after:
        raise WrongUse(phrase("a gap counts from the end of another operation"), phrase("add --after p1"))
    length = wanted.length or usual_length(session, wanted.kind, wanted.community) or usual.length
    if length is None:
        raise WrongUse(phrase("how long does it take?"), phrase("add --for 2h, or a --kind that has a usual length"))
    room = _room(session, wanted, length)
    one = Operation(
        id=operations.new_id(session.database),
        title=title_of(wanted.title),
        community=wanted.community,
        duration=length,
        wants=wanted.wants or usual.wants,
        due=room.end if room else wanted.due,
        not_before=room.start if room else wanted.not_before,
        start=room.start if room and room.fixed else wanted.at,
        locked=bool(room and room.fixed) or wanted.locked or wanted.at is not None,
        priority=wanted.priority,
        created=now,
        kind=wanted.kind,
        after=after,
        gap=wanted.gap,
        buffer=usual.buffer if wanted.buffer is None else wanted.buffer,
        hours=wanted.hours,
        presence=usual.presence,
        every=wanted.every,
        event=link_to(wanted.event, wanted.offset) if wanted.event and wanted.offset else None,
        group=group,
    )
    check_dates(one, now)
    return [one, *_watch(session, one, usual)]


def _watch(session: Session, one: Operation, usual: KindDefaults) -> list[Operation]:
    """The work that an announcement makes: looking after what is answered, as soon as it is out."""
    if usual.watch is None:
        return []
    return [
        Operation(
            id=operations.new_id(session.database),
            title=title_of(_("Watch over: {title}").format(title=one.title)),
            community=one.community,
            duration=usual.watch,
            wants="any",
            priority=one.priority,
            created=one.created,
            kind="watch",
            after=(one.id,),
            hours=one.hours,
            event=one.event,
            group=one.group,
        )
    ]


def _room(session: Session, wanted: Wanted, length: timedelta) -> Room | None:
    if wanted.event is None or wanted.offset is None:
        return None
    event, hours, zone = wanted.event, session.settings.hours, session.clock.zone
    span = event.end - event.start if wanted.offset.unit == "live" and wanted.length is None else length
    return room_at(wanted.offset, event.start, event.end, length=span, hours=hours, zone=zone)


def link_to(event: Event, offset: Offset) -> EventLink:
    """What an operation keeps of the event that it hangs on."""
    return EventLink(calendar=event.calendar, uid=event.uid, title=event.title, start=event.start, offset=str(offset))


def store(session: Session, made: list[Operation], said: str) -> list[Operation]:
    now = session.clock.now()
    with session.database.write():
        for one in made:
            operations.put(session.database, one)
            journal.write(session.database, now, "add", step="planning", item=one.id, text=one.title)
        undo.note(session.database, now, "add", "planning", said, {one.id: None for one in made})
    return made
