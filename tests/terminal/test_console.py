"""The terminal as it is found, the JSON envelope, and the stored view that is drawn over."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import struct
import subprocess
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import pyte
import pytest

from cmday.terminal.ansi import Colours, Line, Span
from cmday.terminal.console import Console, open_console
from cmday.terminal.json_output import to_json

NOW = datetime(2026, 11, 2, 8, 31, tzinfo=ZoneInfo("Europe/Paris"))


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def console(
    *, terminal: bool = True, colour: str = "auto", configured: str = "auto", plain: bool = False, **environ: str
) -> Console:
    return open_console(
        colour=colour,  # type: ignore[arg-type]
        configured=configured,  # type: ignore[arg-type]
        plain=plain,
        stream=Screen() if terminal else io.StringIO(),
        environ={"TERM": "xterm-256color", **environ},
    )


@pytest.mark.parametrize(
    ("found", "colours"),
    [
        (console(), "256"),
        (console(COLORTERM="truecolor"), "full"),
        (console(TERM="xterm"), "16"),
        (console(NO_COLOR="1"), "none"),
        (console(NO_COLOR=""), "256"),
        (console(NO_COLOR="1", colour="always"), "256"),
        (console(configured="never"), "none"),
        (console(configured="never", FORCE_COLOR="1"), "256"),
        (console(NO_COLOR="1", FORCE_COLOR="1"), "none"),
        (console(terminal=False), "none"),
        (console(terminal=False, FORCE_COLOR="1"), "256"),
        (console(terminal=False, FORCE_COLOR="0"), "none"),
        (console(terminal=False, colour="always"), "256"),
        (console(TERM="dumb", colour="always"), "none"),
        (console(plain=True, colour="always"), "none"),
    ],
)
def test_colours_follow_option_environment_settings_and_terminal_in_that_order(found: Console, colours: str) -> None:
    assert found.colours == colours


@pytest.mark.parametrize(
    ("columns", "width"), [("20", 40), ("100", 100), ("999", 200), ("", 80), ("x", 80), ("-5", 80), ("0", 80)]
)
def test_the_width_stays_within_bounds_and_is_80_in_a_pipe(columns: str, width: int) -> None:
    found = console(terminal=False, COLUMNS=columns)
    assert (found.width, found.height) == (width, None)


def test_a_stream_without_unicode_gets_plain_drawing() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    assert open_console(stream=stream, environ={}).plain


def test_links_are_left_out_in_a_pipe() -> None:
    assert console().links
    assert not console(terminal=False, FORCE_COLOR="1").links


def test_json_holds_nothing_that_a_terminal_obeys_and_reads_back_the_same() -> None:
    text = "a\x9b31m\u202eb\u2066\x1b[2J\x7f"
    written = to_json("feeds", NOW, "done", {"title": text}).decode()
    assert not set(written) & set("\x9b\u202e\u2066\x1b\x7f")
    assert json.loads(written) == {
        "version": 1,
        "command": "feeds",
        "generated_at": "2026-11-02T08:31:00+01:00",
        "status": "done",
        "data": {"title": text},
        "errors": [],
    }


LIVE = """
import sys
from cmday.terminal.ansi import Span
from cmday.terminal.console import open_console
from cmday.terminal.live import Live
with Live(open_console()) as live:
    live.show_stored([(Span(f"stored {n}", "bold"),) for n in range(int(sys.argv[1]))])
    live.show([(Span(f"fresh {n}", "red"),) for n in range(int(sys.argv[2]))])
"""


def on_a_terminal(code: str, *words: str, rows: int = 12) -> pyte.HistoryScreen:
    """The screen and scrollback after a program ran in a real pseudo-terminal."""
    import fcntl
    import termios

    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 60, 0, 0))
    with subprocess.Popen(
        [sys.executable, "-c", code, *words],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={**os.environ, "TERM": "xterm"},
    ):
        os.close(follower)
        screen = pyte.HistoryScreen(60, rows)
        stream = pyte.ByteStream(screen)
        while True:
            try:
                data = os.read(leader, 65536)
            except OSError:
                break
            if not data:
                break
            stream.feed(data)
    os.close(leader)
    return screen


@pytest.mark.parametrize(("stored", "fresh"), [(5, 5), (7, 3), (3, 7), (11, 11)])
def test_the_fresh_view_takes_the_place_of_the_stored_one(stored: int, fresh: int) -> None:
    screen = on_a_terminal(LIVE, str(stored), str(fresh))
    shown = [line.rstrip() for line in screen.display if line.strip()]
    assert shown == [f"fresh {n}" for n in range(fresh)]
    assert not screen.history.top


# Rich keeps what a style was first drawn as, so full colours come first.
@pytest.mark.parametrize("colours", ["full", "256", "16"])
def test_rich_and_the_quick_way_draw_the_same(colours: Colours) -> None:
    lines = [
        (Span("i1", "bold"), Span("  [red]no markup[/red] :smile:  "), Span("sss", "magenta")),
        (),
        (Span("éß漢 e\u0301", "#5fafd7"), Span(" link", "208", "https://example.org/a?b=1"), Span("   ")),
        (Span("dim", "dim bright_blue"), Span("x" * 300, "underline")),
    ]
    quick, rich = (_drawn(lines, colours, quick=quick) for quick in (True, False))
    if colours != "full":  # Rich finds a near colour where the quick way leaves it out
        quick, rich = (re.sub(r"\x1b\[[0-9;]*m", "", text) for text in (quick, rich))
    assert rich == quick


def _drawn(lines: list[Line], colours: Colours, *, quick: bool) -> str:
    stream = Screen()
    Console(
        stream=stream,
        width=80,
        height=24,
        colours=colours,
        plain=False,
        links=True,
        interactive=True,
        quick=quick,
    ).write(lines)
    return re.sub(r"8;id=[^;]*;", "8;;", stream.getvalue())


def test_a_view_higher_than_the_screen_is_shown_once() -> None:
    screen = on_a_terminal(LIVE, "20", "20")
    assert "stored" not in "".join(screen.display)
    assert len(screen.history.top) == 9


def test_a_pipe_gets_the_fresh_view_alone() -> None:
    done = subprocess.run([sys.executable, "-c", LIVE, "5", "2"], capture_output=True, text=True, check=True)
    assert done.stdout == "fresh 0\nfresh 1\n"
