"""What a key does to the item it is pressed at: the same actions as the commands, each stored at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cmday.guide.stops import Stop
from cmday.i18n import Phrase, phrase
from cmday.session import Session


def done(session: Session, stop: Stop) -> Phrase:
    """A message is answered or wants no answer, a story is read."""
    if stop.sort == "message":
        from cmday.steps.notifications import actions as inbox

        inbox.done(session, [stop.id])
        return phrase("{handle} is done", handle=stop.handle)
    from cmday.steps.news import actions as news

    news.mark_read(session, [stop.id])
    return phrase("{handle} is read", handle=stop.handle)


def keep_for_later(session: Session, stop: Stop) -> Phrase:
    """A story is kept for later."""
    from cmday.steps.news import actions as news

    news.mark_later(session, [stop.id])
    return phrase("{handle} is kept for later", handle=stop.handle)


def put_off(session: Session, stop: Stop, until: datetime, when: str) -> Phrase:
    """A message comes back at a moment, said as ``when``."""
    from cmday.steps.notifications import actions as inbox

    inbox.snooze(session, [stop.id], until)
    return phrase("{handle} comes back {when}", handle=stop.handle, when=when)


def moderate(session: Session, stop: Stop) -> tuple[Phrase, Stop]:
    """A message becomes a case; returns the stop to decide it at."""
    from cmday.steps.moderation.acting import actions as moderation

    handle, case = moderation.take_up(session, stop.id)
    said = phrase("{handle} is a case now: {case}", handle=stop.handle, case=handle)
    return said, Stop(step="moderation", sort="case", id=case.id, handle=handle)


def opened(session: Session, stop: Stop) -> tuple[Phrase, str | None]:
    """The address of an item, for the browser; a story is read then."""
    url: str | None
    if stop.sort == "message":
        from cmday.steps.notifications import actions as inbox

        [hit] = inbox.open_items(session, [stop.id]).items
        url = hit.url
    elif stop.sort == "story":
        from cmday.steps.news import actions as news

        [entry] = news.mark_open(session, [stop.id]).entries
        url = entry.url
    else:
        from cmday.steps.moderation import shown

        [case] = shown.show(session, [stop.id]).cases
        url = case.url
    return phrase("{handle} is open in the browser", handle=stop.handle), url


def place(session: Session) -> Phrase:
    """Write where the plan would put operations."""
    from cmday.steps.planning import applying as planning
    from cmday.steps.planning import step

    report = step.digest(session, {})
    changes = report.data.changes
    planning.apply(session, changes, report.followed)
    return phrase("one place is written") if len(changes) == 1 else phrase("{n} places are written", n=len(changes))


def undo(session: Session, items: Sequence[str]) -> Phrase:
    """Take back what was done last with these items; what was sent meanwhile is not for a key: it asks the network."""
    from cmday.outbox.undoing import sent_ones
    from cmday.steps import undoing

    if sent_ones(session, items):
        return phrase("it is sent by now: cmday undo takes it back where the network can")
    return undoing.undo_items(session, items)
