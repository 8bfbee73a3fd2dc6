"""The keyboard, key by key: the terminal is put into the mode for it and always given back as it was."""

from __future__ import annotations

import os
import select
import signal
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import Any, Final, Self

from cmday.terminal.key_codes import Decoder, Key

# After an escape, what belongs to one key follows at once; this long is waited for it, in seconds.
_WITHIN: Final = 0.06
_AT_ONCE: Final = 65_536
_ENDING: Final = (signal.SIGHUP, signal.SIGTERM)


class Ended(BaseException):
    """Somebody ends cmday from outside: the terminal is gone (SIGHUP), or it was told to go (SIGTERM).

    It is no ``Exception``, so that nothing on the way takes it for a failure. It is raised between two keys only, so
    that what a key does is done whole.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


class Keyboard:
    """Keys from a terminal, in a ``with``. Ctrl-C raises ``KeyboardInterrupt`` as everywhere."""

    def __init__(self, descriptor: int = 0) -> None:
        self._descriptor = descriptor
        self._decoder = Decoder()
        self._ready: list[Key] = []
        self._ended: int | None = None
        self._before: list[Any] | None = None
        self._handlers: dict[int, Any] = {}
        self._told, self._tell = -1, -1

    def __enter__(self) -> Self:
        self._told, self._tell = os.pipe()
        os.set_blocking(self._told, False)
        os.set_blocking(self._tell, False)
        self._before = termios.tcgetattr(self._descriptor)
        for number in (signal.SIGWINCH, *_ENDING):
            self._handlers[number] = signal.signal(number, self._signalled)
        self._listen()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._give_back()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        os.close(self._told)
        os.close(self._tell)

    def read(self, timeout: float | None = None) -> Key | None:
        """The next key; None when ``timeout`` seconds have passed without one. Raises ``Ended``."""
        while not self._ready:
            if self._ended is not None:
                raise Ended(self._ended)
            wait = _WITHIN if self._decoder.waits else timeout
            found, _, _ = select.select([self._descriptor, self._told], [], [], wait)
            if not found:
                if self._decoder.waits:
                    self._ready += self._decoder.flush()
                    continue
                return None
            if self._told in found:
                self._hear()
            if self._descriptor in found:
                self._ready += self._decoder.feed(self._bytes())
        return self._ready.pop(0)

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """The terminal as it was before, for another program; afterwards it is the keyboard's again."""
        self._give_back()
        try:
            yield
        finally:
            self._listen()
            self._ready.append(Key("resize"))

    def _bytes(self) -> bytes:
        try:
            data = os.read(self._descriptor, _AT_ONCE)
        except OSError:
            data = b""
        if not data:
            self._ended = signal.SIGHUP
        return data

    def _hear(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._told, _AT_ONCE)
        if self._ended is None:
            self._ready.append(Key("resize"))

    def _signalled(self, number: int, _frame: FrameType | None) -> None:
        if number in _ENDING:
            self._ended = number
        with suppress(OSError):
            os.write(self._tell, b".")

    def _listen(self) -> None:
        """Every key at once and unseen; only Ctrl-C stays a signal."""
        mode = termios.tcgetattr(self._descriptor)
        mode[0] &= ~(termios.ICRNL | termios.INLCR | termios.IXON)
        mode[3] &= ~(termios.ICANON | termios.ECHO | termios.IEXTEN)
        controls = mode[6]
        controls[termios.VMIN], controls[termios.VTIME] = 1, 0
        off = os.fpathconf(self._descriptor, "PC_VDISABLE").to_bytes()
        controls[termios.VSUSP] = controls[termios.VQUIT] = off
        termios.tcsetattr(self._descriptor, termios.TCSANOW, mode)

    def _give_back(self) -> None:
        with suppress(termios.error):  # a terminal that is gone wants nothing back
            if self._before is not None:
                termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)
