"""What waits to leave the machine, and what became of it. *Outbox*, *draft* and *held* are our words for its states.

An item is written (draft), waits for its time (queued), is on its way (sending), has arrived (sent); or nobody knows
whether it arrived (doubtful), it did not (failed), somebody took it back (cancelled), or it waits for a word (held).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal, get_args

import msgspec

OutboxKind = Literal["reply", "post", "action"]
OutboxState = Literal["draft", "queued", "sending", "sent", "doubtful", "failed", "cancelled", "held"]

OUTBOX_STATES: Final[tuple[OutboxState, ...]] = get_args(OutboxState)
# What has not left and can be taken back without anybody knowing.
UNSENT: Final[frozenset[OutboxState]] = frozenset({"draft", "queued", "held", "failed"})
# What still wants something: to be sent, to be released, or a word about where it is.
WAITING: Final[frozenset[OutboxState]] = UNSENT | {"sending", "doubtful"}
# Later than this after its due time, an item asks instead of going out.
LATE: Final = timedelta(minutes=30)


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A picture to go with a post: an absolute path, and the words for who cannot see it."""

    path: str
    alt: str


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """One thing for one account to send.

    ``key`` is the idempotency key, given once and kept over every attempt. ``target`` is the ledger's id of the item
    that a reply answers; ``reply_to`` the network's own id of it (a status id, a Message-ID), ``to`` whom it addresses,
    ``references`` the Message-IDs before it: all as ``items.ReplyTo`` has them.
    ``action`` and ``arguments`` are of kind ``action`` only. ``due`` is None for "as soon as it is sent". ``sent_id``
    and ``sent_url`` are the network's answer. ``retry_at`` is the moment the server asked to be left alone until;
    ``sender`` names the process that has it in hand while it is ``sending``.
    """

    id: str
    kind: OutboxKind
    account: str
    network: str
    community: str | None
    state: OutboxState
    text: str
    key: str
    created: datetime
    target: str | None = None
    reply_to: str | None = None
    to: str | None = None
    subject: str | None = None
    references: tuple[str, ...] = ()
    visibility: str | None = None
    language: str | None = None
    attachments: tuple[Attachment, ...] = ()
    action: str | None = None
    arguments: dict[str, str] = {}
    operation: str | None = None
    due: datetime | None = None
    attempts: int = 0
    began: datetime | None = None
    sender: str | None = None
    retry_at: datetime | None = None
    sent_at: datetime | None = None
    sent_id: str | None = None
    sent_url: str | None = None
    error_kind: str | None = None
    error_message: str | None = None


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """The network's answer to a send: its own id and address of what is there now.

    ``note`` says in English what went wrong beside it, where something did: it is sent all the same.
    """

    id: str
    url: str | None = None
    note: str | None = None


class AuditRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the audit log: who did what to what, when; never changed once written.

    What was erased reads ``forgotten``.
    """

    number: int
    at: datetime
    who: str
    what: str
    outbox: str | None
    account: str | None
    target: str | None
    before: str | None
    after: str | None
    answer: str | None
