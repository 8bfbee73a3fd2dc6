"""A whole series of linked operations at once, from a file."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from cmday.config.series import Part, Series
from cmday.core.events import Event
from cmday.core.operation_kinds import KINDS
from cmday.core.operations import Offset, Operation
from cmday.errors import WrongUse
from cmday.hours.hanging import Room, room_at
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.planning.adding import Wanted, prepare, store, title_of
from cmday.storage import operations


class _Day(msgspec.Struct, frozen=True):
    """The day that a series is counted from."""

    event: Event | None
    due: datetime | None


def add_series(
    session: Session,
    series: Series,
    *,
    title: str | None,
    community: str | None,
    event: Event | None = None,
    due: datetime | None = None,
) -> list[Operation]:
    """Store all parts of a series around its day: an event, or the day of ``due``.

    Raises ``WrongUse`` where neither is named.
    """
    if event is None and due is None:
        raise WrongUse(
            phrase("a series needs its day"),
            phrase("--by DAY is the day D of the file, --at-event hangs it on an event"),
        )
    name = title_of(title or (event.title if event else series.title))
    group = operations.new_id(session.database).replace("op-", "series-")
    ids: dict[str, str] = {}
    new: list[Operation] = []
    for part in series.parts:
        wanted = _of_part(session, part, name, community, _Day(event, due))
        found = prepare(session, wanted, tuple(ids[other] for other in part.after), group=group)
        ids[part.name] = found[0].id
        new += found
    return store(session, new, name)


def _of_part(session: Session, part: Part, name: str, community: str | None, day: _Day) -> Wanted:
    """A part of a series as one would ask for it by hand."""
    event, due = day.event, day.due
    wanted = Wanted(
        title=part.title.replace("{title}", name),
        kind=part.kind,
        length=part.length,
        community=community or (event.community if event else None),
        wants=part.wants,
        priority=part.priority,
        gap=part.gap,
        buffer=part.buffer,
        hours=part.hours,
    )
    if event is not None and part.on is not None:
        return msgspec.structs.replace(wanted, event=event, offset=part.on)
    start, end = (event.start, event.end) if event else (due, due)
    assert start is not None
    assert end is not None

    def room(offset: Offset | None) -> Room | None:
        hours, zone = session.settings.hours, session.clock.zone
        length = part.length or KINDS[part.kind].length or timedelta(minutes=15)
        return room_at(offset, start, end, length=length, hours=hours, zone=zone) if offset else None

    on, first, last = room(part.on), room(part.not_before), room(part.due)
    return msgspec.structs.replace(
        wanted,
        not_before=on.start if on else first.start if first else None,
        due=on.end if on else last.end if last else None,
    )
