"""What rules look at, from items of the ledger, entries of queues, cases and decisions; and the causes of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cmday.core.cases import Case, QueueEntry
from cmday.core.decisions import Decision
from cmday.core.items import WORDLESS, Item, Notification
from cmday.core.things import Thing
from cmday.storage.case_causes import Cause
from cmday.storage.case_rows import REPORT
from cmday.text.plain import cut

if TYPE_CHECKING:
    from cmday.steps.moderation.rules.judging import Judgement

_EXCERPT: Final = 60


def of_notification(one: Notification, labels: tuple[str, ...] = ()) -> Thing:
    """An item of the ledger, with the labels that the person put on it."""
    return Thing(
        id=one.id,
        text=one.text,
        account=one.account,
        network=one.network,
        community=one.community,
        author=one.author,
        author_handle=one.author_handle,
        kind=one.kind,
        at=one.at,
        reports=int(one.kind == "report"),
        edited=one.edited is not None,
        top_level=_is_top(one),
        labels=labels,
        language=one.reply.language if one.reply else None,
    )


def of_entry(one: QueueEntry, account: str, network: str, community: str | None) -> Thing:
    """An entry of a platform's queue."""
    return Thing(
        id=f"{account}:{one.subject}",
        text=one.text,
        account=account,
        network=network,
        community=community,
        author=one.author,
        author_handle=one.author_handle,
        at=one.at,
        joined=one.joined,
        reports=len(one.reports),
        edited=one.edited is not None,
        top_level=None if one.thread is None else one.thread == one.subject,
        labels=one.labels,
    )


def of_case(case: Case, item: Item | None = None) -> Thing:
    """A case, with what its item tells beside it."""
    said = item.notification if item else None
    kind = said.kind if said and said.kind != "report" else None
    top = None if case.thread is None else case.thread == case.subject
    return Thing(
        id=case.id,
        text=case.text,
        account=case.account,
        network=case.network,
        community=case.community,
        author=case.author,
        author_handle=case.author_handle,
        kind=kind,
        at=said.at if said and kind else case.opened_at,
        joined=case.joined,
        reports=case.reports,
        edited=case.edited is not None or bool(said and said.edited),
        top_level=_is_top(said) if said and kind else top,
        labels=case.labels,
        language=said.reply.language if said and said.reply else None,
    )


def of_decision(one: Decision, case: Case | None, item: Item | None = None) -> Thing:
    """What was decided on, as it was then."""
    if case is None:
        return Thing(
            id=one.case,
            text=one.text,
            account=one.account,
            network=one.network,
            community=one.community,
            author=one.author,
            author_handle=one.author_handle,
            at=one.reported_at,
        )
    import msgspec

    return msgspec.structs.replace(of_case(case, item), text=one.text)


def causes(one: Notification, judgement: Judgement) -> list[Cause]:
    """Why an item is held: as a report, and by each rule it fits."""
    found = []
    if one.kind == "report":
        said = cut(one.text.strip(), _EXCERPT)
        found.append(Cause(REPORT, f"reported: {said}" if said else "reported"))
    return found if one.kind in WORDLESS else [*found, *causes_of(judgement)]


def causes_of(judgement: Judgement) -> list[Cause]:
    """Why a thing is held, by each rule it fits."""
    return [Cause(hit.rule, hit.reason, holds=hit.mode != "observe", spoken_of=hit.spoken_of) for hit in judgement.hits]


def _is_top(one: Notification) -> bool | None:
    if one.kind == "reply":
        return False
    if one.thread is None:
        return None
    return one.thread == (one.subject or one.id.removeprefix(f"{one.account}:"))
