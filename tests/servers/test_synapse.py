"""Matrix on a real Synapse, through the front door: each thing once, answers once, and what was answered elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cmday.connectors.catalog import sender
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent
from tests.conftest import Cmday
from tests.servers.synapse import ALIAS, Synapse
from tests.servers.writing import hold, known_by

pytestmark = pytest.mark.server

CONFIG = """
[community.bem]
title = "BEM"
[account.club]
network = "matrix"
server = "{url}"
communities = ["bem"]
username = "ana"
secret = {{ env = "TOKEN" }}
rooms = ["{alias}"]
"""


@pytest.fixture
def club(home: Path, synapse_server: Synapse, monkeypatch: pytest.MonkeyPatch) -> Synapse:
    """Ana's account, signed in by a token from the environment."""
    monkeypatch.delenv("CMDAY_NOW")
    monkeypatch.setenv("TOKEN", synapse_server.ana.token)
    (home / "config.toml").write_text(CONFIG.format(url=synapse_server.url, alias=ALIAS))
    return synapse_server


def items(cmday: Cmday, *argv: str) -> dict[str, Any]:
    """The items by the network's own id."""
    result = cmday("inbox", "--json", *argv)
    assert result.code in (0, 3), result
    return {item["id"].partition(":")[2]: item for item in result.json["data"]["items"]}


def test_each_comes_once_with_its_kind_and_then_nothing(club: Synapse, cmday: Cmday) -> None:
    first = cmday("inbox", "--json", "--all")
    assert first.code == 3, "the encrypted room is said"
    assert "encrypted rooms cannot be read: Board" in first.json["errors"][0]["message"]
    found = {item["text"]: item for item in first.json["data"]["items"]}
    assert {text: item["kind"] for text, item in found.items()} == {
        "ana: thanks for having us": "mention",
        "Glad to be here": "reply",
        "BUY CHEAP FOLLOWERS": "other",
        "Just between us: may I help?": "message",
    }
    letter = found["Just between us: may I help?"]
    assert (letter["author_handle"], letter["community"]) == ("@bruno:localhost", "bem")
    assert letter["url"].endswith(club.letter)
    assert abs((datetime.fromisoformat(letter["at"]) - datetime.now(UTC)).total_seconds()) < 600
    again = cmday("inbox", "--json", "--all")
    assert again.code == 0
    assert again.json["data"]["accounts"][0]["new"] == 0
    assert {item["id"] for item in again.json["data"]["items"]} == {item["id"] for item in found.values()}


def test_an_answer_given_elsewhere_closes_its_item(club: Synapse, cmday: Cmday) -> None:
    asked = club.says(club.bruno, club.room, "ana: where is it?", **{"m.mentions": {"user_ids": [club.ana.id]}})
    private = club.says(club.bruno, club.private, "And the key?")
    before = items(cmday)
    assert {asked, private} <= before.keys()
    club.answers(club.ana, club.room, asked, "Behind the station")
    club.says(club.ana, club.private, "Under the mat")
    after = items(cmday, "--all")
    assert {after[one]["state"] for one in (asked, private)} == {"done"}
    assert not {asked, private} & items(cmday).keys()


