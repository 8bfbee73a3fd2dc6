"""What a verb of ``cmday moderate`` says: a line for each case, and the exact requests of a rehearsal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from cmday.cli.run import Run
from cmday.i18n import _, ngettext
from cmday.text.safe_text import safe

if TYPE_CHECKING:
    from cmday.errors import CmdayError
    from cmday.outbox.rehearsal import Rehearsed, RehearsedData
    from cmday.steps.moderation.acting.actions import Decided, Decisions
    from cmday.steps.moderation.acting.leaving import Plan
    from cmday.steps.protocol import ReportStatus

_MOST: Final = 60


class DryRun(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of a verb with ``--dry-run --json``: the cases it hits, and the requests it would send."""

    dry_run: bool
    action: str
    cases: tuple[str, ...]
    requests: tuple[Rehearsed, ...]


def tell(run: Run, action: str, decisions: Decisions) -> int:
    """Say what became of each case."""
    lines = [] if run.options.json else [_line(run, case) for case in decisions.cases]
    waiting = sum(len(case.outbox) for case in decisions.cases)
    if waiting:
        said = ngettext(
            "Nothing left yet: cmday send sends it.", "Nothing left yet: cmday send sends all {n}.", waiting
        )
        run.remark(said.format(n=waiting) if not run.options.json else "")
    code = run.print_data(f"moderate {action}", decisions, "\n".join(lines))
    if not run.options.json:
        from cmday.cli.moderate_notes import tell_drafts

        tell_drafts(run, [case.id for case in decisions.cases])
    return code


def _line(run: Run, case: Decided) -> str:
    quoted = run.view.quote_start(case.text, _MOST) if case.text else ""
    what = f"{case.community or ''} {safe(case.author, _MOST // 2)} {quoted}".strip()
    if case.waits:
        line = _("{handle} waits to be sent ({outbox}): {action} {what}")
        told = line.format(handle=case.handle, outbox=", ".join(case.handles), action=case.action, what=what)
        return f"{told} {run.view.glyphs.dot} {safe(case.why)}" if case.why else told
    return _said(case).format(handle=case.handle, what=what)


def _said(case: Decided) -> str:
    known = {
        "note": _("{handle} has your note: {what}"),
        "assign": _("{handle} is assigned: {what}"),
        "unassign": _("{handle} is nobody's again: {what}"),
    }
    if case.action in known:
        return known[case.action]
    if case.state == "approved":
        return _("{handle} is approved: {what}")
    if case.state == "resolved":
        return _("{handle} is resolved: {what}")
    return _("{handle} is open again: {what}")


def tell_requests(
    run: Run, action: str, plans: Sequence[Plan], data: RehearsedData, errors: Sequence[CmdayError]
) -> int:
    """The exact requests, and which cases are decided here without one."""
    from cmday.cli.complaints import warn
    from cmday.cli.send import request_text

    parts = [request_text(one) for one in data.requests]
    parts += [
        _("{handle}: {action}, on this machine only").format(handle=each.handle, action=action)
        for each in plans
        if not each.outgoing
    ]
    told = DryRun(
        dry_run=True, action=action, cases=tuple(each.case.id for each in plans), requests=tuple(data.requests)
    )
    status: ReportStatus | None = "partial" if errors and data.requests else None
    code = run.print_data(f"moderate {action}", told, "\n\n".join(parts) or _("Nothing fits."), errors, status)
    if not run.options.json:
        for error in errors:
            warn(error)
    return code
