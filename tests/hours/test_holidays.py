"""Holidays come from the library once, and from the memory afterwards."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

from cmday.hours.holidays import holiday, is_known_country


def test_holidays_have_their_name_in_the_language() -> None:
    assert holiday(date(2026, 11, 11), "FR", "fr") == "Armistice"
    assert holiday(date(2026, 11, 11), "fr", "en") == "Armistice Day"
    assert holiday(date(2026, 6, 24), "CA-QC", "fr") == "Fête nationale du Québec"
    assert holiday(date(2026, 6, 24), "CA-ON", "fr") is None
    assert holiday(date(2026, 11, 12), "FR") is None


def test_unknown_countries_are_known_to_be_unknown() -> None:
    assert is_known_country("FR")
    assert is_known_country("CA-QC")
    assert not is_known_country("XX")
    assert not is_known_country("CA-XX")
    assert holiday(date(2026, 1, 1), "XX") is None


def test_what_is_remembered_imports_nothing() -> None:
    script = """
import sys
from datetime import date
from cmday.hours import holidays
kept = {}
holidays.remember_in(kept.get, kept.__setitem__)
if sys.argv[1] == "again":
    holidays.remember_in(lambda name: '{"2026-11-11": "kept"}', None)
    assert holidays.holiday(date(2026, 11, 11), "FR") == "kept"
    assert "holidays" not in sys.modules
else:
    assert holidays.holiday(date(2026, 11, 11), "FR") == "Armistice Day"
    assert len(kept) == 1 and "holidays" in sys.modules
"""
    for turn in ("first", "again"):
        subprocess.run([sys.executable, "-c", script, turn], check=True)
