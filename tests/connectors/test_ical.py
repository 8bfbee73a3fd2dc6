"""iCalendar text as occurrences: zones, recurrences, exceptions, and one bad event that costs only itself."""

from __future__ import annotations

import gc
import os
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmday.connectors import ical
from cmday.connectors.ical import Occurrences, read
from cmday.connectors.time_box import OutOfTime, time_box
from cmday.core.events import Calendar
from tests.connectors import expansion

CORPUS = os.environ.get("CMDAY_CORPUS")
PARIS = ZoneInfo("Europe/Paris")
CALENDAR = Calendar(name="work", path="x", community="bem")
FIRST, LAST = date(2026, 10, 20), date(2026, 11, 30)
MEETING = "UID:m\nSUMMARY:Meeting\nDTSTART;TZID=Europe/Paris:20261102T090000\nDURATION:PT1H"


def ics(*events: str, head: str = "") -> bytes:
    inner = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{inner}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def found(*events: str, head: str = "", calendar: Calendar = CALENDAR) -> Occurrences:
    return read(calendar, [ics(*events, head=head)], FIRST, LAST, PARIS)


def starts(occurrences: Occurrences) -> list[str]:
    return [one.start.isoformat(timespec="minutes") for one in occurrences.events]


@pytest.mark.parametrize(
    ("when", "head", "expected"),
    [
        ("DTSTART:20261102T090000Z", "", "2026-11-02T10:00+01:00"),
        ("DTSTART:20261102T090000", "", "2026-11-02T09:00+01:00"),
        ("DTSTART:20261102T090000", "X-WR-TIMEZONE:America/Montreal\n", "2026-11-02T15:00+01:00"),
        ("DTSTART:20261102T090000", "X-WR-TIMEZONE:Mars/Olympus\n", "2026-11-02T09:00+01:00"),
        ("DTSTART;TZID=America/Montreal:20261026T090000", "", "2026-10-26T14:00+01:00"),
        ("DTSTART;TZID=Eastern Standard Time:20261102T090000", "", "2026-11-02T15:00+01:00"),
        ("DTSTART;TZID=/mozilla.org/20050126_1/Europe/London:20261102T090000", "", "2026-11-02T10:00+01:00"),
        ("DTSTART;VALUE=DATE:20261025", "", "2026-10-25T00:00+02:00"),
    ],
)
def test_every_kind_of_time_is_the_right_moment(when: str, head: str, expected: str) -> None:
    assert starts(found(f"UID:1\nSUMMARY:x\n{when}", head=head)) == [expected]


def test_a_zone_of_the_calendars_own_is_kept() -> None:
    zone = (
        "BEGIN:VTIMEZONE\nTZID:Our office\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0300\n"
        "TZOFFSETTO:+0300\nEND:STANDARD\nEND:VTIMEZONE\n"
    )
    assert starts(found("UID:1\nDTSTART;TZID=Our office:20261102T120000", head=zone)) == ["2026-11-02T10:00+01:00"]


def test_all_day_runs_from_midnight_to_midnight_and_keeps_nobody_busy() -> None:
    day = "UID:1\nSUMMARY:Fair\nDTSTART;VALUE=DATE:20261025\nDTEND;VALUE=DATE:20261027"
    [one] = found(day).events
    assert (one.all_day, one.busy) == (True, False)
    assert one.end.isoformat() == "2026-10-27T00:00:00+01:00"
    [leave] = found(f"{day}\nTRANSP:OPAQUE").events
    assert leave.busy
    [single] = found("UID:1\nDTSTART;VALUE=DATE:20261102").events
    assert single.end - single.start == timedelta(days=1)


def test_busy_is_what_the_event_says_and_the_calendar_allows() -> None:
    assert found(MEETING).events[0].busy
    assert not found(f"{MEETING}\nTRANSP:TRANSPARENT").events[0].busy
    assert not found(MEETING, calendar=Calendar(name="work", path="x", busy=False)).events[0].busy


