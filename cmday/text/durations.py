"""Lengths of work as people type them: ``2h``, ``90m``, ``1h30``, ``1 h 30``, ``1,5 h``, ``2 hours 15 minutes``."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from cmday.errors import WrongUse
from cmday.i18n import phrase

LONGEST: Final = timedelta(hours=24)
_DURATION: Final = re.compile(
    r"(?:(?P<h>\d{1,4}(?:[.,]\d{1,3})?)\s*(?:h|hr|hrs|hours?|heures?)(?![a-z])\s*(?:(?:and|et)\s+)?)?"
    r"(?:(?P<m>\d{1,4})\s*(?P<unit>m|mn|min|mins|minutes?)?)?",
    re.ASCII,
)
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)


def parse_duration(text: str) -> timedelta:
    """The length that the words mean, in whole minutes up to 24 hours; raises ``WrongUse`` with a hint."""
    words = " ".join(text.casefold().split())
    if clock := _CLOCK.fullmatch(words):
        length = timedelta(hours=int(clock[1]), minutes=int(clock[2]))
    elif (match := _DURATION.fullmatch(words)) and (match["h"] or (match["m"] and match["unit"])):
        length = timedelta(hours=float((match["h"] or "0").replace(",", ".")), minutes=int(match["m"] or 0))
    else:
        raise WrongUse(
            phrase('"{text}" is not a length I can read', text=text.strip()[:60]),
            phrase("write for example 2h, 90m or 1h30"),
        )
    minutes = round(length.total_seconds() / 60)
    if not 1 <= minutes <= LONGEST.total_seconds() / 60:
        raise WrongUse(
            phrase('"{text}" is too short or too long for one operation', text=text.strip()[:60]),
            phrase("an operation takes from 1 minute to 24 hours; split a longer one"),
        )
    return timedelta(minutes=minutes)
