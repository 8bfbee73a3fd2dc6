"""Carrying the records from before the chain into it (migration 0034), in its transaction; then they go."""

from __future__ import annotations

import json
import sqlite3
from typing import Final

from cmday.storage.chaining import START, Shape, digest, link, new_salt

_PERSONAL: Final = ("who", "account", "target", "before", "after", "answer")
_PORTION: Final = 500


def carry_over(connection: sqlite3.Connection) -> None:
    """Give every record its salts, digests and hash, under the number that it had."""
    rows = connection.execute(
        "SELECT b.number, b.at, coalesce(o.kind, ''), b.what, b.outbox, b.who, b.account, b.target, b.before, b.after,"
        " b.answer FROM audit_before_chain b LEFT JOIN outbox o ON o.id = b.outbox ORDER BY b.number"
    )
    previous = START
    while portion := rows.fetchmany(_PORTION):
        for number, at, kind, what, outbox, *values in portion:
            fields = {
                name: (value, new_salt()) for name, value in zip(_PERSONAL, values, strict=True) if value is not None
            }
            digests = {name: digest(name, value, salt) for name, (value, salt) in fields.items()}
            hash_ = link(
                previous,
                Shape(number=number, at=at, kind=kind, what=what, outbox=outbox, erased=0, digests=digests),
            )
            connection.executemany(
                "INSERT INTO audit_personal VALUES (?, ?, ?, ?)",
                [(number, name, value, salt) for name, (value, salt) in fields.items()],
            )
            connection.execute(
                "INSERT INTO audit VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?)",
                (number, at, kind, what, outbox, json.dumps(digests, sort_keys=True), previous, hash_),
            )
            previous = hash_
    connection.execute("DROP TABLE audit_before_chain")
