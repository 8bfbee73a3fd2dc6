"""Two mornings at once, Ctrl-C in the middle of one, and readers that close the pipe: nothing is lost or doubled."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cmday
from tests.loopback.answers import Answer
from tests.whole_morning import ENTRIES, Ground, ended, process, steps_of


def complete(cmday: Cmday, ground: Ground) -> Any:
    """The steps of another start; everything that the servers have is there, once."""
    run = cmday("start", "--json")
    assert (run.code, run.err) == (0, "")
    steps = steps_of(run.json)
    items = cmday("inbox", "--json", "--all", "--offline").json["data"]["items"]
    counts = Counter({item["id"]: item["count"] for item in items})
    assert len(counts) == len(items)
    assert counts.total() == sum(len(line.entries) for line in ground.timelines.values())
    entries = cmday("feeds", "entries", "--all", "--limit", "9999", "--json").json["data"]["entries"]
    titles = Counter(entry["title"] for entry in entries)
    assert titles == Counter(f"Nouvelle {one} du flux {name}" for name in ground.names for one in range(ENTRIES))
    assert len(steps["moderation"]["data"]["cases"]) == 1
    assert len(steps["schedule"]["data"]["events"]) == 3
    return steps


@pytest.mark.parametrize("round_", range(5))
def test_two_at_once(cmday: Cmday, home: Path, round_: int) -> None:
    """On a home that neither has seen: both make the database, one asks the networks, both show what there is."""
    with Ground(home, feeds=20, delay=0.05 * round_, waiting=50) as ground:
        both = [process("start", "--json") for _each in range(2)]
        for running in both:
            code, out, err = ended(running)
            assert (code, err) == (0, "")
            assert "locked" not in out
            assert {error["kind"] for error in json.loads(out)["errors"]} <= {"busy"}
        complete(cmday, ground)
        asked = [(request.host, request.path) for request in ground.servers["feeds"].requests]
        assert len(asked) == len(set(asked)), "no feed was asked twice"


def test_ctrl_c_ends_at_once_and_loses_nothing(cmday: Cmday, home: Path) -> None:
    with Ground(home, feeds=20, deadline="60s", waiting=200) as ground:
        ground.spoil("calendar", Answer(never=True))
        running = process("start")
        while ground.servers["calendar"].count() == 0 or ground.servers["bema"].count() < 2:
            assert running.poll() is None
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        code, _out, err = ended(running, seconds=10)  # a second on an idle machine; the calendar would take sixty
        assert code == 130
        assert "Traceback" not in err
        ground.answer_well()
        complete(cmday, ground)


@pytest.mark.parametrize("command", ["feeds --all", "start", "inbox --all", "--help", "feeds entries --all --json"])
def test_a_reader_that_has_enough_is_no_failure(home: Path, command: str) -> None:
    with Ground(home, feeds=20, waiting=200):
        cmday = f"{shlex.quote(sys.executable)} -m cmday {command}"
        for reader in ("head -1", "true"):
            done = subprocess.run(
                ["bash", "-c", f"{cmday} | {reader}; exit ${{PIPESTATUS[0]}}"],
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert (done.returncode, done.stderr) == (0, "")
            assert len(done.stdout.splitlines()) == (1 if reader == "head -1" else 0)
