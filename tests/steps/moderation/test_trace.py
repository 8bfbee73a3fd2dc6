"""``moderate log``, ``log verify`` and ``transparency``, through the front door."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cmday.core.decisions import Decision
from cmday.storage import decisions
from tests.conftest import NOW, Cmday
from tests.people.conftest import Sweep, settled, sweep, told
from tests.test_json_shapes import check

__all__ = ["settled", "sweep"]

AT = datetime.fromisoformat(NOW)


def taken(number: int, **more: Any) -> Decision:
    """A removal in October, two hours after its report."""
    fields: dict[str, Any] = {
        "id": f"dec-{number}",
        "case": f"case/nox/{number}",
        "account": "nox",
        "network": "mastodon",
        "community": "sss",
        "author": f"Wilhelmina{number}",
        "author_handle": f"@wil{number}@m.example",
        "author_id": None,
        "text": f"buy {number}",
        "action": "remove",
        "why": "spam",
        "at": AT - timedelta(days=10),
        "who": "me",
        "reported_at": AT - timedelta(days=10, hours=2),
    }
    return Decision(**{**fields, **more})


def store(*all_: Decision) -> None:
    from cmday.cli.arguments import Options
    from cmday.cli.run import Run

    with Run(Options()) as run:
        for one in all_:
            decisions.put(run.session.database, one)


@pytest.fixture
def month(settled: Path) -> None:
    store(
        taken(1, rules=("links",), automatic=True),
        taken(2, rules=("links", "caps"), reported_at=AT - timedelta(days=10, hours=4)),
        taken(3, action="ban", appealed=True, reviewed_at=AT),
        taken(4, action="ban", appealed=True, reversed_at=AT, community="bem"),
        taken(5, action="approve", appealed=True),
        taken(6, action="note"),
        taken(7, action="unban", at=AT - timedelta(days=9)),
        taken(8, at=AT - timedelta(days=60)),
    )


def test_what_was_decided_is_in_the_log(cmday: Cmday, sweep: Sweep) -> None:
    sweep(told(1, "@zo@m.example", "Zo", kind="report", subject_text="Zo insulted me"))
    [case] = cmday("moderate", "--json").json["data"]["cases"]
    store(taken(1, case=case["id"], action="resolve"))
    data = check(cmday("moderate", "log", "--json").json, "moderate log")
    assert [(one["what"], one["handle"], one["kind"]) for one in data["records"]] == [
        ("decide resolve", "m1", "decision")
    ]
    assert data["records"][0]["hash"] == data["last_hash"]
    assert check(cmday("moderate", "log", "--case", "m1", "--json").json, "moderate log")["records"]
    assert "decided: resolve" in cmday("moderate", "log").out
    assert cmday("moderate", "log", "--case", "case/none").code == 2
    assert cmday("moderate", "log", "--since", "tomorrow").code == 2


def test_verify_says_where_it_is_broken(cmday: Cmday, month: None, settled: Path) -> None:
    whole = cmday("moderate", "log", "verify", "--json")
    data = check(whole.json, "moderate log verify")
    assert (whole.code, data["whole"], data["records"], data["broken"]) == (0, True, 8, None)
    assert cmday("moderate", "log", "verify", "--expect", data["last_hash"]).code == 0
    cut = cmday("moderate", "log", "verify", "--expect", "0" * 63 + "1", "--json")
    assert (cut.code, cut.json["data"]["broken"], cut.json["data"]["fault"]) == (1, 9, "cut")
    assert cmday("moderate", "log", "verify", "--expect", "abc").code == 2
    with closing(sqlite3.connect(settled / "cmday.db")) as database, database:
        database.execute("DROP TRIGGER audit_personal_is_only_erased")
        database.execute("UPDATE audit_personal SET value = 'fair' WHERE record = 3 AND field = 'why'")
    broken = cmday("moderate", "log", "verify")
    assert broken.code == 1
    assert "record 3" in broken.out


def test_a_month_in_figures(cmday: Cmday, month: None, tmp_path: Path) -> None:
    data = check(cmday("moderate", "transparency", "--month", "2026-10", "--json").json, "moderate transparency")
    assert (data["decisions"], data["automatic"], data["automatic_share"], data["reversals"]) == (5, 1, 0.2, 1)
    assert data["median_minutes"] == 120
    assert [(one["action"], one["count"], one["reversed"]) for one in data["actions"]] == [
        ("ban", 2, 1),
        ("remove", 2, 0),
        ("approve", 1, 0),
        ("note", 1, 0),
        ("unban", 1, 0),
    ]
    assert {one["ground"]: one["count"] for one in data["grounds"]} == {"rule links": 2, "rule caps": 1, "by hand": 3}
    assert data["appeals"] == {"received": 3, "granted": 1, "upheld": 1, "open": 1}
    file = tmp_path / "month.csv"
    shown = cmday("moderate", "transparency", "--csv", str(file))
    assert data["last_hash"] in shown.out
    assert "Wilhelmina" not in shown.out + file.read_text()
    assert "| ban | 2 | 0 | 1 |" in shown.out
    rows = list(csv.DictReader(file.read_text().splitlines()))
    assert {(one["key"], one["count"]) for one in rows if one["section"] == "action"} >= {("ban", "2"), ("note", "1")}
    assert rows[-1]["key"] == data["last_hash"]
    focused = cmday("moderate", "transparency", "--month", "2026-10", "-c", "bem", "--json").json["data"]
    assert (focused["decisions"], focused["communities"]) == (1, ["bem"])
    assert cmday("moderate", "transparency", "--month", "2026-12").code == 2
    assert cmday("moderate", "transparency", "--month", "2026-13").code == 2


def test_forgetting_somebody_keeps_the_log_whole(cmday: Cmday, sweep: Sweep, settled: Path) -> None:
    sweep(
        told(1, "@zorblax@m.example", "Zorblaxine Q", kind="report"),
        told(2, "@zorblax@m.example", "Zorblaxine Q", text="I sell"),
    )
    store(taken(1, author="Zorblaxine Q", author_handle="@zorblax@m.example", case="case/nox/2", text="zorblax sells"))
    hash_ = cmday("moderate", "log", "verify", "--json").json["data"]["last_hash"]
    assert cmday("people", "forget", "@zorblax@m.example", "--yes").code == 0
    found = cmday("moderate", "log", "verify", "--expect", hash_, "--json")
    assert found.code == 0, found.out
    assert found.json["data"]["erased"] >= 1
    records = cmday("moderate", "log", "--json").json["data"]["records"]
    assert records[-1]["what"] == "forget"
    assert records[0]["what"] == "decide remove"
    assert records[0]["before"] == "forgotten"
    for file in settled.rglob("*"):
        if file.is_file() and file.suffix != ".zip":
            assert b"zorblax" not in file.read_bytes().lower(), file
