"""Who is behind the items: linked by hand only, told with all that was said, and the occasions to turn to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cmday.core.items import ThreadPost
from tests.conftest import Cmday
from tests.people.conftest import Sweep, told
from tests.test_json_shapes import check


@pytest.fixture
def zo(sweep: Sweep) -> None:
    sweep(
        told(1, "@zo@m.example", "Zo Martin", days=3, text="Is the hall open?", kind="question"),
        told(2, "@zo@m.example", "Zo Martin", days=1, text="Thanks!"),
        told(3, "@ann@m.example", "Ann"),
    )
    sweep(
        told(
            "x",
            "zo.bsky.social",
            "Zo Martin",
            id="sky:at://did:plc:zo1/x",
            account="sky",
            network="bluesky",
            community="bem",
        ),
        account="sky",
    )


@pytest.mark.usefixtures("zo")
def test_two_addresses_are_one_person_only_by_hand(cmday: Cmday) -> None:
    shown = check(cmday("people", "@zo@m.example", "--json").json, "people show")
    assert [one["handle"] for one in shown["addresses"]] == ["@zo@m.example"]
    assert [(one["handle"], one["why"]) for one in shown["suggestions"]] == [("zo.bsky.social", "name")]
    several = cmday("people", "Zo", "Martin")
    assert several.code == 2
    assert "mastodon:@zo@m.example" in several.err
    linked = cmday("people", "link", "@zo@m.example", "zo.bsky.social", "--json")
    assert len(check(linked.json, "people link")["addresses"]) == 2
    both = check(cmday("people", "zo", "martin", "--json").json, "people show")
    assert {one["network"] for one in both["addresses"]} == {"mastodon", "bluesky"}
    assert both["communities"] == ["bem", "sss"]
    assert both["suggestions"] == []
    assert len(both["exchanges"]) == 3
    assert cmday("undo").code == 0
    assert len(cmday("people", "zo@m.example", "--json").json["data"]["addresses"]) == 1
    assert cmday("people", "unlink", "@zo@m.example").code == 2


@pytest.mark.usefixtures("zo")
def test_unlinking_leaves_the_others_together(cmday: Cmday, sweep: Sweep) -> None:
    sweep(told(9, "@zoe@other.example", "Zoe"))
    cmday("people", "link", "zo@m.example", "zo.bsky.social")
    cmday("people", "link", "@zoe@other.example", "zo.bsky.social")
    assert len(cmday("people", "@zo@m.example", "--json").json["data"]["addresses"]) == 3
    assert check(cmday("people", "unlink", "@zo@m.example", "--json").json, "people unlink")
    assert len(cmday("people", "zoe", "--json").json["data"]["addresses"]) == 2
    assert len(cmday("people", "@zo@m.example", "--json").json["data"]["addresses"]) == 1


@pytest.mark.usefixtures("zo")
def test_what_was_said_answered_noted_and_decided(cmday: Cmday, sweep: Sweep, settled: Path) -> None:
    (settled / "rules.toml").write_text(
        '[rule]\nthanks = { when = { word = ["thanks"] }, do = ["hold"], why = "Polite" }\n'
    )
    mine: dict[str, Any] = {"author": "Seek", "author_handle": "@seeksicksound", "mine": True}
    at = told(0, "").at
    sweep(thread=(ThreadPost(id="77", thread="t", text="Open till six", at=at, answers="2", **mine),))
    assert cmday("--offline", "inbox", "reply", "nox:1", "It is, till eight").code == 0
    cmday("inbox")
    assert check(cmday("people", "note", "i1", "knows the caretaker", "--json").json, "people note")["handle"]
    assert cmday("moderate", "--json").json["data"]["cases"]
    shown = cmday("people", "@zo@m.example", "--json").json["data"]
    assert [(one["own"], one["text"]) for one in shown["exchanges"]] == [
        (False, "Is the hall open?"),
        (False, "Thanks!"),
        (True, "It is, till eight"),
        (True, "Open till six"),
    ]
    assert [one["state"] for one in shown["decisions"]] == ["open"]
    text = cmday("people", "@zo@m.example").out
    assert "It is, till eight" in text
    assert "Polite" in text


def test_names_are_hostile_text(cmday: Cmday, sweep: Sweep) -> None:
    name = "Zo\x1b]0;owned\x07\u202e[bold]x"
    sweep(told(1, "@zo@m.example", name), told(2, "@a\x1b[31m@m.example", name, text="\x1b[2J"))
    for words in (["people"], ["people", "@zo@m.example"], ["people", "note", "@zo@m.example", "\x1b[2Jx"]):
        result = cmday(*words)
        assert result.code == 0, result.err
        assert "\x1b]" not in result.out
        assert "\x1b[2J" not in result.out
        assert "\u202e" not in result.out
    assert "\x1b[31m" not in cmday("people", "zo").err


def test_whom_to_turn_to(cmday: Cmday, sweep: Sweep) -> None:
    regular = [told(100 + n, "@reg@m.example", "Reg", days=70 + 10 * n) for n in range(6)]
    sweep(
        *regular,
        told(1, "@new@m.example", "New", days=2, kind="reply"),
        told(2, "@year@m.example", "Year", days=366),
        told(3, "@year@m.example", "Year", days=20),
        *(told(10 + n, "@talks@m.example", "Talks", days=9 + n) for n in range(3)),
        *(told(20 + n, "@fan@m.example", "Fan", days=9 + n) for n in range(3)),
        told(30, "@fan@m.example", "Fan", days=15, kind="follow"),
    )
    data = check(cmday("people", "--json").json, "people")
    assert [(one["why"], one["name"]) for one in data["people"]] == [
        ("newcomer", "New"),
        ("anniversary", "Year"),
        ("silent", "Reg"),
        ("stranger", "Talks"),
    ]
    assert cmday("--offline", "inbox", "reply", "nox:1", "Welcome!").code == 0
    assert [one["why"] for one in cmday("people", "--json", "-c", "bem").json["data"]["people"]] == []
    again = cmday("people", "--json").json["data"]["people"]
    assert "newcomer" not in [one["why"] for one in again], "who was answered was welcomed"
    sweep(told(50, "@reg2@m.example", "Reg", days=5, kind="reply"))
    cmday("people", "link", "@reg@m.example", "@reg2@m.example")
    assert "silent" not in [one["why"] for one in cmday("people", "--json").json["data"]["people"]]


def test_who_is_before_a_moderator_is_nobody_to_welcome_until_approved(cmday: Cmday, sweep: Sweep) -> None:
    sweep(told(1, "@new@m.example", "New", days=2), told(2, "@spam@m.example", "Spam", days=1, kind="report"))
    sweep(told(3, "@spam@m.example", "Spam", days=1))
    assert _newcomers(cmday) == ["Spam", "New"]
    assert "to welcome: Spam · to welcome: New" in cmday("start", "--offline", "--only", "notifications").out
    assert [one["handle"] for one in cmday("moderate", "--json").json["data"]["cases"]] == ["m1"]
    assert _newcomers(cmday) == ["New"]
    said = cmday("start", "--offline", "--only", "notifications").out
    assert "to welcome: New" in said
    assert "to welcome: Spam" not in said
    assert cmday("moderate", "approve", "m1").code == 0
    assert _newcomers(cmday) == ["Spam", "New"]


def _newcomers(cmday: Cmday) -> list[str]:
    people = cmday("people", "--json").json["data"]["people"]
    return [one["name"] for one in people if one["why"] == "newcomer"]


def test_nobody_is_called_that(cmday: Cmday, settled: Path) -> None:
    assert cmday("people").code == 0
    assert cmday("people", "Quux").code == 2
    assert cmday("people", "forget", "Quux", "--yes").code == 2
