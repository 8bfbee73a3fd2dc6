"""What did not answer, as rows of a block: the account or feed, the cause, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from cmday.errors import CaptivePortal, CmdayError, NoNetwork, Waiting
from cmday.i18n import _
from cmday.terminal.block import Cell, Row, note
from cmday.terminal.view import View
from cmday.terminal.wording import french_spacing
from cmday.text.cells import width, wrap
from cmday.text.safe_text import safe

_MOST: Final = 3
_MARGIN: Final = 4
_LINES: Final = 3
_FIRST_TO_STAY: Final = 9


def trouble_rows(errors: Iterable[CmdayError], view: View, *, most: int = _MOST, since: str = "") -> list[Row]:
    """A row or two for each failure. A missing network is said in the header, and what waits its turn is no failure.

    ``since`` says what is shown instead, where one thing is said of all.
    """
    told = [error for error in errors if not isinstance(error, NoNetwork | CaptivePortal | Waiting)]
    rows: list[Row] = []
    for error in told[:most]:
        message = str(error.message)
        named = "" if error.subject is None or _names(message, error.subject) else f"{error.subject}: "
        if view.language == "fr":
            named = french_spacing(named.replace(": ", " : "))
        text = safe(f"{named}{message}" + (f", {since}" if since else ""))
        hint = safe(str(error.hint)) if error.hint else "cmday doctor"
        joined = f"{text}  {view.glyphs.arrow} {hint}"
        if view.height is not None and not view.alone:
            rows.append(_row_with_hint(text, f"{view.glyphs.arrow} {hint}"))
            continue
        if width(joined) + _MARGIN <= view.width:
            rows.append(_row("!", joined))
            continue
        first, *rest = wrap(text, view.width - _MARGIN)
        rows.append(_row("!", first))
        rows += [
            Row(cells=(Cell(text=line),), keep=_FIRST_TO_STAY, follows=True, indent=4) for line in rest[: _LINES - 1]
        ]
        rows.append(_row(view.glyphs.arrow, hint, follows=True))
    if len(told) > most:
        rows.append(note(_("and {n} more like these: cmday doctor").format(n=len(told) - most), keep=_FIRST_TO_STAY))
    return rows


def _row_with_hint(text: str, hint: str) -> Row:
    cells = (Cell(text="!", style="bold red"), Cell(text=text, flex=True, gap=1), Cell(text=hint, right=True))
    return Row(cells=cells, keep=_FIRST_TO_STAY)


def _names(message: str, subject: str) -> bool:
    """Whether a message names its subject as a word of its own, not as a part of an address."""
    return re.search(rf"(?<![\w.-]){re.escape(subject)}(?![\w-]|\.\w)", message) is not None


def _row(sign: str, text: str, *, follows: bool = False) -> Row:
    cells = (Cell(text=sign, style="dim" if follows else "bold red"), Cell(text=text, flex=True, gap=1))
    return Row(cells=cells, keep=_FIRST_TO_STAY, follows=follows, indent=4 if follows else 2)
