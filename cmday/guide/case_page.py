"""A case at a stop of the guide: why it is held, what was said, and in brief what ``cmday moderate show`` tells."""

from __future__ import annotations

from typing import Final

from cmday.steps.moderation import shown_view
from cmday.steps.moderation.casefile import CaseFile
from cmday.steps.moderation.view import reason_in_words
from cmday.terminal.ansi import Line, Span
from cmday.terminal.block import note, space
from cmday.terminal.layout import lay_out
from cmday.terminal.view import View
from cmday.text.cells import wrap
from cmday.text.safe_text import safe

_INDENT: Final = 2
_MOST_LINES: Final = 40


def reasons(case: CaseFile, view: View) -> list[Line]:
    """Every reason, in bold, and who has it in hand."""
    told_below = ("reported: ",) if case.reported_by else ()
    texts = [reason_in_words(one, case.rules) for one in case.reasons if not one.startswith(told_below)]
    texts += [shown_view.claimed(case)] if case.claimed_by else []
    lines: list[Line] = []
    for text in texts:
        first, *rest = wrap(safe(text), view.width - _INDENT - 2) or [""]
        lines.append((Span("  "), Span(f"{view.glyphs.arrow} {first}", "bold")))
        lines += [(Span("    "), Span(line, "bold")) for line in rest]
    return [*lines, ()]


def words(case: CaseFile, view: View) -> list[Line]:
    """Its thread, and the thing itself wherever that is not in it: nobody decides about words unseen."""
    rows = shown_view.thread(case.thread, view)
    if not rows or not any(post.this for post in case.thread):
        said = [part for line in case.text.splitlines() for part in wrap(safe(line), view.width - 2 * _INDENT)]
        rows += [space()] if rows else []
        rows.append(note(f"{case.author}, {view.when(case.opened_at)}", indent=_INDENT, style="dim"))
        rows += [note(line, indent=_INDENT, style="bold") for line in said[:_MOST_LINES]]
    return lay_out(rows, view)


def around(case: CaseFile, view: View) -> list[Line]:
    """Who reported it, who wrote it, what was decided before, what is possible."""
    return lay_out(shown_view.around(case, view, brief=True), view)
