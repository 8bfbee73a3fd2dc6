"""Addresses in a text that lead nowhere as they are written. They are read, never fetched."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

# What was meant as an address: with a scheme, however it is spelled, or beginning with www.
_MEANT: Final = re.compile(r"(?<![\w@/.])(?:h?tt?p?s?:?/{1,3}|https?:|www\.)[^\s<>\"«»]+", re.IGNORECASE)
_TAIL: Final = ".,;:!?'’)]}…"
_SCHEMES: Final = ("https://", "http://")


def broken_links(text: str) -> list[str]:
    """What was meant as a link and is no complete http(s) address, each once, in order."""
    meant = (found.rstrip(_TAIL) for found in _MEANT.findall(text))
    return list(dict.fromkeys(one for one in meant if one and not _is_whole(one)))


def _is_whole(link: str) -> bool:
    if not link.lower().startswith(_SCHEMES):
        return False
    try:
        parts = urlsplit(link)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    names = host.split(".")
    return host == "localhost" or ":" in host or (len(names) > 1 and all(names) and not parts.netloc.endswith(":"))