def test_a_series_keeps_its_wall_time_and_its_exceptions() -> None:
    series = (
        "UID:w\nSUMMARY:Weekly\nDTSTART;TZID=Europe/Paris:20260105T093000\nDTEND;TZID=Europe/Paris:20260105T100000\n"
        "RRULE:FREQ=WEEKLY\nEXDATE;TZID=Europe/Paris:20261102T093000"
    )
    moved = (
        "UID:w\nSUMMARY:Moved\nRECURRENCE-ID;TZID=Europe/Paris:20261109T093000\n"
        "DTSTART;TZID=Europe/Paris:20261110T150000\nDTEND;TZID=Europe/Paris:20261110T160000"
    )
    cancelled = (
        "UID:w\nSTATUS:CANCELLED\nRECURRENCE-ID;TZID=Europe/Paris:20261116T093000\n"
        "DTSTART;TZID=Europe/Paris:20261116T093000"
    )
    both = found(series, moved, cancelled)
    assert starts(both) == [
        "2026-10-26T09:30+01:00",
        "2026-11-10T15:00+01:00",
        "2026-11-23T09:30+01:00",
        "2026-11-30T09:30+01:00",
    ]
    assert [one.title for one in both.events][:2] == ["Weekly", "Moved"]
    assert {one.community for one in both.events} == {"bem"}


def test_an_exception_brings_a_far_meeting_into_these_days() -> None:
    moved = "UID:w\nRECURRENCE-ID:20270601T090000Z\nDTSTART:20261103T090000Z\nDTEND:20261103T100000Z"
    assert starts(found("UID:w\nDTSTART:20270601T090000Z\nRRULE:FREQ=WEEKLY;COUNT=2", moved)) == [
        "2026-11-03T10:00+01:00"
    ]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("UID:bad\nSUMMARY:x", "it has no DTSTART"),
        ("UID:bad\nDTSTART:tomorrow", "its DTSTART cannot be read"),
        ("UID:bad\nDTSTART:20261102T090000Z\nRRULE:FREQ=SECONDLY", "it repeats more often than hourly"),
        ("UID:bad\nDTSTART:20261102T090000Z\nRRULE:FREQ=SOMETIMES", "cannot be read"),
        ("UID:bad\nDTSTART:20261102T090000Z\nDTSTART:20261103T090000Z", "once stands there twice"),
        ("UID:bad\nDTSTART:20261102T090000Z\nDURATION:P99999999999W", "its DURATION cannot be read"),
    ],
)
def test_a_bad_event_costs_one_line_with_its_reason(event: str, reason: str) -> None:
    both = found(event, MEETING)
    assert starts(both) == ["2026-11-02T09:00+01:00"]
    [bad] = both.unreadable
    assert (bad.calendar, bad.uid) == ("work", "bad")
    assert reason in bad.reason


def test_an_event_that_never_ends_does_not_take_the_next_with_it() -> None:
    whole = ics("UID:cut\nSUMMARY:Cut\nDTSTART:20261103T090000Z", MEETING)
    broken = whole.replace(b"END:VEVENT\r\n", b"", 1)
    assert starts(read(CALENDAR, [broken], FIRST, LAST, PARIS)) == ["2026-11-02T09:00+01:00", "2026-11-03T10:00+01:00"]
    cut = whole[: whole.rindex(b"DURATION")]
    assert len(read(CALENDAR, [cut], FIRST, LAST, PARIS).events) == 2


def test_a_rule_that_asks_too_much_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ical, "SECONDS_A_SERIES", 0.2)
    minutes = ",".join(map(str, range(60)))
    hours = ",".join(map(str, range(24)))
    bomb = f"UID:bomb\nDTSTART:20101102T090000Z\nRRULE:FREQ=DAILY;BYHOUR={hours};BYMINUTE={minutes}"
    both = found(bomb, MEETING)
    assert starts(both) == ["2026-11-02T09:00+01:00"]
    assert [one.uid for one in both.unreadable] == ["bomb"]


