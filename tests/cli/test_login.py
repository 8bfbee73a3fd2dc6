"""``cmday login`` against a small server of our own: tried first, kept only then, and never shown."""

from __future__ import annotations

import json
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote_plus, urlsplit

import pytest

from tests.conftest import Cmday

TOKEN = "token-of-robin-0123456789"
CODE = "code-from-the-page"
APP = {"client_id": "cmday-client", "client_secret": "client-secret-0123456789"}


class _Masto(BaseHTTPRequestHandler):
    """As much of the Mastodon API as a sign-in needs."""

    apps = 0

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        if self.path == "/api/v1/apps":
            type(self).apps += 1
            self._answer(200, APP)
        elif self.path == "/oauth/token":
            right = form["code"] == [CODE] and form["client_secret"] == [APP["client_secret"]]
            self._answer(200 if right else 400, {"access_token": TOKEN} if right else {"error": "invalid_grant"})

    def do_GET(self) -> None:
        if self.headers.get("authorization") != f"Bearer {TOKEN}":
            self._answer(401, {"error": "The access token is invalid"})
        elif urlsplit(self.path).path == "/api/v1/accounts/verify_credentials":
            self._answer(200, {"id": "1", "username": "robin", "acct": "robin", "display_name": "Robin", "url": "x"})
        else:
            self._answer(200, [])

    def _answer(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    _Masto.apps = 0
    with ThreadingHTTPServer(("127.0.0.1", 0), _Masto) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def everything_but_tokens(home: Path) -> str:
    return "".join(
        file.read_bytes().decode(errors="replace")
        for file in home.rglob("*")
        if file.is_file() and file.parent.name != "tokens"
    )


def test_by_code_in_two_calls_without_a_terminal(cmday: Cmday, home: Path, server: str) -> None:
    (home / "config.toml").write_text("# mine\n[community.bem]\n")
    first = cmday("login", "mastodon", "--server", server, "--account", "masto", "--for", "bem")
    assert first.code == 4, first.err
    assert f"{server}/oauth/authorize?response_type=code&client_id=cmday-client" in first.out
    assert f"cmday login mastodon --server {server} --account masto --for bem --code CODE" in first.out
    wrong = cmday("login", "mastodon", "--server", server, "--account", "masto", "--code", "wrong")
    assert wrong.code == 4
    assert "does not take this code" in wrong.err
    assert "[account" not in (home / "config.toml").read_text()
    done = cmday("login", "mastodon", "--server", server, "--account", "masto", "--for", "bem", "--code", CODE)
    assert done.code == 0, done.err
    assert "masto: signed in as @robin" in done.out
    assert _Masto.apps == 1
    config = tomllib.loads((home / "config.toml").read_text())
    assert config["account"] == {"masto": {"network": "mastodon", "server": server, "communities": ["bem"]}}
    assert (home / "config.toml").read_text().startswith("# mine\n")
    token = home / "tokens/masto.json"
    assert json.loads(token.read_text())["secret"] == TOKEN
    assert token.stat().st_mode & 0o777 == 0o600
    assert TOKEN not in everything_but_tokens(home)
    assert "ok       account masto  signed in as @robin" in cmday("doctor").out


def test_by_token_from_the_environment(cmday: Cmday, home: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_TOKEN", TOKEN)
    result = cmday("login", "mastodon", "--server", server, "--account", "m", "--token-env", "MY_TOKEN", "--json")
    assert result.code == 0, result.err
    assert result.json["data"]["added"] == ["account.m"]
    assert TOKEN not in result.out + result.err


def test_a_token_that_is_refused_is_not_kept(cmday: Cmday, home: Path, server: str, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("wrong-token-0123456789\n")
    file.chmod(0o600)
    result = cmday("login", "mastodon", "--server", server, "--account", "m", "--token-file", str(file))
    assert result.code == 4
    assert "wrong-token" not in result.err
    assert not (home / "tokens").exists()
    assert not (home / "config.toml").exists()


def test_an_account_that_has_expired_is_signed_in_by_its_name(
    cmday: Cmday, home: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = f'[account.masto]\nnetwork = "mastodon"\nserver = "{server}" # mine\n'
    (home / "config.toml").write_text(own)
    monkeypatch.setenv("MY_TOKEN", TOKEN)
    assert cmday("login", "masto", "--token-env", "MY_TOKEN").code == 0
    assert (home / "config.toml").read_text() == own
    (home / "config.toml").write_text(own + 'secret = { env = "X" }\n')
    told = cmday("login", "masto")
    assert told.code == 2
    assert "comes from secret.env" in told.err


def test_a_server_that_is_away_is_said(cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_TOKEN", TOKEN)
    result = cmday("login", "mastodon", "--server", "http://127.0.0.1:9", "--token-env", "MY_TOKEN")
    assert result.code == 1
    assert result.err.startswith("error: ")
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["mastodn"], 'did you mean "mastodon"?'),
        (["mastodon"], "cmday login mastodon --server https://mastodon.social"),
        (["imap", "--server", "x"], "add --username NAME"),
        (["imap", "--server", "x", "--username", "r", "--for", "nobody"], 'no community is called "nobody"'),
        (["imap", "--server", "x", "--username", "r", "--token-env", "NOT_SET"], "the variable NOT_SET is not set"),
        (["imap", "--server", "x", "--username", "r"], "add --token-env NAME or --token-file FILE"),
    ],
)
def test_what_is_missing_is_said(cmday: Cmday, argv: list[str], said: str) -> None:
    result = cmday("login", *argv)
    assert result.code in {2, 4}
    assert said in result.err


def test_who_had_signed_in_for_reading_registers_anew(cmday: Cmday, home: Path, server: str) -> None:
    (home / "tokens").mkdir(mode=0o700)
    old = {"secret": TOKEN, "client_id": "old-client", "client_secret": "old-secret-0123456789"}
    (home / "tokens/masto.json").write_text(json.dumps(old))
    (home / "tokens/masto.json").chmod(0o600)
    for _ in range(2):
        page = cmday("login", "mastodon", "--server", server, "--account", "masto").out
        assert "client_id=cmday-client" in page
        assert "scope=read+write" in page
    assert _Masto.apps == 1
    assert json.loads((home / "tokens/masto.json").read_text())["secret"] == TOKEN


def test_who_moderates_is_asked_for_that_too_and_nobody_else(cmday: Cmday, home: Path, server: str) -> None:
    config = home / "config.toml"
    config.write_text(f'[account.masto]\nnetwork = "mastodon"\nserver = "{server}"\n')
    assert "admin" not in cmday("login", "mastodon", "--account", "masto").out
    config.write_text(config.read_text() + "moderate = true\n")
    page = cmday("login", "mastodon", "--account", "masto").out
    asked = "admin:read:reports admin:write:reports admin:read:accounts admin:write:accounts"
    assert quote_plus(f"read write {asked}") in page
    assert _Masto.apps == 2, "a server lets nobody do more than they registered for"
    assert cmday("login", "mastodon", "--account", "masto", "--code", CODE).code == 0


def test_login_alone_says_where_the_networks_are(cmday: Cmday) -> None:
    result = cmday("login")
    assert result.code == 2
    assert "needs NETWORK" in result.err
    assert "cmday config networks" in result.err
