"""``cmday purge``: what ended long ago is in no file of the home any more; what waits, and the counts, stay."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cmday.core.items import ThreadPost
from cmday.keeping.purging import moment
from tests.conftest import NOW, Cmday
from tests.outbox.conftest import write_items
from tests.people.conftest import Sweep, settled, sweep, told
from tests.steps.moderation.test_trace import store, taken
from tests.test_json_shapes import check

__all__ = ["settled", "sweep"]

AT = datetime.fromisoformat(NOW)
OLD = AT - timedelta(days=500)


@pytest.mark.parametrize(
    ("older", "wanted"),
    [("12m", "2025-11-02"), ("1 mois", "2026-10-02"), ("2y", "2024-11-02"), ("1 an", "2025-11-02")],
)
def test_months_and_years(older: str, wanted: str) -> None:
    assert moment(older, AT).date().isoformat() == wanted
    assert moment("1m", AT.replace(month=3, day=31)).date().isoformat() == "2026-02-28"


@pytest.mark.parametrize("older", ["0m", "3d", "m", "12", "99999m", "5000y", "-1m"])
def test_no_time_to_keep_things_for(cmday: Cmday, settled: Path, older: str) -> None:
    assert cmday("purge", "--older", older, "--yes").code == 2


def test_what_ended_long_ago_is_gone(
    cmday: Cmday, sweep: Sweep, settled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMDAY_NOW", OLD.isoformat())
    post = ThreadPost(id="90", thread="t1", author="Ann", author_handle="@ann@m.example", text="quibblefix", at=OLD)
    sweep(
        told(1, "@ann@m.example", "Ann", days=500, thread="t1", text="quibblefix one"),
        told(2, "@bob@m.example", "Bob", days=500, text="still open"),
        thread=(post,),
    )
    assert cmday("inbox", "done", "nox:1").code == 0
    assert cmday("note", "quibblefix said").code == 0
    [old] = write_items({"kind": "reply", "text": "quibblefix answer", "to": "@ann@m.example", "target": "nox:1"})
    write_items({"text": "a draft that waits", "state": "draft"})
    assert cmday("outbox", "drop", old).code == 0
    store(taken(1, at=OLD, text="quibblefix", author="Ann"), taken(2, at=OLD, case="case/nox/1", text="quibblefix"))
    monkeypatch.setenv("CMDAY_NOW", NOW)
    sweep(told(3, "@cleo@m.example", "Cleo", days=2, text="new and done"))
    assert cmday("inbox", "done", "nox:3").code == 0
    with closing(sqlite3.connect(settled / "cmday.db")) as db, db:
        db.execute("INSERT INTO feed (url, host) VALUES ('https://f.example', 'f.example')")
        for number, shown in ((1, int(OLD.timestamp())), (2, int(AT.timestamp()))):
            db.execute(
                "INSERT INTO entry (key, feed, identity, title, author, first_seen, shown_at, state)"
                " VALUES (?, 1, ?, 'quibblefix', '', 1, ?, 1)",
                (number, f"g{number}", shown),
            )
        db.execute("UPDATE entry SET title = 'kept' WHERE key = 2")
        db.execute("INSERT INTO search (rowid, title, author, body) VALUES (1, 'quibblefix', '', '')")
        db.execute("INSERT INTO search_doc (doc, entry, feed, shown_at) VALUES (1, 1, 1, 1)")
    hash_ = cmday("moderate", "log", "verify", "--json").json["data"]["last_hash"]
    planned = check(cmday("purge", "--older", "12m", "--dry-run", "--json").json, "purge")
    assert cmday("purge", "--older", "12m").code == 2, "it asks, and nobody is there"
    assert any(b"quibblefix" in file.read_bytes() for file in settled.glob("cmday.db*"))
    done = check(cmday("purge", "--older", "12m", "--yes", "--json").json, "purge")
    assert done["tables"] == planned["tables"]
    gone = {one["table"]: one["rows"] for one in done["tables"]}
    assert gone | {"audit_personal": 0, "journal": 0, "undo": 0} == {
        **dict.fromkeys(("item", "thread_post", "outbox", "entry", "address"), 1),
        **dict.fromkeys(("audit_personal", "journal", "undo"), 0),
        "decision": 2,
    }
    for file in settled.rglob("*"):
        if file.is_file():
            assert b"quibblefix" not in file.read_bytes(), file
    assert cmday("moderate", "log", "verify", "--expect", hash_).code == 0
    with closing(sqlite3.connect(settled / "cmday.db")) as db:
        assert [one for (one,) in db.execute("SELECT id FROM item ORDER BY id")] == ["nox:2", "nox:3"]
        assert [one for (one,) in db.execute("SELECT text FROM outbox")] == ["a draft that waits"]
        assert db.execute("SELECT count(*), count(DISTINCT case_id) FROM decision").fetchone() == (2, 1)
        assert db.execute("SELECT count(*) FROM activity").fetchone() == (3,)
        assert list(db.execute("SELECT entry FROM search_due")) == [(2,)]
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    again = cmday("purge", "--older", "12m", "--yes")
    assert again.code == 0
    assert "nothing ended before" in again.out
