"""What decisions taught, on the screen."""

from __future__ import annotations

from cmday.i18n import _, ngettext
from cmday.steps.moderation.learning.learnt import LearntData, LearntRow
from cmday.terminal.block import Block, Cell, Row, community, note, sentence, space
from cmday.terminal.view import View
from cmday.text.learning.model import LEAST


def draw(data: LearntData, view: View) -> Block:
    """A community below the other: how much was decided, and what speaks for refusing and for letting stand."""
    rows: list[Row] = []
    for one in data.communities:
        if rows:
            rows.append(space())
        rows += _community(one, view)
    if not rows:
        rows += sentence(_("nothing was decided yet; what you approve and remove will teach"), view)
    return Block(title=_("MODERATION"), command="cmday moderate learning", rows=tuple(rows))


def _community(one: LearntRow, view: View) -> list[Row]:
    counts = view.join(
        ngettext("{n} refused", "{n} refused", one.refused).format(n=view.number(one.refused)),
        ngettext("{n} let stand", "{n} let stand", one.let).format(n=view.number(one.let)),
        _("since {day}").format(day=view.short_day(view.local(one.since).date())) if one.since else None,
    )
    rows = [Row(cells=(community(one.community, view), Cell(text=counts, flex=True)))]
    if not one.speaks:
        silent = _("silent until {refused} more are refused and {let} more let stand")
        rows.append(note(silent.format(refused=max(0, LEAST - one.refused), let=max(0, LEAST - one.let))))
        return rows
    for title, signs in ((_("speaks for refusing:"), one.refused_for), (_("speaks for letting stand:"), one.let_for)):
        if signs:
            rows.append(note(f"{title} {', '.join(signs)}"))
    return rows
