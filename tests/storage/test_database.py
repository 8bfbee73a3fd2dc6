"""The database file: private, migrated once, never newer, never overwritten when damaged, never "locked"."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from cmday.errors import StorageError
from cmday.storage import keep, schema
from tests.storage.making import CLOCK, database

pytestmark = pytest.mark.migrates
WRITERS = """
import sys
from pathlib import Path
from tests.storage.making import database
db = database(Path(sys.argv[1]))
for turn in range(60):
    with db.write() as tx:
        (n,) = tx.execute("SELECT count(*) FROM journal").fetchone()
        tx.execute("INSERT INTO journal (at, verb, text) VALUES (?, 'note', ?)", (turn, str(n)))
print("done")
"""


def version(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def older(folder: Path, upto: int) -> Path:
    """A database of an earlier release, with something in it."""
    folder.mkdir(exist_ok=True)
    file = folder / "cmday.db"
    with closing(sqlite3.connect(file)) as connection:
        for number, name in schema.migrations().items():
            if number <= upto:
                connection.executescript((schema.MIGRATIONS / name).read_text())
        connection.execute("INSERT INTO keep VALUES ('left', 'here')")
        connection.execute(f"PRAGMA user_version={upto}")
        connection.commit()
    return file


def processes(script: str, folder: Path, count: int) -> list[subprocess.CompletedProcess[str]]:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(count)
    ]
    ended = [(process, *process.communicate(timeout=60)) for process in running]
    return [subprocess.CompletedProcess(process.args, process.returncode, out, err) for process, out, err in ended]


def test_file_and_folder_belong_to_the_person_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "cmday"
    mask = os.umask(0)
    try:
        db = database(folder)
        keep.put(db, "a", "b")
        modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    finally:
        os.umask(mask)
    db.close()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert set(modes.values()) == {0o600}
    assert "cmday.db-wal" in modes


@pytest.mark.parametrize("upto", range(1, schema.latest()))
def test_an_older_database_is_upgraded_after_a_copy(tmp_path: Path, upto: int) -> None:
    if upto not in schema.migrations():
        pytest.skip("no such schema")
    file = older(tmp_path, upto)
    db = database(tmp_path)
    assert keep.get(db, "left") == "here"
    assert version(file) == schema.latest()
    copies = [path.name for path in tmp_path.glob("cmday.db.schema-*")]
    assert copies == [f"cmday.db.schema-{upto}"]
    assert version(tmp_path / copies[0]) == upto
    assert (tmp_path / copies[0]).stat().st_mode & 0o777 == 0o600
    db.close()


def test_only_one_copy_is_kept(tmp_path: Path) -> None:
    (tmp_path / "cmday.db.schema-0").write_text("an older copy")
    older(tmp_path, 1)
    database(tmp_path).close()
    assert [path.name for path in tmp_path.glob("cmday.db.schema-*")] == ["cmday.db.schema-1"]


def test_a_new_database_needs_no_copy(tmp_path: Path) -> None:
    database(tmp_path).close()
    assert not list(tmp_path.glob("cmday.db.schema-*"))


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    file = older(tmp_path, 1)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE item (here INTEGER)")
    with pytest.raises(sqlite3.OperationalError, match="item already exists"):
        database(tmp_path)
    assert version(file) == 1
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT value FROM keep").fetchone() == ("here",)
        assert not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'activity'").fetchall()


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    database(tmp_path).close()
    file = tmp_path / "cmday.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version=9999")
    before = file.read_bytes()
    with pytest.raises(StorageError, match="newer cmday") as caught:
        database(tmp_path)
    assert caught.value.hint is not None
    assert file.read_bytes() == before
    assert not list(tmp_path.glob("*damaged*"))


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda whole: whole[: len(whole) // 2], id="cut in half"),
        pytest.param(lambda whole: whole[:50], id="cut in the header"),
        pytest.param(lambda whole: b"x" * len(whole), id="something else"),
        pytest.param(lambda whole: whole[:100] + b"\xff" * 4000 + whole[4100:], id="table of contents spoilt"),
    ],
)
def test_a_damaged_database_is_set_aside_and_named(tmp_path: Path, spoil: object) -> None:
    db = database(tmp_path)
    keep.put(db, "left", "here")
    db.close()
    file = tmp_path / "cmday.db"
    spoilt = spoil(file.read_bytes())  # type: ignore[operator]
    file.write_bytes(spoilt)
    db = database(tmp_path)
    aside = tmp_path / "cmday.db.damaged-2026-11-02-073100"
    assert aside.read_bytes() == spoilt
    (notice,) = db.notices
    assert str(aside) in notice.message.english
    assert notice.hint is not None
    keep.put(db, "works", "again")
    db.close()
    assert database(tmp_path).notices == ()


def test_two_damaged_ones_of_the_same_second_are_both_kept(tmp_path: Path) -> None:
    for content in (b"first" * 100, b"second" * 100):
        (tmp_path / "cmday.db").write_bytes(content)
        database(tmp_path).close()
    kept = {path.read_bytes()[:5] for path in tmp_path.glob("*damaged*")}
    assert kept == {b"first", b"secon"}


def test_damage_found_while_in_use_is_named(tmp_path: Path) -> None:
    db = database(tmp_path)
    with db.write() as tx:
        tx.executemany("INSERT INTO keep VALUES (?, ?)", ((f"k{n}", "v" * 500) for n in range(500)))
    db.close()
    file = tmp_path / "cmday.db"
    whole = file.read_bytes()
    file.write_bytes(whole[:-200_000] + b"\xee" * 200_000)
    db = database(tmp_path)
    with pytest.raises(StorageError, match="damaged"):
        db.connection.execute("SELECT sum(length(value)) FROM keep").fetchone()
    db.close()
    assert list(tmp_path.glob("cmday.db.damaged-*"))
    database(tmp_path).close()


def test_a_full_disk_says_so_and_loses_only_the_last_change(tmp_path: Path) -> None:
    db = database(tmp_path)
    keep.put(db, "before", "kept")
    (pages,) = db.connection.execute("PRAGMA page_count").fetchone()
    db.connection.execute(f"PRAGMA max_page_count={pages + 2}")

    def write_too_much() -> None:
        with db.write():
            keep.put(db, "small", "one")
            keep.put(db, "large", "x" * 100_000)

    with pytest.raises(StorageError, match="disk is full") as caught:
        write_too_much()
    assert caught.value.hint is not None
    assert keep.get(db, "before") == "kept"
    assert keep.get(db, "small") is None
    keep.put(db, "after", "works")
    db.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError) as caught:
        database(tmp_path)
    assert caught.value.hint is not None


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StorageError) as caught:
        database(tmp_path / "data")
    assert caught.value.hint is not None


def test_writers_wait_for_each_other_and_never_find_it_locked(tmp_path: Path) -> None:
    ended = processes(WRITERS, tmp_path, 4)
    assert [(one.stdout, one.stderr) for one in ended] == [("done\n", "")] * 4
    db = database(tmp_path)
    texts = [int(text) for (text,) in db.connection.execute("SELECT text FROM journal ORDER BY id")]
    assert texts == list(range(240)), "each read what the one before had written"
    db.close()


def test_processes_that_upgrade_at_once(tmp_path: Path) -> None:
    older(tmp_path, 1)
    ended = processes(WRITERS, tmp_path, 4)
    assert [(one.stdout, one.stderr) for one in ended] == [("done\n", "")] * 4
    assert version(tmp_path / "cmday.db") == schema.latest()


def test_a_write_within_a_write_is_one_transaction(tmp_path: Path) -> None:
    db = database(tmp_path)

    def change_my_mind() -> None:
        with db.write():
            keep.put(db, "inner", "gone")
            raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        change_my_mind()
    assert keep.get(db, "inner") is None
    db.close()


def test_the_secret_is_made_once_and_differs_between_homes(tmp_path: Path) -> None:
    first, second = database(tmp_path / "a"), database(tmp_path / "b")
    assert keep.secret(first, "key") == keep.secret(first, "key")
    assert keep.secret(first, "key") != keep.secret(second, "key")
    assert len(keep.secret(first, "key")) == 32
    first.close()
    second.close()


def test_opening_at_the_present_schema_only_reads(tmp_path: Path) -> None:
    database(tmp_path).close()
    before = (tmp_path / "cmday.db").read_bytes()
    lock = tmp_path / ".cmday.db.lock"
    lock.unlink()
    db = database(tmp_path)
    assert keep.get(db, "nothing") is None
    db.close()
    assert (tmp_path / "cmday.db").read_bytes() == before
    assert not lock.exists(), "the slow way was taken"
    assert CLOCK.frozen is not None


def test_a_database_that_may_only_be_read(tmp_path: Path) -> None:
    db = database(tmp_path)
    db.connection.execute("PRAGMA query_only=ON")
    with pytest.raises(StorageError, match="cannot be written") as caught:
        keep.put(db, "a", "b")
    assert str(tmp_path) in str(caught.value.hint)
    db.close()
