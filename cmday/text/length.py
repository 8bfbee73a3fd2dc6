"""How long a text is, as a network counts it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from cmday.text.masking import LINK

_LINK: Final = re.compile(LINK, re.IGNORECASE)
_HANDLE: Final = re.compile(r"(?<![\w/=.])@(\w(?:[\w.-]*\w)?)@[\w-]+(?:\.[\w-]+)*", re.IGNORECASE)


def length(text: str, *, link_length: int | None = None, short_handles: bool = False) -> int:
    """How many characters the text counts for: what a reader sees as one, so an emoji of five code points is one.

    With ``link_length`` each address counts as so many, with ``short_handles`` a handle as its name without the server,
    both as Mastodon has it (its StatusLengthValidator).
    """
    whole = unicodedata.normalize("NFC", text)
    if link_length is not None:
        whole = _LINK.sub("x" * link_length, whole)
    if short_handles:
        whole = _HANDLE.sub(r"@\1", whole)
    if whole.isascii():
        return len(whole)
    import regex

    return len(regex.findall(r"\X", whole))
