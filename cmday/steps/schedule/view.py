"""The schedule on the screen: the day line, today's events, and what approaches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from cmday.core.events import Event
from cmday.i18n import _, ngettext
from cmday.steps.schedule.day_line import day_rows
from cmday.steps.schedule.report import Deadline, EventRow, ScheduleReport, event_key
from cmday.terminal import wording
from cmday.terminal.block import Block, Cell, More, Row, command_row, community, handle, note
from cmday.terminal.troubles import trouble_rows
from cmday.terminal.view import View
from cmday.text.safe_text import safe

_TWO_COLUMNS: Final = 96
_LINE_WIDTH: Final = 64
_COMING: Final = 4
_IN_A_LINE: Final = 3
_TAIL: Final = 5
_SHORTEST: Final = 8


def draw(report: ScheduleReport, view: View) -> Block:
    """The block of step 1, and all of ``cmday schedule``."""
    rows: list[Row] = []
    if not report.calendars and not report.data.events:
        rows.append(note(_free_until(report, view), indent=2, keep=7))
        rows.append(command_row("cmday init", _("take over calendars and set your hours"), view))
    elif not view.compact and view.width >= _LINE_WIDTH and report.days == 1:
        rows += day_rows(report, view)
    rows += _events(report, view)
    rows += _warnings(report, view)
    if not report.data.events and report.calendars:
        rows.insert(0, note(_("No appointment today."), indent=2, keep=7))
    if not (view.compact and not view.alone) and (coming := _coming(report, view)):
        rows += [note(text, indent=2, keep=4) for text in (coming if view.alone else [view.join(*coming)])]
    return Block(
        title=_("SCHEDULE"),
        command="cmday schedule",
        subtitle=_days(report, view),
        summary=_summary(report, view, _("{planned} planned of {free} free")),
        brief=_summary(report, view, _("{planned} of {free}")),
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


def _summary(report: ScheduleReport, view: View, load: str) -> str:
    stale = _("calendars of {time}").format(time=view.when(report.stale_since)) if report.stale_since else None
    if not report.calendars and not report.data.events and not report.planned:
        return _("no calendar")
    minutes = report.data.load
    # To five minutes: what is left of today shrinks while one reads.
    free = view.duration(5 * round(minutes.free_minutes / 5))
    if minutes.planned_minutes:
        said = load.format(planned=view.duration(minutes.planned_minutes), free=free)
    else:
        said = _("{free} free").format(free=free) if minutes.free_minutes else _("no working hours today")
    return view.join(said, stale)


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
        for clash in report.data.conflicts[:2]
    ]
    rows += trouble_rows(report.errors, view)
    if unread := len(report.data.unreadable):
        names = ", ".join(sorted({row.calendar for row in report.data.unreadable}))
        text = ngettext("{n} event could not be read ({calendar})", "{n} events could not be read ({calendar})", unread)
        rows.append(_warning(text.format(n=unread, calendar=names)))
    return rows


def _warning(text: str) -> Row:
    return Row(cells=(Cell(text="!", style="bold red"), Cell(text=text, flex=True, gap=1)), keep=8)


def _coming(report: ScheduleReport, view: View) -> list[str]:
    """``Wed 11 holiday``, ``Fri 6 20:00 sss Concert, in 4 days``: what approaches, the nearest first."""
    said: list[tuple[date, str]] = [
        (date.fromisoformat(day), f"{wording.day_of_month(date.fromisoformat(day), view.language)} {name}")
        for day, name in report.holidays.items()
    ]
    said += [(view.local(event.start).date(), _ahead(event, view)) for event in report.coming[:_COMING]]
    said += [(view.local(line.due).date(), _deadline(line, report, view)) for line in report.data.deadlines[:_COMING]]
    return [text for _day, text in sorted(said, key=lambda pair: pair[0])]


def _ahead(event: EventRow | Event, view: View) -> str:
    start = view.local(event.start)
    day = wording.day_of_month(start, view.language)
    parts = [day, "" if event.all_day else view.time(start), event.community or "", safe(event.title, 40)]
    days = (start.date() - view.now.date()).days
    text = " ".join(part for part in parts if part)
    if days <= 0:
        return text
    return f"{text}, {_('tomorrow') if days == 1 else _('in {n} days').format(n=days)}"


def _deadline(line: Deadline, report: ScheduleReport, view: View) -> str:
    due = _("due {day}: {title}").format(day=_moment(line.due, report, view), title=safe(line.title, 40))
    if line.latest_safe_start and line.latest_safe_start.date() <= view.now.date():
        due += " " + _("(begin before {time})").format(time=_moment(line.latest_safe_start, report, view))
    return due


def _moment(moment: datetime, report: ScheduleReport, view: View) -> str:
    """A time of today alone would be read as one of the day that is shown."""
    if report.day == view.now.date():
        return view.when(moment)
    return f"{wording.day_of_month(view.local(moment), view.language)} {view.time(moment)}"
