"""How an error is told: ``error: what, where``, an empty line, ``hint: the command to run``, on stderr."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from cmday.errors import FAILED, CmdayError, ConfigErrors, internal
from cmday.i18n import _, phrase
from cmday.text.safe_text import safe

if TYPE_CHECKING:
    from cmday.cli.run import Run

EDIT: Final = "cmday config edit"
_MOST: Final = 500


def tell(error: CmdayError, run: Run | None) -> int:
    """Print an error of ours, as JSON too where that was asked for; returns its exit code."""
    for line in message(error):
        sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
    if run:
        with suppress(BrokenPipeError):
            run.fail(error)
    if _debugging(run):
        from cmday.config.bug_log import trace_of

        sys.stderr.write(trace_of(error))
    return error.exit_code


def warn(error: CmdayError) -> None:
    """Print what went wrong beside the work, which goes on."""
    for line in _one(error, inline=True, word=_("warning:")):
        sys.stderr.write(f"{line}\n")


def message(error: CmdayError) -> list[str]:
    """The lines of an error; all mistakes of a configuration file at once, each with its own hint."""
    if isinstance(error, ConfigErrors):
        lines = [part for mistake in error.mistakes for part in _one(mistake, inline=True)]
        return [*lines, "", f"{_('hint:')} {safe(str(error.mend), _MOST) if error.mend else EDIT}"]
    return _one(error, inline=False)


def _one(error: CmdayError, *, inline: bool, word: str = "") -> list[str]:
    what = safe(str(error.message), _MOST)
    if error.subject and not inline and error.subject not in what:
        what = f"{what}, {safe(error.subject, _MOST)}"
    lines = [f"{word or _('error:')} {what}"]
    if error.hint:
        hint = safe(str(error.hint), _MOST)
        if inline and error.hint.english != EDIT:
            lines.append(f"  {hint}")
        elif not inline:
            lines += ["", f"{_('hint:')} {hint}"]
    return lines


def tell_unexpected(error: Exception, run: Run | None, argv: list[str]) -> int:
    """Print what is no error of ours: a file that refuses in a line; anything else is a bug and goes to a log."""
    if isinstance(error, OSError) and error.strerror and (error.filename or error.errno):
        where = safe(str(error.filename or ""), _MOST)
        told = CmdayError(
            phrase("{what}: {where}", what=error.strerror, where=where)
            if where
            else phrase("{what}", what=error.strerror)
        )
        return tell(told, run)
    from cmday.config.bug_log import trace_of, write_bug

    told = internal(str(write_bug(error, run.home.log if run else None, argv)))
    if _debugging(run):
        sys.stderr.write(trace_of(error))
    for line in message(told):
        sys.stderr.write(f"{line}\n")
    if run:
        with suppress(Exception):
            run.fail(told)
    return FAILED


def _debugging(run: Run | None) -> bool:
    return os.environ.get("CMDAY_DEBUG", "") not in {"", "0"} or bool(run and run.options.debug)