def test_a_calendar_full_of_such_rules_is_given_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ical, "SECONDS_A_SERIES", 0.1)
    bombs = [
        f"UID:bomb{number}\nDTSTART:20101102T090000Z\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"
        for number in range(5)
    ]
    both = found(*bombs, MEETING)
    assert starts(both) == ["2026-11-02T09:00+01:00"]
    assert len(both.unreadable) == 5


def test_every_twenty_minutes_is_often_and_no_trouble() -> None:
    rule = "UID:often\nDTSTART;TZID=Europe/Paris:20261020T090000\nRRULE:FREQ=DAILY;BYHOUR=9,10,11;BYMINUTE=0,20,40"
    minutely = rule.replace("DAILY;BYHOUR=9,10,11;BYMINUTE=0,20,40", "MINUTELY;INTERVAL=20;BYHOUR=9,10,11;COUNT=378")
    assert starts(found(rule)) == starts(found(minutely))
    assert len(found(minutely).events) == 378


def test_a_time_box_stops_what_does_not_end() -> None:
    def endless() -> None:
        with time_box(0.05):
            while True:
                sum(range(1_000))

    with pytest.raises(OutOfTime):
        endless()
    with time_box(5.0) as box:
        pass
    assert box.seconds < 5.0


def test_waiting_for_a_busy_machine_is_not_counted() -> None:
    with time_box(0.05) as box:
        time.sleep(0.2)
    assert box.seconds < 0.05


def test_titles_are_harmless() -> None:
    [one] = found("UID:1\nSUMMARY:\x1b]0;owned\x07Hi\u202e there\nDTSTART:20261102T090000Z").events
    assert one.title == "Hi there"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([*MEETING.split("\n"), "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM", "X:\udcff", ";:", ""])
    )
)
def test_no_order_of_lines_breaks_reading(lines: list[str]) -> None:
    events = read(CALENDAR, ["\r\n".join(lines).encode("utf-8", "replace")], FIRST, LAST, PARIS).events
    assert all(one.start <= one.end for one in events)
    assert [one.start for one in events] == sorted(one.start for one in events)


@pytest.fixture
def _no_collector() -> Iterator[None]:
    """A box that ends while hypothesis counts what the collector cost would end there, and be told as a warning."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="module")
def corpus() -> list[Path]:
    if not CORPUS:
        pytest.skip("CMDAY_CORPUS names no folder")
    files = sorted(file for file in (Path(CORPUS) / "calendars").rglob("*.ics") if file.is_file())
    assert files
    return files


@pytest.mark.usefixtures("_no_collector")
def test_the_corpus_is_read_without_a_crash(corpus: list[Path]) -> None:
    """How long each file takes is told by ``python -m bench calendars FOLDER``."""
    first, last = date(2000, 1, 1), date(2026, 12, 31)
    assert sum(len(read(CALENDAR, [file.read_bytes()], first, last, PARIS).events) for file in corpus) > 100


@pytest.mark.usefixtures("_no_collector")
def test_days_of_the_corpus_hold_what_another_expansion_finds(corpus: list[Path]) -> None:
    agreed = 0
    for file in corpus:
        for uid, events in expansion.series_in(file.read_bytes()):
            day = expansion.first_day(events)
            if day is None or day.year < 3:
                continue
            for first, last in (
                (day - timedelta(3), day + timedelta(400)),
                (day + timedelta(2000), day + timedelta(2060)),
            ):
                expected = expansion.counts(events, first, last, PARIS)
                if expected is None:
                    continue
                occurrences = read(CALENDAR, [file.read_bytes()], first, last, PARIS).events
                begin = [one.start.date() for one in occurrences if one.uid == uid and one.start.date() >= first]
                assert (file.name, uid, Counter(begin)) == (file.name, uid, expected)
                agreed += 1
    assert agreed > 100
