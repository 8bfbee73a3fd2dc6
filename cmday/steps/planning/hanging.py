"""Operations that hang on a calendar event: finding the event, and following it when it moves or is cancelled."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import Final

from cmday.core.events import Event
from cmday.errors import NotFound, WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps import calendar_reading

AHEAD: Final = 200
_SHOWN: Final = 4


def find_event(session: Session, words: str) -> Event:
    """The next event whose title holds all these words; raises ``NotFound``, and ``WrongUse`` where they fit several.

    Occurrences of one recurring event are one: the next is meant.
    """
    now = session.clock.now()
    diary = calendar_reading.diary(session, {}, now.date(), now.date() + timedelta(days=AHEAD))
    wanted = _plain(words).split()
    hits: dict[tuple[str, str], Event] = {}
    for event in diary.events:
        title = _plain(event.title)
        if event.end > now and all(word in title for word in wanted):
            hits.setdefault((event.calendar, event.uid), event)
    exact = [event for event in hits.values() if _plain(event.title) == _plain(words)]
    found = exact or list(hits.values())
    if not found:
        raise NotFound(
            phrase('no event of the next {days} days is called "{words}"', days=AHEAD, words=words),
            phrase("cmday schedule --days 7 shows what the calendars hold"),
        )
    if len({_plain(event.title) for event in found}) > 1:
        titles = ", ".join(f'"{event.title}" ({event.start.date().isoformat()})' for event in found[:_SHOWN])
        raise WrongUse(
            phrase('"{words}" fits several events: {titles}', words=words, titles=titles),
            phrase("write more of the title"),
        )
    return found[0]


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(char for char in bare if not unicodedata.combining(char)).split())
