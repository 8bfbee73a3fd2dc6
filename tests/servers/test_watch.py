"""A real ntfy and a real mail server are told of each alarm once, whatever dies in between."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import Cmday
from tests.crisis import ground
from tests.servers.ntfy import NtfyServer
from tests.servers.smtp_sink import SmtpSink

pytestmark = pytest.mark.server

WATCH = """
[account.post]
network = "imap"
server = "127.0.0.1"
username = "ana"
port = {smtp}
tls = "none"
smtp_port = {smtp}
address = "Ana <ana@example.org>"
communities = ["bem"]
secret = {{ env = "TOKEN" }}
[limits]
deadline = "2s"
[watch]
bell = false
ntfy = "{ntfy}/{topic}"
secret = {{ env = "NTFY_TOKEN" }}
mail = "post"
to = "robin@example.org"
"""


def configure(home: Path, server: NtfyServer, sink: SmtpSink, topic: str) -> None:
    """A home whose own networks are out of reach: what is stored is watched all the same."""
    more = WATCH.format(ntfy=server.url, topic=topic, smtp=sink.port)
    ground.configure(home, "http://127.0.0.1:9", more)


@pytest.fixture
def watched(home: Path, ntfy_server: NtfyServer, smtp_server: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> str:
    """A community that turns; the topic's name."""
    topic = f"alarms{random.randrange(10**9)}"
    monkeypatch.setenv("CMDAY_NOW", ground.NOW.isoformat())
    monkeypatch.setenv("TOKEN", "nothing")
    monkeypatch.setenv("NTFY_TOKEN", ntfy_server.token)
    configure(home, ntfy_server, smtp_server, topic)
    ground.copy(home)
    return topic


def test_each_alarm_once(watched: str, ntfy_server: NtfyServer, smtp_server: SmtpSink, cmday: Cmday) -> None:
    before = len(smtp_server.mails())
    for _look in range(3):
        assert cmday("watch", "--once", "--json").code in (0, 3)
    alarms = [one for one in ntfy_server.messages(watched, 1) if "Alarm" in one["title"]]
    assert [one["title"] for one in alarms] == ["cmday: Alarm: sss"]
    assert alarms[0]["priority"] == 5
    letters = [one for one in smtp_server.mails(before + 1)[before:] if "Alarm" in one["Subject"]]
    assert [(one["Subject"], one["X-RcptTo"]) for one in letters] == [("cmday: Alarm: sss", "robin@example.org")]
    assert "27 negative messages" in letters[0].get_content()
    assert "marco" not in letters[0].get_content()


def test_each_alarm_once_after_twenty_kills(watched: str, ntfy_server: NtfyServer, smtp_server: SmtpSink) -> None:
    """Mail cannot be looked for without a copy: a kill in its very moment may cost it, and never doubles it."""
    before = len(smtp_server.mails())
    argv = [sys.executable, "-m", "cmday", "watch", "--once", "--json"]
    source = random.Random(7)
    for _kill in range(20):
        process = subprocess.Popen(argv, env={**os.environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(source.uniform(0.2, 2.0))
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    done = subprocess.run(argv, env={**os.environ}, capture_output=True, check=False, timeout=60)
    assert json.loads(done.stdout)["data"]["waiting"] is False
    titles = [one["title"] for one in ntfy_server.messages(watched, 1)]
    assert titles.count("cmday: Alarm: sss") == 1
    letters = [one for one in smtp_server.mails(before)[before:] if "Alarm" in one["Subject"]]
    assert len(letters) <= 1


def test_a_token_that_may_not_write_says_so(
    watched: str, cmday: Cmday, ntfy_server: NtfyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NTFY_TOKEN", "tk_nobodys")
    refused = cmday("watch", "--once", "--json")
    assert refused.code == 4
    assert any(one["subject"] == "ntfy" for one in refused.json["errors"])
    assert ntfy_server.messages(watched) == []