def test_an_answer_is_there_once_and_found_and_can_be_taken_back(club: Synapse) -> None:
    asked = club.says(club.bruno, club.room, "Anybody here?")
    account = Account(name="club", network="matrix", server=club.url, username="ana")
    one = Outgoing(
        id="o",
        kind="reply",
        account="club",
        network="matrix",
        community=None,
        state="queued",
        text="Me — & you?",
        key=f"key{asked[1:9]}",
        created=datetime.now(UTC),
        began=datetime.now(UTC),
        reply_to=f"{club.room}/{asked}",
        to=club.bruno.id,
    )
    signed_in = known_by("ana", club.ana.token)
    sent: Sent = hold(lambda: sender(account).send(one), signed_in)
    again: Sent = hold(lambda: sender(account).send(one), signed_in)
    assert again.id == sent.id, "a transaction id makes one event"
    there = [event for event in club.messages(club.room) if event["content"].get("body") == one.text]
    assert [event["event_id"] for event in there] == [sent.id]
    assert there[0]["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == asked
    assert hold(lambda: sender(account).find(one), signed_in) == sent
    assert hold(lambda: sender(account).find(replace(one, key="other", text="Never said")), signed_in) is None
    hold(lambda: sender(account).retract(replace(one, sent_id=sent.id, sent_url=sent.url)), signed_in)
    assert not [event for event in club.messages(club.room) if event["content"].get("body") == one.text]


def test_an_answer_written_here_is_there_once(club: Synapse, cmday: Cmday) -> None:
    asked = club.says(club.bruno, club.room, "One more thing?", **{"m.mentions": {"user_ids": [club.ana.id]}})
    handle = items(cmday)[asked]["handle"]
    assert cmday("inbox", "reply", handle, "Tell me everything.").code == 0
    assert cmday("send", "--yes").code == 0
    cmday("send", "--yes")
    there = [event for event in club.messages(club.room) if event["content"].get("body") == "Tell me everything."]
    assert [event["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] for event in there] == [asked]


def test_what_was_deleted_and_what_was_changed_is_told(club: Synapse, cmday: Cmday) -> None:
    wrong = club.says(club.bruno, club.room, "ana: at eight", **{"m.mentions": {"user_ids": [club.ana.id]}})
    items(cmday)
    new = {"msgtype": "m.text", "body": "ana: at nine", "m.mentions": {"user_ids": [club.ana.id]}}
    relation = {"rel_type": "m.replace", "event_id": wrong}
    club.says(club.bruno, club.room, "* ana: at nine", **{"m.new_content": new, "m.relates_to": relation})
    assert items(cmday)[wrong]["text"] == "ana: at nine"


def test_many_messages_come_over_the_edge_of_a_timeline(club: Synapse, cmday: Cmday) -> None:
    items(cmday, "--all")
    for number in range(120):
        club.says(club.bruno, club.private, f"letter {number}")
    assert cmday("inbox", "--json").json["data"]["accounts"][0]["new"] == 120
    assert cmday("inbox", "--json").json["data"]["accounts"][0]["new"] == 0


@pytest.mark.parametrize("secret", ["password", "token"])
def test_signing_in_by_password_or_token(
    home: Path, synapse_server: Synapse, cmday: Cmday, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.delenv("CMDAY_NOW")
    ana = synapse_server.ana
    monkeypatch.setenv("SECRET", ana.password if secret == "password" else ana.token)
    who = ["--username", "ana"] if secret == "password" else []
    done = cmday(
        *("login", "matrix", "--server", synapse_server.url, "--account", "club", "--token-env", "SECRET"), *who
    )
    assert done.code == 0, done
    assert "signed in as @ana:localhost" in done.out
    assert cmday("inbox", "--json").code in (0, 3)
    assert all(file.stat().st_mode & 0o077 == 0 for file in (home / "tokens").iterdir())


def test_a_revoked_token_asks_for_a_sign_in(
    club: Synapse, cmday: Cmday, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    (home / "config.toml").write_text(CONFIG.format(url=club.url, alias=ALIAS).replace('username = "ana"\n', ""))
    token = club.signs_in(club.ana)
    monkeypatch.setenv("TOKEN", token)
    assert cmday("inbox", "--json").code in (0, 3)
    own = signed_in_by(club, token)
    own.call("POST", "/logout", {}, by=own.ana)
    result = cmday("inbox", "--json")
    assert result.code == 4
    (error,) = result.json["errors"]
    assert (error["subject"], error["kind"]) == ("club", "sign-in")
    assert "cmday login matrix" in error["hint"]
    assert token not in result.out + result.err


def signed_in_by(server: Synapse, token: str) -> Synapse:
    """The same server, with ana signed in by another token."""
    return replace(server, ana=replace(server.ana, token=token))
