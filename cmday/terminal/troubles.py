"""What did not answer, as rows of a block: the account or feed, the cause, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from cmday.errors import CaptivePortal, CmdayError, NoNetwork, Waiting
from cmday.i18n import _, phrase
from cmday.terminal.block import Cell, Row, note
from cmday.terminal.view import View
from cmday.terminal.wording import french_spacing
from cmday.text.cells import width, wrap
from cmday.text.safe_text import safe

_MOST: Final = 3
_MARGIN: Final = 4
_LINES: Final = 3
_GAP: Final = 2
_FIRST_TO_STAY: Final = 9
_HINT_STAYS: Final = 5


def trouble_rows(errors: Iterable[CmdayError], view: View, *, most: int = _MOST, since: str = "") -> list[Row]:
    """A row for each failure, or two. A missing network is said in the header, and what waits its turn is no failure.

    ``since`` says what is shown instead, where one thing is said of all.
    """
    told = [error for error in errors if not isinstance(error, NoNetwork | CaptivePortal | Waiting)]
    rows: list[Row] = []
    for error in told[:most]:
        rows += _trouble(error, since, view)
    if len(told) > most:
        rows.append(note(_("and {n} more like these: cmday doctor").format(n=len(told) - most), keep=_FIRST_TO_STAY))
    return rows


def _trouble(error: CmdayError, since: str, view: View) -> list[Row]:
    """The longest form that has room for the hint beside it; where none has, the hint takes a row of its own.

    That row goes where height is short; who failed and why stays.
    """
    hint = f"{view.glyphs.arrow} {safe(str(error.hint)) if error.hint else 'cmday doctor'}"
    long, short = safe(_long(error, view)), safe(_short(error, view))
    age = f", {since}" if since else ""
    forms = [long + age, short + age, *([short] if view.compact else [])]
    bounded = view.height is not None and not view.alone
    for form in forms:
        if width(form) + _GAP + width(hint) + _MARGIN <= view.width:
            return [_row_with_hint(form, hint) if bounded else _row("!", f"{form}  {hint}")]
    first, *rest = wrap(forms[-1], view.width - _MARGIN)
    rows = [_row("!", first)]
    rows += [Row(cells=(Cell(text=line),), keep=_FIRST_TO_STAY, follows=True, indent=4) for line in rest[: _LINES - 1]]
    keep = _HINT_STAYS if bounded else _FIRST_TO_STAY
    rows.append(Row(cells=(Cell(text=hint, flex=True),), keep=keep, follows=not bounded, indent=4))
    return rows


def _long(error: CmdayError, view: View) -> str:
    """``forum: forum.example has a fault``: the account or feed, and what is said of its host."""
    message = str(error.message)
    if error.subject is None or _names(message, error.subject):
        return message
    named = f"{error.subject}: "
    return (french_spacing(named.replace(": ", " : ")) if view.language == "fr" else named) + message


def _short(error: CmdayError, view: View) -> str:
    """``forum has a fault``, where the sentence is about the host and the account says who that is."""
    message = error.message
    if error.subject is None or not _(message.message).startswith("{host} "):
        return _long(error, view)
    return str(phrase(message.message, **{**message.values, "host": error.subject}))


def _row_with_hint(text: str, hint: str) -> Row:
    cells = (Cell(text="!", style="bold red"), Cell(text=text, flex=True, gap=1), Cell(text=hint, right=True))
    return Row(cells=cells, keep=_FIRST_TO_STAY)


def _names(message: str, subject: str) -> bool:
    """Whether a message names its subject as a word of its own, not as a part of an address."""
    return re.search(rf"(?<![\w.-]){re.escape(subject)}(?![\w-]|\.\w)", message) is not None


def _row(sign: str, text: str) -> Row:
    return Row(cells=(Cell(text=sign, style="bold red"), Cell(text=text, flex=True, gap=1)), keep=_FIRST_TO_STAY)
