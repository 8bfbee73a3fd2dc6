"""Decisions: kept once, found by case, author, community and time; reversal and review are noted on them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cmday.core.decisions import Decision
from cmday.core.time import Clock
from cmday.storage import decisions
from cmday.storage.database import Database, open_database

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def opened(folder: Path) -> Database:
    return open_database(folder / "cmday.db", Clock(UTC, NOW))


def decision(number: int, **other: Any) -> Decision:
    values: dict[str, Any] = {
        "id": f"dec-{number}",
        "case": "case/nox/1",
        "account": "nox",
        "network": "mastodon",
        "community": "night",
        "author": "Zoé",
        "author_handle": "@zo@music.example",
        "author_id": "77",
        "text": "click here",
        "action": "remove",
        "why": "charter 4",
        "at": NOW + timedelta(minutes=number),
        "who": "leila",
        "reported_at": NOW - timedelta(hours=2),
        "rules": ("shout", "flood"),
    }
    return Decision(**values | other)


def test_a_decision_comes_back_as_it_was_and_is_stored_once(tmp_path: Path) -> None:
    db = opened(tmp_path)
    one = decision(1, outbox="out-abc", automatic=True)
    decisions.put(db, one)
    decisions.put(db, decision(1, why="another"))
    assert decisions.get(db, "dec-1") == one
    assert decisions.of_outbox(db, "out-abc") == [one]
    assert decisions.get(db, "dec-2") is None
    db.close()


def test_decisions_are_found_by_case_author_and_time(tmp_path: Path) -> None:
    db = opened(tmp_path)
    first = decision(1)
    moved = decision(2, case="case/nox/2", author_handle="@zoe@music.example", community=None)
    other = decision(3, case="case/bema/1", author_handle="@kim@music.example", author_id=None, community="bema")
    for one in (other, moved, first):
        decisions.put(db, one)
    assert decisions.of_case(db, "case/nox/1") == [first]
    assert decisions.of_author(db, [("mastodon", "@zo@music.example")]) == [first]
    assert decisions.of_author(db, [("mastodon", "@zo@music.example")], [("mastodon", "77")]) == [first, moved]
    assert decisions.of_author(db, [("bluesky", "@zo@music.example")]) == []
    assert decisions.since(db) == [first, moved, other]
    assert decisions.since(db, NOW + timedelta(minutes=2)) == [moved, other]
    assert decisions.since(db, NOW, "bema") == [other]
    db.close()


def test_reversal_and_review_are_noted(tmp_path: Path) -> None:
    db = opened(tmp_path)
    decisions.put(db, decision(1))
    later = NOW + timedelta(days=1)
    assert decisions.reverse(db, "dec-1", later)
    assert not decisions.reverse(db, "dec-1", later + timedelta(days=1)), "it is taken back once"
    decisions.mark_reviewed(db, "dec-1", later)
    assert decisions.get(db, "dec-1") == decision(1, reversed_at=later, reviewed_at=later, appealed=True)
    db.close()


def test_whom_a_decision_was_about_can_be_forgotten(tmp_path: Path) -> None:
    db = opened(tmp_path)
    decisions.put(db, decision(1))
    decisions.put(db, decision(2, author_handle="@kim@music.example"))
    assert decisions.make_anonymous(db, "mastodon", "@zo@music.example") == 1
    left = decisions.get(db, "dec-1")
    assert left is not None
    assert (left.action, left.why, left.author_id) == ("remove", "charter 4", None)
    assert not {"Zoé", "@zo@music.example", "click here", "case/nox/1"} & {
        left.author,
        left.author_handle,
        left.text,
        left.case,
    }
    assert decisions.get(db, "dec-2") == decision(2, author_handle="@kim@music.example")
    db.close()
