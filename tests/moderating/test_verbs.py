"""``cmday moderate remove m1`` and its like against sites on the loopback: what leaves, what it does, and the way back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Cmday
from tests.moderating.sites import Sites


@pytest.fixture(autouse=True)
def swept(cmday: Cmday, sites: Sites) -> None:
    """``m1`` to ``m3`` wait on ``blog``, ``m4`` and ``m5`` on ``shop``."""
    assert len(cmday("moderate", "--json").json["data"]["cases"]) == 5
    assert sites.written() == []


def cases(cmday: Cmday) -> dict[str, Any]:
    return {one["handle"]: one for one in cmday("moderate", "--json", "--offline").json["data"]["cases"]}


def outbox(cmday: Cmday) -> list[Any]:
    found: list[Any] = cmday("outbox", "--json").json["data"]["items"]
    return found


def log(cmday: Cmday) -> list[str]:
    return [one["what"] for one in cmday("moderate", "log", "--json").json["data"]["records"]]


def test_a_case_is_decided_when_its_action_was_sent(cmday: Cmday, sites: Sites) -> None:
    run = cmday("moderate", "remove", "m1", "--why", "charter 4", "--json")
    [row] = run.json["data"]["cases"]
    assert (row["action"], row["why"], row["state"], row["waits"]) == ("remove", "charter 4", "open", True)
    assert row["does"] == "throws the comment into the site's bin"
    assert sites.written() == []
    [waiting] = outbox(cmday)
    assert (waiting["id"], waiting["text"]) == (row["outbox"][0], "remove bruno@example.org: charter 4")
    assert cmday("send", "--yes").code == 0
    assert sites.written() == [("blog", "DELETE", "/comments/1", {})]
    assert "m1" not in cases(cmday)
    assert [one for one in log(cmday) if "decide" in one] == ["decide remove"]


def test_what_touches_somebody_wants_a_reason(cmday: Cmday, sites: Sites) -> None:
    run = cmday("moderate", "remove", "m1")
    assert run.code == 2
    assert "say why" in run.err
    assert outbox(cmday) == []
    assert cmday("moderate", "approve", "m1").code == 0, "to find nothing wrong wants none"


def test_what_the_network_cannot_do_is_not_offered(cmday: Cmday) -> None:
    run = cmday("moderate", "ban", "m1", "--why", "charter 4", "--for", "7d")
    assert run.code == 2
    assert "blog cannot ban there" in run.err
    assert "it can approve, hold, remove" in run.err


def test_dry_run_prints_the_exact_requests_and_stores_nothing(cmday: Cmday, sites: Sites) -> None:
    run = cmday("moderate", "label", "m1-2", "spam", "--why", "ads", "--dry-run")
    assert run.code == 0
    assert "POST http://blog.localhost" in run.out
    assert run.out.count('{"status":"spam"}') == 2
    assert "a-token" not in run.out
    told = cmday("moderate", "label", "m1-2", "spam", "--why", "ads", "--dry-run", "--json").json["data"]
    assert [json.loads(one["body"]) for one in told["requests"]] == [{"status": "spam"}] * 2
    assert (told["dry_run"], len(told["cases"])) == (True, 2)
    assert outbox(cmday) == []
    assert sites.written() == []
    assert cmday("moderate", "label", "m1-2", "spam", "--why", "ads").code == 0
    cmday("send", "--yes")
    assert [(method, body) for _, method, _, body in sites.written()] == [("POST", {"status": "spam"})] * 2


def test_undo_before_and_after_it_left(cmday: Cmday, sites: Sites) -> None:
    cmday("moderate", "remove", "m1-2", "--why", "ads")
    assert cmday("undo", "m2").code == 0
    cmday("send", "--yes")
    assert sites.statuses("blog") == {1: "trash", 2: "hold", 3: "hold"}
    asked = cmday("undo", "m1")
    assert asked.code == 2
    assert "there is nobody to ask" in asked.err
    assert cmday("undo", "m1", "--yes").code == 0
    assert sites.statuses("blog")[1] == "hold"
    assert cases(cmday)["m1"]["state"] == "open"
    assert [one for one in log(cmday) if "remove" in one][-1] == "reverse remove"
    assert cmday("moderate", "log", "verify").code == 0


def test_a_query_is_shown_and_asked_about(cmday: Cmday, sites: Sites) -> None:
    run = cmday("moderate", "remove", "--community", "bem", "--author", "bruno", "--why", "ads")
    assert run.code == 2
    assert "it hits 3" in run.err
    assert "m1 bem Bruno bruno@example.org" in run.err
    assert outbox(cmday) == []
    run = cmday("moderate", "remove", "--community", "bem", "--author", "bruno", "--why", "ads", "--yes", "--json")
    assert len(run.json["data"]["cases"]) == 3
    again = cmday("moderate", "remove", "--account", "blog", "--why", "ads", "--yes", "--json")
    assert again.json["data"]["cases"] == [], "what waits already is passed over"
    assert cmday("moderate", "remove", "--account", "nobody", "--why", "ads", "--yes").code == 2
    cmday("send", "--yes")
    assert sites.counts() == {f"blog/comments/{one}": 1 for one in (1, 2, 3)}


def test_the_reason_of_the_rule_is_the_usual_one(cmday: Cmday, home: Any) -> None:
    (home / "rules.toml").write_text('[rule.pills]\nwhen = { word = ["pills"] }\nwhy = "no selling"\n')
    cmday("moderate")
    run = cmday("moderate", "remove", "--rule", "pills", "--yes", "--json")
    assert {one["why"] for one in run.json["data"]["cases"]} == {"no selling"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"content": {"rendered": "<p>Buy nothing</p>"}}, "it was edited since you decided"),
        ({"status": "spam"}, "it was dealt with elsewhere: marked as spam"),
        (None, "it is not there any more"),
    ],
    ids=["edited", "resolved", "gone"],
)
def test_what_changed_since_asks_instead_of_leaving(
    cmday: Cmday, sites: Sites, change: dict[str, Any] | None, said: str
) -> None:
    cmday("moderate", "remove", "m1,2", "--why", "ads")
    if change is None:
        del sites["blog"].comments[1]
    else:
        sites["blog"].comments[1] |= change
    run = cmday("send", "--yes")
    assert run.code == 3
    assert f"remove was not sent: {said}" in run.out
    assert sites.counts() == {"blog/comments/2": 1}, "the next in line goes"
    [held] = [one for one in outbox(cmday) if one["state"] == "held"]
    assert cases(cmday)["m1"]["state"] == "open"
    assert cmday("send", "--yes").code == 0
    assert sites.counts() == {"blog/comments/2": 1}
    cmday("outbox", "release", held["handle"])
    cmday("send", "--yes")
    assert sites.counts()["blog/comments/1"] == (0 if change is None else 1)


def test_force_sends_it_whatever_became_of_it(cmday: Cmday, sites: Sites) -> None:
    cmday("moderate", "remove", "m1", "--why", "ads", "--force")
    sites["blog"].comments[1]["content"] = {"rendered": "<p>Other words</p>"}
    assert cmday("send", "--yes").code == 0
    assert sites.statuses("blog")[1] == "trash"


def test_a_refusal_leaves_the_case_open(cmday: Cmday, sites: Sites) -> None:
    from tests.connectors.test_wordpress_writing import answer

    cmday("moderate", "remove", "m1", "--why", "ads")
    sites["blog"].fault = lambda: answer({"code": "rest_x", "message": "not today"}, 403)
    assert cmday("send", "--yes").code == 1
    assert cases(cmday)["m1"]["state"] == "open"
    assert [one["state"] for one in outbox(cmday)] == ["failed"]
    assert not [one for one in log(cmday) if "decide" in one]


def test_the_way_back_is_a_verb_too_and_the_decision_is_reversed(cmday: Cmday, sites: Sites) -> None:
    cmday("moderate", "remove", "m1", "--why", "ads")
    cmday("send", "--yes")
    assert cmday("moderate", "restore", "m1", "--why", "it was a joke").code == 0
    assert cmday("send", "--yes").code == 0
    assert sites.statuses("blog")[1] == "hold"
    assert [one for one in log(cmday) if "decide" in one or "reverse" in one] == [
        "decide remove",
        "reverse remove",
        "decide restore",
    ]


def test_the_same_waits_once_and_the_opposite_not_beside_it(cmday: Cmday) -> None:
    cmday("moderate", "remove", "m1", "--why", "ads")
    for verb in ("remove", "approve"):
        run = cmday("moderate", verb, "m1", "--why", "ads")
        assert run.code == 2
        assert "remove waits to be sent, as o1" in run.err
    assert len(outbox(cmday)) == 1


def test_hold_leaves_the_case_open_and_notes_stay_here(cmday: Cmday, sites: Sites) -> None:
    sites["blog"].comments[1]["status"] = "approved"
    cmday("moderate", "hold", "m1", "--why", "let me see", "--force")
    cmday("send", "--yes")
    assert sites.statuses("blog")[1] == "hold"
    assert cases(cmday)["m1"]["state"] == "open"
    before = len(sites.written())
    assert "has your note" in cmday("moderate", "note", "m1", "asked", "Karim").out
    assert "is assigned" in cmday("moderate", "assign", "m1", "Karim").out
    cmday("send", "--yes")
    assert len(sites.written()) == before
    assert cases(cmday)["m1"]["state"] == "open"


def test_a_reply_leaves_with_its_words(cmday: Cmday, sites: Sites) -> None:
    assert cmday("moderate", "reply", "m1").code == 2
    assert cmday("moderate", "reply", "m1", "--text", "We have no pills.").code == 0
    cmday("send", "--yes")
    [(_, _, path, body)] = sites.written()
    assert (path, body["content"]) == ("/comments", "We have no pills.")


def test_what_is_decided_and_not_sent_says_so(cmday: Cmday) -> None:
    cmday("moderate", "remove", "m1", "--why", "ads")
    shown = cmday("moderate", "--offline")
    [line] = [line for line in shown.out.splitlines() if line.startswith("  m1 ")]
    assert "waits to be sent" in line
    assert [one["waits"] for one in cases(cmday).values()] == ["remove", None, None, None, None]
    cmday("undo")
    assert cases(cmday)["m1"]["waits"] is None


def test_a_rule_may_hold_and_never_decides_and_what_a_person_took_back_stays_back(cmday: Cmday, sites: Sites) -> None:
    from cmday.cli.arguments import Options
    from cmday.cli.run import Run
    from cmday.steps.moderation.acting import for_rules
    from cmday.storage import cases as stored
    from cmday.storage import decisions

    def by_rule(action: Any, handle: str, **more: str) -> Any:
        with Run(Options()) as run:
            case = stored.cases(run.session.database, [cases(cmday)[handle]["id"]]).popitem()[1]
            return for_rules.by_rule(run.session, case, action, rule="pills", why="no selling", **more)

    assert by_rule("hold", "m1") is None, "it is held already"
    assert by_rule("label", "m1", label="spam").action == "label"
    assert by_rule("label", "m1", label="spam") is None, "once"
    assert by_rule("label", "m2", label="spam") is not None
    cmday("undo")
    assert by_rule("label", "m2", label="spam") is None, "a person said no"
    with pytest.raises(AssertionError):
        by_rule("remove", "m3")
    assert cmday("send", "--yes").code == 0
    assert sites.statuses("blog") == {1: "spam", 2: "hold", 3: "hold"}
    assert cases(cmday)["m1"]["state"] == "open", "a person decides"
    with Run(Options()) as run:
        [one] = decisions.since(run.session.database)
    assert (one.action, one.automatic, one.why) == ("label", True, "no selling")
