"""Where a feed came from, as its parser is told it: an address of nowhere, from which relative links can be told again.

feedparser resolves links and guids alike against ``xml:base`` or the feed's address, and without an address a base that
one entry declares holds for the entries after it. A guid is a word, though, whatever it looks like: resolved, it would
change when the feed moves. Where nothing in the document is a base, the parser is told no address: resolving costs it a
tenth of its time.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from cmday.text.addresses import absolute_link

_NOWHERE: Final = "feed.invalid"  # RFC 2606, 2
_BASE: Final = re.compile(rb"\bbase\s*=")


def has_base(document: bytes) -> bool:
    """Whether anything in a document may be a base (``xml:base``, and what feedparser takes for it)."""
    return bool(_BASE.search(document))


class Place:
    """The address of a feed; ``stand_in`` is the same path on a host that does not exist."""

    def __init__(self, url: str) -> None:
        self.url = url
        parts = urlsplit(url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._nowhere = f"{parts.scheme}://{_NOWHERE}"
        self.stand_in = urlunsplit((parts.scheme, _NOWHERE, parts.path or "/", "", ""))

    def link(self, found: str | None) -> str | None:
        """What the parser made of a link, as an absolute address; None where it may not be opened."""
        if found and found.startswith(self._nowhere):
            found = self._origin + found[len(self._nowhere) :]
        return absolute_link(self.url, found)

    def as_written(self, found: str) -> str:
        """What the parser made of a guid, as the feed has it."""
        for beginning in (self.stand_in, self.stand_in.rpartition("/")[0] + "/", self._nowhere):
            if found.startswith(beginning):
                return found[len(beginning) :] or found
        return found
