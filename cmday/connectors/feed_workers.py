"""Two processes that read feeds, for refreshes in which much is to be read: the network is waited for meanwhile."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections import deque
from pathlib import Path
from typing import Final, Generic, TypeVar

import msgspec

import cmday
from cmday.connectors.feed_reading import Reading
from cmday.connectors.feed_worker import Job, read_frame, write_frame

T = TypeVar("T")

PROCESSES: Final = 2
# Bodies that wait for a process are held in memory.
_MOST_WAITING: Final = 24


class Workers(Generic[T]):
    """Gives jobs to the processes, each with a word of the caller's own to know it by when it is done."""

    def __init__(self) -> None:
        self._idle = [_start() for _ in range(PROCESSES)]
        self._busy: dict[int, tuple[subprocess.Popen[bytes], Job, T]] = {}
        self._waiting: deque[tuple[Job, T]] = deque()

    def give(self, job: Job, word: T) -> None:
        """Have a job done; ``done`` tells of it."""
        self._waiting.append((job, word))
        self._hand_out()

    def done(self, *, everything: bool = False) -> list[tuple[Job, T, Reading | None]]:
        """What is done by now; all there is where ``everything`` is waited for, or where too much is waiting.

        None as the reading says that the job is to be done where it came from.
        """
        found: list[tuple[Job, T, Reading | None]] = []
        while self._busy or self._waiting:
            if not self._busy:  # no process is left
                found += [(job, word, None) for job, word in self._waiting]
                self._waiting.clear()
                break
            patient = everything or len(self._waiting) > _MOST_WAITING
            ready = self._ready(None if patient else 0)
            if not ready:
                break
            for number in ready:
                found.append(self._take(number))
            self._hand_out()
        return found

    def close(self) -> None:
        """End the processes."""
        for process in [*self._idle, *(process for process, _, _ in self._busy.values())]:
            _end(process)
        self._idle, self._busy = [], {}

    def _ready(self, seconds: float | None) -> list[int]:
        poll = select.poll()
        for number in self._busy:
            poll.register(number, select.POLLIN)
        return [number for number, _ in poll.poll(None if seconds is None else seconds * 1000)]

    def _take(self, number: int) -> tuple[Job, T, Reading | None]:
        process, job, word = self._busy.pop(number)
        assert process.stdout is not None
        frame = read_frame(process.stdout)
        if frame is None:
            _end(process)
            return job, word, None
        self._idle.append(process)
        return job, word, msgspec.msgpack.decode(frame, type=Reading) if frame else None

    def _hand_out(self) -> None:
        while self._idle and self._waiting:
            process = self._idle.pop()
            job, word = self._waiting.popleft()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                write_frame(process.stdin, msgspec.msgpack.encode(job))
            except OSError:
                self._waiting.appendleft((job, word))
                _end(process)
                continue
            self._busy[process.stdout.fileno()] = (process, job, word)


def _start() -> subprocess.Popen[bytes]:
    # The package is found where this one is, never in the folder one happens to stand in (-P).
    place = str(Path(cmday.__file__).parent.parent)
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "cmday.connectors.feed_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (place, os.environ.get("PYTHONPATH"))))},
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """Close its input, which ends it, and see it off."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.close()
    except OSError:
        process.kill()  # it is gone, or as good as
    process.stdout.close()
    process.wait()
