"""Crises: a community that turns, or that somebody says does, from the alarm to the report. The words are ours.

A *grievance* is an item that is negative by its words or flagged by a rule or a report. An *alarm* is raised by their
count; a crisis is ``open`` once somebody has it in hand. What it holds back is *frozen*.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

CrisisBy = Literal["alarm", "hand"]
CrisisState = Literal["alarm", "open", "over"]
# What a line of the log tells of.
LineKind = Literal["alarm", "start", "note", "check", "uncheck", "held", "released", "taken", "there", "end"]
ScheduledState = Literal["there", "taking", "taken", "back"]


class Crisis(msgspec.Struct, frozen=True, kw_only=True):
    """One crisis of a community. ``count``, ``authors``, ``mean`` and ``sigma`` are those that raised the alarm."""

    number: int
    community: str
    by: CrisisBy
    state: CrisisState
    began: datetime
    first_word_due: datetime
    ended: datetime | None = None
    speaker: str | None = None
    count: int | None = None
    authors: int | None = None
    mean: float | None = None
    sigma: float | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a crisis's log; ``point`` is the point of the checklist that it is about."""

    at: datetime
    who: str
    kind: LineKind
    text: str
    point: int | None = None


class Freeze(msgspec.Struct, frozen=True, kw_only=True):
    """Things of the outbox held back together for one reason, by a crisis or by hand."""

    number: int
    crisis: int | None
    why: str
    began: datetime
    ended: datetime | None = None


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A post that waits on a server for its time, as its connector reads it.

    ``native`` is the network's id, ``whole`` tells that all of it is in ``text``: then it can be put back after it was
    taken off. ``returns`` tells that the server itself keeps it when it is taken off.
    """

    native: str
    at: datetime | None
    text: str
    whole: bool = True
    returns: bool = False
    visibility: str | None = None
    language: str | None = None


class Scheduled(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a post that waited on a server; ``why`` says in English why it cannot be taken off from here.

    ``outbox`` is our copy of it; ``returns``, ``visibility`` and ``language`` are as ``Waiting`` has them.
    """

    number: int
    crisis: int
    account: str
    native: str
    at: datetime | None
    text: str
    state: ScheduledState
    why: str | None = None
    outbox: str | None = None
    returns: bool = False
    visibility: str | None = None
    language: str | None = None
