"""What was decided about cases, by whom and why; a decision outlives its case."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.core.decisions import Decision
from cmday.core.time import epoch, from_epoch
from cmday.storage import audit
from cmday.storage.database import Database
from cmday.text.forgetting import FORGOTTEN

_COLUMNS: Final = (
    *("id", "case_id", "account", "network", "community", "author", "author_handle", "author_id", "text", "action"),
    *("why", "at", "who", "reported_at", "rules", "automatic", "outbox", "reversed_at", "appealed", "reviewed_at"),
)
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM decision"  # noqa: S608  our own words
_BYTES: Final = 8


def new_id() -> str:
    """An id for a decision that stays on this machine."""
    return f"dec-{secrets.token_hex(_BYTES)}"


def id_for(outbox: str) -> str:
    """The id of the decision that this item of the outbox carries out: one each, however often it is settled."""
    return f"dec-{outbox}"


def put(db: Database, one: Decision) -> None:
    """Store a decision; one that is there already stays as it is."""
    values = (
        *(one.id, one.case, one.account, one.network, one.community or "", one.author, one.author_handle),
        *(one.author_id, one.text, one.action, one.why, epoch(one.at), one.who, epoch(one.reported_at)),
        *(msgspec.json.encode(one.rules).decode(), one.automatic, one.outbox),
        *(_epoch(one.reversed_at), one.appealed, _epoch(one.reviewed_at)),
    )
    with db.write() as tx:
        done = tx.execute(
            f"INSERT OR IGNORE INTO decision ({', '.join(_COLUMNS)})"  # noqa: S608  our own words
            f" VALUES ({', '.join('?' * len(_COLUMNS))})",
            values,
        )
        if done.rowcount:
            _log(db, one, "decide", one.at, who=one.who)


def get(db: Database, one: str) -> Decision | None:
    """The decision of this id."""
    return next(iter(_read(db, "WHERE id = ?", (one,))), None)


def of_case(db: Database, case: str) -> list[Decision]:
    """What was decided about a case, oldest first, with what was taken back."""
    return _read(db, "WHERE case_id = ? ORDER BY at, number", (case,))


def of_outbox(db: Database, item: str) -> list[Decision]:
    """The decisions that an item of the outbox carries out."""
    return _read(db, "WHERE outbox = ? ORDER BY number", (item,))


def of_author(db: Database, handles: Iterable[tuple[str, str]], ids: Iterable[tuple[str, str]] = ()) -> list[Decision]:
    """What was decided about somebody, over all communities, oldest first.

    ``handles`` are pairs of network and handle (all addresses of a person); ``ids`` of network and native id, which
    stays when a handle changes.
    """
    found: dict[str, Decision] = {}
    for column, pairs in (("author_handle", handles), ("author_id", ids)):
        for network, value in pairs:
            if value:
                read = _read(db, f"WHERE network = ? AND {column} = ?", (network, value))
                found.update((each.id, each) for each in read)
    return sorted(found.values(), key=lambda each: (each.at, each.id))


def in_hand(db: Database) -> dict[str, str]:
    """To whom cases were given on this machine, where that stands, by the id of the case."""
    return dict(
        db.connection.execute(
            "SELECT case_id, why FROM decision WHERE action = 'assign' AND outbox IS NULL AND reversed_at IS NULL"
            " AND why <> '' ORDER BY at, number"
        )
    )


def since(db: Database, moment: datetime | None = None, community: str | None = None) -> list[Decision]:
    """All decisions from a moment on, oldest first; of one community where it is named."""
    where, values = "WHERE at >= ?", [epoch(moment) if moment else 0]
    if community is None:
        return _read(db, f"{where} ORDER BY at, number", values)
    return _read(db, f"{where} AND community = ? ORDER BY at, number", [*values, community])


def reverse(db: Database, one: str, at: datetime, *, appealed: bool = False) -> bool:
    """Note that a decision was taken back; returns whether it stood until then."""
    with db.write() as tx:
        done = tx.execute(
            "UPDATE decision SET reversed_at = ?, appealed = max(appealed, ?) WHERE id = ? AND reversed_at IS NULL",
            (epoch(at), appealed, one),
        )
        if done.rowcount:
            _log(db, get(db, one), "reverse", at)
        return done.rowcount > 0


def stand_again(db: Database, one: str, at: datetime) -> None:
    """Note that it was not taken back after all."""
    with db.write() as tx:
        tx.execute("UPDATE decision SET reversed_at = NULL WHERE id = ?", (one,))
        _log(db, get(db, one), "stand", at)


def mark_appealed(db: Database, one: str, at: datetime) -> bool:
    """Note that its author asks for it to be looked at again; returns whether nobody had noted it."""
    with db.write() as tx:
        done = tx.execute("UPDATE decision SET appealed = 1 WHERE id = ? AND appealed = 0", (one,))
        if done.rowcount:
            _log(db, get(db, one), "appeal", at)
        return done.rowcount > 0


def mark_reviewed(db: Database, one: str, at: datetime) -> None:
    """Note that an appeal against it was read again, whatever came of it."""
    with db.write() as tx:
        tx.execute("UPDATE decision SET appealed = 1, reviewed_at = ? WHERE id = ?", (epoch(at), one))
        _log(db, get(db, one), "review", at)


def make_anonymous(db: Database, network: str, handle: str) -> int:
    """Take out whom decisions were about and what was said; that they were taken, and why, stays for the counts."""
    with db.write() as tx:
        done = tx.execute(
            "UPDATE decision SET case_id = 'case/' || :word || '/' || number, author = :word, author_handle = :word,"
            " author_id = NULL, text = :word WHERE network = :network AND author_handle = :handle",
            {"word": FORGOTTEN, "network": network, "handle": handle},
        )
        return done.rowcount


def _log(db: Database, one: Decision | None, verb: str, at: datetime, *, who: str | None = None) -> None:
    """A record in the audit log; the words of the thing are in it, so that the decision can be judged."""
    if one is None:
        return
    fields = {
        "account": one.account,
        "target": one.case,
        "why": one.why,
        "before": one.text if verb == "decide" else None,
        "rules": " ".join(one.rules) or None,
        "automatic": "automatic" if one.automatic else None,
    }
    own = {} if who is None else {"who": who}
    audit.note(db, at, "decision", f"{verb} {one.action}", {**fields, **own}, outbox=one.outbox)


def _epoch(moment: datetime | None) -> int | None:
    return None if moment is None else epoch(moment)


def _read(db: Database, rest: str, values: Any) -> list[Decision]:
    return [_decision(db, row) for row in db.connection.execute(f"{_SELECT} {rest}", values)]


def _decision(db: Database, row: tuple[Any, ...]) -> Decision:
    known = dict(zip(_COLUMNS, row, strict=True))
    moments = {
        name: None if known[name] is None else from_epoch(known[name], db.zone)
        for name in ("at", "reported_at", "reversed_at", "reviewed_at")
    }
    known |= {
        "community": known["community"] or None,
        "rules": tuple(msgspec.json.decode(known["rules"], type=list[str])),
        "automatic": bool(known["automatic"]),
        "appealed": bool(known["appealed"]),
        **moments,
    }
    known["case"] = known.pop("case_id")
    return Decision(**known)
