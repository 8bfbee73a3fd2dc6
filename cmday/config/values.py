"""From a TOML value to the value that a setting holds; each function raises ``Unfit`` with what would be right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from cmday.config.spans import parse_spans, union
from cmday.core.communities import Span
from cmday.i18n import Phrase, phrase

T = TypeVar("T")
Convert = Callable[[Any], T]

_UNITS: Final = {"ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "j": 86400}
# Patterns are compiled when first used: every command reads the settings, and few hold all kinds of value.
_DURATION: Final = r"(\d{1,6}(?:\.\d{1,3})?)\s*(ms|s|min|m|h|d|j)(?:\s*(\d{1,2})\s*(min|m|s)?)?"
_COLOUR: Final = r"default|(?:bright_)?(?:black|red|green|yellow|blue|magenta|cyan|white)|\d{1,3}|#[0-9a-f]{6}"
_NAME: Final = r"[^\W_][\w.@-]{0,39}"
_COUNTRY: Final = r"[A-Z]{2}(?:-[A-Z0-9]{1,4})?"
_LONGEST_RANGE: Final = 400


class Unfit(Exception):
    """A value that its setting cannot hold; ``expected`` says what it can."""

    def __init__(self, expected: Phrase) -> None:
        super().__init__(expected.english)
        self.expected = expected


def _plain(value: Any, type_: type[T], expected: Phrase) -> T:
    try:
        return msgspec.convert(value, type_)
    except msgspec.ValidationError:
        raise Unfit(expected) from None


def text(value: Any) -> str:
    words = _plain(value, str, phrase("text in quotes"))
    if not words.strip():
        raise Unfit(phrase("text that is not empty"))
    return words


def name(value: Any) -> str:
    """What a community or an account may be called: it stands in commands, in file names and at the head of a table."""
    words = text(value)
    if not re.fullmatch(_NAME, words):
        raise Unfit(phrase("a name of letters, digits, dots and dashes"))
    return words


def server(value: Any) -> str:
    """A server's name or address: ``example.org``, ``example.org:993``, ``https://example.org``."""
    return _place(value, phrase('a server like "example.org" or "https://example.org"'))


def address(value: Any) -> str:
    """An address of the web: http(s), or what calendars call it (webcal)."""
    expected = phrase('an address like "https://example.org/calendar.ics"')
    words = _place(value, expected)
    if not words.lower().startswith(("https://", "http://", "webcal://", "webcals://")):
        raise Unfit(expected)
    return words


def _place(value: Any, expected: Phrase) -> str:
    words = text(value)
    try:
        parts = urlsplit(words if "//" in words else f"//{words}")
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        named = False
    if not named:
        raise Unfit(expected)
    return words


def texts(value: Any) -> tuple[str, ...]:
    """A list of texts, or a single one."""
    if isinstance(value, str):
        value = [value]
    words = _plain(value, list[str], phrase('a list of texts, like ["one", "two"]'))
    return tuple(dict.fromkeys(word for word in words if word.strip()))


def domains(value: Any) -> tuple[str, ...]:
    """A list of domains; of an address its host is taken."""
    found = []
    for word in texts(value):
        place = _place(word, phrase('domains, like ["example.org"]'))
        found.append((urlsplit(place if "//" in place else f"//{place}").hostname or "").removeprefix("www."))
    return tuple(dict.fromkeys(found))


def flag(value: Any) -> bool:
    return _plain(value, bool, phrase("true or false"))


def whole(least: int, most: int) -> Convert[int]:
    def convert(value: Any) -> int:
        expected = phrase("a whole number from {least} to {most}", least=least, most=most)
        number = _plain(value, int, expected)
        if not least <= number <= most:
            raise Unfit(expected)
        return number

    return convert


def one_of(words: Iterable[str]) -> Convert[Any]:
    allowed = tuple(words)

    def convert(value: Any) -> str:
        if value not in allowed:
            raise Unfit(phrase("one of {words}", words=", ".join(f'"{word}"' for word in allowed)))
        return str(value)

    return convert


