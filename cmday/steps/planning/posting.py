"""Posts: by which accounts, when, with what pictures; each becomes an operation in the plan and waits in the outbox.

Nothing leaves here: ``cmday send`` sends it, or the timer that calls ``cmday send --due``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from cmday.core.operations import Operation, Wants
from cmday.core.outbox import Attachment, Outgoing
from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.outbox import checking, queue
from cmday.outbox.checking import Checked, Setting
from cmday.outbox.naming import handles_of
from cmday.session import Session
from cmday.steps.planning import step
from cmday.steps.planning.post_pictures import Picture, picture_notes
from cmday.steps.planning.speakers import Target
from cmday.storage import handles, journal, operations
from cmday.text import typography
from cmday.text.language import guess

When = Literal["now", "quiet", "peak"]

_LENGTH: Final = timedelta(minutes=5)
_TITLE: Final = 60


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """A post in the outbox, its operation in the plan, and what was found of it."""

    handle: str
    operation: str
    target: Target
    outgoing: Outgoing
    checked: Checked


def check(session: Session, target: Target, text: str, shown: Sequence[Picture] = ()) -> Checked:
    """What is to be said of a post before it waits to leave."""
    known = session.settings.communities.get(target.community or "")
    found = checking.check(
        session,
        text,
        Setting(
            manner=target.manner,
            names=(known.title, *known.keywords) if known else (),
            languages=known.languages if known else (),
        ),
    )
    return msgspec.structs.replace(found, notes=(*found.notes, *picture_notes(shown, target.manner.pictures)))


def moment(session: Session, at: When | datetime, community: str | None) -> datetime | None:
    """When a post is due: None for now; else the next quiet or peak hours of its community, or the moment named."""
    if isinstance(at, datetime) or at == "now":
        return at if isinstance(at, datetime) else None
    now = session.clock.now()
    if community is None:
        raise WrongUse(phrase("an account without community has no {level} hours", level=at), phrase("name a time"))
    windows = [one for one in step.windows(session, community) if one.level == at and one.end > now]
    if not windows:
        raise WrongUse(
            phrase("{community} has no {level} hours in the next days", community=community, level=at),
            phrase("cmday plan quiet shows them; config.toml sets them, or name a time"),
        )
    return windows[0].start if windows[0].start > now else None


def write(
    session: Session,
    texts: Sequence[tuple[Target, str]],
    at: When | datetime,
    *,
    shown: Sequence[Picture] = (),
    draft: bool = False,
    mend: bool = False,
    within: Callable[[list[Outgoing]], None] | None = None,
) -> list[Posted]:
    """Put posts into plan and outbox, all or none, one operation a community; ``cmday undo`` takes all back.

    ``within`` is called with what was written, in the same transaction: what it raises leaves nothing written.
    """
    whole = [(target, _mended(text.strip()) if mend else text.strip()) for target, text in texts]
    for target, text in whole:
        if not text and not shown:
            raise WrongUse(
                phrase("there is no text for {account}", account=target.account.name),
                phrase('cmday post "We open at 19:30" -c {name}', name=target.community or "NAME"),
            )
    due = {target.community: moment(session, at, target.community) for target, _ in whole}
    checks = [check(session, target, text, shown) for target, text in whole]
    db = session.database
    with db.write():
        planned = {
            community: _plan(
                session, next(text for target, text in whole if target.community == community), community, when, at
            )
            for community, when in due.items()
        }
        stored = queue.put(
            session,
            [
                queue.blank(
                    session,
                    kind="post",
                    account=target.account.name,
                    text=text,
                    state="draft" if draft else "queued",
                    community=target.community,
                    language=checked.language,
                    attachments=tuple(Attachment(path=str(one.file), alt=one.alt) for one in shown),
                    operation=planned[target.community].id,
                    due=due[target.community],
                )
                for (target, text), checked in zip(whole, checks, strict=True)
            ],
            "post",
        )
        if within:
            within(stored)
        given = handles_of(session, [one.id for one in stored])
        plan_given = handles.give(db, session.clock.today(), step.LETTER, [one.id for one in planned.values()])
    return [
        Posted(
            handle=given[one.id],
            operation=plan_given[planned[target.community].id],
            target=target,
            outgoing=one,
            checked=checked,
        )
        for (target, _), one, checked in zip(whole, stored, checks, strict=True)
    ]


def _plan(session: Session, text: str, community: str | None, when: datetime | None, at: When | datetime) -> Operation:
    """The operation that stands for a post, fixed at its time."""
    from cmday.text.safe_text import safe

    now = session.clock.now()
    wants: Mapping[object, Wants] = {"quiet": "quiet", "peak": "peak"}
    one = Operation(
        id=operations.new_id(session.database),
        title=str(phrase("Post: {text}", text=safe(text, _TITLE))),
        community=community,
        duration=_LENGTH,
        wants=wants.get(at, "any"),
        start=when or now,
        created=now,
        locked=True,
        presence=False,
    )
    operations.put(session.database, one)
    journal.write(session.database, now, "add", step=step.NAME, item=one.id, text=one.title)
    return one


def _mended(text: str) -> str:
    return typography.mend(text) if guess(text) == "fr" else text
