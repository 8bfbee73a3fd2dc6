"""Cases: our word for one thing that wants a moderator's decision, with all reports and rule hits on it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

CaseState = Literal["open", "approved", "resolved"]
RuleMode = Literal["observe", "suggest", "act"]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to decide on. ``id`` is stable and derived from the thing; ``reasons`` are English sentences."""

    id: str
    account: str
    network: str
    community: str | None
    author: str
    author_handle: str
    text: str
    url: str | None
    reasons: tuple[str, ...]
    rules: tuple[str, ...]
    reports: int
    priority: int
    opened_at: datetime
    state: CaseState
    item: str | None = None
    decided_at: datetime | None = None
