"""The keys and kinds of values that drills write as JSON, frozen: programs outside this repository rely on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from cmday.drills.scenario import ROLES
from tests.conftest import Result
from tests.test_json_shapes import misfits

ROLE: Final = set(ROLES)
DRILL: Final = {
    "running": "text?",
    "title": "text?",
    "language": "text?",
    "brief": "text?",
    "now": "time?",
    "until": "time?",
    "speed": "number?",
    "left": "whole?",
    "over": "flag?",
    "home": "text?",
    "new": [{"at": "time", "author": "text", "text": "text", "queued": "flag"}],
    "scenarios": [{"name": "text", "title": "text", "language": "text", "minutes": "whole", "own": "flag"}],
}
CHECK: Final = {
    "name": {
        *("acknowledges", "facts", "no-blame", "respect", "next-step", "when", "no-promise", "asks", "contact"),
        *("no-speculation", "sober", "short"),
    },
    "passed": "flag",
    "says": "text",
}
MEASURES: Final = {
    "detected": "whole?",
    "replied": "whole?",
    "told": "whole?",
    "replies": "whole",
    "wrong": "whole",
    "missed": "whole",
    "tone": "whole?",
}
RUN: Final = {"at": "time", "language": "text", "points": "whole", "most": "whole", "measures": MEASURES}
JUDGED: Final = {"author": "text", "text": "text", "role": ROLE, "action": "text?"}
END: Final = {
    "scenario": "text",
    "title": "text",
    "language": "text",
    "began": "time",
    "ended": "time",
    "points": "whole",
    "most": "whole",
    "parts": [
        {
            "name": {"detection", "first-reply", "tone", "client", "removals", "missed"},
            "points": "whole",
            "most": "whole",
            "reasons": ["text"],
            "good": "text",
        }
    ],
    "wrong": [JUDGED],
    "missed": [JUDGED],
    "replies": [{"to": "text?", "at": "time", "text": "text", "checks": [CHECK]}],
    "measures": MEASURES,
    "before": (RUN,),
}
ANSWERED: Final = {"at": "time", "language": "text", "passed": "whole", "asked": "whole"}
REPORT: Final = {
    "scenarios": [{"name": "text", "title": "text", "runs": [RUN], "change": "whole?"}],
    "replies": [{"name": "text", "title": "text", "runs": [ANSWERED]}],
}
MESSAGE: Final = {
    "number": "whole",
    "name": "text",
    "title": "text",
    "who": "text",
    "situation": "text",
    "text": "text",
    "asks": ["text"],
}
REPLY: Final = {
    "messages": [MESSAGE],
    "message": (MESSAGE,),
    "text": "text?",
    "checks": [CHECK],
    "passed": "whole?",
    "asked": "whole?",
    "good": "text?",
    "before": (ANSWERED,),
}


def test_the_shapes(drill: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """In French, for the sentences of cmday are English in JSON whatever the language."""
    monkeypatch.setenv("CMDAY_LANG", "fr")

    def told(command: str, shape: dict[str, Any], *words: str) -> Any:
        envelope = drill(*command.split()[1:], *words, "--json").json
        assert envelope["command"] == command
        assert list(misfits(envelope["data"], shape)) == []
        return envelope["data"]

    assert told("drill", DRILL)["scenarios"]
    assert told("drill start", DRILL, "tickets", "--step")["running"] == "tickets"
    assert told("drill next", DRILL, "30m")["new"]
    assert told("drill", DRILL)["left"]
    item = next(one for one in drill("inbox", "--json").json["data"]["items"] if one["author"] == "marco.live")
    drill("inbox", "reply", item["handle"], "--text", "37")
    case = next(one for one in drill("moderate", "--json").json["data"]["cases"] if one["author"] == "Paul R.")
    drill("moderate", "remove", case["handle"], "--why", "x")
    drill("send", "--yes")
    ended = told("drill end", END)
    assert (len(ended["replies"]), len(ended["wrong"]), ended["before"]) == (1, 1, None)
    assert any("were asked for" in reason for one in ended["parts"] for reason in one["reasons"])
    told("drill start", DRILL, "tickets", "--step")
    assert told("drill end", END)["before"]
    assert told("drill reply", REPLY)["messages"]
    assert told("drill reply", REPLY, "-m", "1", "--text", "37")["checks"]
    assert told("drill reply", REPLY, "-m", "1", "--text", "37")["before"]
    report = told("drill report", REPORT)
    assert (len(report["scenarios"][0]["runs"]), len(report["replies"][0]["runs"])) == (2, 2)
