"""``cmday handover``: what a colleague needs, as Markdown that nobody else's words can spoil."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from tests.conftest import Cmday
from tests.connectors.timeline import notification, person, status
from tests.loopback.answers import Answer
from tests.loopback.server import Loopback
from tests.steps.notifications.conftest import Configure, configure, mention, serve, timeline_of

__all__ = ["configure"]

HOSTILE = "\x1b[2J](javascript:alert(1)) <script>x</script> # *you* `rm` | [click](https://evil.example)"


@pytest.fixture
def inbox(
    configure: Configure,
    loopback: Loopback,
    cmday: Cmday,
) -> Cmday:
    """i1 to i4: four questions; one of them tries to be Markdown, HTML and a terminal's command."""
    configure({"nox": "sss"})
    for version in ("v1", "v2"):
        loopback.route(f"/api/{version}/instance", Answer(status=404, body=b"{}"), host="nox.localhost")
    serve(
        loopback,
        "nox",
        timeline_of(
            mention(1, "Les portes ?", name="nina"),
            mention(2, "Le tarif ?", name="karim", hours=1),
            mention(3, HOSTILE + " ?", name="mallory", hours=2),
            mention(4, "Et la fin ?", name="ines", hours=3),
            notification("5", "mention", account=person("9", "x", "**Bold**\n# Head"), status=status("95", "Oui ?")),
        ),
    )
    assert cmday("inbox", "-q").code == 0
    return cmday


def section(page: str, title: str) -> str:
    found = re.search(rf"^## {title}$(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, page
    return found[1]


def test_the_page_tells_all(inbox: Cmday) -> None:
    handles = {item["author"]: item["handle"] for item in inbox("inbox", "--offline", "--json").json["data"]["items"]}
    inbox("inbox", "reply", handles["Nina"], "À 19 h 30", "--at", "14h", "--follow-up", "fri")
    inbox("inbox", "snooze", handles["Karim"], "until", "tomorrow", "9am")
    inbox("inbox", "note", handles["Karim"], "asked the cashier")
    inbox("inbox", "note", handles["Ines"], "ends at two")
    inbox("inbox", "label", handles["Ines"], "friday")
    inbox("note", "keys are with Lou")
    page = inbox("handover").out
    assert page.startswith("# Handover, Monday 2 November 2026\n")
    waiting = section(page, "Who waits for an answer")
    assert "### sss (4)" in waiting
    assert "an answer is written and has not left: À 19 h 30" in waiting
    assert "note: ends at two" in waiting
    assert "#friday" in waiting
    promised = section(page, "What was promised")
    assert promised.index("Karim") < promised.index("Nina"), "in the order in which it comes back"
    assert "we said: À 19 h 30" in promised
    assert "note: asked the cashier" in promised
    assert "14:00 · nox · to @nina@music.example: À 19 h 30" in section(page, "What leaves, and when")
    assert "keys are with Lou" in section(page, "Notes")
    assert "asked the cashier" not in section(page, "Notes"), "it stands with its item"
    soon = inbox("handover", "--until", "wed").out
    assert "Nina" not in section(soon, "What was promised")
    assert "Karim" in section(soon, "What was promised")


def test_words_of_others_make_no_marks(inbox: Cmday) -> None:
    page = inbox("handover").out
    assert "\x1b" not in page
    assert "<script" not in page
    assert not re.search(r"(?<!\\)\[click", page)
    assert not re.search(r"(?<!\\)`rm", page)
    assert [line for line in page.splitlines() if line.startswith("# ")] == ["# Handover, Monday 2 November 2026"]
    links = re.findall(r"(?<!\\)\]\(([^)]*)\)", page)
    assert links
    assert all(link.startswith("https://m.example/") for link in links), links


def test_into_a_private_file(inbox: Cmday, tmp_path: Path) -> None:
    file = tmp_path / "handover.md"
    said = inbox("handover", "--output", str(file))
    assert said.code == 0
    assert str(file) in said.out
    assert file.read_text() == inbox("handover").out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert inbox("handover", "-o", str(tmp_path)).code == 2
    assert inbox("handover", "--until", "someday").code == 2


def test_nothing_to_hand_over(cmday: Cmday, home: Path) -> None:
    page = cmday("handover").out
    assert page.count("Nothing.") == 6
