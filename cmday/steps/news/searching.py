"""Searching all entries by their words; what is found gets handles, so that every verb works on it."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from cmday.session import Session
from cmday.storage import search

_AT_ONCE: Final = 1_000
_MOST_AFTER_REFRESH: Final = 20_000
_LONGEST: Final = 20_000
_TAG: Final = re.compile(r"<[^<>]*>")


def index_new(session: Session, most: int = _MOST_AFTER_REFRESH) -> int:
    """Put what came or was edited since the last time into the index, at most so much; returns how many entries."""
    done = 0
    while done < most:
        some = search.due(session.database, min(_AT_ONCE, most - done))
        if not some:
            break
        done += search.index(session.database, [(one, _text(one)) for one in some])
    return done


def _text(one: search.Unindexed) -> str:
    """An entry's text without its markup, in which words on both sides of a tag stay apart."""
    if not one.content:
        return one.summary[:_LONGEST]
    return unescape(_TAG.sub(" ", one.content[: 4 * _LONGEST]))[:_LONGEST]
