"""What ``cmday send`` says at the end: a line for each item that was tried, and for each that asks first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from cmday.cli.run import Run
from cmday.i18n import _
from cmday.text.safe_text import safe

if TYPE_CHECKING:
    from cmday.outbox.report import OutboxRow
    from cmday.outbox.sending import Fate

_MOST: Final = 60


def fate_lines(rows: Sequence[OutboxRow], fates: Sequence[Fate]) -> list[str]:
    """``o1 is sent: https://...``, or why it is not."""
    by_id = {fate.outgoing.id: fate for fate in fates}
    lines = []
    for row in rows:
        fate = by_id.get(row.id)
        where = fate.outgoing.sent_url if fate else None
        if row.state == "sent":
            lines.append(_("{handle} is sent: {what}").format(handle=row.handle, what=safe(where or _what(row), 200)))
            if fate and fate.note:
                lines.append(f"   {safe(fate.note)}")
        elif row.state == "doubtful":
            lines.append(_in_doubt(row))
        elif row.state == "failed":
            lines.append(_("{handle} failed, and waits for you: {what}").format(handle=row.handle, what=_what(row)))
        elif row.state == "held" and fate and fate.error:
            lines.append(f"{row.handle}: {safe(str(fate.error.message))}")
            said = _("   cmday outbox release {handle} sends it all the same, cmday outbox drop {handle} takes it back")
            lines.append(said.format(handle=row.handle))
        else:
            lines.append(_("{handle} is not sent, and waits: {what}").format(handle=row.handle, what=_what(row)))
    return lines


def left_lines(run: Run, rows: Sequence[OutboxRow]) -> list[str]:
    """What was left because it is late or in doubt, with the command that settles it."""
    lines = []
    for row in rows:
        if row.state == "doubtful":
            lines.append(_in_doubt(row))
        elif row.due:
            said = _("{handle} was due {time}, too late to go unasked: cmday send {handle} or outbox drop {handle}")
            lines.append(said.format(handle=row.handle, time=run.view.when(row.due)))
        else:
            lines.append(_("{handle} was left: {what}").format(handle=row.handle, what=_what(row)))
    return lines


def _in_doubt(row: OutboxRow) -> str:
    said = _("{handle}: did it go out? Look at {account}, then say cmday outbox arrived {handle}, or again {handle}")
    return said.format(handle=row.handle, account=row.account)


def _what(row: OutboxRow) -> str:
    return safe(" ".join(row.text.split()), _MOST)
