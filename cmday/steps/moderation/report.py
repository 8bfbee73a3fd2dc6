"""What needs a decision: the JSON shape, and what only the screen needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from cmday.core.cases import CaseState
from cmday.steps.protocol import Report

NAME: Final = "moderation"
LETTER: Final = "m"


class CaseRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One line of ``data.cases[]``.

    ``elsewhere`` says that it was dealt with outside cmday, and by whom; ``claimed_by`` is who has it in hand,
    there or by ``assign`` here. ``held``: its network shows it to nobody until somebody decides. ``joined`` is when
    its author came. ``waits`` is the action that was decided on and waits in the outbox to be sent.
    """

    id: str
    handle: str
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
    decided_at: datetime | None
    elsewhere: str | None
    claimed_by: str | None
    held: bool
    appeal: bool
    edited: datetime | None
    labels: tuple[str, ...]
    joined: datetime | None
    waits: str | None


class ModerationData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday moderate --json``."""

    cases: tuple[CaseRow, ...]


class ModerationReport(Report[ModerationData], kw_only=True):
    """The queue as the screen shows it; ``rules`` counts the rules in force, ``hidden`` what is not among the cases.

    ``elsewhere`` are cases that others dealt with today. ``before`` counts, by case, the measures that were taken
    against its author before, and stand.
    """

    rules: int
    accounts: int
    hidden: int = 0
    elsewhere: tuple[CaseRow, ...] = ()
    before: Mapping[str, int] = msgspec.field(default_factory=dict)
