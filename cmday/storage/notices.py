"""What was told on which channel: marked before it leaves, so that nothing is told twice, whoever dies or watches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from cmday.core.notices import Message
from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database
from cmday.storage.leases import is_alive, own_mark

_KEEP: Final = timedelta(days=60)


class Unsure(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was on its way when its process ended, or that nobody knows of whether it arrived."""

    channel: str
    message: Message
    at: datetime


def untold(db: Database, channel: str, notices: Collection[str]) -> list[str]:
    """Those of these notices that were never told on a channel, nor are about to be."""
    known = {one for (one,) in db.connection.execute("SELECT notice FROM told WHERE channel = ?", (channel,))}
    return [one for one in notices if one not in known]


def claim(db: Database, channel: str, message: Message, at: datetime) -> bool:
    """Mark a message as on its way, on the disk when this returns; False where one of its notices is told already."""
    with db.write(durable=True) as tx:
        if len(untold(db, channel, message.notices)) < len(message.notices):
            return False
        tx.executemany(
            "INSERT INTO told (notice, channel, at, state, teller, message) VALUES (?, ?, ?, 'telling', ?, ?)",
            [(one, channel, epoch(at), own_mark(), msgspec.json.encode(message).decode()) for one in message.notices],
        )
        tx.execute("DELETE FROM told WHERE at < ? AND state = 'told'", (epoch(at - _KEEP),))
    return True


def told(db: Database, channel: str, notices: Sequence[str]) -> None:
    """It arrived, or nobody can say that it did not."""
    with db.write(durable=True) as tx:
        tx.executemany(
            "UPDATE told SET state = 'told', teller = NULL, message = NULL WHERE channel = ? AND notice = ?",
            [(channel, one) for one in notices],
        )


def not_told(db: Database, channel: str, notices: Sequence[str]) -> None:
    """It did not arrive: the next look tells it."""
    with db.write() as tx:
        tx.executemany(
            "DELETE FROM told WHERE channel = ? AND notice = ? AND state = 'telling'",
            [(channel, one) for one in notices],
        )


def doubt(db: Database, channel: str, notices: Sequence[str]) -> None:
    """It may have arrived: the next look asks, where its channel can be asked."""
    with db.write() as tx:
        tx.executemany(
            "UPDATE told SET teller = NULL WHERE channel = ? AND notice = ?", [(channel, one) for one in notices]
        )


def unsure(db: Database) -> list[Unsure]:
    """The messages that are in doubt: their process is dead, or said so."""
    rows = db.connection.execute("SELECT channel, at, teller, message FROM told WHERE state = 'telling' ORDER BY at")
    found: dict[tuple[str, str], Unsure] = {}
    for channel, at, teller, message in rows:
        if message and not (teller and is_alive(teller)):
            one = msgspec.json.decode(message, type=Message)
            found[channel, one.key] = Unsure(channel=channel, message=one, at=from_epoch(at, db.zone))
    return list(found.values())
