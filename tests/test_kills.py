"""``kill -9`` at fifty random moments of ``cmday start``: the next run holds every item exactly once."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import Cmday
from tests.loopback.answers import validated
from tests.steps.notifications.conftest import mention
from tests.whole_morning import NOW, Ground, ended, feed, process, steps_of

# A taste of it in the quick run; all of it in the run with real servers, which may take its time.
KILLS: Final = (12, pytest.param(50, marks=pytest.mark.server))
FEEDS: Final = 8
MENTIONS: Final = 60
# Seconds before each answer: a sweep takes several, so the networks are asked for as long as Python needs to start.
DELAY: Final = 0.05
SEED: Final = 20261102
NOTICES: Final = "/api/v1/notifications"


class Growing(Ground):
    """A ground on which each day brings new entries to every feed, new mentions, and one that the rule holds."""

    day = 0

    def next_day(self) -> str:
        """Let a day pass; returns its morning for CMDAY_NOW."""
        self.day += 1
        for name in self.names:
            reply = validated(feed(f"{name}-{self.day}"), f'"{self.day}"')
            self.servers["feeds"].route("/feed", self._late(reply), host=f"{name}.localhost")
        first = 10_000 + 100 * self.day
        entries = [mention(first + one, f"bonjour {one}", hours=24 * self.day) for one in range(MENTIONS)]
        entries[self.day % MENTIONS] = mention(first + 99, "C'est honteux.", hours=24 * self.day)
        self.timelines["bema"].entries += sorted(entries, key=lambda entry: int(entry["id"]))
        return (NOW + timedelta(days=self.day)).isoformat()

    def asked(self, source: str = "", path: str | None = None) -> int:
        """How many requests came to a source, or to all; for a path, or for all."""
        return sum(server.count(path) for name, server in self.servers.items() if source in ("", name))

    def items(self) -> Counter[str]:
        return Counter(f"{name}:{one['id']}" for name, line in self.timelines.items() for one in line.entries)

    def titles(self) -> Counter[str]:
        days = range(1, self.day + 1)
        return Counter(
            f"Nouvelle {one} du flux {name}-{day}" for day in days for name in self.names for one in range(3)
        )

    def held(self) -> int:
        return sum("honteux" in (one["status"] or {}).get("content", "") for one in self.timelines["bema"].entries)


@pytest.mark.parametrize("wanted", KILLS)
def test_the_run_after_a_kill_holds_every_item_once(
    cmday: Cmday, home: Path, monkeypatch: pytest.MonkeyPatch, wanted: int
) -> None:
    chance = random.Random(SEED)
    with Growing(home, feeds=FEEDS, deadline="20s", delay=DELAY) as ground:
        shortest = 60.0
        kills = while_asking = 0
        while kills < wanted:
            monkeypatch.setenv("CMDAY_NOW", ground.next_day())
            asked = ground.asked()
            began = time.monotonic()
            running = process("start")
            with suppress(subprocess.TimeoutExpired):
                running.wait(chance.uniform(0.2, 1.0) * shortest)
            running.kill()
            code, _out, err = ended(running)
            assert err == ""
            if code == -signal.SIGKILL:
                kills += 1
                while_asking += ground.asked() > asked
            else:
                assert code == 0
                shortest = min(shortest, time.monotonic() - began)
            check(ground, cmday)
        assert while_asking > wanted / 4, "many were killed while answers came in"
        # What stands around those who wait for an answer is asked for each time: they may be answered elsewhere.
        asked = ground.asked("bema", NOTICES)
        again = cmday("start", "--json")
        assert ground.asked("bema", NOTICES) - asked == 1
    accounts = steps_of(again.json)["notifications"]["data"]["accounts"]
    assert [row["new"] for row in accounts] == [0, 0], "the cursors stand at the end"
    with closing(sqlite3.connect(home / "cmday.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def check(ground: Growing, cmday: Cmday) -> None:
    """A start at the same moment, to its end: everything that was ever seeded is there, once."""
    run = cmday("start", "--json")
    assert (run.code, run.err) == (0, ""), run.json["errors"]
    items = cmday("inbox", "--json", "--all", "--offline").json["data"]["items"]
    reactions = Counter({f"nox:{number}": 1 for number in (1002, 1003, 1004)})
    folded = Counter(item["id"] for item in items if item["kind"] == "like")
    assert Counter(item["id"] for item in items) - folded == ground.items() - reactions
    assert sum(item["count"] for item in items if item["kind"] == "like") == len(reactions)
    entries = cmday("feeds", "entries", "--all", "--limit", "100000", "--json").json["data"]["entries"]
    assert Counter(entry["title"] for entry in entries) == ground.titles()
    cases = cmday("moderate", "--json").json["data"]["cases"]
    assert len({case["id"] for case in cases}) == len(cases) == ground.held()
