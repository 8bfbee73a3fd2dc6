"""Exports as their makers write them, and as they break, become the same few facts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.text.activity.columns import Columns, guess, named
from cmday.text.activity.moments import day_first, hour_of_day, number, parse, seconds_of
from cmday.text.activity.reading import Activity, period, read_activity, wants_dates, wants_day_order
from cmday.text.activity.table import read_table

PARIS = ZoneInfo("Europe/Paris")
HOURS = ",".join(str(hour) for hour in range(24))


def read(text: str | bytes, **said: object) -> Activity:
    table = read_table(text if isinstance(text, bytes) else text.encode())
    return read_activity(table, guess(table), PARIS, **said)  # type: ignore[arg-type]


def when(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%m-%d %H:%M")


@pytest.mark.parametrize(
    ("name", "text", "events"),
    [
        ("plain", "utc,actor\n2026-10-02T06:31:00Z,0\n", [("10-02 06:31", "0")]),
        ("no header", "2026-10-02T06:31:00+02:00,ana\n", [("10-02 04:31", "ana")]),
        ("epoch", "1790922660,ana\n1790922661,bo\n", [("10-02 06:31", "ana"), ("10-02 06:31", "bo")]),
        ("milliseconds", "time,user\n1790922660000,ana\n", [("10-02 06:31", "ana")]),
        ("mastodon", 'created_at,account,content\n2026-10-02T06:31:00.123Z,a@b.c,"x, y"\n', [("10-02 06:31", "a@b.c")]),
        ("discord", "AuthorID,Author,Date,Content\n8,Ana,2026-10-02T08:31:00.0+02:00,hi\n", [("10-02 06:31", "Ana")]),
        ("a wall clock", "Horodatage;Auteur\n13/10/2026 08:31;Élodie\n", [("10-13 06:31", "Élodie")]),
        ("half past", "date and time\tfrom\nOct 13, 2026, 8:31 AM\tBo\n", [("10-13 06:31", "Bo")]),
        ("a month in words", "publié le;auteur\n13 oct. 2026 à 8h31;Bo\n", [("10-13 06:31", "Bo")]),
        ("who is missing", "time,actor\n2026-10-02T06:31:00Z,\n2026-10-02T06:32:00Z,a\n", [("10-02 06:32", "a")]),
    ],
)
def test_lists_of_events(name: str, text: str, events: list[tuple[str, str]]) -> None:
    found = read(text)
    assert [(when(at), who) for at, who in found.events] == events, name
    assert not found.hours


@pytest.mark.parametrize(
    ("name", "text", "hours"),
    [
        ("ga4", "# ---\n# All Users\n\nDate + hour (YYYYMMDDHH),Active users\n2026101308,12\n", [("10-13 06:00", 12)]),
        ("ga4 in two", "Date,Hour,Active users,Views\n20261013,08,12,90\n", [("10-13 06:00", 12)]),
        ("ga4, french", "Date;Heure;Utilisateurs actifs\n20261013;8;1 240\n", [("10-13 06:00", 1240)]),
        ("matomo", "date\tlabel\tnb_uniq_visitors\tnb_visits\n2026-10-13\t8h\t7\t9\n", [("10-13 06:00", 7)]),
        (
            "discord",
            "interval_start_timestamp,visitors,communicators\n2026-10-13T06:00:00+00:00,9,4\n",
            [("10-13 06:00", 9)],
        ),
        ("youtube", "Date,Hour,Views\nTotal,,99\n2026-10-13,8 AM,7\n", [("10-13 06:00", 7)]),
        ("two rows of an hour", "time,visits\n2026-10-13 08:05,2\n2026-10-13 08:35,3\n", [("10-13 06:00", 5)]),
    ],
)
def test_tables_of_hours(name: str, text: str, hours: list[tuple[str, float]]) -> None:
    found = read(text)
    assert [(when(at), count) for at, count in found.hours] == hours, name
    assert not found.events


def test_a_column_an_hour_as_facebook_has_it() -> None:
    found = read(f'"Date",{HOURS}\n"10/13/2026",{HOURS}\n"10/14/2026",{HOURS}\n')
    assert len(found.hours) == 48
    assert (when(found.hours[9][0]), found.hours[9][1]) == ("10-13 07:00", 9.0)


def test_utf_16_with_tabs_and_windows_1252() -> None:
    assert read("Date\tHeure\tVisites\n2026-10-13\t8\t5\n".encode("utf-16")).hours[0][1] == 5
    assert read("horodatage;auteur\n2026-10-13 08:00;Élodie\n".encode("cp1252")).events[0][1] == "Élodie"


def test_hours_without_days_are_shared_among_the_days_they_stand_for() -> None:
    table = read_table(b"label\tnb_visits\n8h\t31\n9h\t62\n")
    columns = guess(table)
    assert wants_dates(columns)
    found = read_activity(table, columns, PARIS, days=period("2026-10-01..2026-10-31"))
    assert len(found.hours) == 62
    assert {count for _, count in found.hours} == {1.0, 2.0}
    assert (when(found.start), when(found.end)) == ("09-30 22:00", "10-31 23:00")
    by_day = read_table(b"Jour de la semaine;Heure;Vues\nmardi;8;40\n")
    tuesdays = read_activity(by_day, guess(by_day), PARIS, days=period("2026-10-01..2026-10-31"))
    assert [(when(at), count) for at, count in tuesdays.hours] == [
        (f"10-{day:02} {'06' if day < 25 else '07'}:00", 10.0) for day in (6, 13, 20, 27)
    ]


def test_whole_days_say_nothing_of_hours() -> None:
    assert read("Date,Views\n2026-10-02,12\n2026-10-03,9\n").whole_days


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["03/04/2026", "13/04/2026"], True),
        (["03/04/2026", "03/14/2026"], False),
        (["03/04/2026", "05/06/2026"], None),
        (["01/10/2026", "02/10/2026", "03/10/2026"], True),
        (["10/01/2026", "10/02/2026", "10/03/2026"], False),
        (["2026-10-03"], True),
    ],
)
def test_the_whole_column_says_whether_days_come_first(cells: list[str], first: bool | None) -> None:
    assert day_first(cells) is first


def test_what_cannot_be_known_is_left_open() -> None:
    table = read_table(b"03/04/2026 08:00,bob\n05/06/2026 09:00,al\n")
    assert wants_day_order(table, guess(table))
    strange = read_table(b"a,b,c\nx,y,z\n")
    assert not guess(strange).says_when
    assert named(strange, {"time": "2", "actor": "c"}) == Columns(time=1, actor=2)
    for wrong in ({"time": "9"}, {"when": "a"}):
        with pytest.raises(KeyError):
            named(strange, wrong)


@pytest.mark.parametrize(
    ("text", "hour"),
    [("8", 8), ("08:00", 8), ("8h", 8), ("8 PM", 20), ("12 am", 0), ("8 - 9", 8), ("24", None), ("x", None)],
)
def test_hours_of_the_day(text: str, hour: int | None) -> None:
    assert hour_of_day(text) == hour


@pytest.mark.parametrize(
    ("text", "value"),
    [("1 234", 1234), ("1,234", 1234), ("1.234.567", 1234567), ("12,5", 12.5), ("7", 7), ("-1", None), ("nan", None)],
)
def test_counts(text: str, value: float | None) -> None:
    assert number(text) == value


def test_an_hour_of_lord_howe_begins_on_its_own_clock() -> None:
    moment = parse("2026-11-02 08:00", day_first=True)
    assert moment
    assert when(seconds_of(moment, ZoneInfo("Australia/Lord_Howe"))) == "11-01 21:00"
    assert when(seconds_of(moment, ZoneInfo("Asia/Kolkata"))) == "11-02 02:30"


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reading(body: bytes) -> None:
    table = read_table(body)
    columns = guess(table)
    if columns.says_when and columns.says_who:
        days = (date(2026, 10, 1), date(2026, 10, 7))
        found = read_activity(table, columns, PARIS, days=days)
        assert found.skipped <= len(table.rows)


@given(
    st.text(max_size=40)
    | st.from_regex(r"\d{1,4}[/.-]\d{1,4}[/.-]\d{1,6}( \d{1,2}[:h]\d{1,2}( ?[ap]m)?)?", fullmatch=True)
)
def test_no_text_breaks_a_moment(text: str) -> None:
    for first in (True, False):
        found = parse(text, day_first=first)
        assert found is None or found.wall.year >= 1
    hour = hour_of_day(text)
    assert hour is None or 0 <= hour < 24
    value = number(text)
    assert value is None or value >= 0


@pytest.mark.parametrize("wrong", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z"])
def test_what_fills_a_table_up_is_no_time(wrong: str) -> None:
    found = read(f"utc,actor\n2026-10-02T06:31:00Z,ana\n{wrong},bo\n")
    assert ([when(at) for at, _ in found.events], found.skipped) == (["10-02 06:31"], 1)
    assert found.end - found.start == 3600


def test_what_is_still_to_come_is_skipped_unless_all_is() -> None:
    text = "utc,actor\n2026-10-02T06:31:00Z,ana\n2027-10-02T06:31:00Z,bo\n"
    until = int(datetime(2026, 11, 2, tzinfo=UTC).timestamp())
    found = read(text, until=until)
    assert (len(found.events), found.skipped, found.end <= until) == (1, 1, True)
    assert len(read(text, until=0).events) == 2
