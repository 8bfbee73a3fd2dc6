"""The blocks of the day on one screen: each gets a share of the height, what is cut says how many and where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from cmday.i18n import _
from cmday.terminal.ansi import Line, Span
from cmday.terminal.block import Block, Cell, Row
from cmday.terminal.layout import body_lines, choose_rows, ends, lay_out, ruled_title
from cmday.terminal.view import View
from cmday.terminal.wording import french_spacing
from cmday.text.cells import width, wrap
from cmday.text.safe_text import safe

_LOW: Final = 30
_TEXT_GAP: Final = 4
_ENDING_GAP: Final = 3


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """A command to type next, and why."""

    command: str
    text: str


class Dashboard(msgspec.Struct, frozen=True, kw_only=True):
    """All that one screen says. ``left`` and ``right`` are the header, each with shorter forms after the long one.

    ``notices`` stand below it, each a sentence.
    ``numbers`` are the steps' places in the day, one for each block. ``ending`` takes the place of the next steps when
    there are none.
    """

    left: tuple[str, ...]
    right: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    numbers: tuple[int, ...] = ()
    next: tuple[Advice, ...] = ()
    effort: str = ""
    ending: str = ""
    ending_command: str = ""


def is_low(height: int | None) -> bool:
    """Whether a window asks for the compact form."""
    return height is not None and height < _LOW


def draw_dashboard(dashboard: Dashboard, view: View) -> list[Line]:
    """The whole screen, at most one line less than the window, so that the prompt finds its place."""
    head = _head(dashboard, view)
    tail = _tail(dashboard, view)
    titles = len(dashboard.blocks)
    wanted = [_wanted(block) for block in dashboard.blocks]
    room = None if view.height is None else max(0, view.height - 1 - len(head) - len(tail) - titles)
    spaced = not view.compact and (room is None or sum(wanted) + titles + 1 <= room)
    # A rule of its own sets the next steps off; the one line of a low window needs an empty one.
    apart = [()] if tail and (spaced or view.compact or not dashboard.next) else []
    if room is not None:
        room = max(0, room - len(apart))
    heights: Sequence[int | None] = (
        [None] * titles if room is None or spaced else _heights(dashboard.blocks, wanted, room)
    )
    lines = [*head]
    folded = False
    for block, number, height in zip(dashboard.blocks, dashboard.numbers, heights, strict=True):
        if spaced and not (folded and not block.rows):
            lines.append(())
        folded = not block.rows
        lines.append(ruled_title(block, view, number))
        lines += body_lines(block, view, height)
    return [*lines, *apart, *tail]


def _wanted(block: Block) -> int:
    return len(block.rows) + (1 if block.more and block.more.hidden else 0)


def _heights(blocks: Sequence[Block], wanted: Sequence[int], room: int) -> list[int]:
    """The height of each block; what rows that go together leave over goes to the others."""
    weights = [block.weight for block in blocks]
    shares = _shares(wanted, room, weights)
    used = [_used(block, share) for block, share in zip(blocks, shares, strict=True)]
    settled = [use if use < share else want for use, share, want in zip(used, shares, wanted, strict=True)]
    return _shares(settled, room, weights)


def _used(block: Block, height: int) -> int:
    rows, hidden = choose_rows(block, height)
    return min(height, len(rows) + (1 if hidden and block.more else 0))


def _shares(wanted: Sequence[int], room: int, weights: Sequence[int]) -> list[int]:
    """A fair share of ``room`` lines for each: who wants little gives to who wants more."""
    shares = [0] * len(wanted)
    while room > 0:
        hungry = [at for at, want in enumerate(wanted) if shares[at] < want]
        if not hungry:
            break
        shares[min(hungry, key=lambda at: (shares[at] + 1) / weights[at])] += 1
        room -= 1
    return shares


def _head(dashboard: Dashboard, view: View) -> list[Line]:
    left, right = _that_fits(dashboard, view.width)
    lines = [ends([Span(left, "bold")], [Span(right, "dim")] if right else [], view)]
    for notice in dashboard.notices:
        sign, _space, rest = notice.partition(" ")
        spans = [Span(f"{sign} ", "bold red"), Span(rest)] if sign == "!" else [Span(notice)]
        lines += (
            [tuple(spans)]
            if width(notice) <= view.width
            else [(Span(line),) for line in wrap(safe(notice), view.width)]
        )
    return lines


def _that_fits(dashboard: Dashboard, room: int) -> tuple[str, str]:
    """The longest forms of both ends of the header that fit beside each other."""
    for right in (*dashboard.right, ""):
        for left in dashboard.left:
            said = safe(left), safe(right)
            if width(said[0]) + width(said[1]) + 2 <= room:
                return said
    return safe(dashboard.left[-1], room), ""


def _tail(dashboard: Dashboard, view: View) -> list[Line]:
    """What to type next: a block of its own, or one line in a low window."""
    if not dashboard.next:
        return [_ending(dashboard, view)] if dashboard.ending else []
    if view.compact:
        return [_next_line(dashboard, view)]
    title = ends([Span(_("NEXT"), "bold")], [Span(dashboard.effort)] if dashboard.effort else [], view, rule=True)
    rows = [
        Row(
            cells=(Cell(text=advice.command, style="bold"), Cell(text=advice.text, flex=True, gap=_TEXT_GAP)),
            group="next",
        )
        for advice in dashboard.next
    ]
    return [title, *lay_out(rows, view)]


def _ending(dashboard: Dashboard, view: View) -> Line:
    command = dashboard.ending_command
    text = safe(dashboard.ending, view.width - (width(command) + _ENDING_GAP if command else 0))
    return (Span(text), Span(" " * _ENDING_GAP), Span(command, "bold")) if command else (Span(text),)


def _next_line(dashboard: Dashboard, view: View) -> Line:
    label = french_spacing(_("Next: "))
    spans = [Span(label)]
    used = width(label)
    for advice in dashboard.next:
        joint = f"  {view.glyphs.dot}  " if len(spans) > 1 else ""
        if used + width(joint) + width(advice.command) > view.width:
            break
        spans += [Span(joint, "dim"), Span(advice.command, "bold")]
        used += width(joint) + width(advice.command)
    effort = f"  ({dashboard.effort})"
    if dashboard.effort and used + width(effort) <= view.width:
        spans.append(Span(effort))
    return tuple(spans)
