"""``cmday plan why`` on the screen: the place and its traffic, then the next-best places and what blocks each."""

from __future__ import annotations

from datetime import datetime

from cmday.core.operations import Level
from cmday.i18n import _
from cmday.steps.planning.kind_words import kind_word
from cmday.steps.planning.report import WhyReport
from cmday.steps.planning.traffic_words import percent
from cmday.terminal import wording
from cmday.terminal.block import Block, Cell, Row, sentence, space
from cmday.terminal.view import View
from cmday.text.cells import width, wrap
from cmday.text.safe_text import safe

NEWS = 0.1
_INDENT = 4
_LEAST = 20


def draw(report: WhyReport, view: View) -> Block:
    """A sentence on the place, the dates of the operation, then one line a place that it does not have."""
    data, one = report.data, report.data.operation
    rows: list[Row] = []
    for text in _sentences(report, view):
        rows += sentence(text, view)
    if data.choices:
        rows += [space(), *sentence(_("Else it would suit best at:"), view)]
        rows += _choices(report, view)
    return Block(
        title=f"{one.handle} {one.title}",
        command=f"{one.handle} {one.title}",
        summary=view.join(
            one.community, view.duration(one.minutes), kind_word(one.kind) if one.kind != "work" else None
        ),
        brief=view.duration(one.minutes),
        rows=tuple(rows),
    )


def _sentences(report: WhyReport, view: View) -> list[str]:
    data, said, one = report.data, report.said, report.data.operation
    told: list[str] = []
    if data.start and data.end:
        span = f"{_moment(data.start, view)}-{view.time(data.end)}"
        argued = data.traffic is not None and data.level == one.wants  # then the reason has the figure
        traffic = (
            None if argued and one.state == "open" and not one.locked else _traffic(data.level, data.traffic, view)
        )
        told.append(view.join(span, traffic, str(said.why) if said.why else None))
    elif said.reason:
        told.append(_("no place: {reason}").format(reason=said.reason))
    else:
        told.append(data.why)
    told += [str(text) for text in (said.help, said.warning) if text]
    if one.due:
        due = _("due {day}").format(day=_moment(one.due, view))
        if data.latest_safe_start:
            due += ", " + _("begin before {time}").format(time=_moment(data.latest_safe_start, view))
        told.append(due)
    if data.basis == "configured" and one.community and one.wants != "any":
        told.append(
            _("the traffic of {community} is not measured yet, its hours are configured or supposed").format(
                community=one.community
            )
        )
    elif data.basis == "weak":
        told.append(_("measured from few people so far: cmday plan quiet says how sure that is"))
    if one.ratio is not None and abs(one.ratio - 1) > NEWS:
        told.append(took(one.ratio, one.minutes, view))
    return told


def took(ratio: float, minutes: int, view: View) -> str:
    """How long things of this kind really take."""
    return _("you take {ratio} {times} what you plan for its kind: {length}").format(
        ratio=view.number(ratio, 1), times=view.glyphs.times, length=view.duration(round(minutes * ratio))
    )


def _choices(report: WhyReport, view: View) -> list[Row]:
    """One line a place, its reasons whole, in as many lines as they take."""
    choices = report.data.choices
    places = [f"{_moment(one.start, view)}-{view.time(one.end)}" for one in choices]
    levels = [_traffic(one.level, one.traffic, view) for one in choices]
    first, second = max(map(width, places)), max(map(width, levels))
    beside = view.width - _INDENT - first - second - 4
    rows: list[Row] = []
    for place, level, texts in zip(places, levels, report.blocked, strict=True):
        reasons = view.join(*dict.fromkeys(safe(str(text)) for text in texts)) or _("free")
        head = (Cell(text=place), Cell(text=level))
        if beside < _LEAST:
            rows += [Row(cells=head, indent=_INDENT, item=True), *_under(wrap(reasons, view.width - 6), 6)]
            continue
        line, *more = wrap(reasons, beside)
        rows += [
            Row(cells=(*head, Cell(text=line, flex=True)), group="choices", indent=_INDENT, item=True),
            *_under(more, view.width - beside),
        ]
    return rows


def _under(lines: list[str], indent: int) -> list[Row]:
    return [Row(cells=(Cell(text=line),), indent=indent, follows=True) for line in lines]


def _traffic(level: Level | None, traffic: float | None, view: View) -> str:
    if level is None:
        return ""
    word = {"quiet": _("quiet"), "normal": _("usual traffic"), "peak": _("peak")}[level]
    return word if traffic is None else f"{word} {percent(traffic, view)}"


def _moment(moment: datetime, view: View) -> str:
    local = view.local(moment)
    return f"{wording.day_ahead(local.date(), view.now.date(), view.language)} {view.time(local)}"
