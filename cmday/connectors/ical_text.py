"""Takes iCalendar text apart into the events of one UID each, so that a broken one costs only itself.

Plain line work (RFC 5545, 3.1 and 3.4), no parser: what lies wholly outside the days asked for is dropped here already,
because parsing is what costs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

_LINE: Final = re.compile(r"\r*\n|\r")
_FOLD: Final = re.compile(r"\n+[ \t]")  # some programs put an empty line between
_DAY: Final = re.compile(r"^(DTSTART|DTEND|RECURRENCE-ID)[;:][^\n]*?(\d{4})(\d{2})(\d{2})(?:T\d{6}Z?)?$", re.MULTILINE)
_LENGTH: Final = re.compile(
    r"^DURATION(?:;[^:\n]*)?:\+?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,4})H)?(?:\d{1,4}M)?(?:\d{1,5}S)?)?$",
    re.MULTILINE,
)
_MINUTES: Final = timedelta(days=8)  # what four digits of minutes and five of seconds may come to
_RULE: Final = re.compile(r"^(?:RRULE|EXRULE)(?:;[^:\n]*)?:", re.MULTILINE)
_UNTIL: Final = re.compile(r"UNTIL=(\d{4})(\d{2})(\d{2})", re.IGNORECASE)
_DATES: Final = re.compile(r"^(?:RDATE|DURATION)[;:]", re.MULTILINE)
_UID: Final = re.compile(r"^UID(?:;[^:\n]*)?:(.*)$", re.MULTILINE)
_TZID: Final = re.compile(r";TZID=\"?([^:;\"\n]+)", re.IGNORECASE)
_FREQ: Final = re.compile(r"^RRULE[;:].*FREQ=(SECONDLY|MINUTELY)", re.MULTILINE | re.IGNORECASE)
_ZONE_NAME: Final = re.compile(r"^TZID(?:;[^:\n]*)?:(.*)$", re.MULTILINE)
_EMPTY: Final = re.compile(r"(?:EXDATE|RDATE|RRULE)[^:]*:\s*", re.IGNORECASE)
_OVERRIDE: Final = re.compile(r"^RECURRENCE-ID[;:]", re.MULTILINE)
_ONWARD: Final = re.compile(r"^RECURRENCE-ID[^:\n]*THISANDFUTURE", re.MULTILINE | re.IGNORECASE)
_SPOILT: Final = re.compile(r"[\\\s]")
_OWNED_BY: Final = ("X-WR-CALNAME", "X-OWNER", "X-WR-RELCALID")


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """All that a calendar says of one UID: the event and its exceptions, as a calendar of its own.

    ``owners`` are the addresses that the calendar gives as its own, in lower case.
    """

    uid: str
    text: str
    too_often: bool
    owners: frozenset[str] = frozenset()


class _Block(msgspec.Struct, frozen=True):
    """An event and the lines at the head of its calendar that change how it is read."""

    text: str
    header: str


def decode(body: bytes) -> str:
    """Calendar bytes as unfolded lines; UTF-8, else Windows' Western encoding."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("cp1252", "replace")
    return _FOLD.sub("", _LINE.sub("\n", text.replace("\0", "")))


def series_of(body: bytes, first: date, last: date) -> Iterator[Series]:
    """The series of a calendar that may touch the days ``first`` to ``last``."""
    zones, events = _blocks(decode(body))
    by_uid: dict[str, list[_Block]] = {}
    for event in events:
        found = _UID.search(event.text)
        uid = found[1].strip() if found else ""
        by_uid.setdefault(uid or f"no-uid-{sha256(event.text.encode()).hexdigest()[:16]}", []).append(event)
    for uid, group in by_uid.items():
        if _all_outside(group, first, last):
            continue
        joined, header = "".join(event.text for event in group), group[0].header
        needed = "".join(zones[name] for name in sorted(set(_TZID.findall(joined))) if name in zones)
        yield Series(
            uid=uid,
            text=f"BEGIN:VCALENDAR\n{header}{needed}{joined}END:VCALENDAR\n",
            too_often=_FREQ.search(joined) is not None,
            owners=_owners(header),
        )


def _owners(header: str) -> frozenset[str]:
    values = (line.partition(":")[2] for line in header.split("\n") if line.upper().startswith(_OWNED_BY))
    return frozenset(value.strip().lower().removeprefix("mailto:") for value in values if "@" in value)


