"""``cmday drill reply``: false messages answered one by one, each judged at once, in words."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Cmday, Result

BAD = "Calm down, it is the bank's fault. We guarantee that it never happens again."
CALM = (
    "Gérard, you are right and we are sorry: 14 fees were taken twice. The bank pays back within five days;"
    " I will look on Friday and write to you here."
)


def test_the_messages_are_listed_where_nobody_can_be_asked(data: Callable[..., Any]) -> None:
    rows = data("reply")["messages"]
    assert [one["number"] for one in rows] == list(range(1, 9))
    assert {"angry-member", "rumour", "journalist", "troll", "grief", "bug"} <= {one["name"] for one in rows}


def test_an_answer_is_judged_point_by_point(data: Callable[..., Any]) -> None:
    told = data("reply", "--message", "angry-member", "--text", BAD)
    assert {one["name"]: one["passed"] for one in told["checks"]} == {
        "acknowledges": False,
        "facts": False,
        "no-blame": False,
        "respect": True,
        "next-step": False,
        "when": False,
        "no-promise": False,
    }
    assert (told["passed"], told["asked"], told["before"]) == (1, 7, None)
    assert all(one["says"] for one in told["checks"])
    better = data("reply", "--message", "1", "--text", CALM)
    assert better["passed"] == 7
    assert better["before"]["passed"] == 1
    kept = data("report")["replies"][0]
    assert (kept["name"], [run["passed"] for run in kept["runs"]]) == ("angry-member", [7, 1])


@pytest.mark.parametrize(
    ("language", "text", "failed"),
    [
        ("en", "Nobody is hurt. The pilot was probably tired.", {"no-speculation", "contact", "next-step", "when"}),
        ("fr", "Personne n'est blessé. Le pilote était sans doute fatigué.", {"no-speculation", "contact"}),
    ],
)
def test_a_journalist_is_told_what_is_known_and_nothing_else(
    data: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, language: str, text: str, failed: set[str]
) -> None:
    monkeypatch.setenv("CMDAY_LANG", language)
    told = data("reply", "-m", "journalist", "--text", text)
    checks = {one["name"]: one["passed"] for one in told["checks"]}
    assert checks["facts"]
    assert failed <= {name for name, passed in checks.items() if not passed}


def test_the_messages_of_a_scenario_can_be_answered(data: Callable[..., Any], cmday: Cmday) -> None:
    rows = data("reply", "--scenario", "tickets")["messages"]
    assert "rumour" in {one["name"] for one in rows}
    told = data("reply", "--scenario", "tickets", "-m", "first", "--text", "Everybody will get in, thank you.")
    assert [one["passed"] for one in told["checks"] if one["name"] == "no-promise"] == [False]
    assert data("report", "tickets")["replies"][0]["name"] == "tickets/first"
    assert cmday("drill", "reply", "--scenario", "nowhere").code == 2


def test_an_answer_can_be_piped_in(drill: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(CALM))
    assert "7 of 7" in drill("reply", "--message", "1").out


def test_mistakes_are_told(cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "did you mean grief?" in cmday("drill", "reply", "-m", "greif", "--text", "x").err
    assert "from 1 to 8" in cmday("drill", "reply", "-m", "9", "--text", "x").err
    assert "the text is empty" in cmday("drill", "reply", "-m", "1", "--text", " ").err
    assert "which message" in cmday("drill", "reply", "--text", "x").err
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert cmday("drill", "reply", "-m", "1").code == 2


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_at_a_terminal_they_come_one_by_one(
    drill: Callable[..., Result], data: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", _Terminal(f"{CALM}\n\na\n{BAD}\n\nq\n"))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    told = drill("reply").out
    assert told.index("7 of 7") < told.index("1 of 7")
    monkeypatch.setattr(sys, "stdin", _Terminal("\n"))
    assert "A rumour" in drill("reply").out
    assert [run["passed"] for run in data("report")["replies"][0]["runs"]] == [1, 7]
