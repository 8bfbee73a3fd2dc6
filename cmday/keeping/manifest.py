"""What a backup says about itself: when and by which cmday it was made, and every file with its size and checksum."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import msgspec

from cmday.errors import CmdayError

NAME: Final = "manifest.json"
FORMAT: Final = 1
MOST_BYTES: Final = 8 * 1024 * 1024
MOST_FILES: Final = 20_000


class BadBackup(CmdayError):
    """A file that is no backup of cmday, is damaged, or is not to be trusted; nothing was changed."""

    kind = "backup"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a backup; ``sha256`` in hexadecimal."""

    name: str
    size: Annotated[int, msgspec.Meta(ge=0)]
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """``manifest.json``. ``schema`` is the database's, 0 without one; ``tokens`` says whether sign-ins are in it."""

    format: int
    cmday: str
    made_at: datetime
    schema: int
    tokens: bool
    files: tuple[Kept, ...]
