"""``cmday schedule`` of a calendar of 10,000 events, unchanged since yesterday: no event is read again."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bench.measure import Command, Promise, installed_script, milliseconds, paired, run_once

EVENTS = 10_000
QUICK_EVENTS = 1_000
RECURRING = 20  # one event in so many comes again
SECONDS = 0.3
YESTERDAY, TODAY = "2026-11-02T08:31:00+01:00", "2026-11-03T08:31:00+01:00"
_BEGIN = datetime(2019, 1, 1, 8)  # noqa: DTZ001  a wall time, the zone is written beside it
_RULES = ("FREQ=WEEKLY", "FREQ=YEARLY", "FREQ=MONTHLY;BYDAY=1MO", "FREQ=WEEKLY;UNTIL=20250101T000000Z")


def measure(rounds: int, *, quick: bool) -> list[Promise]:
    events = QUICK_EVENTS if quick else EVENTS
    with tempfile.TemporaryDirectory(prefix="cmday-bench-") as room:
        file, folder = _home(Path(room) / "file"), _home(Path(room) / "folder")
        (file / "calendar").write_text(_calendar(_events(events)), encoding="utf-8")
        (folder / "calendar").mkdir()
        for number, event in enumerate(_events(events)):
            (folder / "calendar" / f"{number}.ics").write_text(_calendar([event]), encoding="utf-8")
        return [
            _promise(rounds, file, f"schedule, file of {events:,} events"),
            _promise(rounds, folder, f"schedule, vdir of {events:,} events"),
        ]


def _promise(rounds: int, home: Path, name: str) -> Promise:
    argv = [installed_script(), "schedule"]
    first = run_once(Command(argv, {"CMDAY_HOME": str(home), "CMDAY_NOW": YESTERDAY}))
    [costs] = paired(rounds, Command(argv, {"CMDAY_HOME": str(home), "CMDAY_NOW": TODAY}))
    return Promise(
        name=f"{name}, unchanged since yesterday",
        # The quickest: what other programs take of the machine meanwhile is not ours.
        value=min(cost.wall for cost in costs),
        limit=SECONDS,
        unit="s on two idle cores",
        ours=milliseconds("CPU", costs),
        peer=f"first read {first.cpu * 1000:.1f} ms",
    )


def _home(home: Path) -> Path:
    home.mkdir(mode=0o700)
    settings = 'language = "en"\ntimezone = "Europe/Paris"\n[community.bem]\n[calendar.large]\npath = "calendar"\n'
    (home / "config.toml").write_text(settings, encoding="utf-8")
    return home


def _calendar(events: Iterator[str] | list[str]) -> str:
    inner = "".join(f"BEGIN:VEVENT\n{event}END:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{inner}END:VCALENDAR\n".replace("\n", "\r\n")


def _events(count: int) -> Iterator[str]:
    """Ten years of appointments, the same at every run."""
    dice = random.Random(1)
    for number in range(count):
        start = _BEGIN + timedelta(minutes=15 * dice.randrange(4 * 24 * 3650))
        end = start + timedelta(hours=1)
        rule = f"RRULE:{dice.choice(_RULES)}\n" if number % RECURRING == 0 else ""
        yield (
            f"UID:{number}@bench\nSUMMARY:Appointment {number}\nDESCRIPTION:{'With a few words about it. ' * 3}\n"
            f"DTSTART;TZID=Europe/Paris:{start:%Y%m%dT%H%M%S}\nDTEND;TZID=Europe/Paris:{end:%Y%m%dT%H%M%S}\n{rule}"
        )
