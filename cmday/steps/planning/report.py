"""Operations and the off-peak windows they go into: the JSON shape, and what only the screen needs."""

from __future__ import annotations

from datetime import datetime

import msgspec

from cmday.core.communities import Span
from cmday.core.operations import Basis, Level, OperationState, Wants
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


class PlacedLine(msgspec.Struct, frozen=True, kw_only=True):
    """What the screen adds to a placement: its deadline, latest safe start, state and level of traffic."""

    operation: str
    due: datetime | None
    latest_safe_start: datetime | None
    state: OperationState
    level: Level


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """The sentences of an operation as phrases, for the screen: why it is there, or nowhere, and what would help."""

    why: Phrase | None = None
    change: Phrase | None = None
    reason: Phrase | None = None
    fixes: tuple[Phrase, ...] = ()


class OperationRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``data.operations[]`` of ``cmday plan list --json``; ``start`` is None where it has no place."""

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


class OperationsData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday plan list --json``."""

    operations: tuple[OperationRow, ...]


class PlanReport(Report[PlanData], kw_only=True):
    """The plan as the screen shows it; minutes count working time up to ``until``.

    ``said``, ``titles`` and ``handles`` are by operation, also for those without a place. ``supposed`` are the quiet
    spans of a working day that are only supposed, empty where every community has its own. ``followed`` are the
    operations whose event moved or is gone.
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
