"""Appeals against decisions: who asked when, and when their cases come up again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from cmday.core.cases import Action
from cmday.core.decisions import Decision
from cmday.core.time import epoch, from_epoch
from cmday.storage import case_rows, decisions
from cmday.storage.database import Database
from cmday.text.plain import cut

# So long whoever decided lets pass before they look at it again.
REST: Final = timedelta(hours=24)
# What may be appealed against: it touches somebody's words or account.
AGAINST: Final[frozenset[Action]] = frozenset({"hold", "remove", "warn", "mute", "ban", "label", "lock"})
# What says, after an appeal, that nothing was wrong.
_GRANTS: Final[frozenset[Action]] = frozenset({"approve", "restore", "unmute", "unban", "unlabel", "unlock"})
_EXCERPT: Final = 200
_COLUMNS: Final = "case_id, decision, who, at, due, text, item, opened"


class Appeal(msgspec.Struct, frozen=True, kw_only=True):
    """One appeal. ``who`` took the decision; for them its case comes up at ``due``, for others at once."""

    case: str
    decision: str
    who: str
    at: datetime
    due: datetime
    text: str
    item: str | None
    opened: datetime | None


def against(db: Database, case: str) -> Decision | None:
    """The newest decision on a case that stands and can be appealed against."""
    standing = [one for one in decisions.of_case(db, case) if one.action in AGAINST and one.reversed_at is None]
    return standing[-1] if standing else None


def put(db: Database, one: Decision, at: datetime, text: str, item: str | None) -> bool:
    """Note an appeal against a decision; returns whether it was not known yet."""
    with db.write() as tx:
        if not decisions.mark_appealed(db, one.id, at):
            return False
        tx.execute(
            f"INSERT OR REPLACE INTO appeal ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",  # noqa: S608  our own words
            (one.case, one.id, one.who, epoch(at), epoch(one.at + REST), text, item),
        )
    return True


def of_case(db: Database, case: str) -> Appeal | None:
    """The newest appeal about a case."""
    row = db.connection.execute(f"SELECT {_COLUMNS} FROM appeal WHERE case_id = ?", (case,)).fetchone()  # noqa: S608
    return _appeal(db, row) if row else None


def waiting(db: Database, now: datetime, person: str) -> list[Appeal]:
    """Those whose case is to come up now, as this person is the one to look at it."""
    rows = db.connection.execute(
        f"SELECT {_COLUMNS} FROM appeal WHERE opened IS NULL AND (due <= ? OR who <> ?) ORDER BY at",  # noqa: S608
        (epoch(now), person),
    )
    return [_appeal(db, row) for row in rows]


def open_case(db: Database, one: Appeal, why: str, at: datetime) -> bool:
    """Let its case come up, marked as an appeal; ``why`` is shown with it. Returns whether the case is there."""
    with db.write() as tx:
        tx.execute("UPDATE appeal SET opened = ? WHERE case_id = ?", (epoch(at), one.case))
        done = tx.execute(
            "UPDATE moderation_case SET state = 'open', decided_at = NULL, elsewhere = NULL, appeal = 1, again = ?"
            " WHERE id = ?",
            (why, one.case),
        )
        case_rows.weigh(db, [one.case])
        return done.rowcount > 0


def of_queue(db: Database, case: str, at: datetime) -> None:
    """Note an appeal that a platform's own queue tells of: there its case is open at once, for everybody."""
    one = against(db, case)
    if one is None:
        return
    with db.write() as tx:
        if put(db, one, at, "", None):
            tx.execute("UPDATE appeal SET opened = ? WHERE case_id = ?", (epoch(at), case))
            tx.execute("UPDATE moderation_case SET again = ? WHERE id = ? AND state = 'open'", (reason(one, ""), case))


def reason(first: Decision | None, text: str) -> str:
    """What is shown with the case, in English: what was decided first, by whom and why, and what the author says."""
    said = f" ({cut(text, _EXCERPT)})" if text else ""
    if first is None:
        return f"appeal{said}"
    why = first.why or "no reason was given"
    return f"appeal against {first.action} of {first.at:%Y-%m-%d} by {first.who}: {why}{said}"


def settle(db: Database, new: Decision) -> None:
    """Note what came of an appeal, where a new decision answers one; part of the transaction it is called in."""
    with db.write() as tx:
        for one in decisions.of_case(db, new.case):
            if not one.appealed or one.reviewed_at is not None or one.id == new.id or one.at > new.at:
                continue
            if new.action in _GRANTS:
                decisions.reverse(db, one.id, new.at, appealed=True)
            elif new.action not in AGAINST and new.action not in ("resolve", "reopen"):
                continue  # a note or a reply answers nothing
            decisions.mark_reviewed(db, one.id, new.at)
            tx.execute("UPDATE moderation_case SET appeal = 0 WHERE id = ?", (new.case,))
            tx.execute("DELETE FROM appeal WHERE case_id = ?", (new.case,))


def answers_to_notes(db: Database, since: datetime) -> list[tuple[str, str, str]]:
    """What authors wrote privately after a note about a decision was sent to them: case, item and its words.

    ``since`` bounds how old a note may be. Only decisions that nobody appealed against yet are looked at.
    """
    # CROSS: in this order, or SQLite would read the whole ledger for the few notes there are.
    return db.connection.execute(
        "SELECT d.case_id, i.id, i.text FROM outbox o CROSS JOIN decision d ON d.case_id = o.target"
        " CROSS JOIN item i ON i.network = d.network AND i.author_handle = d.author_handle AND i.at > o.sent_at"
        " WHERE o.state = 'sent' AND o.changed >= ? AND o.target LIKE 'case/%' AND d.author_handle <> ''"
        " AND (o.kind = 'reply' OR json_extract(o.rest, '$.action') = 'warn')"
        " AND coalesce(json_extract(o.rest, '$.arguments.reader'), 'author') = 'author'"
        " AND d.appealed = 0 AND d.reversed_at IS NULL AND i.kind = 'message' AND i.account = o.account"
        " ORDER BY i.at",
        (epoch(since),),
    ).fetchall()


def _appeal(db: Database, row: tuple[Any, ...]) -> Appeal:
    case, decision, who, at, due, text, item, opened = row
    return Appeal(
        case=case,
        decision=decision,
        who=who,
        at=from_epoch(at, db.zone),
        due=from_epoch(due, db.zone),
        text=text,
        item=item,
        opened=None if opened is None else from_epoch(opened, db.zone),
    )
