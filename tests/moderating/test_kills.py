"""``kill -9`` at random moments of ``cmday send`` with two hundred actions: each was carried out once, or is asked about."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest

from tests.conftest import Cmday
from tests.loopback.server import Loopback
from tests.moderating.conftest import opened
from tests.moderating.sites import Sites
from tests.whole_morning import ended, process

# A taste of it in the quick run; all of it in the run with real servers, which may take its time.
KILLS: Final = ((2, 16), pytest.param(100, 200, marks=pytest.mark.server))
SITES: Final = {"blog": "bem", "shop": "sss", "club": "bem", "fair": "sss"}
VERBS: Final = {"blog": "remove", "shop": "approve", "club": "label", "fair": "remove"}
AFTER: Final = {"remove": "trash", "approve": "approved", "label": "spam"}
# Seconds between carrying out a request and saying so.
LAG: Final = 0.05
SEED: Final = 20261102


class Queue:
    """Comments that wait on four sites, decided on round after round."""

    def __init__(self, cmday: Cmday, sites: Sites, size: int) -> None:
        self.cmday = cmday
        self.sites = sites
        self.size = size
        self.first = 1
        self.expected: Counter[str] = Counter()

    def decide(self) -> None:
        """Let others wait, sweep them, and decide on all of them; nothing is sent."""
        some = range(self.first, self.first + self.size // len(SITES))
        self.first = some.stop
        for name in SITES:
            self.sites.fill(name, some)
            self.expected.update(f"{name}/comments/{number}" for number in some)
        assert self.cmday("moderate", "--json").code == 0
        for name, verb in VERBS.items():
            words = ["spam"] if verb == "label" else []
            run = self.cmday("moderate", verb, *words, "--account", name, "--why", "charter 4", "--yes", "--json")
            assert len(run.json["data"]["cases"]) == len(some), run

    def items(self) -> list[Any]:
        found: list[Any] = self.cmday("outbox", "--json", "--all").json["data"]["items"]
        return [one for one in found if one["kind"] == "action" and one["state"] != "cancelled"]

    def check(self) -> Counter[str]:
        """Whatever happened: no action twice, none lost, none that is said to be sent and was not; the states."""
        counts = self.sites.counts()
        assert all(count == 1 for count in counts.values()), counts
        states: Counter[str] = Counter()
        for one in self.items():
            states[one["state"]] += 1
            path = "/comments/".join(one["target"].removeprefix("case/").split("/"))
            if one["state"] == "sent":
                assert counts[path] == 1, one
            elif one["state"] == "queued":
                assert counts[path] == 0, one
        assert states.keys() <= {"sent", "queued", "doubtful", "sending"}
        return states


@pytest.mark.parametrize(("wanted", "size"), KILLS)
def test_after_each_kill_each_action_happened_once_or_is_asked_about(  # noqa: PLR0917  fixtures
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch, wanted: int, size: int
) -> None:
    monkeypatch.setenv("TOKEN", "a-token")
    monkeypatch.delenv("CMDAY_NOW")
    chance = random.Random(SEED)
    sites = opened(home, loopback, SITES, lag=LAG)
    queue = Queue(cmday, sites, size)
    kills = while_sending = 0
    starting = 0.5
    while kills < wanted:
        if not queue.first > 1 or not any(one["state"] != "sent" for one in queue.items()):
            queue.decide()
        before, began = sites.counts().total(), time.monotonic()
        running = process("send", "--yes")
        while sites.counts().total() == before and running.poll() is None and time.monotonic() - began < 2 * starting:
            time.sleep(0.01)
        starting = max(0.2, min(3.0, time.monotonic() - began))
        with suppress(subprocess.TimeoutExpired):
            running.wait(chance.uniform(0.0, 6 * LAG))
        running.kill()
        code, _out, err = ended(running)
        assert err == "" or code == 3
        if code == -signal.SIGKILL:
            kills += 1
            while_sending += sites.counts().total() > before
        queue.check()
    assert while_sending > wanted / 3, "many were killed while the servers were at it"
    assert cmday("send", "--yes").code in (0, 3)
    assert cmday("send", "--yes").code == 0
    assert queue.check().keys() == {"sent"}
    assert sites.counts() == queue.expected
    for name, verb in VERBS.items():
        assert set(sites.statuses(name).values()) == {AFTER[verb]}
    assert not any(case["state"] == "open" for case in cmday("moderate", "--json").json["data"]["cases"])
    assert cmday("moderate", "log", "verify").code == 0
