"""The outbox as data: the frozen JSON shape of ``cmday outbox``, and what the other commands tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from cmday.core.outbox import Attachment, AuditRecord, OutboxKind, OutboxState, Outgoing
from cmday.outbox.lateness import is_late
from cmday.outbox.naming import ABOUT, handles_of, speaker, words
from cmday.session import Session


class OutboxRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``data.items[]``. ``target`` is the ledger's id of what a reply answers; ``error`` English."""

    id: str
    handle: str
    kind: OutboxKind
    account: str
    network: str
    community: str | None
    target: str | None
    text: str
    state: OutboxState
    due: datetime | None
    error: str | None


class OutboxData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday outbox --json``, and of the verbs with the items they hit."""

    items: tuple[OutboxRow, ...]


class Speaking(msgspec.Struct, frozen=True, kw_only=True):
    """One item as the screen shows it: by whom (``@name@server``), to whom, and how late it is."""

    row: OutboxRow
    speaker: str
    to: str | None
    subject: str | None
    visibility: str | None
    attachments: tuple[Attachment, ...]
    retry_at: datetime | None
    sent_at: datetime | None
    sent_url: str | None
    late: bool


class OutboxReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the screen of ``cmday outbox`` shows; ``hidden`` counts what ended before today."""

    data: OutboxData
    items: tuple[Speaking, ...]
    hidden: int = 0


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """One item with all that is known of it, and its lines in the audit log."""

    item: Outgoing
    handle: str
    audit: tuple[AuditRecord, ...]


class WholeData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday outbox show --json``."""

    items: tuple[Whole, ...]


def row(one: Outgoing, handle: str) -> OutboxRow:
    """An item as it is listed."""
    return OutboxRow(
        id=one.id,
        handle=handle,
        kind=one.kind,
        account=one.account,
        network=one.network,
        community=one.community,
        target=one.target,
        text=words(one),
        state=one.state,
        due=one.due,
        error=one.error_message,
    )


def data(session: Session, listed: Sequence[Outgoing]) -> OutboxData:
    """Items as JSON has them."""
    given = handles_of(session, [one.id for one in listed])
    return OutboxData(items=tuple(row(one, given[one.id]) for one in listed))


def report(session: Session, listed: Sequence[Outgoing], *, hidden: int = 0) -> OutboxReport:
    """Items as the screen shows them."""
    known, now = data(session, listed), session.clock.now()
    return OutboxReport(
        data=known,
        items=tuple(
            Speaking(
                row=line,
                speaker=speaker(session.settings.accounts.get(one.account), one.account),
                to=one.arguments.get(ABOUT) if one.kind == "action" else one.to,
                subject=one.subject,
                visibility=one.visibility,
                attachments=one.attachments,
                retry_at=one.retry_at,
                sent_at=one.sent_at,
                sent_url=one.sent_url,
                late=one.state == "queued" and is_late(one, now),
            )
            for one, line in zip(listed, known.items, strict=True)
        ),
        hidden=hidden,
    )
