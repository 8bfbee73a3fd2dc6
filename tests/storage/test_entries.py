"""Entries and feeds in the database: counts that hold, identities that stay, queries that never look through all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmday.core.feeds import Entry, EntryState
from cmday.core.time import Clock
from cmday.storage import entries, feeds
from cmday.storage.database import Database, open_database
from cmday.storage.entry_store import Judged, store

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
URL = "https://f1.example.org/"


def open_home(folder: Path) -> Database:
    return open_database(folder / "cmday.db", Clock(UTC, NOW))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = open_home(tmp_path)
    yield database
    database.close()


def judged(name: str, *, score: float = 0.0, hours: float = 1.0, hidden: bool = False) -> Judged:
    entry = Entry(
        identity=name, guid=name, title=f"Title {name}", url=f"{URL}{name}", summary=name, content=f"<p>{name}</p>"
    )
    return Judged(entry=entry, score=score, hidden=hidden, shown_at=NOW - timedelta(hours=hours))


def test_points_weigh_against_days(db: Database) -> None:
    store(db, URL, [judged("new"), judged("wanted", score=3, hours=48), judged("old", score=3, hours=96)], NOW)
    assert [one.entry.guid for one in entries.best(db, 10)] == ["wanted", "new", "old"]


def test_hidden_entries_come_last_and_can_come_back(db: Database) -> None:
    store(db, URL, [judged("muted", score=9, hidden=True), judged("plain")], NOW)
    assert [one.entry.guid for one in entries.best(db, 10)] == ["plain", "muted"]
    (muted,) = [one for one in entries.best(db, 10) if one.entry.guid == "muted"]
    entries.judge_again(db, [(muted.id, judged("muted", score=9))])
    assert entries.best(db, 1)[0].entry.guid == "muted"


def test_an_id_is_the_same_in_the_next_database(tmp_path: Path) -> None:
    ids = []
    for name in ("one", "two"):
        database = open_home(tmp_path / name)
        store(database, URL, [judged("a")], NOW)
        ids.append([one.id for one in entries.best(database, 1)])
        database.close()
    assert ids[0] == ids[1]


def test_what_was_cut_short_leaves_nothing(db: Database) -> None:
    good, bad = judged("good"), judged("bad")
    with pytest.raises(AttributeError):
        store(db, URL, [good, Judged(entry=None, score=bad.score)], NOW)  # type: ignore[arg-type]
    assert feeds.all_states(db) == {}


def test_no_screen_looks_through_all_entries(db: Database) -> None:
    seen: list[str] = []
    store(db, URL, [judged(str(n)) for n in range(50)], NOW)
    db.connection.set_trace_callback(seen.append)
    entries.best(db, 5)
    entries.best_of_feeds(db, [URL], 5)
    entries.newest(db, 5)
    entries.newest(db, 5, url=URL, everything=True)
    entries.kept_for_later(db, 5)
    entries.rhythm(db, URL, 5)
    db.connection.set_trace_callback(None)
    for sql in seen:
        for *_, detail in db.connection.execute(f"EXPLAIN QUERY PLAN {sql}"):
            assert not (detail.startswith("SCAN e") and "USING" not in detail), sql
            assert "TEMP B-TREE FOR ORDER BY" not in detail or "LAST TERM" in detail, sql


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("store"), st.sampled_from(["a", "b"]), st.lists(st.integers(0, 6), max_size=6)),
        st.tuples(
            st.just("mark"), st.sampled_from(["read", "later", "unread"]), st.lists(st.integers(0, 6), max_size=6)
        ),
        st.tuples(st.just("remove"), st.sampled_from(["a", "b"]), st.just([])),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_counts_hold_whatever_happens(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, list[int]]]
) -> None:
    database = open_home(tmp_path_factory.mktemp("counts"))
    try:
        for verb, word, numbers in steps:
            if verb == "store":
                store(database, f"https://{word}.example.org/", [judged(str(n)) for n in dict.fromkeys(numbers)], NOW)
            elif verb == "mark":
                state: EntryState = word  # type: ignore[assignment]
                there = entries.newest(database, 100, everything=True)
                entries.mark(database, [one.id for one in there if int(one.entry.guid or 0) in numbers], state, NOW)
            else:
                feeds.remove(database, [f"https://{word}.example.org/"])
        counted = database.connection.execute(
            "SELECT f.url, count(e.id), total(e.state = 0) FROM feed f LEFT JOIN entry e ON e.feed = f.id GROUP BY f.id"
        ).fetchall()
        kept = {url: (state.entries, state.unread) for url, state in feeds.all_states(database).items()}
        assert kept == {url: (number, int(unread)) for url, number, unread in counted}
    finally:
        database.close()
