"""What goes into the engine and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

import msgspec

from cmday.connectors.protocol import Exchange, SignIn
from cmday.errors import CmdayError


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How hard the engine may work, all times in seconds.

    ``per_host_connections`` and ``per_host_spacing`` count per host name; spacing applies to spaced conversations only,
    and the others count connections per name and port. ``hosts`` gives some (connections, spacing) of their own.
    ``deadline`` bounds one conversation from its first request, without the time it waited in our queue.
    """

    parallel: int = 1024
    per_host_connections: int = 1
    per_host_spacing: float = 1.0
    deadline: float = 8.0
    connect: float = 5.0
    hosts: Mapping[str, tuple[int, float]] = {}

    def connections(self, host: str) -> int:
        """How many connections to this host may stand at once."""
        return self.hosts[host][0] if host in self.hosts else self.per_host_connections

    def spacing(self, host: str) -> float:
        """Seconds between two visits to this host."""
        return self.hosts[host][1] if host in self.hosts else self.per_host_spacing


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """One conversation to be held. ``host`` is the queue it stands in: the name in the URL, or the account's server.

    It is also whom errors name, and how the engine knows that a ``Call`` goes to the web when that is out of reach.

    ``spaced`` ones keep the politeness spacing. ``patient`` ones are waited for, up to the budget, when only the
    spacing holds them back; the others then end as ``waiting``, so that a morning does not wait for manners.
    """

    key: str
    talk: Callable[[], Exchange[Any]]
    host: str
    spaced: bool = False
    patient: bool = True
    deadline: float | None = None


class Heard(msgspec.Struct, frozen=True):
    """A part of a result, or the whole of it (``last``), as it arrives."""

    key: str
    value: Any
    last: bool


class Ended(msgspec.Struct, frozen=True):
    """A conversation is over; ``error`` None means that its last ``Heard`` came. ``seconds`` without queueing."""

    key: str
    error: CmdayError | None
    seconds: float


Event = Heard | Ended


class Engine(Protocol):
    """What drives conversations: the real one over libcurl (``exchange.Exchanger``), or recorded answers."""

    def converse(
        self, conversations: Iterable[Conversation], *, sign_in: SignIn, budget: float | None = None
    ) -> Iterator[Event]:
        """Hold all conversations at once and yield what they say in order of arrival.

        ``budget`` in seconds bounds the whole; what has not begun by then ends as ``Waiting``. Closing the iterator
        ends everything. Each conversation ends with exactly one ``Ended``.
        """
        ...
