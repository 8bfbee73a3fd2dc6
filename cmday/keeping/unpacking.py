"""Reading a backup without trusting it: every name, size and checksum is looked at before anything is used.

What a hostile ZIP file can hold: names that lead elsewhere, links, names twice, sizes that lie, bombs, a tail cut off.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile
from zlib import error as zlib_error

import msgspec

from cmday.config.paths import make_private
from cmday.errors import ConfigError
from cmday.i18n import Phrase, phrase
from cmday.keeping import contents
from cmday.keeping.manifest import FORMAT, MOST_BYTES, MOST_FILES, NAME, BadBackup, Kept, Manifest

if TYPE_CHECKING:
    from zipfile import ZipInfo

_PORTION: Final = 1024 * 1024
# What is small may shrink as it likes; of what is large, nothing real shrinks to a five-hundredth.
_LARGE: Final = 16 * 1024 * 1024
_MOST_SHRUNK: Final = 500
# RuntimeError is also what zipfile says of a compression that it does not know.
_BROKEN: Final = (BadZipFile, zlib_error, EOFError, RuntimeError, ValueError, KeyError)
_ENCRYPTED: Final = 1


class Backup:
    """An open backup whose table of contents has been checked."""

    def __init__(self, archive: ZipFile, manifest: Manifest, file: Path) -> None:
        self.manifest = manifest
        self._archive = archive
        self._file = file

    def unpack(self, places: dict[str, Path]) -> None:
        """Write every part to its place, for its user only. Raises ``BadBackup`` where one is not as it said."""
        size = sum(one.size for one in self.manifest.files)
        nearest = next(iter(places.values())).parent
        # Twice: bringing an older database up to date keeps a copy of it for a while.
        if shutil.disk_usage(nearest).free < 2 * size:
            raise BadBackup(phrase("there is no room for it: it needs {n} MB", n=2 * size // 1024**2 + 1), None)
        for one in self.manifest.files:
            part = contents.part_of(one.name)
            inside = one.name.removeprefix(part).lstrip("/")
            target = places[part] / inside if inside else places[part]
            make_private(target.parent)
            try:
                self._unpack(one, target)
            except _BROKEN as error:
                raise self.bad(phrase("{name} is damaged: {cause}", name=one.name, cause=error)) from error

    def _unpack(self, one: Kept, target: Path) -> None:
        digest, left = sha256(), one.size
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as out, self._archive.open(one.name) as entry:
            while portion := entry.read(_PORTION):
                left -= len(portion)
                if left < 0:
                    break
                digest.update(portion)
                out.write(portion)
            out.flush()
            os.fsync(out.fileno())
        if left or digest.hexdigest() != one.sha256:
            raise self.bad(phrase("{name} is not what was backed up", name=one.name))

    def bad(self, what: Phrase) -> BadBackup:
        return _bad(self._file, what)


@contextmanager
def opened(file: Path) -> Iterator[Backup]:
    """The backup in a file; raises ``BadBackup`` for what is none, ``ConfigError`` for what cannot be read."""
    try:
        source = file.open("rb")
    except OSError as error:
        raise ConfigError(
            phrase("{file} cannot be read: {cause}", file=file, cause=error.strerror or error),
            phrase("name a file that cmday backup wrote"),
        ) from error
    with source:
        try:
            archive = ZipFile(source)
            manifest = _manifest(archive, file)
            _check(archive, manifest, file)
        except (*_BROKEN, OSError) as error:
            raise _bad(file, phrase("it is damaged, cut off, or no backup: {cause}", cause=error)) from error
        with archive:
            yield Backup(archive, manifest, file)


def _manifest(archive: ZipFile, file: Path) -> Manifest:
    info = archive.getinfo(NAME)
    if info.file_size > MOST_BYTES:
        raise _bad(file, phrase("its manifest is too large"))
    with archive.open(info) as entry:
        body = entry.read(MOST_BYTES + 1)
    try:
        manifest = msgspec.json.decode(body, type=Manifest)
    except msgspec.MsgspecError as error:
        raise _bad(file, phrase("its manifest cannot be read: {cause}", cause=error)) from error
    if manifest.format > FORMAT:
        raise _bad(
            file, phrase("it was written by a newer cmday ({version}): install that one", version=manifest.cmday)
        )
    return manifest


def _check(archive: ZipFile, manifest: Manifest, file: Path) -> None:
    """Raise ``BadBackup`` unless the archive holds exactly the files that the manifest names, and each is harmless."""
    entries = {info.filename: info for info in archive.infolist()}
    names = [one.name for one in manifest.files]
    if len(entries) != len(archive.infolist()) or len(set(names)) != len(names) or len(names) > MOST_FILES:
        raise _bad(file, phrase("it holds a file twice, or too many"))
    if set(entries) != {*names, NAME}:
        odd = min(set(entries) ^ {*names, NAME})
        raise _bad(file, phrase("{name} is not both in it and in its manifest", name=odd))
    # In all as well: small ones may be many, and the same packed bytes may stand for all of them.
    whole = sum(one.size for one in manifest.files)
    if whole > _LARGE and whole > _MOST_SHRUNK * file.stat().st_size:
        raise _bad(file, phrase("it would grow beyond measure"))
    for one in manifest.files:
        if not contents.is_name(one.name):
            raise _bad(file, phrase('"{name}" is no file of cmday', name=one.name))
        _check_entry(entries[one.name], one, file)
    if any(other.startswith(f"{name}/") for name in names for other in names):
        raise _bad(file, phrase("a file in it is a folder as well"))


def _check_entry(info: ZipInfo, one: Kept, file: Path) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG) or info.is_dir():
        raise _bad(file, phrase("{name} is no plain file", name=one.name))
    if info.flag_bits & _ENCRYPTED or info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise _bad(file, phrase("{name} is packed in an unusual way", name=one.name))
    if info.file_size != one.size:
        raise _bad(file, phrase("{name} has another size than its manifest says", name=one.name))
    if one.size > _LARGE and one.size > _MOST_SHRUNK * max(info.compress_size, 1):
        raise _bad(file, phrase("{name} would grow beyond measure", name=one.name))


def _bad(file: Path, what: Phrase) -> BadBackup:
    return BadBackup(
        phrase("{file} cannot be restored: {what}", file=file, what=what),
        phrase("nothing was changed; take another file that cmday backup wrote"),
        str(file),
    )
