"""What to do next, from what the steps found: the most pressing first, each with the command to type."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.core.items import WANT_ANSWER
from cmday.i18n import Phrase, phrase
from cmday.session import Session
from cmday.steps.moderation.report import ModerationReport
from cmday.steps.news.report import FeedsReport
from cmday.steps.notifications.report import InboxReport, ItemRow
from cmday.steps.planning.report import PlanReport
from cmday.steps.protocol import Report

_MOST: Final = 3
_ANSWER_MINUTES: Final = 3
_DECISION_MINUTES: Final = 2


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do next."""

    text: Phrase
    command: str


def next_steps(reports: Iterable[Report[Any]], now: datetime, *, written: int = 0) -> list[Step]:
    """At most three things to do next; none where nothing waits. ``written`` counts what waits to be sent."""
    advised: list[Step] = _send(written)
    for report in reports:
        if isinstance(report, InboxReport):
            advised += _answer(report, now)
        elif isinstance(report, ModerationReport):
            advised += _decide(report)
        elif isinstance(report, FeedsReport):
            advised += _read(report)
        elif isinstance(report, PlanReport):
            advised += _place(report)
    order = ("cmday send", "cmday inbox", "cmday moderate", "cmday plan", "cmday feeds")
    return sorted(advised, key=lambda step: order.index(" ".join(step.command.split()[:2])))[:_MOST]


def minutes_needed(reports: Iterable[Report[Any]]) -> int:
    """A guess at how long all that waits takes, in steps of five minutes; 0 where nothing waits."""
    minutes = 0
    for report in reports:
        if isinstance(report, InboxReport):
            minutes += report.want_answer * _ANSWER_MINUTES
        elif isinstance(report, ModerationReport):
            minutes += report.waiting * _DECISION_MINUTES
        elif isinstance(report, FeedsReport):
            minutes += report.data.minutes
    return -(-minutes // 5) * 5


def written_and_not_sent(session: Session) -> int:
    """How much of what was written would go out now."""
    from cmday.outbox import queue

    return len(queue.ready(session))


def _send(n: int) -> list[Step]:
    if not n:
        return []
    text = phrase("one thing written has not left") if n == 1 else phrase("{n} things written have not left", n=n)
    return [Step(command="cmday send", text=text)]


def _answer(report: InboxReport, now: datetime) -> list[Step]:
    waiting = (item for item in report.data.items if item.kind in WANT_ANSWER and item.state in {"new", "seen"})
    items = [item for item in waiting if item.id not in report.answered]
    if not items:
        return []
    first = min(items, key=lambda item: (item.answer_by is None, item.answer_by or item.at))
    return [Step(command=f"cmday inbox read {first.handle}", text=_pressing(first, report, now))]


def _pressing(item: ItemRow, report: InboxReport, now: datetime) -> Phrase:
    author = item.author or item.author_handle
    if item.id in report.late:
        return phrase("{author} waits longer than you promised", author=author)
    if item.answer_by and item.answer_by.date() == now.date():
        time = f"{item.answer_by.astimezone(now.tzinfo):%H:%M}"
        return phrase("{author}, before {time}, the most pressing", author=author, time=time)
    return phrase("{author}, the most pressing", author=author)


def _decide(report: ModerationReport) -> list[Step]:
    n = max(report.waiting, len(report.data.cases))
    if not n:
        return []
    text = phrase("one decision") if n == 1 else phrase("{n} decisions", n=n)
    return [Step(command="cmday moderate", text=text)]


def _read(report: FeedsReport) -> list[Step]:
    rest = report.data.unread - len(report.data.stories)
    if rest <= 0 or not report.data.stories:
        return []
    handle = report.data.stories[0].handle
    return [
        Step(command=f"cmday feeds show {handle}", text=phrase("the news, {minutes} min", minutes=report.data.minutes))
    ]


def _place(report: PlanReport) -> list[Step]:
    if n := len(report.data.unplaced):
        text = phrase("one operation has no place") if n == 1 else phrase("{n} operations have no place", n=n)
        return [Step(command="cmday plan", text=text)]
    if report.data.changes:
        return [Step(command="cmday plan", text=phrase("the plan has something to move"))]
    return []
