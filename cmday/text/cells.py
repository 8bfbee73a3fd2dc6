"""How many cells of a terminal a text takes, and how to cut, fill and wrap it by cells.

Widths err on the side of too many (a joined emoji counts as its parts, as most terminals draw it), because a line that
is a little short is calm and a line that is a little long wraps and spoils the screen.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

ELLIPSIS: Final = "…"
_JOINER: Final = "\u200d"
_EMOJI_STYLE: Final = "\ufe0f"
_JAMO: Final = range(0x1160, 0x1200)
_REGIONAL: Final = range(0x1F1E6, 0x1F200)


@lru_cache(maxsize=4096)
def _char_width(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf", "Cc", "Cs"} or ord(char) in _JAMO:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def width(text: str) -> int:
    """The number of cells that a text takes."""
    if text.isascii():
        return len(text)
    total = before = 0
    for char in text:
        own = _char_width(char)
        if char == _EMOJI_STYLE and before == 1:
            own = 1  # an emoji-style sign is two cells wide where it is drawn as emoji
        total += own
        before = own or before
    return total


def cut(text: str, limit: int, ellipsis: str = ELLIPSIS) -> str:
    """The text within ``limit`` cells, its end replaced by ``ellipsis`` where it was cut; never inside a character.

    Marks stay with their letters, joined emoji and flags whole.
    """
    if limit <= 0:
        return ""
    if len(text) * 2 <= limit or width(text) <= limit:
        return text
    room = limit - width(ellipsis)
    if room <= 0:
        return ellipsis[:limit]
    used = kept = at = 0
    for at, char in enumerate(text):
        if _begins(text, at):
            if used > room:
                break
            kept = at
        used += _char_width(char) + (char == _EMOJI_STYLE)
    else:
        at = len(text)
        if used <= room:
            kept = at
    return text[:kept].rstrip() + ellipsis


def _begins(text: str, at: int) -> bool:
    """Whether a new visible character begins here."""
    char = text[at]
    if at == 0:
        return True
    if _char_width(char) == 0 or text[at - 1] == _JOINER:
        return False
    if ord(char) in _REGIONAL:
        run = at
        while run and ord(text[run - 1]) in _REGIONAL and at - run < 64:  # noqa: PLR2004  longer runs are no flags
            run -= 1
        return (at - run) % 2 == 0
    return not 0x1F3FB <= ord(char) <= 0x1F3FF  # noqa: PLR2004  skin tones stay with their emoji


def fill(text: str, size: int, *, right: bool = False) -> str:
    """The text filled with spaces to ``size`` cells."""
    spaces = " " * max(0, size - width(text))
    return spaces + text if right else text + spaces


def wrap(text: str, limit: int) -> list[str]:
    """The text in lines of at most ``limit`` cells, broken at spaces, never at a no-break space where that can be."""
    limit = max(limit, 2)
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        rest = word
        while True:
            joined = f"{line} {rest}" if line else rest
            if width(joined) <= limit:
                line = joined
                break
            if line:
                lines.append(line)
                line = ""
                continue
            head = cut(rest, limit, "") or rest[:1]
            lines.append(head)
            rest = rest[len(head) :]
    return [*lines, line] if line or not lines else lines
