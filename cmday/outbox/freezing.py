"""Holding back much at once for one reason, a crisis or a day of mourning, and letting it go again.

What was held back before, by hand, is left as it is: only what a freeze held does it release.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

import msgspec

from cmday.core.crises import Freeze
from cmday.core.outbox import OutboxState, Outgoing
from cmday.errors import NotFound
from cmday.i18n import phrase
from cmday.outbox import effects
from cmday.outbox.naming import excerpt, handles_of
from cmday.outbox.queue import Acted
from cmday.session import Session
from cmday.storage import audit, freezes, outbox, undo

REASON: Final = "held"
_QUEUED: Final[tuple[OutboxState, ...]] = ("queued",)
_HELD: Final[tuple[OutboxState, ...]] = ("held",)


def freeze(
    session: Session, chosen: Iterable[Outgoing], why: str, *, crisis: int | None = None, number: int | None = None
) -> list[Acted]:
    """Hold back those of these that are queued, as one freeze; ``number`` joins them to one that there is.

    ``why`` is the reason in English, or in the person's own words: the item shows it where it would show what went
    wrong. With a crisis, it is no deed of a person, so ``cmday undo`` knows nothing of it.
    """
    db, now = session.database, session.clock.now()
    with db.write():
        known = outbox.by_ids(db, [one.id for one in chosen])
        hit = [one for one in known.values() if one.state == "queued"]
        if number is None and (hit or crisis is not None):
            number = freezes.begin(db, why, now, crisis=crisis)
        if number is None or not hit:
            return []
        before = {one.id: effects.before(session, one) for one in hit}
        changed = []
        for one in hit:
            now_held = msgspec.structs.replace(one, state="held", error_kind=REASON, error_message=why, retry_at=None)
            outbox.put(db, now_held, now)
            audit.record(db, now, "hold", now_held, before=one.text)
            changed.append(now_held)
        freezes.add(db, number, [one.id for one in hit])
        if crisis is None:
            undo.note(db, now, "hold", "outbox", " · ".join(excerpt(one) for one in hit[:3]), before)
        given = handles_of(session, [one.id for one in hit])
    return [Acted(given[one.id], one) for one in changed]


def held_by(session: Session, some: Sequence[Freeze]) -> list[Outgoing]:
    """What these freezes hold still, and no other does, in the order in which it is to go out."""
    db = session.database
    numbers = [one.number for one in some]
    wanted = set(freezes.held(db, numbers)) - freezes.held_otherwise(db, numbers)
    return [one for one in outbox.waiting(db, states=_HELD) if one.id in wanted]


def thaw(
    session: Session, some: Sequence[Freeze], *, release: bool, but: Collection[str] = (), finish: bool = True
) -> tuple[list[Acted], list[Acted]]:
    """End these freezes. What they hold goes out at its time again, or stays held back for a word of its own.

    With ``release``, too, those of the ids in ``but`` stay. Returns what was released, and what stays. Without
    ``finish`` the freezes go on for what stays.
    """
    db, now = session.database, session.clock.now()
    with db.write():
        hit = held_by(session, some)
        given = handles_of(session, [one.id for one in hit])
        if finish:
            freezes.end(db, [one.number for one in some], now)
        staying = [one for one in hit if not release or one.id in but]
        leaving = [one for one in hit if one not in staying]
        changed = []
        before = {one.id: effects.before(session, one) for one in leaving}
        for one in leaving:
            free = msgspec.structs.replace(one, state="queued", error_kind=None, error_message=None)
            outbox.put(db, free, now)
            audit.record(db, now, "release", free, before=one.text)
            changed.append(free)
        undo.note(db, now, "release", "outbox", " · ".join(excerpt(one) for one in leaving[:3]), before)
    return [Acted(given[one.id], one) for one in changed], [Acted(given[one.id], one) for one in staying]


def hold_all(session: Session, why: str | None) -> list[Acted]:
    """Hold back all that is queued in focus, whatever it is: for a day of mourning."""
    reason = why or phrase("held with all the rest").english
    return freeze(session, outbox.waiting(session.database, states=_QUEUED, communities=session.communities), reason)


def release_all(session: Session) -> list[Acted]:
    """Let go what was held back all at once, of the communities in focus; raises ``NotFound`` where nothing was."""
    some = freezes.living(session.database)
    hit = held_by(session, some)
    if not some or not any(session.in_focus(one.community) for one in hit):
        if not hit:
            freezes.end(session.database, [one.number for one in some], session.clock.now())
        raise NotFound(
            phrase("nothing was held back all at once"), phrase("cmday outbox release HANDLE lets single items go")
        )
    others = {one.id for one in hit if not session.in_focus(one.community)}
    gone, _left = thaw(session, some, release=True, but=others, finish=not others)
    return gone
