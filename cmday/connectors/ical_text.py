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

_FOLD: Final = re.compile(r"\r?\n[ \t]")
_LINE: Final = re.compile(r"\r\n|\r|\n")
_DAY: Final = re.compile(r"^(DTSTART|DTEND|RECURRENCE-ID)[;:][^\n]*?(\d{4})(\d{2})(\d{2})(?:T\d{6}Z?)?$", re.MULTILINE)
_REPEATS: Final = re.compile(r"^(RRULE|RDATE|DURATION)[;:]", re.MULTILINE)
_UID: Final = re.compile(r"^UID(?:;[^:\n]*)?:(.*)$", re.MULTILINE)
_TZID: Final = re.compile(r";TZID=\"?([^:;\"\n]+)", re.IGNORECASE)
_FREQ: Final = re.compile(r"^RRULE[;:].*FREQ=(SECONDLY|MINUTELY)", re.MULTILINE | re.IGNORECASE)
_ZONE_NAME: Final = re.compile(r"^TZID(?:;[^:\n]*)?:(.*)$", re.MULTILINE)
_EMPTY: Final = re.compile(r"(?:EXDATE|RDATE|RRULE)[^:]*:\s*", re.IGNORECASE)
_OVERRIDE: Final = re.compile(r"^RECURRENCE-ID[;:]", re.MULTILINE)


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """All that a calendar says of one UID: the event and its exceptions, as a calendar of its own."""

    uid: str
    text: str
    too_often: bool


def decode(body: bytes) -> str:
    """Calendar bytes as unfolded lines; UTF-8, else Windows' Western encoding."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("cp1252", "replace")
    return _LINE.sub("\n", _FOLD.sub("", text.replace("\0", "")))


def series_of(body: bytes, first: date, last: date) -> Iterator[Series]:
    """The series of a calendar that may touch the days ``first`` to ``last``."""
    header, zones, events = _blocks(decode(body))
    by_uid: dict[str, list[str]] = {}
    for event in events:
        found = _UID.search(event)
        uid = found[1].strip() if found else ""
        by_uid.setdefault(uid or f"no-uid-{sha256(event.encode()).hexdigest()[:16]}", []).append(event)
    for uid, group in by_uid.items():
        if _all_outside(group, first, last):
            continue
        joined = "".join(group)
        needed = "".join(zones[name] for name in sorted(set(_TZID.findall(joined))) if name in zones)
        yield Series(
            uid=uid,
            text=f"BEGIN:VCALENDAR\n{header}{needed}{joined}END:VCALENDAR\n",
            too_often=_FREQ.search(joined) is not None,
        )


def _blocks(text: str) -> tuple[str, dict[str, str], list[str]]:
    """Header lines that change how events are read, unknown time zones by name, events; the rest is left out."""
    header: list[str] = []
    zones: dict[str, str] = {}
    events: list[str] = []
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
            header += [line.strip()] if upper.startswith(("X-WR-TIMEZONE", "CALSCALE")) else []
        elif not _EMPTY.fullmatch(line):
            lines.append(line)
            depth += upper.startswith("BEGIN:") - upper.startswith("END:")
            if not depth:
                _keep("\n".join(lines) + "\n", zones, events)
                lines = []
    if lines and lines[0] == "BEGIN:VEVENT":
        events.append(_closed(lines))
    return "".join(f"{line}\n" for line in header), zones, events


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


def _all_outside(group: list[str], first: date, last: date) -> bool:
    """Whether every event of a UID surely lies outside; what repeats or cannot be told stays in."""
    return all(_outside(event, first - timedelta(days=1), last + timedelta(days=1)) for event in group)


def _outside(event: str, first: date, last: date) -> bool:
    if _REPEATS.search(event):
        return False
    days: dict[str, date] = {}
    for match in _DAY.finditer(event):
        try:
            days.setdefault(match[1], date(int(match[2]), int(match[3]), int(match[4])))
        except ValueError:
            return False
    start = days.get("DTSTART")
    if start is None:
        return False
    # An exception may move a meeting into these days or out of them; only both ends outside on one side are sure.
    ends = [start, days.get("DTEND", start), days.get("RECURRENCE-ID", start)]
    if _OVERRIDE.search(event) and "RECURRENCE-ID" not in days:
        return False
    return min(ends) > last or max(ends) < first
