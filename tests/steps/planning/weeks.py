"""A week of a CM with meetings, and operations that were agreed before the meetings came: what the plan's tests share."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from tests.conftest import Cmday

CONFIG: Final = """
timezone = "Europe/Paris"
[hours]
holidays = "FR"
[community.bem]
title = "BEM Talents"
quiet = ["mon-fri 10:00-11:30", "mon-fri 14:30-16:30"]
peak = ["mon-fri 12:00-13:30"]
[community.sss]
title = "Seeksicksound"
quiet = ["mon-fri 09:00-11:00", "mon-fri 14:00-16:00"]
peak = ["mon-fri 18:30-20:00"]
[community.cap]
title = "Cap Garonne"
quiet = ["mon-fri 15:45-17:30"]
[calendar.work]
path = "work.ics"
"""
MEETINGS: Final = (
    ("Réunion", "20261102T150000", "20261102T163000"),
    ("Photographe", "20261102T160000", "20261102T170000"),
    ("Point presse", "20261103T103000", "20261103T113000"),
    ("Appel Cap", "20261103T160000", "20261103T170000"),
    ("Point d'équipe", "20261104T084500", "20261104T100000"),
    ("Atelier", "20261104T140000", "20261104T160000"),
    ("Bureau", "20261105T090000", "20261105T100000"),
    ("Jury", "20261105T140000", "20261105T170000"),
    ("Montage", "20261106T133000", "20261106T200000"),
    ("Concert", "20261106T200000", "20261106T230000"),
)
MORNING, AFTERNOON = "2026-11-02T08:31:00+01:00", "2026-11-02T14:52:00+01:00"


def write_calendar(home: Path, meetings: tuple[tuple[str, str, str], ...]) -> None:
    """The CM's calendar with these meetings, in Paris."""
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{title}\r\nSUMMARY:{title}\r\nDTSTART;TZID=Europe/Paris:{start}\r\n"
        f"DTEND;TZID=Europe/Paris:{end}\r\nEND:VEVENT\r\n"
        for title, start, end in meetings
    )
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n"
    (home / "work.ics").write_text(text, encoding="utf-8", newline="")


_agreed: dict[str, bytes] = {}


def agreed(cmday: Cmday, home: Path) -> None:
    """A plan that was agreed to in the morning, and the meetings that came since; it is agreed to once for all tests."""
    if not _agreed:
        _agree(cmday, home)
        _agreed.update({file.name: file.read_bytes() for file in home.iterdir() if file.is_file()})
    for name, content in _agreed.items():
        (home / name).write_bytes(content)
    write_calendar(home, MEETINGS)


def _agree(cmday: Cmday, home: Path) -> None:
    (home / "config.toml").write_text(CONFIG)
    write_calendar(home, ())
    for words in (
        ("Règlement du concours", "--for", "1h30", "--by", "thu 18h", "-c", "bem"),
        ("Newsletter", "--for", "1h", "--by", "wed", "-c", "sss", "--from", "mon 14h30"),
        ("Le line-up", "--kind", "announcement", "--by", "tue", "-c", "sss"),
        ("Visuels", "--for", "2h", "-c", "bem", "--after", "p1"),
    ):
        said = cmday("plan", "add", *words, "--yes")
        assert said.code == 0, said.err


def plan(cmday: Cmday, *words: str) -> Any:
    """What ``cmday plan`` would do, as JSON."""
    said = cmday("plan", *words, "--json")
    assert said.code == 0, said.err
    return said.json["data"]


def starts(data: Any) -> dict[str, str]:
    """Day and time of each placement, by title."""
    return {row["title"]: row["start"][5:16] for row in data["placements"]}


def listed(cmday: Cmday) -> dict[str, Any]:
    """What is open, by title."""
    return {row["title"]: row for row in cmday("plan", "list", "--json").json["data"]["operations"]}
