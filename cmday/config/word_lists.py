"""Lists of words by name: files of the folder ``words``, tables of rules.toml, and those that come with cmday.

``"@insults"`` in a rule stands for every line of ``words/insults.txt``, or for ``insults = [...]`` below ``[words]``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from cmday.config import values as v
from cmday.config.values import Unfit
from cmday.i18n import phrase
from cmday.text.hosts import SHORTENERS

FOLDER: Final = "words"
MOST_BYTES: Final = 2_000_000
MOST_WORDS: Final = 20_000
LONGEST: Final = 200
BUNDLED: Final[Mapping[str, Sequence[str]]] = {"shorteners": SHORTENERS}
_NAME: Final = r"[^\W_][\w-]{0,39}"


class WordLists:
    """The lists that rules may name; each is read when first asked for, and bounded."""

    def __init__(self, folder: Path | None, inline: Mapping[str, Sequence[str]] | None = None) -> None:
        self._folder = folder
        self._known: dict[str, tuple[str, ...]] = {name: tuple(words) for name, words in BUNDLED.items()}
        self._known |= {name: tuple(words) for name, words in (inline or {}).items()}

    def texts(self, value: Any) -> tuple[str, ...]:
        """A list of texts in which ``@name`` stands for a whole list; raises ``Unfit`` where one is not there."""
        found: dict[str, None] = {}
        for word in v.texts(value):
            if re.fullmatch("@" + _NAME, word) and (self._folder is not None or word[1:] in self._known):
                found.update(dict.fromkeys(self._named(word[1:])))
            elif len(word) > LONGEST:
                raise Unfit(phrase("texts of at most {most} characters", most=LONGEST))
            else:
                found[word] = None
        if not 0 < len(found) <= MOST_WORDS:
            raise Unfit(phrase("a list of 1 to {most} texts", most=MOST_WORDS))
        return tuple(found)

    def _named(self, name: str) -> tuple[str, ...]:
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def _read(self, name: str) -> tuple[str, ...]:
        assert self._folder is not None
        file = self._folder / f"{name}.txt"
        try:
            with file.open("rb") as source:
                content = source.read(MOST_BYTES + 1)
            lines = content.decode("utf-8-sig").splitlines()
        except FileNotFoundError:
            known = ", ".join(sorted(f"@{one}" for one in self._known))
            raise Unfit(
                phrase(
                    "a list that is there: {file} is missing (known here: {known})",
                    file=f"{FOLDER}/{name}.txt",
                    known=known,
                )
            ) from None
        except (OSError, UnicodeDecodeError):
            raise Unfit(phrase("a list that can be read: {file} is no text", file=f"{FOLDER}/{name}.txt")) from None
        words = tuple(dict.fromkeys(line.strip()[:LONGEST] for line in lines if line.strip() and line[0] != "#"))
        if len(content) > MOST_BYTES or len(words) > MOST_WORDS:
            raise Unfit(phrase("a list of 1 to {most} texts", most=MOST_WORDS))
        return words


def state_of(folder: Path) -> bytes:
    """Something that changes when a list does, found without reading them; empty where there are none."""
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix == ".txt")
        stands = [(file.name, file.stat()) for file in files]
    except OSError:
        return b""
    return repr([(name, stat.st_size, stat.st_mtime_ns) for name, stat in stands]).encode()
