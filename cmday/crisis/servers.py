"""Posts that wait on servers, and would be published in the middle of a crisis: found, taken off, put back.

Where the server keeps what is taken off (WordPress: as a draft) it is put back there. Where it does not (Mastodon), a
copy is put into the outbox, held back, before anything is taken off. What is more than its text stays on the server,
and is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cmday.connectors.crisis_catalog import waits
from cmday.core.crises import Crisis, Scheduled, Waiting
from cmday.core.outbox import Outgoing
from cmday.crisis.asking import accounts_of, ask
from cmday.crisis.conducting import person
from cmday.crisis.detecting import tell
from cmday.errors import CmdayError
from cmday.i18n import Phrase, phrase
from cmday.outbox import freezing, queue
from cmday.session import Session
from cmday.storage import crises, freezes, outbox

_NOT_WHOLE: Final[Phrase] = phrase("its pictures or its poll cannot be kept: take it off there yourself")


def survey(session: Session, crisis: Crisis) -> list[CmdayError]:
    """Ask every account of the community what waits on its server, and note it; returns what could not be asked."""
    asked = {one.name: (one, found) for one in accounts_of(session, crisis) if (found := waits(one))}
    answers = ask(session, {name: (one, found.waiting) for name, (one, found) in asked.items()})
    with session.database.write():
        for name, waiting in answers.heard.items():
            _note(session, crisis, name, waiting)
    return list(answers.errors.values())


def _note(session: Session, crisis: Crisis, account: str, waiting: Sequence[Waiting]) -> None:
    """Note what waits there now; what was there and is no more was published or taken off by somebody else."""
    there = {one.native for one in waiting}
    for one in waiting:
        why = None if one.whole or one.returns else _NOT_WHOLE.english
        crises.note_scheduled(session.database, crisis.number, account, one, why)
    for known in crises.scheduled(session.database, crisis.number):
        if known.account == account and known.state == "there" and known.native not in there:
            crises.forget_scheduled(session.database, known.number)


def takeable(session: Session, crisis: Crisis) -> list[Scheduled]:
    """What is still on a server, or may be, and can be taken off."""
    known = crises.scheduled(session.database, crisis.number)
    return [one for one in known if one.state in ("there", "taking") and not one.why]


def take_off(session: Session, crisis: Crisis, chosen: Sequence[Scheduled]) -> list[CmdayError]:
    """Take these off their servers; returns what went wrong.

    A copy of what its server does not keep is in the outbox first, held back. A kill in between leaves it ``taking``:
    then it is asked about again, and to take it off twice does no harm.
    """
    talks = {}
    for one in chosen:
        account = session.settings.accounts.get(one.account)
        found = waits(account) if account else None
        if account and found:
            _keep(session, crisis, one)
            talks[str(one.number)] = (account, lambda found=found, one=one: found.take_off(one.native))
    answers = ask(session, talks)
    with session.database.write():
        for one in chosen:
            if str(one.number) in answers.heard:
                crises.mark_scheduled(session.database, one.number, "taken")
                said = phrase("{account}: {what}", account=one.account, what=_brief(one.text))
                tell(session, crisis, "taken", said.english, who=person())
    return list(answers.errors.values())


def _keep(session: Session, crisis: Crisis, one: Scheduled) -> None:
    """Put our copy into the outbox where the server keeps none, and mark that it is about to go."""
    db = session.database
    with db.write():
        copy: str | None = one.outbox
        if copy is None and not one.returns:
            why = phrase("taken off its server: crisis of {community}", community=crisis.community).english
            blank = queue.blank(
                session,
                kind="post",
                account=one.account,
                community=crisis.community,
                text=one.text,
                due=one.at,
                visibility=one.visibility,
                language=one.language,
            )
            [stored] = queue.put(session, [blank], "crisis")
            known = freezes.living(db, crisis=crisis.number)
            number = known[0].number if known else None
            freezing.freeze(session, [stored], why, crisis=crisis.number, number=number)
            copy = stored.id
        crises.mark_scheduled(db, one.number, "taking", outbox=copy)


def to_put_back(session: Session, crisis: Crisis) -> list[Scheduled]:
    """What was taken off and its server kept."""
    known = crises.scheduled(session.database, crisis.number)
    return [one for one in known if one.state == "taken" and one.returns]


def put_back(session: Session, crisis: Crisis) -> list[CmdayError]:
    """Let the servers publish again what they kept; what is over its time meanwhile stays a draft, and is said."""
    now = session.clock.now()
    talks = {}
    late = []
    for one in to_put_back(session, crisis):
        account = session.settings.accounts.get(one.account)
        found = waits(account) if account else None
        if one.at and one.at <= now:
            message = phrase("its time is over, it stays a draft on the site: {what}", what=_brief(one.text))
            late.append(CmdayError(message, None, one.account))
        elif account and found:
            talks[str(one.number)] = (account, lambda found=found, one=one: found.put_back(one.native, one.at))
    answers = ask(session, talks)
    with session.database.write():
        for number in answers.heard:
            crises.mark_scheduled(session.database, int(number), "back")
    return [*late, *answers.errors.values()]


def doubtful_copies(session: Session, crisis: Crisis) -> list[Outgoing]:
    """Our copies of what may be on its server still: to let them go might post it twice."""
    known = crises.scheduled(session.database, crisis.number)
    ids = [one.outbox for one in known if one.state == "taking" and one.outbox]
    return list(outbox.by_ids(session.database, ids).values())


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79]}…"  # noqa: PLR2004  a line of the log
