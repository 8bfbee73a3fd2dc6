"""What a plan would change, and what found no place, each with its reason: the lower half of ``cmday plan``."""

from __future__ import annotations

from cmday.i18n import _
from cmday.steps.planning.report import ChangeRow, PlanReport, UnplacedRow
from cmday.terminal import wording
from cmday.terminal.block import Cell, Row, note
from cmday.terminal.view import View


def change_rows(report: PlanReport, view: View) -> list[Row]:
    """One line a change: ``moved  p2 sss Newsletter   Mon 14:45 → Tue 14:30``, and below it why."""
    placed = {row.operation: row for row in report.data.placements}
    rows: list[Row] = []
    for change in report.data.changes:
        if change.to is None:
            continue
        row = placed.get(change.operation)
        said = report.said.get(change.operation)
        rows.append(
            Row(
                cells=(
                    Cell(text=_("moved") if change.from_ else _("new"), style="bold"),
                    Cell(text=row.handle if row else "", style="bold"),
                    Cell(text=row.community or "" if row else "", gap=1),
                    Cell(text=report.titles.get(change.operation, ""), flex=True, gap=1),
                    Cell(text=_way(change, view), right=True),
                ),
                group="changes",
                keep=7,
            )
        )
        reasons = [said.change if change.from_ else None, said.why] if said else []
        text = view.join(*(str(one) for one in reasons if one))
        rows.append(Row(cells=note(text, style="dim", indent=9).cells, indent=9, keep=4, follows=True))
    return rows


def _way(change: ChangeRow, view: View) -> str:
    to = _when(change, view)
    if change.from_ is None:
        return to
    return f"{view.when(change.from_)} {view.glyphs.arrow} {to}"


def _when(change: ChangeRow, view: View) -> str:
    if change.to is None:
        return ""
    start = view.local(change.to)
    return f"{wording.day_of_month(start.date(), view.language)} {view.time(start)}"


def unplaced_rows(row: UnplacedRow, report: PlanReport, view: View) -> list[Row]:
    """``! Teaser video   no free stretch is left``; alone also what would make room."""
    said = report.said.get(row.operation)
    reason = str(said.reason) if said and said.reason else row.reason
    rows = [
        Row(
            cells=(
                Cell(text="!", style="bold red"),
                Cell(text=report.handles.get(row.operation, ""), style="bold", gap=1),
                Cell(text=row.title, most=max(16, view.width // 3), gap=1),
                Cell(text=reason, flex=True),
            ),
            keep=8,
            item=True,
        )
    ]
    if view.alone and said:
        rows += [Row(cells=note(str(fix), indent=4).cells, indent=4, keep=5, follows=True) for fix in said.fixes]
    return rows
