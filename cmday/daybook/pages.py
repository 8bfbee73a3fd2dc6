"""``journal/DATE.md``: the person's own page of the day, in which cmday keeps one section and touches nothing else."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from cmday.config.paths import make_private

BEGIN: Final = b"<!-- cmday -->"
END: Final = b"<!-- /cmday -->"
_SECTION: Final = re.compile(rb"%b(?:(?!%b|%b).)*%b" % (BEGIN, BEGIN, END, END), re.DOTALL)


def write_section(file: Path, text: str) -> None:
    """Put our section into the page, in place of the one before; every other byte of it stays.

    Where there is no whole section any more, somebody took its marks apart: then a new one goes to the end.
    """
    real = file.resolve()
    make_private(real.parent)
    before = real.read_bytes() if real.exists() else b""
    _write_whole(real, _with_section(before, text.encode("utf-8", "replace")))


def _with_section(page: bytes, text: bytes) -> bytes:
    line = b"\r\n" if 2 * page.count(b"\r\n") > page.count(b"\n") else b"\n"
    section = line.join([BEGIN, *text.strip().splitlines(), END])
    found = list(_SECTION.finditer(page))
    if found:
        return page[: found[-1].start()] + section + page[found[-1].end() :]
    if not page:
        return section + line
    gap = b"" if page.endswith(b"\n") else line
    return page + gap + line + section + line


def _write_whole(file: Path, content: bytes) -> None:
    """As ``paths.write_private``, for bytes; a page that was there keeps its mode."""
    mode = file.stat().st_mode & 0o777 if file.exists() else 0o600
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
