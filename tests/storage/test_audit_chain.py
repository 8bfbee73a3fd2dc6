"""The audit log is one chain: whoever changes, removes, adds or silently erases something in it is found out."""

from __future__ import annotations

import json
import multiprocessing
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmday.core.time import Clock
from cmday.storage import audit, audit_carried, schema
from cmday.storage.audit_verifying import Verdict, verify
from cmday.storage.database import Database, open_database

NOW: Final = datetime(2026, 11, 2, 8, 31, tzinfo=UTC)
TRIGGERS: Final = ("audit_stays", "audit_is_whole", "audit_grows")
PERSONAL: Final = ("audit_personal_is_only_erased", "audit_personal_is_whole", "audit_personal_grows")
TEXT: Final = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
RECORD: Final = st.fixed_dictionaries(
    {"account": TEXT, "target": st.none() | TEXT, "before": st.none() | TEXT, "answer": st.none() | TEXT}
)


@contextmanager
def opened(folder: Path) -> Iterator[Database]:
    db = open_database(folder / "cmday.db", Clock(UTC, NOW))
    try:
        yield db
    finally:
        db.close()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with opened(tmp_path) as found:
        yield found


@contextmanager
def forging(db: Database) -> Iterator[sqlite3.Connection]:
    """What somebody does who has the file and no triggers before them; taken back afterwards."""
    db.connection.execute("SAVEPOINT forging")
    try:
        for name in (*TRIGGERS, *PERSONAL):
            db.connection.execute(f"DROP TRIGGER IF EXISTS {name}")
        yield db.connection
    finally:
        db.connection.execute("ROLLBACK TO forging")
        db.connection.execute("RELEASE forging")


def fill(db: Database, records: list[dict[str, str | None]]) -> None:
    for number, fields in enumerate(records):
        audit.note(db, NOW + timedelta(minutes=number), "reply", "sent", fields, outbox=f"out-{number}")


def some(db: Database, count: int = 5) -> list[str]:
    """So many records; returns the hash of the newest after each."""
    hashes = []
    for number in range(count):
        audit.note(db, NOW, "post", "post", {"account": "nox", "after": f"text {number}"}, outbox=f"out-{number}")
        hashes.append(audit.last_hash(db))
    return hashes


def test_an_empty_log_holds(db: Database) -> None:
    assert verify(db) == Verdict(count=0, last="0" * 64, erased=0)


def test_what_is_hashed_is_as_the_documents_say(db: Database) -> None:
    """Written from docs/trace.md alone, without our own code."""
    import hmac

    some(db, 3)
    previous = "0" * 64
    for number, at, kind, what, outbox, erased, hash_ in db.connection.execute(
        "SELECT number, at, kind, what, outbox, erased, hash FROM audit ORDER BY number"
    ):
        digests = {
            field: hmac.new(bytes.fromhex(salt), f"{field}\0{value}".encode(), sha256).hexdigest()
            for field, value, salt in db.connection.execute(
                "SELECT field, value, salt FROM audit_personal WHERE record = ?", (number,)
            )
        }
        told = ["cmday audit 1", previous, number, at, kind, what, outbox, erased, dict(sorted(digests.items()))]
        line = json.dumps(told, separators=(",", ":"), ensure_ascii=False)
        assert hash_ == sha256(line.encode()).hexdigest()
        previous = hash_
    assert audit.last_hash(db) == previous


COLUMNS: Final = ("at", "kind", "what", "outbox", "erased", "digests", "previous", "hash")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(RECORD, min_size=2, max_size=6), data=st.data())
def test_any_tampering_is_found(db: Database, records: list[dict[str, str | None]], data: st.DataObject) -> None:
    with forging(db):
        fill(db, records)
        whole = verify(db)
        assert (whole.count, whole.broken) == (len(records), None)
        _tamper(db, whole, data)
        assert verify(db) == whole


def _tamper(db: Database, whole: Verdict, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, whole.count), "number")
    last = number == whole.count
    how = data.draw(st.sampled_from(["column", "value", "salt", "field", "added", "removed", "fields", "erased"]))
    with forging(db) as tx:
        if how == "column":
            name = data.draw(st.sampled_from(COLUMNS))
            was = tx.execute(f"SELECT {name} FROM audit WHERE number = ?", (number,)).fetchone()[0]
            forged = was + 1 if isinstance(was, int) else f"{was} "
            tx.execute(f"UPDATE audit SET {name} = ? WHERE number = ?", (forged, number))
        elif how == "value":
            tx.execute("UPDATE audit_personal SET value = value || '.' WHERE record = ? AND field = 'who'", (number,))
        elif how == "salt":
            tx.execute("UPDATE audit_personal SET salt = 'ab' || salt WHERE record = ? AND field = 'who'", (number,))
        elif how == "field":
            tx.execute("DELETE FROM audit_personal WHERE record = ? AND field = 'who'", (number,))
        elif how == "added":
            tx.execute("INSERT INTO audit_personal VALUES (?, 'whom', 'me', '00')", (number,))
        elif how == "removed":
            tx.execute("DELETE FROM audit WHERE number = ?", (number,))
        elif how == "fields":
            tx.execute("DELETE FROM audit WHERE number = ?", (number,))
            tx.execute("DELETE FROM audit_personal WHERE record = ?", (number,))
        else:
            tx.execute(
                "UPDATE audit_personal SET value = NULL, salt = NULL WHERE record = ? AND field = 'who'", (number,)
            )
        found = verify(db)
        if how == "fields" and last:
            assert found.broken is None, "nothing that is left tells of a tail cut off"
        else:
            assert found.broken == number
        assert verify(db, whole.last).broken is not None, "but the hash of a report does"


