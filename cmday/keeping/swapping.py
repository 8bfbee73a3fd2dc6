"""Putting a restored home into the place of the old one: whole, or not at all, whenever the power goes.

What is to be moved is written down first. From then on the new state is the valid one: whoever comes next finishes what
is written there before doing anything else. Every move is a rename within one folder's disk, and can be done again.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Literal

import msgspec

from cmday.config.paths import UNFINISHED, Home, make_private, settle_on_disk, write_private


class Move(msgspec.Struct, frozen=True):
    """What is at ``target`` goes to ``aside``, and what is at ``staged`` takes its place; nothing does where None."""

    target: str
    aside: str
    staged: str | None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done; in the second phase all that was old is aside. ``rooms`` are empty folders afterwards."""

    moves: tuple[Move, ...]
    rooms: tuple[str, ...]
    phase: Literal["aside", "in"] = "aside"


def is_unfinished(home: Home) -> bool:
    """Whether a restore was cut off; a look at one file, as every command does it."""
    return (home.data / UNFINISHED).exists()


def swap(home: Home, plan: Plan) -> None:
    """Carry out a plan. A kill before it is written leaves the old state, one after it is made good by ``finish``."""
    from cmday.storage.schema import alone

    with alone(home.database):
        _write(home, plan)
        _carry_out(home, plan)


def finish(home: Home) -> None:
    """Finish a restore that was cut off; nothing where another process did meanwhile."""
    from cmday.storage.schema import alone

    with alone(home.database):
        file = home.data / UNFINISHED
        if file.exists():
            _carry_out(home, msgspec.json.decode(file.read_bytes(), type=Plan))


def _carry_out(home: Home, plan: Plan) -> None:
    if plan.phase == "aside":
        for move in plan.moves:
            target, aside = Path(move.target), Path(move.aside)
            if os.path.lexists(target) and not os.path.lexists(aside):
                make_private(aside.parent)
                target.rename(aside)
        plan = msgspec.structs.replace(plan, phase="in")
        _write(home, plan)
    for move in plan.moves:
        if move.staged and os.path.lexists(move.staged):
            make_private(Path(move.target).parent)
            Path(move.staged).rename(move.target)
    for folder in {Path(move.target).parent for move in plan.moves}:
        if folder.is_dir():
            settle_on_disk(folder)
    (home.data / UNFINISHED).unlink()
    for room in plan.rooms:
        shutil.rmtree(room, ignore_errors=True)


def _write(home: Home, plan: Plan) -> None:
    write_private(home.data / UNFINISHED, msgspec.json.encode(plan).decode())
    settle_on_disk(home.data)
