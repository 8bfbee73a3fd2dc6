"""What a sweep covers, who was seen when, and what files told of: counted once, and only where somebody looked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cmday.core.items import Page
from cmday.core.time import epoch
from cmday.hours.quiet.weeks import offsets
from cmday.storage import activity, imported, ledger, looked
from cmday.storage.imported import Imported
from tests.storage.making import NOW, database, notification

HOUR = timedelta(hours=1)
CLOCK = offsets(ZoneInfo("UTC"), epoch(NOW) - 90 * 86400, epoch(NOW) + 86400)


def test_sweeps_that_follow_each_other_cover_one_stretch_and_a_gap_begins_another(tmp_path: Path) -> None:
    db = database(tmp_path)
    page = Page(notifications=(notification(1, minutes=180), notification(2, minutes=60)), cursor=None)
    ledger.store_page(db, "nox", page, NOW)
    assert looked.stretches(db, ["nox"]) == [(epoch(NOW - 3 * HOUR), epoch(NOW))]
    ledger.store_page(db, "nox", Page(notifications=(), cursor=None), NOW + 5 * HOUR)
    assert looked.stretches(db, ["nox"]) == [(epoch(NOW - 3 * HOUR), epoch(NOW + 5 * HOUR))]
    lost = Page(notifications=(notification(3, at=NOW + 50 * HOUR),), cursor=None, gap="too much at once")
    ledger.store_page(db, "nox", lost, NOW + 51 * HOUR)
    assert looked.stretches(db, ["nox"]) == [
        (epoch(NOW - 3 * HOUR), epoch(NOW + 5 * HOUR)),
        (epoch(NOW + 50 * HOUR), epoch(NOW + 51 * HOUR)),
    ]
    assert looked.stretches(db, ["other"]) == []


def test_people_are_counted_once_an_hour_however_much_they_say(tmp_path: Path) -> None:
    db = database(tmp_path)
    said = [notification(number, author_handle="@same", minutes=1) for number in range(4)]
    said += [
        notification(9, author_handle="@other", minutes=2),
        notification(10, minutes=90),
        notification(11, community="bem"),
    ]
    ledger.store_page(db, "nox", Page(notifications=tuple(said), cursor=None), NOW)
    hour = epoch(NOW) // 3600
    assert sorted(activity.people_by_hour(db, "sss", CLOCK)) == [(hour - 1, 1), (hour, 2)]


def test_imports_count_with_the_sweeps_and_two_of_a_kind_count_the_higher(tmp_path: Path) -> None:
    db = database(tmp_path)
    at = epoch(NOW) // 3600 * 3600
    base = {"number": 0, "community": "sss", "file": "a.csv", "start": at, "end": at + 7200}
    imported.put_events(db, Imported(source="x", **base), b"1", [(at, "ana"), (at + 60, "ana"), (at + 60, "bo")], NOW)  # type: ignore[arg-type]
    imported.put_events(db, Imported(source="x", **base), b"2", [(at + 90, "bo")], NOW)  # type: ignore[arg-type]
    first = imported.put_hours(db, Imported(source="users", **base), b"3", [(at, 5.0)], NOW)  # type: ignore[arg-type]
    imported.put_hours(db, Imported(source="users", **base), b"4", [(at, 7.0)], NOW)  # type: ignore[arg-type]
    imported.put_hours(db, Imported(source="views", **base), b"5", [(at, 20.0)], NOW)  # type: ignore[arg-type]
    counted: dict[int, float] = {}
    for hour, people in activity.people_by_hour(db, "sss", CLOCK):
        counted[hour] = counted.get(hour, 0) + people
    assert counted == {at // 3600: 2 + 7 + 20}
    assert looked.stretches(db, [], ["sss"]) == [(at, at + 7200)]
    assert imported.known(db, "sss", b"3")
    assert imported.remove(db, [first]) == ["a.csv"]
    assert not imported.known(db, "sss", b"3")
    assert len(imported.all_of(db, "sss")) == 4
