"""The digest after days away, on the screen: counts, and the few that matter."""

from __future__ import annotations

from cmday.i18n import _, ngettext
from cmday.steps.notifications.absence import Absence, Resolved
from cmday.steps.notifications.report import ItemRow
from cmday.terminal.block import Block, Cell, More, Row, community, handle, note, sentence
from cmday.terminal.view import View


def draw(found: Absence, view: View) -> Block:
    """What waits since one was last here."""
    days = (view.now.date() - view.local(found.since).date()).days
    length = ngettext("{n} day", "{n} days", days).format(n=days)
    rows: list[Row] = []
    for count, text, few in (
        (
            found.apology,
            ngettext("{n} is worth an apology", "{n} are worth an apology", found.apology),
            found.first_apology,
        ),
        (
            found.answerable,
            ngettext("{n} can still be answered", "{n} can still be answered", found.answerable),
            found.first_answerable,
        ),
    ):
        if count:
            rows.append(note(text.format(n=count), style="bold", keep=8, indent=2))
            rows += [_line(one, view) for one in few]
    if found.resolved.count:
        rows += sentence(_resolved(found.resolved, view), view, keep=8)
    if not rows:
        rows.append(note(_("Nobody waited for you."), keep=8, indent=2))
    shown = len(found.first_apology) + len(found.first_answerable)
    return Block(
        title=_("WHILE YOU WERE AWAY"),
        command="cmday start",
        summary=_("{length}, since {time}").format(length=length, time=view.when(found.since)),
        brief=length,
        rows=tuple(rows),
        weight=4,
        more=More(command="cmday inbox", hidden=max(0, found.apology + found.answerable - shown)),
    )


def _line(item: ItemRow, view: View) -> Row:
    since = _("since {time}").format(time=view.near_day(item.at))
    return Row(
        cells=(
            handle(item.handle),
            community(item.community, view),
            Cell(text=item.author or item.author_handle, most=18),
            Cell(text=view.quote(item.text), flex=True, link=item.url),
            Cell(text=since, right=True, gap=1),
        ),
        group="away",
        item=True,
        keep=6,
    )


def _resolved(found: Resolved, view: View) -> str:
    """``7 resolved by themselves: 4 answered elsewhere, 2 by others, 1 deleted``."""
    parts = (
        (found.elsewhere, _("{n} answered by your account elsewhere")),
        (found.by_others, _("{n} answered by somebody else")),
        (found.deleted, _("{n} deleted")),
    )
    said = ", ".join(text.format(n=view.number(n)) for n, text in parts if n)
    whole = ngettext("{n} resolved by itself: {how}", "{n} resolved by themselves: {how}", found.count)
    return whole.format(n=found.count, how=said)
