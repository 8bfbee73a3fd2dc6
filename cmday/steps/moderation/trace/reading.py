"""The trace of moderation: what was decided and what left, from the audit log, and whether that log is whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from cmday.errors import NotFound
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.moderation.report import LETTER
from cmday.steps.naming import named
from cmday.storage import audit, audit_verifying, cases, decisions, handles
from cmday.storage.audit_verifying import Fault

KINDS: Final = ("decision", "action", "erasing", "restore")
_ALL_KINDS: Final = (*KINDS, "reply", "post", "")
_CASE: Final = "case/"


class TraceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``data.records[]``. ``handle`` is that of its case, where that is still there.

    ``kind``: decision (taken, reversed, appealed or read again), action, reply or post (in the outbox), erasing,
    restore. ``erased`` counts the fields whose erasing the record tells of. What was erased reads ``forgotten``.
    """

    number: int
    at: datetime
    who: str | None
    kind: str
    what: str
    case: str | None
    handle: str | None
    outbox: str | None
    account: str | None
    target: str | None
    before: str | None
    after: str | None
    answer: str | None
    why: str | None
    erased: int
    hash: str


class TraceData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday moderate log --json``: oldest first; ``last_hash`` is that of the whole log."""

    records: tuple[TraceRow, ...]
    last_hash: str


class VerifiedData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday moderate log verify --json``.

    ``records`` hold, the last of them with ``last_hash``. ``broken`` is the number of the first that does not, and
    ``fault`` what is wrong with it: altered, missing, replaced, field, erased, cut.
    """

    whole: bool
    records: int
    last_hash: str
    erased: int
    expected: str | None
    broken: int | None
    fault: Fault | None


def log(
    session: Session, *, case: str | None = None, since: datetime | None = None, everything: bool = False
) -> TraceData:
    """The records of moderation, or of one case with the notes that were written about it.

    Raises ``NotFound`` for a case that neither is there nor was ever decided on.
    """
    db = session.database
    if case is None:
        found = audit.lines(db, kinds=_ALL_KINDS if everything else KINDS, since=since)
    else:
        found = _about(session, case, since)
    told = {line.number: _case_of(line) for line in found}
    there = cases.cases(db, {one for one in told.values() if one})
    given = handles.give(db, session.clock.today(), LETTER, there)
    return TraceData(
        records=tuple(_row(line, told[line.number], given) for line in found), last_hash=audit.last_hash(db)
    )


def verify(session: Session, expected: str | None) -> VerifiedData:
    """Read the whole log; ``expected`` is a hash that it had at some time."""
    found = audit_verifying.verify(session.database, expected)
    return VerifiedData(
        whole=found.broken is None,
        records=found.count,
        last_hash=found.last,
        erased=found.erased,
        expected=expected,
        broken=found.broken,
        fault=found.fault,
    )


def _about(session: Session, word: str, since: datetime | None) -> list[audit.Line]:
    db = session.database
    [(_, one)] = named(session, [word], LETTER)[:1]
    sent = [each.outbox for each in decisions.of_case(db, one) if each.outbox]
    found = audit.lines_about(db, one, sent, since)
    if not found and one not in cases.cases(db, [one]):
        raise NotFound(phrase("no case is called {name}", name=word), phrase("cmday moderate log tells of all of them"))
    return found


def _case_of(line: audit.Line) -> str | None:
    target = line.fields.get("target")
    return target if target and target.startswith(_CASE) else None


def _row(line: audit.Line, case: str | None, given: dict[str, str]) -> TraceRow:
    fields: Iterable[str] = ("who", "account", "target", "before", "after", "answer", "why")
    return TraceRow(
        number=line.number,
        at=line.at,
        kind=line.kind,
        what=line.what,
        case=case,
        handle=given.get(case) if case else None,
        outbox=line.outbox,
        erased=line.erased,
        hash=line.hash,
        **{name: line.fields.get(name) for name in fields},
    )
