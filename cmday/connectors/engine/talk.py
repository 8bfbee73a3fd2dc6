"""One conversation while it is held."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cmday.connectors.engine.calls import Running
    from cmday.connectors.engine.pursuit import Pursuit
    from cmday.connectors.engine.sign_ins import Key
    from cmday.connectors.engine.transfer import Transfer
    from cmday.connectors.protocol import Exchange


class Talk:
    """The state of one conversation; at any time it waits, or has one ``transfer`` or one ``call`` under way.

    ``deadline`` is in seconds of its own time, which runs from its first request without what it waited in our queue.
    ``signs_in`` is the account that a sign-in of the engine's own is for. ``gate`` is the host at whose gate a spaced
    one waits, or that it has passed (``inside``): its own, or where a redirect led.
    """

    __slots__ = (
        "_since",
        "_spent",
        "began",
        "call",
        "deadline",
        "exchange",
        "gate",
        "host",
        "inside",
        "key",
        "over",
        "patient",
        "pursuit",
        "signs_in",
        "spaced",
        "stamp",
        "start",
        "transfer",
    )

    def __init__(
        self,
        key: str,
        start: Callable[[], Exchange[Any]],
        deadline: float,
        host: str,
        *,
        spaced: bool = False,
        patient: bool = True,
        signs_in: Key | None = None,
    ) -> None:
        self.key = key
        self.start = start
        self.deadline = deadline
        self.host = host
        self.gate = host
        self.spaced = spaced
        self.patient = patient
        self.signs_in = signs_in
        self.exchange: Exchange[Any] | None = None
        self.pursuit: Pursuit | None = None
        self.transfer: Transfer | None = None
        self.call: Running | None = None
        self.inside = False
        self.began = False
        self.over = False
        self.stamp = 0
        self._spent = 0.0
        self._since: float | None = None

    def go(self, now: float) -> float:
        """Its time runs from now on; returns when its deadline is."""
        self.began = True
        self.stamp += 1
        if self._since is None:
            self._since = now
        return self._since + self.deadline - self._spent

    def halt(self, now: float) -> None:
        """Its time stands still: it waits in our queue, or for its consumer."""
        self.stamp += 1
        if self._since is not None:
            self._spent += now - self._since
            self._since = None

    def seconds(self, now: float) -> float:
        """Its own time so far."""
        return self._spent + (now - self._since if self._since is not None else 0.0)

    def left(self, now: float) -> float:
        """Its own time until the deadline."""
        return self.deadline - self.seconds(now)
