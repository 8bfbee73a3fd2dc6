"""The signs that cmday draws itself, and what they become under ``--plain`` or on a terminal without Unicode."""

from __future__ import annotations

from typing import Final

import msgspec


class Glyphs(msgspec.Struct, frozen=True, kw_only=True):
    """``levels`` and ``shades`` go from the lowest traffic to the highest; the others are named for what they say."""

    done: str = "✓"
    rule: str = "─"
    ellipsis: str = "…"
    dot: str = "·"
    arrow: str = "→"
    rise: str = "↗"
    now: str = "▼"
    times: str = "×"
    left: str = "├"
    right: str = "┤"
    line: str = "─"
    one: str = "┼"
    under_left: str = "└"
    under_right: str = "┘"
    levels: str = "▁▂▃▄▅▆▇█"
    shades: str = "·░▒▓█"
    free: str = "·"
    taken: str = "▒"
    quiet: str = "═"
    normal: str = "─"
    peak: str = "▲"
    wall: str = "│"


FANCY: Final = Glyphs()
PLAIN: Final = Glyphs(
    done="ok",
    rule="-",
    ellipsis="...",
    dot="-",
    arrow="->",
    rise="^",
    now="v",
    times="x",
    left="[",
    right="]",
    line="-",
    one="|",
    under_left="[",
    under_right="]",
    levels="12345678",
    shades=".:+*#",
    free=".",
    taken="#",
    quiet="=",
    normal="-",
    peak="^",
    wall="|",
)
