"""Ctrl-C ends the program soon, whatever hangs, and every conversation is closed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

from tests.loopback.answers import Answer
from tests.loopback.server import Loopback

PROGRAM = """
import sys, threading
from cmday.connectors.conversation import Conversation, Limits
from cmday.connectors.exchange import Exchanger
from cmday.connectors.protocol import Call, Request

def request():
    try:
        yield Request(url=sys.argv[1])
    finally:
        print("closed", flush=True)

def call():
    print("hanging", flush=True)
    yield Call(name="mail", function=threading.Event().wait, timeout=60)

def ready():
    yield Request(url=sys.argv[2])

talks = {"request": request, "call": call, "ready": ready}
conversations = [Conversation(key=key, talk=talk, host=key) for key, talk in talks.items()]
try:
    for event in Exchanger(Limits(deadline=60.0)).converse(conversations, sign_in=None):
        pass
except KeyboardInterrupt:
    print("interrupted", flush=True)
    sys.exit(130)
"""


def _start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", PROGRAM, *arguments], stdout=subprocess.PIPE, text=True)


def _end(program: subprocess.Popen[str]) -> list[str]:
    """Interrupt it; what it waits for takes a minute, so whoever waited for that is found out."""
    program.send_signal(signal.SIGINT)
    said, _ = program.communicate(timeout=5)
    return said.split()


def test_ctrl_c_with_everything_hanging(loopback: Loopback) -> None:
    never = loopback.route("/never", Answer(never=True))
    with _start(never, loopback.route("/ready", "x", host="b.localhost")) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "hanging\n"
        while loopback.count("/never") < 1 or loopback.count("/ready") < 1:
            time.sleep(0.01)
        said = _end(program)
    assert program.returncode == 130
    assert said == ["closed", "interrupted"]


def test_ctrl_c_is_not_lost_in_the_callbacks_of_libcurl(loopback: Loopback) -> None:
    """A body in thousands of pieces keeps Python inside libcurl's callbacks, which swallow exceptions."""
    flood = loopback.route("/flood", Answer(body=b"x" * 15_000_000, drip=(2_000, 0.0001)))
    ended = []
    for pause in (0.0, 0.05, 0.11):
        with _start(flood, loopback.route("/ready", "x", host="b.localhost")) as program:
            assert program.stdout is not None
            assert program.stdout.readline() == "hanging\n"
            time.sleep(pause)
            ended.append(_end(program))
            assert program.returncode == 130
    assert all(said[-1] == "interrupted" for said in ended)
