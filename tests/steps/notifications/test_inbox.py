"""``cmday inbox`` through its one door, against a server on the loopback."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import Cmday
from tests.connectors.timeline import Timeline
from tests.loopback.answers import Answer, busy
from tests.loopback.server import Loopback
from tests.steps.notifications.conftest import PATH, Configure, mention, serve, timeline_of


def test_messages_and_questions_come_first_and_reactions_fold(cmday: Cmday, nox: Timeline) -> None:
    result = cmday("inbox", "--json")
    assert result.code == 0, result.err
    items = result.json["data"]["items"]
    assert [(item["handle"], item["kind"], item["priority"], item["count"]) for item in items] == [
        ("i1", "message", 1, 1),
        ("i2", "question", 1, 1),
        ("i3", "mention", 3, 1),
        ("i4", "like", 4, 5),
        ("i5", "follow", 4, 1),
    ]
    assert {item["answer_by"] for item in items[:3]} == {"2026-11-02T13:00:00+01:00"}, "four hours from Monday at 9"
    assert result.json["data"]["accounts"] == [
        {
            "account": "nox",
            "network": "mastodon",
            "status": "ok",
            "new": 9,
            "seconds": result.json["data"]["accounts"][0]["seconds"],
            "stale_since": None,
            "error": None,
        }
    ]


def test_a_second_sweep_brings_nothing_twice(cmday: Cmday, nox: Timeline) -> None:
    first = cmday("inbox", "--json").json["data"]
    second = cmday("inbox", "--json").json["data"]
    assert second["items"] == first["items"]
    assert second["accounts"][0]["new"] == 0
    nox.entries.append(mention(1020, "Et demain ?", hours=3))
    third = cmday("inbox", "--json").json["data"]
    assert third["accounts"][0]["new"] == 1
    assert {item["handle"]: item["id"] for item in first["items"]}.items() <= {
        item["handle"]: item["id"] for item in third["items"]
    }.items(), "a handle stays with its item"


def test_verbs_say_what_they_hit_and_are_kept(cmday: Cmday, nox: Timeline) -> None:
    cmday("inbox", "-q")
    said = cmday("inbox", "done", "1", "i4")
    assert said.code == 0
    assert "i1" in said.out
    assert "Elodie" in said.out
    assert "×5" in said.out
    ids = [item["handle"] for item in cmday("inbox", "--json").json["data"]["items"]]
    assert ids == ["i2", "i3", "i5"], "done stays done after a sweep, and its number is not given again"
    everything = cmday("inbox", "--json", "--all", "--offline").json["data"]["items"]
    assert {item["handle"]: item["state"] for item in everything} == {
        "i1": "done",
        "i2": "new",
        "i3": "new",
        "i4": "done",
        "i5": "new",
    }
    assert cmday("inbox", "open", "i1").code == 0
    assert "i1" in [item["handle"] for item in cmday("inbox", "--json", "--offline").json["data"]["items"]]


def test_reading_shows_the_whole_thread_and_marks_it_seen(
    cmday: Cmday, loopback: Loopback, configure: Configure
) -> None:
    text = "mot " * 300 + "fin"
    first = mention(1001, text, hours=0)
    answer = mention(1002, "D'accord.", hours=1, name="bob", in_reply_to_id="91001")
    configure({"nox": "sss"})
    serve(loopback, "nox", timeline_of(first, answer))
    listed = cmday("inbox", "--json").json["data"]["items"]
    assert len(listed) == 2
    shown = cmday("inbox", "read", listed[0]["handle"])
    assert shown.code == 0
    assert " ".join(shown.out.split()).count("mot") == 300 if "mot" in listed[0]["text"] else "D'accord" in shown.out
    data = cmday("inbox", "read", listed[0]["handle"], "--json").json["data"]["items"]
    assert data[0]["item"]["state"] == "seen"
    assert all(one["handle"] for one in data[0]["thread"])
    states = {item["id"]: item["state"] for item in cmday("inbox", "--offline", "--json").json["data"]["items"]}
    assert states[listed[0]["id"]] == "seen"
    assert states[listed[1]["id"]] == "new"


def test_what_is_put_off_comes_back(cmday: Cmday, nox: Timeline, monkeypatch: pytest.MonkeyPatch) -> None:
    cmday("inbox", "-q")
    said = cmday("inbox", "snooze", "i2", "--until", "14h")
    assert "14:00" in said.out
    assert "i2" not in [item["handle"] for item in cmday("inbox", "--offline", "--json").json["data"]["items"]]
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T14:00:00+01:00")
    back = {item["handle"]: item for item in cmday("inbox", "--offline", "--json").json["data"]["items"]}
    assert back["i2"]["state"] == "seen"
    refused = cmday("inbox", "snooze", "i2", "--until", "2026-11-01")
    assert refused.code == 2
    assert "hint:" in refused.err


@pytest.mark.parametrize("verb", ["done", "read", "open", "snooze"])
def test_an_unknown_item_changes_nothing(cmday: Cmday, nox: Timeline, verb: str) -> None:
    before = cmday("inbox", "--json").json["data"]["items"]
    for words in (["i1", "i99"], ["i1", "nox:4711"]):
        refused = cmday("inbox", verb, *words)
        assert refused.code == 2
        assert "hint:" in refused.err
    assert cmday("inbox", "--json", "--offline").json["data"]["items"] == before


def test_filters_and_limits(cmday: Cmday, nox: Timeline) -> None:
    cmday("inbox", "-q")

    def kinds(*words: str) -> list[str]:
        return [item["kind"] for item in cmday("inbox", "--offline", "--json", *words).json["data"]["items"]]

    assert kinds("--kind", "question,mentions") == ["question", "mention"]
    assert kinds("--kind", "likes") == ["like"]
    assert kinds("--limit", "2") == ["message", "question"]
    wrong = cmday("inbox", "--kind", "qestion")
    assert wrong.code == 2
    assert "question" in wrong.err
    text = cmday("inbox", "--offline", "--limit", "1").out
    assert "2" in text
    assert "cmday inbox --all" in text


def test_one_community_at_a_time(cmday: Cmday, loopback: Loopback, configure: Configure) -> None:
    configure({"nox": "sss", "bema": "bem"})
    serve(loopback, "nox", timeline_of(mention(1001, "pour sss")))
    serve(loopback, "bema", timeline_of(mention(1001, "pour bem")))
    focused = cmday("inbox", "-c", "bem", "--json").json["data"]
    assert [item["text"] for item in focused["items"]] == ["pour bem"]
    assert [row["account"] for row in focused["accounts"]] == ["bema"]
    assert loopback.count(host="nox.localhost") == 0
    assert len(cmday("inbox", "--json").json["data"]["items"]) == 2


def test_one_account_that_fails_spoils_nothing(cmday: Cmday, loopback: Loopback, configure: Configure) -> None:
    configure({"nox": "sss", "bema": "bem"}, limits='deadline = "1s"')
    serve(loopback, "nox", timeline_of(mention(1001, "pour sss")))
    serve(loopback, "bema", timeline_of(mention(1001, "pour bem")))
    assert cmday("inbox", "--json").code == 0
    for reply, kind in (
        (Answer(status=500, body=b"oops"), "server"),
        (Answer(body=b"<html>not json"), "garbled"),
        (Answer(never=True, silent=True), "timeout"),
        (Answer(silent=True), "unreachable"),
    ):
        loopback.route(PATH, reply, host="bema.localhost")
        result = cmday("inbox", "--json")
        assert result.code == 3
        assert {item["text"] for item in result.json["data"]["items"]} == {"pour sss", "pour bem"}
        good, bad = result.json["data"]["accounts"]
        assert (good["status"], bad["status"], bad["new"]) == ("ok", "failed", 0)
        assert bad["stale_since"] == "2026-11-02T08:31:00+01:00"
        assert bad["error"]["kind"] == kind
        assert [(error["subject"], error["kind"]) for error in result.json["errors"]] == [("bema", kind)]
        assert "bema" in cmday("inbox").out
    offline = cmday("inbox", "--json", "--offline")
    assert offline.code == 0
    assert {row["status"] for row in offline.json["data"]["accounts"]} == {"offline"}


def test_a_refused_token_asks_for_a_sign_in(cmday: Cmday, nox: Timeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "an old one")
    result = cmday("inbox", "--json")
    assert result.code == 4
    (error,) = result.json["errors"]
    assert error["kind"] == "sign-in"
    assert "cmday login" in error["hint"]
    assert "an old one" not in result.out + result.err


def test_a_server_that_asks_for_patience_is_left_alone(
    cmday: Cmday, nox: Timeline, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    loopback.route(PATH, busy(429, "600"), host="nox.localhost")
    assert cmday("inbox", "--json").json["errors"][0]["kind"] == "rate-limit"
    asked = loopback.count(PATH)
    again = cmday("inbox", "--json")
    assert again.code == 0
    assert again.json["data"]["accounts"][0]["error"]["kind"] == "waiting"
    assert loopback.count(PATH) == asked
    serve(loopback, "nox", nox)
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T08:42:00+01:00")
    assert cmday("inbox", "--json").json["data"]["accounts"][0]["status"] == "ok"


def test_five_thousand_arrive_over_several_sweeps_each_once(
    cmday: Cmday, loopback: Loopback, configure: Configure
) -> None:
    timeline = Timeline(5000)
    configure({"nox": "sss"}, limits='deadline = "2s"')
    serve(loopback, "nox", timeline, delay=0.1)
    statuses: list[str] = []
    came = 0
    while not statuses or statuses[-1] == "partial":
        result = cmday("inbox", "--json", "--limit", "1")
        (account,) = result.json["data"]["accounts"]
        statuses.append(account["status"])
        came += account["new"]
        assert account["new"] > 0
        assert result.code == (3 if account["status"] == "partial" else 0)
        assert len(statuses) < 20
    assert statuses[-1] == "ok"
    assert len(statuses) > 1
    assert came == 5000
    items = cmday("inbox", "--json", "--offline").json["data"]["items"]
    assert Counter(item["id"] for item in items) == Counter(f"nox:{entry['id']}" for entry in timeline.entries)


def test_an_empty_home(cmday: Cmday, home: Path) -> None:
    result = cmday("inbox", "--json")
    assert result.code == 0
    assert result.json["data"] == {"items": [], "accounts": []}
    assert "cmday login" in cmday("inbox").out


def test_any_item_from_one_command(cmday: Cmday, nox: Timeline) -> None:
    cmday("inbox", "-q")
    said = cmday("done", "i2", "i4-5")
    assert said.code == 0
    assert [line.split()[0] for line in said.out.splitlines()] == ["i2", "i4", "i5"]
    assert [one["handle"] for one in cmday("inbox", "--json", "--offline").json["data"]["items"]] == ["i1", "i3"]
    opened = cmday("open", "i2", "--json").json["data"]["items"]
    assert [(one["handle"], one["step"]) for one in opened] == [("i2", "notifications")]
    assert "i2" in [one["handle"] for one in cmday("inbox", "--json", "--offline").json["data"]["items"]]
    for words in (["i99"], ["i1", "m1"], ["nox:1001"], ["s1"]):
        assert cmday("done", *words).code == 2
    assert len(cmday("inbox", "--json", "--offline").json["data"]["items"]) == 3, "nothing was half done"


def test_a_note_is_echoed(cmday: Cmday, home: Path) -> None:
    said = cmday("note", "appelé", "l'imprimeur")
    assert said.code == 0
    assert "08:31" in said.out
    assert "appelé l'imprimeur" in said.out
    assert cmday("note", "x", "--json").json["data"]["text"] == "x"
    assert cmday("note", " ").code == 2
