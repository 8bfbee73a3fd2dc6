"""``cmday plan draw``: rules that stand, winners that anyone can draw again by docs/contests.md."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.core.items import Cursor, Notification, Page
from cmday.core.time import Clock
from cmday.steps.planning.drawing import DrawRules, draw
from cmday.storage import handles, ledger
from cmday.storage.database import open_database
from tests.conftest import Cmday

CONFIG = """
timezone = "Europe/Paris"
[community.sss]
title = "Seeksicksound"
[account.nox]
network = "mastodon"
communities = ["sss"]
server = "http://127.0.0.1:9"
"""
NOW = datetime(2026, 11, 2, 7, 31, tzinfo=UTC)
DOCS = Path(__file__).parents[3] / "docs" / "contests.md"


def documented() -> Callable[[str, list[str]], list[str]]:
    """The recipe as docs/contests.md gives it to everybody."""
    [code] = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # what the docs say is run as it stands there
    found: Callable[[str, list[str]], list[str]] = names["ranking"]
    return found


def answer(number: int, author: str, at: datetime = NOW, text: str = "Me!") -> Notification:
    return Notification(
        id=f"nox:{number}", account="nox", network="mastodon", community="sss", kind="reply", author=author,
        author_handle=author, text=text, url=None, at=at, thread="t",
    )  # fmt: skip


RULES = DrawRules(
    account="nox",
    thread="t",
    opens=NOW - timedelta(days=1),
    closes=NOW + timedelta(days=1),
    winners=2,
    excluded=("team",),
)


@given(st.lists(st.from_regex(r"@?[A-Za-z]{1,6}", fullmatch=True), max_size=20), st.text(max_size=10), st.randoms())
def test_the_recipe_of_the_docs_draws_the_same(authors: list[str], seed: str, random: Any) -> None:
    answers = [answer(number, author) for number, author in enumerate(authors)]
    found = draw(RULES, seed, answers)
    names = [ticket.entrant for ticket in found.tickets]
    assert names == documented()(seed, names)
    assert set(names) == {author.lower().lstrip("@") for author in authors} - {"team"}
    random.shuffle(answers)
    assert draw(RULES, seed, answers) == found


def test_one_ticket_each_in_time_and_with_the_word() -> None:
    late = answer(9, "late", NOW + timedelta(days=2), "#noel")
    answers = [answer(1, "@Ann", text="#Noel 1"), answer(2, "ann", text="#noel 2"), answer(3, "bo"), late]
    rules = DrawRules(account="nox", thread="t", opens=RULES.opens, closes=RULES.closes, winners=1, word="#noel")
    [ticket] = draw(rules, "s", answers).tickets
    assert (ticket.entrant, ticket.item) == ("ann", "nox:1")


@pytest.fixture
def contest(home: Path, cmday: Cmday) -> Path:
    (home / "config.toml").write_text(CONFIG)
    assert cmday("plan", "add", "Noël", "--kind", "contest", "-c", "sss").code == 0
    sweep(home, NOW, answer(1, "Ann"))
    return home


def sweep(home: Path, at: datetime, *answers: Notification) -> None:
    """What a sweep of the account stores."""
    db = open_database(home / "cmday.db", Clock(UTC, at))
    ledger.store_page(db, "nox", Page(notifications=answers, cursor=Cursor(str(at))), at)
    handles.give(db, at.date(), "i", [one.id for one in answers])
    db.close()


def test_from_the_rules_to_the_winners(contest: Path, cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = ("plan", "draw", "p1", "--thread", "i1", "--until", "fri 18:00", "--winners", "2", "--except", "@Team")
    said = cmday(*rules)
    assert said.code == 0, said.err
    [seed] = re.findall(r"Seed: ([0-9a-f]{32})", said.out)
    assert "team" in said.out
    assert cmday(*rules).code == 2
    assert cmday("plan", "draw", "p1", "--json").json["data"]["winners"] == []

    monkeypatch.setenv("CMDAY_NOW", "2026-11-07T09:00:00+01:00")
    operation = cmday("plan", "list", "--json").json["data"]["operations"][0]["id"]
    refused = cmday("plan", "draw", operation)
    assert refused.code == 2
    assert "was not read since" in refused.err

    after = datetime(2026, 11, 7, 7, 0, tzinfo=UTC)
    sweep(contest, after, *(answer(number, name) for number, name in enumerate(("bo", "cy", "team"), 2)))
    drawn = cmday("plan", "draw", operation, "--json").json["data"]
    assert drawn["winners"] == documented()(seed, ["ann", "bo", "cy"])[:2]
    sweep(contest, after, answer(8, "dee"))
    assert cmday("plan", "draw", operation, "--json").json["data"]["winners"] == drawn["winners"]
    assert drawn["winners"][0] in cmday("plan", "draw", operation).out


def test_a_draw_needs_rules_first(contest: Path, cmday: Cmday) -> None:
    refused = cmday("plan", "draw", "p1")
    assert refused.code == 2
    assert "--thread" in refused.err
