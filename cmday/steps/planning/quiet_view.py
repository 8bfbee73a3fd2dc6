"""The quiet hours on the screen: all communities as a metro timetable, or one community's week hour by hour."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from cmday.hours.holidays import holiday
from cmday.i18n import _, ngettext
from cmday.steps.planning import hours_words
from cmday.steps.planning.measured import CommunityHours, LeftOutRow, QuietData
from cmday.steps.planning.metro import metro_rows
from cmday.steps.planning.week_map import has_room_beside, map_rows
from cmday.terminal import wording
from cmday.terminal.block import Block, Cell, Row, command_row, community, note, sentence, space
from cmday.terminal.view import View

_NUMBERED: Final = 3
_BEST: Final = 2
_NARROW: Final = 78


def draw(data: QuietData, view: View) -> Block:
    """One community where one was named, else all."""
    if not data.communities:
        return Block(
            title=_("QUIET HOURS"),
            command="cmday plan quiet",
            rows=(note(_("No community is configured yet."), indent=2),),
        )
    return _one(data, data.communities[0], view) if data.named else _all(data, view)


def _all(data: QuietData, view: View) -> Block:
    rows = [*metro_rows(data, view), space(), *_table(data, view)]
    warnings = [_contradiction(one, view) for one in data.communities if one.shift]
    if warnings:
        rows += [space(), *(row for text in warnings for row in sentence(text, view, keep=8, indent=0))]
    first = data.communities[0].community
    hint = _("the week hour by hour, and why") if view.width >= _NARROW else ""
    rows += [space(), command_row(f"cmday plan quiet {first}", hint, view)]
    weeks = max(one.weeks for one in data.communities)
    measured = any(one.basis != "configured" for one in data.communities)
    told = ngettext("distinct people an hour, {n} week", "distinct people an hour, {n} weeks", weeks)
    day = wording.weekday(data.day, view.language)
    return Block(
        title=_("QUIET HOURS"),
        command="cmday plan quiet",
        subtitle=_("an ordinary {day}").format(day=day),
        summary=told.format(n=weeks) if measured else _("configured or supposed, not measured yet"),
        brief=ngettext("{n} week", "{n} weeks", weeks).format(n=weeks) if measured else _("not measured yet"),
        rows=tuple(rows),
    )


def _table(data: QuietData, view: View) -> list[Row]:
    """The best windows, the peak and the confidence of each community."""
    head = Row(
        cells=(
            Cell(text=""),
            Cell(text=_("best windows in your hours"), style="dim", flex=True),
            Cell(text=_("peak"), style="dim"),
            Cell(text=_("confidence"), style="dim"),
        ),
        group="quiet",
        keep=6,
    )
    return [head, *(_table_row(one, view) for one in data.communities)]


def _table_row(one: CommunityHours, view: View) -> Row:
    best = one.quiet[: _BEST if view.width >= _NARROW else 1]
    said = [
        ", ".join(part for part in (hours_words.span(window, view), hours_words.percent(window.traffic, view)) if part)
        for window in best
    ]
    return Row(
        cells=(
            community(one.community, view),
            Cell(text=view.join(*said) or _("none"), flex=True),
            Cell(text=hours_words.span(one.peaks[0], view) if one.peaks and view.width >= _NARROW else ""),
            Cell(text=_confidence(one, view)),
        ),
        group="quiet",
        item=True,
        keep=7,
    )


def _confidence(one: CommunityHours, view: View) -> str:
    if one.basis == "configured":
        return _("not measured")
    if one.basis == "weak":
        return _("weak, {n} people-h").format(n=one.people_hours)
    return hours_words.percent(one.confidence, view)


def _contradiction(one: CommunityHours, view: View) -> str:
    text = _("! {community}: the measured peak ({time}) contradicts the configured zone ({zone}).").format(
        community=one.community, time=f"{one.peak_hour or 0:02}:00", zone=one.zone
    )
    return f"{text} {view.glyphs.arrow} cmday config edit"


def _one(data: QuietData, one: CommunityHours, view: View) -> Block:
    numbered = min(_NUMBERED, len(one.quiet))
    rows = [*map_rows(data, one, numbered, view), space()]
    if one.quiet:
        rows += _argument(one, view)
    if not has_room_beside(view):
        rows += [_listed(number, one, view) for number in range(1, numbered)]
    if one.left_out:
        rows += _left_out(one, view)
    if one.shift:
        rows += sentence(_contradiction(one, view), view, keep=8, indent=2)
    if one.basis == "configured":
        rows += sentence(_not_measured(one), view, keep=7)
    return Block(
        title=_("QUIET HOURS"),
        command=f"cmday plan quiet {one.community}",
        subtitle=view.title(one.community),
        summary=_stands_on(one, view),
        brief=_brief(one, view),
        rows=(*rows, space(), _example(one, view)),
    )


def _stands_on(one: CommunityHours, view: View) -> str:
    if one.basis == "configured":
        return _("supposed, not measured yet") if one.supposed else _("configured, not measured yet")
    return view.join(
        ngettext("{n} people-hour", "{n} people-hours", one.people_hours).format(n=one.people_hours),
        ngettext("{n} week", "{n} weeks", one.weeks).format(n=one.weeks),
        _("weak") if one.basis == "weak" else None,
        one.zone,
    )


def _brief(one: CommunityHours, view: View) -> str:
    """What it stands on in few words: ``confidence 84 %``."""
    known = _confidence(one, view)
    return known if one.basis in {"configured", "weak"} else f"{_('confidence')} {known}"


def _listed(at: int, one: CommunityHours, view: View) -> Row:
    window = one.quiet[at]
    text = f"{hours_words.span(window, view)}   {hours_words.percent(window.traffic, view)}".rstrip()
    return Row(cells=(Cell(text=str(at + 1)), Cell(text=text, flex=True)), group="windows", item=True)


def _argument(one: CommunityHours, view: View) -> list[Row]:
    """The first window in a sentence that one can repeat to somebody else."""
    best = one.quiet[0]
    if best.quieter_than is None:
        window = Cell(text=hours_words.span(best, view))
        return [Row(cells=(Cell(text="1"), window, Cell(text=_("not measured"), flex=True)))]
    text = _(
        "{window}: {share} of usual traffic, quieter than {n} of your 10 working windows;"
        " {people} people-hours, {weeks} weeks; confidence {confidence}"
    ).format(
        window=hours_words.span(best, view),
        share=hours_words.percent(best.traffic, view),
        n=best.quieter_than,
        people=one.people_hours,
        weeks=one.weeks,
        confidence=hours_words.percent(best.confidence, view),
    )
    return sentence(f"1  {text}", view, keep=8)


def _left_out(one: CommunityHours, view: View) -> list[Row]:
    """Days in a row that have one reason, together."""
    runs: list[list[LeftOutRow]] = [[one.left_out[0]]]
    for before, after in pairwise(one.left_out):
        if (after.kind, after.why) == (before.kind, before.why) and (after.day - before.day).days == 1:
            runs[-1].append(after)
        else:
            runs.append([after])
    said = [f"{hours_words.dates([each.day for each in run], view)} ({_why(run[0], one, view)})" for run in runs]
    return sentence(_("left out: {days}").format(days=", ".join(said)), view, keep=6)


def _why(row: LeftOutRow, one: CommunityHours, view: View) -> str:
    """Why a day was left out, a holiday by its name in the language of the screen."""
    if row.kind == "holiday" and one.country:
        return holiday(row.day, one.country, view.language) or row.why or ""
    return row.why or _("day off")


def _not_measured(one: CommunityHours) -> str:
    if one.people_hours:
        return _("Not measured yet: {n} people-hours were seen, 30 are wanted.").format(n=one.people_hours)
    return _("Not measured yet: accounts and cmday plan import-activity fill it.")


def _example(one: CommunityHours, view: View) -> Row:
    text = _("goes into 1 first, then into 2") if len(one.quiet) > 1 else _("goes into quiet hours")
    return command_row(f'cmday plan add "{view.glyphs.ellipsis}" --for 90m --community {one.community}', text, view)
