"""The person's own editor: run as argv, never through a shell, with Ctrl-C left to it while it runs."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cmday.errors import CmdayError, WrongUse
from cmday.i18n import phrase

# These open at a line with "+3"; others are given the file alone.
_AT_LINE: Final = frozenset(
    {"vi", "vim", "nvim", "gvim", "nano", "pico", "emacs", "emacsclient", "micro", "kak", "joe", "jed", "mg", "ne"}
)


def edit(file: Path, line: int | None = None) -> None:
    """Open a file in ``VISUAL`` or ``EDITOR`` and wait; raises where the editor cannot be run or fails."""
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        words = shlex.split(named)
    except ValueError as why:
        raise WrongUse(
            phrase('the editor "{editor}" cannot be run: {why}', editor=named, why=str(why)),
            phrase("set VISUAL or EDITOR"),
        ) from None
    words = words or ["vi"]
    place = [f"+{line}"] if line and Path(words[0]).name in _AT_LINE else []
    try:
        with _left_alone(), _screen() as screen:
            done = subprocess.run([*words, *place, str(file)], check=False, stdout=screen)  # noqa: S603  their own editor
    except OSError as why:
        raise WrongUse(
            phrase('the editor "{editor}" cannot be run: {why}', editor=words[0], why=why.strerror or ""),
            phrase("set VISUAL or EDITOR"),
        ) from None
    if done.returncode:
        raise CmdayError(phrase('the editor "{editor}" ended with code {code}', editor=words[0], code=done.returncode))


@contextmanager
def _left_alone() -> Iterator[None]:
    """What one types to interrupt is for the editor: it gets its own, and we do not watch for it meanwhile."""
    watched = signal.set_wakeup_fd(-1)
    # A function, because what is merely ignored would be ignored by the editor too.
    before = {each: signal.signal(each, lambda *_: None) for each in (signal.SIGINT, signal.SIGQUIT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        signal.set_wakeup_fd(watched, warn_on_full_buffer=False)


@contextmanager
def _screen() -> Iterator[int | None]:
    """Where the editor draws: our own output where it is a terminal, else the terminal behind it (``--json | jq``)."""
    try:
        screen = None if sys.stdout.isatty() else os.open("/dev/tty", os.O_WRONLY)
    except OSError:
        screen = None
    try:
        yield screen
    finally:
        if screen is not None:
            os.close(screen)
