"""Configured windows fall where the community lives, whatever the CM's zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cmday.core.communities import Community, Span
from cmday.hours.quiet import Traffic, day_curve, is_supposed, windows_of
from cmday.hours.quiet.traffic import ConfiguredTraffic

PARIS = ZoneInfo("Europe/Paris")
MONDAY = date(2026, 11, 2)


def community(**fields: object) -> Community:
    return Community(short="bem", title="BEM Talents", **fields)  # type: ignore[arg-type]


def test_supposed_windows_are_the_usual_ones_on_working_days() -> None:
    found = windows_of(community(zone="America/Montreal"), MONDAY, date(2026, 11, 8), PARIS)
    assert is_supposed(community())
    assert len(found) == 10
    assert [(one.start.isoformat(), one.end.isoformat()) for one in found[:2]] == [
        ("2026-11-02T09:30:00+01:00", "2026-11-02T11:30:00+01:00"),
        ("2026-11-02T14:30:00+01:00", "2026-11-02T16:30:00+01:00"),
    ]
    assert {(one.level, one.basis, one.traffic, one.confidence) for one in found} == {
        ("quiet", "configured", None, None)
    }


def test_configured_windows_are_read_in_the_communitys_zone() -> None:
    far = community(zone="America/Montreal", quiet=(Span(6, 22 * 60, 1440),), peak=(Span(0, 720, 780),))
    found = windows_of(far, MONDAY, MONDAY, PARIS)
    assert [(one.level, one.start.isoformat()) for one in found] == [
        ("quiet", "2026-11-02T04:00:00+01:00"),
        ("peak", "2026-11-02T18:00:00+01:00"),
    ]
    # Between the two changes of clocks Montréal is an hour nearer.
    [before] = windows_of(far, date(2026, 10, 26), date(2026, 10, 26), PARIS)[1:]
    assert before.start.isoformat() == "2026-10-26T17:00:00+01:00"


def test_traffic_is_the_mean_over_a_span_and_the_peak_counts_twice() -> None:
    both = community(quiet=(Span(0, 540, 660),), peak=(Span(0, 600, 660),))
    traffic = Traffic(windows_of(both, MONDAY, MONDAY, PARIS))
    nine, ten, noon = (datetime(2026, 11, 2, hour, tzinfo=PARIS) for hour in (9, 10, 12))
    assert traffic.between(nine, ten) == pytest.approx(0.4)
    assert traffic.between(ten, datetime(2026, 11, 2, 11, tzinfo=PARIS)) == pytest.approx(1.8)
    assert traffic.between(nine, noon) == pytest.approx((0.4 + 1.8 + 1.0) / 3)
    assert traffic.level(nine, ten) == "quiet"
    assert traffic.level(nine, noon) == "normal"


def test_the_curve_dips_in_quiet_hours_and_rises_in_peaks() -> None:
    both = community(quiet=(Span(0, 570, 690),), peak=(Span(0, 720, 810),))
    curve = day_curve(both, MONDAY, PARIS)
    assert len(curve) == 96
    assert curve[42] < 0.5
    assert curve[51] > 1.5
    assert all(value > 0 for value in curve)
    assert len(day_curve(both, date(2026, 10, 25), PARIS)) == 96


def test_the_curve_follows_the_audience() -> None:
    home, abroad = community(), community(audience={"America/Montreal": 2.0, "America/Toronto": 1.0})
    evening = 20 * 4
    assert day_curve(home, date(2026, 11, 7), PARIS)[evening] > day_curve(abroad, date(2026, 11, 7), PARIS)[evening]


def test_without_peak_hours_a_days_usual_shape_ranks_its_ordinary_hours_where_its_people_live() -> None:
    far = ConfiguredTraffic(community(zone="America/Montreal"), PARIS, MONDAY)
    dawn, evening = (datetime(2026, 11, 2, hour, tzinfo=PARIS) for hour in (12, 17))  # 6:00 and 11:00 in Montréal
    quarter = timedelta(minutes=15)
    assert far.between(dawn, dawn + quarter) < far.between(evening, evening + quarter)
    assert far.level(dawn, dawn + quarter) == far.level(evening, evening + quarter) == "normal"
    quiet = datetime(2026, 11, 2, 10, tzinfo=PARIS)
    assert far.between(quiet, quiet + quarter) == 0.4
