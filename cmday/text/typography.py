"""French typography: spaces that do not break, quotation marks, the apostrophe, the ellipsis, numbers.

After the Lexique of the Imprimerie nationale: a narrow no-break space before ``; ! ?``, a no-break space before ``:``
and inside ``« »``. Either of the two is taken for right where it already stands. Addresses, handles, hashtags, smileys
and clock times are left alone.
"""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec

from cmday.text.masking import STAND_IN, put_back, set_aside

SlipKind = Literal["space", "quotes", "apostrophe", "ellipsis", "number"]

NARROW: Final = "\u202f"
NO_BREAK: Final = "\u00a0"
_EXCERPT: Final = 12

_RULES: Final[tuple[tuple[SlipKind, re.Pattern[str], str], ...]] = (
    ("ellipsis", re.compile(r"(?<!\.)\.{3}(?!\.)"), "…"),
    ("apostrophe", re.compile(rf"(?<=[^\W\d_])'(?=[^\W\d_]|[«{STAND_IN}])"), "’"),
    ("quotes", re.compile(r"(?<![^\s(\[])\"(?=\S)([^\"\n]*[^\s\"])\"(?![^\W_])"), f"«{NO_BREAK}\\1{NO_BREAK}»"),
    ("space", re.compile(r"« *(?=\S)"), f"«{NO_BREAK}"),
    ("space", re.compile(r"(?<=[^\s«]) *(?=»)"), NO_BREAK),
    ("space", re.compile(r"(?<=[^\s!?;:…(\[{«]) *(?=[!?;])"), NARROW),
    ("space", re.compile(r"(?<=[^\s!?;:(\[{«]) *(?=:(?:\s|$))"), NO_BREAK),
    ("number", re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), NARROW),
    ("number", re.compile(r"(?<=\d) *(?=[%€])"), NO_BREAK),
    ("number", re.compile(r"(?<=\d) (?=h\b)|(?<=\d h) (?=\d{2}\b)|(?<=\dh) (?=\d{2}\b)"), NO_BREAK),
)


class Slip(msgspec.Struct, frozen=True):
    """One place where the text departs from the rules: of what kind, and a few characters around it."""

    kind: SlipKind
    excerpt: str


def slips(text: str) -> list[Slip]:
    """All places that ``mend`` would change, in the order of the rules."""
    return _read(text)[0]


def mend(text: str) -> str:
    """The text as French typography wants it; a text that is right comes back as it is."""
    return _read(text)[1]


def _read(text: str) -> tuple[list[Slip], str]:
    masked, parts = set_aside(text)
    found: list[Slip] = []
    for kind, pattern, right in _RULES:
        for place in pattern.finditer(masked):
            around = masked[max(0, place.start() - _EXCERPT) : place.end() + _EXCERPT]
            found.append(Slip(kind, put_back(around, parts).replace("\n", " ").strip()))
        masked = pattern.sub(right, masked)
    return found, put_back(masked, parts)
