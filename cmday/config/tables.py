"""A TOML table being read key by key: what is wrong is collected, and reading goes on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from cmday.config.values import Convert, Unfit
from cmday.errors import ConfigError
from cmday.i18n import Phrase, phrase

T = TypeVar("T")
D = TypeVar("D")


class Source:
    """A configuration file being read: its text, all mistakes found, and every key that was asked for."""

    def __init__(self, file: Path, content: str) -> None:
        self.file = file
        self.content = content
        self._found: list[tuple[int, ConfigError]] = []
        self.known: dict[str, set[str]] = {}

    @property
    def mistakes(self) -> list[ConfigError]:
        """All mistakes, in the order of the file."""
        return [error for _line, error in sorted(self._found, key=lambda found: found[0])]

    def mistake(self, place: str, key: str | None, message: Phrase, hint: Phrase | None) -> None:
        """Note a mistake at a table and key, with its line where it can be found."""
        line = find_line(self.content, place, key)
        where = f"{self.file.name}:{line}" if line else self.file.name
        named = f"[{place}] {key}" if place and key else f"[{place}]" if place else key or ""
        what = (
            phrase("{where}, {named}: {what}", where=where, named=named, what=message)
            if named
            else phrase("{where}: {what}", where=where, what=message)
        )
        self._found.append((line or 0, ConfigError(what, hint, str(self.file))))


class Table:
    """One table of a file. ``take`` what it may hold, then ``finish``: what is left over is unknown."""

    def __init__(self, source: Source, place: str, values: object, kind: str | None = None) -> None:
        self.source = source
        self.place = place
        self.kind = kind or place
        self.left: dict[str, Any] = {}
        self.known = source.known.setdefault(self.kind, set())
        if isinstance(values, dict):
            self.left = dict(values)
        else:
            source.mistake(
                place, None, phrase("must be a table"), phrase("write [{place}] and its keys below", place=place)
            )

    def __contains__(self, key: str) -> bool:
        return key in self.left

    def take(self, key: str, convert: Convert[T], default: D) -> T | D:
        """The value of a key, or the default where it is missing or wrong."""
        self.known.add(key)
        if key not in self.left:
            return default
        try:
            return convert(self.left.pop(key))
        except Unfit as unfit:
            self.wrong(key, phrase("must be {expected}", expected=unfit.expected))
            return default

    def require(self, key: str, convert: Convert[T], default: D) -> T | D:
        """As ``take``, and a mistake where the key is missing."""
        if key not in self.left:
            self.wrong(key, phrase("is missing"))
        return self.take(key, convert, default)

    def table(self, key: str) -> Table | None:
        """The table below a key, where there is one."""
        self.known.add(key)
        if key not in self.left:
            return None
        return Table(
            self.source, f"{self.place}.{key}".lstrip("."), self.left.pop(key), f"{self.kind}.{key}".lstrip(".")
        )

    def each(self, key: str) -> list[tuple[str, Table]]:
        """The named tables below a key: ``[community.bem]``, ``[community.sss]``."""
        group = self.table(key)
        if group is None:
            return []
        return [
            (name, Table(self.source, f"{group.place}.{name}", values, f"{group.kind}.*"))
            for name, values in group.left.items()
        ]

    def wrong(self, key: str | None, message: Phrase, hint: Phrase | None = None) -> None:
        self.source.mistake(self.place, key, message, hint)

    def finish(self, also: Iterable[str] = ()) -> None:
        """Every key that is left over is a mistake; the nearest valid one, or one of ``also``, is the hint."""
        if not self.left:
            return
        from difflib import get_close_matches

        valid = sorted({*self.known, *also})
        for key in self.left:
            near = get_close_matches(key.lower(), valid, n=1, cutoff=0.5)
            if near:
                hint = phrase('did you mean "{key}"?', key=near[0])
            else:
                hint = phrase("it may hold {keys}", keys=", ".join(valid))
            self.wrong(key, phrase("unknown key"), hint)


def find_line(content: str, place: str, key: str | None) -> int | None:
    """The line of a key, or of its table, as far as a plain look at the lines tells."""
    table = ""
    header = None
    for number, raw in enumerate(content.splitlines(), 1):
        line = raw.strip()
        if line.startswith("["):
            table = line.strip("[] ").split("]")[0].replace('"', "").replace(" ", "")
            if table == place:
                header = number
        elif key is not None and table == place and line.partition("=")[0].strip().strip('"') == key and "=" in line:
            return number
    return header
