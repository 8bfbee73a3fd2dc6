"""Whether the audit log is as it was written: every digest, every hash, every link, and every erasing told of."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Final, Literal

import msgspec

from cmday.storage.chaining import START, Shape, digest, link
from cmday.storage.database import Database

Fault = Literal["altered", "missing", "replaced", "field", "erased", "cut"]
_READ: Final = (
    "SELECT a.number, a.at, a.kind, a.what, a.outbox, a.erased, a.digests, a.previous, a.hash, p.field, p.value, p.salt"
    " FROM audit a LEFT JOIN audit_personal p ON p.record = a.number ORDER BY a.number"
)


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """How the log was found. ``count`` records hold, with ``last`` the hash of the last of them.

    ``broken`` is the number of the first record that does not, None where all do. ``fault``: it was ``altered``, is
    ``missing``, was ``replaced`` by another with a hash of its own, a personal ``field`` of it was changed, taken out
    or put in, fields were ``erased`` of which no record tells (then ``broken`` is the first erased), or the record with
    the hash expected was ``cut`` off.
    """

    count: int
    last: str
    erased: int
    broken: int | None = None
    fault: Fault | None = None


def verify(db: Database, expected: str | None = None) -> Verdict:
    """Read the log from its first record; ``expected`` is a hash that was told at some time, as in a report.

    The whole tail may have been cut off, or written anew: only a hash that was kept elsewhere tells that.
    """
    found = Verdict(count=0, last=START, erased=0)
    number, told, first_erased = 0, 0, None
    seen = expected in (None, START)
    stray = _stray(db)
    for row, fields in groupby(db.connection.execute(_READ), key=lambda each: each[:9]):
        here, hash_ = row[0], row[8]
        held = {name: (value, salt) for *_, name, value, salt in fields if name}
        if stray is not None and stray < here:
            return _broken(found, stray, "missing")
        shape = _shape(row)
        if shape is None or link(row[7], shape) != hash_:
            return _broken(found, here, "altered")
        if row[7] != found.last:
            is_gap = here != number + 1
            return _broken(found, number + 1 if is_gap else max(number, 1), "missing" if is_gap else "replaced")
        if not _fit(shape, held):
            return _broken(found, here, "field")
        erased = sum(salt is None for _, salt in held.values())
        first_erased = first_erased or (here if erased else None)
        told += shape.erased
        found = Verdict(count=found.count + 1, last=hash_, erased=found.erased + erased)
        number, seen = here, seen or hash_ == expected
    if stray is not None or not seen:
        return _broken(found, stray or number + 1, "missing" if stray else "cut")
    return found if found.erased == told else _broken(found, first_erased, "erased")


def _broken(found: Verdict, at: int | None, fault: Fault) -> Verdict:
    return msgspec.structs.replace(found, broken=at, fault=fault)


def _stray(db: Database) -> int | None:
    """The first record of which only personal fields are left."""
    (number,) = db.connection.execute(
        "SELECT min(record) FROM audit_personal WHERE record NOT IN (SELECT number FROM audit)"
    ).fetchone()
    return None if number is None else int(number)


def _shape(row: tuple[object, ...]) -> Shape | None:
    number, at, kind, what, outbox, erased, digests = row[:7]
    try:
        read = json.loads(str(digests))
        if json.dumps(read, sort_keys=True) != digests:
            return None
        return msgspec.convert(
            dict(zip(Shape.__struct_fields__, (number, at, kind, what, outbox, erased, read), strict=True)), Shape
        )
    except (ValueError, msgspec.ValidationError):
        return None


def _fit(shape: Shape, held: dict[str, tuple[str | None, str | None]]) -> bool:
    """Whether exactly the fields are there that the record has digests of, each as it was or erased whole."""
    if held.keys() != shape.digests.keys():
        return False
    for name, (value, salt) in held.items():
        if value is None and salt is None:
            continue
        if value is None or salt is None or not _is(shape.digests[name], name, value, salt):
            return False
    return True


def _is(known: str, name: str, value: str, salt: str) -> bool:
    try:
        return digest(name, value, salt) == known
    except ValueError:  # a salt that is no hexadecimal
        return False
