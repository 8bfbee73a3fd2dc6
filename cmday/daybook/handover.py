"""What a colleague needs to take over: who waits, what was promised, what leaves by itself, open cases, notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from cmday.core.cases import Case
from cmday.core.item_query import Query
from cmday.core.items import WANT_ANSWER, Item, Kind
from cmday.core.operations import Operation
from cmday.core.outbox import OutboxState, Outgoing
from cmday.outbox import queue
from cmday.session import Session
from cmday.steps.notifications.urgency import Limits, in_order
from cmday.storage import cases, follow_ups, item_states, journal, labels, ledger, open_items, operations

_NOTES_OF: Final = timedelta(days=14)
_MOST_NOTES: Final = 100
_MOST: Final = 500


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who waits. ``notes`` are one's own on the item, ``written`` an answer that has not left yet."""

    community: str | None
    account: str
    kind: Kind
    author: str
    author_handle: str
    text: str
    url: str | None
    since: datetime
    answer_by: datetime | None
    written: str | None
    labels: tuple[str, ...]
    notes: tuple[str, ...]


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """Something that comes back at a moment: what one put off, or a thread that was answered (``said``)."""

    at: datetime
    community: str | None
    author: str
    text: str
    url: str | None
    said: str | None
    notes: tuple[str, ...]


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """Something in the outbox; ``due`` None leaves with the next send."""

    due: datetime | None
    community: str | None
    account: str
    kind: str
    to: str | None
    text: str
    state: OutboxState


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """An operation that is not finished: when it is placed, and when it is due."""

    title: str
    community: str | None
    start: datetime | None
    due: datetime | None


class OpenCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case that waits for a decision."""

    community: str | None
    author: str
    text: str
    url: str | None
    reasons: tuple[str, ...]
    reports: int
    opened_at: datetime


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """A line that one wrote into the journal about nothing in particular."""

    at: datetime
    text: str


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday handover --json``; ``until`` bounds what comes later."""

    until: datetime | None
    waiting: tuple[Waiting, ...]
    promised: tuple[Promise, ...]
    leaving: tuple[Leaving, ...]
    work: tuple[Work, ...]
    cases: tuple[OpenCase, ...]
    notes: tuple[Noted, ...]


def handover(session: Session, until: datetime | None = None) -> Handover:
    """All that a colleague needs of the communities in focus; with ``until`` only what comes up before it."""
    now = session.clock.now()
    item_states.wake(session.database, now)
    follow_ups.wake(session.database, now)
    return Handover(
        until=until,
        waiting=_waiting(session),
        promised=_promised(session, until),
        leaving=tuple(_leaving(one) for one in queue.waiting(session) if not _later(one.due, until)),
        work=_work(session, until),
        cases=tuple(_case(one) for one in cases.open_cases(session.database, communities=session.communities)),
        notes=_notes(session, now),
    )


def _later(moment: datetime | None, until: datetime | None) -> bool:
    return moment is not None and until is not None and moment > until


def _waiting(session: Session) -> tuple[Waiting, ...]:
    db, limits = session.database, Limits(session.settings)
    query = Query(communities=session.communities, kinds=tuple(sorted(WANT_ANSWER)))
    names = [head.line for stream in open_items.heads(db, query) for head in stream]
    items = in_order(limits.limited(one) for one in open_items.lines(db, names))[:_MOST]
    ids = [one.notification.id for one in items]
    written = queue.written_for(session, ids)
    labelled, noted = labels.of(db, ids), _noted(session, ids)
    return tuple(
        Waiting(
            community=one.notification.community,
            account=one.notification.account,
            kind=one.notification.kind,
            author=one.notification.author or one.notification.author_handle,
            author_handle=one.notification.author_handle,
            text=one.notification.text,
            url=one.notification.url,
            since=one.since or one.notification.at,
            answer_by=one.answer_by,
            written=written[one.notification.id].text if one.notification.id in written else None,
            labels=labelled.get(one.notification.id, ()),
            notes=noted.get(one.notification.id, ()),
        )
        for one in items
    )


def _noted(session: Session, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in journal.notes_on(session.database, ids):
        found[line.item or ""] = (*found.get(line.item or "", ()), line.text)
    return found


def _promised(session: Session, until: datetime | None) -> tuple[Promise, ...]:
    """What was put off, and what was answered and is to be looked at again."""
    db = session.database
    query = Query(communities=session.communities)
    put_off = [one for one in open_items.closed_items(db, query) if one.state == "snoozed" and one.snoozed_until]
    followed = follow_ups.all_due(db)
    items = {one.notification.id: one for one in ledger.items(db, list(followed))}
    ids = [one.notification.id for one in put_off] + list(items)
    noted = _noted(session, ids)
    found = [_promise(one, one.snoozed_until, None, noted) for one in put_off if one.snoozed_until]
    found += [
        _promise(items[item], at, said, noted)
        for item, (at, said) in followed.items()
        if item in items and session.in_focus(items[item].notification.community)
    ]
    return tuple(sorted((one for one in found if not _later(one.at, until)), key=lambda one: one.at.timestamp()))


def _promise(item: Item, at: datetime, said: str | None, noted: dict[str, tuple[str, ...]]) -> Promise:
    one = item.notification
    return Promise(
        at=at,
        community=one.community,
        author=one.author or one.author_handle,
        text=one.text or one.subject_text or "",
        url=one.url,
        said=said,
        notes=noted.get(one.id, ()),
    )


def _leaving(one: Outgoing) -> Leaving:
    return Leaving(
        due=one.due,
        community=one.community,
        account=one.account,
        kind=one.kind,
        to=one.to,
        text=one.text,
        state=one.state,
    )


def _work(session: Session, until: datetime | None) -> tuple[Work, ...]:
    living = [one for one in operations.living(session.database) if session.in_focus(one.community)]
    named = [one for one in living if not _later(_moment(one), until)]
    placed = [(moment.timestamp() if (moment := _moment(one)) else float("inf"), one.id, one) for one in named]
    return tuple(
        Work(title=one.title, community=one.community, start=one.start, due=one.due)
        for _at, _id, one in sorted(placed, key=lambda found: found[:2])
    )


def _moment(one: Operation) -> datetime | None:
    return min((moment for moment in (one.start, one.due) if moment), default=None)


def _case(one: Case) -> OpenCase:
    return OpenCase(
        community=one.community,
        author=one.author or one.author_handle,
        text=one.text,
        url=one.url,
        reasons=one.reasons,
        reports=one.reports,
        opened_at=one.opened_at,
    )


def _notes(session: Session, now: datetime) -> tuple[Noted, ...]:
    """The notes of two weeks that stand with no item."""
    lines = journal.entries(session.database, since=now - _NOTES_OF, verb="note", limit=_MOST_NOTES)
    return tuple(Noted(at=line.at, text=line.text) for line in lines if line.item is None)
