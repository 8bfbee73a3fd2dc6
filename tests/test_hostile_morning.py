"""Hostile titles and names through the whole program: the screen is that of a harmless text, but for the text itself."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable
from fcntl import ioctl
from os import close, openpty, read
from pathlib import Path
from subprocess import Popen
from termios import TIOCSWINSZ
from typing import Any, Final

import pytest

from cmday.text.safe_text import safe
from tests.conftest import Cmday
from tests.loopback.answers import Answer
from tests.steps.notifications.conftest import ME, PATH, mastodon, mention, timeline_of
from tests.whole_morning import PYTHON, Ground, ics

TRICKS: Final = (
    "\x1b[2J\x1b[H",
    "\x1b]0;owned\x07",
    "\x1b]8;;http://evil.example/\x1b\\",
    "\x9b31m",
    "\x9d52;c;b3duZWQ=\x9c",
    "\u202e",
    "\u2066",
    "\u200b",
    "\x00",
    "\x08\x08",
    "\x7f",
)
# Rich markup and entities are nothing to cmday: they stand on the screen as they were written.
HARMLESS: Final = "[bold red]Réunion[/] [link=http://tame.example]demain[/link] :smile: C'est honteux"
LONG: Final = HARMLESS + " " + "à" * 100_000
SCREENS: Final[tuple[list[str], ...]] = (
    ["start"],
    [],
    ["--line"],
    ["schedule", "--offline"],
    ["inbox", "--offline"],
    ["feeds", "--offline"],
    ["feeds", "list"],
    ["feeds", "entries"],
    ["moderate"],
    ["plan", "--dry-run", "--offline"],
    ["plan", "list"],
    ["doctor"],
)
VERBS: Final = (
    ["inbox", "read", "i1"],
    ["feeds", "show", "f1"],
    ["feeds", "later", "f1"],
    ["moderate", "show", "m1"],
    ["moderate", "approve", "m1"],
    ["inbox", "snooze", "i1"],
    ["inbox", "done", "i1"],
    ["done", "p1"],
)
# What a terminal obeys, and what only turns or hides letters.
OBEYED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
OURS: Final = re.compile(
    r"\x1b\[[\d;]*m|\x1b\]8;[^\x1b\x07]*\x1b\\|\x1b\[\?\d+[hl]|\x1b\[\d*[ABCDGHJK]|\x1b\[\d+;\d+H|\r(?=\n)|\r(?=\x1b)"
    r"|\r(?=\d+ of \d+ answered\x1b)"  # the line of progress, on a slow machine
)


def laced(text: str) -> str:
    """The text with every trick in it, each between two of its letters."""
    pieces = [text[:3]]
    for place, trick in enumerate(TRICKS):
        pieces += [trick, text[3 + place : 4 + place]]
    return "".join(pieces) + text[3 + len(TRICKS) :]


class Told(Ground):
    """A ground on which every text of the other side is one text."""

    text = ""

    def tell(self, text: str) -> None:
        self.text = text
        said = timeline_of(mention(1001, text, hours=1), mention(1002, text, hours=2))
        for entry in said.entries:
            entry["account"]["display_name"] = text
        self.timelines = {"nox": said, "bema": said}
        item: dict[str, Any] = {
            "id": "1",
            "title": text,
            "content_text": text,
            "date_published": "2026-11-02T06:00:00Z",
        }
        item |= {"authors": [{"name": text}], "url": "http://site.localhost/1"}
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": text, "items": [item]}
        body = json.dumps(feed).encode()
        for name in self.names:
            reply = Answer(body=body, headers={"Content-Type": "application/feed+json"})
            self.servers["feeds"].route("/feed", reply, host=f"{name}.localhost")
        for account, timeline in self.timelines.items():
            for path in (PATH, ME):
                self.servers[account].route(path, mastodon(timeline))
        lines = f"UID:1\r\nSUMMARY:{text}\r\nLOCATION:{text}\r\nDTSTART:20261102T083000Z\r\nDTEND:20261102T090000Z"
        body = ics(f"BEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\n")
        self.servers["calendar"].route("/work.ics", Answer(body=body, headers={"Content-Type": "text/calendar"}))


@pytest.fixture
def screens(tmp_path: Path, cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, str]]:
    """All that these commands write in a home of its own, where the other side says this text."""
    homes = iter(range(9))

    def show(text: str, *commands: list[str]) -> dict[str, str]:
        home = tmp_path / f"home{next(homes)}"
        home.mkdir(mode=0o700)
        monkeypatch.setenv("CMDAY_HOME", str(home))
        with Told(home, feeds=2) as ground:
            ground.tell(text)
            added = cmday("plan", "add", text[:2000], "--for", "1h", "--by", "fri", "--yes")
            assert added.code == 0, added.err
            found = {}
            for words in commands:
                result = cmday(*words)
                assert result.code in (0, 1), (words, result.err)
                found[" ".join(words)] = told_anywhere(result.out + result.err, ground)
            return found

    return show


def told_anywhere(written: str, ground: Ground) -> str:
    """What was written, without what rightly differs from home to home."""
    written = written.replace(str(ground.home), "HOME")
    for server in ground.servers.values():
        written = written.replace(str(server.port), "PORT")
    # How long it took, how big the database is; and hidden letters count as read.
    written = re.sub(r"\d+\.\d s\b|\d+ KB|\d+ min to read", "N", written)
    if written.startswith("ok "):  # the doctor tells of each network as it answers
        written = "".join(sorted(written.splitlines(keepends=True)))
    return written


@pytest.mark.parametrize("colour", ["", "1"])
@pytest.mark.parametrize("width", ["60", "100"])
def test_tricks_change_nothing(
    screens: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch, width: str, colour: str
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    if colour:
        monkeypatch.setenv("FORCE_COLOR", colour)
    assert safe(laced(HARMLESS)) == HARMLESS
    wanted = screens(HARMLESS, *SCREENS, *VERBS)
    found = screens(laced(HARMLESS), *SCREENS, *VERBS)
    for command in wanted:
        assert found[command] == wanted[command], command
        assert "evil" not in found[command], command
        assert not OBEYED.search(OURS.sub("", found[command])), command
    assert "[bold red]Réunion[/]" in wanted["inbox read i1"]
    assert "[bold red]Réunion[/]" in wanted["feeds show f1"]


def test_a_text_of_100_kb_is_one_line_among_others(screens: Callable[..., dict[str, str]]) -> None:
    short, wanted, found = (screens(text, *SCREENS) for text in (HARMLESS * 3, LONG, laced(LONG)))
    assert found == wanted
    for command, written in wanted.items():
        assert len(written.splitlines()) == len(short[command].splitlines()), command
        assert max(map(len, written.splitlines())) <= 80 or command in ("doctor", "--line"), command


def test_json_holds_the_same_and_nothing_to_obey(screens: Callable[..., dict[str, str]]) -> None:
    commands = [[*words, "--json"] for words in (["start"], ["feeds", "entries"], ["plan", "list"], ["inbox"])]
    for written in screens(laced(HARMLESS), *commands).values():
        assert not OBEYED.search(written)
        json.loads(written)


def test_a_real_terminal_is_told_nothing_but_our_own(home: Path) -> None:
    with Told(home, feeds=2) as ground:
        ground.tell(laced(LONG))
        for _time in range(2):  # the second one draws the stored view first, and the fresh one over it
            written = in_a_terminal(["start", "--all"])
            assert "Réunion" in written
            assert "evil" not in written
            assert not OBEYED.search(OURS.sub("", written))


def in_a_terminal(words: list[str], *, columns: int = 100, rows: int = 40) -> str:
    """All that a command writes to a terminal of this size."""
    ours, theirs = openpty()
    ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    with Popen([*PYTHON, *words], stdin=theirs, stdout=theirs, stderr=theirs) as running:
        close(theirs)
        pieces: list[bytes] = []
        while piece := _read(ours):
            pieces.append(piece)
        assert running.wait(30) == 0
    close(ours)
    return b"".join(pieces).decode()


def _read(terminal: int) -> bytes:
    try:
        return read(terminal, 65536)
    except OSError:  # Linux's way to say that the other end is closed
        return b""
