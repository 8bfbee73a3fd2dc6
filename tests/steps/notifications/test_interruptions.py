"""What goes wrong around an inbox: two at once, kills, a damaged and a newer database."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from tests.conftest import Cmday
from tests.connectors.timeline import Timeline
from tests.loopback.server import Loopback
from tests.steps.notifications.conftest import PATH, Configure, mention, serve, timeline_of


def process(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cmday", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_two_at_once_ask_once_and_both_show_what_there_is(
    cmday: Cmday, loopback: Loopback, configure: Configure
) -> None:
    configure({"nox": "sss"})
    serve(loopback, "nox", timeline_of(mention(1001, "bonjour")))
    assert cmday("inbox", "--json").code == 0
    slow = timeline_of(mention(1001, "bonjour"), mention(1002, "bonsoir"))
    serve(loopback, "nox", slow, delay=2.0)
    asked = loopback.count(host="nox.localhost")
    first = process("inbox", "--json")
    while loopback.count(host="nox.localhost") == asked:
        time.sleep(0.02)
    second = cmday("inbox", "--json")
    assert second.code == 0
    assert [item["text"] for item in second.json["data"]["items"]] == ["bonjour"]
    out, err = first.communicate(timeout=30)
    assert (first.returncode, err) == (0, "")
    assert len(json.loads(out)["data"]["items"]) == 2


def test_kills_in_the_middle_of_a_sweep_lose_and_double_nothing(
    cmday: Cmday, loopback: Loopback, configure: Configure
) -> None:
    timeline = Timeline(1000)
    configure({"nox": "sss"})
    serve(loopback, "nox", timeline, delay=0.03)
    for pages in range(1, 7):
        asked = loopback.count(PATH)
        running = process("inbox", "--json")
        while loopback.count(PATH) < asked + pages and running.poll() is None:
            time.sleep(0.005)
        running.kill()
        running.communicate()
    result = cmday("inbox", "--json")
    assert result.code == 0, result.err
    ids = Counter(item["id"] for item in result.json["data"]["items"])
    assert ids == Counter(f"nox:{entry['id']}" for entry in timeline.entries)


def test_a_damaged_database_is_named_and_the_day_goes_on(cmday: Cmday, nox: Timeline, home: Path) -> None:
    cmday("inbox", "-q")
    (home / "cmday.db").write_bytes(b"ruined" * 2000)
    result = cmday("inbox", "--json")
    assert result.code == 0
    assert len(result.json["data"]["items"]) == 5, "all was asked for again"
    (aside,) = home.glob("cmday.db.damaged-*")
    assert aside.read_bytes() == b"ruined" * 2000
    assert str(aside) in result.err


def test_a_newer_database_is_refused(cmday: Cmday, home: Path) -> None:
    cmday("inbox", "--offline")
    with closing(sqlite3.connect(home / "cmday.db")) as connection:
        connection.execute("PRAGMA user_version=999")
    refused = cmday("inbox", "--offline")
    assert refused.code == 1
    assert "newer cmday" in refused.err
    assert "hint:" in refused.err
