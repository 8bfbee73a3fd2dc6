"""The signs that cmday draws itself, and what they become under ``--plain`` or on a terminal without Unicode."""

from __future__ import annotations

from typing import Final

import msgspec


class Glyphs(msgspec.Struct, frozen=True, kw_only=True):
    """``levels`` go from lowest to highest traffic, ``shades`` from far below the usual to far above."""

    done: str = "✓"
    out: str = "↗"
    rule: str = "─"
    ellipsis: str = "…"
    dot: str = "·"
    arrow: str = "→"
    now: str = "▼"
    times: str = "×"
    about: str = "≈"
    left: str = "├"
    right: str = "┤"
    line: str = "─"
    one: str = "┼"
    quiet: str = "═"
    normal: str = "─"
    peak: str = "▲"
    taken: str = "▒"
    levels: str = "▁▂▃▄▅▆▇█"
    shades: str = "·░▒▓█"


FANCY: Final = Glyphs()
PLAIN: Final = Glyphs(
    done="ok",
    out="^",
    rule="-",
    ellipsis="...",
    dot="-",
    arrow="->",
    now="v",
    times="x",
    about="~",
    left="[",
    right="]",
    line="-",
    one="|",
    quiet="=",
    normal="-",
    peak="^",
    taken="#",
    levels="12345678",
    shades=".abcd",
)
