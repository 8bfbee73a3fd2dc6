"""How an error is told: ``error: what, where``, an empty line, ``hint: the command to run``, on stderr."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from contextlib import suppress
from datetime import datetime
from pathlib import Path
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
        sys.stderr.write(_trace(error))
    return error.exit_code


def warn(error: CmdayError) -> None:
    """Print what went wrong beside the work, which goes on."""
    for line in _one(error, inline=True, word=_("warning:")):
        sys.stderr.write(f"{line}\n")


def message(error: CmdayError) -> list[str]:
    """The lines of an error; all mistakes of a configuration file at once, each with its own hint."""
    if isinstance(error, ConfigErrors):
        lines = [part for mistake in error.mistakes for part in _one(mistake, inline=True)]
        return [*lines, "", f"{_('hint:')} {EDIT}"]
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
    trace = _trace(error)
    told = internal(str(_write_log(trace, run, argv)))
    if _debugging(run):
        sys.stderr.write(trace)
    for line in message(told):
        sys.stderr.write(f"{line}\n")
    if run:
        with suppress(Exception):
            run.fail(told)
    return FAILED


def _debugging(run: Run | None) -> bool:
    return os.environ.get("CMDAY_DEBUG", "") not in {"", "0"} or bool(run and run.options.debug)


def _trace(error: BaseException) -> str:
    from cmday.config.secrets import redact

    return redact("".join(traceback.format_exception(error)))


def _write_log(trace: str, run: Run | None, argv: list[str]) -> Path:
    """Write the traceback to a private file in the home's log folder, or where that refuses in the temporary one."""
    from cmday import __version__
    from cmday.config.paths import write_private
    from cmday.config.secrets import redact

    moment = datetime.now().astimezone()
    head = f"cmday {__version__}, Python {sys.version.split()[0]}, {moment.isoformat(timespec='seconds')}\n"
    text = f"{head}{redact(' '.join(argv))}\n\n{trace}"
    name = f"bug-{moment:%Y%m%d-%H%M%S}-{os.getpid()}.log"
    if run:
        with suppress(OSError):
            write_private(run.home.log / name, text)
            return run.home.log / name
    descriptor, path = tempfile.mkstemp(prefix="cmday-", suffix=".log")
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as out:
        out.write(text)
    return Path(path)
