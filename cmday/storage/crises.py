"""Crises with their logs, and the posts on servers that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.core.crises import Crisis, CrisisBy, CrisisState, Line, Scheduled, ScheduledState, Waiting
from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database

_COLUMNS: Final = "number, community, by, state, began, ended, first_word_due, speaker, count, authors, mean, sigma"
_MOMENTS: Final = ("began", "ended", "first_word_due")


class Raised(msgspec.Struct, frozen=True, kw_only=True):
    """What raised an alarm."""

    count: int
    authors: int
    mean: float
    sigma: float


def begin(
    db: Database,
    community: str,
    by: CrisisBy,
    *,
    at: datetime,
    first_word_due: datetime,
    raised: Raised | None = None,
) -> Crisis | None:
    """Begin a crisis; None where the community has one already, whoever was quicker."""
    state: CrisisState = "alarm" if by == "alarm" else "open"
    with db.write() as tx:
        row = tx.execute(
            "INSERT INTO crisis (community, by, state, began, first_word_due, count, authors, mean, sigma)"  # noqa: S608
            f" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING {_COLUMNS}",
            (
                community,
                by,
                state,
                epoch(at),
                epoch(first_word_due),
                *((raised.count, raised.authors, raised.mean, raised.sigma) if raised else (None,) * 4),
            ),
        ).fetchone()
    return _crisis(db, row) if row else None


def living(db: Database, communities: Sequence[str] = ()) -> list[Crisis]:
    """The crises that are not over, of these communities or of all, the oldest first."""
    rows = db.connection.execute(
        f"SELECT {_COLUMNS} FROM crisis WHERE state <> 'over' ORDER BY number"  # noqa: S608
    ).fetchall()
    found = [_crisis(db, row) for row in rows]
    return [one for one in found if not communities or one.community in communities]


def all_of(db: Database, community: str) -> list[Crisis]:
    """All crises that a community ever had, the oldest first."""
    rows = db.connection.execute(
        f"SELECT {_COLUMNS} FROM crisis WHERE community = ? ORDER BY number",  # noqa: S608  our own words
        (community,),
    )
    return [_crisis(db, row) for row in rows.fetchall()]


def last_ended(db: Database, community: str) -> datetime | None:
    """When a community's last crisis was over."""
    (at,) = db.connection.execute("SELECT max(ended) FROM crisis WHERE community = ?", (community,)).fetchone()
    return None if at is None else from_epoch(at, db.zone)


def take_in_hand(db: Database, crisis: int) -> bool:
    """Somebody has decided about an alarm; returns whether it was one."""
    with db.write() as tx:
        done = tx.execute("UPDATE crisis SET state = 'open' WHERE number = ? AND state = 'alarm'", (crisis,))
        return done.rowcount > 0


def speak(db: Database, crisis: int, speaker: str | None) -> None:
    """Note who speaks."""
    with db.write() as tx:
        tx.execute("UPDATE crisis SET speaker = ? WHERE number = ?", (speaker, crisis))


def end(db: Database, crisis: int, at: datetime) -> bool:
    """It is over; returns whether it was not before."""
    with db.write() as tx:
        done = tx.execute(
            "UPDATE crisis SET state = 'over', ended = ? WHERE number = ? AND state <> 'over'", (epoch(at), crisis)
        )
        return done.rowcount > 0


# The log.


def write(db: Database, crisis: int, line: Line) -> None:
    """Add a line to the log; part of the transaction it is called in."""
    with db.write() as tx:
        tx.execute(
            "INSERT INTO crisis_line (crisis, at, who, kind, point, text) VALUES (?, ?, ?, ?, ?, ?)",
            (crisis, epoch(line.at), line.who, line.kind, line.point, line.text),
        )


def log(db: Database, crisis: int) -> list[Line]:
    """The lines of a crisis, oldest first."""
    rows = db.connection.execute(
        "SELECT at, who, kind, text, point FROM crisis_line WHERE crisis = ? ORDER BY number", (crisis,)
    )
    return [
        Line(at=from_epoch(at, db.zone), who=who, kind=kind, text=text, point=point)
        for at, who, kind, text, point in rows
    ]


# Posts that wait on servers.


def note_scheduled(db: Database, crisis: int, account: str, waiting: Waiting, why: str | None) -> None:
    """Note a post that waits on a server; one that was noted before keeps its state."""
    values = {
        "crisis": crisis,
        "account": account,
        "native": waiting.native,
        "at": epoch(waiting.at) if waiting.at else None,
        "text": waiting.text,
        "why": why,
        "returns": waiting.returns,
        "visibility": waiting.visibility,
        "language": waiting.language,
    }
    with db.write() as tx:
        tx.execute(
            f"INSERT INTO crisis_scheduled ({', '.join(values)}, state)"  # noqa: S608  our own words
            f" VALUES ({', '.join(f':{name}' for name in values)}, 'there')"
            " ON CONFLICT (crisis, account, native) DO UPDATE SET at = excluded.at, text = excluded.text,"
            " why = excluded.why",
            values,
        )


def forget_scheduled(db: Database, number: int) -> None:
    """It is no more on its server, and not by our doing."""
    with db.write() as tx:
        tx.execute("DELETE FROM crisis_scheduled WHERE number = ?", (number,))


def mark_scheduled(db: Database, number: int, state: ScheduledState, *, outbox: str | None = None) -> None:
    """Note what became of it, and which copy of it stands in the outbox."""
    with db.write() as tx:
        tx.execute(
            "UPDATE crisis_scheduled SET state = ?, outbox = coalesce(?, outbox) WHERE number = ?",
            (state, outbox, number),
        )


def scheduled(db: Database, crisis: int) -> list[Scheduled]:
    """The posts on servers that a crisis is about, by their time."""
    names = Scheduled.__struct_fields__
    rows = db.connection.execute(
        f"SELECT {', '.join(names)} FROM crisis_scheduled WHERE crisis = ? ORDER BY at IS NULL, at, number",  # noqa: S608
        (crisis,),
    )
    found = []
    for row in rows:
        values = dict(zip(names, row, strict=True))
        values["at"] = None if values["at"] is None else from_epoch(values["at"], db.zone)
        found.append(Scheduled(**{**values, "returns": bool(values["returns"])}))
    return found


def _crisis(db: Database, row: Sequence[Any]) -> Crisis:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    for name in _MOMENTS:
        values[name] = None if values[name] is None else from_epoch(values[name], db.zone)
    return Crisis(**values)
