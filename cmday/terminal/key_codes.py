"""From the bytes that a terminal sends to keys with names; pure, so that it can be tried without a terminal.

The sequences are those of ECMA-48 and of xterm ("XTerm Control Sequences", PC-style function keys); what is pasted
comes between the marks of bracketed paste and is one key, so that pasted text never presses anything.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

_SEQUENCE: Final = re.compile(rb"\x1b\[([0-?]*)[ -/]*([@-~])")
_PASTE_ENDS: Final = b"\x1b[201~"
_MOST_PASTED: Final = 100_000
_LONGEST: Final = 32
_ESCAPE, _FIRST_PRINTABLE, _RUBOUT = 0x1B, 0x20, 0x7F
_SS3: Final = 3
_LEADS: Final = ((0x80, 1), (0xE0, 2), (0xF0, 3))
_FINAL: Final = {"A": "up", "B": "down", "C": "right", "D": "left", "H": "home", "F": "end", "M": "enter"}
_NUMBERED: Final = {
    "1": "home",
    "3": "delete",
    "4": "end",
    "5": "page-up",
    "6": "page-down",
    "7": "home",
    "8": "end",
}
_CONTROLS: Final = {
    0x01: "home",
    0x03: "interrupt",
    0x04: "end-of-input",
    0x05: "end",
    0x06: "mend",
    0x08: "backspace",
    0x09: "tab",
    0x0A: "newline",
    0x0B: "delete-to-end",
    0x0C: "redraw",
    0x0D: "enter",
    0x15: "delete-line",
    0x17: "delete-word",
    0x1A: "suspend",
    0x7F: "backspace",
}


class Key(msgspec.Struct, frozen=True):
    """One key: ``text`` for what writes itself, ``paste`` for what was pasted, else the key's name.

    Names beside those of the keys: ``resize`` (the window is another), ``unknown``.
    """

    name: str
    text: str = ""


class Decoder:
    """Takes bytes as they come and gives keys; what is not whole yet is kept for the next bytes."""

    def __init__(self) -> None:
        self._left = b""
        self._pasting = False

    def feed(self, data: bytes) -> list[Key]:
        """The keys that are whole now."""
        self._left += data
        keys = []
        while self._left:
            key = self._pasted() if self._pasting else self._key()
            if key is None:
                break
            if key.name:
                keys.append(key)
        return keys

    def flush(self) -> list[Key]:
        """Nothing follows at once: a lone escape is the key of that name, half a character is nothing."""
        if self._pasting or not self._left:
            return []
        first, rest = self._left[:1], self._left[1:]
        self._left = b""
        keys = [Key("escape")] if first == b"\x1b" else []
        return keys + (self.feed(rest) if keys else [])

    @property
    def waits(self) -> bool:
        """Whether something is half there."""
        return bool(self._left) and not self._pasting

    def _take(self, size: int, key: Key) -> Key:
        self._left = self._left[size:]
        return key

    def _key(self) -> Key | None:
        byte = self._left[0]
        if byte == _ESCAPE:
            return self._escaped()
        if byte < _FIRST_PRINTABLE or byte == _RUBOUT:  # the controls, and DEL
            return self._take(1, Key(_CONTROLS.get(byte, "unknown")))
        return self._character()

    def _character(self) -> Key | None:
        """A character of UTF-8 (RFC 3629); bytes that are none are passed over."""
        byte = self._left[0]
        size = next((size for below, size in _LEADS if byte < below), 4)
        try:
            return self._take(size, Key("text", self._left[:size].decode()))
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data" and len(self._left) < size:
                return None
            return self._take(1, Key(""))

    def _escaped(self) -> Key | None:
        left = self._left
        if len(left) == 1:
            return None
        follows = left[1:2]
        if follows == b"[":
            return self._sequence()
        if follows == b"O":
            if len(left) < _SS3:
                return None
            return self._take(_SS3, Key(_FINAL.get(chr(left[2]), "unknown")))
        if follows in (b"\r", b"\n"):
            return self._take(2, Key("newline"))
        return self._take(1, Key("escape"))

    def _sequence(self) -> Key | None:
        match = _SEQUENCE.match(self._left)
        if match is None:
            half = len(self._left) < _LONGEST and re.fullmatch(rb"\x1b\[[0-?]*[ -/]*", self._left)
            return None if half else self._take(2, Key("unknown"))
        parameters, final = match[1].decode(), match[2].decode()
        number, _, modifier = parameters.partition(";")
        if final == "~" and number == "200":
            self._pasting = True
            return self._take(match.end(), Key(""))
        name = _NUMBERED.get(number, "unknown") if final == "~" else _FINAL.get(final, "unknown")
        if modifier and name in ("left", "right"):
            name = f"word-{name}"
        return self._take(match.end(), Key(name))

    def _pasted(self) -> Key | None:
        text, ends, rest = self._left.partition(_PASTE_ENDS)
        if not ends:
            if len(text) > 2 * _MOST_PASTED:
                self._left = text[: 2 * _MOST_PASTED] + text[-len(_PASTE_ENDS) :]
            return None
        self._pasting = False
        self._left = rest
        pasted = text[:_MOST_PASTED].decode("utf-8", "ignore").replace("\r\n", "\n").replace("\r", "\n")
        return Key("paste", pasted)
