"""A network in trouble costs that network only: real servers behind a go-between that answers for one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from tests.conftest import Cmday
from tests.servers.atproto import Atproto
from tests.servers.dovecot import Dovecot
from tests.servers.go_between import GoBetween, Manner
from tests.servers.snac import Snac
from tests.servers.synapse import Synapse
from tests.servers.test_bluesky_inbox import notified, wait
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
[account.sss]
network = "mastodon"
server = "http://127.0.0.1:{sss}"
username = "ana"
secret = {{ env = "SOCIAL_TOKEN" }}
[account.sky]
network = "bluesky"
server = "http://127.0.0.1:{sky}"
username = "ana.test"
secret = {{ env = "APP_PASSWORD" }}
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


@pytest.fixture(scope="module")
def app_password(atproto_server: Atproto) -> tuple[Atproto, str]:
    """Bluesky's servers, where somebody mentions ana, and her app password there."""
    ana, bruno = atproto_server.ana, atproto_server.bruno
    made = atproto_server.call(atproto_server.pds, "com.atproto.server.createAppPassword", {"name": "in"}, ana.token)
    mention = {"$type": "app.bsky.richtext.facet#mention", "did": ana.did}
    facets = [{"index": {"byteStart": 0, "byteEnd": 9}, "features": [mention]}]
    said = atproto_server.says(bruno, "@ana.test lovely evening", facets=facets)
    wait(lambda: said["uri"] in {one["uri"] for one in notified(atproto_server, ana)})
    return atproto_server, made["password"]


@pytest.fixture
def between(  # noqa: PLR0917  five servers
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    synapse_server: Synapse,
    wordpress_server: WordPress,
    dovecot_server: Dovecot,
    snac_server: Snac,
    app_password: tuple[Atproto, str],
) -> Iterator[dict[str, GoBetween]]:
    """Each server behind a go-between, by its account."""
    monkeypatch.delenv("CMDAY_NOW")
    monkeypatch.setenv("MATRIX_TOKEN", synapse_server.ana.token)
    monkeypatch.setenv("BLOG_PASSWORD", wordpress_server.passwords["ana"])
    monkeypatch.setenv("MAIL_PASSWORD", dovecot_server.password)
    monkeypatch.setenv("SOCIAL_TOKEN", snac_server.ana.token)
    sky, password = app_password
    monkeypatch.setenv("APP_PASSWORD", password)
    places = {
        "sss": (urlsplit(snac_server.url).hostname or "", 80),
        "sky": (urlsplit(sky.pds).hostname or "", urlsplit(sky.pds).port or 0),
    }
    ports = {
        "club": urlsplit(synapse_server.url).port or 0,
        "blog": urlsplit(wordpress_server.url).port or 0,
        "post": dovecot_server.port,
    }
    with ExitStack() as stack:
        found = {
            name: stack.enter_context(GoBetween(*place))
            for name, place in {**{name: ("127.0.0.1", port) for name, port in ports.items()}, **places}.items()
        }
        (home / "config.toml").write_text(CONFIG.format(**{name: one.port for name, one in found.items()}))
        yield found


def told(cmday: Cmday) -> tuple[Any, dict[str, str]]:
    """What the inbox told, and how each account did."""
    result = cmday("inbox", "--json", "--all").json
    return result, {one["account"]: one["status"] for one in result["data"]["accounts"]}


@pytest.mark.parametrize("manner", KINDS)
@pytest.mark.parametrize("account", ["club", "blog", "sss", "sky"])
def test_a_network_in_trouble_costs_itself_only(
    between: dict[str, GoBetween], cmday: Cmday, account: str, manner: Manner
) -> None:
    between[account].behave(manner)
    result, statuses = told(cmday)
    errors = [error for error in result["errors"] if error["kind"] != "gap"]
    assert [(error["subject"], error["kind"] in KINDS[manner]) for error in errors] == [(account, True)], errors
    assert {name for name, status in statuses.items() if status == "failed"} == {account}
    assert {item["account"] for item in result["data"]["items"]} == set(between) - {account}


@pytest.mark.parametrize("manner", ["stopped", "hanging", "garbage", "cut"])
def test_mail_in_trouble_costs_itself_only(between: dict[str, GoBetween], cmday: Cmday, manner: Manner) -> None:
    between["post"].behave(manner)
    result, statuses = told(cmday)
    assert {name for name, status in statuses.items() if status == "failed"} == {"post"}
    assert {item["account"] for item in result["data"]["items"]} == set(between) - {"post"}
    between["post"].behave("passing")
    assert {item["account"] for item in told(cmday)[0]["data"]["items"]} == set(between)


def test_all_five_are_swept_at_once_each_thing_once_and_what_was_decided_stays(
    between: dict[str, GoBetween], cmday: Cmday
) -> None:
    first, statuses = told(cmday)
    items = first["data"]["items"]
    assert set(statuses) == set(between)
    assert set(statuses.values()) <= {"ok", "partial"}  # the room that is encrypted is told as a part that is missing
    assert {one["account"] for one in items} == set(between)
    assert all(one["author"] and one["at"] and (one["url"] or one["account"] == "post") for one in items)
    assert len({one["id"] for one in items}) == len(items)
    chosen = [next(one["handle"] for one in items if one["account"] == name) for name in between]
    done, snoozed = chosen[:3], chosen[3:]
    assert cmday("inbox", "done", *done).code == 0
    assert cmday("inbox", "snooze", *snoozed).code == 0
    again, _statuses = told(cmday)
    assert [one["new"] for one in again["data"]["accounts"]] == [0] * len(between)
    states = {one["handle"]: one["state"] for one in again["data"]["items"]}
    assert {states[one] for one in done} == {"done"}
    assert {states[one] for one in snoozed} == {"snoozed"}
    assert {one["id"] for one in again["data"]["items"]} == {one["id"] for one in items}
