"""Files of a home that name a person, and what forgetting does with each.

Texts are rewritten (journal, drafts, log, templates and settings that stay whole TOML); copies of the database and
backups that cmday laid into the home are deleted, as nobody can take one person out of them for sure; what is no text
stays, and is told.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

import msgspec

from cmday.config.paths import Home
from cmday.config.toml_file import parse_toml
from cmday.errors import ConfigError
from cmday.people.report import FileRow
from cmday.storage.erased_names import Wanted
from cmday.text.forgetting import tell_tales

_SQLITE: Final = b"SQLite format 3\0"
_ZIP: Final = b"PK\x03\x04"
_BACKUP: Final = "manifest.json"
_MOST_BYTES: Final = 64 * 1024 * 1024
_PORTION: Final = 1024 * 1024

Bits = list[tuple[bytes, ...]]
What = Literal["changed", "deleted", "renamed", "left"]


class Trace(msgspec.Struct, frozen=True):
    """One file and what is to be done with it; ``text`` is what it is to hold, ``to`` its new name."""

    file: Path
    what: What
    text: str | None = None
    to: Path | None = None

    def row(self) -> FileRow:
        return FileRow(path=str(self.file), what=self.what)


def find(home: Home, wanted: Wanted, exports: list[str]) -> list[Trace]:
    """What is to be done with which files, none of which is touched."""
    found = {Path(one): Trace(Path(one), "deleted") for one in exports if Path(one).is_file()}
    bits = _bits(wanted)
    for file in _files(home):
        if file not in found:
            with suppress(FileNotFoundError):
                if trace := _look(home, file, wanted, bits):
                    found[file] = trace
    return list(found.values())


def carry_out(traces: list[Trace]) -> None:
    """Do it. A file is written whole or not at all."""
    for one in traces:
        if one.what == "deleted":
            one.file.unlink(missing_ok=True)
            continue
        if one.text is not None:
            _rewrite(one.file, one.text)
        if one.to is not None:
            one.file.rename(one.to)


def _files(home: Home) -> Iterator[Path]:
    """The files of a home but for its database. A home that is a person's whole folder is not walked through."""
    own = {home.database.name, f"{home.database.name}-wal", f"{home.database.name}-shm"}
    known = [home.config, home.feeds, home.rules, home.settings / "words.txt"]
    roots = [home.templates, home.settings / "dictionaries", home.journal, home.log, home.tokens, home.data / "drafts"]
    if not Path.home().is_relative_to(home.data.resolve()):
        roots.append(home.data)
    seen: set[Path] = set()
    for file in [*known, *(file for root in roots for file in _below(root))]:
        if file not in seen and file.is_file() and not (file.parent == home.data and file.name in own):
            seen.add(file)
            yield file


def _below(root: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(root):
        yield from (Path(folder, name) for name in sorted(names))


def _look(home: Home, file: Path, wanted: Wanted, bits: Bits) -> Trace | None:
    to = file.with_name(wanted.cleaned(file.name)) if wanted.named_in(file.name) else None
    with file.open("rb") as opened:
        start = opened.read(len(_SQLITE))
    if start.startswith(_ZIP):
        found = Trace(file, "deleted") if _is_backup(file) else _unread(file, bits)
    elif start == _SQLITE or file.name.endswith(("-wal", "-shm")):
        found = Trace(file, "deleted") if _holds(file, bits) else None
    else:
        found = _in_text(home, file, wanted, to) if _holds(file, bits) else None
    return found or (Trace(file, "renamed", to=to) if to else None)


def _in_text(home: Home, file: Path, wanted: Wanted, to: Path | None) -> Trace | None:
    if file.stat().st_size > _MOST_BYTES or file.is_symlink():
        return Trace(file, "left")
    content = file.read_bytes()
    before = content.decode("utf-8", "surrogateescape")
    after = wanted.cleaned(before)
    if before == after:
        return None
    if b"\0" in content or file.is_relative_to(home.tokens) or not _stays_whole(home, file, after):
        return Trace(file, "left")
    return Trace(file, "changed", after, to)


def _unread(file: Path, bits: Bits) -> Trace | None:
    return Trace(file, "left") if _in_zip(file, bits) else None


def _stays_whole(home: Home, file: Path, text: str) -> bool:
    """Settings are rewritten where they stay TOML; a subscription would only become another address."""
    if file == home.feeds:
        return False
    if file.suffix != ".toml":
        return True
    try:
        parse_toml(text, file)
    except ConfigError:
        return False
    return True


def _bits(wanted: Wanted) -> Bits:
    """Groups of words, of which at least one stands whole in any file that names them, in lower case."""
    return [tuple(word.encode() for word in group) for group in tell_tales(wanted.keys)] or [(b"",)]


def _holds(file: Path, bits: Bits) -> bool:
    with file.open("rb") as opened:
        return _anywhere(opened.read, bits)


def _anywhere(read: Callable[[int], bytes], bits: Bits) -> bool:
    tail = b""
    left = {word for group in bits for word in group}
    longest = max(map(len, left))
    while portion := read(_PORTION):
        here = tail + portion.lower()
        left -= {word for word in left if word in here}
        if any(left.isdisjoint(group) for group in bits):
            return True
        tail = here[-longest:]
    return False


def _is_backup(file: Path) -> bool:
    from zipfile import BadZipFile, ZipFile

    with suppress(BadZipFile), ZipFile(file) as there:
        return _BACKUP in there.namelist() and "cmday.db" in there.namelist()
    return False


def _in_zip(file: Path, bits: Bits) -> bool:
    from zipfile import BadZipFile, ZipFile

    with suppress(BadZipFile, RuntimeError), ZipFile(file) as there:
        for name in there.namelist():
            with there.open(name) as opened:
                if _anywhere(opened.read, bits):
                    return True
    return False


def _rewrite(file: Path, text: str) -> None:
    """Whole or not at all, with the mode that it had."""
    import tempfile

    mode = file.stat().st_mode & 0o777
    descriptor, name = tempfile.mkstemp(prefix=f".{file.stem[:8]}.", dir=file.parent)
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(text.encode("utf-8", "surrogateescape"))
            out.flush()
            os.fsync(out.fileno())
        beside.chmod(mode)
        beside.replace(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
