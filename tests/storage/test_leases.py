"""Leases between real processes: a living holder keeps it, a dead or a hanging one does not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from cmday.core.time import Clock
from cmday.errors import Busy
from cmday.storage.database import Database
from cmday.storage.leases import lease
from tests.storage.making import CLOCK, NOW, database

HOLDER = """
import sys, time
from pathlib import Path
from cmday.storage.leases import lease
from tests.storage.making import CLOCK, database
with lease(database(Path(sys.argv[1])), "refresh", CLOCK, 60):
    print("held", flush=True)
    sys.stdin.readline()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_living_holder_keeps_it(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        db = database(tmp_path)
        with pytest.raises(Busy, match=str(process.pid)), lease(db, "refresh", CLOCK):
            pass
        with lease(db, "send", CLOCK):
            pass
        process.communicate("\n")
        with lease(db, "refresh", CLOCK):
            pass
        db.close()


def test_a_killed_holder_loses_it(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    db = database(tmp_path)
    with lease(db, "refresh", CLOCK):
        assert _holders(db) == [os.getpid()]
    db.close()


def _holders(db: Database) -> list[int]:
    return [pid for (pid,) in db.connection.execute("SELECT pid FROM lease WHERE name = 'refresh'")]


def test_a_hanging_holder_loses_it_in_the_end(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        db = database(tmp_path)
        with lease(db, "refresh", Clock(CLOCK.zone, NOW + timedelta(seconds=61))):
            process.communicate("\n")
            with pytest.raises(Busy):
                _held_elsewhere(tmp_path)
        db.close()


def _held_elsewhere(folder: Path) -> None:
    """Try it from another process; what it gave back by then must not be ours."""
    script = (
        "import sys\nfrom pathlib import Path\nfrom cmday.errors import Busy\nfrom cmday.storage.leases import lease\n"
        "from tests.storage.making import CLOCK, database\n"
        "try:\n    with lease(database(Path(sys.argv[1])), 'refresh', CLOCK): pass\n"
        "except Busy: sys.exit(7)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(folder)], check=False, timeout=60)
    if ended.returncode == 7:
        from cmday.i18n import phrase

        raise Busy(phrase("held"))


@pytest.mark.parametrize("column", ["boot", "born"])
def test_a_reused_number_is_another_process(tmp_path: Path, column: str) -> None:
    with holder(tmp_path) as process:
        db = database(tmp_path)
        with db.write() as tx:
            tx.execute(f"UPDATE lease SET {column} = 'before the reboot'")
        with lease(db, "refresh", CLOCK):
            assert _holders(db) == [os.getpid()]
        db.close()
        process.communicate("\n")


def test_the_same_process_may_take_it_twice_and_gives_it_back_once(tmp_path: Path) -> None:
    db = database(tmp_path)
    with lease(db, "refresh", CLOCK):
        with lease(db, "refresh", CLOCK):
            pass
        assert db.connection.execute("SELECT count(*) FROM lease").fetchone() == (1,)
    assert db.connection.execute("SELECT count(*) FROM lease").fetchone() == (0,)
    db.close()
