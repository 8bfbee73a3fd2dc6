"""Activity from files of analytics: read, shown, stored as a whole, and taken out again by undo."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from cmday.core.communities import Community
from cmday.core.operations import Basis
from cmday.core.time import epoch, from_epoch, zone_name
from cmday.errors import CmdayError, NotFound, WrongUse
from cmday.hours.quiet import zone_of
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps import traffic
from cmday.storage import imported, journal, undo
from cmday.storage.imported import Imported
from cmday.text.activity import columns as naming
from cmday.text.activity.columns import Columns
from cmday.text.activity.reading import Activity, read_activity, wants_dates, wants_day_order
from cmday.text.activity.table import Table, read_table

_BIGGEST: Final = 128 * 1024 * 1024
_SLICE: Final = "activity"
_ID: Final = "import/"
Unsure = Literal["time", "people", "dates", "order"]


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said of a file: ``columns`` by role, the zone of its clocks, the days it stands for."""

    columns: Mapping[str, str] = {}
    zone: str | None = None
    days: tuple[date, date] | None = None
    day_first: bool | None = None


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A file as far as it is understood; ``unsure`` names what has to be asked before it can be read."""

    community: Community
    file: Path
    digest: bytes
    table: Table
    columns: Columns
    wishes: Wishes
    zone: tzinfo
    unsure: Unsure | None


class ImportedData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday plan import-activity --json``.

    ``columns`` are names by role; ``new`` is false where the file was imported before; ``people_hours``, ``weeks`` and
    ``basis`` are those of the community afterwards, null in a dry run.
    """

    community: str
    file: str
    columns: dict[str, str]
    zone: str
    rows: int
    skipped: int
    first: datetime
    last: datetime
    new: bool
    written: bool
    people_hours: int | None
    weeks: int | None
    basis: Basis | None


def prepare(session: Session, community: Community, file: Path, wishes: Wishes) -> Prepared:
    """Read a file's table and guess its columns. Raises ``WrongUse`` where it is no table or a wish is none."""
    body = _body(file)
    table = read_table(body)
    if not table.rows:
        raise WrongUse(
            phrase("{file} holds no table", file=file.name),
            phrase("export it as CSV: times and people, or hours and counts"),
            subject=str(file),
        )
    columns = _columns(table, wishes, file)
    return Prepared(
        community=community,
        file=file,
        digest=_digest(body, wishes),
        table=table,
        columns=columns,
        wishes=wishes,
        zone=ZoneInfo(wishes.zone) if wishes.zone else zone_of(community, session.clock.zone),
        unsure=_unsure(table, columns, wishes),
    )


def _body(file: Path) -> bytes:
    import gzip

    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as source:
            body = source.read(_BIGGEST + 1)
    except (OSError, EOFError) as error:
        raise NotFound(
            phrase("{file} cannot be read: {reason}", file=file, reason=getattr(error, "strerror", None) or error),
            phrase("name a CSV file"),
            subject=str(file),
        ) from error
    if len(body) > _BIGGEST:
        raise WrongUse(phrase("{file} is too big", file=file.name), phrase("export fewer weeks: 16 are looked at"))
    return bytes(body)


def _digest(body: bytes, wishes: Wishes) -> bytes:
    said = msgspec.json.encode([sorted(wishes.columns.items()), wishes.zone, wishes.days, wishes.day_first])
    return hashlib.sha256(said + b"\0" + body).digest()[:16]


def _columns(table: Table, wishes: Wishes, file: Path) -> Columns:
    if not wishes.columns:
        return naming.guess(table)
    try:
        return naming.named(table, wishes.columns)
    except KeyError as error:
        raise WrongUse(
            phrase('{file} has no column "{name}"', file=file.name, name=error.args[0]),
            phrase(
                "write --columns time=NAME,actor=NAME, with names or numbers of: {names}",
                names=", ".join(table.header) or f"1-{table.size}",
            ),
            subject=str(file),
        ) from None


def _unsure(table: Table, columns: Columns, wishes: Wishes) -> Unsure | None:
    if not columns.says_when:
        return "time"
    if not columns.says_who:
        return "people"
    if wants_dates(columns):
        return None if wishes.days else "dates"
    return "order" if wishes.day_first is None and wants_day_order(table, columns) else None


