"""What cannot wait at this moment: alarms, limits about to pass, and sends that failed."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from cmday.core.crises import Crisis
from cmday.core.item_query import Query
from cmday.core.notices import Notice
from cmday.core.outbox import OutboxState
from cmday.crisis import picture
from cmday.crisis.report import CrisisData
from cmday.i18n import phrase
from cmday.outbox import queue, recovery
from cmday.session import Session
from cmday.steps.notifications.urgency import Limits, most_urgent
from cmday.storage import open_items
from cmday.storage.item_rows import line_of
from cmday.terminal import wording
from cmday.text.safe_text import safe

_MOST: Final = 200
_WORDS: Final = 120
_BAD: Final[tuple[OutboxState, ...]] = ("failed", "doubtful")


def alarms(session: Session, crises: Iterable[Crisis]) -> list[Notice]:
    """The alarms about which nobody has decided yet."""
    return [
        _alarm(picture.picture(session, one))
        for one in crises
        if one.state == "alarm" and session.in_focus(one.community)
    ]


def _alarm(data: CrisisData) -> Notice:
    first = data.first
    return Notice(
        key=f"alarm/{data.community}/{int(data.began.timestamp())}",
        kind="alarm",
        community=data.community,
        count=data.count,
        text=phrase(
            "{n} negative messages in an hour by {people} people, usually {usual}. A first word is due before {time}.",
            n=data.count,
            people=data.people,
            usual=round(data.usual or 0),
            time=wording.time(data.first_word_due),
        ),
        personal=f"{safe(first.author or first.author_handle, _WORDS)}: {safe(first.text, _WORDS)}" if first else "",
    )


def limits(session: Session) -> list[Notice]:
    """The lines whose limit to answer by passes soon, and for which nothing is written yet."""
    db, now = session.database, session.clock.now()
    until = now + session.settings.watch.ahead
    reckon = Limits(session.settings)
    names = most_urgent(open_items.heads(db, Query(communities=session.communities)), reckon, _MOST)
    items = [reckon.limited(one) for one in open_items.lines(db, names)]
    near = [one for one in items if one.answer_by and now <= one.answer_by <= until]
    written = queue.written_for(session, [one.notification.id for one in near])
    return [
        Notice(
            key=f"limit/{_digest(line_of(one.notification))}/{int(one.answer_by.timestamp())}",
            kind="limit",
            community=one.notification.community,
            count=1,
            text=phrase("an answer is due before {time}", time=wording.time(one.answer_by)),
            personal=f"{safe(one.notification.author, _WORDS)}: {safe(one.notification.text, _WORDS)}",
        )
        for one in near
        if one.answer_by and one.notification.id not in written
    ]


def failed(session: Session) -> list[Notice]:
    """What was to be sent and did not go out, or nobody knows whether it did."""
    recovery.take_stock(session)
    return [
        Notice(
            key=f"failed/{one.id}/{one.attempts}/{one.state}",
            kind="failed",
            community=one.community,
            count=1,
            text=phrase("did it go out?") if one.state == "doubtful" else phrase("a send failed"),
            personal=f"{safe(one.account)}: {safe(one.text, _WORDS)}",
        )
        for one in queue.waiting(session, states=_BAD)
    ]


def _digest(line: str) -> str:
    """A line's name holds a person's handle, and what was told is kept: so it is kept as a digest."""
    return sha256(line.encode("utf-8", "replace")).hexdigest()[:20]
