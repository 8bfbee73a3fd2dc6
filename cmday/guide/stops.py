"""What there is to go through, step by step in the order of the day, each item with its handle of today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal

import msgspec

from cmday.core.items import WANT_ANSWER
from cmday.session import Session

Sort = Literal["page", "message", "story", "case"]

_MOST: Final = 200


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to look at: a message, a story, a case, or the whole page of a step that has no items to answer.

    ``id`` is the item's stable id; ``handle`` is empty for a page.
    """

    step: str
    sort: Sort
    id: str
    handle: str = ""

    @property
    def key(self) -> str:
        return f"{self.step} {self.id}"


def stops(session: Session, steps: Iterable[str]) -> list[Stop]:
    """Everything that waits in these steps, from what is stored."""
    found: list[Stop] = []
    named = list(steps)
    for step in named:
        items = _ITEMS.get(step)
        if step == "news" and named == ["news"]:
            found += _stories(session, session.settings.display.skim)  # as many as cmday feeds shows
            continue
        found += items(session) if items else [Stop(step=step, sort="page", id="page")]
    return found


def _messages(session: Session) -> list[Stop]:
    """Who waits for an answer; for whom one is written already, the outbox is the place."""
    from cmday.outbox import queue
    from cmday.steps.notifications import step

    report = step.digest(session, {}, limit=_MOST, kinds=sorted(WANT_ANSWER))
    written = queue.written_for(session, [item.id for item in report.data.items])
    return [
        Stop(step=step.NAME, sort="message", id=item.id, handle=item.handle)
        for item in report.data.items
        if item.state in ("new", "seen") and item.id not in written
    ]


def _stories(session: Session, most: int | None = None) -> list[Stop]:
    from cmday.steps.news import step

    report = step.digest(session, {}, limit=most, again=True)
    return [Stop(step=step.NAME, sort="story", id=row.id, handle=row.handle) for row in report.data.stories]


def _cases(session: Session) -> list[Stop]:
    """What is open; for what a person's decision waits to be sent, the outbox is the place."""
    from cmday.outbox.case_waiting import waiting_for
    from cmday.steps.moderation import step

    report = step.digest(session, {}, limit=_MOST)
    decided = waiting_for(session, [case.id for case in report.data.cases])
    return [
        Stop(step=step.NAME, sort="case", id=case.id, handle=case.handle)
        for case in report.data.cases
        if case.id not in decided
    ]


_ITEMS: Final = {"notifications": _messages, "news": _stories, "moderation": _cases}


def merged(kept: Sequence[Stop], at: int, fresh: Sequence[Stop]) -> tuple[list[Stop], int]:
    """The stops to go on with, and at which one: where one was left, if it still waits, else the next that does.

    ``kept`` and ``at`` are how it was left; what was passed stays passed, what is new since then comes in its step.
    """
    handles = {stop.key: stop for stop in fresh}
    passed = list(kept[:at])
    known = {stop.key for stop in kept}
    waiting = [handles[stop.key] for stop in kept[at:] if stop.key in handles]
    new = [stop for stop in fresh if stop.key not in known]
    order = {stop.step: place for place, stop in reversed(list(enumerate([*kept, *fresh])))}
    first, rest = waiting[:1], waiting[1:]
    rest = sorted([*rest, *new], key=lambda stop: order[stop.step])
    return [*passed, *first, *rest], len(passed)
