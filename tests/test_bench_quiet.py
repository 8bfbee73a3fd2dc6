"""The figures of the quiet hours' bench: what they are by hand, that any folder will do, and that they are kept."""

from __future__ import annotations

import gzip
import json
import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench import quiet
from bench.__main__ import main

CELLS = 168


def test_bits_and_regret_by_hand() -> None:
    even = [1 / CELLS] * CELLS
    events = [0] * CELLS
    events[10] = 4
    assert quiet.bits(even, events) == pytest.approx(0)
    sure = [0.5 / (CELLS - 1)] * CELLS
    sure[10] = 0.5
    assert quiet.bits(sure, events) == pytest.approx(6.392, abs=1e-3)
    assert quiet.regret(sure, events) == 0
    assert quiet.regret(even, events) == pytest.approx(1)
    assert quiet.regret([1 - share for share in sure], events) == pytest.approx(4)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1420070400", 1420070400),
        ("1420070400000", 1420070400),
        ("2015-01-01T01:00:00+01:00", 1420070400),
        ("2015-01-01 00:00:00", 1420070400),
        ("utc", None),
    ],
)
def test_rows_in_any_of_the_forms(text: str, seconds: int | None) -> None:
    assert quiet.instant(text) == seconds


def room(file: Path, *, epoch: bool) -> None:
    """A community of the evenings over 17 weeks, as one of the forms a file may have."""
    chance = random.Random(7)
    start = datetime(2026, 1, 5, tzinfo=UTC)
    lines = [] if epoch else ["utc,actor"]
    for hour in range(17 * CELLS):
        moment = start + timedelta(hours=hour)
        likely = 0.4 if 17 <= moment.hour <= 22 else 0.05 if moment.hour > 6 else 0.01
        at = f"{moment.timestamp():.0f}" if epoch else moment.isoformat()
        lines += [f"{at},a{actor}" for actor in range(3) if chance.random() < likely]
    text = "\n".join(lines).encode()
    file.write_bytes(gzip.compress(text) if file.suffix == ".gz" else text)


def test_any_folder_of_rooms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    room(tmp_path / "a.csv", epoch=False)
    room(tmp_path / "b.csv.gz", epoch=True)
    assert main(["quiet", str(tmp_path), "--zone", "Europe/Paris", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["weeks"] for one in found["mean"]] == [1, 2, 4, 8]
    assert [one["file"] for one in found["files"]] == ["a.csv", "b.csv.gz"]
    for mean in found["mean"]:
        assert mean["rooms"] == 2
        assert mean["estimator"]["bits"] > mean["histogram"]["bits"]
        assert mean["estimator"]["bits"] > mean["prior"]["bits"]
        assert mean["estimator"]["regret"] < 0.5
    with pytest.raises(RuntimeError, match=r"no \.csv"):
        main(["quiet", str(tmp_path / "none")])


@pytest.mark.skipif("CMDAY_CORPUS" not in os.environ, reason="CMDAY_CORPUS names no rooms")
def test_the_promise_is_kept_on_real_rooms() -> None:
    means = {one["weeks"]: one for one in quiet.measure_folder(CORPUS, None)["mean"]}
    assert means[2]["estimator"]["bits"] >= 0.08
    assert means[2]["estimator"]["regret"] <= 0.55
    for weeks in (2, 4, 8):
        found = means[weeks]
        others = ["histogram", "prior"] if weeks > 2 else ["histogram"]
        for other in others:
            assert found["estimator"]["bits"] > found[other]["bits"]
            assert found["estimator"]["regret"] < found[other]["regret"]


@pytest.mark.skipif("CMDAY_CORPUS" not in os.environ, reason="CMDAY_CORPUS names no rooms")
def test_a_wrong_zone_costs_little() -> None:
    wrong = {one["weeks"]: one for one in quiet.measure_folder(CORPUS, "Asia/Tokyo")["mean"]}
    assert wrong[2]["estimator"]["bits"] > 0.05
    assert wrong[8]["estimator"]["bits"] > 0.08


CORPUS = Path(os.environ.get("CMDAY_CORPUS", "."), "activity")
