"""What decisions teach, through the front door: silence, words, reset and undo, export, and forgetting."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cmday.cli.arguments import Options
from cmday.cli.run import Run
from cmday.core.cases import Action
from cmday.core.decisions import Decision
from cmday.core.items import Notification, Page
from cmday.core.things import Thing
from cmday.steps.moderation.learning import scoring
from cmday.storage import decisions, erasing
from cmday.storage import learning as kept
from cmday.storage.erased_names import Wanted
from cmday.storage.ledger import store_page
from tests.conftest import NOW, Cmday

CONFIG = """
[community.sss]
title = "Seeksicksound"
"""


@pytest.fixture
def decided(home: Path) -> Path:
    """A home in which sixty offers were removed and sixty questions approved."""
    (home / "config.toml").write_text(CONFIG)
    (home / "feeds.toml").touch()
    many = [_decision(f"free followers for {n} euros, visit https://f{n}.example", "remove", n) for n in range(60)]
    many += [_decision(f"when do the doors open on day {n}? I come by bus", "approve", n) for n in range(60)]
    _store(*many)
    return home


def _store(*many: Decision) -> None:
    with Run(Options()) as run, run.session.database.write():
        for one in many:
            decisions.put(run.session.database, one)


def _decision(text: str, action: Action, n: int, *, automatic: bool = False, author: str = "zoé quux") -> Decision:
    at = datetime.fromisoformat(NOW) - timedelta(days=30) + timedelta(minutes=n)
    return Decision(
        id=decisions.new_id(),
        case=f"case/nox/{action}{n}",
        account="nox",
        network="mastodon",
        community="sss",
        author=author,
        author_handle=f"@{author.split(maxsplit=1)[0]}{n}@m.example",
        author_id=None,
        text=text,
        action=action,
        why="advertising",
        at=at,
        who="robin",
        reported_at=at,
        automatic=automatic,
    )


def _probability(text: str) -> tuple[float, tuple[str, ...]] | None:
    with Run(Options()) as run:
        found = scoring.scorer(run.session)(Thing(id="x", text=text, community="sss"))
    return (found.probability, found.because) if found else None


def test_it_tells_what_it_learnt_and_because_of_what(cmday: Cmday, decided: Path) -> None:
    [row] = cmday("moderate", "learning", "--json").json["data"]["communities"]
    assert (row["community"], row["refused"], row["let"], row["speaks"], row["wanting"]) == ("sss", 60, 60, True, 0)
    assert "link" in row["refused_for"]
    assert "question" in row["let_for"]
    shown = cmday("moderate", "learning").out
    assert "60 refused" in shown
    assert "speaks for refusing:" in shown
    probability, because = _probability("free followers, visit https://other.example") or (0.0, ())
    assert probability > 0.9
    assert because
    assert not any("gram" in one or ":" in one for one in because)
    assert (_probability("do the doors open at eight?") or (1.0, ()))[0] < 0.2


def test_a_case_says_how_much_it_is_like_what_was_refused(cmday: Cmday, decided: Path) -> None:
    with Run(Options()) as run:
        told = Notification(
            id="nox:9",
            account="nox",
            network="mastodon",
            community="sss",
            kind="report",
            author="ann",
            author_handle="@ann@m.example",
            text="free followers, visit https://other.example",
            url=None,
            at=datetime.fromisoformat(NOW),
        )
        store_page(run.session.database, "nox", Page(notifications=(told,), cursor=None), run.session.clock.now())
    assert cmday("moderate").code == 0
    [case] = cmday("moderate", "show", "m1", "--json").json["data"]["cases"]
    assert case["likeness"]["probability"] > 0.9
    assert case["likeness"]["refused"] == 60
    assert "% like what you refused, because of: " in cmday("moderate", "show", "m1").out
    assert cmday("moderate", "learning", "reset").code == 0
    assert cmday("moderate", "show", "m1", "--json").json["data"]["cases"][0]["likeness"] is None


def test_a_case_shows_what_was_decided_about_its_author_before(
    cmday: Cmday, decided: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Notification(
        id="nox:9",
        account="nox",
        network="mastodon",
        community="sss",
        kind="report",
        author="zoé quux",
        author_handle="@zoé7@m.example",
        text="one more offer",
        url=None,
        at=datetime.fromisoformat(NOW),
    )
    with Run(Options()) as run:
        store_page(run.session.database, "nox", Page(notifications=(told,), cursor=None), run.session.clock.now())
    assert cmday("moderate").code == 0
    shown = cmday("moderate", "show", "m1").out
    assert "earlier" in shown
    assert "approved" in shown
    assert "removed" in shown
    monkeypatch.setenv("CMDAY_LANG", "fr")
    assert "retiré" in cmday("moderate", "show", "m1").out


def test_it_is_silent_with_few_decisions(cmday: Cmday, home: Path) -> None:
    (home / "config.toml").write_text(CONFIG)
    (home / "feeds.toml").touch()
    assert "nothing was decided yet" in cmday("moderate", "learning").out
    _store(_decision("free followers", "remove", 1))
    assert _probability("free followers") is None
    assert "silent until 49 more are refused and 50 more let stand" in cmday("moderate", "learning").out


def test_what_a_rule_decided_teaches_nothing(cmday: Cmday, decided: Path) -> None:
    _store(_decision("when do the doors open", "remove", 99, automatic=True))
    [row] = cmday("moderate", "learning", "--json").json["data"]["communities"]
    assert row["refused"] == 60


def test_what_is_decided_later_is_learnt_and_what_is_taken_back_unlearnt(cmday: Cmday, decided: Path) -> None:
    before = (_probability("a zither concert in the yard") or (0.0, ()))[0]
    later = [_decision(f"a zither concert in yard {n}", "remove", 200 + n) for n in range(12)]
    _store(*later)
    after = (_probability("a zither concert in the yard") or (0.0, ()))[0]
    assert after > before
    with Run(Options()) as run:
        for one in later:
            decisions.reverse(run.session.database, one.id, run.session.clock.now())
    [row] = cmday("moderate", "learning", "--json").json["data"]["communities"]
    assert (row["refused"], row["let"]) == (60, 72)
    assert (_probability("a zither concert in the yard") or (1.0, ()))[0] < before


def test_the_past_is_judged_by_what_other_texts_taught(cmday: Cmday, decided: Path) -> None:
    """A text that was removed for a word that stands nowhere else is known by heart, and by nothing else."""
    _store(_decision("zither xylophone quartet", "remove", 400))
    thing = Thing(id="x", text="zither xylophone quartet", community="sss")
    with Run(Options()) as run:
        heart, others = scoring.scorer(run.session)(thing), scoring.on_others(run.session)(thing)
    assert heart is not None
    assert others is not None
    assert others.probability < heart.probability
    assert others.refused < heart.refused


def test_how_new_the_author_was_is_learnt_too(cmday: Cmday, decided: Path) -> None:
    at = datetime.fromisoformat(NOW)
    told = [
        Notification(
            id=f"nox:remove{n}",
            account="nox",
            network="mastodon",
            community="sss",
            kind="report",
            author="ann",
            author_handle="@ann@m.example",
            text="free followers",
            url=None,
            at=at,
        )
        for n in range(60)
    ]
    with Run(Options()) as run:
        store_page(run.session.database, "nox", Page(notifications=tuple(told), cursor=None), run.session.clock.now())
    assert cmday("moderate").code == 0
    with Run(Options()) as run, run.session.database.write() as tx:
        tx.execute("UPDATE moderation_case SET joined = opened_at - 31 * 86400")
    new = Thing(id="x", text="hello", community="sss", at=at, joined=at - timedelta(days=1))
    old = Thing(id="x", text="hello", community="sss", at=at, joined=at - timedelta(days=900))
    with Run(Options()) as run:
        score = scoring.scorer(run.session)
        one, other = score(new), score(old)
    assert one is not None
    assert other is not None
    assert one.probability > other.probability
    assert scoring.NEW_ACCOUNT in one.because


def test_long_texts_are_shortened_and_short_ones_stay_whole() -> None:
    """Who writes long texts makes nobody wait, and does not push out what others taught."""
    short = [kept.Lesson(number, "word " * 10, refused=False) for number in range(1_000)]
    long = [kept.Lesson(number, "word " * 400, refused=True) for number in range(1_000)]
    assert scoring.longest(short) == 2_000
    most = scoring.longest([*short, *long])
    assert 50 < most < 2_000
    assert sum(min(len(one.text), most) for one in (*short, *long)) <= scoring.MOST_LETTERS


def test_reset_begins_anew_and_undo_takes_that_back(cmday: Cmday, decided: Path) -> None:
    assert cmday("moderate", "learning", "reset", "nowhere").code == 2
    assert "begun anew: sss" in cmday("moderate", "learning", "reset", "sss").out
    assert _probability("free followers") is None
    assert cmday("undo").code == 0
    assert _probability("free followers") is not None


def test_export_writes_every_feature(cmday: Cmday, decided: Path, tmp_path: Path) -> None:
    file = tmp_path / "out" / "learnt.json"
    told = cmday("moderate", "learning", "export", str(file), "--json").json["data"]
    content = json.loads(file.read_text())
    assert told["features"] == len(content["sss"]["features"])
    assert content["sss"]["features"]["word:free"]["refused"] == 60
    assert file.stat().st_mode & 0o077 == 0


def test_nothing_of_who_is_forgotten_stays_in_what_was_learnt(cmday: Cmday, decided: Path) -> None:
    _store(_decision("buy from quuxina@m.example", "remove", 300))
    assert _probability("anything") is not None
    assert b"quuxina" in _kept()
    with Run(Options()) as run:
        erasing.make_ready(run.session.database)
        erasing.erase(run.session.database, Wanted(addresses=(), keys=frozenset({"quuxina"})), run.session.clock.now())
    assert _kept() == b""
    assert _probability("anything") is not None
    assert b"quuxina" not in _kept()


def _kept() -> bytes:
    with Run(Options()) as run:
        return kept.get(run.session.database, "sss").model
