"""Which stories a person means: by handle, range or id, or by words of a title that stands on today's screens."""

from __future__ import annotations

from collections.abc import Iterable

from cmday.core.feeds import StoredEntry
from cmday.core.handles import expand, is_handle
from cmday.errors import NotFound
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.naming import named
from cmday.steps.news.folded import around
from cmday.steps.news.report import LETTER
from cmday.storage import entries, handles
from cmday.text.matching import WordList


def found_stories(session: Session, words: list[str]) -> list[tuple[str, StoredEntry]]:
    """The entries named, each with its handle; all must exist before anything is done to one of them."""
    pairs = named(session, _with_titles_found(session, words), LETTER)
    known = entries.by_ids(session.database, [one for _, one in pairs])
    for handle, one in pairs:
        if one not in known:
            raise NotFound(
                phrase("no story is called {name}", name=handle), phrase("cmday feeds --offline shows today's")
            )
    return [(handle, known[one]) for handle, one in pairs]


def whole_stories(session: Session, ids: Iterable[str]) -> list[str]:
    """These entries, and those that tell the same stories."""
    wanted = list(ids)
    stories = around(session, wanted)
    told = [entry for item in wanted for entry in (stories[item].entries if item in stories else (item,))]
    return list(dict.fromkeys([*wanted, *told]))


def _with_titles_found(session: Session, words: list[str]) -> list[str]:
    """Words that are neither handle nor id become the handles of today's stories that have them in their titles."""
    meant: list[str] = []
    shown: dict[str, str] | None = None
    for word in words:
        if all(is_handle(one) or _is_id(one) for one in expand([word], LETTER)):
            meant.append(word)
            continue
        shown = _titles(session) if shown is None else shown
        wanted = WordList([word])
        hits = [handle for handle, title in shown.items() if wanted.find(title)]
        meant += hits or [word]
    return meant


def _titles(session: Session) -> dict[str, str]:
    """The titles of the stories that were shown today and are unread, by handle."""
    given = handles.given(session.database, session.clock.today(), LETTER)
    known = entries.by_ids(session.database, given.values())
    return {
        handle: known[item].entry.title
        for handle, item in given.items()
        if item in known and known[item].state == "unread"
    }


def _is_id(word: str) -> bool:
    return len(word) == 16 and all(letter in "0123456789abcdef" for letter in word)  # noqa: PLR2004  as ids are written
