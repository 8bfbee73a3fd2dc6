"""Noticing a crisis: what came is judged by its words, each community's last hour by its week, and an alarm raised.

It asks no network. The rules are in ``decision``, and in words in docs/crisis.md.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from cmday.core.crises import Crisis, Line, LineKind
from cmday.core.outbox import OutboxState, Outgoing
from cmday.crisis.decision import WEEK, Judgement, decide
from cmday.i18n import phrase
from cmday.outbox import freezing
from cmday.session import Session
from cmday.storage import crises, freezes, grievances, outbox
from cmday.text.negativity import is_negative

HOUR: Final = timedelta(hours=1)
CMDAY: Final = "cmday"
_QUEUED: Final[tuple[OutboxState, ...]] = ("queued",)


def look(session: Session) -> list[Crisis]:
    """Raise an alarm for every community whose last hour calls for one; returns the crises that are not over."""
    catch_up(session)
    in_hand = {one.community for one in crises.living(session.database)}
    for name in session.settings.communities:
        if name not in in_hand:
            judgement = judge(session, name)
            if judgement.verdict == "alarm":
                raise_alarm(session, name, judgement)
    return [one for one in crises.living(session.database) if one.community in session.settings.communities]


def catch_up(session: Session) -> None:
    """Judge what came since somebody looked last: some thousands at a time, each once."""
    db, now = session.database, session.clock.now()
    while some := grievances.unjudged(db, now):
        grievances.judged(db, some, [one.number for one in some if is_negative(one.text)], now)


def judge(session: Session, community: str) -> Judgement:
    """How a community's last hour stands to its week. What a crisis that is over was about is not counted again."""
    db, now = session.database, session.clock.now()
    known = grievances.known_since(db, community)
    count, *before = grievances.hourly(db, community, now, WEEK + 1)
    since = now - HOUR
    over = crises.last_ended(db, community)
    if over and over > since:
        since = over
        count = grievances.count(db, community, since, now)
    people = grievances.authors(db, community, since, now) if count else 0
    return decide(count, people, before, (now - known) / HOUR if known else 0.0)


def raise_alarm(session: Session, community: str, judgement: Judgement) -> None:
    """Begin a crisis by an alarm and hold back the community's posts, unless somebody was quicker."""
    db, now = session.database, session.clock.now()
    assert judgement.mean is not None
    assert judgement.sigma is not None
    raised = crises.Raised(count=judgement.count, authors=judgement.authors, mean=judgement.mean, sigma=judgement.sigma)
    with db.write():
        due = now + session.settings.crisis.first_word
        begun = crises.begin(db, community, "alarm", at=now, first_word_due=due, raised=raised)
        if begun is None:
            return
        said = phrase(
            "{count} negative messages in an hour, by {people} people; usually {usual}",
            count=judgement.count,
            people=judgement.authors,
            usual=judgement.usual,
        )
        tell(session, begun, "alarm", said.english, who=CMDAY)
        if session.settings.crisis.hold:
            hold_posts(session, begun, who=CMDAY)


def hold_posts(session: Session, crisis: Crisis, *, who: str) -> list[Outgoing]:
    """Hold back what is queued to be posted for a community; answers and actions go on."""
    posts = [
        one
        for one in outbox.waiting(session.database, states=_QUEUED)
        if one.kind == "post" and one.community == crisis.community
    ]
    known = freezes.living(session.database, crisis=crisis.number)
    why = phrase("held: crisis of {community}", community=crisis.community).english
    held = freezing.freeze(session, posts, why, crisis=crisis.number, number=known[0].number if known else None)
    if held:
        names = ", ".join(one.handle for one in held)
        tell(session, crisis, "held", phrase("held back: {what}", what=names).english, who=who)
    return [one.outgoing for one in held]


def tell(session: Session, crisis: Crisis, kind: LineKind, text: str, *, who: str, point: int | None = None) -> None:
    """Write a line into a crisis's log."""
    line = Line(at=session.clock.now(), who=who, kind=kind, text=text, point=point)
    crises.write(session.database, crisis.number, line)
