"""The glance: where the day stands, from the database alone. No network, no drawing library, nothing created."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Literal

import msgspec

from cmday.core.items import WANT_ANSWER
from cmday.core.operations import Operation
from cmday.core.outbox import Outgoing
from cmday.core.time import day_bounds
from cmday.i18n import Phrase, phrase
from cmday.session import Session

_OWED = 2


class GlanceStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the day: ``state`` is done, open, or waiting for its first look today."""

    name: str
    state: Literal["done", "open", "new"]
    waiting: int
    of: int | None = None


class Ahead(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment or an operation: running, soon, or tomorrow. ``spent_minutes`` where it runs."""

    handle: str
    title: str
    community: str | None
    start: datetime
    end: datetime
    spent_minutes: int | None = None


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who waits for an answer."""

    handle: str
    author: str
    community: str | None
    answer_by: datetime | None
    late: bool


class Glance(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday --json``. ``command`` is what to type next, None where the day is done."""

    steps: tuple[GlanceStep, ...] = ()
    seen_at: datetime | None = None
    running: tuple[Ahead, ...] = ()
    soon: tuple[Ahead, ...] = ()
    tomorrow: tuple[Ahead, ...] = ()
    owed: tuple[Owed, ...] = ()
    command: str | None = None
    why: str = ""
    evening: bool = False


def look(session: Session) -> tuple[Glance, Phrase]:
    """Where the day stands, and why the next command is the next; of a home without a database only that."""
    if not session.home.database.exists():
        why = phrase("the first morning: nothing is asked, nothing leaves this machine")
        return Glance(command="cmday start", why=why.english), why
    from cmday.steps import standing
    from cmday.storage import accounts, outbox

    waits = outbox.waiting(session.database, communities=session.communities)
    written = {one.target for one in waits if one.kind == "reply" and one.target}
    inbox = _step_report(session, "notifications", limit=_OWED + len(written), kinds=WANT_ANSWER)
    cases = _step_report(session, "moderation", limit=0)
    progress = standing.of_today(session)
    living = _living(session)
    today, running, tomorrow = _work(session, living)
    missed = sum(_is_missed(one, session.clock.now()) for one in living)
    done = _done_today(session)
    counts = {"notifications": max(0, inbox.waiting - len(written)), "moderation": cases.waiting}
    open_today = [one for one in (*today, *running) if one.handle.startswith("p")]
    steps = []
    for name in session.settings.steps:
        if name == "planning":
            left = len(open_today) + missed
            state: Literal["done", "open", "new"] = "open" if left else ("done" if name in progress else "new")
            steps.append(GlanceStep(name=name, state=state, waiting=left, of=left + done or None))
            continue
        waiting = counts.get(name, 0)
        known = progress.get(name)
        seen = known is not None and known.state in ({"shown", "done"} if name in counts else {"done"})
        steps.append(GlanceStep(name=name, state="open" if waiting else ("done" if seen else "new"), waiting=waiting))
    states = accounts.states(session.database).values()
    seen_at = max((one.last_success for one in states if one.last_success), default=standing.last_start(session))
    owed = tuple(_owed(item, inbox) for item in inbox.data.items if item.answer_by and item.id not in written)
    owed = owed[:_OWED]
    ready = _ready(waits, session.clock.now())
    command, why = _next(progress, owed, counts, missed, ready, closed=standing.is_closed(session))
    glance = Glance(
        steps=tuple(steps),
        seen_at=seen_at,
        running=running,
        soon=today,
        tomorrow=tomorrow,
        owed=owed,
        command=command,
        why=why.english,
        evening=_is_evening(session) or standing.is_closed(session),
    )
    return glance, why


def _ready(waits: Iterable[Outgoing], now: datetime) -> int:
    """How much of what waits ``cmday send`` would speak of, as ``outbox.queue.ready`` has it, which imports more."""
    doubtful = (one for one in waits if one.state == "doubtful")
    due = (one for one in waits if one.state == "queued" and not any(at and at > now for at in (one.due, one.retry_at)))
    return sum(1 for one in (*doubtful, *due))


def _step_report(session: Session, name: str, **more: Any) -> Any:
    """What a step knows without having asked anybody."""
    from importlib import import_module

    return import_module(f"cmday.steps.{name}.step").digest(session, {}, **more)


def _owed(item: Any, inbox: Any) -> Owed:
    return Owed(
        handle=item.handle,
        author=item.author or item.author_handle,
        community=item.community,
        answer_by=item.answer_by,
        late=item.id in inbox.late,
    )


def _living(session: Session) -> list[Operation]:
    """The operations in focus that are neither done nor dropped."""
    from cmday.storage import operations

    return [one for one in operations.living(session.database) if session.in_focus(one.community)]


def _is_missed(one: Operation, now: datetime) -> bool:
    """Whether the time set aside for it went by and it does not run."""
    return one.start is not None and one.state != "running" and one.start + one.duration <= now


def _work(session: Session, living: list[Operation]) -> tuple[tuple[Ahead, ...], tuple[Ahead, ...], tuple[Ahead, ...]]:
    """What is still to come today, what runs now, and tomorrow's."""
    now, zone = session.clock.now(), session.clock.zone
    today, tomorrow = now.date(), now.date() + timedelta(days=1)
    of_today = [*_events(session, today), *_placed(session, living, today)]
    running = [one for one in of_today if one.spent_minutes is not None]
    soon = [one for one in of_today if one.spent_minutes is None and one.end > now]
    later = [*_events(session, tomorrow), *_placed(session, living, tomorrow)]
    in_order = sorted(soon, key=lambda one: one.start.astimezone(zone))
    return tuple(in_order), tuple(running), tuple(sorted(later, key=lambda one: one.start.astimezone(zone)))


def _events(session: Session, day: date) -> list[Ahead]:
    from cmday.storage import calendars, handles

    start, end = day_bounds(day, session.clock.zone)
    found = [
        event
        for calendar in session.settings.calendars.values()
        if session.in_focus(calendar.community)
        for event in calendars.occurrences(session.database, calendar, start, end)
        if not event.all_day
    ]
    keys = [f"{event.uid} {event.start.isoformat()}" for event in found]
    given = handles.give(session.database, session.clock.today(), "s", keys) if day == session.clock.today() else {}
    return [
        Ahead(handle=given.get(key, ""), title=event.title, community=event.community, start=event.start, end=event.end)
        for key, event in zip(keys, found, strict=True)
    ]


def _placed(session: Session, living: Iterable[Operation], day: date) -> list[Ahead]:
    from cmday.storage import handles

    now = session.clock.now()
    mine = [
        one
        for one in living
        if one.start and (one.start.date() == day or (one.state == "running" and day == now.date()))
    ]
    given = handles.give(session.database, session.clock.today(), "p", [one.id for one in mine])
    return [
        Ahead(
            handle=given[one.id],
            title=one.title,
            community=one.community,
            start=one.start,
            end=one.start + one.duration,
            spent_minutes=_minutes(one.duration - one.remaining(now)) if one.state == "running" else None,
        )
        for one in mine
        if one.start
    ]


def _minutes(length: timedelta) -> int:
    return round(length.total_seconds() / 60)


def _done_today(session: Session) -> int:
    from cmday.storage import operations

    start, end = day_bounds(session.clock.today(), session.clock.zone)
    return sum(one.state == "done" for one in operations.ended_between(session.database, start, end))


def _next(
    progress: Any, owed: tuple[Owed, ...], counts: dict[str, int], missed: int, ready: int, *, closed: bool
) -> tuple[str | None, Phrase]:
    """The command to type next, and why."""
    if not progress and not closed:
        return "cmday start", phrase("today has not been begun")
    if any(one.state == "begun" for one in progress.values()) and not closed:
        return "cmday start --resume", phrase("the morning was interrupted")
    if ready:
        return "cmday send", phrase("one thing written has not left") if ready == 1 else phrase(
            "{n} things written have not left", n=ready
        )
    return _decide_next(owed, counts, missed)


def _decide_next(owed: tuple[Owed, ...], counts: dict[str, int], missed: int) -> tuple[str | None, Phrase]:
    if owed:
        first = owed[0]
        return f"cmday inbox read {first.handle}", phrase("{author} waits for an answer", author=first.author)
    if n := counts.get("moderation"):
        return "cmday moderate", phrase("one decision") if n == 1 else phrase("{n} decisions", n=n)
    if missed:
        one = phrase("the time of one operation went by")
        return "cmday plan", one if missed == 1 else phrase("the time of {n} operations went by", n=missed)
    return None, phrase("nobody waits for an answer")


def _is_evening(session: Session) -> bool:
    """Whether today's working hours are over."""
    from cmday.hours.working import day_end

    return session.clock.now() >= day_end(session.clock.today(), session.settings.hours, session.clock.zone)
