"""How what was added is drawn: each source with its first titles, what it costs and what it does not give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cmday.i18n import _, ngettext
from cmday.steps.news.source_limits import limits_of
from cmday.terminal.block import Block, Cell, Row, note, sentence
from cmday.terminal.view import View

if TYPE_CHECKING:
    from cmday.steps.news.adding import AddedData, AddedRow, Cost

_INDENT: Final = 4
_OTHERS: Final = 5


def draw_added(data: AddedData, view: View) -> Block:
    """Each source that was added with its first titles, and those that were there already."""
    rows: list[Row] = []
    for feed in data.feeds:
        rows += _added(feed, view)
    return Block(title=_("FEEDS"), command="cmday feeds add", rows=tuple(rows))


def price_line(cost: Cost) -> str:
    """What a look may cost, before it is asked, and what is spent already."""
    return _("a look costs at most {most}; {spent}").format(most=_dollars(cost.most), spent=_spent(cost))


def _cost_line(cost: Cost) -> str:
    return _("this look cost {look}, the next ones at most {most} each; {spent}").format(
        look=_dollars(cost.look), most=_dollars(cost.most), spent=_spent(cost)
    )


def _spent(cost: Cost) -> str:
    return _("spent: {today} of {cap_day} today, {month} of {cap_month} this month").format(
        today=_dollars(cost.today),
        cap_day=_dollars(cost.cap_day),
        month=_dollars(cost.month),
        cap_month=_dollars(cost.cap_month),
    )


def _added(feed: AddedRow, view: View) -> list[Row]:
    words = {"added": _("added"), "known": _("known already"), "dry-run": _("would be asked")}
    count = (
        ngettext("{n} entry", "{n} entries", feed.entries).format(n=view.number(feed.entries)) if feed.entries else ""
    )
    head = view.join(feed.title, feed.url, count, " ".join(feed.communities))
    rows = [Row(cells=(Cell(text=words[feed.status], style="bold"), Cell(text=head, flex=True)))]
    rows += [note(title, indent=_INDENT) for title in feed.samples]
    if feed.status == "added" and feed.samples:
        rows += sentence(str(limits_of(feed.kind)), view, indent=_INDENT)
    if feed.cost:
        said = _cost_line(feed.cost) if feed.status == "added" else price_line(feed.cost)
        rows += sentence(said, view, indent=_INDENT)
    if feed.others:
        rows.append(note(_("the site has more feeds:"), indent=_INDENT, style="dim"))
        rows += [note(url, indent=_INDENT + 2, style="dim") for url in feed.others[:_OTHERS]]
    return rows


def _dollars(amount: float) -> str:
    text = f"{amount:.3f}"
    return "$" + (text.removesuffix("0"))
