"""Step 2: the tour of the networks. Each account is asked for what is new; the ledger says what waits for an answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from msgspec import structs

from cmday.core.accounts import AccountState
from cmday.core.item_query import Query
from cmday.core.items import WANT_ANSWER, Item, Kind
from cmday.core.people import Turn, choose
from cmday.errors import CaptivePortal, Missed, NoNetwork
from cmday.session import Session
from cmday.steps import sweeping
from cmday.steps.notifications import room_questions
from cmday.steps.notifications.acquaintance import acquaintances
from cmday.steps.notifications.answered import answers
from cmday.steps.notifications.report import InboxData, InboxReport, Reactions
from cmday.steps.notifications.rows import item_row
from cmday.steps.notifications.tour import account_rows, stages, sweep_errors
from cmday.steps.notifications.urgency import Limits, in_order, most_urgent
from cmday.steps.protocol import Outcomes, Question, ReportStatus, status_of
from cmday.storage import accounts, addresses, follow_ups, handles, item_states, labels, open_items
from cmday.storage.open_items import Fold

NAME: Final = "notifications"
LETTER: Final = "i"

# What a screen gets at most, unless more is asked for; JSON has all.
A_MORNING: Final = 100
# How many people to turn to a morning names.
_TURNS: Final = 3


def ask(session: Session) -> Iterable[Question]:
    """What is new on each account in focus."""
    return sweeping.questions(session)


def digest(
    session: Session,
    outcomes: Outcomes,
    *,
    limit: int | None = None,
    everything: bool = False,
    kinds: Collection[Kind] = (),
    query: Query | None = None,
) -> InboxReport:
    """The open items, the most urgent first, and how each account did.

    ``limit`` bounds the lines; without it a program gets all, a screen what a morning can hold. ``everything`` takes
    all, what is done or snoozed too. ``query`` filters, ``kinds`` is a short form of it. Only the whole day, asked for
    with none of these, names people to turn to.
    """
    of_the_day = query is None and not kinds and limit is None and not everything
    if limit is None and not everything and not session.whole:
        limit = A_MORNING
    db = session.database
    now = session.clock.now()
    item_states.wake(db, now)
    follow_ups.wake(db, now)
    room_questions.settle(session)
    focus = Query(communities=session.communities)
    asked = structs.replace(query or Query(kinds=tuple(kinds)), communities=session.communities)
    folded = open_items.folds(db, asked, closed=everything)
    waiting = open_items.count_to_answer(db, focus)
    shown = _lines(session, folded, asked, limit=limit, everything=everything)
    given = handles.give(db, session.clock.today(), LETTER, [item.notification.id for item in shown])
    rows = tuple(item_row(item, given[item.notification.id]) for item in shown)
    in_focus = sweeping.accounts_in_focus(session)
    states = accounts.states(db)
    known = [states[one.name] for one in in_focus if one.name in states]
    errors = sweep_errors(in_focus, states, outcomes)
    shown_waiting = sum(
        item.state in ("new", "seen") and item.notification.kind in WANT_ANSWER and not item.gone for item in shown
    )
    expected = open_items.count_to_answer(db, asked) if asked.narrows else waiting
    return InboxReport(
        name=NAME,
        status=_status(
            outcomes, in_focus_keys={sweeping.key_of(one) for one in in_focus}, gaps=errors, stored=bool(rows)
        ),
        data=InboxData(items=rows, accounts=account_rows(in_focus, states, outcomes, offline=session.offline)),
        waiting=waiting,
        want_answer=waiting,
        hidden=max(0, expected - shown_waiting),
        seconds=max(
            (outcome.seconds for key, outcome in outcomes.items() if key.startswith(sweeping.KEY)), default=0.0
        ),
        errors=errors,
        reactions=_reactions(session, folded),
        offline=session.offline or any(isinstance(error, NoNetwork | CaptivePortal) for error in errors),
        stored_at=_stored_at(known),
        late=frozenset(row.id for row in rows if row.answer_by and row.answer_by < now),
        answered=answers(session, shown),
        edited={item.notification.id: item.was for item in shown if item.was is not None and item.state == "new"},
        gone=frozenset(item.notification.id for item in shown if item.gone),
        known=acquaintances(session, shown),
        labels=labels.of(db, [item.notification.id for item in shown]),
        tour=stages(in_focus, states, outcomes),
        turns=_turns(session) if of_the_day and in_focus else (),
    )


def _turns(session: Session) -> tuple[Turn, ...]:
    """The few people to turn to today."""
    found = addresses.turns(session.database, session.clock.now(), _TURNS, session.communities)
    return choose(found, _TURNS)


def _lines(
    session: Session, folded: Sequence[Fold], query: Query, *, limit: int | None, everything: bool
) -> list[Item]:
    """The items to show, a line a thread, with their limits, in order, at most ``limit``."""
    db = session.database
    reckon = Limits(session.settings)
    streams = open_items.heads(db, query)
    urgent = (
        [head.line for stream in streams for head in stream] if limit is None else most_urgent(streams, reckon, limit)
    )
    items = open_items.lines(db, urgent)
    items += open_items.deleted(db, query)
    if everything:
        items += open_items.closed_items(db, query, limit=limit)
    items += [open_items.line_of(db, fold) for fold in folded[:limit]]
    return in_order(reckon.limited(item) for item in items)[:limit]


def _reactions(session: Session, folded: Iterable[Fold]) -> Reactions:
    """The open reactions in one line, and the post that was liked most."""
    counts = {"like": 0, "share": 0, "follow": 0, "other": 0}
    liked: Fold | None = None
    for fold in folded:
        if fold.state not in ("new", "seen"):
            continue
        counts[fold.kind] += fold.count
        if fold.kind == "like" and (liked is None or fold.count > liked.count):
            liked = fold
    post = open_items.line_of(session.database, liked).notification.subject_text if liked else None
    return Reactions(
        likes=counts["like"],
        shares=counts["share"],
        follows=counts["follow"],
        others=counts["other"],
        most_liked=post,
        most_liked_community=liked.community if liked and post else None,
        most_likes=liked.count if liked and post else 0,
    )


def _stored_at(known: Iterable[AccountState]) -> datetime | None:
    """When an account was last swept whole."""
    return max((state.last_success for state in known if state.last_success), default=None)


def _status(outcomes: Outcomes, *, in_focus_keys: set[str], gaps: Iterable[object], stored: bool) -> ReportStatus:
    """As the outcomes say; stored items in place of fresh ones, and a sweep with a gap, are a part."""
    status = status_of(outcome for key, outcome in outcomes.items() if key in in_focus_keys)
    if status == "failed" and stored:
        return "partial"
    return "partial" if status == "done" and any(isinstance(one, Missed) for one in gaps) else status
