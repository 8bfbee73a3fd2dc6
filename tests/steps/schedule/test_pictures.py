"""The schedule as a picture: a day with other clocks, and a week in one line a day, at every width."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec
import pytest

from cmday import i18n
from cmday.steps.schedule.report import (
    Bar,
    DayLine,
    Deadline,
    HolidayLine,
    Load,
    ScheduleReport,
    ZoneLine,
)
from cmday.terminal.ansi import paint
from cmday.terminal.layout import draw_alone
from tests.steps import morning
from tests.steps.test_views import draw, language, snapshot, view_of
from tests.terminal.measuring import line_width

__all__ = ["language", "snapshot"]

MORNING, AFTERNOON = Bar(9 * 60, 12 * 60 + 30), Bar(13 * 60 + 30, 17 * 60 + 30)


def day_line(
    day: int, taken: tuple[Bar, ...] = (), planned: tuple[Bar, ...] = (), load: tuple[int, int] = (0, 450)
) -> DayLine:
    working = () if day in {7, 8, 11} else (MORNING, AFTERNOON)
    return DayLine(
        day=date(2026, 11, day),
        working=working,
        taken=taken,
        planned=planned,
        load=Load(planned_minutes=load[0], free_minutes=load[1] if working else 0),
    )


def week() -> ScheduleReport:
    whole = morning.schedule()
    due = (
        Deadline(
            title="Règlement du concours",
            due=morning.at(18, 0, 5),
            latest_safe_start=morning.at(14, 0, 3),
            operation="op1",
        ),
        Deadline(
            title="Teaser vidéo", due=morning.at(12, 0, 4), latest_safe_start=morning.at(8, 0, 2), operation="op2"
        ),
        Deadline(title="Visuels", due=morning.at(17, 30, 6), latest_safe_start=None, operation="op3"),
    )
    return msgspec.structs.replace(
        whole,
        days=7,
        data=msgspec.structs.replace(whole.data, deadlines=due, load=Load(planned_minutes=1180, free_minutes=1100)),
        holidays=(
            HolidayLine(day=date(2026, 11, 5), name="Guy Fawkes Night", communities=("cap",)),
            HolidayLine(day=date(2026, 11, 11), name="Armistice 1918"),
        ),
        operations={"op1": ("p1", "bem"), "op2": ("p9", "sss"), "op3": ("p4", None)},
        week=(
            day_line(
                2,
                (Bar(570, 615), Bar(840, 885), Bar(960, 990)),
                (Bar(615, 705, "p1"), Bar(885, 945, "p2"), Bar(1110, 1110, "p3")),
                (160, 360),
            ),
            day_line(
                3, (Bar(630, 690),), (Bar(540, 560, "p4"), Bar(550, 620, "p12"), Bar(810, 1050, "p5")), (520, 390)
            ),
            day_line(4, (Bar(0, 1440),)),
            day_line(5, (Bar(540, 700), Bar(820, 1080))),
            day_line(6, (Bar(1200, 1440),), (), (60, 450)),
            day_line(7, (Bar(0, 90),)),
            day_line(11),
        ),
        overview=True,
    )


def other_clocks() -> ScheduleReport:
    montreal = tuple((minute, (minute // 60 - 6) % 24) for minute in range(0, 1440, 60))
    lord_howe = tuple((minute, ((minute + 600) // 60) % 24) for minute in range(0, 1440, 60))
    kolkata = tuple((minute, ((minute + 270) // 60) % 24) for minute in range(30, 1440, 60))
    return msgspec.structs.replace(
        morning.schedule(),
        zones=(
            ZoneLine(communities=("cap",), hours=montreal, ahead=-360),
            ZoneLine(communities=("howe", "island"), hours=lord_howe, ahead=600),
            ZoneLine(communities=("ind",), hours=kolkata, ahead=270),
        ),
    )


@pytest.mark.parametrize("width", [40, 80, 100, 120])
def test_a_week_in_one_line_a_day(width: int, language: str, snapshot: Callable[[str, str], None]) -> None:
    view = view_of(width, alone=True)
    lines = draw_alone(draw(week(), view), view)
    assert all(line_width(line) <= width for line in lines)
    snapshot(f"week-{width}-{language}", paint(lines))


@pytest.mark.parametrize("width", [40, 100])
def test_other_clocks_stand_beside_ones_own(width: int, language: str, snapshot: Callable[[str, str], None]) -> None:
    view = view_of(width, alone=True)
    lines = draw_alone(draw(other_clocks(), view), view)
    assert all(line_width(line) <= width for line in lines)
    snapshot(f"clocks-{width}-{language}", paint(lines))


@pytest.mark.parametrize("report", [week, other_clocks])
def test_the_pictures_in_plain_signs(
    report: Callable[[], ScheduleReport], snapshot: Callable[[str, str], None]
) -> None:
    i18n.choose()
    view = view_of(80, plain=True, alone=True)
    text = paint(draw_alone(draw(report(), view), view))
    assert not set(text) & set("─│├┤▁▂▃▄▅▆▇█▼…→✓░▒▓·“”")
    snapshot(f"{report.__name__}-plain", text)


@pytest.mark.parametrize("width", range(40, 201, 7))
def test_a_week_fits_any_width(width: int) -> None:
    i18n.choose()
    for alone in (True, False):
        view = view_of(width, alone=alone)
        assert all(line_width(line) <= width for line in draw_alone(draw(week(), view), view))