def test_a_record_written_anew_with_its_hash_is_found_by_the_next(db: Database) -> None:
    from cmday.storage.chaining import Shape, link

    some(db)
    with forging(db) as tx:
        at, digests, previous = tx.execute("SELECT at, digests, previous FROM audit WHERE number = 3").fetchone()
        shape = Shape(number=3, at=at, kind="post", what="drop", outbox="out-2", erased=0, digests=json.loads(digests))
        tx.execute("UPDATE audit SET what = 'drop', hash = ? WHERE number = 3", (link(previous, shape),))
        assert verify(db).broken == 3
        assert verify(db).fault == "replaced"


def test_a_hash_that_was_told_stays_in_the_chain(db: Database) -> None:
    hashes = some(db)
    for one in hashes:
        assert verify(db, one).broken is None
    cut = verify(db, "f" * 64)
    assert (cut.broken, cut.fault, cut.count) == (6, "cut", 5)


def test_erasing_that_is_told_of_keeps_it_whole(db: Database) -> None:
    hashes = some(db)
    gone = db.connection.execute("SELECT salt FROM audit_personal WHERE value LIKE 'text%'").fetchall()
    with db.write():
        assert audit.erase(db, "field = 'after' AND record < ?", (4,)) == 3
        audit.note_erased(db, NOW, "forget", 0)
    found = verify(db, hashes[-1])
    assert (found.broken, found.count, found.erased) == (None, 6, 3)
    assert [line.after for line in audit.records(db)] == ["forgotten"] * 3 + ["text 3", "text 4", None]
    left = {salt for (salt,) in db.connection.execute("SELECT salt FROM audit_personal")}
    assert not {salt for (salt,) in gone[:3]} & left


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(RECORD, min_size=1, max_size=5), fields=st.sets(st.sampled_from(["account", "target", "who"])))
def test_whatever_is_forgotten_the_chain_is_whole(
    db: Database, records: list[dict[str, str | None]], fields: set[str]
) -> None:
    with forging(db):
        fill(db, records)
        before = verify(db)
        gone = audit.erase(db, "field IN (SELECT value FROM json_each(?))", (json.dumps(sorted(fields)),))
        assert gone == sum(one.get(name, "me") is not None for one in records for name in fields)
        audit.note_erased(db, NOW, "forget", before.erased)
        found = verify(db, before.last)
        assert (found.broken, found.erased, found.count) == (None, gone, before.count + bool(gone))


def test_a_database_from_before_the_chain_is_carried_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_carried, "_PORTION", 7)
    file = tmp_path / "cmday.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        for number, name in schema.migrations().items():
            if number < 34:
                connection.executescript((schema.MIGRATIONS / name).read_text())
        connection.execute("PRAGMA user_version=33")
        connection.executemany(
            "INSERT INTO audit VALUES (?, ?, 'zo', 'sent', ?, 'nox', ?, NULL, ?, ?)",
            [(n, 1_700_000_000 + n, f"out-{n}", None if n % 2 else f"nox:{n}", f"Été {n}", "") for n in range(1, 31)],
        )
    with opened(tmp_path) as db:
        found = verify(db)
        assert (found.count, found.broken, found.erased) == (30, None, 0)
        lines = audit.records(db)
        assert [line.number for line in lines] == list(range(1, 31))
        assert (lines[1].who, lines[1].target, lines[1].after, lines[1].answer) == ("zo", "nox:2", "Été 2", "")
        assert lines[0].target is None
        audit.note(db, NOW, "post", "post", {})
        assert verify(db, found.last).count == 31
        tables = {name for (name,) in db.connection.execute("SELECT name FROM sqlite_master")}
        assert "audit_before_chain" not in tables


def _write_many(folder: Path, count: int) -> None:
    with opened(folder) as db:
        for number in range(count):
            audit.note(db, NOW, "post", "post", {"after": f"text {number}"})


def test_two_processes_at_once_keep_one_chain(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_many, args=(tmp_path, 40)) for _ in range(2)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
        assert one.exitcode == 0
    with opened(tmp_path) as db:
        assert verify(db) == Verdict(count=80, last=audit.last_hash(db), erased=0)


WRITER: Final = """
import sys
from pathlib import Path
from tests.storage.test_audit_chain import _write_many
print("begun", flush=True)
_write_many(Path(sys.argv[1]), 1_000_000)
"""


@pytest.mark.parametrize("kills", [2, pytest.param(60, marks=pytest.mark.server)])
def test_a_kill_leaves_a_whole_chain(tmp_path: Path, kills: int) -> None:
    chance = random.Random(20261102)
    before = 0
    for _ in range(kills):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE)
        assert writer.stdout
        with writer.stdout:
            writer.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.12))
            writer.kill()
        assert writer.wait() == -signal.SIGKILL
        with opened(tmp_path) as db:
            found = verify(db)
            assert found.broken is None
            before, grown = found.count, found.count >= before
            assert grown
    assert before
