"""Leases: one refresh and one send at a time, also when a holder was killed.

A lease names its holder by process id, boot and the process's own start, so that neither a reboot nor a reused number
keeps it; and it runs out, so that a holder that hangs does not keep it for ever.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cmday.core.time import Clock, epoch
from cmday.errors import Busy
from cmday.i18n import phrase
from cmday.storage.database import Database

DEFAULT_SECONDS: Final = 180
_START_FIELD: Final = 19


@contextmanager
def lease(db: Database, name: str, clock: Clock, seconds: int = DEFAULT_SECONDS) -> Iterator[None]:
    """Hold the lease of that name; raises ``Busy`` while another living process holds it.

    The same process may take it again inside. ``seconds`` is how long it lasts if it is never given back.
    """
    own = (os.getpid(), _boot(), _born(os.getpid()) or "")
    taken = _take(db, name, own, epoch(clock.now()), seconds)
    try:
        yield
    finally:
        if taken:
            with db.write() as tx:
                tx.execute("DELETE FROM lease WHERE name = ? AND (pid, boot, born) = (?, ?, ?)", (name, *own))


def prolong(db: Database, name: str, clock: Clock, seconds: int = DEFAULT_SECONDS) -> None:
    """Let our own lease last so long from now on, where there is more to do than was thought."""
    with db.write() as tx:
        tx.execute(
            "UPDATE lease SET expires = ? WHERE name = ? AND (pid, boot, born) = (?, ?, ?)",
            (epoch(clock.now()) + seconds, name, os.getpid(), _boot(), _born(os.getpid()) or ""),
        )


def own_mark() -> str:
    """The present process, told apart from all others before and after it: its number, its start, and the boot."""
    return f"{os.getpid()} {_born(os.getpid()) or ''} {_boot()}"


def is_alive(mark: str) -> bool:
    """Whether the process of that mark still runs."""
    pid, born, boot = mark.split(" ", 2)
    return boot == _boot() and pid.isdigit() and _born(int(pid)) == born


def _take(db: Database, name: str, own: tuple[int, str, str], now: int, seconds: int) -> bool:
    """Take it, or find it our own (False); raises ``Busy``."""
    with db.write() as tx:
        row = tx.execute("SELECT pid, boot, born, expires FROM lease WHERE name = ?", (name,)).fetchone()
        if row is not None:
            pid, boot, born, expires = row
            if (pid, boot, born) == own:
                return False
            if expires > now and boot == own[1] and _born(pid) == born:
                raise Busy(
                    phrase("another cmday (process {pid}) is at it already", pid=pid),
                    phrase("wait until it has ended, then run the command again"),
                    subject=name,
                )
        tx.execute("INSERT OR REPLACE INTO lease VALUES (?, ?, ?, ?, ?)", (name, *own, now + seconds))
    return True


def _boot() -> str:
    """The present boot of this machine, where the system says it."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return os.uname().nodename


def _born(pid: int) -> str | None:
    """When a living process began, in the system's own words; None when there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        # The second field is the command in brackets and may hold spaces and brackets (proc_pid_stat(5)).
        return stat.rpartition(")")[2].split()[_START_FIELD]
    except OSError:
        pass  # no such process, or a system without /proc
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return "alive"
