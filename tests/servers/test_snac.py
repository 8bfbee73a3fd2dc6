"""Mastodon's API as snac speaks it, through the front door."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import Cmday
from tests.servers.snac import Snac

pytestmark = pytest.mark.server


@pytest.fixture
def account(home: Path, snac_server: Snac, monkeypatch: pytest.MonkeyPatch) -> Snac:
    """An account of ana's, signed in by a token from the environment."""
    monkeypatch.delenv("CMDAY_NOW")
    monkeypatch.setenv("TOKEN", snac_server.ana.token)
    (home / "config.toml").write_text(
        '[community.bem]\ntitle = "BEM"\n[account.sss]\nnetwork = "mastodon"\n'
        f'server = "{snac_server.url}"\ncommunities = ["bem"]\nusername = "ana"\nsecret = {{ env = "TOKEN" }}\n'
    )
    return snac_server


def test_each_comes_once_with_its_kind_and_then_nothing(account: Snac, cmday: Cmday) -> None:
    result = cmday("inbox", "--json", "--all")
    assert result.code == 0, result
    items = result.json["data"]["items"]
    assert Counter(item["kind"] for item in items) == {
        "message": 1,
        "reply": 1,
        "question": 1,
        "like": 1,
        "share": 1,
        "follow": 1,
    }
    by_kind = {item["kind"]: item for item in items}
    assert by_kind["question"]["text"] == "is there parking & a cloakroom?"
    assert by_kind["reply"]["text"] == "count me in!"
    assert by_kind["message"]["author_handle"] == "@bruno@" + account.url.removeprefix("http://")
    assert {item["community"] for item in items} == {"bem"}
    again = cmday("inbox", "--json", "--all").json["data"]
    assert again["accounts"][0]["new"] == 0
    assert {item["id"]: item["handle"] for item in again["items"]} == {item["id"]: item["handle"] for item in items}


def test_what_comes_later_is_added(account: Snac, cmday: Cmday) -> None:
    before = {item["id"] for item in cmday("inbox", "--json").json["data"]["items"]}
    there = account.deeds(account.ana)
    account.says(account.bruno, f"@ana@{account.url.removeprefix('http://')} and one more thing")
    account.wait_notified(account.ana, there + 1)
    result = cmday("inbox", "--json").json["data"]
    assert result["accounts"][0]["new"] == 1
    (fresh,) = [item for item in result["items"] if item["id"] not in before]
    assert (fresh["kind"], fresh["text"]) == ("mention", "and one more thing")


def test_a_refused_token_asks_for_a_sign_in(account: Snac, cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "not-the-token")
    result = cmday("inbox", "--json")
    assert result.code == 4
    (error,) = result.json["errors"]
    assert (error["subject"], error["kind"]) == ("sss", "sign-in")
    assert "cmday login mastodon" in error["hint"]
    assert "not-the-token" not in result.out + result.err


def test_signing_in_out_of_band(home: Path, snac_server: Snac, cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CMDAY_NOW")
    begun = cmday("login", "mastodon", "--server", snac_server.url, "--account", "sss", "--json")
    page = begun.json["data"]["open"]
    assert page.startswith(f"{snac_server.url}/oauth/authorize?")
    client_id = page.partition("client_id=")[2].partition("&")[0]
    code = snac_server.code(snac_server.ana, client_id)
    done = cmday("login", "mastodon", "--server", snac_server.url, "--account", "sss", "--code", code)
    assert done.code == 0, done
    assert "signed in as @ana@" in done.out
    assert cmday("inbox", "--json").code == 0
    assert (home / "tokens/sss.json").stat().st_mode & 0o077 == 0


def test_doctor_finds_the_account_well(account: Snac, cmday: Cmday) -> None:
    checks = cmday("doctor", "--json").json["data"]["checks"]
    (own,) = [check for check in checks if "sss" in check["about"]]
    assert own["status"] == "ok", own


def test_an_answer_by_the_app_closes_its_item(account: Snac, cmday: Cmday) -> None:
    there = account.deeds(account.ana)
    account.says(account.bruno, f"@ana@{account.url.removeprefix('http://')} is the sauna open?")
    account.wait_notified(account.ana, there + 1)
    items = cmday("inbox", "--json", "--all").json["data"]["items"]
    (asked,) = [one for one in items if one["text"] == "is the sauna open?"]
    assert asked["state"] == "new"
    told, *_twice = [one for one in account.notified(account.ana) if "sauna" in str(one.get("status"))]
    account.says(account.ana, "@bruno yes, both", answering=told["status"]["id"])
    after = {one["id"]: one for one in cmday("inbox", "--json", "--all").json["data"]["items"]}
    assert asked["id"] not in after or after[asked["id"]]["state"] == "done"
