"""The wires: libcurl's multi handle driven by ``epoll``, so that a waking costs what happened, not what waits.

``multi.perform`` looks at every transfer at each waking; with ``socket_action`` libcurl tells which sockets and which
moment it waits for, and is told what happened. Ctrl-C reaches ``epoll`` at once, whatever hangs.
"""

from __future__ import annotations

import math
import os
import select
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import pycurl

from cmday.connectors.conversation import Limits
from cmday.connectors.engine.interrupts import Interrupts
from cmday.connectors.engine.pursuit import Ask
from cmday.connectors.engine.sockets import Sockets
from cmday.connectors.engine.talk import Talk
from cmday.connectors.engine.transfer import Transfer

_EVENTS: Final = {
    pycurl.POLL_IN: select.POLLIN,
    pycurl.POLL_OUT: select.POLLOUT,
    pycurl.POLL_INOUT: select.POLLIN | select.POLLOUT,
}
_LONGEST: Final = 60.0

Landed = tuple[Transfer, int, str]


class Wires:
    """All transfers under way. ``wake`` may be called from any thread; everything else from one only."""

    def __init__(self, limits: Limits) -> None:
        self._interrupts = Interrupts()
        self._sockets = Sockets()
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._set_timer)
        self._multi.setopt(pycurl.M_MAXCONNECTS, max(16, limits.parallel))
        self._alarm = math.inf
        self._flying: dict[Any, Transfer] = {}
        self._spare: list[Transfer] = []
        self._dropped = False
        self._heard, self._bell = os.pipe()
        os.set_blocking(self._heard, False)
        os.set_blocking(self._bell, False)
        self._sockets.watch(self._heard, select.POLLIN)
        self._interrupts.install()

    def start(self, ask: Ask, talk: Talk) -> Transfer:
        """Send a request; it lands with ``wait``."""
        transfer = self._spare.pop() if self._spare else Transfer()
        transfer.prepare(ask, talk)
        self._flying[transfer.handle] = transfer
        self._within(lambda: self._multi.add_handle(transfer.handle))
        return transfer

    def drop(self, transfer: Transfer) -> None:
        """End a transfer before its time."""
        if self._flying.pop(transfer.handle, None):
            self._dropped = True
            self._within(lambda: self._multi.remove_handle(transfer.handle))
            transfer.let_go()
            transfer.handle.close()

    def flying(self) -> list[Transfer]:
        """The transfers under way."""
        return list(self._flying.values())

    def wait(self, seconds: float) -> list[Landed]:
        """Wait so long at most, or until something happens; returns the transfers that have ended.

        Give each back with ``done`` when its response has been taken.
        """
        pause = min(seconds, self._alarm - time.monotonic(), _LONGEST)
        happened = self._sockets.wait(max(0.0, pause))
        self._within(lambda: self._tell(happened))
        return self._collect()

    def done(self, transfer: Transfer) -> None:
        """Keep the handle of a landed transfer for the next one."""
        transfer.let_go()
        if transfer.reusable:
            self._spare.append(transfer)
        else:
            transfer.handle.close()

    def wake(self) -> None:
        """End ``wait`` now."""
        with suppress(OSError):  # full: it will wake anyway; closed: nobody waits any more
            os.write(self._bell, b"!")

    def close(self) -> None:
        """End everything, without waiting for a name server that does not answer."""
        self._interrupts.remove()
        for transfer in self.flying():
            self.drop(transfer)
        for transfer in self._spare:
            transfer.handle.close()
        os.close(self._heard)
        os.close(self._bell)
        self._sockets.close()
        self._bell = self._heard = -1
        if self._dropped:
            # libcurl joins its resolver threads here: 9 s were seen with a silent name server. Nobody waits for that.
            threading.Thread(target=self._multi.close, name="closing", daemon=True).start()
        else:
            self._multi.close()

    def _within(self, work: Callable[[], object]) -> None:
        """Let libcurl work, with Ctrl-C held back until it is done."""
        self._interrupts.inside = True
        try:
            work()
        finally:
            self._interrupts.leave()

    def _tell(self, happened: list[tuple[int, int]]) -> None:
        multi = self._multi
        for descriptor, events in happened:
            if descriptor == self._heard:
                os.read(self._heard, 4096)
                continue
            mask = 0
            if events & (select.POLLIN | select.POLLHUP):
                mask |= pycurl.CSELECT_IN
            if events & select.POLLOUT:
                mask |= pycurl.CSELECT_OUT
            if events & (select.POLLERR | select.POLLNVAL):
                mask |= pycurl.CSELECT_ERR
            multi.socket_action(descriptor, mask)
        if self._alarm <= time.monotonic():
            self._alarm = math.inf
            multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)

    def _collect(self) -> list[Landed]:
        landed: list[Landed] = []
        more = True
        while more:
            more, good, bad = self._multi.info_read()
            landed += [self._land(handle, 0, "") for handle in good]
            landed += [self._land(handle, code, message) for handle, code, message in bad]
        return landed

    def _land(self, handle: Any, code: int, message: str) -> Landed:
        self._multi.remove_handle(handle)
        return self._flying.pop(handle), code, message

    def _watch(self, what: int, descriptor: int, _multi: Any, _data: Any) -> None:
        """Note what libcurl wants to know of which socket."""
        if what == pycurl.POLL_REMOVE:
            self._sockets.forget(descriptor)
        else:
            self._sockets.watch(descriptor, _EVENTS.get(what, 0))

    def _set_timer(self, milliseconds: int) -> None:
        """Note when libcurl wants to be called although nothing happened."""
        self._alarm = math.inf if milliseconds < 0 else time.monotonic() + milliseconds / 1000
