"""The latest safe start: the last moment to begin something so that it, and all that waits for it, is done in time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from cmday.core.operations import Operation
from cmday.hours.working import Stretch


class SafeStart(msgspec.Struct, frozen=True, kw_only=True):
    """When an operation has to be done (``by``) and begun (``start``), in UTC.

    ``by`` is its own deadline or what the operations after it leave it, whichever is sooner. ``start`` is None where
    all the time that was looked at does not hold it.
    """

    by: datetime
    start: datetime | None


def latest_safe_start(due: datetime, length: timedelta, free: Sequence[Stretch]) -> datetime | None:
    """The moment from which the free time up to ``due`` is exactly ``length``, in the zone of ``due``.

    ``free`` are ordered UTC stretches; None where they hold less than ``length`` before ``due``.
    """
    left = length
    for start, end in reversed(free):
        end = min(end, due)  # noqa: PLW2901  only the part before the deadline counts
        if end <= start:
            continue
        if end - start >= left:
            return (end - left).astimezone(due.tzinfo)
        left -= end - start
    return due if left <= timedelta() else None


def safe_starts(
    operations: Iterable[Operation],
    length: Callable[[Operation], timedelta],
    free: Callable[[Operation, frozenset[str]], Sequence[Stretch]],
) -> dict[str, SafeStart]:
    """The latest safe starts by id, of all that have a deadline or stand before something that has.

    They are reckoned backwards: an operation has to end before the latest safe start of each that comes after it, with
    the gap between them, and with its own buffer where both take the CM's time. ``free(operation, chain)`` is the free
    time, in ordered UTC stretches, if nothing of its chain were placed: what stands before and behind it moves with it.
    What happens without the CM needs no free time, only its length by the clock; what is fixed begins when it does. A
    circle is cut where it is met.
    """
    known = {one.id: one for one in operations}
    behind = _behind(known)
    ahead = {id_: [other for other in one.after if other in known] for id_, one in known.items()}
    found: dict[str, SafeStart] = {}
    for id_ in _last_first(known, behind):
        one = known[id_]
        limits = [one.due.astimezone(UTC)] if one.due else []
        limits += [_leaves(found[other], one, known[other]) for other in behind[id_] if other in found]
        if not limits:
            continue
        by = min(limits)
        if one.locked and one.start and one.state == "open" and one.start + one.duration <= by:
            start: datetime | None = one.start.astimezone(UTC)
        elif one.presence:
            chain = frozenset(_reached(id_, behind) | _reached(id_, ahead))
            start = latest_safe_start(by, length(one), free(one, chain))
        else:
            start = by - one.duration
        found[id_] = SafeStart(by=by, start=start)
    return found


def _leaves(later: SafeStart, one: Operation, other: Operation) -> datetime:
    """When an operation has to be done for the one after it."""
    room = max(other.gap, one.buffer) if one.presence and other.presence else other.gap
    return (later.start or later.by - other.duration) - room


def _behind(known: Mapping[str, Operation]) -> dict[str, list[str]]:
    """The operations that wait for each."""
    waiting: dict[str, list[str]] = {id_: [] for id_ in known}
    for one in known.values():
        for before in one.after:
            if before in waiting:
                waiting[before].append(one.id)
    return waiting


def _last_first(known: Mapping[str, Operation], behind: Mapping[str, Sequence[str]]) -> list[str]:
    """The ids so that each comes after all that wait for it; those of a circle last."""
    open_ = {id_: len(waiting) for id_, waiting in behind.items()}
    ready = [id_ for id_, waiting in open_.items() if not waiting]
    order: list[str] = []
    while ready:
        id_ = ready.pop()
        order.append(id_)
        for before in known[id_].after:
            if before in open_:
                open_[before] -= 1
                if not open_[before]:
                    ready.append(before)
    done = set(order)
    return order + [id_ for id_ in known if id_ not in done]


def _reached(id_: str, steps: Mapping[str, Sequence[str]]) -> set[str]:
    """All that can be reached by steps from one id, itself among them."""
    seen, left = {id_}, [id_]
    while left:
        for other in steps[left.pop()]:
            if other not in seen:
                seen.add(other)
                left.append(other)
    return seen
