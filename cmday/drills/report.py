"""What drills tell programs: ``data`` of ``cmday drill`` and its commands with ``--json``. Sentences are English."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from cmday.drills.checks import Checked
from cmday.drills.scenario import Role

PartName = Literal["detection", "first-reply", "removals", "missed", "tone", "client"]


class ScenarioRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``scenarios[]``; ``minutes`` is how long it lasts on its own clock."""

    name: str
    title: str
    language: str
    minutes: int
    own: bool


class ComeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``new[]``: what came since somebody looked last."""

    at: datetime
    author: str
    text: str
    queued: bool


class DrillData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday drill``, ``drill start`` and ``drill next``.

    What is of the running drill is null where none runs. ``now`` is the scenario's own moment; ``left`` counts the
    messages that are still to come, ``over`` tells that its time has passed. ``speed`` 0 goes by steps.
    """

    running: str | None
    title: str | None
    language: str | None
    brief: str | None
    now: datetime | None
    until: datetime | None
    speed: float | None
    left: int | None
    over: bool | None
    home: str | None
    new: tuple[ComeRow, ...]
    scenarios: tuple[ScenarioRow, ...]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``parts[]``: so many points of so many, why, and what a good answer would have had."""

    name: PartName
    points: int
    most: int
    reasons: tuple[str, ...]
    good: str


class JudgedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``wrong[]`` (taken away, and should have stayed) or ``missed[]``; ``action`` is what was done, if any."""

    author: str
    text: str
    role: Role
    action: str | None


class ReplyRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``replies[]``: what was sent, held to the checklist."""

    to: str | None
    at: datetime
    text: str
    checks: tuple[Checked, ...]


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a drill to compare with: seconds of the scenario, and counts; nobody's words."""

    detected: int | None
    replied: int | None
    told: int | None
    replies: int
    wrong: int
    missed: int
    tone: int | None


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``runs[]``: a drill as it went."""

    at: datetime
    language: str
    points: int
    most: int
    measures: Measures


class ScoreData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``drill end``; ``before`` is the last time that this scenario was played."""

    scenario: str
    title: str
    language: str
    began: datetime
    ended: datetime
    points: int
    most: int
    parts: tuple[Part, ...]
    wrong: tuple[JudgedRow, ...]
    missed: tuple[JudgedRow, ...]
    replies: tuple[ReplyRow, ...]
    measures: Measures
    before: RunRow | None


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``scenarios[]`` of ``drill report``: all times, the newest first; ``change`` is in points of a hundred.

    It is null after the first time.
    """

    name: str
    title: str
    runs: tuple[RunRow, ...]
    change: int | None


class SittingRun(msgspec.Struct, frozen=True, kw_only=True):
    """How an answer to a single message did: so many points of the checklist of so many."""

    at: datetime
    language: str
    passed: int
    asked: int


class SittingCompared(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``replies[]`` of ``drill report``, the newest time first."""

    name: str
    title: str
    runs: tuple[SittingRun, ...]


class ReportData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``drill report``."""

    scenarios: tuple[Compared, ...]
    replies: tuple[SittingCompared, ...]


class SittingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``messages[]`` of ``drill reply``: ``number`` is what ``--message`` takes."""

    number: int
    name: str
    title: str
    who: str
    situation: str
    text: str
    asks: tuple[str, ...]


class AnswerData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``drill reply``.

    Without an answer ``messages`` are those that can be answered, and the rest is null or empty.
    """

    messages: tuple[SittingRow, ...]
    message: SittingRow | None
    text: str | None
    checks: tuple[Checked, ...]
    passed: int | None
    asked: int | None
    good: str | None
    before: SittingRun | None
