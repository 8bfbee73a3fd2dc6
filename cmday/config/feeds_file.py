"""The text of feeds.toml as pieces that can be changed one at a time.

A piece that is not touched is written back byte for byte, broken ones too, so that unknown keys, order and comments
survive. A table that is changed is written anew with tomli-w.
"""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from typing import Any, Final

import msgspec

HEADER: Final = """\
# This file belongs to cmday: it says which feeds are read, and cmday writes it (`cmday feeds add`, `remove`, `import`).
# It may be edited by hand as well: keys that cmday does not know, comments and the order stay.
#
# [[feed]]
# url = "https://..."       title, communities = ["short"], folder, mute = true, interval = minutes
"""
_TABLE: Final = re.compile(r"^[ \t]*\[\[?[ \t]*([^\[\]\n]+?)[ \t]*\]\]?[ \t]*(?:#[^\n]*)?$", re.MULTILINE)
# Nesting without end is a RecursionError, a number of 5,000 digits a plain ValueError.
_NO_TOML: Final = (ValueError, RecursionError)
_FEED: Final = re.compile(r"^[ \t]*\[\[[ \t]*[\"']?feed[\"']?[ \t]*\]\]", re.MULTILINE)


class Piece(msgspec.Struct):
    """A stretch of the file: ``table`` is its ``[[feed]]`` where it is one; ``fault`` why it cannot be read."""

    text: str
    line: int
    table: dict[str, Any] | None = None
    fault: str | None = None


def split(text: str) -> list[Piece]:
    """The file as pieces in order; joined again they are the same text.

    Raises nothing for broken TOML: the broken piece says so in ``fault``.
    """
    try:
        whole: dict[str, Any] | None = tomllib.loads(text)
    except _NO_TOML:
        whole = None
    pieces = _pieces(text)
    if whole is None:
        return pieces
    tables = [table for table in _tables(whole) if isinstance(table, dict)]
    if any(piece.fault for piece in pieces) or [piece.table for piece in pieces if piece.table is not None] != tables:
        return _rewritten(whole)  # written in a way that cannot be cut by lines: one piece a table, newly made
    return pieces


def read_tables(text: str) -> list[Piece]:
    """The ``[[feed]]`` tables and every broken piece, as ``split`` finds them, in one reading of the file."""
    try:
        whole = tomllib.loads(text)
    except _NO_TOML:
        return [piece for piece in _pieces(text) if piece.table is not None or piece.fault]
    places, line, seen = [], 1, 0
    for match in _FEED.finditer(text):
        line += text.count("\n", seen, match.start())
        seen = match.start()
        places.append(line)
    tables = _tables(whole)
    if len(places) != len(tables):
        places = [1] * len(tables)
    return [
        Piece("", line, table if isinstance(table, dict) else {}) for line, table in zip(places, tables, strict=True)
    ]


def render(table: dict[str, Any]) -> str:
    """One ``[[feed]]`` table as text, ending in an empty line."""
    import tomli_w

    lines = ["[[feed]]\n"]
    nested: list[str] = []
    for key, value in table.items():
        flat = tomli_w.dumps({key: value})
        if flat.lstrip().startswith("["):
            nested.append(tomli_w.dumps({"feed": {key: value}}))
        else:
            lines.append(flat)
    return "".join([*lines, *nested]) + "\n"


def edited(text: str, fields: dict[str, Any], table: dict[str, Any]) -> str:
    """A piece with some keys of its ``[[feed]]`` set, or taken out where None; its other lines stay as they are.

    Where that would not say what ``table`` says, the table is written anew.
    """
    import tomli_w

    lines = text.splitlines(keepends=True)
    for key, value in fields.items():
        at = next((n for n, line in enumerate(lines) if re.match(rf"\s*{key}\s*=", line)), None)
        new = [] if value is None else [tomli_w.dumps({key: value})]
        if at is not None:
            lines[at : at + 1] = new
        elif new:
            last = max(
                (n for n, line in enumerate(lines) if _FEED.match(line) or "=" in line.partition("#")[0]), default=0
            )
            lines[last] = lines[last].rstrip("\n") + "\n"
            lines[last + 1 : last + 1] = new
    after = "".join(lines)
    return after if _piece(after, 1).table == table else render(table)


def join(pieces: list[Piece]) -> str:
    """The text of the pieces, each beginning on its own line."""
    text = ""
    for piece in pieces:
        if text and not text.endswith("\n"):
            text += "\n"
        if piece.table is not None and text and not text.endswith("\n\n"):
            text += "\n"
        text += piece.text
    return text.rstrip("\n") + "\n"


def _tables(whole: dict[str, Any]) -> list[Any]:
    tables = whole.get("feed", [])
    return tables if isinstance(tables, list) else [tables]


def _pieces(text: str) -> list[Piece]:
    starts = [match.start() for match in _TABLE.finditer(text) if not _belongs_to_feed(match[1])]
    bounds = [0, *(start for start in starts if start), len(text)]
    return [_piece(text[start:end], _line(text, start)) for start, end in pairwise(bounds) if start < end or not text]


def _belongs_to_feed(name: str) -> bool:
    return re.match(r"[\"']?feed[\"']?\s*\.", name) is not None


def _piece(text: str, line: int) -> Piece:
    try:
        found = tomllib.loads(text)
    except _NO_TOML as error:
        return Piece(text, line, fault=str(error))
    if not _FEED.match(text.lstrip()):
        return Piece(text, line)
    return Piece(text, line, table=found["feed"][0])


def _rewritten(whole: dict[str, Any]) -> list[Piece]:
    import tomli_w

    rest = {key: value for key, value in whole.items() if key != "feed"}
    plain = {key: value for key, value in rest.items() if not isinstance(value, dict)}
    deep = {key: value for key, value in rest.items() if isinstance(value, dict)}
    pieces = [Piece(HEADER + tomli_w.dumps(plain), 1)]
    pieces += [Piece(render(table), 1, table) for table in _tables(whole) if isinstance(table, dict)]
    if deep:
        pieces.append(Piece(tomli_w.dumps(deep), 1))
    return pieces


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
