"""Dates as people type them, in English and French at once.

``fri``, ``ven 18h``, ``tomorrow 9am``, ``demain``, ``12/11`` (day first), ``12 nov``, ``2026-11-12T10:00+01:00``,
``in 3 days``, ``dans 2h``, ``+2d``. A day alone means the end of its working hours (or their beginning); a weekday that
is over means next week; a day of the year that is over means next year.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from cmday.core.communities import WorkingHours
from cmday.core.time import EARLIEST, LATEST
from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.text.date_words import FILLERS, MONTHS, NAMED_DAYS, NAMED_TIMES, UNITS, WEEKDAYS

Bare = Literal["end", "start"]

_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ]\s*(\d{1,2}:\d{2}(?::\d{2})?)\s*(z|[+-]\d{2}:?\d{2})?)?")
_TIME: Final = re.compile(
    r"(?<![\d/.:-])(?:"
    r"(?P<h24>\d{1,2})\s?h(?:eures?)?\s?(?P<m24>\d{2})?(?![a-z\d])"
    r"|(?P<hc>\d{1,2}):(?P<mc>\d{2})\s?(?P<halfc>[ap]\.?m\.?)?(?![\d:])"
    r"|(?P<h12>\d{1,2})\s?(?P<half>[ap]\.?m\.?)(?![a-z\d])"
    r")"
)
_RELATIVE: Final = re.compile(
    r"(?:in|dans|d'ici|\+)\s*((?:\d+(?:[.,]\d+)?\s*[a-z]+\s*)(?:\d{1,2}(?:\s*m[a-z]*)?)?)(.*)"
)
_AMOUNT: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z]+)\s*(\d{1,2})?(?:\s*m[a-z]*)?\s*")
_NUMERIC: Final = re.compile(r"(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d{2}))?")
_DAY_MONTH: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er)?(?: of)? ([a-z]+)(?: (\d{4}))?")
_MONTH_DAY: Final = re.compile(r"([a-z]+) (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?")
_HALF_DAY: Final = 12
_CENTURY: Final = 2000
_HINT: Final = phrase("write for example fri, ven 18h, tomorrow 9am, demain, 12/11, 12 nov, 2026-11-12 or in 3 days")


class _Unreadable(ValueError):
    """The words make no date."""


def parse_when(text: str, now: datetime, hours: WorkingHours, *, language: str = "en", bare: Bare = "end") -> datetime:
    """The moment that the words mean, in the zone of ``now``; raises ``WrongUse`` with a hint.

    ``bare`` says what a day alone means: the end of its working hours (a deadline) or their beginning. ``language``
    decides where the two languages disagree (``mar 12``).
    """
    moment, day, at = _read(text, now, language, strict_days=False)
    if moment is not None:
        return moment
    if day is None:
        assert at is not None
        today = _at(now.date(), at, now)
        return today if today > now else _at(now.date() + timedelta(days=1), at, now)
    found = _moment(day, at, now, hours, bare)
    again = found <= now and _weekday_named(text)
    return _moment(day + timedelta(days=7), at, now, hours, bare) if again else found


def parse_day(text: str, now: datetime, *, language: str = "en") -> date:
    """The calendar day that the words mean; today's weekday is today. Raises ``WrongUse`` with a hint."""
    moment, day, _ = _read(text, now, language, strict_days=True)
    return day or (moment or now).date()


def _read(
    text: str, now: datetime, language: str, *, strict_days: bool
) -> tuple[datetime | None, date | None, time | None]:
    """Either a full moment, or a day with perhaps a time, or a time alone; of the years that can be reckoned in."""
    moment, day, at = _meant(text, now, language, strict_days=strict_days)
    year = moment.year if moment else day.year if day else now.year
    if not EARLIEST.year <= year < LATEST.year:
        raise _unread(text)
    return moment, day, at


def _unread(text: str) -> WrongUse:
    return WrongUse(phrase('"{text}" is not a date I can read', text=text.strip()[:60]), _HINT)


def _meant(
    text: str, now: datetime, language: str, *, strict_days: bool
) -> tuple[datetime | None, date | None, time | None]:
    words = _plain(text)
    try:
        if match := _ISO.fullmatch(words):
            return _iso(match, now)
        if match := _RELATIVE.fullmatch(words):
            return _relative(match, now)
        at, rest = _take_time(words)
        if rest:
            return None, _day(rest, now, language), at
        if at is None or strict_days:
            raise _Unreadable
        return None, None, at
    except (_Unreadable, ValueError, OverflowError):
        raise _unread(text) from None


