"""A text made to fit: its first sentences, as many as there is room for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_SENTENCE: Final = re.compile(r"[.!?…]+[\s\u00a0\u202f]*[»”\"')\]]*(?=\s|$)|\n+")
_WORD: Final = re.compile(r"\s+")
ELLIPSIS: Final = "…"


def shortened(text: str, most: int, measure: Callable[[str], int] = len) -> str:
    """The text if it fits into ``most``, else as many whole sentences as do, else words with an ellipsis.

    ``measure`` counts as the network does. Empty where nothing fits.
    """
    whole = text.strip()
    if measure(whole) <= most:
        return whole
    for end in reversed([found.end() for found in _SENTENCE.finditer(whole)]):
        if measure(begun := whole[:end].strip()) <= most:
            return begun
    for start in reversed([found.start() for found in _WORD.finditer(whole)]):
        if measure(begun := whole[:start].rstrip(" ,;:-") + ELLIPSIS) <= most:
            return begun
    return ""
