"""``[date.NAME]``: the CM's own dates that come again."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any, Final

import msgspec

from cmday.config import values as v
from cmday.config.tables import Table
from cmday.core.events import OwnDate
from cmday.i18n import phrase
from cmday.text.yearly import parse_yearly

_DAY: Final = timedelta(days=1)
# Whole days only, and no more often than weekly; what comes without a day would come every day.
_LIST: Final = r"[-+]?\d{1,3}(?:,[-+]?\d{1,3})*"
_RULE: Final = (
    r"FREQ=(?:YEARLY|MONTHLY|WEEKLY)(?:;(?:INTERVAL=[1-9]\d?|UNTIL=\d{8}|WKST=[A-Z]{2}"
    rf"|BY(?:MONTH|MONTHDAY|YEARDAY|WEEKNO|SETPOS|EASTER)={_LIST}"
    r"|BYDAY=[-+]?\d{0,2}(?:MO|TU|WE|TH|FR|SA|SU)(?:,[-+]?\d{0,2}(?:MO|TU|WE|TH|FR|SA|SU))*))+"
)
_DAYS: Final = r";BY(?:MONTHDAY|YEARDAY|EASTER|DAY)="
_LONGEST: Final = 200


class _On(msgspec.Struct, frozen=True):
    month: int = 0
    day: int = 0
    year: int | None = None


def read_date(name: str, table: Table) -> OwnDate:
    """The date of a table; mistakes are noted in it."""
    if ("on" in table) + ("rrule" in table) != 1:
        table.wrong(None, phrase("wants one of on and rrule"))
    on = table.take("on", _on, _On())
    found = OwnDate(
        name=name,
        title=table.take("title", v.text, name),
        month=on.month,
        day=on.day,
        year=on.year,
        rule=table.take("rrule", _rule, ""),
        community=table.take("community", v.text, None),
        ahead=table.take("ahead", v.duration(timedelta(), 120 * _DAY), 14 * _DAY).days,
    )
    table.finish()
    return found


def _on(value: Any) -> _On:
    expected = phrase('a day of the year like "14 feb", or one day like "2026-12-18"')
    if isinstance(value, date) and not isinstance(value, datetime):
        return _On(value.month, value.day, value.year)
    words = v.text(value)
    try:
        day = date.fromisoformat(words.strip())
    except ValueError:
        pass
    else:
        return _On(day.month, day.day, day.year)
    try:
        return _On(*parse_yearly(words))
    except ValueError:
        raise v.Unfit(expected) from None


def _rule(value: Any) -> str:
    words = re.sub(r"\s", "", v.text(value)).upper().removeprefix("RRULE:")
    if len(words) > _LONGEST or not re.fullmatch(_RULE, words, re.ASCII) or not re.search(_DAYS, words):
        raise v.Unfit(phrase('a rule like "FREQ=YEARLY;BYMONTH=11;BYDAY=4FR"'))
    return words
