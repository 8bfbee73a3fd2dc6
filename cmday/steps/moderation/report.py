"""What needs a decision: the JSON shape, and what only the screen needs."""

from __future__ import annotations

from datetime import datetime

import msgspec

from cmday.core.cases import CaseState
from cmday.steps.protocol import Report


class CaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``data.cases[]``."""

    id: str
    handle: str
    account: str
    network: str
    community: str | None
    author: str
    text: str
    url: str | None
    reasons: tuple[str, ...]
    rules: tuple[str, ...]
    reports: int
    priority: int
    opened_at: datetime
    state: CaseState


class ModerationData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday moderate --json``."""

    cases: tuple[CaseRow, ...]


class ModerationReport(Report[ModerationData], kw_only=True):
    """The queue as the screen shows it; ``rules`` counts the rules in force."""

    rules: int
    accounts: int
