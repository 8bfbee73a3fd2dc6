"""Calls run beside the transfers, and an account signs in once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from cmday.connectors.protocol import Authorised, Call, Exchange, Partial, Request
from cmday.core.accounts import Account, Credentials
from cmday.core.events import Calendar
from cmday.errors import CmdayError, SignInNeeded, Unreachable
from cmday.i18n import phrase
from tests.connectors.talking import converse, get, held
from tests.loopback.answers import Answer, behind_bearer
from tests.loopback.server import Loopback

BEM = Account(name="bem", network="mastodon", server="social.localhost")


def calling(function: Callable[[], object], timeout: float = 5.0) -> Callable[[], Exchange[object]]:
    def talk() -> Exchange[object]:
        result: object = yield Call(name="mail", function=function, timeout=timeout)
        return result

    return talk


def test_a_call_runs_in_a_thread_of_its_own() -> None:
    told = converse(calling(threading.current_thread), calling(lambda: None))
    assert told.heard["0"][0] is not threading.main_thread()
    assert told.heard["1"] == [None]


def test_calls_and_transfers_run_side_by_side(loopback: Loopback) -> None:
    """The call waits for the request to arrive, and the answer waits for the call: neither comes first."""
    arrived, called = threading.Event(), threading.Event()

    def answer(_received: object) -> str:
        arrived.set()
        called.wait(5)
        return "both"

    def call() -> bool:
        waited = arrived.wait(5)
        called.set()
        return waited

    told = converse(calling(call), get(loopback.route("/x", answer)))
    assert told.heard == {"0": [True], "1": [told.heard["1"][0]]}
    assert told.heard["1"][0].body == b"both"


def test_what_a_call_raises_is_thrown_in() -> None:
    def refuse() -> None:
        raise ConnectionRefusedError

    def talk() -> Exchange[str]:
        with pytest.raises(ConnectionRefusedError):
            yield Call(name="mail", function=refuse)
        return "went on"

    assert converse(talk).heard["0"] == ["went on"]


def test_an_error_of_a_call_ends_the_conversation() -> None:
    def refuse() -> None:
        raise Unreachable(phrase("no mail server"))

    assert converse(calling(refuse)).kind() == "unreachable"


def test_a_call_that_hangs_is_given_up(loopback: Loopback) -> None:
    release = threading.Event()
    try:
        told = converse(calling(release.wait, timeout=0.2), get(loopback.route("/x", "x")))
        by_deadline = converse(held(calling(release.wait), deadline=0.2))
    finally:
        release.set()
    assert (told.kind("0"), told.kind("1"), by_deadline.kind()) == ("timeout", None, "timeout")


def reads(loopback: Loopback, number: int, account: Account | Calendar = BEM) -> Callable[[], Exchange[bytes]]:
    def talk() -> Exchange[bytes]:
        found: Credentials = yield Authorised(account)
        response = yield Request(
            url=loopback.url(f"/api?{number}"), secret_headers=(("Authorization", f"Bearer {found.secret}"),)
        )
        body: bytes = response.body
        return body

    return talk


def test_an_account_signs_in_once_however_many_ask(loopback: Loopback) -> None:
    loopback.route("/token", Answer(body=b"t", delay=0.1))
    loopback.route("/api", behind_bearer("t", Answer(body=b"inbox")))

    def sign_in(account: Account | Calendar) -> Exchange[Credentials]:
        yield Partial("not for the consumer")
        response = yield Request(url=loopback.url(f"/token?{account.name}"), method="POST", repeatable=False)
        return Credentials(None, response.body.decode())

    calendar = Calendar(name="bem", url="http://calendar.localhost/")
    talks = [reads(loopback, number) for number in range(6)]
    told = converse(*talks, reads(loopback, 6, calendar), sign_in=sign_in)
    assert told.heard == {str(number): [b"inbox"] for number in range(7)}
    assert loopback.count("/token") == 2  # an account and a calendar of one name are two


def test_a_failed_sign_in_is_thrown_into_all_who_asked(loopback: Loopback) -> None:
    tried = []

    def sign_in(account: Account | Calendar) -> Exchange[Credentials]:
        tried.append(account.name)
        yield Call(name="secret", function=lambda: None)
        raise SignInNeeded(phrase("no secret for {name}", name=account.name), phrase("cmday login"))

    def forgiving() -> Exchange[str]:
        try:
            yield Authorised(BEM)
        except SignInNeeded:
            return "without"
        return "with"

    told = converse(*[reads(loopback, number) for number in range(3)], forgiving, sign_in=sign_in)
    assert [told.kind(key) for key in "0123"] == ["sign-in", "sign-in", "sign-in", None]
    assert told.heard["3"] == ["without"]
    assert tried == ["bem"]
    errors = [told.error(key) for key in "012"]
    assert len({id(error) for error in errors}) == 3
    assert all(isinstance(error, CmdayError) and error.message.english == "no secret for bem" for error in errors)


def test_a_sign_in_that_hangs_meets_the_deadline(loopback: Loopback) -> None:
    never = loopback.route("/token", Answer(never=True))

    def sign_in(_account: Account | Calendar) -> Exchange[Credentials]:
        yield Request(url=never)
        return Credentials(None, "t")

    told = converse(reads(loopback, 0), reads(loopback, 1), sign_in=sign_in, budget=0.3)
    assert [told.kind(key) for key in "01"] == ["timeout", "timeout"]
