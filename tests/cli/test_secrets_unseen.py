"""A password is nowhere to be seen: not on a screen, in JSON, in an error, in a log, or in what is given away."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Cmday
from tests.loopback.answers import Answer
from tests.loopback.fixture import loopback
from tests.loopback.server import Loopback
from tests.steps.news.feeds_of_ours import rss

__all__ = ["loopback"]

PASSWORD = "hunter2-x%40y"
TOKEN = "token-0123456789"
COMMANDS = [
    ("start",),
    ("feeds",),
    ("feeds", "list"),
    ("feeds", "refresh", "--force"),
    ("feeds", "entries", "--all"),
    ("feeds", "show", "1"),
    ("feeds", "open", "1"),
    ("feeds", "add", "--no-fetch", f"https://robin:{PASSWORD}@third.localhost/feed"),
    ("feeds", "add", "--no-fetch", f"https://robin:{PASSWORD}@third.localhost/feed"),
    ("feeds", "add", f"http://robin:{PASSWORD}@127.0.0.1:1/feed"),
    ("feeds", "export"),
    ("feeds", "remove", f"https://robin:{PASSWORD}@nobody.localhost/"),
    ("feeds", "remove", "***@third"),
    ("schedule",),
    ("inbox",),
    ("config", "show"),
    ("config", "check"),
    ("doctor",),
    ("--debug", "login", "bem"),
    ("login", "mastodon", "--server", f"http://robin:{PASSWORD}@127.0.0.1:1", "--token-env", "TOKEN"),
]


@pytest.fixture
def secretive(home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords wherever an address can hold one; half of the places answer."""

    def with_login(url: str) -> str:
        return url.replace("://", f"://robin:{PASSWORD}@")

    def body(_received: object) -> Answer:
        relative = rss("One", "Two").replace(b"http://site.localhost", b"")
        return Answer(body=relative)

    good = with_login(loopback.route("/feed", body, host="good.localhost"))
    bad = with_login(loopback.route("/feed", Answer(status=500, body=PASSWORD.encode()), host="bad.localhost"))
    calendar = with_login(loopback.route("/c.ics", Answer(status=403), host="cal.localhost"))
    server = with_login(loopback.route("/api", Answer(status=500), host="nox.localhost")).removesuffix("/api")
    monkeypatch.setenv("TOKEN", TOKEN)
    (home / "feeds.toml").write_text(
        f'[[feed]]\nurl = "{good}"\n[[feed]]\nurl = "{bad}"\n[[feed]]\nurl = "{bad}"\n'
        f'[[feed]]\nurl = "gopher://robin:{PASSWORD}@old.localhost"\n'
    )
    (home / "config.toml").write_text(
        f'[community.bem]\ntitle = "BEM"\n[calendar.work]\nurl = "{calendar}"\n'
        f'[account.bem]\nnetwork = "mastodon"\nserver = "{server}"\nsecret = {{ env = "TOKEN" }}\n'
        f'[account.far]\nnetwork = "other"\nserver = "https://robin:{PASSWORD}@far"\noptions = {{ password = "{PASSWORD}" }}\n'
    )


@pytest.mark.usefixtures("secretive")
def test_no_command_shows_a_password(cmday: Cmday, home: Path) -> None:
    shown = ""
    for words in COMMANDS:
        for json in ((), ("--json",)):
            result = cmday(*words, *json)
            assert "bug" not in result.err, (words, result.err)
            shown += f"{words} {result.out}{result.err}" if PASSWORD in result.out + result.err else ""
            assert TOKEN not in result.out + result.err, words
    assert shown == ""
    entries = cmday("feeds", "entries", "--all", "--json").json["data"]["entries"]
    assert entries, "the feed behind a password was read"
    assert all("@" not in entry["url"] for entry in entries), "its entries lead to places without it"
    assert not list((home / "log").glob("*"))


@pytest.mark.usefixtures("secretive")
def test_nor_does_the_log_of_a_bug(cmday: Cmday, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise RuntimeError(f"no answer from https://robin:{PASSWORD}@good.localhost/ for {TOKEN}")

    monkeypatch.setattr("cmday.steps.schedule.step.digest", fail)
    cmday("inbox")  # reads the token, so that it is known
    result = cmday("--debug", "schedule", f"--config=/x?token={TOKEN}", "--offline")
    told = result.out + result.err + "".join(file.read_text() for file in (home / "log").glob("*"))
    assert "RuntimeError" in told
    assert PASSWORD not in told
    assert TOKEN not in told


@pytest.mark.usefixtures("secretive")
def test_a_feed_is_removed_by_the_address_that_is_listed(cmday: Cmday, home: Path) -> None:
    listed = [feed["url"] for feed in cmday("feeds", "list", "--json").json["data"]["feeds"]]
    assert len(listed) == 2
    for url in listed:
        assert "***@" in url
        assert cmday("feeds", "remove", url).code == 0
    assert "good.localhost" not in (home / "feeds.toml").read_text()


def test_a_secret_file_of_bytes_is_told_not_crashed_on(
    cmday: Cmday, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = home / "secret"
    secret.write_bytes(b"\xff\xfe\x00hush")
    secret.chmod(0o600)
    told = cmday("login", "mastodon", "--server", "http://127.0.0.1:1", "--token-file", str(secret))
    assert told.code == 2
    assert "is not UTF-8" in told.err


def test_an_editor_with_an_open_quote_is_told(cmday: Cmday, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "no-such-editor '")
    told = cmday("config", "edit")
    assert told.code == 2
    assert "cannot be run" in told.err
