"""Spans of the week as people write them: ``mon-fri 09:00-12:30 13:30-17:30``, ``sam 10h-12h``, ``18:00-20:00``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from cmday.core.communities import Span

_DAYS: Final = (
    ("monday", "lundi"),
    ("tuesday", "mardi"),
    ("wednesday", "mercredi"),
    ("thursday", "jeudi"),
    ("friday", "vendredi"),
    ("saturday", "samedi"),
    ("sunday", "dimanche"),
)
_EVERY_DAY: Final = ("daily", "everyday", "quotidien", "tous")
_SHORTEST: Final = 3
_WEEK: Final = 7
DAY: Final = 24 * 60
_TIME: Final = r"(\d{1,2})(?::(\d{2})|[hH](\d{2})?)?"
_TIMES: Final = f"{_TIME}-{_TIME}"  # compiled at first use: most runs of the glance have no need of it


def parse_spans(text: str) -> tuple[Span, ...]:
    """The spans that a line of words means; raises ``ValueError`` with the word that cannot be read.

    Days come first (a range, a list with commas, or none for every day), then one or several spans of time. A span
    over midnight is cut in two.
    """
    words = text.replace("–", "-").lower().split()
    if not words:
        raise ValueError(text)
    days: list[int] = list(range(_WEEK))
    spans: list[Span] = []
    fresh = False
    for word in words:
        match = re.fullmatch(_TIMES, word, re.ASCII)
        if match:
            spans += _on_days(days, *_minutes(word, match.groups()))
            fresh = False
        else:
            if fresh:
                raise ValueError(word)
            days = list(_days(word))
            fresh = True
    if fresh or not spans:
        raise ValueError(text)
    return tuple(spans)


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time in the fewest spans, in order."""
    whole: list[Span] = []
    for span in sorted(spans):
        if whole and whole[-1].weekday == span.weekday and span.start <= whole[-1].end:
            whole[-1] = Span(span.weekday, whole[-1].start, max(whole[-1].end, span.end))
        else:
            whole.append(span)
    return tuple(whole)


def without(spans: Iterable[Span], breaks: Iterable[Span]) -> tuple[Span, ...]:
    """The spans with the breaks cut out."""
    left = list(union(spans))
    for pause in breaks:
        left = [part for span in left for part in _cut(span, pause)]
    return tuple(left)


def format_spans(spans: Iterable[Span]) -> list[str]:
    """Spans in the words that ``parse_spans`` reads, days with the same hours together."""
    of_day: dict[int, list[str]] = {}
    for span in sorted(spans):
        of_day.setdefault(span.weekday, []).append(f"{_clock(span.start)}-{_clock(span.end)}")
    lines: list[str] = []
    day = 0
    while day < _WEEK:
        last = day
        while last + 1 < _WEEK and of_day.get(last + 1) == of_day.get(day):
            last += 1
        if day in of_day:
            named = _DAYS[day][0][:3] + (f"-{_DAYS[last][0][:3]}" if last > day else "")
            lines.append(f"{named} {' '.join(of_day[day])}")
        day = last + 1
    return lines


def _cut(span: Span, pause: Span) -> Iterator[Span]:
    if pause.weekday != span.weekday or pause.end <= span.start or pause.start >= span.end:
        yield span
        return
    if span.start < pause.start:
        yield Span(span.weekday, span.start, pause.start)
    if pause.end < span.end:
        yield Span(span.weekday, pause.end, span.end)


def _days(word: str) -> Iterator[int]:
    for part in word.rstrip(":").split(","):
        if part in _EVERY_DAY:
            yield from range(_WEEK)
            continue
        first, dash, last = part.partition("-")
        begin = weekday(first)
        end = weekday(last) if dash else begin
        yield from ((begin + step) % _WEEK for step in range((end - begin) % _WEEK + 1))


def weekday(word: str) -> int:
    """The number of a weekday by its English or French name or the first letters of it; Monday is 0."""
    bare = word.rstrip(".")
    for number, names in enumerate(_DAYS):
        if len(bare) >= _SHORTEST and any(name.startswith(bare) for name in names):
            return number
    raise ValueError(word)


def _minutes(word: str, groups: tuple[str | None, ...]) -> tuple[int, int]:
    hour, minute, minute_h, last_hour, last_minute, last_minute_h = groups
    start = int(hour or 0) * 60 + int(minute or minute_h or 0)
    end = int(last_hour or 0) * 60 + int(last_minute or last_minute_h or 0)
    wrong = max(int(minute or minute_h or 0), int(last_minute or last_minute_h or 0)) > 59  # noqa: PLR2004
    if wrong or start >= DAY or end > DAY or start == end:
        raise ValueError(word)
    return start, end


def _on_days(days: Iterable[int], start: int, end: int) -> Iterator[Span]:
    for day in days:
        if start < end:
            yield Span(day, start, end)
        else:
            yield Span(day, start, DAY)
            if end:
                yield Span((day + 1) % _WEEK, 0, end)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
