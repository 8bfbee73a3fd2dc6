"""``[date.NAME]``: what it may say, and what is told where it says something else."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cmday.config.reader import parse_settings
from cmday.config.showing import as_tables
from cmday.core.events import OwnDate

FILE = Path("/nowhere/config.toml")
PARIS = ZoneInfo("Europe/Paris")


def read(lines: str) -> tuple[dict[str, OwnDate], list[str]]:
    settings, source = parse_settings(f"[community.bem]\n[date.day]\n{lines}", FILE, PARIS)
    return settings.dates, [str(mistake) for mistake in source.mistakes]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ('"14 feb"', (2, 14, None)),
        ('"14 février"', (2, 14, None)),
        ('"1er mai"', (5, 1, None)),
        ('"Feb 14"', (2, 14, None)),
        ('"July 4th"', (7, 4, None)),
        ('"29 feb"', (2, 29, None)),
        ('"24/12"', (12, 24, None)),
        ('"2026-12-18"', (12, 18, 2026)),
        ("2026-12-18", (12, 18, 2026)),
    ],
)
def test_a_day_as_people_write_it(on: str, expected: tuple[int, int, int | None]) -> None:
    dates, mistakes = read(f"on = {on}")
    assert mistakes == []
    assert (dates["day"].month, dates["day"].day, dates["day"].year) == expected
    assert (dates["day"].title, dates["day"].ahead, dates["day"].community) == ("day", 14, None)


def test_a_rule_with_all_that_may_stand_beside_it() -> None:
    dates, mistakes = read(
        'title = "Sales"\nrrule = "RRULE:FREQ=YEARLY; BYMONTH=11;BYDAY=4FR"\ncommunity = "bem"\nahead = "30d"'
    )
    assert mistakes == []
    assert dates["day"] == OwnDate(
        name="day", title="Sales", rule="FREQ=YEARLY;BYMONTH=11;BYDAY=4FR", community="bem", ahead=30
    )


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('title = "x"', "wants one of on and rrule"),
        ('on = "14 feb"\nrrule = "FREQ=WEEKLY;BYDAY=MO"', "wants one of on and rrule"),
        ('on = "30 feb"', "must be a day of the year"),
        ('on = "soon"', "must be a day of the year"),
        ("on = 14", "must be text in quotes"),
        ('rrule = "FREQ=HOURLY;BYDAY=MO"', "must be a rule like"),
        ('rrule = "FREQ=YEARLY;BYMONTH=5"', "must be a rule like"),
        ('rrule = "FREQ=MONTHLY;BYDAY=XX"', "must be a rule like"),
        ('rrule = "FREQ=YEARLY;BYDAY=1MO;BYHOUR=3"', "must be a rule like"),
        (f'rrule = "FREQ=YEARLY;BYMONTHDAY={",".join(["1"] * 200)}"', "must be a rule like"),
        ('on = "14 feb"\ncommunity = "sss"', 'no community is called "sss"'),
        ('on = "14 feb"\nahead = "2y"', "must be a length"),
        ('on = "14 feb"\nahed = "2d"', "unknown key"),
    ],
)
def test_what_is_wrong_is_named(lines: str, said: str) -> None:
    _dates, mistakes = read(lines)
    [mistake] = mistakes
    assert said in mistake
    assert "[date.day]" in mistake


def test_config_show_gives_back_what_was_read() -> None:
    settings, _source = parse_settings(
        '[date.a]\non = "1 may"\n[date.b]\non = 2026-12-18\n[date.c]\nrrule = "FREQ=WEEKLY;BYDAY=MO"', FILE, PARIS
    )
    shown = as_tables(settings)["date"]
    assert {name: table.get("on") for name, table in shown.items()} == {"a": "01/05", "b": "2026-12-18", "c": None}
    again, _source = parse_settings(
        "\n".join(
            f"[date.{name}]\n" + "\n".join(f'{key} = "{value}"' for key, value in table.items())
            for name, table in shown.items()
        ),
        FILE,
        PARIS,
    )
    assert again.dates == settings.dates
