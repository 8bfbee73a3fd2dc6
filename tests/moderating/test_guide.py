"""Cases by one key each: only what the network offers, the reason asked, undone by a key."""

from __future__ import annotations

from tests.conftest import Cmday
from tests.guide.terminals import Pty, wait_for
from tests.moderating.sites import Sites


def waiting(cmday: Cmday) -> list[str]:
    items = cmday("outbox", "--json").json["data"]["items"]
    return [one["text"] for one in items if one["state"] == "queued"]


def test_cases_are_decided_by_keys(cmday: Cmday, sites: Sites) -> None:
    assert len(cmday("moderate", "--json").json["data"]["cases"]) == 5
    with Pty("moderate", "--guide", "--offline") as terminal:
        screen = wait_for(terminal, "1 of 5")
        assert "R remove" in screen
        assert "B ban" not in screen, "the network knows none"
        terminal.press("R")
        wait_for(terminal, "why?")
        terminal.press("Enter", "a", "d", "s", "Enter")
        wait_for(terminal, "2 of 5")
        assert waiting(cmday) == ["remove bruno@example.org: ads"]
        terminal.press("u")
        wait_for(terminal, "1 of 5")
        assert waiting(cmday) == []
        terminal.press("R")
        wait_for(terminal, "why?")
        terminal.press("Escape", "a")
        wait_for(terminal, "2 of 5")
        assert waiting(cmday) == ["approve bruno@example.org"]
        terminal.press("q")
        assert terminal.ended() == 0
    with Pty("moderate", "--guide", "--offline") as terminal:
        wait_for(terminal, "1 of 4")
        terminal.press("q")
        assert terminal.ended() == 0
    assert sites.written() == []
