"""``cmday feeds --pager``: the person's own pager, at a terminal, and only when asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Cmday
from tests.guide.terminals import Pty
from tests.loopback.server import Loopback
from tests.steps.news.feeds_of_ours import rss, subscribe


@pytest.fixture
def shelf(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    subscribe(home, [loopback.route("/feed", rss("One", "Two"), host="a.localhost")])
    assert cmday("feeds", "refresh").code == 0


def paged(pager: str, *words: str) -> tuple[int, str]:
    with Pty("feeds", "--offline", *words, env={"PAGER": pager}) as terminal:
        return terminal.ended(), terminal.screen


@pytest.mark.parametrize("pager", ["sed 's/^/paged: /'", "sed s/^/paged:/"])
@pytest.mark.usefixtures("shelf")
def test_it_shows_the_skim(pager: str) -> None:
    code, screen = paged(pager, "--pager")
    assert code == 0
    assert [line for line in screen.splitlines() if "paged:" in line and " One " in line]


@pytest.mark.usefixtures("shelf")
def test_without_being_asked_for_it_is_not_started() -> None:
    code, screen = paged("sed s/^/paged:/")
    assert (code, "paged:" in screen, " One " in screen) == (0, False, True)


@pytest.mark.parametrize(("pager", "code", "said"), [("no-such-pager", 2, "the pager no-such-pager"), ("true", 0, "")])
@pytest.mark.usefixtures("shelf")
def test_one_that_is_not_there_or_stops_reading(pager: str, code: int, said: str) -> None:
    ended, screen = paged(pager, "--pager")
    assert ended == code
    assert said in screen


@pytest.mark.parametrize("pager", ["   ", "sed 's/^/x/"])
@pytest.mark.usefixtures("shelf")
def test_words_that_are_no_command_line_do_not_stop_it(pager: str) -> None:
    _code, screen = paged(pager, "--pager")
    assert "bug" not in screen
    assert "Traceback" not in screen
