"""A case with all that it takes to decide it fairly: thread, reports, its author's history, what can be done.

All of it is from what is stored; no network is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import structs

from cmday.core.cases import Case
from cmday.core.decisions import Decision
from cmday.core.items import ThreadPost
from cmday.core.people import Address
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.moderation import history
from cmday.steps.moderation.acting import capable
from cmday.steps.moderation.acting.verbs import TAKES_BACK, VERBS
from cmday.steps.moderation.report import CaseRow
from cmday.steps.moderation.rows import row, waits_of
from cmday.storage import acquaintance, case_rows, decisions, ledger, threads

_ONLY_HERE: Final = phrase("stays on this machine")
# What means something where the network has no such thing.
_HERE: Final = {
    "approve": phrase("nothing is wrong with it; stays on this machine"),
    "resolve": phrase("it was dealt with; stays on this machine"),
    "assign": phrase("names who has it in hand; stays on this machine"),
    "note": phrase("keeps a note on it; stays on this machine"),
    "reply": phrase("answers below it, as any other answer"),
}
_POSTS: Final = 12
_BEFORE: Final = 20
_NOTES: Final = 10


class ReportRow(msgspec.Struct, frozen=True, kw_only=True):
    """Who reported it to its platform, and why."""

    by: str
    by_handle: str
    reason: str
    at: datetime


class PostRow(msgspec.Struct, frozen=True, kw_only=True):
    """A post of its thread; ``this`` is the thing itself, ``mine`` is by our account."""

    author: str
    author_handle: str
    text: str
    at: datetime
    url: str | None
    mine: bool
    this: bool


class DecidedRow(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided about its author before, or about this case: ``elsewhere`` where that was not here."""

    case: str
    at: datetime
    network: str
    community: str | None
    action: str
    why: str
    text: str
    elsewhere: bool
    reversed_at: datetime | None
    appealed: bool


class NoteRow(msgspec.Struct, frozen=True, kw_only=True):
    """One's note on the author."""

    at: datetime
    text: str


class AddressRow(msgspec.Struct, frozen=True, kw_only=True):
    """An address of the author; several are linked by ``cmday people link``."""

    network: str
    handle: str
    name: str


class ActionRow(msgspec.Struct, frozen=True, kw_only=True):
    """What can be done about it: what that does, in English, and which action takes it back (null: nothing does).

    ``here``: it changes nothing on the network. ``timed``: it may end by itself. ``words``: words go to somebody.
    """

    action: str
    does: str
    takes_back: str | None
    here: bool
    timed: bool
    words: bool


class LikenessRow(msgspec.Struct, frozen=True, kw_only=True):
    """How much it is like what was refused in its community, 0 to 1, and because of what."""

    probability: float
    refused: int
    because: tuple[str, ...]


class CaseFile(CaseRow, frozen=True, kw_only=True):
    """One case, whole. ``known_since`` is when its author was first seen here, ``open_cases`` their others.

    ``likeness`` is null while too little was decided in its community to tell.
    """

    reported_by: tuple[ReportRow, ...]
    thread: tuple[PostRow, ...]
    addresses: tuple[AddressRow, ...]
    known_since: datetime | None
    open_cases: int
    decided: tuple[DecidedRow, ...]
    before: tuple[DecidedRow, ...]
    notes: tuple[NoteRow, ...]
    actions: tuple[ActionRow, ...]
    likeness: LikenessRow | None


def gather(session: Session, case: Case, handle: str) -> CaseFile:
    """Everything that is known about a case."""
    db = session.database
    known = history.known_as(session, case)
    others = history.others(session, case, known)
    told = history.decided(session, case, known)
    standing = decisions.of_case(db, case.id)
    return CaseFile(
        **structs.asdict(row(case, handle, waits_of(session, [case]).get(case.id), decisions.in_hand(db).get(case.id))),
        reported_by=tuple(
            ReportRow(by=one.by, by_handle=one.by_handle, reason=one.reason, at=one.at)
            for one in case_rows.reports_of(db, case.id)
        ),
        thread=tuple(_posts(session, case)),
        addresses=tuple(AddressRow(network=one.network, handle=one.handle, name=one.name) for one in known),
        known_since=_known_since(known),
        open_cases=sum(one.state == "open" for one in others),
        decided=tuple(_decided(one) for one in standing),
        before=tuple(_before(case, told, others)[:_BEFORE]),
        notes=tuple(NoteRow(at=one.at, text=one.text) for one in acquaintance.notes(db, known)[:_NOTES]),
        actions=tuple(_actions(session, case, standing)),
        likeness=_likeness(session, case),
    )


