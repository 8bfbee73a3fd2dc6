"""The ledger: each notification once, its state kept through every refetch, whatever comes in which order."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cmday.core.item_query import Query
from cmday.core.items import Cursor, Notification, Page, ReplyTo, State
from cmday.errors import RateLimited
from cmday.i18n import phrase
from cmday.storage import accounts, ledger, open_items, schema
from cmday.storage.database import Database
from tests.storage.making import NOW, database, notification


def page(*notifications: Notification, cursor: str | None = None, gap: str | None = None) -> Page:
    return Page(notifications=notifications, cursor=Cursor(cursor) if cursor else None, gap=gap)


def state_of(db: Database, one: str) -> State:
    (item,) = ledger.items(db, [one])
    return item.state


class Life(RuleBasedStateMachine):
    """Sweeps of two terminals, refetches, edits and a person's verbs in any order, against a plain model."""

    numbers = st.integers(1, 8)

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.terminals = [database(Path(self.folder.name)) for _ in range(2)]
        self.now = NOW
        self.texts: dict[str, tuple[int, str]] = {}
        self.states: dict[str, tuple[State, Any]] = {}

    def teardown(self) -> None:
        for db in self.terminals:
            db.close()
        self.folder.cleanup()

    @rule(numbers=st.lists(numbers, min_size=1, max_size=5), version=st.integers(0, 3), terminal=st.integers(0, 1))
    def sweep(self, numbers: list[int], version: int, terminal: int) -> None:
        edited = NOW + timedelta(minutes=version) if version else None
        come = [
            notification(number, "like" if number > 6 else "mention", text=f"v{version}", edited=edited, subject="post")
            for number in dict.fromkeys(numbers)
        ]
        fresh = ledger.store_page(self.terminals[terminal], "nox", page(*come, cursor=str(version)), self.now)
        assert fresh == sum(one.id not in self.texts for one in come)
        for one in come:
            if one.id not in self.texts:
                self.states[one.id] = ("new", None)
            elif one.kind == "mention" and version > self.texts[one.id][0] and self.states[one.id][0] != "snoozed":
                self.states[one.id] = ("new", None)  # it comes back with its change
            self.texts[one.id] = max(self.texts.get(one.id, (0, "")), (version, f"v{version}"))

    @precondition(lambda self: self.states)
    @rule(number=numbers, terminal=st.integers(0, 1), state=st.sampled_from(["seen", "done"]))
    def act(self, number: int, terminal: int, state: State) -> None:
        one = f"nox:{number}"
        ledger.set_state(self.terminals[terminal], [one], state)
        if one in self.states and (state == "done" or self.states[one][0] == "new"):
            self.states[one] = (state, None)

    @precondition(lambda self: self.states)
    @rule(number=numbers, terminal=st.integers(0, 1), minutes=st.integers(1, 60))
    def snooze(self, number: int, terminal: int, minutes: int) -> None:
        one = f"nox:{number}"
        until = self.now + timedelta(minutes=minutes)
        ledger.set_state(self.terminals[terminal], [one], "snoozed", until=until)
        if one in self.states:
            self.states[one] = ("snoozed", until)

    @rule(minutes=st.integers(1, 90), terminal=st.integers(0, 1))
    def time_passes(self, minutes: int, terminal: int) -> None:
        self.now += timedelta(minutes=minutes)
        ledger.wake(self.terminals[terminal], self.now)
        for one, (state, until) in self.states.items():
            if state == "snoozed" and until <= self.now:
                self.states[one] = ("seen", None)

    @rule(terminal=st.integers(0, 1))
    def fold_is_done(self, terminal: int) -> None:
        ledger.set_state(self.terminals[terminal], ["fold/nox/like/post"], "done")
        for number in (7, 8):
            if self.states.get(f"nox:{number}", ("", None))[0] in ("new", "seen"):
                self.states[f"nox:{number}"] = ("done", None)

    @invariant()
    def every_terminal_sees_the_same(self) -> None:
        for db in self.terminals:
            found = ledger.items(db, [f"nox:{number}" for number in range(1, 9)])
            assert {item.notification.id: (item.state, item.snoozed_until) for item in found} == self.states
            assert {item.notification.id: item.notification.text for item in found} == {
                one: text for one, (_, text) in self.texts.items()
            }
            assert db.connection.execute("SELECT count(*) FROM activity").fetchone() == (len(self.texts),)
            waiting = [one for one, (state, _) in self.states.items() if state in ("new", "seen")]
            assert open_items.count_to_answer(db) == sum(int(one.split(":")[1]) <= 6 for one in waiting)
            assert sum(fold.count for fold in open_items.folds(db)) == sum(
                int(one.split(":")[1]) > 6 for one in waiting
            )


Life.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestLife = Life.TestCase


