"""Ctrl-C ends cmday within a second, whatever hangs in C code that Python cannot interrupt."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Final

from cmday.errors import INTERRUPTED

GRACE: Final = 0.7


def insist() -> None:
    """Watch for Ctrl-C from another thread, and end the process where the main thread does not do so itself.

    The C signal handler writes the signal's number into a pipe at once, even while the main thread sits in a call that
    knows nothing of Python. Ending there loses nothing: each write is one transaction, each file is put in place whole.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(reader,), name="interrupts", daemon=True).start()


def _watch(reader: int) -> None:
    while told := os.read(reader, 64):
        if signal.SIGINT in told:
            time.sleep(GRACE)
            os._exit(INTERRUPTED)
