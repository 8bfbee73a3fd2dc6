"""The screen of a crisis, at every width, plain or not, and its frozen shape."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from cmday.text.cells import width
from tests.conftest import Cmday
from tests.crisis import ground
from tests.test_json_shapes import check, misfits

CRISIS: Final[dict[str, Any]] = {
    "community": "text",
    "title": "text",
    "state": {"alarm", "open", "over"},
    "by": {"alarm", "hand"},
    "began": "time",
    "ended": "time?",
    **dict.fromkeys(("count", "people", "total"), "whole"),
    **dict.fromkeys(("usual", "sigma", "threshold"), "number?"),
    "new_accounts": "whole",
    "curve": [{"start": "time", "end": "time", "count": "whole"}],
    "first": (
        {
            **dict.fromkeys(("id", "author", "author_handle", "text"), "text"),
            "handle": "i",
            "url": "text?",
            "at": "time",
        },
    ),
    "voices": [
        {
            **dict.fromkeys(("author", "author_handle", "network"), "text"),
            "count": "whole",
            "shares": "whole?",
            **dict.fromkeys(("regular", "new", "defends"), "flag"),
        }
    ],
    "phrases": [{"text": "text", "count": "whole"}],
    "censorship": "whole",
    "frozen": [
        {
            "id": "text",
            "handle": "text?",
            "kind": {"post", "reply", "action", "operation", "server"},
            "account": "text?",
            "due": "time?",
            "text": "text",
            "state": "text",
            "why": "text?",
        }
    ],
    "checklist": [{"number": "whole", "text": "text", "done_at": "time?", "by": "time?", "said": "text?"}],
    "first_word_due": "time",
    "first_word_at": "time?",
    "speaker": "text?",
    "answers": [{"at": "time", **dict.fromkeys(("account", "kind", "text"), "text"), "to": "text?", "url": "text?"}],
    "log": [{"at": "time", "who": "text", "kind": "text", "point": "whole?", "text": "text"}],
    "others": ["text"],
}
STATE: Final = {
    "community": "text",
    "verdict": {"alarm", "calm", "young", "crisis"},
    "count": "whole",
    "people": "whole",
    **dict.fromkeys(("usual", "sigma", "threshold"), "number?"),
    "hours": "whole",
    "since": "time?",
}


def test_it_fits_every_width(turning: Path, cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    for columns in (40, 63, 80, 200):
        monkeypatch.setenv("COLUMNS", str(columns))
        for command in (("start", "--offline"), ("--plain", "crisis")):
            shown = cmday(*command).out
            assert [line for line in shown.splitlines() if width(line) > columns] == [], (columns, command)
            if "--plain" in command:
                assert not any(char in shown for char in "·…▁█─→“”"), columns
            for said in ("sss", "marco.live", "11:02", "nobody is named"):
                assert said in shown, (columns, command)


def test_a_hundred_columns_say_it_all(turning: Path, cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    shown = cmday("start", "--offline").out
    for said in (
        "27 negative messages in an hour, usually 0",
        "16 people, 16 new accounts",
        "09:58 marco.live: “Billets vendus deux fois pour vendredi, et aucune réponse.”",
        "dj_nox, a regular, who defends you",
        "“vendus deux fois”",
        "18:30 “Les horaires de vendredi”: nothing leaves for sss without you",
        "[ ] who speaks? nobody is named     [ ] a first word before 11:02     [ ] the client is told",
        "cmday inbox read i1",
        "Delete nothing:",
    ):
        assert said in shown, said


def test_the_handle_on_the_screen_is_the_item(turning: Path, cmday: Cmday) -> None:
    handle = cmday("crisis", "--json").json["data"]["crises"][0]["first"]["handle"]
    assert ground.FIRST in cmday("inbox", "read", handle).out


def test_operations_that_post_by_themselves_are_frozen_too(turning: Path, cmday: Cmday) -> None:
    added = cmday(
        "plan", "add", "Annonce du line-up", "-c", "sss", "--kind", "announcement", "--by", "wed 18h", "--yes"
    )
    assert added.code == 0, added.err
    found = {one["text"]: one for one in cmday("crisis", "--json").json["data"]["crises"][0]["frozen"]}
    assert {one["kind"] for one in found.values()} == {"post", "operation"}
    assert found["Annonce du line-up"]["handle"].startswith("p")


def test_two_at_once(turning: Path, cmday: Cmday) -> None:
    ground.store(
        turning, [ground.said("o", "z", "Bonjour", ground.NOW - timedelta(days=5), account="bema", community="bem")]
    )
    worse = [
        ground.said(
            f"b{n}", f"ancien{n}", "Honteux", ground.NOW - timedelta(minutes=n), account="bema", community="bem"
        )
        for n in range(40)
    ]
    ground.store(turning, worse)
    found = cmday("start", "--offline", "--json").json["data"]["crisis"]
    assert (found["community"], found["others"]) == ("bem", ["sss"])
    assert "Also in alarm: sss" in cmday("start", "--offline").out


def test_the_shape_is_frozen(turning: Path, cmday: Cmday) -> None:
    assert cmday("crisis", "start", "bem", "--offline").code == 0
    data = cmday("crisis", "--json").json["data"]
    assert list(misfits(data, {"crises": [CRISIS], "communities": [STATE]})) == []
    assert len(data["crises"]) == 2
    started = check(cmday("start", "--offline", "--json").json, "start")
    assert list(misfits(started["crisis"], CRISIS)) == []
    for command in (("note", "bem", "rien"), ("check", "3", "-c", "bem"), ("start", "bem", "--offline")):
        told = cmday("crisis", *command, "--json").json
        assert (told["command"], list(misfits(told["data"], CRISIS))) == (f"crisis {command[0]}", [])
    ended = cmday("crisis", "end", "bem", "--json").json["data"]
    shape = {"crisis": CRISIS, "report": "text", "released": "whole", "kept": "whole"}
    assert list(misfits(ended, shape)) == []


def test_on_every_other_day_there_is_none(home: Path, cmday: Cmday) -> None:
    ground.configure(home)
    assert cmday("start", "--offline", "--json").json["data"]["crisis"] is None
