"""Files in which texts are being written: in ``drafts/`` of the home, for its user only, gone when all is well."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cmday.config.paths import Home, make_private
from cmday.errors import CmdayError
from cmday.i18n import Phrase, phrase


def new_draft(home: Home, name: str, text: str) -> Path:
    """A new file with this text."""
    folder = home.data / "drafts"
    make_private(home.data)
    make_private(folder)
    descriptor, path = tempfile.mkstemp(prefix=f"{name}-", suffix=".md", dir=folder)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    return Path(path)


@contextmanager
def keep(file: Path, again: Phrase) -> Iterator[None]:
    """Whatever goes wrong within, the file stays, and the error says so and how to go on; else it is removed."""
    try:
        yield
    except CmdayError as error:
        error.hint = phrase("what was written is kept in {file}; go on with: {again}", file=file, again=again)
        raise
    file.unlink(missing_ok=True)
