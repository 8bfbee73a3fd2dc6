"""Whatever cmday creates is its user's alone, and is written where it says and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cmday.config.paths import find_home, write_private
from cmday.config.secrets import Token, store_token
from tests.conftest import Cmday


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    return [str(path) for path in (folder, *folder.rglob("*")) if path.lstat().st_mode & 0o077]


def test_a_first_token_opens_no_folder_on_its_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMDAY_HOME", str(tmp_path / "new/home"))
    store_token("bem", Token(secret="hush-hush"), find_home())
    assert open_to_others(tmp_path / "new") == []


def test_a_day_of_commands_leaves_nothing_open(cmday: Cmday, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMDAY_HOME", str(tmp_path / "new"))
    for words in (
        ("init", "--yes", "--offline", "--communities", "bem=BEM"),
        ("feeds", "add", "--no-fetch", "https://h.example/feed"),
        ("start", "--offline"),
        ("plan", "add", "x", "--for", "1h", "--yes"),
        ("note", "seen"),
        ("feeds", "export", str(tmp_path / "new/out.opml")),
    ):
        assert cmday(*words).code == 0, words
    assert open_to_others(tmp_path / "new") == []


def test_a_bug_writes_its_log_for_its_user_only(cmday: Cmday, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMDAY_HOME", str(tmp_path / "new"))
    monkeypatch.setattr("cmday.cli.note.command", None)
    assert cmday("note", "x").code == 1
    assert list((tmp_path / "new/log").glob("bug-*.log"))
    assert open_to_others(tmp_path / "new") == []


def test_a_link_laid_in_a_folder_of_all_is_not_written_through(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    for pid in (os.getpid(), os.getppid()):
        (tmp_path / f".out.opml.{pid}").symlink_to(victim)
    (tmp_path / "out.opml").symlink_to(victim)
    write_private(tmp_path / "out.opml", "text")
    assert victim.read_text() == "mine"
    assert (tmp_path / "out.opml").read_text() == "text"
