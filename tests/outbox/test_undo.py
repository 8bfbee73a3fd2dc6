"""``cmday undo``: every step's verbs and all of the outbox are as they were."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cmday
from tests.loopback.answers import Answer
from tests.outbox.conftest import Write
from tests.outbox.post_office import PostOffice
from tests.whole_morning import Ground

States = Callable[[], dict[str, str]]


def listed(cmday: Cmday, *words: str) -> Any:
    return cmday(*words, "--offline", "--json").json["data"]


def all_of(cmday: Cmday) -> str:
    """Everything that a verb can change, without what is counted from the present moment."""
    return json.dumps(
        [
            [(one["id"], one["state"]) for one in listed(cmday, "inbox", "--all")["items"]],
            [(one["id"], one["state"]) for one in listed(cmday, "feeds", "entries", "--all")["entries"]],
            [(one["id"], one["state"]) for one in listed(cmday, "moderate")["cases"]],
            listed(cmday, "plan", "list")["operations"],
        ]
    )


@pytest.fixture
def morning(cmday: Cmday, home: Path) -> Any:
    """A home with something in every step."""
    with Ground(home, feeds=2) as ground:
        assert cmday("start", "--json").code == 0
        assert cmday("plan", "add", "Concours", "--for", "2h", "--by", "fri", "--yes").code == 0
        assert cmday("plan", "add", "Lettre", "--for", "1h", "--yes").code == 0
        yield ground


VERBS = [
    ["inbox", "done", "i1"],
    ["inbox", "done", "i1-3"],
    ["inbox", "read", "i1"],
    ["inbox", "snooze", "i2", "--until", "tomorrow"],
    ["feeds", "read", "f1"],
    ["feeds", "read"],
    ["feeds", "later", "f1", "f2"],
    ["feeds", "show", "f2"],
    ["moderate", "approve", "m1"],
    ["moderate", "resolve", "m1"],
    ["plan", "begin", "p1"],
    ["plan", "edit", "p1", "--title", "Autre", "--for", "3h", "--yes"],
    ["plan", "done", "p1", "p2"],
    ["plan", "drop", "p2"],
    ["plan", "add", "Troisième", "--for", "30m", "--yes"],
    ["done", "i1", "f1", "m1", "p1"],
]


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_every_verb_is_undone(cmday: Cmday, morning: Ground, verb: list[str]) -> None:
    before = all_of(cmday)
    actions = len(listed(cmday, "undo", "--list")["actions"])
    assert cmday(*verb).code == 0
    assert all_of(cmday) != before
    added = len(listed(cmday, "undo", "--list")["actions"]) - actions
    assert added >= 1
    undone = cmday("undo", str(added))
    assert undone.code == 0, undone.err
    assert undone.out.startswith("undone: ")
    assert all_of(cmday) == before
    assert len(listed(cmday, "undo", "--list")["actions"]) == actions


def test_what_changes_nothing_is_not_undone(cmday: Cmday, morning: Ground) -> None:
    assert cmday("inbox", "done", "i1").code == 0
    actions = listed(cmday, "undo", "--list")["actions"]
    for verb in (["inbox", "done", "i1"], ["inbox", "read", "i1"]):
        assert cmday(*verb).code == 0
    assert listed(cmday, "undo", "--list")["actions"] == actions


def test_one_item_of_several(cmday: Cmday, morning: Ground) -> None:
    before = {one["handle"]: one["state"] for one in listed(cmday, "inbox", "--all")["items"]}
    assert cmday("inbox", "done", "i1-3").code == 0
    assert cmday("undo", "i2").code == 0
    now = {one["handle"]: one["state"] for one in listed(cmday, "inbox", "--all")["items"]}
    assert (now["i1"], now["i2"], now["i3"]) == ("done", before["i2"], "done")
    assert cmday("undo").code == 0
    assert {one["handle"]: one["state"] for one in listed(cmday, "inbox", "--all")["items"]} == before
    nothing = cmday("undo", "i2")
    assert nothing.code == 2
    assert "nothing was done to i2 that can be undone" in nothing.err


def test_a_note_is_taken_out_again(cmday: Cmday, office: PostOffice) -> None:
    assert cmday("note", "appelé l'imprimeur").code == 0
    assert cmday("undo").out == "undone: note appelé l'imprimeur\n"
    assert cmday("undo").code == 2
    assert cmday("undo", "--list").out == "nothing can be undone\n"


def test_nothing_to_undo_on_an_empty_home(cmday: Cmday, office: PostOffice) -> None:
    empty = cmday("undo")
    assert empty.code == 2
    assert "there is nothing to undo" in empty.err


@pytest.mark.parametrize(
    "verb",
    [
        ["drop", "o1"],
        ["hold", "o1-2"],
        ["edit", "o1", "--text", "autre chose"],
        ["edit", "o1", "--at", "tomorrow 10:00"],
        ["release", "o3"],
    ],
    ids=" ".join,
)
def test_the_verbs_of_the_outbox(cmday: Cmday, write: Write, verb: list[str]) -> None:
    write({"text": "un"}, {"text": "deux"}, {"text": "trois", "state": "draft"})
    before = sorted(cmday("outbox", "--json").json["data"]["items"], key=lambda one: str(one["id"]))
    assert cmday("outbox", *verb).code == 0
    assert sorted(cmday("outbox", "--json").json["data"]["items"], key=lambda one: str(one["id"])) != before
    assert cmday("undo").code == 0
    assert sorted(cmday("outbox", "--json").json["data"]["items"], key=lambda one: str(one["id"])) == before


def test_what_is_written_is_cancelled_without_asking_anybody(
    cmday: Cmday, write: Write, office: PostOffice, states: States
) -> None:
    write({"text": "un"}, {"text": "deux"})
    assert cmday("undo", "o2").code == 0
    assert states() == {"un": "queued", "deux": "cancelled"}
    assert cmday("undo").code == 0
    assert states() == {"un": "cancelled", "deux": "cancelled"}
    assert cmday("send", "--yes").code == 0
    assert office.loopback.requests == []


def test_what_is_sent_is_taken_back_by_the_network(
    cmday: Cmday, write: Write, office: PostOffice, states: States
) -> None:
    write({"text": "un"}, {"text": "deux"})
    assert cmday("send", "--yes").code == 0
    unasked = cmday("undo")
    assert unasked.code == 2
    assert "cmday undo --yes" in unasked.err
    assert cmday("undo", "o1", "--yes").code == 0
    assert office.texts() == ["deux"]
    assert states() == {"un": "cancelled", "deux": "sent"}
    assert cmday("send", "--yes").code == 0
    assert cmday("outbox", "release", "o1").code == 2, "what was sent once is never sent again"
    assert office.asked() == 2


def test_what_cannot_be_taken_back_says_so(cmday: Cmday, write: Write, office: PostOffice, states: States) -> None:
    write({"text": "un"})
    assert cmday("send", "--yes").code == 0
    office.loopback.route("/api/v1/statuses/100", Answer(status=405, body=b"{}"))
    refused = cmday("undo", "--yes")
    assert refused.code == 1
    assert states() == {"un": "sent"}
    assert len(listed(cmday, "undo", "--list")["actions"]) == 2, "nothing is lost of it"


def test_what_the_person_alone_knows_to_be_sent_is_irreversible(
    cmday: Cmday, write: Write, office: PostOffice, states: States
) -> None:
    write({"text": "un"})
    office.fail("nox", Answer(silent=True), keeps=True)
    assert cmday("send", "--yes").code == 3
    assert cmday("undo", "o1").code == 2, "in doubt: first say where it is"
    assert cmday("outbox", "arrived", "o1").code == 0
    refused = cmday("undo", "--yes")
    assert refused.code == 1
    assert "irreversible here" in refused.err
    assert states() == {"un": "sent"}
