"""The morning end to end, in real processes: all five steps filled, and whole whatever one source does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.loopback.answers import Answer
from tests.whole_morning import FEEDS, SAID, STEPS, Ground, ended, holds, process, steps_of

GARBAGE: Final = Answer(body=bytes(range(256)) * 40, headers={"Content-Type": "text/html"})
# What a source is to the person: the step that it fills, and the names that its failures may give it.
STEP: Final = {"calendar": "schedule", "nox": "notifications", "bema": "notifications", "feeds": "news"}
FLUX: Final = {name for number in range(FEEDS) for name in (f"Flux f{number}", f"f{number}.localhost")}
NAMES: Final = {"calendar": {"work"}, "nox": {"nox"}, "bema": {"bema"}, "feeds": FLUX}
TUESDAY: Final = "2026-11-03T08:31:00+01:00"


@pytest.fixture
def ground(home: Path) -> Iterator[Ground]:
    with Ground(home, deadline="1s") as ground:
        added = ended(process("plan", "add", "Concours de Noël", "--for", "2h", "--by", "fri", "-c", "bem", "--yes"))
        assert added[0] == 0, added
        yield ground


def start(*argv: str, **more: str) -> tuple[int, Any]:
    """The code and the JSON of a start."""
    code, out, err = ended(process("start", "--json", *argv, **more))
    assert err == ""
    return code, json.loads(out)


def test_all_five_steps_are_filled(ground: Ground) -> None:
    code, told = start()
    assert (code, told["status"], told["errors"]) == (0, "done", [])
    steps = steps_of(told)
    assert list(steps) == STEPS
    for name, step in steps.items():
        assert holds(name, step["data"]), name
    assert steps["news"]["data"]["unread"] == 150
    code, screen, err = ended(process("start", "--fresh", COLUMNS="100"))
    assert (code, err) == (0, "")
    for said in SAID.values():
        assert said in screen


@pytest.mark.parametrize("trouble", ["stopped", "hanging", "garbage"])
@pytest.mark.parametrize("source", Ground.SOURCES)
def test_one_source_spoils_its_own_line_only(ground: Ground, source: str, trouble: str) -> None:
    """The first morning, with this source dead; then all is well; then it is dead again and the stored is shown."""
    if trouble != "stopped":
        ground.spoil(source, Answer(never=True) if trouble == "hanging" else GARBAGE)
        told = failed_start(source)
        others = [name for name in STEPS if name != STEP[source]]
        assert [name for name in others if not holds(name, told[name]["data"])] == (
            ["moderation"] if source == "bema" else []
        )
        ground.answer_well()
    code, told = start(CMDAY_NOW="2026-11-02T20:00:00+01:00")
    assert (code, told["errors"]) == (0, []), "it is back"
    if trouble == "stopped":
        ground.stop(source)
    else:
        ground.spoil(source, Answer(never=True) if trouble == "hanging" else GARBAGE)
    told = failed_start(source, CMDAY_NOW=TUESDAY)
    assert [name for name in STEPS if name != "schedule" and not holds(name, told[name]["data"])] == []
    code, screen, err = ended(process("start", CMDAY_NOW="2026-11-04T08:31:00+01:00", COLUMNS="100"))
    assert (code, err) == (3, "")
    lines = screen.splitlines()
    (told_at,) = [place for place, text in enumerate(lines) if is_failure(text, source)]
    assert "→" in lines[told_at] or lines[told_at + 1].startswith("    → "), screen
    assert ("49 other feeds did not answer" in screen) is (source == "feeds")


def failed_start(source: str, **more: str) -> dict[str, Any]:
    """The steps of a start in which this source fails, and nothing else."""
    code, told = start(**more)
    assert (code, told["status"]) == (3, "partial"), told["errors"]
    steps = steps_of(told)
    assert {name for name, step in steps.items() if step["status"] != "done"} == {STEP[source]}
    errors = told["errors"]
    assert len(errors) == (FEEDS if source == "feeds" else 1)
    assert errors == steps[STEP[source]]["errors"]
    for error in errors:
        assert error["subject"] in NAMES[source]
        assert error["message"]
        assert error["hint"], error
    return steps


def is_failure(line: str, source: str) -> bool:
    """Whether a line of the screen says that this source failed."""
    return line.startswith("  ! ") and any(re.search(rf"(?<!\w){name}(?![\w.])", line) for name in NAMES[source])


def test_a_refused_token_outranks_the_rest(ground: Ground) -> None:
    ground.stop("calendar")
    ground.spoil("nox", Answer(status=401, body=b"{}"))
    code, told = start()
    assert code == 4
    assert {(error["subject"], error["kind"]) for error in told["errors"]} == {
        ("work", "unreachable"),
        ("nox", "sign-in"),
    }
    assert [name for name, step in steps_of(told).items() if holds(name, step["data"])] == [
        "news",
        "moderation",
        "planning",
    ]
