"""The private log of a bug: what happened, without any secret that was read."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from cmday.config.secrets import redact


def trace_of(error: BaseException) -> str:
    """The traceback with all secrets struck."""
    return redact("".join(traceback.format_exception(error)))


def write_bug(error: BaseException, folder: Path | None, argv: list[str]) -> Path:
    """Write the traceback to a file of its own in ``folder``, or where that refuses in the temporary one."""
    from cmday import __version__
    from cmday.config.paths import write_private

    moment = datetime.now().astimezone()
    head = f"cmday {__version__}, Python {sys.version.split()[0]}, {moment.isoformat(timespec='seconds')}\n"
    text = f"{head}{redact(' '.join(argv))}\n\n{trace_of(error)}"
    if folder:
        with suppress(OSError):
            file = _unused(folder, f"bug-{moment:%Y%m%d-%H%M%S}-{os.getpid()}")
            write_private(file, text)
            return file
    descriptor, path = tempfile.mkstemp(prefix="cmday-", suffix=".log")
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as out:
        out.write(text)
    return Path(path)


def _unused(folder: Path, stem: str) -> Path:
    """A name that no bug of the same second has."""
    names = (f"{stem}{suffix}.log" for suffix in ("", *(f"-{n}" for n in range(2, 1000))))
    return next((folder / name for name in names if not (folder / name).exists()), folder / f"{stem}.log")
