"""The questions of ``cmday send`` and ``cmday undo``, answered at a terminal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.conftest import NOW, Cmday
from tests.guide.terminals import Pty, wait_for
from tests.loopback.answers import Answer
from tests.outbox.conftest import Write
from tests.outbox.post_office import PostOffice

States = Callable[[], dict[str, str]]
START = datetime.fromisoformat(NOW)


def test_yes_sends_what_the_screen_shows(write: Write, office: PostOffice) -> None:
    write({"text": "Bonjour à tous"}, {"text": "Aux anciens", "account": "bema"})
    with Pty("send", size=(80, 24)) as terminal:
        screen = wait_for(terminal, "[Y]es [n]o [c]hoose")
        assert "@bema" in screen
        assert "│ Bonjour à tous" in screen
        assert "Send these 2?" in screen
        terminal.press("Enter")
        assert terminal.ended() == 0
        assert "o1 is sent: https://nox.example/@me/" in terminal.screen
    assert sorted(office.texts()) == ["Aux anciens", "Bonjour à tous"]


def test_no_sends_nothing(write: Write, office: PostOffice) -> None:
    write({"text": "Bonjour à tous"})
    with Pty("send") as terminal:
        wait_for(terminal, "[c]hoose")
        terminal.press("n", "Enter")
        assert terminal.ended() == 0
    assert office.asked() == 0


def test_some_are_chosen(write: Write, office: PostOffice) -> None:
    write(*({"text": f"n° {n}"} for n in range(1, 5)))
    with Pty("send") as terminal:
        wait_for(terminal, "[c]hoose")
        terminal.press("c", "Enter")
        wait_for(terminal, "Which?")
        terminal.press("o9", "Enter")
        wait_for(terminal, "nothing has the handle o9")
        terminal.press("o2 o4", "Enter")
        assert terminal.ended() == 0
    assert office.texts() == ["n° 2", "n° 4"]


def test_what_is_late_is_asked_about_alone(write: Write, office: PostOffice, states: States) -> None:
    write({"text": "à l'heure"}, *({"text": f"tard {n}", "due": START - timedelta(hours=n)} for n in (1, 2)))
    with Pty("send") as terminal:
        wait_for(terminal, "[c]hoose")
        terminal.press("Enter")
        wait_for(terminal, "o3 was due 06:31. Send it now?")
        terminal.press("Enter")
        wait_for(terminal, "o2 was due 07:31. Send it now?")
        terminal.press("y", "Enter")
        assert terminal.ended() == 3
        assert "o3 was due 06:31, too late to go unasked" in terminal.screen
    assert states() == {"à l'heure": "sent", "tard 1": "sent", "tard 2": "queued"}


def test_what_is_in_doubt_is_asked_about(cmday: Cmday, write: Write, office: PostOffice, states: States) -> None:
    write({"text": "un"}, {"text": "deux", "account": "bema"})
    for account in ("nox", "bema"):
        office.fail(account, Answer(silent=True))
    assert cmday("send", "--yes").code == 3
    with Pty("send") as terminal:
        wait_for(terminal, "Did o1 go out?")
        terminal.press("l", "Enter")
        wait_for(terminal, "too soon to tell")
        terminal.press("y", "Enter")
        wait_for(terminal, "Did o2 go out?")
        terminal.press("n", "Enter")
        assert terminal.ended() == 0
    assert states() == {"un": "sent", "deux": "sent"}
    assert office.texts() == ["deux"], "the one that the person says is there is not sent again"


def test_taking_back_what_is_sent_asks(cmday: Cmday, write: Write, office: PostOffice, states: States) -> None:
    write({"text": "trop vite"})
    assert cmday("send", "--yes").code == 0
    with Pty("undo") as terminal:
        wait_for(terminal, "1 is sent. Take it back from the network?")
        terminal.press("y", "Enter")
        assert terminal.ended() == 0
        assert "undone: sent o1 trop vite" in terminal.screen
    assert states() == {"trop vite": "cancelled"}
    assert office.posts() == []


@pytest.mark.parametrize("count", [4, 8, 12, 17])
def test_a_long_list_fits_the_window(write: Write, office: PostOffice, count: int) -> None:
    text = "Un texte assez long pour deux lignes. " * 4
    write(*({"text": text, "account": ("nox", "bema")[n % 2]} for n in range(count)))
    with Pty("send", size=(80, 24)) as terminal:
        screen = wait_for(terminal, "[c]hoose")
        assert "cmday send " in screen
        assert all(f"o{n} " in screen for n in range(1, count + 1))
        assert screen.count("Un texte assez long") >= count
        terminal.press("n", "Enter")
        terminal.ended()
