"""Kinds of operations, and what each usually asks of the day. The words are ours.

An *announcement* is read by the community, so it wants a peak and leaves without the CM; the *watch* after it, when the
answers come, is work of hers. A *relay* tells of an event while it happens. The others are work that disturbs least,
and is disturbed least, while the network is quiet.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

from cmday.core.operations import Wants


class KindDefaults(msgspec.Struct, frozen=True, kw_only=True):
    """What an operation of a kind is like where nothing else is said.

    ``watch`` is how long the CM looks after what it starts.
    """

    length: timedelta | None = None
    wants: Wants = "quiet"
    presence: bool = True
    buffer: timedelta = timedelta()
    watch: timedelta | None = None


def _minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


KINDS: Final[dict[str, KindDefaults]] = {
    "work": KindDefaults(),
    "contest": KindDefaults(length=_minutes(120)),
    "campaign": KindDefaults(length=_minutes(120)),
    "report": KindDefaults(length=_minutes(120)),
    "newsletter": KindDefaults(length=_minutes(90)),
    "maintenance": KindDefaults(length=_minutes(60), buffer=_minutes(30)),
    "announcement": KindDefaults(length=_minutes(15), wants="peak", presence=False, watch=_minutes(30)),
    "relay": KindDefaults(length=_minutes(15), wants="peak"),
    "watch": KindDefaults(length=_minutes(30), wants="any"),
    "draw": KindDefaults(length=_minutes(30), wants="any"),
    "thanks": KindDefaults(length=_minutes(45), wants="peak"),
    "errand": KindDefaults(length=_minutes(30), wants="any"),
}
