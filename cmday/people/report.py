"""What ``cmday people`` tells, as data."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from cmday.core.cases import CaseState
from cmday.core.people import Likeness, Occasion


class AddressRow(msgspec.Struct, frozen=True, kw_only=True):
    """One address of a person."""

    network: str
    handle: str
    name: str
    first_at: datetime
    last_at: datetime
    items: int
    follows: bool


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """An address that may be the same person's. ``why``: the handle, the site or the full name is alike."""

    network: str
    handle: str
    name: str
    why: Likeness
    command: str


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One thing said by them, or (``own``) by us; ``item`` is the ledger's id of what they said, or of what we answer.

    ``kind`` is that of the item, or ``reply``; ``state`` that of the item or of the outbox.
    """

    at: datetime
    own: bool
    account: str
    network: str
    community: str | None
    kind: str
    text: str
    url: str | None
    state: str
    item: str | None


class NoteRow(msgspec.Struct, frozen=True, kw_only=True):
    """One note on a person; ``id`` is null for a line of the journal that names them."""

    id: int | None
    at: datetime
    text: str


class DecisionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One decision on what they wrote."""

    case: str
    at: datetime
    network: str
    community: str | None
    state: CaseState
    text: str
    reasons: tuple[str, ...]


class PersonData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday people NAME --json``; the newest exchanges, oldest first; ``hidden`` are more."""

    name: str
    addresses: tuple[AddressRow, ...]
    communities: tuple[str, ...]
    exchanges: tuple[Exchange, ...]
    hidden: int
    notes: tuple[NoteRow, ...]
    decisions: tuple[DecisionRow, ...]
    suggestions: tuple[Suggestion, ...]


class TurnRow(msgspec.Struct, frozen=True, kw_only=True):
    """One person to turn to; ``at`` is when they came first (newcomer, anniversary) or were last seen, ``times`` how
    often they wrote (stranger: spoke of us).
    """

    why: Occasion
    name: str
    network: str
    handle: str
    at: datetime
    times: int


class PeopleData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday people --json``; ``known`` counts the addresses in the ledger."""

    people: tuple[TurnRow, ...]
    known: int


class LinkedData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``people link`` and ``unlink``: the addresses that are one person now."""

    addresses: tuple[AddressRow, ...]


class NotedData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``people note``."""

    network: str
    handle: str
    text: str


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """Everything held of a person, for an export: the person, and every row of the database that names them."""

    format: int
    made_at: datetime
    person: PersonData
    rows: dict[str, list[dict[str, Any]]]
    files: tuple[str, ...]


class ExportData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``people export``: the files written, and how many rows are in them."""

    files: tuple[str, ...]
    rows: int


class FileRow(msgspec.Struct, frozen=True, kw_only=True):
    """A file that names them: ``what`` becomes of it. A file that is ``left`` is for its owner to change."""

    path: str
    what: Literal["changed", "deleted", "renamed", "left"]


class TableRow(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows of a table go or change."""

    table: str
    rows: int


class ForgottenData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``people forget``. ``name`` and ``addresses`` are told once more, here only.

    ``words`` are what is looked for; ``shared`` are names of theirs that others bear too, which stay there.
    """

    name: str
    addresses: tuple[str, ...]
    words: tuple[str, ...]
    shared: tuple[str, ...]
    tables: tuple[TableRow, ...]
    files: tuple[FileRow, ...]
    dry_run: bool
