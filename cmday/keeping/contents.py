"""What belongs to a home, and the names it has in a backup."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from cmday.config.paths import Home

DATABASE: Final = "cmday.db"
TOKENS: Final = "tokens"
# The database's own companions: they mean something beside it only, so they go where it goes.
COMPANIONS: Final = (f"{DATABASE}-wal", f"{DATABASE}-shm")
_DEEPEST: Final = 6
_LONGEST: Final = 200


def parts(home: Home) -> dict[str, Path]:
    """The parts of a home by their names in a backup: files, and folders with all that is in them."""
    return {
        "config.toml": home.config,
        "feeds.toml": home.feeds,
        "rules.toml": home.rules,
        "words.txt": home.settings / "words.txt",
        "words": home.settings / "words",
        "dictionaries": home.settings / "dictionaries",
        "templates": home.templates,
        "drills": home.settings / "drills",
        "journal": home.journal,
        "drafts": home.data / "drafts",
        TOKENS: home.tokens,
        DATABASE: home.database,
    }


_FOLDERS: Final = frozenset({"words", "dictionaries", "templates", "drills", "journal", "drafts", TOKENS})


def is_name(name: str) -> bool:
    """Whether a file of a backup may have this name: one of a part of a home, and nothing that leads elsewhere."""
    pieces = PurePosixPath(name).parts
    if (
        not pieces
        or "/".join(pieces) != name
        or len(name) > _LONGEST
        or len(pieces) > _DEEPEST
        or not name.isprintable()
    ):
        return False
    if any(piece in (".", "..") or "\\" in piece for piece in pieces):
        return False
    top = pieces[0]
    if len(pieces) == 1:
        return top in _NAMES and top not in _FOLDERS
    return top in _FOLDERS


_NAMES: Final = frozenset({"config.toml", "feeds.toml", "rules.toml", "words.txt", DATABASE, *_FOLDERS})


def part_of(name: str) -> str:
    """The part that a file of a backup belongs to."""
    return name.partition("/")[0]


def files(home: Home, *, tokens: bool) -> Iterator[tuple[str, Path]]:
    """The files of a home but for the database, with their names; hidden ones (locks, halves of writes) are none."""
    for part, place in parts(home).items():
        if part == DATABASE or (part == TOKENS and not tokens):
            continue
        if part not in _FOLDERS:
            if place.is_file():
                yield part, place
            continue
        for folder, below, names in os.walk(place):
            below[:] = sorted(name for name in below if not name.startswith("."))
            for name in sorted(names):
                file = Path(folder, name)
                inside = f"{part}/{file.relative_to(place).as_posix()}"
                if not name.startswith(".") and file.is_file() and is_name(inside):
                    yield inside, file
