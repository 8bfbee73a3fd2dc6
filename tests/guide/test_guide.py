"""The guide as a person drives it, in a terminal."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import sys
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cmday
from tests.guide.terminals import Pty, Terminal, Tmux, wait_for

pytestmark = pytest.mark.usefixtures("waiting")

GUIDE = ("inbox", "--guide", "--offline")


def states(cmday: Cmday) -> dict[str, str]:
    items = cmday("inbox", "--json", "--all", "--offline").json["data"]["items"]
    return {item["author"]: item["state"] for item in items}


def outbox(cmday: Cmday) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cmday("outbox", "--json").json["data"]["items"]
    return found


def test_each_key_is_done_at_once_and_leads_on(cmday: Cmday) -> None:
    with Pty(*GUIDE) as terminal:
        screen = wait_for(terminal, "1 of 3")
        assert "les portes, vendredi" in screen.lower()
        assert "Nina" in screen
        assert "before" in screen
        terminal.press("d")
        wait_for(terminal, "2 of 3")
        assert states(cmday)["Nina"] == "done"
        terminal.press("z")
        wait_for(terminal, "until when? [tomorrow]")
        terminal.press("f", "r", "i", "Enter")
        wait_for(terminal, "3 of 3")
        assert states(cmday)["Elodie"] == "snoozed"
        terminal.press("n")
        wait_for(terminal, "That was all.")
        assert states(cmday)["Karim"] == "seen"
        terminal.press("q")
        assert terminal.ended() == 0
        assert "1 done · 1 put off" in terminal.screen


def test_a_moment_that_cannot_be_understood_asks_again(cmday: Cmday) -> None:
    with Pty(*GUIDE) as terminal:
        wait_for(terminal, "1 of 3")
        terminal.press("z", "x", "y", "Enter")
        wait_for(terminal, "xy")
        wait_for(terminal, lambda screen: "until when?" in screen and '"' in screen)
        terminal.press("Escape")
        wait_for(terminal, "r answer")
        assert states(cmday)["Nina"] == "seen"


def test_an_answer_is_written_in_place_and_waits_in_the_outbox(cmday: Cmday) -> None:
    with Pty(*GUIDE) as terminal:
        wait_for(terminal, "1 of 3")
        terminal.press("r")
        wait_for(terminal, "to Nina")
        terminal.press("P", "o", "x", "BSpace", "rtes à 19 h 30.", "C-j", "À vendredi !")
        wait_for(terminal, "│ À vendredi !")
        assert outbox(cmday) == []
        terminal.press("Enter")
        wait_for(terminal, "2 of 3")
        [item] = outbox(cmday)
        assert (item["kind"], item["state"]) == ("reply", "queued")
        assert item["text"] == "Portes à 19 h 30.\nÀ vendredi !"
        terminal.press("q")
        assert terminal.ended() == 0
        assert "1 answer written" in terminal.screen
        assert "cmday send" in terminal.screen
        assert "cmday inbox --guide --resume" in terminal.screen


def test_undo_takes_back_what_was_done_last_and_stands_before_it(cmday: Cmday) -> None:
    with Pty(*GUIDE) as terminal:
        wait_for(terminal, "1 of 3")
        terminal.press("d")
        wait_for(terminal, "2 of 3")
        terminal.press("r")
        wait_for(terminal, "to Elodie")
        terminal.press("Bonjour", "Enter")
        wait_for(terminal, "3 of 3")
        terminal.press("u")
        wait_for(terminal, "2 of 3")
        assert [item["state"] for item in outbox(cmday)] in ([], ["cancelled"])
        terminal.press("u")
        wait_for(terminal, "1 of 3")
        assert states(cmday)["Nina"] in ("seen", "new")


def test_moderate_makes_a_case_and_stands_before_it(cmday: Cmday) -> None:
    with Pty(*GUIDE) as terminal:
        wait_for(terminal, "1 of 3")
        terminal.press("m")
        wait_for(terminal, "MODERATION")
        [case] = cmday("moderate", "--json").json["data"]["cases"]
        assert case["author"] == "Nina"
        terminal.press("a")
        wait_for(terminal, "2 of 3")
        assert cmday("moderate", "--json").json["data"]["cases"] == []
        assert states(cmday)["Nina"] == "seen"


def test_what_one_answered_last_time_is_at_hand(cmday: Cmday) -> None:
    with Pty(*GUIDE) as terminal:
        wait_for(terminal, "1 of 3")
        assert "answered before" not in terminal.screen
    remember_answer("Portes à 19 h 30, à vendredi !", to="nox:1002", question="À quelle heure ouvrent les portes ?")
    with Pty(*GUIDE) as terminal:
        screen = wait_for(terminal, "1 of 3")
        assert "“Portes à 19 h 30, à vendredi !”" in screen
        terminal.press("t")
        wait_for(terminal, "│ Portes à 19 h 30, à vendredi !")
        terminal.press("Enter")
        wait_for(terminal, "2 of 3")
    assert "Portes à 19 h 30, à vendredi !" in [item["text"] for item in outbox(cmday) if item["state"] == "queued"]


def remember_answer(text: str, *, to: str, question: str) -> None:
    """An answer of last month, as a send would have left it; the item that it answered asked this."""
    from cmday.core.outbox import Outgoing
    from cmday.core.time import Clock, system_zone
    from cmday.storage import outbox as stored
    from cmday.storage.database import open_database

    at = datetime.fromisoformat("2026-10-09T10:00:00+02:00")
    db = open_database(Path(os.environ["CMDAY_HOME"]) / "cmday.db", Clock(system_zone(), at))
    with db.write() as tx:
        tx.execute("UPDATE item SET text = ? WHERE id = ?", (question, to))
        sent = Outgoing(
            id="out-old", kind="reply", account="nox", network="mastodon", community="sss", state="sent", text=text,
            key="a", created=at, sent_at=at, sent_id="9", target=to,
        )  # fmt: skip
        stored.put(db, sent, at)
    db.close()


def test_a_window_of_another_size_is_drawn_anew() -> None:
    with Pty(*GUIDE) as terminal:
        wait_for(terminal, "1 of 3")
        terminal.resize(60, 16)
        screen = wait_for(terminal, lambda screen: "1 of 3" in screen and all(len(x) <= 60 for x in screen.split("\n")))
        assert "Nina" in screen
        assert len(screen.split("\n")) <= 16
        terminal.resize(120, 40)
        wait_for(terminal, lambda screen: len(screen.split("\n")[0]) > 100)


@pytest.mark.parametrize("end", ["pause", "ctrl-c", "kill", "term", "hang-up"])
def test_whatever_ends_it_resume_goes_on_at_the_exact_item(cmday: Cmday, end: str) -> None:
    with Pty(*GUIDE) as terminal:
        before = terminal.modes()
        wait_for(terminal, "1 of 3")
        terminal.press("d")
        wait_for(terminal, "2 of 3")
        code = {"pause": 0, "ctrl-c": 130, "kill": -9, "term": 143, "hang-up": 129}[end]
        if end == "hang-up":
            terminal.hang_up()
        elif end in ("kill", "term"):
            os.kill(terminal.pid, signal.SIGKILL if end == "kill" else signal.SIGTERM)
        else:
            terminal.press({"pause": "q", "ctrl-c": "C-c"}[end])
        assert terminal.ended() == code
        if end not in ("kill", "hang-up"):
            assert terminal.modes() == before
            assert terminal.raw.rindex(b"\x1b[?1049l") > terminal.raw.rindex(b"\x1b[?1049h")
    assert states(cmday)["Nina"] == "done"
    with Pty(*GUIDE, "--resume") as terminal:
        screen = wait_for(terminal, "of 3")
        assert "2 of 3" in screen
        assert "Elodie" in screen


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_what_was_being_typed_is_there_again(end: signal.Signals) -> None:
    with Pty(*GUIDE) as terminal:
        wait_for(terminal, "1 of 3")
        terminal.press("r")
        wait_for(terminal, "to Nina")
        terminal.press("Portes à 19 h")
        wait_for(terminal, "│ Portes à 19 h")
        time.sleep(2)  # what is typed is kept when the hands rest
        os.kill(terminal.pid, end)
        terminal.ended()
    with Pty(*GUIDE, "--resume") as terminal:
        wait_for(terminal, "1 of 3")
        terminal.press("r")
        wait_for(terminal, "│ Portes à 19 h")


def test_an_item_done_elsewhere_meanwhile_is_passed_over(cmday: Cmday) -> None:
    with Pty(*GUIDE) as terminal:
        wait_for(terminal, "1 of 3")
        terminal.press("n")
        wait_for(terminal, "2 of 3")
        terminal.press("q")
        assert terminal.ended() == 0
    cmday("inbox", "done", "i2")
    with Pty(*GUIDE, "--resume") as terminal:
        assert "Karim" in wait_for(terminal, "2 of 2")


def test_pasted_text_presses_no_key(cmday: Cmday) -> None:
    with Pty(*GUIDE) as terminal:
        wait_for(terminal, "1 of 3")
        terminal.paste("dddd\nzzz")
        terminal.press("?")
        wait_for(terminal, "The keys")
        terminal.press("x")
        wait_for(terminal, "1 of 3")
        terminal.press("r")
        wait_for(terminal, "to Nina")
        terminal.paste("Une ligne\nune autre")
        wait_for(terminal, "│ une autre")
    assert set(states(cmday).values()) <= {"new", "seen"}
    assert outbox(cmday) == []


def test_the_editor_is_another_way_to_write(cmday: Cmday, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "editor.py"
    script.write_text(
        "import sys, re\nfile = sys.argv[-1]\ntext = open(file).read()\nassert 'vendredi' in text\n"
        "open(file, 'w').write(text + 'Depuis mon éditeur.\\n')\n"
    )
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
    with Pty(*GUIDE) as terminal:
        wait_for(terminal, "1 of 3")
        terminal.press("e")
        wait_for(terminal, "│ Depuis mon éditeur.")
        terminal.press("Enter")
        wait_for(terminal, "2 of 3")
    assert [item["text"] for item in outbox(cmday)] == ["Depuis mon éditeur."]


def test_keys_can_be_others(cmday: Cmday, home: Path) -> None:
    with (home / "config.toml").open("a") as file:
        file.write('\n[keys]\ndone = "x"\nnext = "j"\n')
    with Pty(*GUIDE) as terminal:
        assert "x done" in wait_for(terminal, "1 of 3")
        terminal.press("d", "j")
        wait_for(terminal, "2 of 3")
        terminal.press("x")
        wait_for(terminal, "3 of 3")
    assert states(cmday) == {"Nina": "seen", "Elodie": "done", "Karim": "seen"}


def test_plain_takes_letters_and_enter(cmday: Cmday) -> None:
    with Pty(*GUIDE, "--plain") as terminal:
        wait_for(terminal, "1 of 3")
        terminal.press("d", "Enter")
        wait_for(terminal, "i1 is done")
        terminal.press("k", "Enter")
        wait_for(terminal, '"k" is no key here')
        terminal.press("r", "Enter")
        wait_for(terminal, "to Elodie")
        terminal.press("Bonjour", "Enter", "à jeudi", "Enter", "Enter")
        wait_for(terminal, "3 of 3")
        terminal.press("q", "Enter")
        assert terminal.ended() == 0
        assert b"\x1b" not in terminal.raw
        assert terminal.raw.isascii() or "É" not in terminal.screen
    assert states(cmday)["Nina"] == "done"
    assert [item["text"] for item in outbox(cmday)] == ["Bonjour\nà jeudi"]


@pytest.mark.parametrize("command", ["start", "inbox", "feeds", "moderate"])
def test_without_a_terminal_it_says_what_to_do_instead(cmday: Cmday, command: str) -> None:
    for more in ([], ["--json"]):
        result = cmday(command, "--guide", *more)
        assert result.code == 2
        told = json.loads(result.out)["errors"][0]["hint"] if more else result.err
        assert "cmday start" in told


def test_the_whole_day_goes_step_by_step(cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    cmday("plan", "add", "Concours de Noël", "--for", "1h")
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T11:00:00+01:00")  # it was not begun when it was to be done
    with Pty("start", "--guide", "--offline") as terminal:
        wait_for(terminal, "1 SCHEDULE")
        terminal.press("n")
        wait_for(terminal, "2 NOTIFICATIONS")
        terminal.press("n", "n", "n")
        wait_for(terminal, "5 PLAN")
        wait_for(terminal, "write 1 place")
        terminal.press("p")
        wait_for(terminal, "That was all.")
        terminal.press("Enter")
        assert terminal.ended() == 0
    [placed] = cmday("plan", "--json").json["data"]["placements"]
    assert placed["title"] == "Concours de Noël"
    assert cmday("plan", "--json").json["data"]["changes"] == []
    assert "interrupted" not in cmday().out


def test_a_suspended_guide_comes_back(cmday: Cmday) -> None:
    with Pty(*GUIDE) as terminal:
        wait_for(terminal, "1 of 3")
        terminal.press("C-z")
        until = time.monotonic() + 10
        while Path(f"/proc/{terminal.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
            assert time.monotonic() < until
            time.sleep(0.02)
        os.kill(terminal.pid, signal.SIGCONT)
        terminal.press("d")
        wait_for(terminal, "2 of 3")
    assert states(cmday)["Nina"] == "done"


def drive(terminal: Terminal, cmday: Cmday) -> None:
    """Keys, another size, a pause."""
    wait_for(terminal, "1 of 3")
    terminal.press("d")
    wait_for(terminal, "2 of 3")
    terminal.resize(60, 20)
    wait_for(terminal, lambda screen: "2 of 3" in screen and max(map(len, screen.split("\n"))) <= 60)
    terminal.press("r")
    wait_for(terminal, "to Elodie")
    terminal.press("Bonjour")
    wait_for(terminal, "Bonjour")
    terminal.press("Enter")
    wait_for(terminal, "3 of 3")
    assert states(cmday)["Nina"] == "done"
    assert [item["text"] for item in outbox(cmday)] == ["Bonjour"]


@pytest.mark.server
def test_in_tmux(cmday: Cmday, tmp_path: Path) -> None:
    with Tmux(tmp_path, *GUIDE, program=tmux()) as terminal:
        drive(terminal, cmday)
        terminal.press("C-c")
        wait_for(terminal, lambda screen: "3 of 3" not in screen)
        terminal.type(" ".join([sys.executable, "-m", "cmday", *GUIDE, "--resume"]))
        assert "Karim" in wait_for(terminal, "3 of 3")
        terminal.press("q")
        wait_for(terminal, "Paused at i3")


def tmux() -> list[str]:
    """tmux as it is here, or unpacked from Debian's package."""
    if found := shutil.which("tmux"):
        return [found]
    from tests.servers.grounds import debian

    folder = debian("tmux", ["tmux"])
    libraries = ":".join(str(path.parent) for path in folder.rglob("lib*.so*"))
    return ["env", f"LD_LIBRARY_PATH={libraries}", str(folder / "usr/bin/tmux")]


def test_a_version_of_the_place_that_is_not_ours_begins_anew(home: Path) -> None:
    with Pty(*GUIDE) as terminal:
        wait_for(terminal, "1 of 3")
        terminal.press("n", "q")
        terminal.ended()
    with closing(sqlite3.connect(home / "cmday.db")) as db, db:
        db.execute("UPDATE keep SET value = 'nonsense' WHERE name LIKE 'guide%'")
    with Pty(*GUIDE, "--resume") as terminal:
        wait_for(terminal, "1 of 3")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_demo_has_something_of_everything(tmp_path: Path, language: str) -> None:
    with Pty("demo", "start", "--guide", env={"TMPDIR": str(tmp_path), "CMDAY_LANG": language}) as terminal:
        wait_for(terminal, "1 ")
        terminal.press("n")
        screen = wait_for(terminal, "dj_nox")
        for word in ("Thibault", "20 nov", "samir_k", "20:00", "Seeksicksound"):
            assert word.lower() in screen.lower(), screen
