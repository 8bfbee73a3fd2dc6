"""From the bytes of an export to a table: its encoding, its separator, what stands above it, its header."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from typing import Final

import msgspec

from cmday.text.activity.moments import is_moment

MOST_ROWS: Final = 2_000_000
_SEPARATORS: Final = ",;\t|"
_LOOKED_AT: Final = 60
_LONGEST_CELL: Final = 100_000


class Table(msgspec.Struct, frozen=True):
    """Rows of equally many cells; ``header`` is empty where the file has none."""

    header: tuple[str, ...]
    rows: list[list[str]]

    @property
    def size(self) -> int:
        return len(self.rows[0]) if self.rows else len(self.header)


def read_table(body: bytes) -> Table:
    """The table in a file; without rows where there is none. Lines of another width are passed over."""
    lines = [line for line in _decoded(body).splitlines()[:MOST_ROWS] if line.strip() and not line.startswith("#")]
    separator = max(_SEPARATORS, key=lambda sign: _steadiness(lines, sign))
    try:
        cells = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=separator)]
    except csv.Error:
        return Table((), [])
    size, _ = Counter(len(row) for row in cells).most_common(1)[0] if cells else (0, 0)
    rows = [row for row in cells if len(row) == size]
    if size < 2 or not rows:  # noqa: PLR2004  one column says either when or who
        return Table((), [])
    if any(is_moment(cell) for cell in rows[0]):
        return Table((), rows)
    return Table(tuple(rows[0]), rows[1:])


def _decoded(body: bytes) -> str:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(name, "replace").replace("\0", "")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("cp1252", "replace")
    return text.replace("\0", "")


def _steadiness(lines: list[str], sign: str) -> tuple[int, int]:
    """In how many of the first lines a separator stands equally often, and how often."""
    counts = Counter(line[:_LONGEST_CELL].count(sign) for line in lines[:_LOOKED_AT])
    counts.pop(0, None)
    if not counts:
        return 0, 0
    often, times = counts.most_common(1)[0]
    return times, often