def test_a_page_and_its_cursor_are_stored_together(tmp_path: Path) -> None:
    db = database(tmp_path)
    broken = msgspec.structs.replace(notification(2), kind="nonsense")
    ledger.store_page(db, "nox", page(notification(1), cursor="one"), NOW, whole=False)
    with pytest.raises(KeyError):
        ledger.store_page(db, "nox", page(notification(3), broken, cursor="two"), NOW)
    assert accounts.state(db, "nox").cursor == "one"
    assert ledger.items(db, ["nox:3"]) == []
    db.close()


def test_what_an_account_knows(tmp_path: Path) -> None:
    db = database(tmp_path)
    assert accounts.state(db, "nox").last_success is None
    ledger.store_page(db, "nox", page(notification(1), cursor="a"), NOW, first=True, whole=False)
    assert accounts.state(db, "nox").last_success is None
    accounts.note_failure(db, "nox", RateLimited(phrase("too fast"), retry_after=90), NOW)
    state = accounts.state(db, "nox")
    assert (state.error_kind, state.cursor, state.fresh) == ("rate-limit", "a", 1)
    assert state.retry_at == NOW + timedelta(seconds=90)
    later = NOW + timedelta(minutes=5)
    ledger.store_page(db, "nox", page(notification(2), cursor="b", gap="lost some"), later, whole=False)
    ledger.store_page(db, "nox", page(notification(1), notification(3)), later, first=False)
    state = accounts.state(db, "nox")
    assert (state.error_kind, state.retry_at, state.cursor, state.fresh) == (None, None, "b", 2)
    assert (state.last_success, state.gap) == (later, "lost some")
    ledger.store_page(db, "nox", page(), later)
    assert accounts.states(db)["nox"].gap is None
    db.close()


def test_traces_outlive_their_items_and_name_nobody(tmp_path: Path) -> None:
    db = database(tmp_path)
    ledger.store_page(db, "nox", page(notification(1), notification(2, author_handle="@p1"), notification(3)), NOW)
    rows = db.connection.execute("SELECT at, author, community FROM activity").fetchall()
    assert len({author for _, author, _ in rows}) == 2, "one person is one, two are two"
    assert {community for *_, community in rows} == {"sss"}
    with db.write() as tx:
        tx.execute("DELETE FROM item")
    ledger.store_page(db, "nox", page(notification(1)), NOW)
    assert len(db.connection.execute("SELECT 1 FROM activity").fetchall()) == 3, "a refetch counts nobody twice"
    content = (tmp_path / "cmday.db-wal").read_bytes() + (tmp_path / "cmday.db").read_bytes()
    with db.write() as tx:
        tx.execute("DELETE FROM item")
        tx.execute("DELETE FROM address")
    assert b"@p3" in content, "the ledger itself names people"
    db.connection.execute("VACUUM")
    db.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"@p3" not in (tmp_path / "cmday.db").read_bytes()
    db.close()


def test_a_question_is_recognised_when_stored_and_after_an_edit(tmp_path: Path) -> None:
    db = database(tmp_path)
    ledger.store_page(db, "nox", page(notification(1, text="Bravo"), notification(2, "message", text="Quand ?")), NOW)
    assert [item.notification.kind for item in ledger.items(db, ["nox:1", "nox:2"])] == ["mention", "message"]
    ledger.store_page(db, "nox", page(notification(1, text="Bravo, c'est quand ?", edited=NOW)), NOW)
    (item,) = ledger.items(db, ["nox:1"])
    assert item.notification.kind == "question"
    db.close()


def test_a_lone_surrogate_is_no_reason_to_lose_a_page(tmp_path: Path) -> None:
    db = database(tmp_path)
    ledger.store_page(db, "nox", page(notification(1, text="half \ud83d a smile", author="\udc00")), NOW)
    (item,) = ledger.items(db, ["nox:1"])
    assert item.notification.text == "half ? a smile"
    db.close()


def test_a_thread_is_read_from_the_ledger(tmp_path: Path) -> None:
    db = database(tmp_path)
    come = [notification(number, minutes=10 - number, thread="t" if number % 2 else None) for number in range(8)]
    ledger.store_page(db, "nox", page(*come), NOW)
    (item,) = ledger.items(db, ["nox:3"])
    assert [one.notification.id for one in ledger.thread_of(db, item)] == ["nox:1", "nox:3", "nox:5", "nox:7"]
    (alone,) = ledger.items(db, ["nox:2"])
    assert ledger.thread_of(db, alone) == [alone]
    db.close()


def plan_of(db: Database, run: Any) -> list[str]:
    """The query plans of all that ``run`` asks."""
    asked: list[str] = []
    db.connection.set_trace_callback(asked.append)
    run()
    db.connection.set_trace_callback(None)
    return [
        row[3]
        for sql in asked
        if sql.startswith("SELECT")
        for row in db.connection.execute(f"EXPLAIN QUERY PLAN {sql}")
    ]