def _blocks(text: str) -> tuple[dict[str, str], list[_Block]]:
    """Unknown time zones by name, and events with the head of their own calendar; the rest is left out.

    Files joined from several calendars keep a head each. What it says holds for the whole calendar, wherever it stands.
    """
    zones: dict[str, str] = {}
    found: list[_Block] = []
    events: list[str] = []
    header: list[str] = []
    lines: list[str] = []
    depth = 0
    for line in text.split("\n"):
        upper = line.strip().upper()
        if upper == "BEGIN:VEVENT" or (upper == "BEGIN:VTIMEZONE" and not depth):
            # An event that never ends is cut by the next one, which would be lost with it otherwise.
            if lines and lines[0] == "BEGIN:VEVENT":
                events.append(_closed(lines))
            depth, lines = 1, [upper]
        elif not depth:
            if upper == "BEGIN:VCALENDAR":
                found += _headed(events, header)
                events, header = [], []
            header += [line.strip()] if upper.startswith(("X-WR-TIMEZONE", "CALSCALE", *_OWNED_BY)) else []
        elif not _EMPTY.fullmatch(line):
            lines.append(_SPOILT.sub("", line) if upper.startswith("RRULE") else line)
            depth += upper.startswith("BEGIN:") - upper.startswith("END:")
            if not depth:
                _keep("\n".join(lines) + "\n", zones, events)
                lines = []
    if lines and lines[0] == "BEGIN:VEVENT":
        events.append(_closed(lines))
    return zones, [*found, *_headed(events, header)]


def _headed(events: list[str], header: list[str]) -> list[_Block]:
    head = "".join(f"{line}\n" for line in header)
    return [_Block(event, head) for event in events]


def _keep(block: str, zones: dict[str, str], events: list[str]) -> None:
    if block.startswith("BEGIN:VEVENT"):
        events.append(block)
    elif (name := _ZONE_NAME.search(block)) and not _is_known_zone(name[1].strip()):
        zones[name[1].strip()] = block


def _closed(lines: list[str]) -> str:
    """An event that breaks off, ended before what began inside it, so that its own lines count."""
    own = lines[1:]
    inner = next((number for number, line in enumerate(own) if line.strip().upper().startswith("BEGIN:")), len(own))
    kept = [line for line in own[:inner] if ":" in line and not line.strip().upper().startswith("END:")]
    return "\n".join(["BEGIN:VEVENT", *kept, "END:VEVENT"]) + "\n"


def _is_known_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _all_outside(group: list[_Block], first: date, last: date) -> bool:
    """Whether every event of a UID surely lies outside; what cannot be told stays in."""
    return all(_outside(event.text, first - timedelta(days=1), last + timedelta(days=1)) for event in group)


def _outside(event: str, first: date, last: date) -> bool:
    try:
        days, over = _days_named(event), _over(event)
        start = days.get("DTSTART")
        if (
            start is None
            or over is None
            or _ONWARD.search(event)
            or (_OVERRIDE.search(event) and "RECURRENCE-ID" not in days)
        ):
            return False
        # An exception may move a meeting into these days or out of them; only both ends outside on one side are sure.
        ends = [start, days.get("DTEND", start) + over, days.get("RECURRENCE-ID", start)]
        if min(ends) > last:
            return True
        if _RULE.search(event):
            until = [date(int(year), int(month), int(day)) for year, month, day in _UNTIL.findall(event)]
            if len(until) != len(_RULE.findall(event)):
                return False
            ends += [one + (max(ends) - min(ends)) for one in until]
        return max(ends) + timedelta(days=1) < first
    except (ValueError, OverflowError):
        return False


def _days_named(event: str) -> dict[str, date]:
    days: dict[str, date] = {}
    for match in _DAY.finditer(event):
        days.setdefault(match[1], date(int(match[2]), int(match[3]), int(match[4])))
    return days


def _over(event: str) -> timedelta | None:
    """How many days an event may last beyond its start or DTEND; None where that cannot be told."""
    if not _DATES.search(event):
        return timedelta()
    lengths = _LENGTH.findall(event)
    if len(lengths) != len(_DATES.findall(event)):
        return None
    return _MINUTES + max(
        timedelta(weeks=int(weeks or 0), days=int(days or 0), hours=int(hours or 0)) for weeks, days, hours in lengths
    )
