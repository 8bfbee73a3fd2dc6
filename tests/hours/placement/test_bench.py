"""``python -m bench placement`` takes any folder of problems, with a reference or without."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from bench.__main__ import main
from bench.random_placement import random_problem
from cmday.hours.placement.solve import solve
from tests.hours.placement.checker import broken, total


def test_any_folder_is_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem = random_problem(1, 5, 2, load=0.2)
    (tmp_path / "mine.json").write_bytes(msgspec.json.encode(problem))
    assert main(["placement", str(tmp_path), "--json"]) == 0
    [judged] = json.loads(capsys.readouterr().out)["problems"]
    assert (judged["instance"], judged["operations"], judged["best_known"]) == ("mine", 5, None)
    for run, budget in zip(judged["runs"], (0.1, 1.0), strict=True):
        starts = {int(task): start for task, start in run["starts"].items()}
        assert list(broken(problem, starts)) == []
        assert (run["budget"], run["cost"], run["placed"]) == (budget, total(problem, starts), len(starts))
        assert run["proven"]
        assert starts == solve(problem, moves=run["moves"]).starts
    (tmp_path / "reference.json").write_text(
        json.dumps([{"instance": "mine", "best_known": judged["runs"][0]["cost"]}])
    )
    assert main(["placement", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["mean_gap"] == {"5": {"0.1": 0.0, "1": 0.0}}


def test_a_folder_without_problems_is_said(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no placement problem"):
        main(["placement", str(tmp_path)])
