"""The purse of a paid source or account: what a look may cost, what it has cost, and the caps that nothing passes."""

from __future__ import annotations

from typing import Literal

from cmday.connectors.catalog import connector
from cmday.connectors.protocol import Notifies
from cmday.connectors.source_terms import Pays
from cmday.core.accounts import Account
from cmday.core.time import Clock
from cmday.errors import Waiting
from cmday.i18n import phrase
from cmday.session import Session
from cmday.storage import spending
from cmday.storage.database import Database

_MICRO = 1_000_000


class SourcePurse:
    """The purse of one source (``connectors.source_terms.Purse``); amounts are millionths of a dollar.

    ``table`` is where config.toml has it: a source and an account of the same name have a purse each.
    """

    def __init__(
        self, database: Database, account: Account, clock: Clock, table: Literal["source", "account"] = "source"
    ) -> None:
        self.table = table
        self.name = account.name if table == "source" else f"account:{account.name}"
        self.database = database
        self.account = account
        self.clock = clock
        self._numbers: list[int] = []

    def reserve(self, amount: int) -> int:
        """Set an amount aside; raises ``Waiting`` where a cap would be passed, and then nothing may be asked."""
        caps = {name: _cap(self.account, name) for name in ("cap_day", "cap_month")}
        number = spending.reserve(self.database, self.name, amount, self.clock.now(), **caps)
        if number is None:
            before = self.spent()
            raise Waiting(
                phrase(
                    "it may cost {amount}, and {day} of {cap_day} are spent today, {month} of {cap_month} this month",
                    amount=dollars(amount),
                    day=dollars(before.day),
                    cap_day=dollars(caps["cap_day"]),
                    month=dollars(before.month),
                    cap_month=dollars(caps["cap_month"]),
                ),
                phrase(
                    "cap_day and cap_month of [{table}.{name}] are yours to set: cmday config edit",
                    table=self.table,
                    name=self.account.name,
                ),
                self.account.name,
            )
        self._numbers.append(number)
        return number

    def settle(self, number: int, amount: int) -> None:
        """Note what a reservation has cost indeed."""
        spending.settle(self.database, number, amount)

    def cost(self) -> int:
        """What was spent through this purse."""
        return spending.cost_of(self.database, self._numbers)

    def spent(self) -> spending.Spent:
        """What this source has cost today and this month, whoever asked it."""
        return spending.spent(self.database, self.name, self.clock.now())


def connector_of(session: Session, account: Account) -> Notifies:
    """The connector of an account, with a purse where its network is paid for."""
    made = connector(account)
    if isinstance(made, Pays):
        made.purse = SourcePurse(session.database, account, session.clock, "account")
    return made


def dollars(amount: int) -> str:
    """An amount as one reads it: to the tenth of a cent, where there is one."""
    return f"${amount / _MICRO:.3f}" if amount % (_MICRO // 100) else f"${amount / _MICRO:.2f}"


def _cap(account: Account, name: str) -> int:
    found = account.options.get(name)
    return found if isinstance(found, int) else 0