def _likeness(session: Session, case: Case) -> LikenessRow | None:
    from cmday.steps.moderation.learning import scoring
    from cmday.steps.moderation.rules import things

    found = scoring.scorer(session)(things.of_case(case))
    if found is None:
        return None
    return LikenessRow(probability=found.probability, refused=found.refused, because=found.because)


def _known_since(known: Sequence[Address]) -> datetime | None:
    """When they were first seen to write; who was only ever reported was not."""
    return min((one.first_at for one in known if one.items), default=None)


def _posts(session: Session, case: Case) -> list[PostRow]:
    """The thread around the thing, the nearest posts of it."""
    db = session.database
    found = threads.of_thread(db, case.account, case.thread) if case.thread else []
    if not found and case.item:
        found = [post for item in ledger.items(db, [case.item]) for post in threads.around(db, item)]
    at = next((place for place, post in enumerate(found) if post.id == case.subject), len(found) - 1)
    start = max(0, min(at - _POSTS // 2, len(found) - _POSTS))
    return [_post(post, case) for post in found[start : start + _POSTS]]


def _post(post: ThreadPost, case: Case) -> PostRow:
    return PostRow(
        author=post.author or post.author_handle,
        author_handle=post.author_handle,
        text=post.text,
        at=post.at,
        url=post.url,
        mine=post.mine,
        this=case.id == f"case/{case.account}/{post.id}",
    )


def _before(case: Case, told: Sequence[Decision], others: Sequence[Case]) -> list[DecidedRow]:
    """What was decided about the author on other occasions, the newest first; elsewhere, too."""
    found = [_decided(one) for one in told if one.case != case.id]
    recorded = {one.case for one in told}
    found += [
        DecidedRow(
            case=one.id,
            at=one.decided_at,
            network=one.network,
            community=one.community,
            action="approve" if one.state == "approved" else "resolve",
            why=one.elsewhere or "",
            text=one.text,
            elsewhere=one.elsewhere is not None,
            reversed_at=None,
            appealed=False,
        )
        for one in others
        if one.decided_at and one.id not in recorded
    ]
    return sorted(found, key=lambda one: (one.at, one.case), reverse=True)


def _decided(one: Decision) -> DecidedRow:
    return DecidedRow(
        case=one.case,
        at=one.at,
        network=one.network,
        community=one.community,
        action=one.action,
        why=one.why,
        text=one.text,
        elsewhere=False,
        reversed_at=one.reversed_at,
        appealed=one.appealed,
    )


def _actions(session: Session, case: Case, standing: Sequence[Decision]) -> list[ActionRow]:
    """What the network offers about it, and what stays here; never what the network cannot do.

    A way back is offered where what it takes back stands.
    """
    stands = {one.action for one in standing if one.reversed_at is None}
    found = []
    for action in capable.possible(session, case):
        if action in TAKES_BACK and not (action == "reopen" and case.state != "open"):
            if TAKES_BACK[action] not in stands:
                continue
        elif case.state != "open" and action in ("approve", "resolve"):
            continue
        offer = capable.offer_for(session, case, action)
        verb = VERBS[action]
        found.append(
            ActionRow(
                action=action,
                does=offer.does if offer else _HERE.get(action, _ONLY_HERE).english,
                takes_back=offer.inverse if offer else _here_back(action),
                here=offer is None and verb.local,
                timed=offer.timed if offer else False,
                words=offer.wants_text if offer else verb.words,
            )
        )
    return found


def _here_back(action: str) -> str | None:
    """What takes back a decision that never left."""
    return None if action in TAKES_BACK else "reopen" if action in ("approve", "resolve") else "undo"
