"""Distances from an event as people of the trade write them: ``D-7``, ``J-7``, ``H-1``, ``D+1``, ``live``."""

from __future__ import annotations

import re
from typing import Final

from cmday.core.operations import Offset
from cmday.errors import WrongUse
from cmday.i18n import phrase

_WRITTEN: Final = re.compile(r"(?P<unit>[djh])\s*(?:(?P<sign>[+-])\s*(?P<amount>\d{1,3}))?", re.ASCII | re.IGNORECASE)
_LIVE: Final = frozenset({"live", "direct", "en direct"})
_MINUS: Final = str.maketrans("\u2212\u2013\u2010\u2011", "----")


def parse_offset(text: str) -> Offset:
    """The distance that is written; ``J`` is ``D`` in French. Raises ``WrongUse`` with a hint."""
    words = " ".join(text.translate(_MINUS).split())
    if words.casefold() in _LIVE:
        return Offset("live")
    match = _WRITTEN.fullmatch(words)
    if match is None:
        raise WrongUse(
            phrase('"{text}" is no distance from an event', text=text.strip()[:60]),
            phrase("write D-7 for a week before it, H-1 for an hour before, live, or D+1 for the day after"),
        )
    amount = int((match["sign"] or "+") + (match["amount"] or "0"))
    return Offset("hour" if match["unit"].casefold() == "h" else "day", amount)
