"""Sessions of Bluesky: had for the app password, kept, renewed once for all conversations and processes that need it."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cmday.config.paths import find_home
from cmday.connectors.bluesky import Bluesky
from cmday.connectors.protocol import Authorised, Exchange
from cmday.core.accounts import Account, Credentials, SecretSource
from cmday.errors import RateLimited, SignInNeeded
from cmday.renewal import SigningIn
from tests.connectors.sky import ME, Sky
from tests.connectors.talking import Told, converse
from tests.loopback.answers import Answer, Received
from tests.loopback.server import Loopback

PASSWORD = "app-pass-word-1234"
ANY = "*"


class Pds:
    """The part of a PDS that sessions are of; ``life`` is how long the next ones last, in seconds."""

    def __init__(self, loopback: Loopback) -> None:
        self.loopback = loopback
        self.url = loopback.url("")
        self.password = PASSWORD
        self.life = 7200.0
        self.made = 0
        self.access = ""
        self.says = "ExpiredToken"
        self.refresh = ""
        self.sky = Sky(2)
        loopback.route(ANY, self)

    def count(self, method: str) -> int:
        return self.loopback.count(f"/xrpc/com.atproto.server.{method}")

    def end_all(self) -> None:
        """The server no longer takes the access token, whatever it says of its own life."""
        self.access = "another"

    def __call__(self, received: Received) -> Answer:
        method = received.path.removeprefix("/xrpc/")
        shown = received.headers.get("authorization", "").removeprefix("Bearer ")
        if method == "com.atproto.server.createSession":
            said = json.loads(received.body)
            fits = said == {"identifier": "ana.test", "password": self.password}
            return self._session() if fits else _answer({"error": "AuthenticationRequired", "message": "Invalid"}, 401)
        if method == "com.atproto.server.refreshSession":
            return self._session() if shown == self.refresh else _answer({"error": "ExpiredToken"}, 400)
        if shown != self.access:
            return _answer({"error": self.says, "message": "Token could not be verified"}, 400)
        from urllib.parse import parse_qs

        status, body = self.sky.give(method, parse_qs(received.query))
        return _answer(body, status)

    def _session(self) -> Answer:
        self.made += 1
        claims = base64.urlsafe_b64encode(json.dumps({"exp": time.time() + self.life}).encode()).decode().rstrip("=")
        self.access, self.refresh = f"head.{claims}.access{self.made}", f"refresh-{self.made}"
        time.sleep(0.1)  # long enough for all others to come and ask as well
        return _answer({"accessJwt": self.access, "refreshJwt": self.refresh, "did": ME, "handle": "ana.test"})


def _answer(body: Any, status: int = 200) -> Answer:
    return Answer(status=status, body=json.dumps(body).encode())


@pytest.fixture
def pds(loopback: Loopback, home: Path, monkeypatch: pytest.MonkeyPatch) -> Pds:
    assert home
    monkeypatch.setenv("APP_PASSWORD", PASSWORD)
    return Pds(loopback)


def _account(pds: Pds) -> Account:
    return Account(
        name="sky",
        network="bluesky",
        server=pds.url,
        username="ana.test",
        secret=SecretSource("env", ("APP_PASSWORD",)),
    )


def _sweep(pds: Pds, conversations: int = 1) -> Told:
    account = _account(pds)

    def talk() -> Exchange[Any]:
        return (yield from Bluesky(account).notifications(None))

    return converse(*[talk] * conversations, sign_in=SigningIn(find_home()))


def test_six_conversations_need_one_session_and_the_next_run_none(pds: Pds) -> None:
    told = _sweep(pds, 6)
    assert [told.kind(str(number)) for number in range(6)] == [None] * 6
    assert _sweep(pds).error() is None
    assert (pds.count("createSession"), pds.count("refreshSession")) == (1, 0)


def test_what_is_about_to_expire_is_refreshed_once_for_six(pds: Pds) -> None:
    pds.life = 30.0
    _sweep(pds)
    pds.life = 7200.0
    told = _sweep(pds, 6)
    assert [told.kind(str(number)) for number in range(6)] == [None] * 6
    assert (pds.count("createSession"), pds.count("refreshSession")) == (1, 1)


@pytest.mark.parametrize("says", ["ExpiredToken", "InvalidToken"])
def test_what_the_server_calls_expired_is_refreshed_once_for_six(pds: Pds, says: str) -> None:
    pds.says = says
    _sweep(pds)
    pds.end_all()
    told = _sweep(pds, 6)
    assert [told.kind(str(number)) for number in range(6)] == [None] * 6
    assert (pds.count("createSession"), pds.count("refreshSession")) == (1, 1)


def test_where_a_refresh_is_refused_the_password_is_shown_again(pds: Pds) -> None:
    _sweep(pds)
    pds.end_all()
    pds.refresh = "another"
    assert _sweep(pds).error() is None
    assert (pds.count("createSession"), pds.count("refreshSession")) == (2, 1)


def test_a_revoked_password_asks_for_a_sign_in(pds: Pds) -> None:
    _sweep(pds)
    pds.end_all()
    pds.refresh, pds.password = "another", "revoked"
    error = _sweep(pds).error()
    assert isinstance(error, SignInNeeded)
    assert error.hint is not None
    assert "cmday login bluesky --account sky" in error.hint.english
    assert PASSWORD not in f"{error!r} {error.hint}"


def test_another_password_gets_a_session_of_its_own(pds: Pds, monkeypatch: pytest.MonkeyPatch) -> None:
    _sweep(pds)
    monkeypatch.setenv("APP_PASSWORD", "not-the-password")
    assert isinstance(_sweep(pds).error(), SignInNeeded)


def test_patience_asked_for_at_the_door_is_handed_on(pds: Pds) -> None:
    pds.loopback.route("/xrpc/com.atproto.server.createSession", Answer(status=429, headers={"Retry-After": "30"}))
    error = _sweep(pds).error()
    assert isinstance(error, RateLimited)
    assert error.retry_after == 30


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"accessJwt": "a"}', b'{"accessJwt": 3, "did": "did:x"}'])
def test_a_session_that_is_none(pds: Pds, body: bytes) -> None:
    pds.loopback.route("/xrpc/com.atproto.server.createSession", Answer(body=body))
    assert _sweep(pds).kind() == "garbled"


@pytest.mark.parametrize("kept", [b"", b"{", b'{"had_for": ["zz", "y"], "given": {"secret": "x"}}', b"\xff"])
def test_a_spoilt_file_of_a_session_is_no_session(pds: Pds, home: Path, kept: bytes) -> None:
    _sweep(pds)
    (home / "tokens/sky.pass").write_bytes(kept)
    assert _sweep(pds).error() is None
    assert pds.count("createSession") == 2


def test_the_session_is_private_and_the_password_not_in_it(pds: Pds, home: Path) -> None:
    _sweep(pds)
    file = home / "tokens/sky.pass"
    assert file.stat().st_mode & 0o077 == 0
    assert PASSWORD not in file.read_text()


def test_two_processes_need_one_refresh(pds: Pds) -> None:
    pds.life = 30.0
    _sweep(pds)
    pds.life = 7200.0
    code = (
        "import sys\n"
        "from cmday.config.paths import find_home\n"
        "from cmday.connectors.bluesky import Bluesky\n"
        "from cmday.core.accounts import Account, SecretSource\n"
        "from cmday.renewal import SigningIn\n"
        "from tests.connectors.talking import converse\n"
        "secret = SecretSource('env', ('APP_PASSWORD',))\n"
        "one = Account(name='sky', network='bluesky', server=sys.argv[1], username='ana.test', secret=secret)\n"
        "told = converse(*[lambda: Bluesky(one).notifications(None)] * 6, sign_in=SigningIn(find_home()))\n"
        "assert [told.error(str(number)) for number in range(6)] == [None] * 6, told.ended\n"
    )
    argv = [sys.executable, "-c", code, pds.url]
    both = [subprocess.Popen(argv, env={**os.environ}, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for process in both:
        _, err = process.communicate(timeout=30)
        assert process.returncode == 0, err
    assert (pds.count("createSession"), pds.count("refreshSession")) == (1, 1)


def test_a_lock_whose_holder_was_killed_is_free(pds: Pds, home: Path) -> None:
    code = (
        "import os, sys\n"
        "from cmday.config.passes import PassLock\n"
        "from cmday.config.paths import find_home\n"
        "from cmday.core.accounts import Account\n"
        "PassLock(Account(name='sky', network='bluesky', server='x'), find_home()).take()\n"
        "os.kill(os.getpid(), 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    assert (home / "tokens/.sky.lock").exists()
    assert _sweep(pds).error() is None


def test_signing_in_stores_the_password_and_the_session(
    pds: Pds, home: Path, cmday: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIVEN", PASSWORD)
    argv = [
        "login",
        "bluesky",
        "--server",
        pds.url,
        "--username",
        "ana.test",
        "--account",
        "sky",
        "--token-env",
        "GIVEN",
    ]
    done = cmday(*argv)
    assert done.code == 0, done
    assert "sky: signed in as @ana.test" in done.out
    assert 'network = "bluesky"' in (home / "config.toml").read_text()
    assert (pds.count("createSession"), _swept_with_token(pds)) == (1, 1)


def _swept_with_token(pds: Pds) -> int:
    account = Account(name="sky", network="bluesky", server=pds.url, username="ana.test")

    def talk() -> Exchange[Credentials]:
        found: Credentials = yield Authorised(account)
        return found

    assert converse(talk, sign_in=SigningIn(find_home())).error() is None
    return pds.count("createSession")
