"""Dates of the CM's own fall on the days that another reading of the same rules finds."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from dateutil.easter import easter
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from cmday.core.events import OwnDate
from cmday.hours.own_dates import MOST, days_of

RULES = [
    "FREQ=YEARLY;BYMONTH=11;BYDAY=4FR",
    "FREQ=YEARLY;BYMONTH=5;BYDAY=-1SU",
    "FREQ=YEARLY;BYDAY=20MO",
    "FREQ=YEARLY;BYDAY=-1FR",
    "FREQ=YEARLY;BYMONTHDAY=-1",
    "FREQ=YEARLY;BYYEARDAY=1,100,-1",
    "FREQ=YEARLY;BYWEEKNO=20;BYDAY=TU",
    "FREQ=YEARLY;BYEASTER=1",
    "FREQ=YEARLY;BYEASTER=-47",
    "FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYMONTH=1,9;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
    "FREQ=MONTHLY;BYDAY=1MO",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
    "FREQ=WEEKLY;BYDAY=FR;UNTIL=20271231",
]


@given(st.sampled_from(RULES), st.dates(date(2001, 1, 1), date(2060, 1, 1)), st.integers(0, 900))
def test_rules_fall_where_dateutil_puts_them(rule: str, first: date, length: int) -> None:
    last = first + timedelta(days=length)
    # Counted from the same day: the first of the year for years and months, a Monday for weeks.
    begin = datetime(2000, 1, 3) if "WEEKLY" in rule else datetime(2000, 1, 1)
    expected = rrulestr(rule, dtstart=begin).between(
        datetime(first.year, first.month, first.day), datetime(last.year, last.month, last.day), inc=True
    )
    found = days_of(OwnDate(name="x", title="x", rule=rule), first, last)
    assert found == [moment.date() for moment in expected][:MOST]


@pytest.mark.parametrize("year", range(1990, 2090))
def test_easter(year: int) -> None:
    whole = OwnDate(name="x", title="x", rule="FREQ=YEARLY;BYEASTER=0")
    assert days_of(whole, date(year, 1, 1), date(year, 12, 31)) == [easter(year)]


@pytest.mark.parametrize("rule", ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=WEEKLY;BYDAY=MO;BYWEEKNO=99"])
def test_a_day_that_never_comes_is_not_looked_for(rule: str) -> None:
    assert days_of(OwnDate(name="x", title="x", rule=rule), date(2026, 1, 1), date(2030, 1, 1)) == []


def test_a_day_of_the_year_comes_every_year_and_one_day_once() -> None:
    valentine = OwnDate(name="v", title="v", month=2, day=14)
    assert days_of(valentine, date(2026, 2, 14), date(2028, 2, 13)) == [date(2026, 2, 14), date(2027, 2, 14)]
    once = OwnDate(name="o", title="o", month=12, day=18, year=2026)
    assert days_of(once, date(2025, 1, 1), date(2029, 1, 1)) == [date(2026, 12, 18)]
    leap = OwnDate(name="l", title="l", month=2, day=29)
    assert days_of(leap, date(2026, 1, 1), date(2032, 12, 31)) == [date(2028, 2, 29), date(2032, 2, 29)]
