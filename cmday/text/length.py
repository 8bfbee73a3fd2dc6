"""How long a text is, as a network counts it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from cmday.text.masking import LINK

_LINK: Final = re.compile(LINK, re.IGNORECASE)
_HANDLE: Final = re.compile(r"(?<![\w/=.])@(\w(?:[\w.-]*\w)?)@[\w-]+(?:\.[\w-]+)*", re.IGNORECASE)


def length(text: str, *, link_length: int | None = None) -> int:
    """How many characters the text counts for: what a reader sees as one, so an emoji of five code points is one.

    With ``link_length`` each address counts as so many and a handle as its name without the server, as Mastodon does
    (its StatusLengthValidator); None counts everything as it stands.
    """
    whole = unicodedata.normalize("NFC", text)
    if link_length is not None:
        whole = _LINK.sub("x" * link_length, whole)
        whole = _HANDLE.sub(r"@\1", whole)
    if whole.isascii():
        return len(whole)
    import regex

    return len(regex.findall(r"\X", whole))
