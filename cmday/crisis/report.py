"""What is known of a crisis, as plain data: ``data.crisis`` of ``cmday start --json``, and of ``cmday crisis``."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from cmday.core.crises import CrisisBy, CrisisState, LineKind

FrozenKind = Literal["post", "reply", "action", "operation", "server"]


class HourRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``curve[]``, a week and the last hour, oldest first; ``end`` is in it, ``start`` is not."""

    start: datetime
    end: datetime
    count: int


class FirstRow(msgspec.Struct, frozen=True, kw_only=True):
    """``first``: the item with which it began."""

    id: str
    handle: str
    author: str
    author_handle: str
    text: str
    url: str | None
    at: datetime


class VoiceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``voices[]``: somebody who speaks much, or is heard by many, or a regular who defends.

    ``shares`` counts how often their words were shared, None where the network does not tell.
    """

    author: str
    author_handle: str
    network: str
    count: int
    shares: int | None
    regular: bool
    new: bool
    defends: bool


class PhraseRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``phrases[]``: what many say, and in how many items."""

    text: str
    count: int


class FrozenRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``frozen[]``. ``state`` is that of the outbox or the plan; of what waits on a server: there, taken...

    ``why`` says in English what keeps it, or why it could not be kept.
    """

    id: str
    handle: str | None
    kind: FrozenKind
    account: str | None
    due: datetime | None
    text: str
    state: str
    why: str | None


class PointRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``checklist[]``: what is to be done, in the words of the person's language; ``by`` when."""

    number: int
    text: str
    done_at: datetime | None
    by: datetime | None
    said: str | None


class LineRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``log[]``, oldest first."""

    at: datetime
    who: str
    kind: LineKind
    point: int | None
    text: str


class AnswerRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``answers[]``: what was said since it began, in the community's name."""

    at: datetime
    account: str
    kind: str
    to: str | None
    text: str
    url: str | None


class CrisisData(msgspec.Struct, frozen=True, kw_only=True):
    """A crisis as it stands now.

    ``count`` and ``people`` are of the last 60 minutes, ``usual`` the mean of an hour in the week before it began;
    ``threshold`` is that mean and six standard deviations. ``total`` counts since an hour before it began. ``by`` says
    whether an alarm or a person began it; ``others`` are the communities that are in alarm or crisis as well.
    """

    community: str
    title: str
    state: CrisisState
    by: CrisisBy
    began: datetime
    ended: datetime | None
    count: int
    people: int
    total: int
    usual: float | None
    sigma: float | None
    threshold: float | None
    new_accounts: int
    curve: tuple[HourRow, ...]
    first: FirstRow | None
    voices: tuple[VoiceRow, ...]
    phrases: tuple[PhraseRow, ...]
    censorship: int
    frozen: tuple[FrozenRow, ...]
    checklist: tuple[PointRow, ...]
    first_word_due: datetime
    first_word_at: datetime | None
    speaker: str | None
    answers: tuple[AnswerRow, ...]
    log: tuple[LineRow, ...]
    others: tuple[str, ...]


class StateRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``communities[]`` of ``cmday crisis --json``: how each stands, crisis or not.

    ``verdict`` is "young" where there are not three days of history yet: then nothing is watched.
    """

    community: str
    verdict: Literal["alarm", "calm", "young", "crisis"]
    count: int
    people: int
    usual: float | None
    sigma: float | None
    threshold: float | None
    hours: int
    since: datetime | None


class CrisesData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday crisis --json``."""

    crises: tuple[CrisisData, ...]
    communities: tuple[StateRow, ...]


class EndedData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday crisis end --json``; ``report`` is the file that was written."""

    crisis: CrisisData
    report: str
    released: int
    kept: int
