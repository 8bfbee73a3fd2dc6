"""``kill -9`` at a hundred random moments of ``cmday send``; two starts and two sends at once, twenty times."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

import pytest

from tests.conftest import Cmday
from tests.outbox.conftest import Write, settle
from tests.outbox.post_office import PostOffice
from tests.whole_morning import ended, process

# A taste of it in the quick run; all of it in the run with real servers, which may take its time.
KILLS: Final = (20, pytest.param(100, marks=pytest.mark.server))
TOGETHER: Final = (4, pytest.param(20, marks=pytest.mark.server))
# Seconds between reading a POST and there being a post, and again until the answer.
LAG: Final = 0.06
SEED: Final = 20261102


@pytest.fixture(autouse=True)
def _real_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CMDAY_NOW")


def items(cmday: Cmday) -> list[Any]:
    found: list[Any] = cmday("outbox", "--json").json["data"]["items"]
    return found


@pytest.mark.parametrize("wanted", KILLS)
def test_after_each_kill_all_went_out_once_or_is_asked_about(
    cmday: Cmday, write: Write, office: PostOffice, home: Path, wanted: int
) -> None:
    chance = random.Random(SEED)
    office.lag = LAG
    shortest = 60.0
    kills = while_sending = asked_about = round_ = 0
    expected: Counter[str] = Counter()
    while kills < wanted:
        round_ += 1
        texts = [f"{round_}.{n}" for n in range(3)]
        write(*({"text": text, "account": ("nox", "nox", "bema")[n]} for n, text in enumerate(texts)))
        expected.update(texts)
        posts, began = office.asked(), time.monotonic()
        running = process("send", "--yes")
        with suppress(subprocess.TimeoutExpired):
            running.wait(chance.uniform(0.4, 1.0) * shortest)
        running.kill()
        code, _out, err = ended(running)
        assert err == ""
        if code == -signal.SIGKILL:
            kills += 1
            while_sending += office.asked() > posts
        else:
            assert code == 0
            shortest = min(shortest, time.monotonic() - began)
        after = cmday("send", "--yes")
        states = Counter(one["state"] for one in items(cmday))
        assert set(states) <= {"sent", "doubtful"}
        assert after.code == (3 if states["doubtful"] else 0)
        asked_about += states["doubtful"] > 0
        assert all(count == 1 for count in office.counts().values())
        missing = expected - office.counts()
        assert missing.keys() <= {one["text"] for one in items(cmday) if one["state"] == "doubtful"}
        settle(home)  # so that what is in doubt is decided in the next round
    assert while_sending > wanted / 4, "many were killed while the server was at it"
    assert asked_about > 0
    time.sleep(2 * LAG)
    assert cmday("send", "--yes").code == 0
    assert office.counts() == expected
    assert {one["state"] for one in items(cmday)} == {"sent"}
    with closing(sqlite3.connect(home / "cmday.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("times", TOGETHER)
def test_two_starts_and_two_sends_together(cmday: Cmday, write: Write, office: PostOffice, times: int) -> None:
    expected: Counter[str] = Counter()
    for round_ in range(times):
        texts = [f"{round_}.{n}" for n in range(4)]
        write(*({"text": text, "account": ("nox", "bema")[n % 2]} for n, text in enumerate(texts)))
        expected.update(texts)
        running = [process(*argv) for argv in (["start", "--json"], ["send", "--yes"]) for _ in range(2)]
        results = [ended(one) for one in running]
        assert [code for code, _out, _err in results[:2]] == [0, 0], results
        assert {code for code, _out, _err in results[2:]} <= {0, 1}
        said = "".join(out + err for _code, out, err in results)
        assert "locked" not in said
        assert "Traceback" not in said
        assert office.counts() == expected
        assert {one["state"] for one in items(cmday)} == {"sent"}
    assert office.asked() == expected.total()
