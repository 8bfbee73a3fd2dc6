"""Bringing a backup back: checked whole beside the home, then put into its place, what was there kept aside.

Nothing of the home changes before everything is known to be right. What waited in the outbox of the backup does not go
out by itself: it may have gone out since.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from cmday.config.paths import Home, make_private
from cmday.config.toml_file import parse_toml
from cmday.core.time import Clock
from cmday.errors import CmdayError, StorageError
from cmday.i18n import phrase
from cmday.keeping import contents, swapping
from cmday.keeping.swapping import Move, Plan
from cmday.keeping.unpacking import Backup, opened
from cmday.storage import backup as copies
from cmday.storage.database import Database, open_database
from cmday.storage.leases import lease

# Who may not be at work meanwhile: a refresh, and a send (routine.py, outbox/sending.py).
_LEASES: Final = ("refresh", "send")
_LONGEST: Final = 600


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday restore --json``.

    ``restored`` names the parts brought back, ``aside`` the folders in which what was there is kept. Of the backup's
    outbox, ``held`` wait for a word, ``doubtful`` were on their way, ``sent`` have gone out since.
    """

    file: str
    made_at: datetime
    cmday: str
    schema: int
    dry_run: bool
    tokens: bool
    restored: tuple[str, ...]
    aside: tuple[str, ...]
    held: int
    doubtful: int
    sent: int


class Prepared:
    """A backup that was checked and lies beside the home, ready to be put into its place."""

    def __init__(self, home: Home, plan: Plan, said: Restored) -> None:
        self._home = home
        self._plan = plan
        self.said = said

    def carry_out(self) -> Restored:
        """Put it into the place of the home; what was there is kept aside."""
        swapping.swap(self._home, self._plan)
        kept = tuple(folder for folder in self.said.aside if Path(folder).is_dir())
        return msgspec.structs.replace(self.said, dry_run=False, aside=kept)


@contextmanager
def prepared(home: Home, clock: Clock, file: Path) -> Iterator[Prepared]:
    """Check a backup whole and lay it ready; what is not carried out leaves no trace.

    Raises ``BadBackup`` and ``StorageError`` for what cannot be restored, ``Busy`` while another cmday refreshes or
    sends.
    """
    with ExitStack() as stack:
        backup = stack.enter_context(opened(file))
        present = stack.enter_context(_present(home, clock))
        if present:
            for name in _LEASES:
                stack.enter_context(lease(present, name, clock, _LONGEST))
        stamp = f"{clock.now():%Y-%m-%d-%H%M%S}"
        targets = contents.parts(home)
        rooms = {target.parent: target.parent / f".restore-{stamp}" for target in targets.values()}
        for folder, room in rooms.items():
            make_private(folder)
            for left in folder.glob(".restore-[0-9]*"):  # of one that was killed before anything was moved
                shutil.rmtree(left, ignore_errors=True)
            room.mkdir(mode=0o700)
        try:
            staged = {part: rooms[target.parent] / part for part, target in targets.items()}
            backup.unpack(staged)
            _insist_readable(backup, staged)
            settled = copies.Settled()
            if staged[contents.DATABASE].exists():
                copies.look(staged[contents.DATABASE])
                settled = copies.make_ready(staged[contents.DATABASE], clock, present)
            plan = _plan(backup, targets, staged, rooms, stamp)
            yield Prepared(home, plan, _said(file, backup, plan, settled))
        finally:
            if not swapping.is_unfinished(home):
                for room in rooms.values():
                    shutil.rmtree(room, ignore_errors=True)


@contextmanager
def _present(home: Home, clock: Clock) -> Iterator[Database | None]:
    """The database that is to be replaced; None where there is none, or none that this cmday can read."""
    if not home.database.exists():
        yield None
        return
    try:
        database = open_database(home.database, clock)
    except StorageError:
        yield None  # of a newer cmday, or broken: that is what one restores for
        return
    try:
        yield database
    finally:
        database.close()


def _insist_readable(backup: Backup, staged: dict[str, Path]) -> None:
    """Raise ``BadBackup`` for a settings file that is no TOML: cmday could not start with it."""
    for part, place in staged.items():
        if place.suffix != ".toml" or not place.is_file():
            continue
        try:
            parse_toml(place.read_text(encoding="utf-8-sig"), Path(part))
        except (CmdayError, UnicodeDecodeError) as error:
            raise backup.bad(phrase("{name} in it cannot be read: {cause}", name=part, cause=error)) from error


def _plan(
    backup: Backup, targets: dict[str, Path], staged: dict[str, Path], rooms: dict[Path, Path], stamp: str
) -> Plan:
    """Every part gives way, also to nothing; but sign-ins stay where the backup has none."""
    moves = []
    for part, target in targets.items():
        if part == contents.TOKENS and not backup.manifest.tokens:
            continue
        aside = _aside(target.parent, stamp)
        if part == contents.DATABASE:
            moves += [Move(str(target.with_name(name)), str(aside / name), None) for name in contents.COMPANIONS]
        new = staged[part]
        moves.append(Move(str(target), str(aside / part), str(new) if new.exists() else None))
    return Plan(moves=tuple(moves), rooms=tuple(map(str, rooms.values())))


def _aside(folder: Path, stamp: str) -> Path:
    name, number = f"before-restore-{stamp}", 1
    while (folder / name).exists():
        number += 1
        name = f"before-restore-{stamp}-{number}"
    return folder / name


def _said(file: Path, backup: Backup, plan: Plan, settled: copies.Settled) -> Restored:
    manifest = backup.manifest
    return Restored(
        file=str(file),
        made_at=manifest.made_at,
        cmday=manifest.cmday,
        schema=manifest.schema,
        dry_run=True,
        tokens=manifest.tokens,
        restored=tuple(dict.fromkeys(contents.part_of(one.name) for one in manifest.files)),
        aside=tuple(dict.fromkeys(str(Path(move.aside).parent) for move in plan.moves)),
        held=settled.held,
        doubtful=settled.doubtful,
        sent=settled.sent,
    )
