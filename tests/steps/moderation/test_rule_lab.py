"""The rule lab through the front door: tried on what was decided, explained, promoted, and imported."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cmday.config.rule_editing import set_mode
from cmday.core.accounts import Account
from cmday.core.cases import Action, CaseReport, QueueEntry
from cmday.core.decisions import Decision
from cmday.core.items import Notification, Page
from cmday.core.time import Clock, parse_instant
from cmday.storage import case_queue, decisions, ledger
from cmday.storage.database import Database, open_database
from tests.conftest import NOW, Cmday

AT = parse_instant(NOW)
RULES = """# my own rules
[rule]
# the tone
tone = { when = { word = ["honteux"] }, do = ["hold"], why = "Insulting tone" }  # charter 4
new = { when = { word = ["promo"], age = "<7d" }, do = ["hold", "ban:7d"], why = "Sells", mode = "observe" }
"""
Store = Callable[..., None]


@pytest.fixture
def db(home: Path) -> Iterator[Database]:
    (home / "config.toml").write_text('[community.bem]\ntitle = "BEM"\n')
    (home / "rules.toml").write_text(RULES)
    opened = open_database(home / "cmday.db", Clock(ZoneInfo("Europe/Paris"), AT))
    yield opened
    opened.close()


def said(number: int, text: str, **more: Any) -> Notification:
    fields: dict[str, Any] = {
        "community": "bem",
        "author": "Gérard",
        "author_handle": "@gl@m.example",
        "url": None,
        "kind": "mention",
    }
    fields |= {"at": AT - timedelta(hours=number), "subject": f"p{number}"} | more
    return Notification(id=f"nox:{number}", account="nox", network="mastodon", text=text, **fields)


def decide(db: Database, number: int, text: str, action: Action, **more: Any) -> None:
    fields: dict[str, Any] = {"reversed_at": None, "automatic": False, "at": AT - timedelta(days=1)} | more
    one = Decision(
        id=f"dec-{number}", case=f"case/nox/p{number}", account="nox", network="mastodon", community="bem",
        author="Gérard", author_handle="@gl@m.example", author_id=None, text=text, action=action, why="x", who="me",
        reported_at=AT - timedelta(days=2), **fields,
    )  # fmt: skip
    decisions.put(db, one)


def test_what_rules_would_have_hit_stands_beside_what_was_decided(db: Database, cmday: Cmday, home: Path) -> None:
    for number in range(28):
        decide(db, number, "C'est h0nteux", "remove")
    for number in range(28, 31):
        decide(db, number, "honteux, mais drôle", "approve")
    decide(db, 40, "honteux", "remove", reversed_at=AT)
    decide(db, 41, "honteux", "hold", automatic=True)
    decide(db, 42, "honteux", "remove", at=AT - timedelta(days=91))
    decide(db, 43, "à vendre", "remove")
    ledger.store_page(db, "nox", Page(notifications=(said(1, "known"), said(99, "honteux !")), cursor=None), AT)
    (home / "mine.toml").write_text(
        '[rule]\ntone = { when = { word = ["honteux"], not_word = ["drôle"] }, why = "x" }\n'
        'sale = { when = { word = "vendre" }, why = "y" }\n',
        encoding="utf-8",
    )
    told = cmday("moderate", "rules", "test", str(home / "mine.toml"), "--days", "90", "--json")
    assert told.code == 0
    data = told.json["data"]
    assert data["new"] == {"hits": 31, "removed": 29, "approved": 1, "undecided": 1, "agreement": 0.9667}
    assert data["present"] == {"hits": 33, "removed": 28, "approved": 4, "undecided": 1, "agreement": 0.875}
    tone, sale = data["rules"]
    assert tone["present"]["approved"] == 4
    assert (sale["present"], sale["new"]["hits"]) == (None, 1)
    assert [(one["verdict"], one["rules"]) for one in data["only_new"]] == [("removed", ["sale"])]
    assert [one["verdict"] for one in data["only_present"]] == ["approved"] * 3
    shown = cmday("moderate", "rules", "test", str(home / "mine.toml")).out
    assert "would hit 31: 29 you removed, 1 you approved, 1 undecided" in shown
    assert "would hit 33: 28 you removed, 4 you approved" in shown
    assert "drôle" in shown


def test_a_file_that_is_not_there_is_named(db: Database, cmday: Cmday) -> None:
    result = cmday("moderate", "rules", "test", "nowhere.toml")
    assert result.code == 2
    assert "there is no file nowhere.toml" in result.err


def test_what_a_case_fits_and_nearly_fits_is_explained(db: Database, cmday: Cmday) -> None:
    ledger.store_page(db, "nox", Page(notifications=(said(1, "honteux, cette promo"),), cursor=None), AT)
    cmday("moderate")
    told = cmday("moderate", "rules", "explain", "m1", "--json")
    assert told.code == 0, told.err
    data = told.json["data"]
    tone, new = data["rules"]
    assert (tone["fits"], tone["proposed"], data["strictest"]) == (True, ["hold"], "hold")
    assert tone["keys"] == [{"key": "word", "wanted": ["honteux"], "holds": True, "evidence": ["honteux"]}]
    assert (new["fits"], new["nearly"]) == (False, True)
    assert {key["key"]: key["holds"] for key in new["keys"]} == {"word": True, "age": None}
    shown = cmday("moderate", "rules", "explain", "m1").out
    for expected in ("nearly fits", "not told by the network", "the strictest wins: hold", "Insulting tone"):
        assert expected in shown
    assert cmday("moderate", "rules", "explain", "m9").code == 2


def test_what_stands_in_a_queue_is_examined_with_what_its_network_tells(db: Database, cmday: Cmday) -> None:
    entry = QueueEntry(
        subject="q1", author="Tix", author_handle="tix", author_id="1", text="pr0m0 !", url=None, at=AT,
        joined=AT - timedelta(days=2), reports=(CaseReport(id="1", by="b", by_handle="b", reason="", at=AT),),
    )  # fmt: skip
    account = Account(name="nox", network="mastodon", server="m.example", communities=("bem",), secret=None)
    case_queue.store(db, account, [entry], AT)
    (one,) = cmday("moderate", "--json").json["data"]["cases"]
    assert one["rules"] == []  # the rule observes
    assert {row["name"]: row["hits"] for row in cmday("moderate", "rules", "--json").json["data"]["rules"]} == {
        "tone": 0,
        "new": 1,
    }
    assert cmday("moderate", "rules", "promote", "new", "--to", "suggest").code == 0
    (one,) = cmday("moderate", "--json").json["data"]["cases"]
    assert one["rules"] == ["new"]
    assert 'rule "new": Sells (promo)' in one["reasons"]


def test_only_spoken_of_weighs_nothing(db: Database, cmday: Cmday) -> None:
    used, quoted = said(1, "honteux"), said(1, "le mot honteux est une insulte", subject="p2")
    quoted = Notification(**{name: getattr(quoted, name) for name in quoted.__struct_fields__} | {"id": "nox:2"})
    ledger.store_page(db, "nox", Page(notifications=(quoted, used), cursor=None), AT)
    first, second = cmday("moderate", "--json").json["data"]["cases"]
    assert (first["text"], second["text"]) == (used.text, quoted.text)
    assert first["priority"] == second["priority"] + 10


def test_a_rule_acts_only_after_it_agreed_often_enough(db: Database, cmday: Cmday, home: Path) -> None:
    for number in range(49):
        decide(db, number, "honteux", "remove")
    early = cmday("moderate", "rules", "promote", "tone")
    assert early.code == 2
    assert "hit 49 of your past decisions, and you did the same in 49 of them (100 %)" in early.err
    decide(db, 49, "honteux", "approve")
    decide(db, 50, "honteux", "approve")
    decide(db, 51, "honteux", "approve")
    assert "(94 %)" in cmday("moderate", "rules", "promote", "tone").err
    assert (home / "rules.toml").read_text() == RULES
    for number in range(60, 75):
        decide(db, number, "honteux", "remove")
    done = cmday("moderate", "rules", "promote", "tone", "--json")
    assert done.code == 0, done.err
    assert (done.json["data"]["mode"], done.json["data"]["by_itself"]) == ("act", ["hold"])
    after = (home / "rules.toml").read_text()
    assert after == RULES.replace('"Insulting tone" }', '"Insulting tone", mode = "act" }')
    assert cmday("moderate", "--json").code == 0
    (home / "rules.toml").write_text(after.replace('"honteux"', '"honteux", "nul"'))
    told = cmday("moderate", "--json")
    assert told.code == 3
    assert "was not tried as it is" in told.json["errors"][0]["message"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('[rule]\na = { when = { word = ["mode = \\"act\\" }"] }, why = "x" } # }\n', None),
        ("[rule.a]\nwhy = 'x' # mode\n[rule.a.when]\nword = 'y'\n", "[rule.a]\nmode = \"act\"\nwhy = 'x' # mode\n"),
        ('[rule.a]\nwhen = { word = "y" }\nmode = "observe" # so far\nwhy = "x"', 'mode = "act" # so far\nwhy = "x"'),
        ('[rule]\nb = { when = { word = "y" }, why = "x", mode = "observe" }\na = { when = { word = [\n"y",\n] }, why = "x" }',
         'b = { when = { word = "y" }, why = "x", mode = "observe" }\na = { when = { word = [\n"y",\n] }, why = "x", mode = "act" }'),
    ],
)  # fmt: skip
def test_one_word_of_the_file_changes(tmp_path: Path, content: str, expected: str | None) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(content)
    set_mode(file, "a", "act")
    after = file.read_text()
    wanted = tomllib.loads(content)
    wanted["rule"]["a"]["mode"] = "act"
    assert tomllib.loads(after) == wanted
    assert expected is None or expected in after
    assert [line.partition("#")[2] for line in after.splitlines() if "#" in line] == [
        line.partition("#")[2] for line in content.splitlines() if "#" in line
    ]


def test_what_waits_in_a_queue_is_tried_and_counted_once(db: Database, cmday: Cmday) -> None:
    """A held comment comes as a notification, too, and is one thing."""
    held = said(1, "honteux", subject="q1", kind="report")
    ledger.store_page(db, "nox", Page(notifications=(held,), cursor=None), AT)
    entry = QueueEntry(
        subject="q1", author="Tix", author_handle="tix", author_id="1", text="honteux", url=None, at=AT,
        joined=AT - timedelta(days=2), place={"type": "post"},
    )  # fmt: skip
    account = Account(name="nox", network="mastodon", server="m.example", communities=("bem",), secret=None)
    case_queue.store(db, account, [entry], AT)
    cmday("--offline", "moderate")
    hits = {row["name"]: row["hits"] for row in cmday("moderate", "rules", "--json").json["data"]["rules"]}
    assert max(hits.values()) == 1
    tried = cmday("moderate", "rules", "test", "--json").json["data"]
    assert tried["present"]["undecided"] == 1
