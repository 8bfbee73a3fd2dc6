"""Whole processes, measured by what the kernel says they cost."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

MB = 1024 * 1024


class Cost(msgspec.Struct, frozen=True):
    """What one process cost: CPU seconds (user and system), most memory in bytes, wall seconds."""

    cpu: float
    memory: int
    wall: float


class Command(msgspec.Struct, frozen=True):
    """A command to be measured, with what its environment has beside the present one."""

    argv: Sequence[str]
    environment: Mapping[str, str] = {}


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the result: ``value`` must be at most ``limit``; ``ours`` and ``peer`` say what it was made of."""

    name: str
    value: float
    limit: float
    unit: str
    ours: str
    peer: str

    @property
    def holds(self) -> bool:
        return self.value <= self.limit


def run_once(command: Command) -> Cost:
    """Run a command to its end, its output thrown away; raises ``RuntimeError`` with its complaint where it fails."""
    with tempfile.TemporaryFile() as complaint:
        began = time.monotonic()
        process = subprocess.Popen(
            list(command.argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaint,
            env={**os.environ, **command.environment},
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            complaint.seek(0)
            said = complaint.read().decode(errors="replace")
            raise RuntimeError(f"{' '.join(command.argv)} ended with {process.returncode}: {said}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss * _unit_of_maxrss(), wall)


def paired(rounds: int, *commands: Command) -> list[list[Cost]]:
    """The costs of several commands, run in turn (A B A B), so that a busy moment hits all alike; one run warms up."""
    for command in commands:
        run_once(command)
    costs: list[list[Cost]] = [[] for _ in commands]
    for _ in range(rounds):
        for number, command in enumerate(commands):
            costs[number].append(run_once(command))
    return costs


def cpu(costs: Sequence[Cost]) -> float:
    """The median CPU seconds."""
    return statistics.median(cost.cpu for cost in costs)


def memory(costs: Sequence[Cost]) -> float:
    """The median of the most memory held, in MB."""
    return statistics.median(cost.memory for cost in costs) / MB


def ratio(ours: Sequence[Cost], peer: Sequence[Cost]) -> float:
    """The median of the ratios of neighbours, which a slow machine leaves as they are."""
    return statistics.median(a.cpu / b.cpu for a, b in zip(ours, peer, strict=True))


def milliseconds(name: str, costs: Sequence[Cost]) -> str:
    return f"{name} {cpu(costs) * 1000:.1f} ms"


def installed_script() -> str:
    """The ``cmday`` of this environment; raises ``RuntimeError`` where it is not installed."""
    script = Path(sys.executable).parent / "cmday"
    if not script.exists():
        raise RuntimeError(f"no cmday beside {sys.executable}: python3 -m pip install .")
    return str(script)


def _unit_of_maxrss() -> int:
    return 1 if sys.platform == "darwin" else 1024
