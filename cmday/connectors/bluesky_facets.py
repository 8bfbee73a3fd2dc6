"""Links, mentions and hashtags in a text as Bluesky wants them: by their places in bytes of UTF-8 (facets).

docs.bsky.app, Links, mentions, and rich text. Pure; whose a handle is must be asked (``bluesky_writing``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_LINK: Final = re.compile(r"(?<![\w@/.])https?://[^\s<>\"'`]+", re.IGNORECASE)
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HANDLE: Final = re.compile(rf"(?<![\w@/.:-])@((?:{_LABEL}\.)+(?![0-9]){_LABEL})(?![\w@-])", re.IGNORECASE)
# As the app of Bluesky finds them: no digits alone, no mark of punctuation at the end, 64 letters at most.
_TAG: Final = re.compile(r"(?:(?<=\s)|(?<=^)|(?<=[(\[]))[#\uff03](?!\ufe0f)([^\s#\uff03]+)", re.MULTILINE)
_LONGEST_TAG: Final = 64
_TAIL: Final = ".,;:!?\u2026\u00bb\u201d\u2019'\""
MOST: Final = 100
_OPEN: Final = {")": "(", "]": "[", "}": "{"}
_FACET: Final = "app.bsky.richtext.facet"


def links_in(text: str) -> list[tuple[int, int, str]]:
    """The addresses in a text with where they stand in it, without the sentence's own marks after them."""
    found = []
    for match in _LINK.finditer(text):
        address = match[0].rstrip(_TAIL)
        while address.endswith((")", "]", "}")) and address.count(address[-1]) > address.count(_OPEN[address[-1]]):
            address = address[:-1].rstrip(_TAIL)
        if len(address) > len("https://"):
            found.append((match.start(), match.start() + len(address), address))
    return found


def handles_in(text: str) -> list[str]:
    """The handles that a text mentions, without the ``@``, each once."""
    return list(dict.fromkeys(match[1].lower() for match in _HANDLE.finditer(text)))


def facets(text: str, people: Mapping[str, str]) -> list[dict[str, Any]]:
    """The facets of a text; ``people`` are the DIDs of the handles that somebody has."""
    links = links_in(text)
    found: list[tuple[int, int, dict[str, str]]] = [
        *((start, end, {"$type": f"{_FACET}#link", "uri": address}) for start, end, address in links),
        *(
            (match.start(), match.end(), {"$type": f"{_FACET}#mention", "did": people[match[1].lower()]})
            for match in _HANDLE.finditer(text)
            if match[1].lower() in people
        ),
        *_tags(text),
    ]
    outside = [one for one in found if one[2]["$type"].endswith("#link") or not _within(one[0], links)]
    return [
        {"index": {"byteStart": _bytes(text, start), "byteEnd": _bytes(text, end)}, "features": [feature]}
        for start, end, feature in sorted(outside, key=lambda one: one[:2])[:MOST]
    ]


def _tags(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for match in _TAG.finditer(text):
        tag = match[1].rstrip(_TAIL + ")]}-*_")
        if tag and not tag.isdigit() and len(tag) <= _LONGEST_TAG:
            yield match.start(), match.start(1) + len(tag), {"$type": f"{_FACET}#tag", "tag": tag}


def _bytes(text: str, place: int) -> int:
    return len(text[:place].encode("utf-8"))


def _within(place: int, links: list[tuple[int, int, str]]) -> bool:
    return any(start <= place < end for start, end, _ in links)
