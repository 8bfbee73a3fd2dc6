"""A network in trouble costs that network only: real servers behind a go-between that answers for one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from tests.conftest import Cmday
from tests.servers.dovecot import Dovecot
from tests.servers.go_between import GoBetween, Manner
from tests.servers.synapse import Synapse
from tests.servers.wordpress import WordPress

pytestmark = pytest.mark.server

CONFIG: Final = """
[account.club]
network = "matrix"
server = "http://127.0.0.1:{club}"
secret = {{ env = "MATRIX_TOKEN" }}
[account.blog]
network = "wordpress"
server = "http://127.0.0.1:{blog}"
username = "ana"
secret = {{ env = "BLOG_PASSWORD" }}
[account.post]
network = "imap"
server = "127.0.0.1"
port = {post}
tls = "none"
username = "ana"
secret = {{ env = "MAIL_PASSWORD" }}
[limits]
deadline = "2s"
"""
KINDS: Final[dict[Manner, set[str]]] = {
    "busy": {"rate-limit"},
    "unavailable": {"server"},
    "late": {"timeout"},
    "reset": {"unreachable"},
    "truncated": {"unreachable", "garbled"},
    "junk": {"garbled", "unreachable"},
    "stopped": {"unreachable"},
    "hanging": {"timeout"},
}


@pytest.fixture
def between(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    synapse_server: Synapse,
    wordpress_server: WordPress,
    dovecot_server: Dovecot,
) -> Iterator[dict[str, GoBetween]]:
    """Each server behind a go-between, by its account."""
    monkeypatch.delenv("CMDAY_NOW")
    monkeypatch.setenv("MATRIX_TOKEN", synapse_server.ana.token)
    monkeypatch.setenv("BLOG_PASSWORD", wordpress_server.passwords["ana"])
    monkeypatch.setenv("MAIL_PASSWORD", dovecot_server.password)
    ports = {
        "club": urlsplit(synapse_server.url).port or 0,
        "blog": urlsplit(wordpress_server.url).port or 0,
        "post": dovecot_server.port,
    }
    with ExitStack() as stack:
        found = {name: stack.enter_context(GoBetween("127.0.0.1", port)) for name, port in ports.items()}
        (home / "config.toml").write_text(CONFIG.format(**{name: one.port for name, one in found.items()}))
        yield found


def told(cmday: Cmday) -> tuple[Any, dict[str, str]]:
    """What the inbox told, and how each account did."""
    result = cmday("inbox", "--json", "--all").json
    return result, {one["account"]: one["status"] for one in result["data"]["accounts"]}


@pytest.mark.parametrize("manner", KINDS)
@pytest.mark.parametrize("account", ["club", "blog"])
def test_a_network_in_trouble_costs_itself_only(
    between: dict[str, GoBetween], cmday: Cmday, account: str, manner: Manner
) -> None:
    between[account].behave(manner)
    result, statuses = told(cmday)
    errors = [error for error in result["errors"] if error["kind"] != "gap"]
    assert [(error["subject"], error["kind"] in KINDS[manner]) for error in errors] == [(account, True)], errors
    assert {name for name, status in statuses.items() if status == "failed"} == {account}
    assert {item["account"] for item in result["data"]["items"]} == set(between) - {account}


@pytest.mark.parametrize("manner", ["stopped", "hanging", "garbage"])
def test_mail_in_trouble_costs_itself_only(between: dict[str, GoBetween], cmday: Cmday, manner: Manner) -> None:
    between["post"].behave(manner)
    result, statuses = told(cmday)
    assert {name for name, status in statuses.items() if status == "failed"} == {"post"}
    assert {item["account"] for item in result["data"]["items"]} == {"club", "blog"}
    between["post"].behave("passing")
    assert {item["account"] for item in told(cmday)[0]["data"]["items"]} == set(between)
