"""The way through a crisis: by hand or by an alarm, minute by minute, to the report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cmday
from tests.crisis import ground
from tests.outbox.conftest import write_items

States = Callable[[], dict[str, tuple[str, str | None]]]


def later(monkeypatch: pytest.MonkeyPatch, minutes: int) -> datetime:
    moment = ground.NOW + timedelta(minutes=minutes)
    monkeypatch.setenv("CMDAY_NOW", moment.isoformat())
    return moment


def now(cmday: Cmday) -> Any:
    [found] = cmday("crisis", "--json").json["data"]["crises"]
    return found


def points(cmday: Cmday) -> list[bool]:
    return [one["done_at"] is not None for one in now(cmday)["checklist"]]


def test_by_hand_from_the_first_minute_to_the_report(
    turning: Path, cmday: Cmday, states: States, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = cmday("crisis", "start", "bem", "rumeur sur les cartes", "--offline")
    assert begun.code == 0
    assert "! CRISIS · bem · BEM Talents" in begun.out
    assert states()["Bonjour les anciens"][0] == "held"
    found = next(one for one in cmday("crisis", "--json").json["data"]["crises"] if one["community"] == "bem")
    assert (found["by"], found["state"], found["speaker"]) == ("hand", "open", None)
    assert found["first_word_due"] == (ground.NOW + timedelta(minutes=15)).isoformat()
    later(monkeypatch, 4)
    assert cmday("crisis", "check", "1", "Léa", "-c", "bem").code == 0
    later(monkeypatch, 6)
    assert cmday("crisis", "note", "bem", "La", "mairie", "appelle").code == 0
    later(monkeypatch, 30)
    ended = cmday("crisis", "end", "bem", "tout est dit", "--release")
    assert ended.code == 0
    assert states()["Bonjour les anciens"] == ("queued", None)
    [file] = (turning / "journal").glob("crisis-bem-2026-11-02-1047.md")
    text = file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o077 == 0
    for said in (
        "# Crisis: BEM Talents",
        "rumeur sur les cartes",
        "- 10:53 note",
        "La mairie appelle",
        "who speaks? Léa",
        "tout est dit",
        "Bonjour les anciens (queued)",
    ):
        assert said in text, said
    assert str(file) in ended.out


def test_an_alarm_is_taken_in_hand(turning: Path, cmday: Cmday) -> None:
    assert now(cmday)["state"] == "alarm"
    assert cmday("crisis", "start", "sss", "--offline").code == 0
    found = now(cmday)
    assert (found["state"], found["by"]) == ("open", "alarm")
    assert [one["kind"] for one in found["log"]] == ["alarm", "held", "start"]
    assert cmday("crisis", "start", "sss", "--offline").code == 0
    assert len(now(cmday)["log"]) == 3


def test_the_checklist(turning: Path, cmday: Cmday) -> None:
    config = turning / "config.toml"
    config.write_text(config.read_text() + '\n[crisis]\nchecklist = ["la présidente sait", "le standard sait"]\n')
    assert points(cmday) == [False] * 4
    assert cmday("crisis", "check", "4").code == 0
    assert cmday("crisis", "check", "1", "Léa", "Martin").code == 0
    assert points(cmday) == [True, False, False, True]
    assert now(cmday)["speaker"] == "Léa Martin"
    assert cmday("crisis", "check", "4", "--undo").code == 0
    assert cmday("crisis", "check", "1", "--undo").code == 0
    assert points(cmday) == [False] * 4
    assert now(cmday)["speaker"] is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "9"], "has no point 9"),
        (["check", "1"], "who speaks?"),
        (["note", "bem", "rien"], "bem is in no crisis"),
        (["end", "bem"], "bem is in no crisis"),
        (["start", "sks"], 'no community is called "sks"'),
    ],
)
def test_what_cannot_be(turning: Path, cmday: Cmday, words: list[str], said: str) -> None:
    cmday("crisis")
    done = cmday("crisis", *words)
    assert done.code != 0
    assert said in done.err


def test_a_word_in_the_communitys_name_is_the_first_word(
    turning: Path, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert points(cmday)[1] is False
    moment = later(monkeypatch, 8)
    [one] = write_items({"kind": "reply", "text": "Nous regardons, réponse à 11 h 30.", "target": "nox:s0", "to": "@m"})
    assert points(cmday)[1] is False
    send(one)
    found = now(cmday)
    assert found["first_word_at"] == moment.isoformat()
    assert found["answers"][0]["text"] == "Nous regardons, réponse à 11 h 30."
    assert points(cmday)[1] is True


def send(item: str) -> None:
    """Let it have been sent."""
    from cmday.cli.arguments import Options
    from cmday.cli.run import Run
    from cmday.core.outbox import Sent
    from cmday.outbox import settling
    from cmday.storage import outbox

    with Run(Options()) as run:
        seen = outbox.get(run.session.database, item)
        assert seen is not None
        claimed = settling.claim(run.session, seen)
        assert claimed is not None
        settling.arrived(run.session, claimed, Sent(id="1"))


def test_without_a_word_what_was_held_stays_held(turning: Path, cmday: Cmday, states: States) -> None:
    now(cmday)
    ended = cmday("crisis", "end", "sss", "--json")
    assert (ended.json["data"]["released"], ended.json["data"]["kept"]) == (0, 1)
    assert states()["Les horaires de vendredi"][0] == "held"
    assert cmday("outbox", "release", "o1").code == 0
    assert states()["Les horaires de vendredi"] == ("queued", None)


def test_what_was_held_before_by_hand_is_not_released(turning: Path, cmday: Cmday, states: States) -> None:
    [mine] = write_items({"text": "À relire"})
    assert cmday("outbox", "hold", mine).code == 0
    now(cmday)
    assert cmday("crisis", "end", "sss", "--release").code == 0
    found = states()
    assert found["À relire"][0] == "held"
    assert found["Les horaires de vendredi"] == ("queued", None)


def test_a_day_of_mourning(turning: Path, cmday: Cmday, states: States) -> None:
    write_items({"kind": "reply", "text": "Oui, à vingt heures", "target": "nox:w2", "to": "@fan"})
    held = cmday("outbox", "hold", "--all", "--why", "deuil national")
    assert held.code == 0
    assert set(states().values()) == {("held", "deuil national")}
    assert cmday("outbox", "release", "--all").code == 0
    assert set(states().values()) == {("queued", None)}
    assert cmday("outbox", "release", "--all").code != 0


def test_mourning_is_undone_like_any_other_word(turning: Path, cmday: Cmday, states: States) -> None:
    assert cmday("outbox", "hold", "--all").code == 0
    assert cmday("undo").code == 0
    assert set(states().values()) == {("queued", None)}


def test_mourning_and_crisis_hold_for_themselves(turning: Path, cmday: Cmday, states: States) -> None:
    assert cmday("outbox", "hold", "--all", "-c", "bem").code == 0
    now(cmday)
    assert cmday("outbox", "release", "--all").code == 0
    found = states()
    assert found["Bonjour les anciens"][0] == "queued"
    assert found["Les horaires de vendredi"][0] == "held"


def test_the_report_so_far(turning: Path, cmday: Cmday) -> None:
    text = cmday("crisis", "--md").out
    assert "27 negative messages in all" in text
    assert "still going on" in text
    assert "Billets vendus deux fois" in text


def test_hostile_words_make_no_marks(turning: Path, cmday: Cmday) -> None:
    evil = "\x1b[2J<script>alert(1)</script> [x](http://evil.example) | `code`"
    ground.store(turning, [ground.said("evil", evil, f"honte {evil}", ground.NOW - timedelta(minutes=50), thread="s0")])
    text = cmday("crisis", "--md").out
    assert "\x1b" not in text
    assert "<script>" not in text
    assert "[x](" not in text
    assert "\x1b" not in cmday("crisis").out
