"""``cmday config`` from outside."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import Cmday


def test_path(cmday: Cmday, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cmday("config", "path").out == f"{home}/config.toml\n"
    assert f"{home}/cmday.db" in cmday("config", "path", "--all").out
    other = tmp_path / "other.toml"
    assert cmday("config", "path", "--config", str(other)).out == f"{other}\n"
    monkeypatch.setenv("CMDAY_CONFIG", str(other))
    assert cmday("config", "path").out == f"{other}\n"
    data = cmday("config", "path", "--json").json["data"]
    assert set(data) == {"config", "feeds", "rules", "database", "tokens", "log"}


def test_without_cmday_home_it_is_the_platforms_place(
    cmday: Cmday, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CMDAY_HOME")
    assert cmday("config", "path").out == f"{tmp_path}/person/.config/cmday/config.toml\n"


def test_show_is_toml_that_means_the_same(cmday: Cmday, home: Path) -> None:
    (home / "config.toml").write_text(
        '[community.bem]\ntitle = "BEM"\nquiet = ["mon-fri 9-10"]\n[calendar.a]\npath = "/tmp/x"\n'
    )
    shown = cmday("config", "show").out
    (home / "config.toml").write_text(shown)
    assert cmday("config", "show").out == shown


def test_check_tells_all_mistakes_of_all_files(cmday: Cmday, home: Path) -> None:
    assert cmday("config", "check").code == 0
    (home / "config.toml").write_text('x = 1\n[account.a]\nnetwork = "mastodn"\nserver = "s"\n')
    (home / "feeds.toml").write_text('[[feed]]\nurl = "not an address"\n')
    result = cmday("config", "check")
    assert result.code == 2
    assert 'did you mean "mastodon"?' in result.err
    assert "config.toml:1, x: unknown key" in result.err
    assert "feeds.toml" in result.err
    assert "config.toml: 2" in result.out
    data = cmday("config", "check", "--json").json
    assert data["status"] == "failed"
    assert [len(file["mistakes"]) for file in data["data"]["files"]][:2] == [2, 1]
    assert len(data["errors"]) == 3


def test_edit_opens_the_editor_and_checks(
    cmday: Cmday, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "my editor.py"
    script.write_text("import sys; open(sys.argv[1], 'a').write('\\ncolr = 1\\n')")
    monkeypatch.setenv("EDITOR", f"{sys.executable} '{script}'")
    result = cmday("config", "edit")
    assert result.code == 2
    assert "colr" in result.err
    assert "# The settings of cmday" in (home / "config.toml").read_text()
    monkeypatch.setenv("VISUAL", "/nonexistent/editor")
    assert 'the editor "/nonexistent/editor" cannot be run' in cmday("config", "edit").err


def test_edit_without_editor_or_terminal_says_so(cmday: Cmday, home: Path) -> None:
    result = cmday("config", "edit")
    assert result.code == 2
    assert f"edit {home}/config.toml" in result.err


def test_networks(cmday: Cmday) -> None:
    result = cmday("config", "networks")
    assert result.code == 0
    assert "cmday login mastodon --server" in result.out
    names = [row["name"] for row in cmday("config", "networks", "--json").json["data"]["networks"]]
    assert {"mastodon", "imap"} <= set(names)
