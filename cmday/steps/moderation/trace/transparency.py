"""A month of decisions in figures, without names: what was done, on what grounds, how fast, what was taken back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from statistics import median
from typing import Final

import msgspec

from cmday.core.cases import INVERSE, Action, Case
from cmday.core.decisions import Decision
from cmday.core.time import day_bounds
from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.storage import audit, cases, decisions

_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
# What is done around a decision or takes one back, and is none itself.
_BESIDE: Final[frozenset[Action]] = frozenset(
    {"note", "reply", "assign", *(inverse for inverse in INVERSE.values() if inverse != "approve")}
)
_REPORTS: Final = "reports"
_QUEUE: Final = "queue"
_BY_HAND: Final = "by hand"
_MINUTE: Final = 60


class ActionRow(msgspec.Struct, frozen=True, kw_only=True):
    """How often an action was taken, how often by a rule alone, and how often it was taken back since."""

    action: Action
    count: int
    automatic: int
    reversed: int
    median_minutes: int | None


class GroundRow(msgspec.Struct, frozen=True, kw_only=True):
    """How many decisions had this ground: ``rule NAME``, ``reports``, ``queue`` (a platform's own), ``by hand``.

    A decision may have several.
    """

    ground: str
    count: int


class CommunityRow(msgspec.Struct, frozen=True, kw_only=True):
    """How many decisions concerned a community; None for those without one."""

    community: str | None
    count: int


class AppealFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Appeals against the decisions of the month: granted ones were taken back, upheld ones read again and kept."""

    received: int
    granted: int
    upheld: int
    open: int


class TransparencyData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday moderate transparency --json``.

    ``decisions`` counts what decides: no notes, replies, assignments, and nothing that takes one back. ``reversals``
    are those that were taken back by the time of the report. ``median_minutes`` is from when a case was opened to the
    first decision on it. ``automatic_share`` is 0 to 1, None without decisions. ``last_hash`` stands for the whole log.
    """

    month: str
    communities: tuple[str, ...]
    made_at: datetime
    cases: int
    decisions: int
    automatic: int
    automatic_share: float | None
    reversals: int
    median_minutes: int | None
    actions: tuple[ActionRow, ...]
    grounds: tuple[GroundRow, ...]
    by_community: tuple[CommunityRow, ...]
    appeals: AppealFigures
    records: int
    last_hash: str


def of_month(session: Session, month: str | None) -> TransparencyData:
    """The figures of a month (``2026-10``; None: the one before this), for the communities in focus or for all.

    Raises ``WrongUse`` for what is no month, and for one to come.
    """
    first = _first_day(month, session.clock.today())
    start, end = _bounds(first, session)
    db = session.database
    taken = [
        one
        for one in decisions.since(db, start)
        if one.at < end and (not session.communities or one.community in session.communities)
    ]
    deciding = [one for one in taken if one.action not in _BESIDE]
    automatic = sum(one.automatic for one in deciding)
    return TransparencyData(
        month=f"{first:%Y-%m}",
        communities=session.communities,
        made_at=session.clock.now(),
        cases=len({one.case for one in deciding}),
        decisions=len(deciding),
        automatic=automatic,
        automatic_share=round(automatic / len(deciding), 4) if deciding else None,
        reversals=sum(one.reversed_at is not None for one in deciding),
        median_minutes=_median(_firsts(deciding)),
        actions=_actions(taken),
        grounds=_grounds(deciding, cases.cases(db, {one.case for one in deciding})),
        by_community=_communities(deciding),
        appeals=_appeals(deciding),
        records=audit.count(db),
        last_hash=audit.last_hash(db),
    )


def _first_day(month: str | None, today: date) -> date:
    if month is None:
        return (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    found = _MONTH.fullmatch(month.strip())
    try:
        first = date(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        first = None
    if first is None:
        raise WrongUse(phrase('"{text}" is no month', text=month[:20]), phrase("write it like 2026-10"))
    if first > today:
        raise WrongUse(phrase("{month} is still to come", month=month), phrase("name a month that has begun"))
    return first


def _bounds(first: date, session: Session) -> tuple[datetime, datetime]:
    start, _ = day_bounds(first, session.clock.zone)
    after = (first + timedelta(days=31)).replace(day=1)
    end, _ = day_bounds(after, session.clock.zone)
    return start, end


def _firsts(taken: Iterable[Decision]) -> list[Decision]:
    """The first decision on each case."""
    found: dict[str, Decision] = {}
    for one in taken:
        found.setdefault(one.case, one)
    return list(found.values())


def _median(taken: Sequence[Decision]) -> int | None:
    waits = [max(0.0, (one.at - one.reported_at).total_seconds()) for one in taken]
    return round(median(waits) / _MINUTE) if waits else None


def _actions(taken: Sequence[Decision]) -> tuple[ActionRow, ...]:
    by: dict[Action, list[Decision]] = {}
    for one in taken:
        by.setdefault(one.action, []).append(one)
    return tuple(
        ActionRow(
            action=action,
            count=len(some),
            automatic=sum(one.automatic for one in some),
            reversed=sum(one.reversed_at is not None for one in some),
            median_minutes=_median(some),
        )
        for action, some in sorted(by.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    )


def _grounds(taken: Iterable[Decision], known: dict[str, Case]) -> tuple[GroundRow, ...]:
    counted = Counter(ground for one in taken for ground in _grounds_of(one, known.get(one.case)))
    return tuple(
        GroundRow(ground=ground, count=count)
        for ground, count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    )


def _grounds_of(one: Decision, case: Case | None) -> list[str]:
    found = [f"rule {name}" for name in one.rules]
    if case and case.reports:
        found.append(_REPORTS)
    elif case and (case.held or case.place):
        found.append(_QUEUE)
    return found or [_BY_HAND]


def _communities(taken: Iterable[Decision]) -> tuple[CommunityRow, ...]:
    counted = Counter(one.community for one in taken)
    return tuple(
        CommunityRow(community=community, count=count)
        for community, count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0] or ""))
    )


def _appeals(taken: Iterable[Decision]) -> AppealFigures:
    appealed = [one for one in taken if one.appealed]
    granted = sum(one.reversed_at is not None for one in appealed)
    upheld = sum(one.reversed_at is None and one.reviewed_at is not None for one in appealed)
    return AppealFigures(received=len(appealed), granted=granted, upheld=upheld, open=len(appealed) - granted - upheld)
