"""``cmday start`` and the glance, through the front door: first contact, a full day, a second look, an interruption."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cmday.config import starter
from cmday.text.cells import width
from tests.conftest import Cmday
from tests.loopback.answers import Answer
from tests.loopback.server import Loopback

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Quays</title><link>{site}</link>
<item><guid>1</guid><title>{title}</title><link>{site}/1</link><pubDate>Mon, 02 Nov 2026 06:00:00 +0100</pubDate></item>
</channel></rss>"""
STEPS = ["schedule", "notifications", "news", "moderation", "planning"]


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


@pytest.fixture
def starter_feeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let a first morning begin with these feeds instead of the public ones."""

    def begin_with(*urls: str) -> None:
        folder = tmp_path / "starter"
        shutil.copytree(starter.STARTER, folder)
        (folder / "config.toml").write_text("")
        (folder / "feeds.toml").write_text("".join(f'[[feed]]\nurl = "{url}"\n' for url in urls))
        monkeypatch.setattr(starter, "STARTER", folder)

    return begin_with


@pytest.fixture
def demo(cmday: Cmday, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cmday:
    """A full day on recorded answers, in a home of its own."""
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    monkeypatch.delenv("CMDAY_NOW")

    def call(*argv: str) -> Any:
        return cmday("demo", *argv)

    return call


def test_the_first_morning_makes_a_private_home_and_says_what_fills_each_step(
    cmday: Cmday, starter_feeds: Callable[..., None], loopback: Loopback, tmp_path: Path
) -> None:
    site = loopback.url()
    starter_feeds(loopback.route("/feed", Answer(body=FEED.format(site=site, title="The quays were packed").encode())))
    first = cmday("start")
    assert first.code == 0, first.err
    assert "A first morning with cmday." in first.out.splitlines()[0]
    assert "f1  The quays were packed" in first.out
    for command in ("cmday init", "cmday login", "cmday plan add", "cmday demo"):
        assert command in first.out
    assert (tmp_path / "cmday").stat().st_mode & 0o777 == 0o700
    assert all(file.stat().st_mode & 0o077 == 0 for file in (tmp_path / "cmday").iterdir())
    second = cmday("start")
    assert second.out.startswith("Monday 2 November 2026 · 08:31")
    assert "1 SCHEDULE ✓" in second.out


def test_the_first_morning_without_network_is_one_fact_and_no_failure(
    cmday: Cmday, starter_feeds: Callable[..., None]
) -> None:
    starter_feeds("https://a.invalid/feed", "https://b.invalid/feed", "https://c.invalid/feed")
    began = cmday("start")
    assert began.code == 0, began.err
    assert "! No network: none of the 3 starter feeds could be reached." in began.out
    assert began.out.count("No network") == 1
    assert "cmday demo" in began.out
    again = cmday("start")
    assert "A first morning" in again.out, "it is still the first morning"
    told = cmday("start", "--json")
    assert told.code == 0
    assert [error["kind"] for error in told.json["errors"]] == ["no-network"]


def test_a_day_in_json_has_every_step_and_what_is_next(demo: Cmday) -> None:
    told = demo("start", "--json").json
    assert told["command"] == "start"
    assert set(told) == {"version", "command", "generated_at", "status", "data", "errors"}
    assert [step["name"] for step in told["data"]["steps"]] == STEPS
    assert all(set(step) == {"name", "title", "status", "seconds", "data", "errors"} for step in told["data"]["steps"])
    assert [step["command"] for step in told["data"]["next"]] == [
        "cmday inbox read i1",
        "cmday moderate",
        "cmday feeds show f1",
    ]
    assert all(set(step) == {"text", "command"} for step in told["data"]["next"])
    assert told["status"] == "partial", "the forum is down"


def test_a_server_that_is_down_is_an_answer_in_part(demo: Cmday) -> None:
    found = demo("start")
    assert found.code == 3
    flat = " ".join(found.out.split())
    assert "forum failed, shown from Fri 17:31" in flat
    assert "! forum has a fault of its own (503) → it will be asked again later" in flat
    assert found.out.count("! forum") == 1


def test_what_is_folded_is_not_advised(demo: Cmday) -> None:
    assert "cmday feeds" in demo("start").out.partition("NEXT")[2]
    again = demo("start")
    assert "3 NEWS ✓" in again.out
    assert "cmday feeds" not in again.out.partition("NEXT")[2]
    commands = [step["command"] for step in demo("start", "--json").json["data"]["next"]]
    assert commands == ["cmday inbox read i1", "cmday moderate"]


def test_the_header_counts_what_was_asked(demo: Cmday) -> None:
    assert "5 accounts and 17 feeds in" in demo("start").out
    assert " feed" not in demo("start").out.partition("\n")[0], "the feeds were asked a moment ago"


def test_a_french_title_names_its_step(demo: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMDAY_LANG", "fr")
    told = demo("start", "--only", "actualité", "--json").json
    assert [step["name"] for step in told["data"]["steps"]] == ["news"]


def test_an_operation_whose_time_went_by_is_not_done(cmday: Cmday, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "feeds.toml").write_text("")
    (home / "config.toml").write_text('timezone = "Europe/Paris"\n')
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T08:31:00+01:00")
    cmday("start")
    assert cmday("plan", "add", "Newsletter", "--for", "1h").code == 0
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T18:30:00+01:00")
    glance = cmday().out
    assert "plan 0 of 1" in glance
    assert "cmday plan    the time of one operation went by" in glance
    assert "Good evening" not in glance
    cmday("plan", "done", "p1")
    assert "plan ✓" in cmday().out
    assert "Good evening" in cmday().out


def test_french_in_json_stays_english(demo: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMDAY_LANG", "fr")
    told = demo("start", "--json").json
    assert [step["title"] for step in told["data"]["steps"]] == [
        "Schedule",
        "Notifications",
        "News",
        "Moderation",
        "Plan",
    ]
    assert told["data"]["next"][1]["text"] == "3 decisions"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("--only", "news"), ["news"]),
        (("--only", "news,plan"), ["news", "planning"]),
        (("--only", "5", "--only", "inbox"), ["notifications", "planning"]),
        (("--skip", "news", "--skip", "plan"), ["schedule", "notifications", "moderation"]),
        (("--from", "mod"), ["moderation", "planning"]),
    ],
)
def test_some_steps_alone(demo: Cmday, words: tuple[str, ...], shown: list[str]) -> None:
    told = demo("start", "--json", *words).json
    assert [step["name"] for step in told["data"]["steps"]] == shown


def test_an_unknown_step_is_a_wrong_command(cmday: Cmday, home: Path) -> None:
    (home / "config.toml").write_text("")
    wrong = cmday("start", "--only", "coffee")
    assert wrong.code == 2
    assert 'no step is called "coffee"' in wrong.err
    assert "did you mean news?" in cmday("start", "--only", "newz").err
    assert cmday("start", "--only", "news", "--skip", "news").code == 2


def test_a_second_start_folds_what_is_done_and_keeps_what_is_open(demo: Cmday) -> None:
    demo("start")
    demo("inbox", "done", "i1-100")
    demo("moderate", "approve", "m1-3")
    second = demo("start").out
    assert "4 MODERATION ✓" in second
    assert "  m1" not in second
    assert "  s1 09:30" in second, "what is still to come today is not done"
    everything = demo("start", "--all").out
    assert "4 MODERATION ✓" not in everything


def test_an_interruption_is_told_and_gone_on_from(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = loopback.route("/slow", Answer(delay=20, body=b""))
    (home / "config.toml").write_text("")
    (home / "feeds.toml").write_text(f'[[feed]]\nurl = "{slow}"\n')
    with subprocess.Popen(
        [sys.executable, "-m", "cmday", "start"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as going:
        while not loopback.count("/slow"):
            assert going.poll() is None
            time.sleep(0.02)
        going.send_signal(signal.SIGINT)
        going.communicate(timeout=10)
    assert going.returncode == 130
    assert "cmday start --resume" in cmday().out
    loopback.route("/slow", Answer(body=FEED.format(site=loopback.url(), title="At last").encode()))
    resumed = cmday("start", "--resume", "--json").json
    assert [step["name"] for step in resumed["data"]["steps"]] == STEPS
    assert "--resume" not in cmday().out


@pytest.mark.parametrize("columns", [40, 80, 100, 120, 200])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_full_day_fits_every_width(demo: Cmday, monkeypatch: pytest.MonkeyPatch, columns: int, language: str) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("CMDAY_LANG", language)
    for words in (("start",), ("start", "--plain"), ("inbox",), ("feeds",), ("moderate",), ("plan",), ("schedule",)):
        for line in demo(*words).out.splitlines():
            assert width(line) <= columns, words


def test_the_glance_creates_nothing_and_names_the_first_command(cmday: Cmday, tmp_path: Path) -> None:
    seen = cmday()
    assert seen.code == 0
    assert "cmday start" in seen.out
    assert not (tmp_path / "cmday").exists()
    assert cmday("--line").out == "cmday start\n"


def test_the_glance_of_a_day(demo: Cmday, cmday: Cmday, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    demo("start")
    (played,) = (tmp_path / "room").iterdir()
    monkeypatch.setenv("CMDAY_HOME", str(played))
    monkeypatch.setenv("COLUMNS", "100")
    lines = cmday().out.splitlines()
    assert lines[0].startswith("Mon 2 Nov · 08:31")
    assert lines[1] == "schedule ✓    notifications 8    news ✓    moderation 3    plan 0 of 3"
    assert "soon        09:30 s1 Team meeting (video) (bem)" in "\n".join(lines)
    assert any(line.startswith("to answer   i1 sss dj_nox, before 10:30") for line in lines)
    assert lines[-1].startswith("next        cmday inbox read i1")
    assert len(lines) <= 8
    assert cmday("--line").out == "8 to answer (10:30) · 3 cases · 09:30 Team meeting (video)\n"
    told = cmday("--json").json
    assert told["command"] == "glance"
    assert [step["name"] for step in told["data"]["steps"]] == STEPS


def test_the_glance_of_a_day_that_is_done(
    demo: Cmday, cmday: Cmday, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo("start")
    (played,) = (tmp_path / "room").iterdir()
    monkeypatch.setenv("CMDAY_HOME", str(played))
    cmday("inbox", "done", "i1-100")
    cmday("moderate", "approve", "m1-3")
    assert cmday("send", "--yes").code == 0
    cmday("plan", "done", "p1-3")
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T17:36:00+01:00")
    lines = cmday().out.splitlines()
    assert lines[1] == "schedule ✓    notifications ✓    news ✓    moderation ✓    plan ✓"
    assert lines[-1] == "Nobody waits for an answer any more. Good evening."
    assert cmday("--line").out == "✓\n"


def test_the_glance_imports_neither_typer_nor_rich_nor_any_network(demo: Cmday, tmp_path: Path) -> None:
    demo("start")
    (played,) = (tmp_path / "room").iterdir()
    code = (
        "import sys; from cmday.__main__ import main; main([]);"
        "heavy = {'typer', 'rich', 'pycurl', 'feedparser', 'icalendar', 'regex', 'holidays', 'imap_tools', 'email'};"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    environ = {**os.environ, "CMDAY_HOME": str(played)}
    # The holidays of the year are kept by the first who asks for them; here this test's own process has them in memory.
    subprocess.run([sys.executable, "-m", "cmday"], env=environ, capture_output=True, check=True)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
