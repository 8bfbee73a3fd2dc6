"""What goes out now, what has time yet, and what is so late that it asks first.

By the wall clock, whatever happened to it: what a laptop slept over is late, and what was sent stays sent however far a
clock is set back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from cmday.core.outbox import LATE, Outgoing
from cmday.outbox.queue import is_asked_to_wait


class Sorted(msgspec.Struct, frozen=True, kw_only=True):
    """``now`` goes out; ``late`` asks first; ``doubtful`` may be there already; the others have time yet.

    ``patient`` wait because their server asked for it, ``later`` for their own time.
    """

    now: tuple[Outgoing, ...] = ()
    late: tuple[Outgoing, ...] = ()
    doubtful: tuple[Outgoing, ...] = ()
    patient: tuple[Outgoing, ...] = ()
    later: tuple[Outgoing, ...] = ()


def is_late(one: Outgoing, moment: datetime) -> bool:
    """Whether its time is over by so much that it may not be wanted any more."""
    return one.due is not None and moment - one.due > LATE


def sort_out(queued: Iterable[Outgoing], moment: datetime, *, due_only: bool = False, named: bool = False) -> Sorted:
    """Sort what is queued or in doubt. ``due_only`` leaves what has no time of its own to a person (``later``).

    What a person has ``named`` goes before its time, and against the wish of its server.
    """
    found: dict[str, list[Outgoing]] = {name: [] for name in Sorted.__struct_fields__}
    for one in queued:
        found[_pile(one, moment, due_only=due_only, named=named)].append(one)
    return Sorted(**{name: tuple(some) for name, some in found.items()})


def _pile(one: Outgoing, moment: datetime, *, due_only: bool, named: bool) -> str:
    if one.state == "doubtful":
        return "doubtful"
    if is_late(one, moment):
        return "late"
    if named:
        return "now"
    if (one.due is None and due_only) or (one.due is not None and one.due > moment):
        return "later"
    return "patient" if is_asked_to_wait(one, moment) else "now"
