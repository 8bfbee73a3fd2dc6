"""Step 4 through the front door: what is held, why, and that decisions stay."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from cmday.core.items import Kind, Notification, Page
from cmday.core.time import Clock, parse_instant
from cmday.storage import ledger
from cmday.storage.database import Database, open_database
from tests.conftest import NOW, Cmday

AT = parse_instant(NOW)
RULES = """
[rule]
tone = { when = { word = ["honteux"] }, do = ["hold"], why = "Insulting tone" }
links = { when = { domain = ["bit.ly"] }, do = ["hold"], why = "Hides where a link goes" }
capitals = { when = { regex = ['(?-i:[A-Z ]{12,})'] }, do = ["hold"], why = "Shouting", mode = "observe" }
"""


def said(number: int, text: str, kind: Kind = "mention", **more: Any) -> Notification:
    fields: dict[str, Any] = {
        "community": "bem",
        "author": "Gérard L.",
        "author_handle": "@gl@m.example",
        "url": f"https://m.example/{number}",
        "at": AT - timedelta(minutes=number),
        "subject": f"p{number}",
    }
    return Notification(id=f"nox:{number}", account="nox", network="mastodon", kind=kind, text=text, **(fields | more))


Store = Callable[..., None]


@pytest.fixture
def db(home: Path) -> Iterator[Database]:
    (home / "config.toml").write_text('[community.bem]\ntitle = "BEM"\n[community.sss]\ntitle = "SSS"\n')
    (home / "rules.toml").write_text(RULES)
    opened = open_database(home / "cmday.db", Clock(ZoneInfo("Europe/Paris"), AT))
    yield opened
    opened.close()


@pytest.fixture
def store(db: Database) -> Store:
    """Sweep an account: these notifications come."""

    def sweep(*found: Notification) -> None:
        ledger.store_page(db, "nox", Page(notifications=found, cursor=None), AT)

    return sweep


def cases(cmday: Cmday, *options: str) -> list[Any]:
    result = cmday("moderate", "--json", *options)
    assert result.code == 0, result
    found: list[Any] = result.json["data"]["cases"]
    return found


def test_what_fits_a_rule_is_a_case_with_its_reason(store: Store, cmday: Cmday) -> None:
    store(said(1, "C'est HONTEUX, cette association"), said(2, "Merci !"), said(3, "vu sur http://bit.ly/x"))
    second, first = cases(cmday)
    assert (
        first
        == {
            "id": "case/nox/p1",
            "handle": "m1",
            "account": "nox",
            "network": "mastodon",
            "community": "bem",
            "author": "Gérard L.",
            "text": "C'est HONTEUX, cette association",
            "url": "https://m.example/1",
            "reasons": ['rule "tone": Insulting tone (honteux)'],
            "rules": ["tone"],
            "reports": 0,
            "priority": 10,
            "opened_at": "2026-11-02T08:30:00+01:00",
            "state": "open",
        }
        or first["handle"] == "m2"
    )
    assert second["reasons"] == ['rule "links": Hides where a link goes (bit.ly)']


def test_reports_of_one_post_are_one_case_and_come_first(store: Store, cmday: Cmday) -> None:
    store(
        said(1, "C'est honteux"),
        said(2, "spam", "report", subject="p9", author="promo"),
        said(3, "sells tickets", "report", subject="p9", author="promo"),
        said(4, "Places à -50 % : bit.ly/p", subject="p9", author="promo"),
    )
    reported, tone = cases(cmday)
    assert (reported["reports"], reported["rules"]) == (2, ["links"])
    assert reported["text"] == "Places à -50 % : bit.ly/p"
    assert reported["priority"] > tone["priority"]
    assert "reported: spam" in reported["reasons"]


@pytest.mark.parametrize(("verb", "state"), [("approve", "approved"), ("resolve", "resolved")])
def test_a_decision_stays_whatever_comes(store: Store, cmday: Cmday, verb: str, state: str) -> None:
    item = said(1, "C'est honteux")
    store(item)
    assert [case["handle"] for case in cases(cmday)] == ["m1"]
    (decided,) = cmday("moderate", verb, "1", "--json").json["data"]["cases"]
    assert (decided["state"], decided["changed"]) == (state, True)
    assert cases(cmday) == []
    store(item, said(2, "encore", "report", subject="p1"))
    store(msgspec.structs.replace(item, text="Vraiment honteux", edited=AT))
    assert cases(cmday) == []
    (again,) = cmday("moderate", verb, "m1", "--json").json["data"]["cases"]
    assert again["changed"] is False


def test_a_decision_can_be_taken_back(store: Store, cmday: Cmday) -> None:
    store(said(1, "C'est honteux"))
    cases(cmday)
    result = cmday("moderate", "approve", "m1")
    assert result.out == "m1 is approved: bem Gérard L. “C'est honteux”\n"
    assert cmday("moderate", "reopen", "m1").out == "m1 is open again: bem Gérard L. “C'est honteux”\n"
    assert [case["handle"] for case in cases(cmday)] == ["m1"]


def test_several_are_decided_together_or_not_at_all(store: Store, cmday: Cmday) -> None:
    store(said(1, "honteux"), said(2, "honteux"), said(3, "honteux"))
    cases(cmday)
    failed = cmday("moderate", "resolve", "m1", "nobody")
    assert failed.code == 2
    assert "no case is called nobody" in failed.err
    assert len(cases(cmday)) == 3
    assert cmday("moderate", "resolve", "m1-2", "case/nox/p1").code == 0
    assert cases(cmday) == []


def test_a_decided_report_waits_in_the_inbox_no_more(store: Store, cmday: Cmday) -> None:
    store(said(1, "spam", "report"), said(2, "bonjour"))
    cases(cmday)
    assert len(cmday("inbox", "--json", "--offline").json["data"]["items"]) == 2
    cmday("moderate", "resolve", "m1")
    (left,) = cmday("inbox", "--json", "--offline").json["data"]["items"]
    assert left["text"] == "bonjour"


def test_a_rule_that_observes_counts_and_holds_nothing(store: Store, cmday: Cmday) -> None:
    store(said(1, "ALL IN CAPITALS HERE"), said(2, "honteux"), said(3, "très honteux"))
    assert len(cases(cmday)) == 2
    rules = cmday("moderate", "rules", "--json").json["data"]["rules"]
    assert {rule["name"]: rule["hits"] for rule in rules} == {"tone": 2, "links": 0, "capitals": 1}
    assert "(only counts)" in cmday("moderate", "rules").out


def test_changed_rules_look_at_everything_again(store: Store, cmday: Cmday, home: Path) -> None:
    store(said(1, "honteux"), said(2, "à vendre"), said(3, "honteux"))
    cases(cmday)
    cmday("moderate", "approve", "m1")
    (home / "rules.toml").write_text('[rule]\nsales = { when = { word = ["vendre"] }, why = "Sells" }\n')
    (case,) = cases(cmday)
    assert (case["rules"], case["text"]) == (["sales"], "à vendre")
    (home / "rules.toml").write_text(RULES)
    assert [case["text"] for case in cases(cmday)] == ["honteux"]


def test_an_edit_is_examined_again(store: Store, cmday: Cmday) -> None:
    store(said(1, "très bien"), said(2, "honteux"))
    assert len(cases(cmday)) == 1
    store(said(1, "honteux", edited=AT), said(2, "pardon", edited=AT))
    assert [case["id"] for case in cases(cmday)] == ["case/nox/p1"]


def test_new_items_are_examined_as_they_come(store: Store, cmday: Cmday) -> None:
    store(said(1, "honteux"))
    assert len(cases(cmday)) == 1
    store(said(2, "honteux"))
    assert [case["handle"] for case in cases(cmday)] == ["m2", "m1"]


def test_a_focus_shows_its_cases(store: Store, cmday: Cmday) -> None:
    store(said(1, "honteux"), said(2, "honteux", community="sss"), said(3, "honteux", community=None))
    assert {case["community"] for case in cases(cmday, "-c", "sss")} == {"sss", None}


def test_broken_rules_are_told_and_the_others_watch(store: Store, cmday: Cmday, home: Path) -> None:
    (home / "rules.toml").write_text(RULES + 'bad = { when = { wrod = ["x"] }, why = "y" }\n')
    store(said(1, "honteux"))
    for _ in range(2):
        result = cmday("moderate", "--json")
        assert result.code == 3
        assert len(result.json["data"]["cases"]) == 1
        assert result.json["errors"][0]["subject"] == "rules.toml"
        assert result.json["errors"][0]["hint"] == 'did you mean "word"?'


def test_a_slow_expression_is_told_and_costs_itself_only(store: Store, cmday: Cmday, home: Path) -> None:
    (home / "rules.toml").write_text(
        "[rule]\nslow = { when = { regex = ['^(a|aa|b)+$'] }, why = \"x\" }\n"
        'tone = { when = { word = ["honteux"] }, why = "y" }\n'
    )
    store(*(said(number, "a" * 5_000 + "!") for number in range(1, 30)), said(99, "honteux"))
    result = cmday("moderate", "--json")
    assert result.code == 3
    assert [case["rules"] for case in result.json["data"]["cases"]] == [["tone"]]
    assert "takes too long" in result.json["errors"][0]["message"]


def test_show_has_every_reason(store: Store, cmday: Cmday) -> None:
    store(said(1, "honteux, voyez bit.ly/x"), said(2, "spam", "report", subject="p1"))
    cases(cmday)
    shown = cmday("moderate", "show", "m1").out
    for expected in ("Gérard L.", "honteux, voyez bit.ly/x", 'rule "tone"', 'rule "links"', "reported: spam"):
        assert expected in shown
    (case,) = cmday("moderate", "show", "1", "--json").json["data"]["cases"]
    assert case["reports"] == 1


def test_reasons_are_french_on_a_french_screen_and_english_in_json(
    store: Store, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMDAY_LANG", "fr")
    store(said(1, "honteux"), said(2, "pourriel", "report", subject="p1"))
    cases(cmday)
    shown = cmday("moderate", "show", "m1").out
    assert "→ règle «\N{NBSP}tone\N{NBSP}»\N{NBSP}: " in shown
    assert "→ signalé\N{NBSP}: pourriel" in shown
    told = cmday("moderate", "show", "m1", "--json").json["data"]["cases"]
    assert {reason.partition(":")[0] for case in told for reason in case["reasons"]} == {'rule "tone"', "reported"}


def test_nothing_stored_is_nothing_to_decide(home: Path, cmday: Cmday) -> None:
    assert cases(cmday) == []
    assert cmday("moderate").code == 0
    assert "rules.toml" in "".join(cmday("moderate", "rules").out.split())


def test_hostile_text_stays_text(store: Store, cmday: Cmday) -> None:
    store(said(1, "honteux \x1b]0;owned\x07[bold]\u202e" + "x" * 50_000, author="\x1b[31mred"))
    cases(cmday)
    for result in (cmday("moderate"), cmday("moderate", "show", "m1"), cmday("moderate", "resolve", "m1")):
        assert result.code == 0
        assert "\x1b]0" not in result.out
        assert "\x1b[31m" not in result.out
        assert "\u202e" not in result.out


def test_where_nothing_changed_no_rule_is_read(store: Store, cmday: Cmday) -> None:
    store(said(1, "honteux"))
    cases(cmday)
    code = (
        "import sys; from cmday.__main__ import main; main(['moderate', '--json']);"
        "print([m for m in sys.modules if m in ('cmday.config.rules', 'cmday.steps.moderation.rules.judging', 'regex')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("\n[]\n")
