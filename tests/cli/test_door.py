"""The one door: version, help, errors, the options everywhere, and what a process leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cmday import __version__
from cmday.cli import app
from cmday.errors import CmdayError
from tests.conftest import Cmday

PYTHON = [sys.executable, "-m", "cmday"]
ROOT = Path(__file__).parents[2]


def process(*argv: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PYTHON, *argv], capture_output=True, text=True, cwd=ROOT, env={**os.environ, **more}, timeout=60, check=False
    )


def test_version(cmday: Cmday) -> None:
    for argv in (["--version"], ["--json", "--version"], ["feeds", "--version"]):
        result = cmday(*argv)
        assert (result.code, result.out, result.err) == (0, f"cmday {__version__}\n", "")


def test_version_imports_nothing_of_ours_but_the_door() -> None:
    code = "import sys; from cmday.__main__ import main; main(['--version']); print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    modules = set(done.stdout.split()[2:])
    assert {name for name in modules if name.startswith("cmday")} == {"cmday", "cmday.__main__"}
    assert not modules & {"typer", "rich", "msgspec", "typing", "re", "gettext", "argparse"}


def test_every_command_of_the_table_is_there_and_has_help(cmday: Cmday) -> None:
    top = cmday("--help")
    assert top.code == 0
    for name in app.COMMANDS:
        assert f"  {name}" in top.out
        result = cmday(name, "--help")
        assert (result.code, result.err) == (0, ""), name
        assert result.out.startswith(f"Usage: cmday {name}")


@pytest.mark.parametrize(
    ("argv", "error", "hint"),
    [
        (["feds"], 'cmday has no command "feds"', "did you mean cmday feeds?"),
        (["config", "pth"], 'cmday config has no command "pth"', "did you mean cmday config path?"),
        (["s"], '"s" could be start, schedule, send', "write one more letter"),
        (["config", "path", "--al"], 'cmday config path has no option "--al"', "did you mean --all?"),
        (["config", "path", "--jsn"], 'cmday config path has no option "--jsn"', "did you mean --json?"),
        (["inbox", "i1"], 'cmday inbox has no command "i1"', "did you mean cmday inbox read i1?"),
        (["moderate", "m12"], 'cmday moderate has no command "m12"', "did you mean cmday moderate show m12?"),
        (["zzz"], 'cmday has no command "zzz"', "cmday --help lists the commands"),
        (["completion"], "cmday completion needs SHELL", "cmday completion --help shows how it is written"),
        (
            ["feeds", "--color", "pink"],
            '--color knows no "pink"',
            "write --color auto, --color always or --color never",
        ),
        (["feeds", "--config"], "--config needs a value", "cmday --help shows how it is written"),
    ],
)
def test_a_wrong_command_line(cmday: Cmday, argv: list[str], error: str, hint: str) -> None:
    result = cmday(*argv)
    assert result.code == 2
    assert result.out == ""
    assert result.err == f"error: {error}\n\nhint: {hint}\n"


def test_commands_may_be_abbreviated(cmday: Cmday) -> None:
    assert cmday("conf", "pa").out == cmday("config", "path").out != ""


def test_options_stand_anywhere(cmday: Cmday) -> None:
    expected = cmday("config", "path", "--json").json["data"]
    assert cmday("--json", "config", "path").json["data"] == expected
    assert cmday("config", "--json", "-q", "path").json["data"] == expected


def test_an_error_under_json_is_an_envelope_too(cmday: Cmday, home: Path) -> None:
    (home / "config.toml").write_text("colr = 1")
    result = cmday("config", "show", "--json")
    assert result.code == 2
    assert result.json["status"] == "failed"
    assert result.json["errors"][0]["kind"] == "config"
    assert "colr" in result.err


def test_a_broken_config_breaks_neither_help_nor_version_nor_check(cmday: Cmday, home: Path) -> None:
    (home / "config.toml").write_text('language = "fr"\n[broken')
    assert cmday("--help").code == cmday("--version").code == cmday("config", "path").code == 0
    assert cmday("start", "--help").code == 0
    check = cmday("config", "check")
    assert check.code == 2
    assert "config.toml:2" in check.err
    assert cmday("doctor", "--offline").code == 1


def test_a_bug_is_one_line_and_a_log(cmday: Cmday, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_name: str) -> None:
        raise RuntimeError("https://robin:hunter2@example.org/feed broke")

    monkeypatch.setattr(app, "load", broken)
    result = cmday("inbox")
    assert result.code == 1
    assert result.out == ""
    assert result.err.startswith("error: this is a bug in cmday")
    assert "Traceback" not in result.err
    (log,) = (home / "log").iterdir()
    assert str(log) in result.err
    text = log.read_text()
    assert "RuntimeError" in text
    assert "hunter2" not in text
    assert log.stat().st_mode & 0o077 == 0
    assert "Traceback" in cmday("inbox", "--debug").err
    monkeypatch.setenv("CMDAY_DEBUG", "1")
    debugged = cmday("inbox").err
    assert "Traceback" in debugged
    assert "hunter2" not in debugged


def test_an_error_of_ours_shows_a_traceback_with_debug_only(cmday: Cmday, home: Path) -> None:
    (home / "config.toml").write_text("x = 1")
    assert "Traceback" not in cmday("config", "show").err
    assert "Traceback" in cmday("config", "show", "--debug").err


def test_an_unreadable_now_is_said(cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMDAY_NOW", "yesterday")
    for argv in (["config", "show"], ["config", "show", "--json"], []):
        result = cmday(*argv)
        assert result.code == 2
        assert "CMDAY_NOW" in result.err


def test_an_interrupt_is_130(cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "load", interrupted)
    result = cmday("inbox")
    assert (result.code, result.err) == (130, "")


def test_an_interrupt_ends_even_what_python_cannot_interrupt(tmp_path: Path) -> None:
    # The script's own handler does nothing, as if the main thread sat in C code: only the watch can end it.
    script = tmp_path / "deaf.py"
    script.write_text(
        "import signal, time\n"
        "from cmday.cli.interruption import insist\n"
        "insist()\n"
        "signal.signal(signal.SIGINT, lambda *_: None)\n"
        "print('ready', flush=True)\n"
        "while True: time.sleep(30)\n"
    )
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    ) as running:
        assert running.stdout
        assert running.stdout.readline() == b"ready\n"
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=20) == 130


def test_a_closed_pipe_is_silent() -> None:
    with subprocess.Popen([*PYTHON, "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(timeout=20) == 0


def test_a_full_disk_for_stdout_is_an_error() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PYTHON, "--help"], stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT, timeout=60, check=False
        )
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


def test_the_language_is_chosen_before_the_help(cmday: Cmday, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cmday import i18n

    (home / "config.toml").write_text('language = "fr"\nbroken = [')
    cmday("--help")
    assert i18n.language() == "fr"
    monkeypatch.setenv("CMDAY_LANG", "en")
    cmday("--help")
    assert i18n.language() == "en"
    monkeypatch.delenv("CMDAY_LANG")
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    (home / "config.toml").write_text("")
    cmday("--help")
    assert i18n.language() == "fr"


def test_output_in_an_old_encoding_does_not_fail(home: Path) -> None:
    (home / "config.toml").write_text('[community.bem]\ntitle = "Élodie 日本"\n', encoding="utf-8")
    done = process("config", "show", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "lodie" in done.stdout


def test_errors_know_their_exit_codes() -> None:
    kinds = {kind.kind: kind.exit_code for kind in CmdayError.__subclasses__()}
    assert kinds["usage"] == kinds["not-found"] == kinds["config"] == 2
    assert kinds["sign-in"] == 4
    assert kinds["network"] == kinds["storage"] == 1
