"""Dates as people type them, on Monday 2 November 2026, 08:31 in Paris."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.errors import WrongUse
from cmday.text.dates import parse_day, parse_when
from cmday.text.durations import parse_duration
from tests.hours.example import week

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 2, 8, 31, tzinfo=PARIS)


def when(text: str, now: datetime = NOW, **options: object) -> str:
    return parse_when(text, now, week(), **options).isoformat(timespec="minutes")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fri", "2026-11-06T17:30+01:00"),
        ("ven", "2026-11-06T17:30+01:00"),
        ("Ven.", "2026-11-06T17:30+01:00"),
        ("ven 18h", "2026-11-06T18:00+01:00"),
        ("vendredi à 18 h 30", "2026-11-06T18:30+01:00"),
        ("friday 18:00", "2026-11-06T18:00+01:00"),
        ("tomorrow 9am", "2026-11-03T09:00+01:00"),
        ("12pm tomorrow", "2026-11-03T12:00+01:00"),
        ("demain", "2026-11-03T17:30+01:00"),
        ("après-demain midi", "2026-11-04T12:00+01:00"),
        ("today", "2026-11-02T17:30+01:00"),
        ("aujourd’hui", "2026-11-02T17:30+01:00"),
        ("monday", "2026-11-02T17:30+01:00"),
        ("lundi 8h", "2026-11-09T08:00+01:00"),
        ("12/11", "2026-11-12T17:30+01:00"),
        ("12.11.27", "2027-11-12T17:30+01:00"),
        ("1/11", "2027-11-01T17:30+01:00"),
        ("12 nov", "2026-11-12T17:30+01:00"),
        ("jeu. 12 nov. 10h", "2026-11-12T10:00+01:00"),
        ("le 1er décembre", "2026-12-01T17:30+01:00"),
        ("Nov 12, 2027 5:30 pm", "2027-11-12T17:30+01:00"),
        ("29 feb", "2028-02-29T17:30+01:00"),
        ("friday 13", "2026-11-13T17:30+01:00"),
        ("2026-11-12", "2026-11-12T17:30+01:00"),
        ("2026-11-12 10:00", "2026-11-12T10:00+01:00"),
        ("2026-11-12T10:00+01:00", "2026-11-12T10:00+01:00"),
        ("2026-11-12T10:00Z", "2026-11-12T11:00+01:00"),
        ("in 3 days", "2026-11-05T17:30+01:00"),
        ("dans 3 jours à 18h", "2026-11-05T18:00+01:00"),
        ("+2d", "2026-11-04T17:30+01:00"),
        ("dans 2h", "2026-11-02T10:31+01:00"),
        ("in 1h30", "2026-11-02T10:01+01:00"),
        ("18h", "2026-11-02T18:00+01:00"),
        ("8:00", "2026-11-03T08:00+01:00"),
        ("sat", "2026-11-07T17:30+01:00"),
    ],
)
def test_words_in_both_languages_at_once(text: str, expected: str) -> None:
    assert when(text) == expected
    assert when(text, language="fr") == expected


@pytest.mark.parametrize(("language", "expected"), [("en", "2027-03-12"), ("fr", "2027-01-12")])
def test_the_language_decides_what_both_use(language: str, expected: str) -> None:
    assert when("mar 12", language=language)[:10] == expected  # 12 March, or a Tuesday that is a 12th


def test_a_day_alone_may_mean_its_beginning() -> None:
    assert when("fri", bare="start") == "2026-11-06T09:00+01:00"
    assert when("fri 10h", bare="start") == "2026-11-06T10:00+01:00"


def test_a_weekday_that_is_over_means_next_week() -> None:
    evening = NOW.replace(day=6, hour=18)
    assert when("fri", evening) == "2026-11-13T17:30+01:00"
    assert parse_day("fri", evening) == date(2026, 11, 6)


def test_clocks_change_under_a_date() -> None:
    before = datetime(2026, 10, 24, 12, 0, tzinfo=PARIS)
    assert when("tomorrow 18h", before) == "2026-10-25T18:00+01:00"
    assert when("in 24h", before) == "2026-10-25T11:00+01:00"
    spring = datetime(2026, 3, 28, 12, 0, tzinfo=PARIS)
    assert when("29/03 2h30", spring) == "2026-03-29T03:30+02:00"


@pytest.mark.parametrize(
    "text",
    ["", "foo", "32/13", "fri 25h", "12", "in 3", "in 9999999999 days", "2026-13-40", "0pm", "fri sat", "ven 12 nov"],
)
def test_what_is_no_date_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(WrongUse) as refused:
        parse_when(text, NOW, week())
    assert refused.value.hint is not None


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_wrong_use(text: str) -> None:
    for parse in (parse_day, lambda text, now: parse_when(text, now, week())):
        try:
            found = parse(text, NOW)
        except WrongUse:
            continue
        assert isinstance(found, date)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(lambda moment: moment.replace(microsecond=0)))
def test_iso_is_read_back(moment: datetime) -> None:
    aware = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(PARIS)
    assert parse_when(aware.isoformat(), NOW, week()) == aware


@given(st.dates(date(2026, 11, 2), date(2027, 11, 1)))
def test_every_way_to_write_a_day_means_the_same(day: date) -> None:
    names = ["janv", "févr", "mars", "avril", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc"]
    written = [day.isoformat(), f"{day.day}/{day.month}", f"{day.day:02}/{day.month:02}/{day.year}"]
    written += [f"{day.day} {names[day.month - 1]}", f"dans {(day - NOW.date()).days} jours"]
    assert {parse_day(text, NOW) for text in written} == {day}


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2h", 120),
        ("90m", 90),
        ("90 min", 90),
        ("1h30", 90),
        ("1 h 30", 90),
        ("1h30m", 90),
        ("1:30", 90),
        ("1.5h", 90),
        ("1,5 h", 90),
        ("2 heures et 15 minutes", 135),
        ("1 hour", 60),
    ],
)
def test_lengths(text: str, minutes: int) -> None:
    assert parse_duration(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "90", "2d", "h", "0m", "25h", "-2h", "two hours", "1h30x"])
def test_no_lengths(text: str) -> None:
    with pytest.raises(WrongUse):
        parse_duration(text)


@given(st.integers(1, 1440))
def test_a_length_is_read_back(minutes: int) -> None:
    hours, rest = divmod(minutes, 60)
    for text in (f"{minutes}m", f"{hours}h{rest:02}" if hours else f"{rest} min"):
        assert parse_duration(text) == timedelta(minutes=minutes)
