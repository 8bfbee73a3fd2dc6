"""``cmday plan why`` on the screen: the place and its traffic, then the next-best places and what blocks each."""

from __future__ import annotations

from datetime import datetime

from cmday.core.operations import Level
from cmday.i18n import Phrase, _
from cmday.steps.planning.report import ChoiceRow, WhyReport
from cmday.steps.planning.traffic_words import percent
from cmday.terminal import wording
from cmday.terminal.block import Block, Cell, Row, sentence, space
from cmday.terminal.view import View

NEWS = 0.1


def draw(report: WhyReport, view: View) -> Block:
    """A sentence on the place, the dates of the operation, then one line a place that it does not have."""
    data, one = report.data, report.data.operation
    rows: list[Row] = []
    for text in _sentences(report, view):
        rows += sentence(text, view)
    if data.choices:
        rows += [space(), *sentence(_("Else it would suit best at:"), view)]
        rows += [_choice(choice, texts, view) for choice, texts in zip(data.choices, report.blocked, strict=True)]
    return Block(
        title=f"{one.handle} {one.title}",
        command=f"{one.handle} {one.title}",
        summary=view.join(one.community, view.duration(one.minutes), one.kind if one.kind != "work" else None),
        brief=view.duration(one.minutes),
        rows=tuple(rows),
    )


def _sentences(report: WhyReport, view: View) -> list[str]:
    data, said, one = report.data, report.said, report.data.operation
    told: list[str] = []
    if data.start and data.end:
        span = f"{_moment(data.start, view)}-{view.time(data.end)}"
        told.append(view.join(span, _traffic(data.level, data.traffic, view), str(said.why) if said.why else None))
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


def _choice(choice: ChoiceRow, texts: tuple[Phrase, ...], view: View) -> Row:
    reasons = view.join(*dict.fromkeys(str(text) for text in texts)) or _("free")
    return Row(
        cells=(
            Cell(text=f"{_moment(choice.start, view)}-{view.time(choice.end)}"),
            Cell(text=_traffic(choice.level, choice.traffic, view)),
            Cell(text=reasons, flex=True),
        ),
        group="choices",
        indent=4,
        item=True,
    )


def _traffic(level: Level | None, traffic: float | None, view: View) -> str:
    if level is None:
        return ""
    word = {"quiet": _("quiet"), "normal": _("usual traffic"), "peak": _("peak")}[level]
    return word if traffic is None else f"{word} {percent(traffic, view)}"


def _moment(moment: datetime, view: View) -> str:
    local = view.local(moment)
    return f"{wording.day_of_month(local.date(), view.language)} {view.time(local)}"
