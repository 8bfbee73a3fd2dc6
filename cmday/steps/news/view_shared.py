"""What was shared with whom, on the screen."""

from __future__ import annotations

from cmday.i18n import _, ngettext
from cmday.steps.news.press_review import ReviewData, ReviewedRow
from cmday.terminal.block import Block, Cell, Row, community, note
from cmday.terminal.view import View


def draw(data: ReviewData, view: View) -> Block:
    """Each story that was shared, by community: when, by which accounts, and what has not gone out yet."""
    rows = [_story(one.community, story, view) for one in data.communities for story in one.stories]
    n = len(rows)
    if not rows:
        rows.append(note(_("Nothing was shared."), indent=2))
    return Block(
        title=_("SHARED"),
        command="cmday feeds shared",
        subtitle=_("since {day}").format(day=view.short_day(view.local(data.since).date())),
        summary=ngettext("{n} story", "{n} stories", n).format(n=view.number(n)) if n else "",
        rows=tuple(rows),
    )


def _story(name: str, story: ReviewedRow, view: View) -> Row:
    waiting = [one for one in story.posts if one.state != "sent"]
    cells = (
        Cell(text=view.near_day(story.at), most=12),
        community(name, view),
        Cell(text=story.title, flex=True, link=story.url),
        Cell(text=" ".join(dict.fromkeys(one.account for one in story.posts)), most=20, style="dim"),
        Cell(text=_("not sent yet") if waiting else _("sent"), style="bold" if waiting else "dim"),
    )
    return Row(cells=cells, group="shared", item=True)
