"""What is held of one person: what they wrote, what was answered, what one noted and decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from cmday.core.cases import CaseState
from cmday.core.items import Item, ThreadPost
from cmday.core.outbox import Outgoing
from cmday.core.people import Address
from cmday.core.time import epoch, from_epoch
from cmday.storage import ledger, outbox, threads
from cmday.storage.database import Database

_AT_ONCE: Final = 500


class PersonNote(msgspec.Struct, frozen=True, kw_only=True):
    """One's own words about a person."""

    id: int
    at: datetime
    text: str


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided on something they wrote; ``at`` is the decision, or the opening of what is still open."""

    case: str
    at: datetime
    network: str
    community: str | None
    state: CaseState
    text: str
    reasons: tuple[str, ...]


def meet(db: Database, network: str, people: Iterable[tuple[str, str, datetime]]) -> None:
    """Know of people who wrote nothing to us (reported, or reporting), as (handle, name, when), so that they are found.

    Part of the transaction it is called in.
    """
    with db.write() as tx:
        tx.executemany(
            "INSERT INTO address (network, handle, name, first_at, last_at, items, spoke, asked, follows)"
            " VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0) ON CONFLICT (network, handle) DO NOTHING",
            [(network, handle, name, epoch(at), epoch(at)) for handle, name, at in people],
        )


def items(db: Database, addresses: Iterable[Address], limit: int) -> list[Item]:
    """What they wrote and did, the newest first."""
    found: list[tuple[int, str]] = []
    for one in addresses:
        found += db.connection.execute(
            "SELECT at, id FROM item WHERE network = ? AND author_handle = ? ORDER BY at DESC LIMIT ?",
            (one.network, one.handle, limit),
        ).fetchall()
    ids = [item for _at, item in sorted(found, reverse=True)[:limit]]
    return ledger.items(db, ids)


def native_ids(db: Database, addresses: Iterable[Address]) -> list[str]:
    """What their networks call them, as far as moderation told: as who wrote, was decided on, or reported."""
    found: dict[str, None] = {}
    for one in addresses:
        rows = db.connection.execute(
            "SELECT author_id FROM moderation_case WHERE network = :network AND author_handle = :handle"
            " UNION SELECT author_id FROM decision WHERE network = :network AND author_handle = :handle"
            " UNION SELECT r.by FROM case_report r JOIN moderation_case c ON c.id = r.case_id"
            " WHERE c.network = :network AND r.by_handle = :handle",
            {"network": one.network, "handle": one.handle},
        )
        found.update((native, None) for (native,) in rows if native)
    return list(found)


def answers(db: Database, theirs: Sequence[Item]) -> list[Outgoing]:
    """What was written here in answer to these items."""
    by_target = outbox.of_targets(db, [one.notification.id for one in theirs])
    return [one for each in by_target.values() for one in each]


def answers_elsewhere(db: Database, theirs: Sequence[Item]) -> list[ThreadPost]:
    """What our accounts wrote in answer to these items by other programs, as far as their threads are stored."""
    wanted: dict[str, list[str]] = {}
    for one in theirs:
        told = one.notification
        post = (told.reply.id if told.reply else None) or told.subject
        if post:
            wanted.setdefault(told.account, []).append(post)
    found = []
    for account, posts in wanted.items():
        for start in range(0, len(posts), _AT_ONCE):
            found += threads.own_answers(db, account, posts[start : start + _AT_ONCE])
    return found


def communities(db: Database, addresses: Iterable[Address]) -> list[str]:
    """The communities that they wrote to."""
    found: set[str] = set()
    for one in addresses:
        rows = db.connection.execute(
            "SELECT DISTINCT community FROM item WHERE network = ? AND author_handle = ?", (one.network, one.handle)
        )
        found.update(name for (name,) in rows if name)
    return sorted(found)


def decisions(db: Database, addresses: Iterable[Address]) -> list[Decision]:
    """What was decided on what they wrote, the newest first."""
    found = []
    for one in addresses:
        rows = db.connection.execute(
            "SELECT id, coalesce(decided_at, opened_at), network, community, state, text FROM moderation_case"
            " WHERE network = ? AND author_handle = ?",
            (one.network, one.handle),
        ).fetchall()
        for case, at, network, community, state, text in rows:
            reasons = db.connection.execute("SELECT DISTINCT reason FROM case_cause WHERE case_id = ?", (case,))
            found.append(
                Decision(
                    case=case,
                    at=from_epoch(at, db.zone),
                    network=network,
                    community=community or None,
                    state=state,
                    text=text,
                    reasons=tuple(sorted(reason for (reason,) in reasons)),
                )
            )
    return sorted(found, key=lambda one: one.at, reverse=True)


# Notes.


def notes(db: Database, addresses: Iterable[Address]) -> list[PersonNote]:
    """One's notes on a person, the newest first."""
    rows: list[tuple[int, int, str]] = []
    for one in addresses:
        rows += db.connection.execute(
            "SELECT at, id, text FROM person_note WHERE network = ? AND handle = ?", (one.network, one.handle)
        ).fetchall()
    return [
        PersonNote(id=number, at=from_epoch(at, db.zone), text=text) for at, number, text in sorted(rows, reverse=True)
    ]


def add_note(db: Database, address: Address, at: datetime, text: str) -> int:
    """Add a note; returns its number."""
    with db.write() as tx:
        row = tx.execute(
            "INSERT INTO person_note (network, handle, at, text) VALUES (?, ?, ?, ?) RETURNING id",
            (address.network, address.handle, epoch(at), text),
        ).fetchone()
    return int(row[0])


def remove_note(db: Database, number: int) -> str | None:
    """Take a note out again and return its text; None where there is none."""
    with db.write() as tx:
        row = tx.execute("DELETE FROM person_note WHERE id = ? RETURNING text", (number,)).fetchone()
    return None if row is None else str(row[0])


# Exports.


def note_export(db: Database, path: str, addresses: Iterable[Address]) -> None:
    """Remember that a file holds what is known of a person."""
    with db.write() as tx:
        tx.executemany(
            "INSERT OR IGNORE INTO person_export VALUES (?, ?, ?)",
            [(path, one.network, one.handle) for one in addresses],
        )


def exports(db: Database, addresses: Iterable[Address]) -> list[str]:
    """The files that were written of a person."""
    found: set[str] = set()
    for one in addresses:
        rows = db.connection.execute(
            "SELECT path FROM person_export WHERE network = ? AND handle = ?", (one.network, one.handle)
        )
        found.update(path for (path,) in rows)
    return sorted(found)
