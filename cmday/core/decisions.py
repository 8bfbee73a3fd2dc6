"""Decisions: what was done about a case, by whom and why; what rules, learning and the trace go by."""

from __future__ import annotations

from datetime import datetime

import msgspec

from cmday.core.cases import Action


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One action taken on one case. ``why`` is the person's own reason, told to those it concerns.

    ``text`` is the thing as it was when it was decided on, and ``rules`` those that had hit it. ``outbox`` is the item
    that carries it out (None: it stays on this machine). ``automatic`` tells that a rule of mode ``act`` took it.
    ``reported_at`` is when the case was opened. ``reversed_at`` is when it was taken back, ``appealed`` whether its
    author asked for that. ``reviewed_at``: when an appeal was read again, whatever came of it.
    """

    id: str
    case: str
    account: str
    network: str
    community: str | None
    author: str
    author_handle: str
    author_id: str | None
    text: str
    action: Action
    why: str
    at: datetime
    who: str
    reported_at: datetime
    rules: tuple[str, ...] = ()
    automatic: bool = False
    outbox: str | None = None
    reversed_at: datetime | None = None
    appealed: bool = False
    reviewed_at: datetime | None = None
