"""A day of every year as people write it: ``14 feb``, ``Feb 14``, ``14 février``, ``1er mai``, ``14/2`` (day first)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Final

from cmday.text.date_words import MONTHS

_NUMBERS: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})")
_DAY_MONTH: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er)?(?: of)? ([a-z]+)\.?")
_MONTH_DAY: Final = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?")
_LEAP_YEAR: Final = 2000


def parse_yearly(text: str) -> tuple[int, int]:
    """Month and day; raises ``ValueError`` for what is no day of any year."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    words = " ".join("".join(char for char in bare if not unicodedata.combining(char)).split())
    if match := _NUMBERS.fullmatch(words):
        month, day = int(match[2]), int(match[1])
    elif match := _DAY_MONTH.fullmatch(words):
        month, day = MONTHS.get(match[2], 0), int(match[1])
    elif match := _MONTH_DAY.fullmatch(words):
        month, day = MONTHS.get(match[1], 0), int(match[2])
    else:
        raise ValueError(text)
    return date(_LEAP_YEAR, month, day).month, day
