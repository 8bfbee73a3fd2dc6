"""How long calendar files take to be read, each by itself: CPU seconds, the slowest first.

``python -m bench calendars FOLDER --json``. Every ``*.ics`` below the folder is read from 2000 to 2026; the promise is
that none takes two seconds.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from cmday.connectors.ical import read
from cmday.core.events import Calendar

MOST_SECONDS = 2.0
_FIRST, _LAST = date(2000, 1, 1), date(2026, 12, 31)
_SHOWN = 5


def main(argv: list[str]) -> int:
    """Read, print, and return 1 where a file takes too long."""
    parser = argparse.ArgumentParser(prog="python -m bench calendars", description=__doc__)
    parser.add_argument("folder", type=Path, help="where calendar files are")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args(argv)
    files = sorted(file for file in asked.folder.rglob("*.ics") if file.is_file())
    if not files:
        raise RuntimeError(f"no *.ics in {asked.folder}")
    took = sorted(((seconds(file), file) for file in files), reverse=True)
    told = {
        "files": len(took),
        "slowest": [{"file": file.name, "cpu_seconds": round(cost, 3)} for cost, file in took[:_SHOWN]],
        "cpu_seconds": round(sum(cost for cost, _ in took), 3),
    }
    slowest = f"{took[0][0]:.2f} s ({took[0][1].name})"
    line = (
        f"{told['files']} files in {told['cpu_seconds']:.2f} s CPU, the slowest {slowest}; at most {MOST_SECONDS:g} s"
    )
    print(json.dumps(told, indent=2) if asked.json else f"{line} each")
    return 0 if took[0][0] < MOST_SECONDS else 1


def seconds(file: Path) -> float:
    """The CPU seconds that reading a file takes."""
    body = file.read_bytes()
    began = time.process_time()
    read(Calendar(name="bench", path=str(file)), [body], _FIRST, _LAST, ZoneInfo("Europe/Paris"))
    return time.process_time() - began
