"""Draws the README's picture from the program itself: ``python docs/picture.py`` writes docs/dashboard.svg."""

# ruff: noqa: INP001  a script among documents

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

PICTURE: Final = Path(__file__).parent / "dashboard.svg"
COLUMNS: Final = 100
# How long the answers take is the machine's affair; the picture shows the demo's own.
_SECONDS: Final = re.compile(r"\d+[.,]\d+ s\b")
_SHOWN_SECONDS: Final = "1.2 s"
_WEB_FONTS: Final = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def dashboard() -> str:
    """What ``cmday demo`` shows on a wide terminal, with its colours."""
    with tempfile.TemporaryDirectory() as room:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("CMDAY_")},
            "TMPDIR": room,
            "CMDAY_LANG": "en",
            "COLUMNS": str(COLUMNS),
            "LINES": "60",
            "PYTHONPATH": str(PICTURE.parent.parent),
        }
        shown = subprocess.run(
            [sys.executable, "-m", "cmday", "demo", "--color", "always", "start"],
            env=environment,
            cwd=room,
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
    if shown.returncode not in (0, 3):  # 3: one server of the demo is down on purpose
        raise RuntimeError(shown.stderr)
    return _SECONDS.sub(_same_length, shown.stdout, count=1)


def _same_length(seconds: re.Match[str]) -> str:
    return _SHOWN_SECONDS.rjust(len(seconds[0]))


def draw(screen: str) -> str:
    """The screen as SVG."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi("$ cmday start\n" + screen))
    svg = console.export_svg(title="cmday", unique_id="cmday")
    return _WEB_FONTS.sub("", svg)  # whoever looks at the picture asks nobody else for a font


if __name__ == "__main__":
    PICTURE.write_text(draw(dashboard()), encoding="utf-8")
