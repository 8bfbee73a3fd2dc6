"""What the web says on the screen: a finite skim, a line a story."""

from __future__ import annotations

from typing import Final

from cmday.errors import CaptivePortal, NoNetwork
from cmday.i18n import _, ngettext
from cmday.steps.news.report import FeedsReport, StoryRow
from cmday.terminal.block import Block, Cell, More, Row, command_row, community, handle, note
from cmday.terminal.troubles import trouble_rows
from cmday.terminal.view import View
from cmday.text.safe_text import safe

_NARROW: Final = 60
_SOURCE: Final = 34


def draw(report: FeedsReport, view: View) -> Block:
    """The block of step 3, and all of ``cmday feeds``."""
    stories = report.data.stories if view.alone else report.data.stories[: view.stories]
    rows = [_story(story, view) for story in stories]
    if not stories:
        rows.append(note(_empty(report), indent=2, keep=7))
    rows += _failures(report, view)
    if view.first:
        rows.append(command_row("cmday feeds add", _("a site, the address of a feed, an OPML file"), view))
    return Block(
        title=_("NEWS"),
        command="cmday feeds",
        subtitle=_("offline") if view.offline or _cut_off(report) else "",
        summary=_summary(report, view, _("{minutes} min to read")),
        brief=_summary(report, view, _("{minutes} min")),
        rows=tuple(rows),
        weight=4,
        more=More(command="cmday feeds"),
    )


def _summary(report: FeedsReport, view: View, minutes: str) -> str:
    shown = len(report.data.stories) if view.alone else min(view.stories, len(report.data.stories))
    if not report.feeds:
        return _("no feed")
    if not shown:
        return _("nothing unread")
    of = report.data.unread
    text = ngettext("{n} story of {of}", "{n} stories of {of}", shown).format(n=shown, of=view.number(of))
    return view.join(text, minutes.format(minutes=report.data.minutes) if report.data.minutes else None)


def _cut_off(report: FeedsReport) -> bool:
    return any(isinstance(error, NoNetwork | CaptivePortal) for error in report.errors)


def _empty(report: FeedsReport) -> str:
    if not report.feeds:
        return _("Name a site, a channel or a file: cmday feeds add ADDRESS")
    return _("All is read.") if report.fetched else _("Nothing is stored yet.")


def _story(story: StoryRow, view: View) -> Row:
    cells = [handle(story.handle), community(_whose(story, view), view)]
    cells.append(Cell(text=story.title, flex=True, link=story.url))
    if view.width >= _NARROW:
        cells.append(Cell(text=_source(story, view), right=True, most=_SOURCE))
    return Row(cells=tuple(cells), group="stories", item=True, keep=6)


def _whose(story: StoryRow, view: View) -> str:
    """The community it is for, ``bem+`` for it and others, ``all`` for each there is."""
    first, *others = story.communities or ("",)
    if others and len(story.communities) >= len(view.communities):
        return _("all")
    return f"{first}+" if others else first


def _source(story: StoryRow, view: View) -> str:
    if len(story.sources) == 1:
        source = story.sources[0]
    else:
        n = len(story.sources)
        source = ngettext("{n} source", "{n} sources", n).format(n=n)
    if view.compact:
        return source
    time = view.near_day(story.published)
    return view.join(safe(source, _SOURCE - len(time) - 3, ellipsis=view.glyphs.ellipsis), time)


def _failures(report: FeedsReport, view: View) -> list[Row]:
    others = report.failed_feeds - 1
    rows = trouble_rows(report.errors[:1] if others > 0 else report.errors, view, most=1)
    if rows and others > 0:
        text = ngettext("{n} other feed did not answer: {command}", "{n} other feeds did not answer: {command}", others)
        rows.append(note(text.format(n=others, command="cmday feeds list"), keep=8, indent=4))
    return rows
