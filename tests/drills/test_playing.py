"""``cmday drill``: a scenario played by the usual commands, and what is said of it afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cmday.connectors.network_table import NETWORKS
from tests.conftest import Cmday, Result
from tests.drills.conftest import Wait

Drill = Callable[..., Result]
Data = Callable[..., Any]
GOOD = "Marco, you are right: 37 tickets were sold twice. We are calling each buyer now; next word here at 11:30."


def handle(items: list[dict[str, Any]], author: str) -> str:
    return str(next(one["handle"] for one in items if one["author"] == author))


def test_a_fast_clock_brings_the_messages_as_it_runs(data: Data, wait: Wait) -> None:
    begun = data("start", "tickets", "--speed", "20")
    assert (begun["running"], begun["now"], begun["left"]) == ("tickets", "2026-11-02T09:50:00+01:00", 20)
    wait(timedelta(minutes=1))
    told = data()
    assert told["now"] == "2026-11-02T10:10:00+01:00"
    assert [one["at"][11:16] for one in told["new"]] == [
        *("09:52", "09:58", "10:01", "10:03", "10:04", "10:06", "10:07", "10:08", "10:10"),
    ]
    assert "marco.live" in {one["author"] for one in data("inbox")["items"]}
    wait(timedelta(hours=1))
    over = data()
    assert (over["now"], over["over"], over["left"]) == (over["until"], True, 0)


def test_by_steps_time_stands_still_until_next(data: Data, wait: Wait) -> None:
    data("start", "leak", "--step")
    wait(timedelta(hours=1))
    assert data()["now"] == "2026-11-03T14:00:00+01:00"
    assert [one["author"] for one in data("next")["new"]] == ["Gérard L."]
    assert [one["author"] for one in data("next")["new"]] == ["Yanis 2020"]
    assert data("next", "10m")["now"] == "2026-11-03T14:16:00+01:00"


def test_the_clock_runs_on_while_a_command_is_open(data: Data, wait: Wait, drill: Drill) -> None:
    data("start", "tickets", "--speed", "10")
    wait(timedelta(minutes=2))
    assert drill("inbox", "--json").json["generated_at"] == "2026-11-02T10:10:00+01:00"


@pytest.fixture
def played(data: Data, drill: Drill, wait: Wait) -> Any:
    """A trainee who answers well and tells the client, but removes a criticism and leaves the threat."""
    data("start", "tickets", "--speed", "10")
    wait(timedelta(minutes=1))
    drill("inbox", "read", handle(data("inbox")["items"], "marco.live"))
    wait(timedelta(minutes=1))
    items = data("inbox")["items"]
    drill("inbox", "reply", handle(items, "marco.live"), "--text", GOOD)
    drill("send", "--yes")
    wait(timedelta(minutes=1))
    items = data("inbox")["items"]
    drill("inbox", "reply", handle(items, "Marc (Grande Halle)"), "--text", "Marc, 37 tickets were sold twice.")
    cases = data("moderate")["cases"]
    drill("moderate", "remove", handle(cases, "Paul R."), "--why", "insult")
    drill("moderate", "remove", handle(cases, "tix_cheap_33"), "--why", "fake tickets")
    drill("send", "--yes")
    return data("end")


def test_the_score_says_what_was_done_when_and_why(home: Path, played: Any, room: Path, cmday: Cmday) -> None:
    assert played["measures"] == {
        "detected": 120,
        "replied": 720,
        "told": 1320,
        "replies": 1,
        "wrong": 1,
        "missed": 1,
        "tone": 100,
    }
    assert [(one["author"], one["action"], one["role"]) for one in played["wrong"]] == [
        ("Paul R.", "remove", "criticism")
    ]
    assert [one["author"] for one in played["missed"]] == ["burnit"]
    parts = {one["name"]: one for one in played["parts"]}
    assert {name: (one["points"], one["most"]) for name, one in parts.items()} == {
        "detection": (20, 20),
        "first-reply": (20, 20),
        "tone": (15, 15),
        "client": (10, 10),
        "removals": (13, 20),
        "missed": (8, 15),
    }
    assert (played["points"], played["most"]) == (86, 100)
    assert all(one["reasons"] and one["good"] for one in played["parts"])
    assert "Paul R." in parts["removals"]["reasons"][0]
    # Nothing of it touches the person's own home but a line of numbers.
    assert list(room.iterdir()) == []
    assert cmday("inbox", "--offline", "--json").json["data"]["items"] == []
    kept = b"".join(file.read_bytes() for file in home.rglob("*") if file.is_file())
    for words in (b"marco.live", b"burnit", GOOD.encode()):
        assert words not in kept


def test_a_second_time_is_compared_with_the_first(played: Any, data: Data, drill: Drill, cmday: Cmday) -> None:
    data("start", "tickets", "--step")
    data("next", "60m")
    again = data("end")
    assert again["before"]["points"] == played["points"]
    assert again["measures"]["detected"] is None
    told = data("report")["scenarios"]
    assert [one["points"] for one in told[0]["runs"]] == [again["points"], played["points"]]
    assert told[0]["change"] == again["points"] - played["points"]
    assert "86 of 100" in drill("report").out
    assert cmday("drill", "report", "nowhere").code == 2


def test_what_waits_unsent_was_not_said_and_not_done(data: Data, drill: Drill) -> None:
    data("start", "tickets", "--step")
    data("next", "20m")
    drill("inbox", "reply", handle(data("inbox")["items"], "marco.live"), "--text", GOOD)
    drill("moderate", "remove", handle(data("moderate")["cases"], "tix_cheap_33"), "--why", "spam")
    told = data("end")
    assert told["measures"]["replied"] is None
    assert "tix_cheap_33" in {one["author"] for one in told["missed"]}
    reasons = [reason for one in told["parts"] for reason in one["reasons"]]
    assert "1 written and never sent: cmday drill send" in reasons
    assert "1 decided and never sent: cmday drill send" in reasons


def test_an_answer_to_something_else_is_no_first_word(data: Data, drill: Drill) -> None:
    data("start", "tickets", "--step")
    assert data("inbox")["items"] == []  # the days before are dealt with
    data("next", "12m")
    drill("inbox", "reply", handle(data("inbox")["items"], "Julie"), "--text", "Yes, until Thursday.")
    drill("send", "--yes")
    told = data("end")
    assert [one["to"] for one in told["replies"]] == ["Julie"]
    assert (told["measures"]["replied"], told["measures"]["detected"]) == (None, None)


def test_a_post_to_everybody_is_a_first_word(data: Data, drill: Drill) -> None:
    data("start", "tickets", "--step")
    data("next", "12m")
    drill("post", GOOD, "-c", "sss")
    drill("send", "--yes")
    told = data("end")
    assert (told["measures"]["replied"], told["measures"]["tone"]) == (240, 100)


def test_what_was_taken_back_was_no_wrong_removal(data: Data, drill: Drill) -> None:
    data("start", "tickets", "--step")
    data("next", "30m")
    mine = handle(data("moderate")["cases"], "bassline")
    drill("moderate", "remove", mine, "--why", "tone")
    drill("send", "--yes")
    drill("moderate", "restore", mine, "--why", "a mistake")
    drill("send", "--yes")
    assert data("end")["wrong"] == []


def test_whoever_bans_a_defender_is_told_and_a_ban_deals_with_all_of_an_author(data: Data, drill: Drill) -> None:
    data("start", "raid", "--step")
    data("next", "60m")
    cases = data("moderate")["cases"]
    drill("moderate", "ban", handle(cases, "Zoé"), "--why", "hate")
    drill("moderate", "ban", handle(cases, "patriote_77"), "--why", "hate")
    drill("send", "--yes")
    told = data("end")
    assert [(one["author"], one["action"]) for one in told["wrong"]] == [("Zoé", "ban")]
    missed = {one["author"] for one in told["missed"]}
    assert "patriote_77" not in missed
    assert {"river_rage", "crypto_cap", "Lucie"} <= missed


def test_a_crisis_that_is_noted_counts_as_noticed_and_tells_the_client(data: Data, drill: Drill) -> None:
    data("start", "tickets", "--step")
    data("next", "10m")
    drill("crisis", "start", "sss", "something is wrong")
    data("next", "5m")
    drill("crisis", "check", "3", "called Marc")
    told = data("end")["measures"]
    assert (told["detected"], told["told"]) == (120, 420)


def test_the_alarm_rings_by_the_usual_rule(data: Data) -> None:
    data("start", "tickets", "--step")
    data("next", "60m")
    assert data("crisis")["crises"][0]["by"] == "alarm"
    assert data("start")["crisis"]["community"] == "sss"


def test_one_drill_at_a_time_and_no_command_without_one(cmday: Cmday, drill: Drill, room: Path) -> None:
    none = cmday("drill", "inbox")
    assert (none.code, "no drill runs" in none.err) == (2, True)
    drill("start", "tickets")
    assert cmday("drill", "start", "raid").code == 2
    assert "A raid" in drill("start", "raid", "--fresh").out
    drill("end", "--drop")
    assert list(room.iterdir()) == []


def test_a_name_that_is_none_has_a_near_one_and_errors_are_told_as_outside(cmday: Cmday, drill: Drill) -> None:
    assert "did you mean tickets?" in cmday("drill", "start", "ticket").err
    drill("start", "tickets")
    assert cmday("drill", "inbox", "done", "i999").code == 2
    assert "did you mean cmday drill inbox?" in cmday("drill", "inbux").err
    assert cmday("drill", "login", "mastodon").code == 2
    assert "is no length" in cmday("drill", "next", "soon").err


def test_the_folder_of_somebody_else_is_not_taken(cmday: Cmday, drill: Drill, room: Path) -> None:
    drill("start", "tickets")
    (folder,) = room.iterdir()
    assert folder.stat().st_mode & 0o077 == 0
    folder.chmod(0o755)
    refused = cmday("drill", "inbox")
    assert (refused.code, str(folder) in refused.err) == (1, True)


def test_an_account_called_drill_sends_nothing_in_a_home_of_ones_own(cmday: Cmday, home: Path) -> None:
    (home / "config.toml").write_text(
        '[community.sss]\n[account.sss]\nnetwork = "drill"\nserver = "https://drill.example"\ncommunities = ["sss"]\n'
    )
    told = cmday("inbox", "--json").json
    assert told["data"]["accounts"][0]["error"] is not None
    assert "exists in drills only" in json.dumps(told)


PLAY = """
import json, sys
from cmday.__main__ import main
from cmday.session import Session
engines = set()
engine = Session.__dict__["engine"]
made = engine.func
engine.func = lambda session: (lambda found: (engines.add(type(found).__module__), found)[1])(made(session))
for words in (
    ["start", "tickets", "--step"], ["next", "30m"], ["inbox"], ["inbox", "reply", "i1", "--text", "Thank you."],
    ["moderate"], ["moderate", "remove", "m1", "--why", "spam"], ["send", "--yes"], ["crisis", "start", "sss"],
    ["start"], ["end"],
):
    assert main(["drill", *words]) == 0, words
loaded = [name for name in sys.modules if name.startswith("cmday.connectors.") or name in ("pycurl", "feedparser")]
sys.stderr.write(json.dumps([sorted(loaded), sorted(engines)]))
"""


def test_no_connector_is_loaded_and_no_engine_that_knows_a_network(tmp_path: Path) -> None:
    surroundings = {**os.environ, "TMPDIR": str(tmp_path), "CMDAY_HOME": str(tmp_path / "cmday")}
    done = subprocess.run(
        [sys.executable, "-c", PLAY], check=False, capture_output=True, text=True, env=surroundings, timeout=60
    )
    assert done.returncode == 0, done.stderr
    loaded, engines = json.loads(done.stderr.splitlines()[-1])
    assert engines == ["cmday.connectors.recorded"]
    homes = {
        where.partition(":")[0] for one in NETWORKS.values() for where in (one.where, one.sends, one.moderates) if where
    }
    assert "cmday.connectors.stage" in loaded
    assert homes & set(loaded) == set()
    assert {"pycurl", "feedparser", "cmday.connectors.exchange"} & set(loaded) == set()
