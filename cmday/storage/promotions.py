"""Which rules may act by themselves: those that were tried on what was decided, as they were when they were tried."""

from __future__ import annotations

from datetime import datetime

import msgspec

from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database


class Promotion(msgspec.Struct, frozen=True, kw_only=True):
    """That a rule was promoted: of ``decided`` past decisions it hit, ``agreed`` were against what it hit."""

    rule: str
    fingerprint: str
    at: datetime
    decided: int
    agreed: int


def promotions(db: Database) -> dict[str, Promotion]:
    """All promotions by the name of the rule."""
    rows = db.connection.execute("SELECT rule, fingerprint, at, decided, agreed FROM rule_promotion")
    return {
        rule: Promotion(rule=rule, fingerprint=fingerprint, at=from_epoch(at, db.zone), decided=decided, agreed=agreed)
        for rule, fingerprint, at, decided, agreed in rows
    }


def withdraw(db: Database, rule: str) -> None:
    """A rule is promoted no more; it acts again only after it was tried again."""
    with db.write() as tx:
        tx.execute("DELETE FROM rule_promotion WHERE rule = ?", (rule,))


def put(db: Database, one: Promotion) -> None:
    """Keep a promotion in place of what was there."""
    with db.write() as tx:
        tx.execute(
            "INSERT OR REPLACE INTO rule_promotion VALUES (?, ?, ?, ?, ?)",
            (one.rule, one.fingerprint, epoch(one.at), one.decided, one.agreed),
        )
