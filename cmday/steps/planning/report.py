"""Operations and the off-peak windows they go into: the JSON shape, and what only the screen needs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from cmday.core.communities import Span
from cmday.core.operations import Basis, Level, OpenHours, OperationState, Wants
from cmday.hours.placement import BlockedBy
from cmday.i18n import Phrase
from cmday.steps.planning.hanging import Followed
from cmday.steps.protocol import Report


class WindowRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``data.windows[]``; ``traffic`` 1.0 is usual, None where only hours are configured."""

    community: str
    start: datetime
    end: datetime
    level: Level
    traffic: float | None
    confidence: float | None
    basis: Basis


class PlacementRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``data.placements[]``; ``operation`` is its stable id, ``why`` one English sentence."""

    operation: str
    handle: str
    title: str
    community: str | None
    start: datetime
    end: datetime
    wants: Wants
    traffic: float | None
    why: str


class UnplacedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``data.unplaced[]``."""

    operation: str
    title: str
    reason: str
    fixes: tuple[str, ...]


class ChangeRow(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """One line of ``data.changes[]``: ``from`` and ``to`` are starts, None for not placed."""

    operation: str
    from_: datetime | None
    to: datetime | None
    why: str


class PlanData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday plan --json``."""

    windows: tuple[WindowRow, ...]
    placements: tuple[PlacementRow, ...]
    unplaced: tuple[UnplacedRow, ...]
    changes: tuple[ChangeRow, ...]


PostState = Literal["none", "missing", "waiting", "held"]


class PlacedLine(msgspec.Struct, frozen=True, kw_only=True):
    """What the screen adds to an operation: its deadline, latest safe start, state and level of traffic.

    ``post`` tells of an announcement whether its text is written; ``held`` is one that waits for a person's word.
    """

    operation: str
    due: datetime | None
    latest_safe_start: datetime | None
    state: OperationState
    level: Level
    minutes: int = 0
    presence: bool = True
    locked: bool = False
    post: PostState = "none"


class LaterLine(msgspec.Struct, frozen=True, kw_only=True):
    """An operation whose time begins behind the weeks that are laid out; ``begins`` is when, where that is known."""

    handle: str
    operation: str
    begins: datetime | None


class DayEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event of a day as the picture names it."""

    start: datetime
    title: str


class DueMark(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline that lies on a day."""

    at: datetime
    handle: str


class DayLine(msgspec.Struct, frozen=True, kw_only=True):
    """A day of the picture. Spans are minutes of its own clock; ``holiday`` names a day on which nobody works."""

    day: date
    working: tuple[tuple[int, int], ...]
    taken: tuple[tuple[int, int], ...]
    events: tuple[DayEvent, ...]
    due: tuple[DueMark, ...]
    holiday: str | None = None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """The sentences of an operation as phrases, for the screen: why it is there, or nowhere, and what would help.

    ``help`` has all ``fixes`` in one sentence; ``instead`` is what was not taken, ``warning`` what is wrong with it.
    """

    why: Phrase | None = None
    change: Phrase | None = None
    reason: Phrase | None = None
    fixes: tuple[Phrase, ...] = ()
    help: Phrase | None = None
    instead: Phrase | None = None
    warning: Phrase | None = None


class OperationRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``data.operations[]`` of ``cmday plan list --json``; ``start`` is None where it has no place.

    ``after`` are the ids of what it waits for, ``event`` the title of the event that it hangs on, ``series`` the id
    that the operations of one series share; ``ratio`` is how many times as long as planned things of its kind take.
    """

    id: str
    handle: str
    title: str
    community: str | None
    minutes: int
    spent_minutes: int
    wants: Wants
    due: datetime | None
    not_before: datetime | None
    start: datetime | None
    priority: int
    state: OperationState
    kind: str
    after: tuple[str, ...]
    gap_minutes: int
    buffer_minutes: int
    hours: OpenHours
    presence: bool
    locked: bool
    every_days: float | None
    event: str | None
    offset: str | None
    series: str | None
    ratio: float | None


class OperationsData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday plan list --json``."""

    operations: tuple[OperationRow, ...]


class BlockerRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``blocked_by[]``: ``operation`` is the id of the operation in the way, ``text`` says it."""

    kind: BlockedBy
    title: str | None
    operation: str | None
    text: str


class ChoiceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``data.choices[]``: another place, and what keeps the operation from it; nothing: it is free."""

    start: datetime
    end: datetime
    level: Level
    traffic: float | None
    blocked_by: tuple[BlockerRow, ...]


class WhyData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday plan why --json``: an operation, its place with its traffic, and the next-best places."""

    operation: OperationRow
    start: datetime | None
    end: datetime | None
    level: Level | None
    traffic: float | None
    basis: Basis
    why: str
    fixes: tuple[str, ...]
    latest_safe_start: datetime | None
    choices: tuple[ChoiceRow, ...]


class WhyReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the screen needs beside it: sentences in its language, and how the operation itself is told."""

    data: WhyData
    said: Said
    blocked: tuple[tuple[Phrase, ...], ...]


class PlanReport(Report[PlanData], kw_only=True):
    """The plan as the screen shows it; minutes count working time up to ``until``.

    ``said``, ``titles`` and ``handles`` are by operation, also for those without a place. ``supposed`` are the quiet
    spans of a working day that are only supposed, empty where every community has its own. ``followed`` are the
    operations whose event moved or is gone. ``days`` are the weeks as the picture shows them; ``replanned`` is true
    where the plan was asked for anew, because the day derailed.
    """

    lines: dict[str, PlacedLine]
    until: datetime
    planned_minutes: int
    free_minutes: int
    done_today: int = 0
    said: dict[str, Said] = msgspec.field(default_factory=dict)
    titles: dict[str, str] = msgspec.field(default_factory=dict)
    handles: dict[str, str] = msgspec.field(default_factory=dict)
    supposed: tuple[Span, ...] = ()
    followed: tuple[Followed, ...] = ()
    communities: dict[str, str | None] = msgspec.field(default_factory=dict)
    days: tuple[DayLine, ...] = ()
    later: tuple[LaterLine, ...] = ()
    replanned: bool = False
