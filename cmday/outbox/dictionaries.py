"""The hunspell dictionaries of this machine, for the spelling of what is written. Optional: ``cmday[spelling]``.

Looked for in ``dictionaries/`` of the home, in ``DICPATH``, and where systems keep them. ``words.txt`` in the home
holds the person's own words, one a line.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from cmday.config.paths import Home
from cmday.i18n import Phrase, phrase

# Of a language's dictionaries these come first; two at most are asked, so that "colour" is right where en_GB is there.
_FIRST: Final = {"fr": ("fr_FR", "fr"), "en": ("en_US", "en_GB", "en")}
_TITLES: Final = {"fr": phrase("French"), "en": phrase("English")}
_PACKAGES: Final = {"fr": "hunspell-fr", "en": "hunspell-en-us"}
_MOST: Final = 2
_MOST_WORDS: Final = 100_000
_SYSTEM: Final = (
    *("/usr/share/hunspell", "/usr/local/share/hunspell", "/usr/share/myspell", "/usr/share/myspell/dicts"),
    *("/opt/homebrew/share/hunspell", "/Library/Spelling"),
)


class Missing(msgspec.Struct, frozen=True):
    """Why spelling is not looked at, and what would change that."""

    hint: Phrase


def open_dictionary(language: str, home: Home) -> Callable[[str], bool] | Missing:
    """What tells whether a word of the language is known; or what is missing for it."""
    try:
        from hunspell import Hunspell
    except ImportError:
        return Missing(phrase('spelling is not checked: pip install "cmday[spelling]"'))
    files = list(_found(language, home))[:_MOST]
    if not files:
        return Missing(
            phrase(
                "spelling is not checked, there is no {language} dictionary: install {package}, or put {file}.aff and"
                " {file}.dic into {folder}",
                language=_TITLES.get(language, language),
                package=_PACKAGES.get(language, f"hunspell-{language}"),
                file=_FIRST.get(language, (language,))[0],
                folder=home.settings / "dictionaries",
            )
        )
    own = _own_words(home)
    opened: dict[Path, Any] = {}

    def knows(word: str) -> bool:
        if word.casefold() in own:
            return True
        for file in files:
            if file not in opened:
                opened[file] = Hunspell(file.stem, hunspell_data_dir=str(file.parent))
            if opened[file].spell(word):
                return True
        return False

    return knows


def _found(language: str, home: Home) -> Iterator[Path]:
    """The dictionaries of a language, each name once, the usual ones first."""
    named: dict[str, Path] = {}
    for folder in _folders(home):
        for file in (*folder.glob(f"{language}.aff"), *sorted(folder.glob(f"{language}[_-]*.aff"))):
            if file.with_suffix(".dic").is_file():
                named.setdefault(file.stem, file)
    first = _FIRST.get(language, ())
    for name in sorted(named, key=lambda name: (first.index(name) if name in first else len(first), name)):
        yield named[name]


def _folders(home: Home) -> Iterator[Path]:
    yield home.settings / "dictionaries"
    yield from (Path(part) for part in os.environ.get("DICPATH", "").split(os.pathsep) if part)
    data = os.environ.get("XDG_DATA_HOME")
    yield (Path(data) if data else Path.home() / ".local/share") / "hunspell"
    if sys.platform == "darwin":
        yield Path.home() / "Library/Spelling"
    yield from map(Path, _SYSTEM)


def _own_words(home: Home) -> frozenset[str]:
    try:
        lines = (home.settings / "words.txt").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return frozenset()
    return frozenset(line.strip().casefold() for line in lines[:_MOST_WORDS])
