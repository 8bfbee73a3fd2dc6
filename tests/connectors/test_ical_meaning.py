"""The corners of iCalendar that real calendars stand in: ends and exceptions in other kinds of time, clock changes,
what is declined, private or free."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from cmday.connectors.ical import Occurrences, read
from cmday.connectors.ical_text import series_of
from cmday.core.events import Calendar
from tests.connectors.test_ical import ics, starts

PARIS = ZoneInfo("Europe/Paris")
CALENDAR = Calendar(name="work", path="x")
WEEKLY = "UID:w\nSUMMARY:Weekly\nDTSTART;TZID={zone}:20261005T{time}00\nDURATION:PT1H\nRRULE:FREQ=WEEKLY"


def within(first: str, last: str, *events: str, head: str = "", zone: ZoneInfo = PARIS, **more: object) -> Occurrences:
    calendar = Calendar(name="work", path="x", private=bool(more.get("private")))
    me = more.get("me", ())
    assert isinstance(me, tuple)
    body = ics(*events, head=head)
    return read(calendar, [body], date.fromisoformat(first), date.fromisoformat(last), zone, me=me)


def weekly(zone: str = "Europe/Paris", time: str = "0930") -> str:
    return WEEKLY.format(zone=zone, time=time)


@pytest.mark.parametrize(
    ("zone", "until", "last"),
    [
        ("Europe/Paris", "20261019T073000Z", "2026-10-19T09:30+02:00"),  # UTC, to the minute
        ("Europe/Paris", "20261019T072959Z", "2026-10-12T09:30+02:00"),
        ("Europe/Paris", "20261019T093000", "2026-10-19T09:30+02:00"),  # the local time
        ("Europe/Paris", "20261019T092959", "2026-10-12T09:30+02:00"),
        ("America/Montreal", "20261019T093000", "2026-10-19T15:30+02:00"),
        ("Australia/Sydney", "20261019T093000", "2026-10-19T00:30+02:00"),
        ("Europe/Paris", "20261019", "2026-10-19T09:30+02:00"),  # the whole day
        ("America/Montreal", "20261018", "2026-10-12T15:30+02:00"),
    ],
)
def test_a_rule_ends_when_it_says_whatever_time_it_says_it_in(zone: str, until: str, last: str) -> None:
    found = starts(within("2026-10-01", "2026-11-15", f"{weekly(zone)};UNTIL={until}"))
    assert found[-1] == last


def test_a_floating_rule_that_ends_in_utc_ends_on_the_cms_own_clock() -> None:
    floating = "UID:f\nDTSTART:20261019T233000\nRRULE:FREQ=DAILY;UNTIL=20261020T213000Z"
    assert starts(within("2026-10-01", "2026-11-15", floating)) == ["2026-10-19T23:30+02:00", "2026-10-20T23:30+02:00"]


def test_a_rule_of_days_ends_with_its_day() -> None:
    days = "UID:d\nDTSTART;VALUE=DATE:20261019\nRRULE:FREQ=DAILY;UNTIL=20261021T000000Z"
    assert len(within("2026-10-01", "2026-11-15", days).events) == 3


@pytest.mark.parametrize(
    "exception",
    [
        "20261012T093000",
        "20261012T073000Z",
        ";TZID=America/Montreal:20261012T033000",
        ";TZID=Romance Standard Time:20261012T093000",
        ";VALUE=DATE:20261012",
    ],
)
def test_an_exception_in_another_kind_of_time_is_the_same_exception(exception: str) -> None:
    value = exception if exception.startswith(";") else f":{exception}"
    if "TZID" not in value and not value.endswith("Z") and "DATE" not in value:
        value = f";TZID=Europe/Paris{value}"
    left = starts(within("2026-10-05", "2026-10-20", f"{weekly()}\nEXDATE{value}"))
    assert left == ["2026-10-05T09:30+02:00", "2026-10-19T09:30+02:00"]
    moved = f"UID:w\nSUMMARY:Moved\nRECURRENCE-ID{value}\nDTSTART:20261013T120000Z\nDTEND:20261013T130000Z"
    both = within("2026-10-05", "2026-10-20", weekly(), moved)
    assert starts(both) == ["2026-10-05T09:30+02:00", "2026-10-13T14:00+02:00", "2026-10-19T09:30+02:00"]


@pytest.mark.parametrize("exception", [";TZID=Europe/Paris:20261012T000000", ":20261011T220000Z", ":20261012T000000Z"])
def test_days_may_be_moved_by_an_exception_with_a_time(exception: str) -> None:
    days = "UID:d\nDTSTART;VALUE=DATE:20261005\nRRULE:FREQ=WEEKLY"
    moved = f"UID:d\nRECURRENCE-ID{exception}\nDTSTART;VALUE=DATE:20261014"
    assert [day[:10] for day in starts(within("2026-10-05", "2026-10-20", days, moved))] == [
        "2026-10-05",
        "2026-10-14",
        "2026-10-19",
    ]
    left = starts(within("2026-10-05", "2026-10-20", f"{days}\nEXDATE{exception}"))
    assert [day[:10] for day in left] == ["2026-10-05", "2026-10-19"]


def test_a_floating_series_stays_floating_with_an_exception_in_utc() -> None:
    floating = "UID:f\nDTSTART:20261005T093000\nRRULE:FREQ=WEEKLY\nEXDATE:20261012T073000Z"
    assert starts(within("2026-10-05", "2026-10-20", floating)) == ["2026-10-05T09:30+02:00", "2026-10-19T09:30+02:00"]


def test_this_and_future_moves_all_that_follow() -> None:
    later = (
        "UID:w\nSUMMARY:Later\nRECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Paris:20261019T093000\n"
        "DTSTART;TZID=Europe/Paris:20261020T110000\nDURATION:PT30M"
    )
    both = within("2026-10-05", "2026-11-04", weekly(), later)
    assert starts(both) == [
        "2026-10-05T09:30+02:00",
        "2026-10-12T09:30+02:00",
        "2026-10-20T11:00+02:00",
        "2026-10-27T11:00+01:00",
        "2026-11-03T11:00+01:00",
    ]
    assert both.events[-1].title == "Later"
    assert both.events[-1].end - both.events[-1].start == timedelta(minutes=30)


def test_dates_and_periods_are_added_in_their_own_zones() -> None:
    added = (
        f"{weekly()};COUNT=1\nRDATE;TZID=America/Montreal:20261020T090000\n"
        "RDATE;VALUE=PERIOD:20261021T080000Z/PT30M,20261022T080000Z/20261022T100000Z"
    )
    found = within("2026-10-05", "2026-10-30", added)
    assert starts(found) == [
        "2026-10-05T09:30+02:00",
        "2026-10-20T15:00+02:00",
        "2026-10-21T10:00+02:00",
        "2026-10-22T10:00+02:00",
    ]
    lengths = [(one.end - one.start) / timedelta(minutes=1) for one in found.events]
    assert lengths == [60, 60, 30, 120]


@pytest.mark.parametrize(
    ("zone", "first", "time", "expected"),
    [
        # What the clocks skip happens an hour later; what comes twice happens the first time (RFC 5545, 3.3.5).
        ("Europe/Paris", "2026-03-28", "0230", ["28T02:30+01:00", "29T03:30+02:00", "30T02:30+02:00"]),
        ("Europe/Paris", "2026-10-24", "0230", ["24T02:30+02:00", "25T02:30+02:00", "26T02:30+01:00"]),
        ("America/Montreal", "2026-03-07", "0230", ["07T02:30-05:00", "08T03:30-04:00", "09T02:30-04:00"]),
        ("America/Montreal", "2026-10-31", "0130", ["31T01:30-04:00", "01T01:30-04:00", "02T01:30-05:00"]),
        ("Australia/Sydney", "2026-10-03", "0230", ["03T02:30+10:00", "04T03:30+11:00", "05T02:30+11:00"]),
        ("Australia/Sydney", "2026-04-04", "0230", ["04T02:30+11:00", "05T02:30+11:00", "06T02:30+10:00"]),
        ("Australia/Lord_Howe", "2026-10-03", "0215", ["03T02:15+10:30", "04T02:45+11:00", "05T02:15+11:00"]),
        ("Australia/Lord_Howe", "2026-04-04", "0145", ["04T01:45+11:00", "05T01:45+11:00", "06T01:45+10:30"]),
    ],
)
def test_days_on_which_clocks_change(zone: str, first: str, time: str, expected: list[str]) -> None:
    here = ZoneInfo(zone)
    day = date.fromisoformat(first)
    series = f"UID:n\nDTSTART;TZID={zone}:{day:%Y%m%d}T{time}00\nDURATION:PT30M\nRRULE:FREQ=DAILY"
    found = within(first, (day + timedelta(2)).isoformat(), series, zone=here)
    assert [one[8:] for one in starts(found)] == expected
    assert {one.end - one.start for one in found.events} == {timedelta(minutes=30)}


def test_leap_days_and_the_turn_of_the_year() -> None:
    leap = "UID:l\nDTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY"
    assert starts(within("2026-02-01", "2026-03-31", leap)) == []
    assert starts(within("2028-02-01", "2028-03-31", leap)) == ["2028-02-29T00:00+01:00"]
    party = "UID:p\nDTSTART;TZID=Europe/Paris:20261231T220000\nDTEND;TZID=Europe/Paris:20270101T040000"
    for first, last in (("2026-12-31", "2026-12-31"), ("2027-01-01", "2027-01-01")):
        assert starts(within(first, last, party)) == ["2026-12-31T22:00+01:00"]
    weeks = "UID:k\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO"
    assert [day[:10] for day in starts(within("2026-12-20", "2027-01-10", weeks))] == ["2027-01-04"]


def test_a_calendar_of_several_keeps_each_ones_zone() -> None:
    one, other = (
        ics(f"UID:{uid}\nDTSTART:20261102T090000", head=f"X-WR-TIMEZONE:{zone}\n")
        for uid, zone in (("a", "America/Montreal"), ("b", "Asia/Tokyo"))
    )
    found = read(CALENDAR, [one + other], date(2026, 11, 1), date(2026, 11, 3), PARIS)
    assert {event.uid: event.start.isoformat(timespec="minutes") for event in found.events} == {
        "a": "2026-11-02T15:00+01:00",
        "b": "2026-11-02T01:00+01:00",
    }


def test_a_header_behind_the_events_counts_as_well() -> None:
    body = ics("UID:a\nDTSTART:20261102T090000").replace(b"END:VCALENDAR", b"X-WR-TIMEZONE:Asia/Tokyo\r\nEND:VCALENDAR")
    assert starts(read(CALENDAR, [body], date(2026, 11, 1), date(2026, 11, 3), PARIS)) == ["2026-11-02T01:00+01:00"]


MEETING = "UID:m\nSUMMARY:Dentist\nLOCATION:Rue des Lilas\nDTSTART:20261102T090000Z\nDTEND:20261102T100000Z"


def attended(who: str, answer: str) -> str:
    return f"{MEETING}\nATTENDEE;PARTSTAT={answer}:mailto:{who}\nATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@example.org"


@pytest.mark.parametrize(
    ("me", "head", "answer", "there"),
    [
        (("robin@example.org",), "", "DECLINED", 0),
        (("robin",), "", "DECLINED", 0),
        ((), "X-WR-CALNAME:Robin@example.org\n", "DECLINED", 0),
        (("robin@example.org",), "", "ACCEPTED", 1),
        (("robin@example.org",), "", "TENTATIVE", 1),
        (("ana@example.org",), "", "DECLINED", 1),
        ((), "", "DECLINED", 1),
        (("bin@example.org",), "", "DECLINED", 1),
    ],
)
def test_what_the_cm_declined_is_left_out(me: tuple[str, ...], head: str, answer: str, there: int) -> None:
    found = within("2026-11-01", "2026-11-03", attended("Robin@example.org", answer), head=head, me=me)
    assert len(found.events) == there


def test_one_declined_day_of_a_series_leaves_the_others() -> None:
    declined = (
        "UID:w\nRECURRENCE-ID:20261012T073000Z\nDTSTART:20261012T073000Z\nDTEND:20261012T083000Z\n"
        "ATTENDEE;PARTSTAT=DECLINED:mailto:robin@example.org"
    )
    found = within("2026-10-05", "2026-10-20", weekly(), declined, me=("robin@example.org",))
    assert starts(found) == ["2026-10-05T09:30+02:00", "2026-10-19T09:30+02:00"]


@pytest.mark.parametrize("marked", ["PRIVATE", "CONFIDENTIAL"])
def test_a_private_event_takes_its_time_and_keeps_its_secret(marked: str) -> None:
    [one] = within("2026-11-01", "2026-11-03", f"{MEETING}\nCLASS:{marked}").events
    assert (one.title, one.location, one.busy) == ("private", None, True)
    [shown] = within("2026-11-01", "2026-11-03", f"{MEETING}\nCLASS:{marked}", private=True).events
    assert (shown.title, shown.location) == ("Dentist", "Rue des Lilas")
    [public] = within("2026-11-01", "2026-11-03", f"{MEETING}\nCLASS:PUBLIC").events
    assert public.title == "Dentist"


@pytest.mark.parametrize(
    ("event", "needed"),
    [
        (f"{weekly()};UNTIL=20261020T000000Z", False),
        (f"{weekly()};UNTIL=20261102T000000Z", True),
        (f"{weekly()};COUNT=2", True),
        (weekly().replace("20261005", "20271005"), False),
        (f"{weekly()};UNTIL=20261020T000000Z\nRDATE:20261105T080000Z", True),
        ("UID:l\nDTSTART:20261001T080000Z\nDURATION:P40D", True),
        ("UID:l\nDTSTART:20261001T080000Z\nDURATION:P5W", True),
        ("UID:l\nDTSTART:20260801T080000Z\nDURATION:PT26H", False),
        ("UID:l\nDTSTART:20260801T080000Z\nDURATION:soon", True),
        (weekly().replace("RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY\\;UNTIL=20261020T000000Z"), False),
    ],
)
def test_only_what_can_touch_the_days_is_parsed(event: str, needed: bool) -> None:
    assert bool(list(series_of(ics(event), date(2026, 11, 1), date(2026, 11, 10)))) is needed


def test_lists_with_stray_spaces_and_backslashes_are_read() -> None:
    rule = "RRULE:FREQ=DAILY\\;BYDAY=MO\\, TU\\,WE\\;UNTIL=20261008T235959Z"
    found = within("2026-10-01", "2026-11-15", weekly().replace("RRULE:FREQ=WEEKLY", rule))
    assert [day[:10] for day in starts(found)] == ["2026-10-05", "2026-10-06", "2026-10-07"]


def test_lines_folded_over_an_empty_one_are_read() -> None:
    body = ics(MEETING).replace(b"SUMMARY:Dentist", b"SUMMARY\n\n :Den\r\r\n tist")
    [one] = read(CALENDAR, [body], date(2026, 11, 1), date(2026, 11, 3), PARIS).events
    assert one.title == "Dentist"
