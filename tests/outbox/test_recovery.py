"""After a crash: what was on its way is looked for or asked about; what a living process sends is left alone."""

from __future__ import annotations

import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Cmday
from tests.loopback.answers import Answer
from tests.outbox.conftest import Write, settle
from tests.outbox.post_office import STATUSES, PostOffice
from tests.whole_morning import ended, process

States = Callable[[], dict[str, str]]


@pytest.fixture(autouse=True)
def _real_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CMDAY_NOW")


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_killed_while_the_server_reads(cmday: Cmday, write: Write, office: PostOffice, states: States) -> None:
    office.lag = 0.5
    write({"text": "une fois"}, {"text": "la suite"})
    running = process("send", "--yes")
    until(lambda: office.asked() == 1)
    running.kill()
    ended(running)
    assert states() == {"une fois": "doubtful", "la suite": "queued"}
    early = cmday("send", "--yes")
    assert early.code == 3, "it is not there yet, and is not sent again"
    assert office.asked() == 2
    until(lambda: "une fois" in office.texts())
    assert cmday("send", "--yes").code == 0
    assert office.counts() == {"une fois": 1, "la suite": 1}
    assert set(states().values()) == {"sent"}


def test_killed_before_anything_left(cmday: Cmday, write: Write, office: PostOffice, home: Path) -> None:
    """As a kill between the mark and the request leaves it."""
    write({"text": "jamais parti"})
    with closing(sqlite3.connect(home / "cmday.db")) as database, database:
        database.execute("UPDATE outbox SET state = 'sending', attempts = 1, began = unixepoch(), sender = '1 2 3'")
    settle(home)
    assert cmday("send", "--yes").code == 0
    assert office.counts() == {"jamais parti": 1}


def test_a_living_sender_is_never_in_doubt(cmday: Cmday, write: Write, office: PostOffice, states: States) -> None:
    office.loopback.route(STATUSES, Answer(never=True))
    write({"text": "en route"}, {"text": "autre compte", "account": "bema"})
    running = process("send", "--yes")
    try:
        until(lambda: office.asked() == 2)
        assert set(states().values()) == {"sending"}
        other = cmday("send", "o1", "--yes")
        assert other.code == 2
        assert "o1 is on its way" in other.err
        assert cmday("send", "--yes").out == "nothing is to be sent\n"
        for argv in (["outbox", "drop", "o1"], ["outbox", "edit", "o1", "--text", "x"], ["undo", "o1"]):
            assert cmday(*argv).code == 2
        assert set(states().values()) == {"sending"}
    finally:
        running.kill()
        ended(running)
    assert set(states().values()) == {"doubtful"}
    assert office.asked() == 2


def test_two_senders_at_once(cmday: Cmday, write: Write, office: PostOffice) -> None:
    office.loopback.route(STATUSES, Answer(never=True))
    write({"text": "en route"})
    running = process("send", "--yes")
    try:
        until(lambda: office.asked() == 1)
        write({"text": "second"})
        busy = cmday("send", "--yes")
        assert busy.code == 1
        assert f"another cmday (process {running.pid}) is at it already" in busy.err
        timer = cmday("send", "o2", "--due", "--yes")
        assert timer.code == 0, "a timer that strikes meanwhile has nothing to complain of"
    finally:
        running.kill()
        ended(running)
    assert office.asked() == 1


def test_ctrl_c_leaves_it_in_doubt(write: Write, office: PostOffice, states: States) -> None:
    office.loopback.route(STATUSES, Answer(never=True))
    write({"text": "en route"}, {"text": "la suite"})
    running = process("send", "--yes")
    until(lambda: office.asked() == 1)
    running.send_signal(signal.SIGINT)
    code, _out, err = ended(running, seconds=10)
    assert code == 130
    assert "Traceback" not in err
    assert states() == {"en route": "doubtful", "la suite": "queued"}


def test_what_cannot_be_looked_for_is_asked_about(
    cmday: Cmday, write: Write, office: PostOffice, states: States
) -> None:
    """What only a few may read is in no list of the server."""
    write({"text": "privé", "visibility": "direct"}, {"text": "privé aussi", "visibility": "direct"})
    office.fail("nox", Answer(silent=True), keeps=True)
    assert cmday("send", "--yes").code == 3
    office.fail("nox", Answer(silent=True))
    assert cmday("send", "o2", "--yes").code == 3
    office.loopback.route("/api/v1/accounts/nox/statuses", Answer(body=b"[]"))
    for _ in range(3):
        assert cmday("send", "--yes").code == 3
    assert office.asked() == 2
    assert cmday("outbox", "arrived", "o1").code == 0
    assert cmday("outbox", "again", "o2").code == 0
    assert states() == {"privé": "sent", "privé aussi": "queued"}
    assert cmday("send", "--yes").code == 0
    assert office.counts() == {"privé": 1, "privé aussi": 1}
    assert cmday("outbox", "again", "o1").code == 2, "what was said to be sent stays sent"


def test_a_lease_that_ran_out_saves_nobody_the_doubt(
    cmday: Cmday, write: Write, office: PostOffice, home: Path, states: States
) -> None:
    """A clock that jumps ends a lease; two senders at once still send everything once."""
    office.lag = 0.4
    write(*({"text": f"n° {n}"} for n in range(4)))
    running = process("send", "--yes")
    until(lambda: office.asked() == 1)
    with closing(sqlite3.connect(home / "cmday.db", timeout=10)) as database, database:
        database.execute("UPDATE lease SET expires = 0")
    second = process("send", "--yes")
    codes = [ended(one)[0] for one in (running, second)]
    assert set(codes) <= {0, 1, 3}
    cmday("send", "--yes")
    assert set(states().values()) == {"sent"}
    assert office.counts() == {f"n° {n}": 1 for n in range(4)}
