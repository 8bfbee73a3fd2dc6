"""What the words of ``cmday plan add`` and ``edit`` mean."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from cmday.cli.run import Run, unknown_community
from cmday.core.events import Event
from cmday.core.operation_kinds import KINDS
from cmday.core.operations import Operation
from cmday.errors import WrongUse
from cmday.i18n import language, phrase
from cmday.text.dates import Bare, parse_when
from cmday.text.durations import parse_duration

_DAYS: Final = re.compile(
    r"(?P<amount>\d{1,3})\s*(?P<unit>d|days?|j|jours?|w|weeks?|sem|semaines?)", re.ASCII | re.IGNORECASE
)
_WEEKS: Final = frozenset({"w", "week", "weeks", "sem", "semaine", "semaines"})
_MOST_DAYS: Final = 366
NONE: Final = frozenset({"none", "aucun", "aucune", "-"})


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """The options of ``plan edit`` as they were typed; None is not named."""

    title: str | None
    length: str | None
    by: str | None
    from_: str | None
    at: str | None
    lock: bool | None
    kind: str | None
    wants: str | None
    community: str | None
    after: tuple[str, ...]
    gap: str | None
    buffer: str | None
    every: str | None
    at_event: str | None
    offset: str | None
    hours: str | None
    spent: str | None
    priority: int | None


def plan_edit_changes(run: Run, one: Operation, typed: Typed) -> dict[str, Any]:
    """What is to be changed of an operation, by field; raises ``WrongUse`` where nothing is named."""
    changes: dict[str, Any] = {
        name: value for name in ("title", "wants", "priority", "hours") if (value := getattr(typed, name)) is not None
    }
    if typed.kind is not None:
        changes["kind"] = read_kind(typed.kind)
    if typed.community is not None:
        changes["community"] = None if is_none(typed.community) else read_community(run, typed.community)
    changes |= _lengths(typed)
    changes |= _moments(run, one, typed)
    if typed.after:
        from cmday.steps.planning.adding import predecessors

        named = [word for word in typed.after if not is_none(word)]
        changes["after"] = predecessors(run.session, named)
    if typed.at_event is not None or typed.offset is not None:
        changes |= _event(run, one, typed)
    if not changes:
        raise WrongUse(phrase("nothing to change is named"), phrase("for example cmday plan edit p1 --by fri"))
    return changes


def _lengths(typed: Typed) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if typed.length is not None:
        changes["duration"] = parse_duration(typed.length)
    if typed.spent is not None:
        changes["spent"] = read_spent(typed.spent)
    if typed.gap is not None:
        changes["gap"] = timedelta() if is_none(typed.gap) else read_span(typed.gap)
    if typed.buffer is not None:
        changes["buffer"] = timedelta() if is_none(typed.buffer) else parse_duration(typed.buffer)
    if typed.every is not None:
        changes["every"] = None if is_none(typed.every) else read_span(typed.every)
    return changes


def _moments(run: Run, one: Operation, typed: Typed) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if typed.by is not None:
        changes["due"] = read_when(run, typed.by, "end")
    if typed.from_ is not None:
        changes["not_before"] = read_when(run, typed.from_, "start")
    if typed.at is not None:
        start = read_when(run, typed.at, "start")
        changes |= {"locked": False} if start is None else {"start": start, "locked": True}
    if typed.lock is not None:
        if typed.lock and typed.at is None and one.start is None:
            raise WrongUse(phrase("it has no place yet to be fixed at"), phrase("write --at with a time"))
        changes["locked"] = typed.lock
    return changes


def _event(run: Run, one: Operation, typed: Typed) -> dict[str, Any]:
    """Hang it on an event, or at another distance from its own, or on none."""
    from cmday.steps.planning import hanging
    from cmday.text.offsets import parse_offset

    if typed.at_event is not None and is_none(typed.at_event):
        return {"event": None, "locked": False}
    if typed.at_event is None and one.event is None:
        raise WrongUse(phrase("--offset needs an event"), phrase('add --at-event "Concert"'))
    words = typed.offset or (one.event.offset if one.event else None)
    event = read_event(run, typed.at_event, words) if typed.at_event else None
    if event is None and one.event is not None:
        event = hanging.event_of(run.session, one.event)
    assert event is not None
    assert words is not None
    offset = parse_offset(words)
    length = parse_duration(typed.length) if typed.length else one.duration
    return hanging.hung(run.session, event, offset, length)


def is_none(text: str) -> bool:
    """Whether a word takes something away: ``none``, ``aucun``, ``-``."""
    return text.strip().lower() in NONE


def read_spent(text: str | None) -> timedelta | None:
    """How long something took; None where nothing is said."""
    return None if text is None else parse_duration(text)


def read_when(run: Run, text: str | None, bare: Bare) -> datetime | None:
    """The moment that was typed; "none" takes it away."""
    if text is None or is_none(text):
        return None
    now = run.session.clock.now()
    return parse_when(text, now, run.settings.hours, language=language(), bare=bare)


def read_community(run: Run, name: str | None) -> str | None:
    """The community that was named; else the one that this terminal looks at, where it is one."""
    if name is None:
        return run.session.communities[0] if len(run.session.communities) == 1 else None
    if name not in run.settings.communities:
        raise unknown_community(name, run.settings.communities)
    return name


def read_kind(word: str | None) -> str:
    """The kind of operation that was named."""
    if word is None:
        return "work"
    if word not in KINDS:
        from difflib import get_close_matches

        near = get_close_matches(word.lower(), KINDS, n=1, cutoff=0.5)
        raise WrongUse(
            phrase('"{kind}" is no kind of operation', kind=word),
            phrase('did you mean "{key}"?', key=near[0])
            if near
            else phrase("kinds are {kinds}", kinds=", ".join(KINDS)),
        )
    return word


def read_span(text: str | None) -> timedelta:
    """A span of hours or whole days: ``2h``, ``1d``, ``2w``; nothing is none."""
    if text is None:
        return timedelta()
    match = _DAYS.fullmatch(text.strip())
    if match is None:
        return parse_duration(text)
    days = int(match["amount"]) * (7 if match["unit"].lower() in _WEEKS else 1)
    if not 1 <= days <= _MOST_DAYS:
        raise WrongUse(phrase('"{text}" is no span up to a year', text=text.strip()[:60]), phrase("write 2h, 3d or 2w"))
    return timedelta(days=days)


def read_event(run: Run, words: str | None, offset: str | None) -> Event | None:
    """The calendar event that was named by words of its title; raises where it is none, or more than one."""
    if words is None:
        if offset is not None:
            raise WrongUse(phrase("--offset needs an event"), phrase('add --at-event "Concert"'))
        return None
    if offset is None:
        raise WrongUse(phrase("how far from the event?"), phrase("add --offset D-7, H-1, live or D+1"))
    from cmday.cli.schedule import ask
    from cmday.steps.planning import step
    from cmday.steps.planning.hanging import find_event

    ask(run, step)  # an event that was entered a minute ago is found too
    return find_event(run.session, words)
