"""On what terms a source is asked: as whom, for how much, and what is to be told there."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import msgspec

from cmday.core.accounts import Account


class Purse(Protocol):
    """What keeps a paid source from costing more than the person allowed. Amounts are millionths of a dollar."""

    def reserve(self, amount: int) -> int:
        """Set the most that a request can cost aside, before it is asked; returns the number of the reservation.

        Raises ``Waiting`` where that would pass the cap of the day or the month: then nothing may be asked.
        """
        ...

    def settle(self, number: int, amount: int) -> None:
        """What it has cost indeed; a reservation that is never settled counts whole."""
        ...


@runtime_checkable
class Pays(Protocol):
    """A connector whose network is paid for: it asks nothing without a purse, which is put in before it converses."""

    purse: Purse | None


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """``read`` and ``unread`` are the entries (their ``identity``) whose marks changed here since the last time."""

    account: Account | None = None
    purse: Purse | None = None
    since: str | None = None
    read: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