def test_lists_read_indices_and_not_the_history(tmp_path: Path) -> None:
    db = database(tmp_path)
    ledger.store_page(db, "nox", page(notification(1), notification(2, "like", subject="a")), NOW)

    def morning() -> None:
        ledger.wake(db, NOW)
        for query in (Query(), Query(communities=("sss",))):
            for stream in open_items.heads(db, query):
                open_items.lines(db, [head.line for head in stream])
        open_items.deleted(db)
        open_items.count_to_answer(db)
        open_items.folds(db)

    steps = plan_of(db, morning)
    assert steps
    assert not [step for step in steps if step.startswith("SCAN item") and "INDEX" not in step]
    db.close()


FILLER = """
import sys
from pathlib import Path
from cmday.core.items import Cursor, Page
from cmday.storage import accounts, ledger
from tests.storage.making import NOW, database, notification
db = database(Path(sys.argv[1]))
at = int(accounts.state(db, "nox").cursor or 0)
print("begin", flush=True)
while at < 4000:
    some = tuple(notification(number) for number in range(at, at + 40))
    at += 40
    ledger.store_page(db, "nox", Page(notifications=some, cursor=Cursor(str(at))), NOW)
print("end", flush=True)
"""


def test_kills_in_the_middle_of_storing_lose_and_double_nothing(tmp_path: Path) -> None:
    kills = 0
    for turn in range(200):
        process = subprocess.Popen([sys.executable, "-c", FILLER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "begin\n"
        if turn < 8:
            time.sleep(0.004 * turn)
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stdout.close()
            kills += 1
            continue
        rest = process.communicate(timeout=60)[0]
        assert rest == "end\n"
        break
    db = database(tmp_path)
    assert kills == 8
    assert db.notices == ()
    numbers = [int(one.split(":")[1]) for (one,) in db.connection.execute("SELECT id FROM item")]
    assert sorted(numbers) == list(range(4000))
    assert accounts.state(db, "nox").cursor == "4000"
    assert db.connection.execute("SELECT count(*) FROM activity").fetchone() == (4000,)
    db.close()


def test_what_an_answer_needs_is_kept_and_follows_an_edit(tmp_path: Path) -> None:
    db = database(tmp_path)
    reply = ReplyTo(id="95", to="@nox@m.example", also=("@ana@m.example",), visibility="direct", language="fr")
    ledger.store_page(db, "nox", page(notification(1, reply=reply), notification(2)), NOW)
    assert [one.notification.reply for one in ledger.items(db, ["nox:1", "nox:2"])] == [reply, None]
    other = ReplyTo(id="<1@b>", to="a@b.example", subject="Carte", references=("<0@b>",))
    ledger.store_page(db, "nox", page(notification(1, reply=other)), NOW)
    assert ledger.items(db, ["nox:1"])[0].notification.reply == other
    spoilt = ReplyTo(id="9\ud800", to="@x")
    ledger.store_page(db, "nox", page(notification(3, reply=spoilt)), NOW)
    assert ledger.items(db, ["nox:3"])[0].notification.reply is None
    db.close()


def test_what_was_read_before_one_could_answer_can_be_answered_too(tmp_path: Path) -> None:
    tmp_path.joinpath("cmday.db").touch(0o600)
    with closing(sqlite3.connect(tmp_path / "cmday.db")) as connection:
        for number in range(1, 7):
            connection.executescript((schema.MIGRATIONS / schema.migrations()[number]).read_text())
        rows = [
            ("nox:1", "mastodon", "message", "@nox@m.example", "hello", "95"),
            ("nox:2", "mastodon", "question", "@nox@m.example", "hello?", "96"),
            ("nox:3", "mastodon", "like", "@nox@m.example", "", "97"),
            ("post:4", "imap", "message", "a@b.example", "Ma carte\n\nBonjour", None),
        ]
        connection.executemany(
            "INSERT INTO item (id, account, network, community, kind, priority, author, author_handle, text, at,"
            " subject, first_seen) VALUES (?1, 'x', ?2, '', ?3, 1, 'x', ?4, ?5, 0, ?6, 0)",
            rows,
        )
        connection.execute("PRAGMA user_version=6")
        connection.commit()
    db = database(tmp_path)
    found = [one.notification.reply for one in ledger.items(db, [row[0] for row in rows])]
    assert found == [
        ReplyTo(id="95", to="@nox@m.example", visibility="direct"),
        ReplyTo(id="96", to="@nox@m.example"),
        None,
        ReplyTo(id=None, to="a@b.example", subject="Ma carte"),
    ]
    db.close()
