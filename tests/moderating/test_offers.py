"""What a network offers decides what leaves: for a time or for good, with a letter, with a note, with a way back or none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cmday.connectors import catalog
from tests.conftest import Cmday
from tests.loopback.server import Loopback
from tests.moderating.conftest import opened
from tests.moderating.scripted import House, Scripted

WHY = ("--why", "charter 4")


@pytest.fixture
def house(home: Path, loopback: Loopback, cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> House:
    """``m1`` is what Zoe said in the house."""
    monkeypatch.setenv("TOKEN", "a-token")
    monkeypatch.setattr(catalog, "moderator", Scripted)
    opened(home, loopback, {"house": "bem"})
    found = House()
    loopback.route("*", found, host="house.localhost")
    assert [one["handle"] for one in cmday("moderate", "--json").json["data"]["cases"]] == ["m1"]
    return found


def states(cmday: Cmday) -> dict[str, str]:
    items = cmday("outbox", "--json").json["data"]["items"]
    return {one["text"].partition(" ")[0]: one["state"] for one in items if one["state"] != "draft"}


def test_a_network_that_ends_it_by_itself_is_told_for_how_long(cmday: Cmday, house: House) -> None:
    assert cmday("moderate", "mute", "m1", "--for", "2h", *WHY).code == 0
    cmday("send", "--yes")
    [done] = house.done
    assert (done["action"], done["whom"]) == ("mute", "z7")
    assert {"seconds": "7200", "why": "charter 4", "room": "hall"}.items() <= done["arguments"].items()


def test_where_it_does_not_the_end_is_queued_with_its_time(
    cmday: Cmday, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cmday("moderate", "ban", "m1", "--for", "7d", *WHY).code == 0
    cmday("send", "--yes")
    assert house.actions() == ["ban"]
    assert states(cmday)["unban"] == "queued"
    monkeypatch.setenv("CMDAY_NOW", "2026-11-09T08:40:00+01:00")
    assert cmday("send", "--due", "--yes").code == 0
    assert house.actions() == ["ban", "unban"]
    log = [one["what"] for one in cmday("moderate", "log", "--json").json["data"]["records"]]
    assert "decide ban" in log
    assert not [one for one in log if one.startswith(("reverse", "decide unban"))], "it ended, and was not wrong"


def test_what_ends_a_ban_goes_with_it_and_never_before_it(
    cmday: Cmday, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    [row] = cmday("moderate", "ban", "m1", "--for", "7d", *WHY, "--json").json["data"]["cases"]
    cmday("outbox", "hold", "o1")
    monkeypatch.setenv("CMDAY_NOW", "2026-11-09T08:40:00+01:00")
    asked = cmday("send", "--due", "--yes")
    assert "what it ends was not sent" in asked.out
    assert house.actions() == []
    assert cmday("outbox", "drop", row["outbox"][0]).code == 0
    assert {states(cmday)[name] for name in ("ban", "unban")} == {"cancelled"}


def test_undoing_a_ban_cancels_its_end(cmday: Cmday, house: House) -> None:
    cmday("moderate", "ban", "m1", "--for", "7d", *WHY)
    cmday("send", "--yes")
    assert cmday("undo", "m1", "--yes").code == 0
    assert house.actions() == ["ban", "unban"]
    assert set(states(cmday).values()) == {"cancelled"}


def test_what_has_no_way_back_says_so_before_anything_is_asked(cmday: Cmday, house: House) -> None:
    cmday("moderate", "remove", "m1", *WHY)
    cmday("send", "--yes")
    run = cmday("undo", "m1")
    assert run.code != 0
    assert "irreversible" in run.err
    assert house.actions() == ["remove"]


def test_a_letter_and_a_note_to_who_reported_it(cmday: Cmday, house: House, home: Path) -> None:
    (home / "templates").mkdir(exist_ok=True)
    (home / "templates" / "tone.md").write_text("Hello {author}, please mind: {why}.")
    assert cmday("moderate", "warn", "m1", "--template", "tone", *WHY).code == 0
    assert cmday("moderate", "resolve", "m1", "--note", "Thank you, we spoke to them.").code == 0
    cmday("send", "--yes")
    assert [one["text"] for one in house.done if one["action"] == "warn"] == ["Hello Zoe, please mind: charter 4."]
    told = [one["arguments"].get("reporters") for one in house.done if one["action"] == "resolve"]
    assert told == ["Thank you, we spoke to them."]


def test_a_note_goes_with_resolving_where_another_verb_closes_it(cmday: Cmday, house: House) -> None:
    assert cmday("moderate", "remove", "m1", "--note", "It is gone.", *WHY).code == 0
    cmday("send", "--yes")
    assert house.actions() == ["remove", "resolve"], "in the order of the account's line"
    assert house.done[1]["arguments"]["reporters"] == "It is gone."


def test_what_a_colleague_has_in_hand_asks(cmday: Cmday, house: House) -> None:
    cmday("moderate", "remove", "m1", *WHY)
    house.thing["claimed_by"] = "@kim"
    run = cmday("send", "--yes")
    assert "@kim has it in hand" in run.out
    assert house.actions() == []
    assert cmday("outbox", "release", "o1").code == 0
    cmday("send", "--yes")
    assert house.actions() == ["remove"]


def test_json_of_a_verb_has_every_key(cmday: Cmday, house: House) -> None:
    [row] = cmday("moderate", "ban", "m1", "--for", "7d", *WHY, "--json").json["data"]["cases"]
    known: dict[str, Any] = {
        "handle": "m1",
        "account": "house",
        "community": "bem",
        "author": "Zoe",
        "text": "Down with everybody",
        "action": "ban",
        "why": "charter 4",
        "state": "open",
        "changed": True,
        "waits": True,
        "does": "keeps them out of the house",
        "handles": ["o1", "o2"],
    }
    assert {name: row[name] for name in known} == known
    assert row.keys() == {*known, "id", "outbox"}
