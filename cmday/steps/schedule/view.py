"""The schedule on the screen: the day line, today's events, and what approaches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from cmday.i18n import _, ngettext
from cmday.steps.schedule.approaching import coming, deadline_rows, late
from cmday.steps.schedule.day_line import day_rows
from cmday.steps.schedule.report import EventRow, ScheduleReport, event_key
from cmday.steps.schedule.week_line import week_rows
from cmday.terminal import wording
from cmday.terminal.block import Block, Cell, More, Row, command_row, community, handle, note, sentence
from cmday.terminal.troubles import trouble_rows
from cmday.terminal.view import View
from cmday.text.safe_text import safe

_TWO_COLUMNS: Final = 96
_LINE_WIDTH: Final = 64
_MOST_LATE: Final = 3
_ALONE: Final = 6
_IN_A_LINE: Final = 3
_TAIL: Final = 5
_SHORTEST: Final = 8


def draw(report: ScheduleReport, view: View) -> Block:
    """The block of step 1, and all of ``cmday schedule``."""
    rows: list[Row] = []
    if not report.calendars and not report.data.events:
        rows += sentence(" ".join(text for text in (_free_until(report, view), _found(report)) if text), view, keep=7)
        rows.append(command_row("cmday init", _("take over calendars and set your hours"), view))
    elif report.week:
        rows += week_rows(report, view)
    elif not view.compact and view.width >= _LINE_WIDTH:
        rows += day_rows(report, view)
    if not report.overview:
        rows += _events(report, view)
    rows += _warnings(report, view)
    if not any(not event.all_day for event in report.data.events) and report.calendars and not report.overview:
        today = report.day == view.now.date() and report.days == 1
        rows.insert(0, note(_("No appointment today.") if today else _("No appointment."), indent=2, keep=7))
    if view.alone:
        rows += deadline_rows(report, view)
        rows += _clocks(report, view)
    if not (view.compact and not view.alone) and (said := coming(report, view)):
        rows += [note(text, indent=2, keep=4) for text in (said if view.alone else [view.join(*said)])]
    return Block(
        title=_("SCHEDULE"),
        command="cmday schedule",
        subtitle=_days(report, view),
        summary=_summary(report, view),
        brief=_summary(report, view, brief=True),
        rows=tuple(rows),
        weight=5,
        more=More(command="cmday schedule"),
    )


def _days(report: ScheduleReport, view: View) -> str:
    first = view.short_day(report.day)
    if report.days == 1:
        return first
    return _("{first} to {last}").format(first=first, last=view.short_day(report.day + timedelta(days=report.days - 1)))


def _free_until(report: ScheduleReport, view: View) -> str:
    """That the rest of the working day is free, as far as anybody can know without a calendar."""
    ends = [span.end for span in report.working if span.weekday == report.day.weekday()]
    now = view.now.hour * 60 + view.now.minute
    if report.day != view.now.date() or not ends or max(ends) <= now:
        return _("No calendar is connected yet.")
    return _("Free until {time}, as no calendar is connected yet.").format(
        time=f"{max(ends) // 60:02}:{max(ends) % 60:02}"
    )


def _found(report: ScheduleReport) -> str:
    """What ``cmday init`` would take over: ``Found on this machine: vdirsyncer, 2 calendars``."""
    if report.found is None:
        return ""
    programs, n = report.found
    text = ngettext("{n} calendar", "{n} calendars", n).format(n=n)
    found = ", ".join(part for part in (programs, text) if part)
    return _("Found on this machine: {found}.").format(found=found)


def _summary(report: ScheduleReport, view: View, *, brief: bool = False) -> str:
    stale = _("calendars of {time}").format(time=view.when(report.stale_since)) if report.stale_since else None
    if not report.calendars and not report.data.events and not report.planned:
        return _("no calendar")
    return view.join(_load(report, view, brief=brief), stale)


def _load(report: ScheduleReport, view: View, *, brief: bool) -> str:
    """``2 h 30 planned of 6 h free``, or by how much it is too much."""
    planned, minutes = report.data.load.planned_minutes, report.data.load.free_minutes
    # To five minutes: what is left of today shrinks while one reads.
    free = view.duration(5 * round(minutes / 5))
    if planned > minutes:
        over = view.duration(planned - minutes)
        if brief:
            return _("{over} too much").format(over=over)
        return _("{planned} planned / {free} free {arrow} {over} too much").format(
            planned=view.duration(planned), free=view.duration(minutes), arrow=view.glyphs.arrow, over=over
        )
    if planned:
        text = _("{planned} of {free}") if brief else _("{planned} planned of {free} free")
        return text.format(planned=view.duration(planned), free=free)
    if minutes:
        return _("{free} free").format(free=free)
    return _("no working hours today") if report.days == 1 else _("no working hours")


def _clocks(report: ScheduleReport, view: View) -> list[Row]:
    """What time it is for the communities on other clocks, where no ruler shows it."""
    if report.day != view.now.date() or view.width >= _LINE_WIDTH:
        return []
    rows = []
    for zone in report.zones:
        there = view.now + timedelta(minutes=zone.ahead)
        ahead, behind = _("{time} there, {length} ahead"), _("{time} there, {length} behind")
        text = (ahead if zone.ahead > 0 else behind).format(
            time=view.time(there), length=view.duration(abs(zone.ahead))
        )
        rows.append(note(f"{', '.join(zone.communities)}  {text}", indent=2, keep=4))
    return rows


def _events(report: ScheduleReport, view: View) -> list[Row]:
    events = list(report.data.events)
    if view.compact and not view.alone:
        return _in_a_line(events, view)
    if not view.alone and view.width >= _TWO_COLUMNS:
        return [_pair(pair, report, view) for pair in _pairs(events)]
    rows: list[Row] = []
    day: date | None = report.day if report.days == 1 else None
    for event in events:
        if report.days > 1 and view.local(event.start).date() != day:
            day = view.local(event.start).date()
            rows.append(note(wording.middle_day(day, view.language), style="bold", indent=0, keep=6))
        place = Cell(text=event.location or "", right=True, most=28, style="dim")
        rows.append(Row(cells=(*_event(event, report, view), place), group="events", item=True, keep=6))
    return rows


def _event(event: EventRow, report: ScheduleReport, view: View) -> tuple[Cell, ...]:
    """``s1 09:30 bem  Team meeting``."""
    return (
        handle(report.handles.get(event_key(event), "")),
        Cell(text=_time(event, view), gap=1),
        community(event.community, view),
        Cell(text=event.title, flex=True),
    )


def _time(event: EventRow, view: View) -> str:
    if event.all_day:
        return _("all day")
    if not view.alone:
        return view.time(event.start)
    return f"{view.time(event.start)}-{view.time(event.end)}"


def _pairs(events: Sequence[EventRow]) -> list[tuple[EventRow, ...]]:
    return [tuple(events[at : at + 2]) for at in range(0, len(events), 2)]


def _pair(pair: tuple[EventRow, ...], report: ScheduleReport, view: View) -> Row:
    cells = [cell for event in pair for cell in _event(event, report, view)]
    if len(pair) == 1:
        cells += [Cell(text=""), Cell(text="", gap=1), Cell(text="", gap=1), Cell(text="", flex=True)]
    half = (view.width - 2) // 2 - 18
    cells = [Cell(text=cell.text, flex=True, most=half) if cell.flex else cell for cell in cells]
    return Row(cells=tuple(cells), group="pairs", keep=6)


def _in_a_line(events: Sequence[EventRow], view: View) -> list[Row]:
    """``09:30 bem Team meeting · 14:00 cap Review``, for a low window."""
    if not events:
        return []
    shown, rest = events[:_IN_A_LINE], len(events) - _IN_A_LINE
    room = (view.width - 2 - (_TAIL if rest > 0 else 0)) // len(shown) - len(" · ")
    texts = [_brief(event, room, view) for event in shown]
    return [note(view.join(*texts, f"+{rest}" if rest > 0 else None), indent=2, keep=6)]


def _brief(event: EventRow, room: int, view: View) -> str:
    head = " ".join(part for part in (_time(event, view), event.community) if part)
    return f"{head} {safe(event.title, max(_SHORTEST, room - len(head) - 1), ellipsis=view.glyphs.ellipsis)}"


def _warnings(report: ScheduleReport, view: View) -> list[Row]:
    rows = [
        _warning(
            _("{time} at once: {a} and {b}").format(
                time=view.when(clash.start), a=safe(clash.a, 40), b=safe(clash.b, 40)
            )
        )
        for clash in report.data.conflicts[: _ALONE if view.alone else 2]
    ]
    rows += [_warning(text) for text in late(report, view)[:_MOST_LATE] if not view.alone]
    rows += trouble_rows(report.errors, view)
    if unread := report.data.unreadable:
        names = ", ".join(sorted({row.calendar for row in unread}))
        text = ngettext(
            "{n} event unreadable ({calendar}): {why}", "{n} events unreadable ({calendar}): {why}", len(unread)
        )
        rows.append(_warning(text.format(n=len(unread), calendar=names, why=safe(unread[0].reason, 100))))
    return rows


def _warning(text: str) -> Row:
    return Row(cells=(Cell(text="!", style="bold red"), Cell(text=text, flex=True, gap=1)), keep=8)
