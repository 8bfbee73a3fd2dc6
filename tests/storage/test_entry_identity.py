"""What keeps an entry one entry, whatever its feed does to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from cmday.core.feeds import Entry
from cmday.core.time import Clock
from cmday.storage import entries, feeds
from cmday.storage.database import Database, open_database
from cmday.storage.entry_kinship import Presence
from cmday.storage.entry_store import MOST_EDITS, Judged, purge_read, store

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
URL = "https://f1.example.org/"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "cmday.db", Clock(UTC, NOW))
    yield database
    database.close()


def entry(guid: str, name: str = "", *, dated: bool = True, link: str | None = None) -> Entry:
    name = name or guid
    return Entry(
        identity=guid,
        guid=guid,
        title=f"Title {name}",
        url=link or f"{URL}{name}",
        summary=name,
        published=NOW - timedelta(hours=len(name)) if dated else None,
    )


def put(db: Database, *listed: Entry, present: Presence | None = None) -> int:
    judged = [Judged(entry=one, shown_at=one.published) for one in listed]
    return store(db, URL, judged, NOW, present or Presence())


def all_of(db: Database) -> list[Entry]:
    return [one.entry for one in entries.newest(db, 100, everything=True)]


@pytest.mark.parametrize("count", [1, 2, 12])
@pytest.mark.parametrize("dated", [True, False])
def test_guids_that_all_change_bring_nothing_back(db: Database, count: int, dated: bool) -> None:
    names = [str(n) for n in range(count)]
    assert put(db, *(entry(f"old-{name}", name, dated=dated) for name in names)) == count
    ids = {one.id for one in entries.newest(db, 100)}
    entries.mark(db, ids, "read", NOW)
    for _ in range(2):
        assert put(db, *(entry(f"https://new/{name}", name, dated=dated) for name in names)) == 0
    stored = entries.newest(db, 100, everything=True)
    assert {one.id for one in stored} == ids
    assert {one.entry.guid for one in stored} == {f"https://new/{name}" for name in names}
    assert {one.state for one in stored} == {"read"}


def test_guids_and_words_that_change_together_are_told_by_their_links(db: Database) -> None:
    put(db, *(entry(f"old-{n}", str(n)) for n in range(6)))
    moved = [replace(entry(f"new-{n}", str(n)), published=NOW, summary="Said anew.") for n in range(6)]
    assert put(db, *moved, entry("new-6", "6")) == 1


def test_a_new_scheme_of_links_is_told_by_title_and_date(db: Database) -> None:
    put(db, *(entry(f"http://a/{n}", str(n), link=f"http://a/{n}") for n in range(4)))
    assert put(db, *(entry(f"https://a/{n}", str(n), link=f"https://a/{n}") for n in range(4))) == 0


def test_a_picture_of_the_day_is_new_each_day(db: Database) -> None:
    for day in range(5):
        picture = Entry(
            identity=f"g{day}", guid=f"g{day}", title="Picture of the day", url=URL, summary=f"<img src={day}>"
        )
        assert put(db, picture) == 1
    for day in range(5):
        picture = Entry(
            identity=f"d{day}",
            guid=f"d{day}",
            title="Weather",
            url=URL,
            summary=str(day),
            published=NOW - timedelta(days=day),
        )
        assert put(db, picture) == 1


def test_what_is_still_in_the_feed_is_no_old_name_of_another(db: Database) -> None:
    from cmday.core.feeds import known_as

    put(db, entry("a", "same"))
    assert put(db, entry("a", "same"), entry("b", "same")) == 1
    put(db, entry("c", "other"))
    assert put(db, entry("d", "other"), present=Presence(frozenset({known_as("c")}))) == 1


def test_entries_alike_on_one_side_are_not_guessed_at(db: Database) -> None:
    put(db, entry("a", "same"), entry("b", "same"))
    assert put(db, replace(entry("c", "same"), summary="x"), replace(entry("d", "same"), summary="y")) == 2


def test_an_edit_changes_everything_but_the_state(db: Database) -> None:
    put(db, entry("a"))
    (stored,) = entries.newest(db, 1)
    entries.mark(db, [stored.id], "later", NOW)
    edited = replace(entry("a"), title="Anew", author="Ana", published=NOW, updated=NOW, url=f"{URL}b", summary="New")
    assert put(db, edited) == 0
    (after,) = entries.newest(db, 1, everything=True)
    assert (after.entry, after.state, after.shown_at) == (edited, "later", stored.shown_at)


def test_edits_end(db: Database) -> None:
    put(db, entry("a"))
    for number in range(MOST_EDITS + 10):
        put(db, replace(entry("a"), title=f"Edit {number + 1}"))
    assert [one.title for one in all_of(db)] == [f"Edit {MOST_EDITS}"]
    assert MOST_EDITS == 24


def test_what_was_purged_stays_away(db: Database) -> None:
    put(db, entry("a"), entry("b"), entry("c"))
    put(db, entry("renamed", "b"), entry("a"), entry("c"))
    ids = {one.entry.guid: one.id for one in entries.newest(db, 9)}
    entries.mark(db, [ids["a"], ids["renamed"]], "read", NOW)
    assert purge_read(db, NOW) == 2
    assert feeds.all_states(db)[URL].entries == 1
    for _ in range(2):
        assert put(db, entry("a"), entry("b"), entry("renamed", "b"), entry("c")) == 0
    assert [one.guid for one in all_of(db)] == ["c"]
    feeds.remove(db, [URL])
    assert put(db, entry("a"), entry("c")) == 2


def test_a_purge_leaves_what_is_unread_kept_or_newer(db: Database) -> None:
    put(db, entry("unread"), entry("later"), entry("read"), replace(entry("new"), published=NOW))
    ids = {one.entry.guid: one.id for one in entries.newest(db, 9)}
    entries.mark(db, [ids["later"]], "later", NOW)
    entries.mark(db, [ids["read"], ids["new"]], "read", NOW)
    assert purge_read(db, NOW) == 1
    assert {one.guid for one in all_of(db)} == {"unread", "later", "new"}