def some_of(words: Iterable[str]) -> Convert[tuple[str, ...]]:
    allowed = tuple(words)

    def convert(value: Any) -> tuple[str, ...]:
        named = texts(value)
        if not named or any(word not in allowed for word in named):
            raise Unfit(phrase("a list of {words}", words=", ".join(f'"{word}"' for word in allowed)))
        return named

    return convert


def duration(least: timedelta, most: timedelta) -> Convert[timedelta]:
    def convert(value: Any) -> timedelta:
        match = re.fullmatch(_DURATION, value.strip().lower(), re.ASCII) if isinstance(value, str) else None
        if not match:
            raise Unfit(phrase('a length like "90m", "4h" or "1s"'))
        amount, unit, more, more_unit = match.groups()
        seconds = float(amount) * _UNITS[unit]
        if more:
            seconds += int(more) * (_UNITS[more_unit] if more_unit else 60)
        length = timedelta(seconds=seconds)
        if not least <= length <= most:
            raise Unfit(phrase("a length from {least} to {most}", least=_length(least), most=_length(most)))
        return length

    return convert


def _length(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    for unit in ("d", "h", "m"):
        if seconds and seconds % _UNITS[unit] == 0:
            return f"{seconds // int(_UNITS[unit])}{unit}"
    return f"{seconds}s"


def spans(value: Any) -> tuple[Span, ...]:
    """Spans of the week, from one text or a list of them."""
    found: list[Span] = []
    for line in texts(value):
        try:
            found += parse_spans(line)
        except ValueError as wrong:
            raise Unfit(phrase('days and times like "mon-fri 09:00-12:30", not "{word}"', word=str(wrong))) from None
    return union(found)


def zone_name(value: Any) -> str:
    name = text(value)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Unfit(phrase('a time zone like "Europe/Paris"')) from None
    return name


def audience(value: Any) -> dict[str, float]:
    """Time zones and how much of the audience lives in each; the weights need not sum to one."""
    expected = phrase("time zones with weights, like {example}", example='{ "Europe/Paris" = 0.7 }')
    weights = _plain(value, dict[str, float], expected)
    for name, weight in weights.items():
        zone_name(name)
        if not 0 < weight < float("inf"):
            raise Unfit(expected)
    return weights


def colour(value: Any) -> str:
    words = str(value).lower()
    if not isinstance(value, str | int) or isinstance(value, bool) or not re.fullmatch(_COLOUR, words, re.ASCII):
        raise Unfit(phrase('a colour like "blue", "bright_red", "208" or "#5fafd7"'))
    return words


def country(value: Any) -> str:
    words = text(value).upper()
    if not re.fullmatch(_COUNTRY, words, re.ASCII):
        raise Unfit(phrase('a country code like "FR"'))
    return words


def days(value: Any) -> frozenset[str]:
    """ISO dates, and spans of them as ``2026-12-24..2026-12-31``."""
    expected = phrase('dates like "2026-12-24" or "2026-12-24..2026-12-31"')
    found: set[str] = set()
    if not isinstance(value, list):
        value = [value]
    for entry in value:
        if isinstance(entry, date) and not isinstance(entry, datetime):
            found.add(entry.isoformat())
            continue
        first, dots, last = str(entry).partition("..")
        try:
            begin = date.fromisoformat(first.strip())
            end = date.fromisoformat(last.strip()) if dots else begin
        except ValueError:
            raise Unfit(expected) from None
        if not 0 <= (end - begin).days <= _LONGEST_RANGE:
            raise Unfit(expected)
        found.update((begin + timedelta(days=step)).isoformat() for step in range((end - begin).days + 1))
    return frozenset(found)


def instant(value: Any) -> datetime:
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise Unfit(phrase("a date and time with offset, like 2026-11-02T08:31:00+01:00"))
    return moment


def keyring_entry(value: Any) -> tuple[str, str]:
    """``service/user``, the user behind the last slash."""
    service, slash, user = text(value).rpartition("/")
    if not (slash and service and user):
        raise Unfit(phrase('a keyring entry like "service/user"'))
    return service, user
