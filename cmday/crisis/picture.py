"""What is known of a crisis at this moment, gathered from the database: how big, where it began, who speaks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from cmday.core.crises import Crisis
from cmday.core.items import Item
from cmday.core.outbox import Outgoing
from cmday.crisis import checklist
from cmday.crisis.decision import SIGMAS, WEEK
from cmday.crisis.detecting import HOUR, judge
from cmday.crisis.frozen import frozen
from cmday.crisis.report import AnswerRow, CrisesData, CrisisData, FirstRow, HourRow, LineRow, PhraseRow, StateRow
from cmday.crisis.voices import voices
from cmday.session import Session
from cmday.storage import crises, grievances, handles, outbox, reach
from cmday.text.negativity import speaks_of_censorship
from cmday.text.phrases import repeated

_PHRASES: Final = 3
_LONG: Final = timedelta(days=2)


def picture(session: Session, crisis: Crisis, others: Sequence[Crisis] = ()) -> CrisisData:
    """All that a screen shows and a program reads of one crisis, as of now or of its end."""
    db = session.database
    now = crisis.ended or session.clock.now()
    # Of a long one, what is told is the newest of it; what it began with stays.
    began = crisis.began - HOUR
    since = max(began, now - _LONG)
    against = grievances.items(db, crisis.community, since, now)
    said = grievances.said(db, crisis.community, since, now)
    main, new = voices(session, against, said, reach.of(db, [one.notification.id for one in against]))
    hours = grievances.hourly(db, crisis.community, now, WEEK + 1)
    words = [one.notification.text for one in against]
    log = crises.log(db, crisis.number)
    answers = _answers(session, crisis, now)
    first_word = min(
        [one.at for one in answers]
        + [at for at in [grievances.answered_elsewhere(db, crisis.community, crisis.began)] if at],
        default=None,
    )
    mean, sigma = (crisis.mean, crisis.sigma) if crisis.mean is not None else _usual(session, crisis)
    return CrisisData(
        community=crisis.community,
        title=session.settings.communities[crisis.community].title,
        state=crisis.state,
        by=crisis.by,
        began=crisis.began,
        ended=crisis.ended,
        count=hours[0],
        people=grievances.authors(db, crisis.community, now - HOUR, now),
        total=grievances.count(db, crisis.community, began, now),
        usual=mean,
        sigma=sigma,
        threshold=None if mean is None or sigma is None else mean + SIGMAS * sigma,
        new_accounts=new,
        curve=_curve(hours, now),
        first=_first(session, grievances.items(db, crisis.community, began, now, 1)),
        voices=main,
        phrases=tuple(PhraseRow(text=one.text, count=one.count) for one in repeated(words, _PHRASES)),
        censorship=sum(map(speaks_of_censorship, words)),
        frozen=frozen(session, crisis),
        checklist=checklist.points(session, crisis, log, first_word),
        first_word_due=crisis.first_word_due,
        first_word_at=first_word,
        speaker=crisis.speaker,
        answers=answers,
        log=tuple(LineRow(at=one.at, who=one.who, kind=one.kind, point=one.point, text=one.text) for one in log),
        others=tuple(one.community for one in others if one.number != crisis.number),
    )


def going_on(session: Session) -> list[Crisis]:
    """The crises of our communities that are not over, as they are known."""
    known = session.settings.communities
    return [one for one in crises.living(session.database) if one.community in known]


def worst(session: Session, found: Sequence[Crisis]) -> CrisisData | None:
    """Of these the crisis in focus with the most negative messages in the last hour; None where none is in focus."""
    now = session.clock.now()
    counted = [
        (grievances.count(session.database, one.community, now - HOUR, now), -one.number, one)
        for one in found
        if session.in_focus(one.community)
    ]
    if not counted:
        return None
    *_order, chosen = max(counted, key=lambda one: one[:2])
    return picture(session, chosen, found)


def listed(session: Session) -> CrisesData:
    """All crises in focus that are not over, and how every community stands."""
    known = going_on(session)
    shown = [one for one in known if session.in_focus(one.community)]
    in_hand = {one.community for one in known}
    return CrisesData(
        crises=tuple(picture(session, one, known) for one in shown),
        communities=tuple(
            _state(session, name, in_crisis=name in in_hand)
            for name in session.settings.communities
            if session.in_focus(name)
        ),
    )


def _state(session: Session, community: str, *, in_crisis: bool) -> StateRow:
    judged = judge(session, community)
    return StateRow(
        community=community,
        verdict="crisis" if in_crisis else judged.verdict,
        count=judged.count,
        people=judged.authors,
        usual=judged.mean,
        sigma=judged.sigma,
        threshold=judged.threshold,
        hours=judged.hours,
        since=grievances.known_since(session.database, community),
    )


def _usual(session: Session, crisis: Crisis) -> tuple[float | None, float | None]:
    judged = judge(session, crisis.community)
    return judged.mean, judged.sigma


def _curve(hours: Sequence[int], now: datetime) -> tuple[HourRow, ...]:
    return tuple(
        HourRow(start=now - (back + 1) * HOUR, end=now - back * HOUR, count=hours[back])
        for back in range(len(hours) - 1, -1, -1)
    )


def _first(session: Session, found: Sequence[Item]) -> FirstRow | None:
    if not found:
        return None
    one = found[0].notification
    given = handles.give(session.database, session.clock.today(), "i", [one.id])
    return FirstRow(
        id=one.id,
        handle=given[one.id],
        author=one.author,
        author_handle=one.author_handle,
        text=one.text or one.subject_text or "",
        url=one.url,
        at=one.at,
    )


def _answers(session: Session, crisis: Crisis, until: datetime) -> tuple[AnswerRow, ...]:
    sent = outbox.ended(session.database, since=crisis.began)
    return tuple(
        _answer(one, one.sent_at)
        for one in sent
        if one.state == "sent"
        and one.kind != "action"
        and one.community == crisis.community
        and one.sent_at
        and crisis.began <= one.sent_at <= until
    )


def _answer(one: Outgoing, at: datetime) -> AnswerRow:
    return AnswerRow(at=at, account=one.account, kind=one.kind, to=one.to, text=one.text, url=one.sent_url)
