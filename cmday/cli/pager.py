"""Showing something long page by page, in the person's own pager, and only when asked to."""

from __future__ import annotations

import io
import os
import shlex
import subprocess
from importlib import import_module
from typing import Any, Final

import msgspec

from cmday.cli.run import Run, exit_code
from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.steps.protocol import Report
from cmday.terminal.layout import draw_alone

_USUAL: Final = "less -FRX"


def paged(run: Run, command: str, report: Report[Any], draw: str) -> int:  # noqa: ARG001  as Run.show has it
    """Show a report in ``$PAGER``, whole, whatever the height of the terminal; returns the exit code."""
    module, _, function = draw.partition(":")
    view = msgspec.structs.replace(run.view, height=None)
    block = getattr(import_module(module), function)(report, view)
    text = run.console.text_of(draw_alone(block, view))
    words = _words(os.environ.get("PAGER") or "") or _words(_USUAL)
    try:
        process = subprocess.Popen(words, stdin=subprocess.PIPE)  # noqa: S603  the person's own pager
    except OSError as error:
        raise WrongUse(
            phrase("the pager {name} cannot be started: {why}", name=words[0], why=error.strerror or error),
            phrase("set PAGER to another, or leave --pager out"),
        ) from error
    try:
        with io.TextIOWrapper(process.stdin, encoding="utf-8", errors="replace") as pipe:  # type: ignore[type-var]
            pipe.write(text)
    except BrokenPipeError:
        pass  # they have seen enough
    process.wait()
    return exit_code(report.status, report.errors)


def _words(command: str) -> list[str]:
    """A command line as words; one with an open quote is taken as it stands."""
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()
