"""Commands played in a home that is thrown away, as ``cmday demo`` and ``cmday drill`` do; one's own is untouched."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cmday.cli.app import dispatch
from cmday.cli.arguments import Options, lift
from cmday.cli.run import Run
from cmday.errors import CmdayError
from cmday.i18n import phrase

if TYPE_CHECKING:
    from cmday.core.time import Clock

_OTHERS: Final = 0o077
# What would lead a command played there back to the person's own day.
_OWN: Final = ("CMDAY_HOME", "CMDAY_CONFIG", "CMDAY_NOW", "CMDAY_LANG", "CMDAY_COMMUNITY")


def play(home: Path, language: str, argv: list[str], *, below: int = 0, clock: Clock | None = None) -> int:
    """Carry out a command line in such a home; its errors are told as if it had been called alone."""
    from cmday.cli.complaints import tell

    options, words = lift(argv)
    with surroundings(home, language):
        run = Run(options, words, below=below, clock=clock)
        try:
            with run:
                return run.finish(dispatch(run, words))
        except CmdayError as error:
            return tell(error, run)


def spelled(options: Options) -> list[str]:
    """The common options as words again, without another settings file: such a home has its own."""
    flags = [
        f"--{name}" for name in ("json", "offline", "plain", "debug", "quiet", "verbose") if getattr(options, name)
    ]
    return [*flags, "--color", options.color, *(part for name in options.communities for part in ("-c", name))]


@contextmanager
def surroundings(home: Path, language: str, **variables: str) -> Iterator[None]:
    """The environment of a command that is played there; one's own is back afterwards."""
    kept = {name: os.environ.pop(name, None) for name in _OWN}
    os.environ.update(variables, CMDAY_HOME=str(home), CMDAY_LANG=language)
    try:
        yield
    finally:
        for name, value in kept.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def is_ours(home: Path, command: str) -> bool:
    """Whether the folder is there and nobody else can have put something into it; raises where somebody could."""
    try:
        found = home.lstat()
    except FileNotFoundError:
        return False
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & _OTHERS:
        raise CmdayError(
            phrase("{home} is there already, and is not a private folder of yours", home=home),
            phrase("name another folder for temporary files: TMPDIR=~/tmp {command}", command=command),
        )
    return True