def _plain(text: str) -> str:
    """Lower case, without accents, fillers, commas and the dots of abbreviations; single spaces."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    bare = re.sub(r"(?<=[a-z])\.(?!m)|,(?!\d)|@", " ", bare)
    return " ".join(word for word in bare.split() if word not in FILLERS)


def _iso(match: re.Match[str], now: datetime) -> tuple[datetime | None, date | None, time | None]:
    day = date(int(match[1]), int(match[2]), int(match[3]))
    if not match[4]:
        return None, day, None
    clock = time.fromisoformat(match[4].zfill(5))
    if not match[5]:
        return None, day, clock
    offset = "+00:00" if match[5] == "z" else match[5]
    return datetime.fromisoformat(f"{day}T{clock}{offset}").astimezone(now.tzinfo), None, None


def _relative(match: re.Match[str], now: datetime) -> tuple[datetime | None, date | None, time | None]:
    """``in 3 days`` is a day (with perhaps a time behind it), ``in 2h`` a moment."""
    amount = _AMOUNT.fullmatch(match[1])
    unit = UNITS.get(amount[2]) if amount else None
    if amount is None or unit is None:
        raise _Unreadable
    number, behind = float(amount[1].replace(",", ".")), match[2].strip()
    if unit >= timedelta(days=1):
        clock_words = f"{amount[3] or ''}{behind}"
        at, rest = _take_time(clock_words) if clock_words else (None, "")
        if rest or not number.is_integer():
            raise _Unreadable
        return None, now.date() + unit * int(number), at
    if behind:
        raise _Unreadable
    length = unit * number + timedelta(minutes=int(amount[3] or 0))
    return (now.astimezone(UTC) + length).astimezone(now.tzinfo), None, None


def _take_time(words: str) -> tuple[time | None, str]:
    """The time of day in the words, and what is left of them."""
    if match := _TIME.search(words):
        hour = int(match["h24"] or match["hc"] or match["h12"])
        half = match["half"] or match["halfc"]
        if half:
            if not 1 <= hour <= _HALF_DAY:
                raise _Unreadable
            hour = hour % _HALF_DAY + (_HALF_DAY if half.startswith("p") else 0)
        found = time(hour, int(match["m24"] or match["mc"] or 0))
        return found, " ".join((words[: match.start()] + " " + words[match.end() :]).split())
    for word, clock in NAMED_TIMES.items():
        if re.search(rf"(?<![a-z-]){word}(?![a-z-])", words):
            return clock, " ".join(re.sub(rf"(?<![a-z-]){word}(?![a-z-])", " ", words, count=1).split())
    return None, words


def _day(words: str, now: datetime, language: str) -> date:
    today = now.date()
    if words in NAMED_DAYS:
        return today + timedelta(days=NAMED_DAYS[words])
    if words in WEEKDAYS:
        return today + timedelta(days=(WEEKDAYS[words] - today.weekday()) % 7)
    first, _, behind = words.partition(" ")
    if first in WEEKDAYS and (language == "fr" or first not in MONTHS or not behind.isdigit()):
        return _after_weekday(behind, WEEKDAYS[first], now, language)
    return _day_of_year(words, today)


def _day_of_year(words: str, today: date) -> date:
    if match := _ISO.fullmatch(words):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _NUMERIC.fullmatch(words):
        return _of_year(int(match[1]), int(match[3]), match[4], today)
    if (match := _DAY_MONTH.fullmatch(words)) and match[2] in MONTHS:
        return _of_year(int(match[1]), MONTHS[match[2]], match[3], today)
    if (match := _MONTH_DAY.fullmatch(words)) and match[1] in MONTHS:
        return _of_year(int(match[2]), MONTHS[match[1]], match[3], today)
    raise _Unreadable


def _after_weekday(words: str, weekday: int, now: datetime, language: str) -> date:
    """``friday 13 nov``, or ``friday 13``: the next 13th that is a Friday, so that a slip is noticed."""
    if words.isdigit():
        today = now.date()
        for ahead in range(400):
            day = today + timedelta(days=ahead)
            if day.day == int(words) and day.weekday() == weekday:
                return day
        raise _Unreadable
    day = _day(words, now, language)
    if day.weekday() != weekday:
        raise WrongUse(
            phrase("{day} falls on another weekday than the one written", day=day.isoformat()),
            phrase("write the weekday or the date alone"),
        )
    return day


def _of_year(day: int, month: int, year: str | None, today: date) -> date:
    """A day of the year named, else of the first year in which it is not over (29 February waits for its year)."""
    if year:
        return date(int(year) + (_CENTURY if len(year) == len("26") else 0), month, day)
    for ahead in range(9):
        try:
            found = date(today.year + ahead, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise _Unreadable


def _weekday_named(text: str) -> bool:
    _, rest = _take_time(_plain(text))
    return rest in WEEKDAYS


def _moment(day: date, at: time | None, now: datetime, hours: WorkingHours, bare: Bare) -> datetime:
    if at is not None:
        return _at(day, at, now)
    minute = hours.usual_end(day.weekday()) if bare == "end" else hours.usual_start(day.weekday())
    extra, minute = divmod(minute, 24 * 60)
    return _at(day + timedelta(days=extra), time(minute // 60, minute % 60), now)


def _at(day: date, at: time, now: datetime) -> datetime:
    """A wall time as a real moment: one that the clocks skip is an hour later, of one that comes twice the first."""
    return datetime.combine(day, at, now.tzinfo).astimezone(UTC).astimezone(now.tzinfo)
