"""What this machine has already: calendars of khal and vdirsyncer, feeds of newsboat. Read, never changed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from cmday.core.feeds import Subscription

_MOST_LINES: Final = 20_000
_MOST_FOLDERS: Final = 500
_LONGEST_NAME: Final = 40
_SECTION: Final = re.compile(r"\[+\s*([^\]]*?)\s*\]+")
_WORD: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')


def find_calendars() -> dict[str, Path]:
    """Folders of .ics files by a name of their own, as khal and vdirsyncer are set up to keep them."""
    found: dict[str, Path] = {}
    folders = [*_khal(), *_vdirsyncer()]
    if not folders:
        person = Path.home()
        folders = [*_inside(person / ".calendars"), *_inside(_data() / "calendars")]
    for folder in folders:
        resolved = folder.resolve()
        if resolved in (known.resolve() for known in found.values()):
            continue
        name = re.sub(r"[^\w-]+", "-", _shown_name(folder)).strip("-").lower()[:_LONGEST_NAME] or "calendar"
        unique, number = name, 1
        while unique in found:
            number += 1
            unique = f"{name}-{number}"
        found[unique] = folder
    return found


def calendar_programs() -> tuple[str, ...]:
    """The programs that keep calendars on this machine."""
    programs = (("khal", _khal), ("vdirsyncer", _vdirsyncer))
    return tuple(name for name, folders in programs if next(folders(), None) is not None)


def _shown_name(folder: Path) -> str:
    """What vdirsyncer was told that a collection is called; its folder is often named by a server."""
    return next(_lines(folder / "displayname"), "") or folder.name.removesuffix(".ics")


def find_newsboat() -> Path | None:
    """Newsboat's list of feeds, where there is one."""
    return next(
        (file for file in (_settings() / "newsboat/urls", Path.home() / ".newsboat/urls") if file.is_file()), None
    )


def read_newsboat(file: Path) -> list[Subscription]:
    """The feeds of newsboat's ``urls`` file; queries, filters and scripts are no addresses and are left out."""
    feeds: dict[str, Subscription] = {}
    for line in _lines(file):
        words = [quoted or bare for quoted, bare in _WORD.findall(line)]
        if not words or not words[0].startswith(("http://", "https://")):
            continue
        title = next((word[1:].strip() for word in words[1:] if word.startswith("~")), None)
        tag = next((word for word in words[1:] if not word.startswith(("~", "!"))), None)
        feeds.setdefault(words[0], Subscription(url=words[0], title=title or None, folder=tag))
    return list(feeds.values())


def _khal() -> Iterator[Path]:
    """``[calendars] [[name]] path = ...``; a path may hold stars (type = discover)."""
    places = (_settings() / "khal/config", _settings() / "khal/khal.conf", Path.home() / ".khal/khal.conf")
    for line in _lines(next((place for place in places if place.is_file()), places[0])):
        key, equals, value = line.partition("=")
        if equals and key.strip() == "path":
            yield from _spread(value)


def _vdirsyncer() -> Iterator[Path]:
    """``[storage name] type = "filesystem" path = ... fileext = ".ics"``; collections are folders inside.

    A ``singlefile`` storage is one .ics file, or with ``%s`` one for each collection.
    """
    given = os.environ.get("VDIRSYNCER_CONFIG")
    places = (Path(given),) if given else (_settings() / "vdirsyncer/config", Path.home() / ".vdirsyncer/config")
    storage: dict[str, str] = {}
    lines = [*_lines(next((place for place in places if place.is_file()), places[0])), "[end]"]
    for line in lines:
        if _SECTION.fullmatch(line):
            yield from _stored(storage)
            storage = {}
            continue
        key, equals, value = line.partition("=")
        if equals:
            storage[key.strip()] = value.strip().strip("\"'")


def _stored(storage: dict[str, str]) -> Iterator[Path]:
    path = storage.get("path")
    if path and storage.get("type") == "filesystem" and storage.get("fileext", ".ics") == ".ics":
        yield from _inside(Path(path).expanduser())
    elif path and storage.get("type") == "singlefile" and path.endswith(".ics"):
        yield from (file for file in _matching(path.replace("%s", "*")) if file.is_file())


def _spread(value: str) -> Iterator[Path]:
    for folder in _matching(value.strip().strip("\"'")):
        yield from _inside(folder)


def _matching(pattern: str) -> Iterator[Path]:
    """What a path with stars stands for, in order; a path without is itself."""
    path = Path(pattern.replace("**", "*")).expanduser()
    if "*" not in pattern:
        yield path
        return
    fixed = [part for part in path.parts if "*" not in part and "?" not in part]
    base = Path(*path.parts[: next(at for at, part in enumerate(path.parts) if part not in fixed)])
    try:
        yield from sorted(islice(base.glob(str(path.relative_to(base))), _MOST_FOLDERS))
    except OSError:
        return  # a folder that is not ours to read holds no calendar


def _inside(folder: Path) -> Iterator[Path]:
    """The folder itself where it holds .ics files, else the folders in it that do."""
    try:
        if any(folder.glob("*.ics")):
            yield folder
            return
        for inner in sorted(folder.iterdir()):
            if inner.is_dir() and any(inner.glob("*.ics")):
                yield inner
    except OSError:
        return  # a folder that is not there, or not ours to read, is no calendar


def _lines(file: Path) -> Iterator[str]:
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for line in text.splitlines()[:_MOST_LINES]:
        bare = line.strip()
        if bare and not bare.startswith("#"):
            yield bare


def _settings() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")


def _data() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
