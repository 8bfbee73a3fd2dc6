"""What a rule may propose to do: ``hold``, ``label:tone``, ``reply:flood``, ``ban:7d``; the strictest of all wins."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from cmday.config import values as v
from cmday.config.measures import age
from cmday.config.values import Unfit
from cmday.i18n import phrase

# From the strictest to the mildest. ``queue`` only shows the case.
STRICTEST_FIRST: Final = ("ban", "remove", "lock", "mute", "hold", "warn", "reply", "label", "queue")
# What is done to a person or to what they said, and is not merely put before a moderator.
PUNISHING: Final = frozenset({"ban", "remove", "lock", "mute"})
# What a rule that goes by the text alone may do by itself.
HARMLESS: Final = frozenset({"hold", "label", "queue"})
_WANTS: Final = {"label": "label:tone", "reply": "reply:flood"}
_TIMED: Final = frozenset({"ban", "mute"})
_NAME: Final = r"[^\W_][\w -]{0,39}"
_LONGEST: Final = 10 * 31_536_000


def name_of(deed: str) -> str:
    """The action of a deed: ``ban`` of ``ban:7d``."""
    return deed.partition(":")[0]


def strictest(several: Iterable[str]) -> str | None:
    """The strictest of some deeds, None of none; of two alike the one for longer, for ever before a time."""
    return min(several, key=_rank, default=None)


def seconds_of(deed: str) -> int | None:
    """For how many seconds a ban or mute is meant; None for ever, and for other deeds."""
    name, _, more = deed.partition(":")
    return int(age(more)) if name in _TIMED and more else None


def _rank(deed: str) -> tuple[int, float]:
    return STRICTEST_FIRST.index(name_of(deed)), -(seconds_of(deed) or float("inf"))


def deeds(value: Any) -> tuple[str, ...]:
    """What to do, one or a list."""
    several = v.texts(value)
    for one in several:
        name, colon, more = one.partition(":")
        if name not in STRICTEST_FIRST or (name in _WANTS and not colon):
            raise _unfit()
        if colon and not _may_have(name, more):
            raise _unfit()
    if not several:
        raise _unfit()
    return several


def _may_have(name: str, more: str) -> bool:
    if name in _TIMED:
        try:
            return 0 < age(more) <= _LONGEST
        except ValueError:
            return False
    return name in ("label", "reply", "warn") and re.fullmatch(_NAME, more) is not None


def _unfit() -> Unfit:
    shown = ", ".join(f'"{_WANTS.get(name, name)}"' for name in STRICTEST_FIRST)
    return Unfit(phrase('a list of {deeds}; "ban:7d" ends by itself', deeds=shown))
