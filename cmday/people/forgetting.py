"""Forgetting a person: what would go is told first, then it goes, and it does not come back."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from cmday.core.people import Address
from cmday.errors import Busy, NotFound
from cmday.i18n import phrase
from cmday.people import files
from cmday.people.profile import name_of
from cmday.people.report import ForgottenData, TableRow
from cmday.people.wanted import Names, names_of
from cmday.session import Session
from cmday.steps.knowing import found, whole_name
from cmday.storage import acquaintance, addresses, erasing, forgotten, journal
from cmday.storage.erased_names import Wanted
from cmday.text.forgetting import FORGOTTEN, key_of


class Plan(msgspec.Struct, frozen=True):
    """Whom to forget, with what is to be done; nothing is done yet."""

    names: Names
    traces: tuple[files.Trace, ...]
    data: ForgottenData


def plan(session: Session, words: Sequence[str]) -> Plan:
    """What forgetting the person that the words name would do.

    Somebody forgotten already is looked for once more by the words themselves: a backup may have brought them back.
    Raises ``NotFound``, ``WrongUse``, and ``Busy`` while an answer to them is on its way.
    """
    db = session.database
    erasing.make_ready(db)
    every = _addresses(session, words)
    if erasing.is_leaving(db, every):
        raise Busy(
            phrase("an answer to them is on its way, or nobody knows whether it arrived"),
            phrase("cmday send finishes it, cmday outbox tells"),
        )
    named = names_of(session, every) if every else _by_words(words)
    traces = files.find(session.home, named.wanted, acquaintance.exports(db, every))
    data = ForgottenData(
        name=name_of(every) if every else " ".join(words),
        addresses=tuple(whole_name(one) for one in every),
        words=tuple(sorted(named.wanted.keys)),
        shared=named.shared,
        tables=_counted(session, named.wanted),
        files=tuple(one.row() for one in traces),
        dry_run=True,
    )
    return Plan(named, tuple(traces), data)


def carry_out(session: Session, planned: Plan) -> ForgottenData:
    """Do it. Files first: while the database knows them, the same command can be given again after a crash."""
    files.carry_out(list(planned.traces))
    db, now = session.database, session.clock.now()
    wanted = planned.names.wanted
    with db.write():
        counts = erasing.erase(db, wanted, now)
        journal.write(db, now, "forget", text=FORGOTTEN)
    erasing.make_sure(db)
    return msgspec.structs.replace(
        planned.data,
        tables=tuple(TableRow(table=table, rows=rows) for table, rows in counts.items()),
        dry_run=False,
    )


def _addresses(session: Session, words: Sequence[str]) -> list[Address]:
    try:
        return addresses.together(session.database, found(session, words))
    except NotFound:
        if key_of(" ".join(words)) in forgotten.known(session.database):
            return []
        raise


def _by_words(words: Sequence[str]) -> Names:
    return Names(wanted=Wanted(addresses=(), keys=frozenset({key_of(" ".join(words))})), shared=())


def _counted(session: Session, wanted: Wanted) -> tuple[TableRow, ...]:
    """What would go or change, by table."""
    return tuple(TableRow(table=table, rows=rows) for table, rows in erasing.rehearse(session.database, wanted).items())
