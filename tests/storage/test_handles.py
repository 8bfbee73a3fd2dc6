"""Handles: given once a day, never slid onto another item, found by lists, ranges and stable ids."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmday.errors import NotFound, WrongUse
from cmday.storage import handles, journal, progress
from tests.storage.making import NOW, database

DAY = date(2026, 11, 2)


@given(showings=st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=8), max_size=8))
@settings(max_examples=40, deadline=None)
def test_a_number_stays_with_its_item(tmp_path_factory: pytest.TempPathFactory, showings: list[list[str]]) -> None:
    folder = tmp_path_factory.mktemp("home")
    first, second = database(folder), database(folder)
    known: dict[str, str] = {}
    for turn, showing in enumerate(showings):
        given_now = handles.give((first, second)[turn % 2], DAY, "i", showing)
        assert list(given_now) == list(dict.fromkeys(showing))
        assert all(known.setdefault(item, handle) == handle for item, handle in given_now.items())
    assert len(set(known.values())) == len(known)
    assert sorted(int(handle[1:]) for handle in known.values()) == list(range(1, len(known) + 1))
    first.close()
    second.close()


def test_letters_and_days_count_for_themselves(tmp_path: Path) -> None:
    db = database(tmp_path)
    assert handles.give(db, DAY, "i", ["a"]) == {"a": "i1"}
    assert handles.give(db, DAY, "f", ["b", "a"]) == {"b": "f1", "a": "f2"}
    assert handles.give(db, date(2026, 11, 3), "i", ["z"]) == {"z": "i1"}
    assert handles.item_of(db, DAY, "i1") == "a"
    db.close()


def test_words_become_items(tmp_path: Path) -> None:
    db = database(tmp_path)
    handles.give(db, DAY, "i", ["a", "b", "c"])
    handles.give(db, DAY, "f", ["x"])
    assert handles.resolve(db, DAY, ["3", "i1-2", "I3", "nox:77"], "i") == [
        ("i3", "c"),
        ("i1", "a"),
        ("i2", "b"),
        ("nox:77", "nox:77"),
    ]
    assert handles.resolve(db, DAY, ["2-9"], "i") == [("i2", "b"), ("i3", "c")]
    assert handles.resolve(db, DAY, ["f1", "i1"], None) == [("f1", "x"), ("i1", "a")]
    for words in (["i4"], ["i7-9"], ["m1"]):
        with pytest.raises(NotFound):
            handles.resolve(db, DAY, words, "i")
    with pytest.raises(WrongUse):
        handles.resolve(db, DAY, ["1"], None)
    db.close()


def test_the_day_goes_on_where_it_was_interrupted(tmp_path: Path) -> None:
    db = database(tmp_path)
    steps = ["schedule", "notifications", "news"]
    assert progress.resume_at(db, DAY, steps) == "schedule"
    progress.mark(db, DAY, "schedule", "done", NOW)
    progress.mark(db, DAY, "notifications", "begun", NOW)
    assert progress.resume_at(db, DAY, steps) == "notifications"
    progress.mark(db, DAY, "notifications", "shown", NOW, waiting=3)
    progress.mark(db, DAY, "news", "shown", NOW)
    assert progress.resume_at(db, DAY, steps) is None
    assert progress.of_day(db, DAY)["notifications"].waiting == 3
    assert progress.resume_at(db, date(2026, 11, 3), steps) == "schedule"
    assert progress.last_start(db) is None
    progress.record_start(db, NOW)
    assert progress.last_start(db) == NOW
    db.close()


def test_the_journal_keeps_its_order(tmp_path: Path) -> None:
    db = database(tmp_path)
    for number in range(5):
        journal.write(db, NOW, "note", text=str(number))
    assert [entry.text for entry in journal.entries(db, limit=3)] == ["2", "3", "4"]
    assert journal.entries(db, until=NOW) == []
    db.close()
