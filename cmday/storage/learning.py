"""What decisions taught, by community: the lessons, and what was made of them."""

from __future__ import annotations

import sqlite3
import zlib
from datetime import datetime
from typing import Final

import msgspec

from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database
from cmday.text.forgetting import FORGOTTEN

# The person's own decisions on words: what was taken away is refused, what was let stand, or given back, is let.
_LESSONS: Final = """
    FROM decision d LEFT JOIN outbox o ON o.id = d.outbox LEFT JOIN moderation_case c ON c.id = d.case_id
    WHERE d.community = :community AND d.at >= :since AND NOT d.automatic AND d.text NOT IN ('', :forgotten)
    AND (d.action IN ('approve', 'remove', 'ban')
         OR d.action = 'label' AND json_extract(o.rest, '$.arguments.label') = 'spam')
"""


class Lesson(msgspec.Struct, frozen=True):
    """One decision as something to learn from; ``number`` is its place in the order of decisions.

    ``age`` is how long its author had been there, in seconds, where that is known.
    """

    number: int
    text: str
    refused: bool
    age: int | None = None


class Learnt(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept for a community; ``model`` is empty where it has to be made anew."""

    community: str
    since: datetime | None = None
    upto: int = 0
    fitted: int = 0
    reversed: int = 0
    model: bytes = b""


def communities(db: Database) -> list[str]:
    """The communities in which something was decided."""
    rows = db.connection.execute("SELECT DISTINCT community FROM decision ORDER BY community")
    return [community for (community,) in rows]


def lessons(db: Database, known: Learnt, *, after: int = 0, most: int = 2_000) -> list[Lesson]:
    """The newest lessons of a community, oldest first; only those behind the number ``after``."""
    rows = db.connection.execute(
        f"SELECT d.number, d.text, d.action <> 'approve' AND d.reversed_at IS NULL, d.reported_at - c.joined {_LESSONS}"
        " AND d.number > :after AND NOT (d.action = 'approve' AND d.reversed_at IS NOT NULL)"
        " ORDER BY d.number DESC LIMIT :most",
        {**_asked(known), "after": after, "most": most},
    ).fetchall()
    return [Lesson(number, text, bool(refused), age) for number, text, refused, age in reversed(rows)]


def standing(db: Database, known: Learnt) -> tuple[int, int, int]:
    """How many lessons a community has, the number of the newest, and how many were taken back."""
    found: tuple[int, int, int] = db.connection.execute(
        f"SELECT count(*), coalesce(max(d.number), 0), count(d.reversed_at) {_LESSONS}",
        _asked(known),
    ).fetchone()
    return found


def get(db: Database, community: str) -> Learnt:
    """What is kept for a community."""
    row = db.connection.execute(
        "SELECT since, upto, fitted, reversed, model FROM learnt WHERE community = ?", (community,)
    ).fetchone()
    if row is None:
        return Learnt(community=community)
    since, upto, fitted, taken_back, model = row
    return Learnt(
        community=community,
        since=from_epoch(since, db.zone) if since else None,
        upto=upto,
        fitted=fitted,
        reversed=taken_back,
        model=zlib.decompress(model) if model else b"",
    )


def put(db: Database, one: Learnt) -> None:
    """Keep what was learnt, in place of what was."""
    packed = zlib.compress(one.model, 1) if one.model else None
    since = epoch(one.since) if one.since else 0
    with db.write() as tx:
        tx.execute(
            "INSERT OR REPLACE INTO learnt (community, since, upto, fitted, reversed, model) VALUES (?, ?, ?, ?, ?, ?)",
            (one.community, since, one.upto, one.fitted, one.reversed, packed),
        )


def make_anew(tx: sqlite3.Connection) -> None:
    """Let go of all that was made of decisions: somebody's words may be in it. Decisions themselves stay."""
    tx.execute("UPDATE learnt SET model = NULL, upto = 0, fitted = 0, reversed = 0")


def _asked(known: Learnt) -> dict[str, str | int]:
    since = epoch(known.since) if known.since else 0
    return {"community": known.community, "since": since, "forgotten": FORGOTTEN}