def refusal(prepared: Prepared) -> CmdayError:
    """What to say where nobody can be asked."""
    names = ", ".join(prepared.table.header) or f"1-{prepared.table.size}"
    said = {
        "time": (
            phrase("no column of {file} is surely the time", file=prepared.file.name),
            phrase("write --columns time=NAME,actor=NAME, with names or numbers of: {names}", names=names),
        ),
        "people": (
            phrase("no column of {file} is surely people or their number", file=prepared.file.name),
            phrase("write --columns time=NAME,count=NAME, with names or numbers of: {names}", names=names),
        ),
        "dates": (
            phrase("{file} does not say of which days its hours are", file=prepared.file.name),
            phrase("write --dates 2026-10-01..2026-10-31"),
        ),
        "order": (
            phrase("the dates of {file} may begin with the day or with the month", file=prepared.file.name),
            phrase("write --day-first or --month-first"),
        ),
    }
    message, hint = said[prepared.unsure or "time"]
    return WrongUse(message, hint, subject=str(prepared.file))


def carry_out(session: Session, prepared: Prepared, *, dry_run: bool = False) -> ImportedData:
    """Store what a file tells; the same file again changes nothing.

    Raises ``WrongUse`` where nothing in it can be used: no rows, no hours of the day, a time still to come.
    """
    found = read_activity(
        prepared.table,
        prepared.columns,
        prepared.zone,
        day_first=prepared.wishes.day_first,
        days=prepared.wishes.days,
        until=epoch(session.clock.now()),
    )
    _check(found, prepared, session.clock.now())
    short = prepared.community.short
    new = not imported.known(session.database, short, prepared.digest)
    if new and not dry_run:
        _store(session, prepared, found)
    week = None if dry_run else traffic.week_of(session, prepared.community)
    zone = session.clock.zone
    return ImportedData(
        community=short,
        file=prepared.file.name,
        columns=_named(prepared),
        zone=zone_name(prepared.zone),
        rows=len(prepared.table.rows) - found.skipped,
        skipped=found.skipped,
        first=from_epoch(found.start, zone),
        last=from_epoch(found.end, zone),
        new=new,
        written=new and not dry_run,
        people_hours=week.people_hours if week else None,
        weeks=week.weeks if week else None,
        basis=week.basis if week else None,
    )


def _check(found: Activity, prepared: Prepared, now: datetime) -> None:
    if not found.events and not found.hours:
        raise WrongUse(
            phrase("no row of {file} can be read as a time and people", file=prepared.file.name),
            phrase("name the columns: --columns time=NAME,actor=NAME"),
            subject=str(prepared.file),
        )
    if found.whole_days:
        raise WrongUse(
            phrase("{file} counts whole days, and quiet hours want hours", file=prepared.file.name),
            phrase("export it by the hour"),
            subject=str(prepared.file),
        )
    if found.start > epoch(now):
        raise WrongUse(
            phrase("the times of {file} are still to come", file=prepared.file.name),
            phrase("look at its dates: --day-first, --month-first or --columns"),
            subject=str(prepared.file),
        )


def _store(session: Session, prepared: Prepared, found: Activity) -> None:
    db, now = session.database, session.clock.now()
    what = Imported(
        number=0,
        community=prepared.community.short,
        file=prepared.file.name,
        source=",".join(sorted(_named(prepared).values())),
        start=found.start,
        end=min(found.end, epoch(now)),
    )
    with db.write():
        if found.events:
            number = imported.put_events(db, what, prepared.digest, found.events, now)
        else:
            number = imported.put_hours(db, what, prepared.digest, found.hours, now)
        journal.write(db, now, "import-activity", step="planning", item=f"{_ID}{number}", text=prepared.file.name)
        undo.note(db, now, "plan import-activity", _SLICE, prepared.file.name, {f"{_ID}{number}": None})


def _named(prepared: Prepared) -> dict[str, str]:
    header, columns = prepared.table.header, prepared.columns
    places = {role: getattr(columns, role) for role in naming.ROLES}
    found = {role: header[place] if header else str(place + 1) for role, place in places.items() if place is not None}
    return found | ({"hours": "0-23"} if columns.hours else {})


def restore(session: Session, before: Mapping[str, Any]) -> str:
    """Take imports out again; returns the names of their files."""
    numbers: Sequence[int] = [int(one.removeprefix(_ID)) for one in before]
    return ", ".join(imported.remove(session.database, numbers))
