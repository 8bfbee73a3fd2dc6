"""What there is to see at a stop, from the database alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from cmday.guide.dossier import Dossier, gather
from cmday.guide.stops import Stop
from cmday.session import Session
from cmday.storage import cases, entries
from cmday.text.plain import plain

_MOST_TEXT = 10_000


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """A story of the news: ``text`` is what its feed says of it."""

    title: str
    sources: tuple[str, ...]
    published: datetime | None
    text: str
    why: tuple[str, ...] = ()


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """One stop, whole. ``account`` is the one that speaks; ``limit`` by when an answer is due, ``late`` if it is over.

    ``case`` is the file of a case (``moderation.casefile``). ``report`` is that of a step that is looked at as a page;
    ``moved`` the operations for which it would write a place.
    """

    community: str | None = None
    account: str | None = None
    network: str | None = None
    limit: datetime | None = None
    late: bool = False
    url: str | None = None
    state: str = "new"
    answerable: bool = False
    dossier: Dossier | None = None
    story: Story | None = None
    reasons: tuple[str, ...] = ()
    case: Any = None
    report: Any = None
    moved: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()

    @property
    def changes(self) -> int:
        return len(self.moved)


def look(session: Session, stop: Stop) -> Sight:
    """What is known at a stop; a message that is looked at is seen."""
    if stop.sort == "message":
        return _message(session, stop)
    if stop.sort == "story":
        return _story(session, stop)
    if stop.sort == "case":
        return _case(session, stop)
    from importlib import import_module

    report = import_module(f"cmday.steps.{stop.step}.step").digest(session, {})
    moved = tuple(change.operation for change in report.data.changes) if stop.step == "planning" else ()
    return Sight(report=report, moved=moved)


def _message(session: Session, stop: Stop) -> Sight:
    from cmday.steps.notifications import reading as inbox

    [reading] = inbox.read(session, [stop.id]).items
    row = reading.item
    dossier = gather(session, stop)
    return Sight(
        community=row.community,
        account=row.account,
        network=row.network,
        limit=row.answer_by,
        late=bool(row.answer_by and row.answer_by < session.clock.now()),
        url=row.url,
        state=row.state,
        answerable=bool(dossier and dossier.item.notification.reply) and row.state != "done",
        dossier=dossier,
    )


def _story(session: Session, stop: Stop) -> Sight:
    found = entries.by_ids(session.database, [stop.id]).get(stop.id)
    if found is None:
        return Sight(state="gone")
    entry = found.entry
    text = plain(entry.content) or entry.summary
    return Sight(
        url=entry.url,
        state=found.state,
        story=Story(
            title=entry.title or entry.summary[:120] or entry.url or "",
            sources=(found.feed_title,),
            published=entry.published,
            text=text[:_MOST_TEXT],
        ),
    )


def _case(session: Session, stop: Stop) -> Sight:
    found = cases.cases(session.database, [stop.id]).get(stop.id)
    if found is None:
        return Sight(state="gone")
    from cmday.steps.moderation import casefile
    from cmday.steps.moderation.acting import capable

    file = casefile.gather(session, found, stop.handle)
    # Of a case that is no item of ours, and of one whose item only tells of a report, the queue knows more.
    told = found.item if found.item and not file.reported_by else None
    dossier = gather(session, stop, told) if told else None
    return Sight(
        community=found.community,
        account=found.account,
        network=found.network,
        url=found.url,
        state=found.state,
        dossier=dossier,
        reasons=found.reasons,
        possible=tuple(capable.possible(session, found)),
        case=file,
    )
