"""The platforms' queues through the front door: what is in them, once; what colleagues do there; whom it costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cmday.connectors import catalog
from cmday.core.cases import CaseReport, Offer, QueueEntry, QueuePage
from cmday.core.items import Notification, Page, ThreadPost
from cmday.core.time import parse_instant
from tests.conftest import NOW, Cmday
from tests.loopback.fixture import loopback
from tests.loopback.server import Loopback
from tests.steps.moderation.scripted import NETWORK, Server

__all__ = ["loopback"]

AT = parse_instant(NOW)
OFFERS = (
    Offer(action="approve", does="lets everybody see it"),
    Offer(action="remove", does="takes it down: nobody sees it", inverse="restore"),
    Offer(action="ban", does="bans its author for good"),
)
RULES = '[rule]\nsales = { when = { word = ["promo"] }, why = "sells" }\n'


def entry(subject: str = "p1", **more: Any) -> QueueEntry:
    fields: dict[str, Any] = {
        "author": "Promo",
        "author_handle": "@promo@m.example",
        "author_id": "66",
        "text": "Places à -50 %",
        "url": f"https://m.example/{subject}",
        "at": AT - timedelta(hours=2),
        "place": {"report": f"r-{subject}"},
    }
    return QueueEntry(subject=subject, **(fields | more))


def report(one: str, reason: str = "spam", *, ago: float = 60, by: str = "Zoé") -> CaseReport:
    return CaseReport(
        id=one, by=by, by_handle=f"@{by.lower()}@m.example", reason=reason, at=AT - timedelta(minutes=ago)
    )


def said(one: str, subject: str, text: str, kind: str = "mention", **more: Any) -> Notification:
    return Notification(
        **{
            "id": f"mod:{one}",
            "account": "mod",
            "network": "scripted",
            "community": "bem",
            "kind": kind,
            "author": "Promo",
            "author_handle": "@promo@m.example",
            "text": text,
            "subject": subject,
            "url": f"https://m.example/{subject}",
            "at": AT - timedelta(hours=1),
            **more,
        }
    )


@pytest.fixture
def configure(home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Server]]:
    """``configure("mod", "other")``: accounts on servers of their own; returns the servers by account."""
    monkeypatch.setitem(catalog.NETWORKS, "scripted", NETWORK)

    def write(*names: str) -> dict[str, Server]:
        servers = {name: Server(loopback, name) for name in names}
        lines = ['timezone = "Europe/Paris"', '[community.bem]\ntitle = "BEM"', '[limits]\ndeadline = "3s"']
        for name, server in servers.items():
            server.offers = OFFERS
            server.whole()
            lines.append(f'[account.{name}]\nnetwork = "scripted"\nserver = "{server.url}"\ncommunities = ["bem"]')
        (home / "config.toml").write_text("\n".join(lines))
        (home / "feeds.toml").touch()
        return servers

    return write


@pytest.fixture
def server(configure: Callable[..., dict[str, Server]]) -> Server:
    return configure("mod")["mod"]


def at(monkeypatch: pytest.MonkeyPatch, minutes: float) -> None:
    """Let so many minutes have passed."""
    monkeypatch.setenv("CMDAY_NOW", (AT + timedelta(minutes=minutes)).isoformat())


def listed(cmday: Cmday, *options: str) -> list[Any]:
    result = cmday("moderate", "--json", *options)
    assert result.code == 0, result
    found: list[Any] = result.json["data"]["cases"]
    return found


def test_a_thing_reported_twice_and_told_of_and_hit_by_a_rule_is_one_case(
    server: Server, cmday: Cmday, home: Path
) -> None:
    (home / "rules.toml").write_text(RULES)
    server.whole(
        entry(text="promo : places", reports=(report("1"),)),
        entry("p2"),
        entry(text="promo : places", reports=(report("2", "rude", by="Max"),)),
        per_page=1,
    )
    server.page = Page(
        notifications=(said("n1", "p1", "spam", "report"), said("n2", "p1", "promo : places")), cursor=None
    )
    first, second = listed(cmday)
    assert (first["id"], first["reports"], first["rules"]) == ("case/mod/p1", 2, ["sales"])
    assert first["text"] == "promo : places"
    assert first["reasons"] == ["reported: spam", "reported: rude", 'rule "sales": sells (promo)']
    assert second["id"] == "case/mod/p2"
    assert listed(cmday) == [first, second]
    assert listed(cmday, "--offline") == [first, second]


def test_what_is_not_there_any_more_was_dealt_with_elsewhere(
    server: Server, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.whole(entry("p1", claimed_by="@mod"), entry("p2"), entry("p3"))
    assert {case["claimed_by"] for case in listed(cmday)} == {"@mod", None}
    assert "claimed by @mod" in cmday("moderate", "--offline").out
    cmday("moderate", "approve", "case/mod/p3", "--yes")
    at(monkeypatch, 41)
    server.whole(entry("p2"))
    assert [case["id"] for case in listed(cmday)] == ["case/mod/p2"]
    [gone] = [case for case in listed(cmday, "--state", "decided") if case["id"] == "case/mod/p1"]
    assert (gone["state"], gone["elsewhere"]) == ("resolved", "resolved elsewhere by @mod")
    assert gone["decided_at"] == "2026-11-02T09:12:00+01:00"
    assert "resolved elsewhere by @mod, 09:12" in cmday("moderate", "--offline").out
    at(monkeypatch, 50)
    server.whole(entry("p2"), entry("p1"))
    [again] = [case for case in listed(cmday) if case["id"] == "case/mod/p1"]
    assert "open again in the queue of its network" in again["reasons"]


def test_a_queue_that_broke_off_says_nothing_of_what_it_lacks(server: Server, cmday: Cmday) -> None:
    server.whole(entry("p1"), entry("p2"), per_page=1)
    assert len(listed(cmday)) == 2
    server.whole(entry("p1", reports=(report("1"),)), entry("p2"), per_page=1)
    server.broken = {"/queue/1": 500}
    result = cmday("moderate", "--json")
    assert result.code == 3
    assert [error["subject"] for error in result.json["errors"]] == ["mod"]
    assert [(case["id"], case["reports"]) for case in result.json["data"]["cases"]] == [
        ("case/mod/p1", 1),
        ("case/mod/p2", 0),
    ]


def test_a_sweep_that_may_have_missed_something_resolves_nothing(server: Server, cmday: Cmday) -> None:
    server.whole(entry("p1"), entry("p2"))
    assert len(listed(cmday)) == 2
    server.pages = [QueuePage(entries=(entry("p1"),), whole=True, gap="more than 500 reports wait")]
    result = cmday("moderate", "--json")
    assert len(result.json["data"]["cases"]) == 2
    assert [error["message"] for error in result.json["errors"]] == ["more than 500 reports wait"]


def test_what_was_decided_there_is_said_with_who_and_what(server: Server, cmday: Cmday) -> None:
    server.pages = [QueuePage(entries=(entry("p1"),))]
    listed(cmday)
    done = entry("p1", claimed_by="@léa", resolved=AT - timedelta(minutes=5), resolved_as="took it down")
    server.pages = [QueuePage(entries=(done, replace(done, subject="never seen here")))]
    assert listed(cmday) == []
    [one] = listed(cmday, "--state", "all")
    assert one["elsewhere"] == "resolved elsewhere by @léa: took it down"
    assert one["decided_at"] == "2026-11-02T08:26:00+01:00"


def test_what_is_approved_is_open_again_when_its_text_is_another_or_it_is_reported_anew(
    server: Server, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.pages = [QueuePage(entries=(entry("p1"), entry("p2", reports=(report("1"),)), entry("p3")))]
    listed(cmday)
    decide(cmday, "p1", "p2", "p3")
    at(monkeypatch, 10)
    edited = entry("p1", text="Votez pour moi", edited=AT + timedelta(minutes=5))
    anew = entry("p2", reports=(report("1"), report("2", ago=-5, by="Max")))
    server.pages = [QueuePage(entries=(edited, anew, entry("p3")))]
    found = {case["id"]: case for case in listed(cmday)}
    assert {one: case["reasons"][0] for one, case in found.items()} == {
        "case/mod/p1": "edited after it was approved",
        "case/mod/p2": "reported again after it was decided",
    }
    assert found["case/mod/p1"]["text"] == "Votez pour moi"
    assert "edited since" in cmday("moderate", "--offline").out


def decide(cmday: Cmday, *subjects: str) -> None:
    """Let these be approved as if the network had been told already."""
    from cmday.cli.arguments import Options
    from cmday.cli.run import Run
    from cmday.storage import cases

    with Run(Options()) as run:
        for one in subjects:
            assert cases.decide(run.session.database, f"case/mod/{one}", "approved", run.session.clock.now())
    assert listed(cmday, "--offline") == []


def test_a_report_that_only_a_notification_told_of_is_over_with_the_queue(
    server: Server, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.page = Page(notifications=(said("n1", "p1", "spam", "report"),), cursor=None)
    assert [case["id"] for case in listed(cmday)] == ["case/mod/p1"]  # it came while the queue was asked
    at(monkeypatch, 1)
    assert listed(cmday) == []


def test_who_is_no_moderator_is_asked_once_a_day(
    configure: Callable[..., dict[str, Server]], cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = configure("mod", "other")
    servers["other"].offers = ()
    servers["mod"].whole(entry())
    for _ in range(2):
        assert len(listed(cmday)) == 1
    assert {name: (one.count("/offers"), one.count("/queue/0")) for name, one in servers.items()} == {
        "mod": (1, 2),
        "other": (1, 0),
    }
    at(monkeypatch, 24 * 60)
    listed(cmday)
    assert servers["other"].count("/offers") == 2


def test_a_failure_costs_its_account_only(configure: Callable[..., dict[str, Server]], cmday: Cmday) -> None:
    servers = configure("mod", "other")
    servers["mod"].whole(entry())
    servers["other"].broken = {"/offers": 503}
    result = cmday("moderate", "--json")
    assert result.code == 3
    assert [case["id"] for case in result.json["data"]["cases"]] == ["case/mod/p1"]
    assert [error["subject"] for error in result.json["errors"]] == ["other"]
    started = cmday("start", "--json").json
    assert [error["subject"] for error in started["errors"]] == ["other"]


def test_show_tells_all_it_takes(server: Server, cmday: Cmday) -> None:
    post = ThreadPost(id="p0", thread="t", author="Léa", author_handle="@lea@m.example", text="Hâte !", at=AT)
    this = replace(post, id="p1", author="Promo", author_handle="@promo@m.example", text="Places à -50 %")
    one = entry(
        reports=(report("1", "sells tickets"),), thread="t", joined=AT - timedelta(days=2), labels=("spam",), held=True
    )
    older = entry("p2", at=AT - timedelta(hours=5))
    server.pages = [QueuePage(entries=(one, older), posts=(post, this), whole=True)]
    listed(cmday)
    cmday("people", "note", "@promo@m.example", "sold tickets in May")
    [shown] = cmday("moderate", "show", "case/mod/p1", "--json").json["data"]["cases"]
    assert [each["reason"] for each in shown["reported_by"]] == ["sells tickets"]
    assert [(each["text"], each["this"]) for each in shown["thread"]] == [("Hâte !", False), ("Places à -50 %", True)]
    assert [each["text"] for each in shown["notes"]] == ["sold tickets in May"]
    assert (shown["open_cases"], shown["held"], shown["labels"]) == (1, True, ["spam"])
    does = {each["action"]: (each["does"], each["takes_back"], each["here"]) for each in shown["actions"]}
    assert does["remove"] == ("takes it down: nobody sees it", "restore", False)
    assert does["ban"] == ("bans its author for good", None, False)
    assert not {"mute", "label", "lock", "restore"} & does.keys()
    screen = " ".join(cmday("moderate", "show", "case/mod/p1").out.split())
    for words in (
        *("Zoé (@zoé@m.example)", "sells tickets", "Hâte !", "account of 2 days", "1 other open case"),
        *(
            "note: sold tickets in May",
            "labels: spam",
            "restore takes it back",
            "bans its author for good; irreversible",
        ),
    ):
        assert words in screen


def test_what_was_done_against_an_author_before_is_told(server: Server, cmday: Cmday) -> None:
    server.whole(entry("p1"), entry("p2"))
    listed(cmday)
    from cmday.cli.arguments import Options
    from cmday.cli.run import Run
    from cmday.core.decisions import Decision
    from cmday.storage import cases, decisions

    with Run(Options()) as run:
        db = run.session.database
        case = cases.cases(db, ["case/mod/p2"])["case/mod/p2"]
        decisions.put(
            db,
            Decision(
                **{name: getattr(case, name) for name in ("account", "network", "community", "author", "text")},
                id="dec-1",
                case=case.id,
                author_handle="@old@m.example",
                author_id=case.author_id,
                action="remove",
                why="spam",
                at=AT,
                who="robin",
                reported_at=case.opened_at,
            ),
        )
    [shown] = cmday("moderate", "show", "case/mod/p1", "--json").json["data"]["cases"]
    assert [(each["action"], each["why"]) for each in shown["before"]] == [("remove", "spam")]
    assert "1 measure before" in cmday("moderate", "--offline").out


def test_the_order_is_fair(server: Server, cmday: Cmday) -> None:
    angry = tuple(report(str(number), ago=30) for number in range(30))
    three = tuple(report(str(number), by=name, ago=30) for number, name in enumerate(("Max", "Zoé", "Inès")))
    server.whole(
        entry("one-angry-person", reports=angry),
        entry("three-people", reports=three),
        entry("threat", reports=(report("9", "threatens me", ago=30),)),
        entry("appeal", at=AT - timedelta(minutes=30), appeal=True),
        entry("held", at=AT - timedelta(minutes=30), held=True),
        entry("nine days old", at=AT - timedelta(days=9)),
    )
    assert [case["id"].rpartition("/")[2] for case in listed(cmday)] == [
        *("nine days old", "three-people", "threat", "appeal", "one-angry-person", "held"),
    ]


def test_hostile_text_stays_text_wherever_it_is_shown(server: Server, cmday: Cmday) -> None:
    evil = "\x1b]0;owned\x07[bold]\u202e" + "x" * 30_000
    told = CaseReport(id=evil, by=evil, by_handle=evil, reason=evil, at=AT)
    posts = (ThreadPost(id=evil, thread=evil, author=evil, author_handle=evil, text=evil, at=AT),)
    said_of_it = dict.fromkeys(("author", "author_handle", "author_id", "text", "claimed_by", "thread"), evil)
    one = entry(reports=(told,), labels=(evil,), place={"room": evil}, url=f"javascript:{evil}", **said_of_it)
    server.pages = [QueuePage(entries=(one,), posts=posts, whole=True, said=evil)]
    assert len(listed(cmday)) == 1
    for words in (("moderate",), ("moderate", "show", "m1"), ("start", "--only", "moderation")):
        result = cmday(*words)
        assert result.code == 0
        assert not any(part in result.out for part in ("\x1b]0", "\u202e", "\x07"))


def test_dates_that_cannot_be_do_not_turn_the_queue_about(server: Server, cmday: Cmday) -> None:
    server.whole(
        entry("future", at=AT + timedelta(days=3000)),
        entry("past", at=AT - timedelta(days=700_000)),
        entry("now", at=AT),
    )
    found = listed(cmday)
    assert found[0]["id"] == "case/mod/past"
    assert all(case["opened_at"] <= "2026-11-02T08:31:00+01:00" for case in found)
    assert min(case["priority"] for case in found) >= 0


def test_who_was_forgotten_does_not_come_back_by_the_queue(server: Server, cmday: Cmday, home: Path) -> None:
    server.whole(
        entry(reports=(report("1", "Promo sells"),)), entry("p2", author="Zoé", author_handle="@zoé@m.example")
    )
    assert len(listed(cmday)) == 2
    assert cmday("people", "forget", "@promo@m.example", "--yes").code == 0
    for _ in range(2):
        assert [case["id"] for case in listed(cmday)] == ["case/mod/p2"]
        assert not any(b"promo@m.example" in file.read_bytes() for file in home.glob("cmday.db*"))
    assert cmday("people", "forget", "@zoé@m.example", "--yes").code == 0
    assert listed(cmday) == []


def test_an_unknown_state_is_refused(server: Server, cmday: Cmday) -> None:
    del server
    refused = cmday("moderate", "--state", "shut")
    assert refused.code == 2
    assert "open, decided and all" in refused.err
