"""``cmday watch``: each thing told once, whoever dies, whoever watches too, and nobody woken. ntfy is the loopback."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.core.notices import Message
from cmday.watch.channels import OnDesktop
from cmday.watch.quiet import is_quiet
from tests.conftest import Cmday
from tests.crisis import ground
from tests.loopback.answers import Answer, Received
from tests.loopback.server import Loopback
from tests.outbox.conftest import write_items
from tests.test_json_shapes import ERROR, misfits

WATCH = """
[watch]
ntfy = "{topic}"
bell = false
secret = {{ env = "NTFY_TOKEN" }}
{more}
"""
SHAPE = {
    "at": "time",
    "waiting": "flag",
    "quiet": "flag",
    "channels": [{"ntfy", "mail", "desktop", "bell"}],
    "notices": [
        {"key": "text", "kind": {"alarm", "limit", "failed"}, "community": "text?", "count": "whole", "text": "text"}
    ],
    "told": [{"channel": {"ntfy", "mail", "desktop", "bell"}, "notices": ["text"], "error": "text?"}],
}


class Topic:
    """An ntfy server with one topic."""

    def __init__(self, loopback: Loopback, home: Path) -> None:
        self.loopback = loopback
        self.home = home
        self.messages: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.fault: Answer | None = None
        self.after: Answer | None = None
        loopback.route("/", self._publish, host="ntfy.localhost")
        loopback.route("/alarms/json", self._poll, host="ntfy.localhost")
        self.configure()

    def configure(self, more: str = "") -> None:
        server = self.loopback.url("", host="m.localhost")
        topic = self.loopback.url("/alarms", host="ntfy.localhost")
        ground.configure(self.home, server, WATCH.format(topic=topic, more=more))

    def _publish(self, asked: Received) -> Answer:
        if self.fault:
            return self.fault
        told = json.loads(asked.body)
        assert told["topic"] == "alarms"
        self.messages.append(told)
        self.headers.append(asked.headers)
        return self.after or Answer(body=b'{"id":"x","event":"message"}')

    def _poll(self, _asked: Received) -> Answer:
        lines = [{"event": "open"}, *({"event": "message", **told} for told in self.messages)]
        return Answer(body="\n".join(json.dumps(line) for line in lines).encode())

    def titles(self) -> list[str]:
        return [told["title"] for told in self.messages]


@pytest.fixture
def topic(home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> Topic:
    monkeypatch.setenv("CMDAY_NOW", ground.NOW.isoformat())
    monkeypatch.setenv("TOKEN", "token-of-sss")
    monkeypatch.setenv("NTFY_TOKEN", "tk_ana")
    loopback.route("/api/v1/notifications", "[]", host="m.localhost")
    found = Topic(loopback, home)
    ground.copy(home)
    return found


def settle_all(home: Path) -> None:
    """Nobody waits any more, but for the hour of reproaches."""
    with closing(sqlite3.connect(home / "cmday.db")) as database, database:
        database.execute("UPDATE item SET state = 'done'")


def watch(cmday: Cmday) -> Any:
    return cmday("watch", "--once", "--json").json["data"]


def test_an_alarm_is_told_once_without_anything_personal(topic: Topic, cmday: Cmday) -> None:
    settle_all(topic.home)
    found = watch(cmday)
    assert [one["kind"] for one in found["notices"]] == ["alarm"]
    assert found["told"] == [{"channel": "ntfy", "notices": [found["notices"][0]["key"]], "error": None}]
    for _again in range(2):
        assert watch(cmday)["told"] == []
    assert topic.titles() == ["cmday: Alarm: sss"]
    [told] = topic.messages
    assert told["priority"] == 5
    assert "27 negative messages in an hour by 16 people" in told["message"]
    assert topic.headers[0]["authorization"] == "Bearer tk_ana"
    whole = json.dumps(topic.messages)
    assert not any(word in whole for word in ("marco", "Billets", "nuit", "dj_nox"))


def test_texts_are_told_where_they_are_wanted(topic: Topic, cmday: Cmday) -> None:
    topic.configure("texts = true")
    settle_all(topic.home)
    watch(cmday)
    assert "marco.live: Billets vendus deux fois" in topic.messages[0]["message"]


def test_limits_about_to_pass_and_failed_sends(topic: Topic, cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    settle_all(topic.home)
    ground.store(topic.home, [ground.said("q1", "inès", "Les portes sont à quelle heure ?", ground.NOW)])
    [item] = write_items({"text": "Le concours"})
    with closing(sqlite3.connect(topic.home / "cmday.db")) as database, database:
        database.execute("UPDATE outbox SET state = 'failed', attempts = 2 WHERE id = ?", (item,))
    assert [one["kind"] for one in watch(cmday)["notices"]] == ["alarm", "failed"]
    soon = datetime(2026, 11, 2, 14, 30, tzinfo=ground.PARIS)
    monkeypatch.setenv("CMDAY_NOW", soon.isoformat())
    assert [one["text"] for one in watch(cmday)["notices"] if one["kind"] == "limit"] == [
        "an answer is due before 14:47"
    ]
    watch(cmday)
    assert topic.titles() == ["cmday: Alarm: sss", "cmday: 1 send failed", "cmday: 1 limit is about to pass"]
    assert topic.messages[2]["message"] == "sss: an answer is due before 14:47"
    monkeypatch.setenv("CMDAY_NOW", (soon + timedelta(hours=1)).isoformat())
    assert [one["kind"] for one in watch(cmday)["notices"]] == ["alarm", "failed"]


def test_at_night_nobody_is_woken_and_the_morning_tells(
    topic: Topic, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic.configure('quiet = "10:00-12:00"')
    settle_all(topic.home)
    found = watch(cmday)
    assert (found["quiet"], found["told"], len(found["notices"])) == (True, [], 1)
    assert topic.messages == []
    monkeypatch.setenv("CMDAY_NOW", (ground.NOW + timedelta(hours=2)).isoformat())
    assert watch(cmday)["quiet"] is False
    assert topic.titles() == ["cmday: Alarm: sss"]


def test_alarms_may_pass_at_night(topic: Topic, cmday: Cmday) -> None:
    topic.configure('quiet = "10:00-12:00"\nalarms_at_night = true')
    [_one] = write_items({"text": "Le concours"})
    with closing(sqlite3.connect(topic.home / "cmday.db")) as database, database:
        database.execute("UPDATE outbox SET state = 'failed', attempts = 1")
    watch(cmday)
    assert topic.titles() == ["cmday: Alarm: sss"]


def test_what_did_not_arrive_is_told_the_next_time(topic: Topic, cmday: Cmday) -> None:
    settle_all(topic.home)
    topic.fault = Answer(status=403, body=b'{"code":40301,"http":403,"error":"forbidden"}')
    refused = cmday("watch", "--once", "--json")
    assert refused.code == 4
    assert refused.json["data"]["told"][0]["error"]
    assert list(misfits(refused.json["errors"], [ERROR], "errors")) == []
    topic.fault = None
    assert watch(cmday)["told"][0]["error"] is None
    assert topic.titles() == ["cmday: Alarm: sss"]


@pytest.mark.parametrize("arrived", [True, False])
def test_what_nobody_knows_of_is_looked_for(topic: Topic, cmday: Cmday, arrived: bool) -> None:
    settle_all(topic.home)
    lost = Answer(silent=True)
    if arrived:
        topic.after = lost
    else:
        topic.fault = lost
    assert watch(cmday)["told"][0]["error"] is not None
    topic.after = topic.fault = None
    for _again in range(2):
        watch(cmday)
    assert topic.titles() == ["cmday: Alarm: sss"]


@pytest.mark.server
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_in_the_middle_tells_it_once(topic: Topic, cmday: Cmday, when: str) -> None:
    """Killed as the message is on its way: before the server has it, and after."""
    settle_all(topic.home)
    there = threading.Event()
    wait = Answer(never=True)

    def slowly(asked: Received) -> Answer:
        if when == "after":
            topic._publish(asked)
        there.set()
        return wait

    topic.loopback.route("/", slowly, host="ntfy.localhost")
    argv = [sys.executable, "-m", "cmday", "watch", "--once"]
    process = subprocess.Popen(argv, env={**os.environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert there.wait(30)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    topic.loopback.route("/", topic._publish, host="ntfy.localhost")
    for _again in range(2):
        watch(cmday)
    assert topic.titles() == ["cmday: Alarm: sss"]


@pytest.mark.server
def test_two_watches_at_once_tell_it_once(topic: Topic) -> None:
    settle_all(topic.home)
    argv = [sys.executable, "-m", "cmday", "watch", "--once", "--json"]
    both = [subprocess.Popen(argv, env={**os.environ}, stdout=subprocess.PIPE) for _one in range(3)]
    told = [json.loads(one.communicate(timeout=60)[0])["data"] for one in both]
    assert topic.titles() == ["cmday: Alarm: sss"]
    assert sum(len(one["told"]) for one in told) == 1


@pytest.mark.server
def test_it_goes_on_until_it_is_interrupted(topic: Topic) -> None:
    settle_all(topic.home)
    argv = [sys.executable, "-m", "cmday", "watch", "--every", "1h"]
    process = subprocess.Popen(argv, env={**os.environ}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 30
    while not topic.messages and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "cmday: Alarm: sss" in out
    assert "watching every 1" in err


def test_a_decided_alarm_is_told_no_more(topic: Topic, cmday: Cmday) -> None:
    settle_all(topic.home)
    assert cmday("crisis", "start", "sss", "--offline").code == 0
    assert watch(cmday)["notices"] == []


def test_its_shape_is_frozen(topic: Topic, cmday: Cmday) -> None:
    told = cmday("watch", "--once", "--json").json
    assert told["command"] == "watch"
    assert list(misfits(told["data"], SHAPE)) == []
    assert told["data"]["notices"]


def test_notify_send_is_called_with_argv(
    topic: Topic, cmday: Cmday, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    topic.configure("desktop = true")
    settle_all(topic.home)
    program = tmp_path / "notify-send"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >> "$(dirname "$0")/said"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    for _again in range(2):
        watch(cmday)
    said = (tmp_path / "said").read_text().splitlines()
    assert said[:4] == ["--app-name=cmday", "--urgency=critical", "--", "cmday: Alarm: sss"]
    assert len([line for line in said if line == "--"]) == 1


def test_a_desktop_gets_no_marks_of_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The body of a notification may hold links and pictures, which would be loaded."""
    program = tmp_path / "notify-send"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >> "$(dirname "$0")/said"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    text = '<img src="http://evil.example/x"> & so on'
    told = Message(key="k", title="cmday", text=text, urgent=False, notices=("n",))
    OnDesktop().tell(cast("Any", None), told)
    assert (tmp_path / "said").read_text().splitlines()[-1] == '&lt;img src="http://evil.example/x"&gt; &amp; so on'


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--once", "--every", "5m"], "--once looks once"), (["--json"], "--json wants one look")],
)
def test_what_cannot_be(home: Path, cmday: Cmday, words: list[str], said: str) -> None:
    done = cmday("watch", *words)
    assert done.code == 2
    assert said in done.out + done.err


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439))
def test_a_night_may_go_over_midnight(minute: int, start: int, end: int) -> None:
    if start == end:
        return
    moment = datetime(2026, 11, 2, minute // 60, minute % 60, tzinfo=ground.PARIS)
    inside = {(start + step) % 1440 for step in range((end - start) % 1440)}
    assert is_quiet(moment, (start, end)) is (minute in inside)
    assert is_quiet(moment, None) is False
