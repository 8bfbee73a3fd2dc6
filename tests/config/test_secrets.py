"""Secrets: where they are had, and that they never show."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cmday.config.paths import Home
from cmday.config.secrets import Token, find_secret, read_token, redact, store_token, token_file
from cmday.core.accounts import Account, SecretSource
from cmday.core.events import Calendar
from cmday.errors import CmdayError, ConfigError, SignInNeeded

SECRET = "correct-horse-battery"


@pytest.fixture
def place(home: Path) -> Home:
    return Home(settings=home, data=home, config=home / "config.toml")


def account(kind: str | None, *value: str) -> Account:
    source = SecretSource(kind, value) if kind else None  # type: ignore[arg-type]
    return Account(name="mail", network="imap", server="x", username="robin", secret=source)


def test_a_command_gives_its_first_line(place: Home) -> None:
    found = find_secret(account("command", sys.executable, "-c", f"print('{SECRET}'); print('more')"), place)
    assert (found.username, found.secret) == ("robin", SECRET)
    assert SECRET not in repr(found)
    assert SECRET not in f"{found}"


def test_a_command_sees_no_shell(place: Home, tmp_path: Path) -> None:
    marker = tmp_path / "made"
    found = find_secret(account("command", "echo", f"a; touch {marker}", "$(id)"), place)
    assert found.secret == f"a; touch {marker} $(id)"
    assert not marker.exists()


@pytest.mark.parametrize(
    "argv", [["/nonexistent/program", SECRET], [sys.executable, "-c", f"import sys; sys.exit('{SECRET}')"]]
)
def test_a_command_that_fails_is_told_without_its_words(place: Home, argv: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        find_secret(account("command", *argv), place)
    assert SECRET not in str(caught.value.message)
    assert caught.value.hint
    assert caught.value.subject == "mail"


def test_a_variable(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SignInNeeded, match="MAIL_SECRET is not set"):
        find_secret(account("env", "MAIL_SECRET"), place)
    monkeypatch.setenv("MAIL_SECRET", SECRET)
    assert find_secret(account("env", "MAIL_SECRET"), place).secret == SECRET


def test_a_file_must_be_private(place: Home, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    with pytest.raises(SignInNeeded):
        find_secret(account("file", str(file)), place)
    file.write_text(f"{SECRET}\n")
    file.chmod(0o640)
    with pytest.raises(ConfigError) as caught:
        find_secret(account("file", str(file)), place)
    assert str(caught.value.hint) == f"chmod 600 {file}"
    file.chmod(0o600)
    assert find_secret(account("file", str(file)), place).secret == SECRET


def test_a_token_file(place: Home) -> None:
    with pytest.raises(SignInNeeded) as caught:
        find_secret(account(None), place)
    assert str(caught.value.hint) == "cmday login mail"
    file = store_token("mail", Token(secret=SECRET, username="other"), place)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert find_secret(account(None), place).secret == SECRET
    assert SECRET not in repr(read_token("mail", place))
    file.chmod(0o644)
    with pytest.raises(ConfigError):
        find_secret(account(None), place)
    file.chmod(0o600)
    file.write_text("{")
    with pytest.raises(SignInNeeded):
        find_secret(account(None), place)


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", "a/b", "x\0y", ".hidden"])
def test_a_token_stays_in_its_folder(place: Home, name: str) -> None:
    assert token_file(name, place).parent == place.tokens
    assert not token_file(name, place).name.startswith("..")


def test_a_keyring_that_is_locked_or_missing_is_an_error_of_ours(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ConfigError, match="keyring"):
        find_secret(account("keyring", "cmday", "robin"), place)


def test_a_calendar_without_a_secret_says_where_to_add_one(place: Home) -> None:
    with pytest.raises(SignInNeeded) as caught:
        find_secret(Calendar(name="work", url="https://example.org"), place)
    assert isinstance(caught.value, CmdayError)
    assert str(caught.value.hint) == "cmday config edit"


def test_what_was_handed_out_is_struck(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_SECRET", SECRET)
    find_secret(account("env", "MAIL_SECRET"), place)
    text = redact(f"x {SECRET} https://u:pw@host/a?access_token=abc Authorization: Bearer abcdefghijk")
    assert text == "x *** https://***@host/a?access_token=*** Authorization: Bearer ***"
