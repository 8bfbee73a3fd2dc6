"""Writing a backup: one ZIP file for its user only, whole or not at all, while everything goes on."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from cmday import __version__
from cmday.config.paths import Home, make_private, settle_on_disk
from cmday.core.time import Clock
from cmday.errors import ConfigError
from cmday.i18n import phrase
from cmday.keeping import contents
from cmday.keeping.manifest import FORMAT, MOST_FILES, NAME, BadBackup, Kept, Manifest

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

_PORTION: Final = 1024 * 1024
# The database is most of it and shrinks well at once; more effort would take minutes for a few per cent.
_EFFORT: Final = 1
_LONGEST: Final = 24 * 3600


class BackedUp(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday backup --json``; ``tokens_left_out`` says that there are sign-ins that are not in it."""

    file: str
    bytes: int
    dry_run: bool
    schema: int
    tokens: bool
    tokens_left_out: bool
    files: tuple[Kept, ...]


def back_up(home: Home, clock: Clock, wanted: Path, *, tokens: bool, dry_run: bool = False) -> BackedUp:
    """Write everything of a home into one file; a folder gets a file named for the moment.

    Raises ``StorageError`` for a damaged database, ``BadBackup`` where a file that is no backup would be lost.
    """
    target = wanted / f"cmday-{clock.now():%Y-%m-%d-%H%M%S}.zip" if wanted.is_dir() else wanted
    listed = list(contents.files(home, tokens=tokens))
    if not listed and not home.database.exists():
        raise BadBackup(
            phrase("there is nothing to back up in {folder}", folder=home.data), phrase("cmday init sets cmday up")
        )
    if len(listed) >= MOST_FILES:
        raise BadBackup(phrase("there are too many files to back up: {n}", n=len(listed)))
    _insist_replaceable(target)
    try:
        return _written(home, clock, target, listed, tokens=tokens, dry_run=dry_run)
    except OSError as error:
        raise ConfigError(
            phrase("{file} cannot be written: {cause}", file=target, cause=error.strerror or error),
            phrase("name a place with room that you may write to"),
        ) from error


def _written(
    home: Home, clock: Clock, target: Path, listed: Iterable[tuple[str, Path]], *, tokens: bool, dry_run: bool
) -> BackedUp:
    from zipfile import ZIP_DEFLATED, ZipFile

    from cmday.storage.backup import copy

    make_private(home.data)
    _clear(home.data, clock)
    room = Path(tempfile.mkdtemp(prefix=".backup-", dir=home.data))
    beside: Path | None = None
    try:
        schema = 0
        every = list(listed)
        if home.database.exists():
            schema = copy(home.database, room / contents.DATABASE)
            every.append((contents.DATABASE, room / contents.DATABASE))
        descriptor, name = tempfile.mkstemp(prefix=".backup-", dir=room if dry_run else target.parent)
        beside = Path(name)
        with os.fdopen(descriptor, "wb") as out, ZipFile(out, "w", ZIP_DEFLATED, compresslevel=_EFFORT) as archive:
            kept = tuple(_add(archive, each, file, clock) for each, file in every)
            manifest = Manifest(
                format=FORMAT,
                cmday=__version__,
                made_at=clock.now(),
                schema=schema,
                tokens=tokens,
                files=kept,
            )
            with archive.open(_info(NAME, clock), "w") as entry:
                entry.write(msgspec.json.format(msgspec.json.encode(manifest)))
        settle_on_disk(beside)
        size = beside.stat().st_size
        if not dry_run:
            beside.replace(target)
            settle_on_disk(target.parent)
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)
        shutil.rmtree(room, ignore_errors=True)
    return BackedUp(
        file=str(target),
        bytes=size,
        dry_run=dry_run,
        schema=schema,
        tokens=tokens,
        tokens_left_out=not tokens and any(home.tokens.glob("*.json")),
        files=kept,
    )


def _add(archive: ZipFile, name: str, file: Path, clock: Clock) -> Kept:
    digest, size = sha256(), 0
    with file.open("rb") as source, archive.open(_info(name, clock), "w", force_zip64=True) as entry:
        while portion := source.read(_PORTION):
            digest.update(portion)
            size += len(portion)
            entry.write(portion)
    return Kept(name=name, size=size, sha256=digest.hexdigest())


def _info(name: str, clock: Clock) -> ZipInfo:
    from zipfile import ZIP_DEFLATED, ZipInfo

    now = clock.now()
    info = ZipInfo(name, (max(now.year, 1980), now.month, now.day, now.hour, now.minute, now.second))
    info.compress_type = ZIP_DEFLATED
    info.external_attr = (stat.S_IFREG | 0o600) << 16
    return info


def _clear(folder: Path, clock: Clock) -> None:
    """Take away what a backup that was killed left, once none can be at work on it any more."""
    for left in folder.glob(".backup-*"):
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < clock.now().timestamp() - _LONGEST:
                shutil.rmtree(left, ignore_errors=True)


def _insist_replaceable(target: Path) -> None:
    """A file that is there is written over only where it is a backup itself."""
    from zipfile import BadZipFile, ZipFile

    if not target.exists():
        return
    with suppress(OSError, BadZipFile), ZipFile(target) as there:
        if NAME in there.namelist():
            return
    raise BadBackup(
        phrase("{file} is there already, and is no backup of cmday", file=target), phrase("name another file")
    )
