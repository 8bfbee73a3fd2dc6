"""Completion scripts hold all words and are right for their shells."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.conftest import Cmday


def complete(script: str, *words: str) -> set[str]:
    """What bash would offer for these words, the last one unfinished."""
    line = " ".join(f"'{word}'" for word in words)
    run = f'{script}\nCOMP_WORDS=(cmday {line}); COMP_CWORD={len(words)}; _cmday; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", run], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_bash_completes_without_python(cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    result = cmday("completion", "bash")
    assert result.code == 0
    assert "python" not in result.out
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    assert complete(result.out, "in") == {"inbox", "init"}
    assert complete(result.out, "config", "e") == {"edit"}
    assert complete(result.out, "--json", "config", "") >= {"path", "show", "edit", "check", "networks"}
    assert "--all" in complete(result.out, "config", "path", "--a")
    assert "--communities" in complete(result.out, "init", "--comm")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_right_for_its_shell(cmday: Cmday, shell: str) -> None:
    script = cmday("completion", shell).out
    assert "start" in script
    program = shutil.which(shell)
    if program:
        subprocess.run([program, "-n"], input=script, text=True, check=True)


def test_another_shell_is_said(cmday: Cmday) -> None:
    assert cmday("completion", "tcsh").code == 2
