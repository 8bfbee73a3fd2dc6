"""The trace of moderation on the screen."""

from __future__ import annotations

from typing import Final

from cmday.i18n import _, ngettext
from cmday.steps.moderation.trace.reading import TraceData, TraceRow, VerifiedData
from cmday.steps.moderation.trace.words import fault_in_words, what_in_words
from cmday.terminal.block import Block, Cell, More, Row, note, sentence
from cmday.terminal.view import View

_MOST: Final = 200
_SHORT: Final = 12


def draw(data: TraceData, view: View) -> Block:
    """The newest records, oldest first, and the hash that stands for all of them."""
    shown = data.records[-_MOST:]
    rows = [_record(one, view) for one in shown]
    if not rows:
        rows.append(note(_("Nothing was decided yet."), indent=2))
    n = len(data.records)
    return Block(
        title=_("TRACE"),
        command="cmday moderate log",
        summary=ngettext("{n} record", "{n} records", n).format(n=view.number(n)),
        rows=(*rows, note(_("last hash {hash}").format(hash=data.last_hash), style="dim", indent=2)),
        more=More(command="cmday moderate log --json", hidden=n - len(shown)) if n > len(shown) else None,
    )


def draw_verified(data: VerifiedData, view: View) -> Block:
    """Whether the log holds, and where it does not."""
    count = ngettext("{n} record holds", "{n} records hold", data.records).format(n=view.number(data.records))
    rows: list[Row] = []
    if data.broken is not None and data.fault is not None:
        rows += sentence(fault_in_words(data.fault).format(number=data.broken), view)
    if data.erased:
        rows.append(
            note(
                ngettext(
                    "{n} field was erased, as the log tells", "{n} fields were erased, as the log tells", data.erased
                ).format(n=view.number(data.erased)),
                indent=2,
            )
        )
    rows.append(note(_("last hash {hash}").format(hash=data.last_hash), style="dim", indent=2))
    return Block(
        title=_("The log is whole") if data.whole else _("The log is broken"),
        command="cmday moderate log verify",
        summary=count,
        rows=tuple(rows),
    )


def _record(one: TraceRow, view: View) -> Row:
    erased = ngettext("{n} field", "{n} fields", one.erased).format(n=one.erased) if one.erased else None
    about = one.handle or one.case or one.target
    return Row(
        cells=(
            Cell(text=str(one.number), right=True, style="dim"),
            Cell(text=view.when(one.at), style="dim"),
            Cell(text=one.who or "", most=12),
            Cell(text=what_in_words(one.what), most=24, style="bold" if one.kind == "decision" else ""),
            Cell(text=view.join(one.account, about, erased), most=32),
            Cell(text=view.join(one.why, one.answer), flex=True),
            Cell(text=one.hash[:_SHORT], style="dim", right=True),
        ),
        group="trace",
        item=True,
    )
