"""Handles: a step's letter and a number, typed by a person to name an item (``i3``, ``i5-8``)."""

from __future__ import annotations

import re
from typing import Final

from cmday.errors import WrongUse
from cmday.i18n import phrase

LETTERS: Final = {
    "s": "schedule",
    "i": "notifications",
    "f": "news",
    "m": "moderation",
    "p": "planning",
    "o": "outbox",
}
MOST_IN_A_RANGE: Final = 500
_HANDLE: Final = re.compile(r"([a-z])?(\d{1,6})(?:-([a-z])?(\d{1,6}))?", re.IGNORECASE | re.ASCII)


def expand(words: list[str], letter: str | None) -> list[str]:
    """Handles and ranges as single handles in the order given, each once; other words (stable ids) pass through.

    ``letter`` is the command's own, added where it was left out: ``expand(["3", "i5-7"], "i")`` is
    ``["i3", "i5", "i6", "i7"]``. Commas separate too. Raises ``WrongUse`` for a range that runs backwards, crosses
    steps, or is too long to be meant.
    """
    named: list[str] = []
    for word in (part for raw in words for part in raw.split(",") if part):
        match = _HANDLE.fullmatch(word)
        if not match:
            named.append(word)
            continue
        first_letter, first, last_letter, last = match.groups()
        own = (first_letter or letter or "").lower()
        if not own:
            raise WrongUse(
                phrase('"{word}" does not say which step it belongs to', word=word),
                phrase("write the letter too, for example i{number}", number=first),
            )
        if last is None:
            named.append(f"{own}{int(first)}")
            continue
        if (last_letter or own).lower() != own or not 0 <= int(last) - int(first) < MOST_IN_A_RANGE:
            raise WrongUse(
                phrase('"{word}" is not a range', word=word),
                phrase("a range runs upwards within one step, for example i5-8"),
            )
        named.extend(f"{own}{number}" for number in range(int(first), int(last) + 1))
    return list(dict.fromkeys(named))


def is_handle(word: str) -> bool:
    """Whether a word has the form of a single handle with its letter."""
    match = _HANDLE.fullmatch(word)
    return bool(match and match[1] and match[3] is None and match[4] is None)
