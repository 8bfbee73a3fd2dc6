"""The plan as a calendar file, for other programs to show."""

from __future__ import annotations

from pathlib import Path

import msgspec

from cmday.errors import StorageError
from cmday.i18n import phrase
from cmday.session import Session
from cmday.storage import operations


class PlanExport(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday plan export --json``: ``ics`` is the calendar itself where no file was named.

    ``calendars`` are those of cmday's own that were written; ``operations`` then counts what changed in them.
    """

    file: str | None
    operations: int
    ics: str | None
    calendars: tuple[str, ...] = ()


def export(session: Session, file: Path | None) -> PlanExport:
    """Write all operations that have a place as iCalendar; raises ``StorageError`` where the file cannot be written."""
    from cmday.connectors.ical_writing import whole

    placed = [
        one for one in operations.living(session.database) if one.start is not None and session.in_focus(one.community)
    ]
    text = whole(placed, session.clock.now()).decode()
    if file is None:
        return PlanExport(file=None, operations=len(placed), ics=text)
    from cmday.config.paths import write_private

    try:
        write_private(file, text)
    except OSError as why:
        raise StorageError(
            phrase("{file} cannot be written: {why}", file=file, why=why.strerror or why),
            phrase("name another file: cmday plan export --ics plan.ics"),
        ) from None
    return PlanExport(file=str(file), operations=len(placed), ics=None)
