"""A text being typed, of one line or several, with its cursor; pure, so that every key is tried without a terminal."""

from __future__ import annotations

from typing import Final

from cmday.terminal.key_codes import Key
from cmday.text.cells import width

MOST: Final = 20_000


class TextField:
    """A text and a place in it. ``press`` takes a key and says whether it was one for the text."""

    def __init__(self, text: str = "", *, lines: bool = True) -> None:
        self.text = text
        self.at = len(text)
        self._lines = lines

    def press(self, key: Key) -> bool:
        """Do what a key does to the text; False for a key that is none of the text's."""
        if key.name in ("text", "paste"):
            self.insert(key.text)
        elif key.name == "newline" and self._lines:
            self.insert("\n")
        elif key.name in _MOVES:
            self.at = _MOVES[key.name](self.text, self.at)
        elif key.name in _CUTS:
            self._cut(_CUTS[key.name](self.text, self.at))
        else:
            return False
        return True

    def insert(self, text: str) -> None:
        """Put text in at the cursor; what no text may hold is left out."""
        if not self._lines:
            text = " ".join(text.split("\n"))
        kept = "".join(char for char in text.replace("\t", " ") if char == "\n" or char.isprintable() or _joins(char))
        kept = kept[: max(0, MOST - len(self.text))]
        self.text = self.text[: self.at] + kept + self.text[self.at :]
        self.at += len(kept)

    def up(self, room: int) -> None:
        """One row up, as the text is laid out in ``room`` cells."""
        self._to_row(-1, room)

    def down(self, room: int) -> None:
        """One row down."""
        self._to_row(1, room)

    def rows(self, room: int) -> list[str]:
        """The rows of the text, each at most ``room`` cells wide; at least one."""
        return [self.text[start:end] for start, end in _spans(self.text, room)]

    def cursor(self, room: int) -> tuple[int, int]:
        """Row and column of the cursor."""
        spans = _spans(self.text, room)
        row = max(number for number, (start, _end) in enumerate(spans) if start <= self.at)
        return row, width(self.text[spans[row][0] : self.at])

    def _to_row(self, by: int, room: int) -> None:
        spans = _spans(self.text, room)
        row, column = self.cursor(room)
        if not 0 <= row + by < len(spans):
            self.at = 0 if by < 0 else len(self.text)
            return
        start, end = spans[row + by]
        # The end of a row that was wrapped is the beginning of the next one.
        last = end if end == len(self.text) or self.text[end] == "\n" else max(start, end - 1)
        self.at = next((at for at in range(start, last) if width(self.text[start : at + 1]) > column), last)

    def _cut(self, to: int) -> None:
        first, last = sorted((self.at, to))
        self.text = self.text[:first] + self.text[last:]
        self.at = first


def _joins(char: str) -> bool:
    """Whether a character that is not printable belongs into a text: the joiner of emoji, the spaces of French."""
    return char in "\u200d\u00a0\u202f"


def _left(text: str, at: int) -> int:
    at = max(0, at - 1)
    while at and width(text[at]) == 0 and text[at] != "\n":
        at -= 1  # marks go with their letter
    return at


def _right(text: str, at: int) -> int:
    at = min(len(text), at + 1)
    while at < len(text) and width(text[at]) == 0 and text[at] != "\n":
        at += 1
    return at


def _word_left(text: str, at: int) -> int:
    while at and text[at - 1].isspace():
        at -= 1
    while at and not text[at - 1].isspace():
        at -= 1
    return at


def _word_right(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    while at < len(text) and not text[at].isspace():
        at += 1
    return at


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


_MOVES: Final = {
    "left": _left,
    "right": _right,
    "word-left": _word_left,
    "word-right": _word_right,
    "home": _line_start,
    "end": _line_end,
}
_CUTS: Final = {
    "backspace": _left,
    "delete": _right,
    "delete-word": _word_left,
    "delete-line": _line_start,
    "delete-to-end": _line_end,
}


def _spans(text: str, room: int) -> list[tuple[int, int]]:
    """Where the rows begin and end: at line feeds, and at the last space that fits."""
    spans: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        while (fits := _fitting(text, start, end, max(2, room))) < end:
            spans.append((start, fits))
            start = fits
        spans.append((start, end))
        start = end + 1
    return spans


def _fitting(text: str, start: int, end: int, room: int) -> int:
    """Where a row that begins at ``start`` ends; a space at its end may stand out."""
    used = 0
    for at in range(start, end):
        used += width(text[at])
        if used > room:
            space = text.rfind(" ", start, at + 1)
            return space + 1 if space >= start and space + 1 > start else max(at, start + 1)
    return end
