"""Step 3, what the web says: feeds are asked politely, their entries stored, and the newest unread shown, a few."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from cmday.config.subscriptions import read_subscriptions
from cmday.core.feeds import FeedState, Subscription
from cmday.core.time import epoch, from_epoch
from cmday.errors import CaptivePortal, CmdayError, Garbled, NoNetwork
from cmday.i18n import recalled
from cmday.session import Session
from cmday.steps.news import choosing, subscribed, telling
from cmday.steps.news.judging import judge_again
from cmday.steps.news.report import LETTER, NAME, FeedsData, FeedsReport
from cmday.steps.protocol import Outcome, Outcomes, Question, ReportStatus, status_of
from cmday.storage import feeds, keep

__all__ = ["LETTER", "NAME", "ask", "digest", "end_skim", "skimmed_today"]

_SKIMMED: Final = "news.skimmed"
_ALL: Final = 1_000


def ask(session: Session, *, patient: bool = False, force: bool = False) -> Iterator[Question]:
    """A question for each feed whose turn it is; ``patient`` ones wait for their turn at a host as long as it takes."""
    listed = subscribed.subscribed(session)
    if not listed:
        return
    from cmday.steps.news import refreshing

    refresher = refreshing.Refresher(session)  # before the states are read: it notes what others write from here on
    states = feeds.all_states(session.database)
    wanted = refreshing.due(session, listed, states, force=force)
    yield from refresher.questions(wanted, states, patient=patient)


def digest(
    session: Session,
    outcomes: Outcomes,
    *,
    limit: int | None = None,
    everything: bool = False,
    since: datetime | None = None,
    again: bool = False,
    explain: bool | None = None,
) -> FeedsReport:
    """The best unread stories by community, what matters first.

    ``limit`` bounds the stories (the setting without it), ``everything`` shows all unread, ``since`` those shown for a
    moment since then. A skim is finite: what was skimmed today is over, and only what came later is shown, unless
    ``again``. ``explain`` fills in what points are for, which a program reading JSON always gets.
    """
    listed = subscribed.subscribed(session)
    if any(outcome.status in ("done", "partial") for outcome in _own(outcomes, listed).values()):
        from cmday.steps.news.after_refresh import after_refresh

        after_refresh(session)
    states = feeds.all_states(session.database) if listed else {}
    judge_again(session)
    over = None if since or everything or again else skimmed_today(session)
    most = limit or (_ALL if everything else session.settings.display.stories)
    skim = choosing.skim(session, listed, limit=most, since=since, after=over, everything=everything)
    told = telling.tell(session, skim, states, listed, explain=session.whole if explain is None else explain)
    unread = sum(state.unread for feed in listed if (state := states.get(feed.url)) and feed.url not in skim.trending)
    own = _own(outcomes, listed)
    errors = _errors(session, own, listed, states)
    fetched = any(state.entries for feed in listed if (state := states.get(feed.url)))
    return FeedsReport(
        name=NAME,
        status=_status(own.values(), errors, stored=fetched),
        data=FeedsData(
            stories=told.rows,
            folded=max(unread - told.entries, 0),
            unread=unread,
            minutes=told.minutes,
        ),
        waiting=len(told.rows),
        seconds=max((outcome.seconds for outcome in own.values()), default=0.0),
        errors=errors,
        feeds=len(listed),
        failed_feeds=_failed(own, states),
        fetched=fetched,
        new=sum(states[url].last_new for url, outcome in own.items() if outcome.status == "done" and url in states),
        stored_at=_stored_at(session, own, listed, states),
        notes=told.notes,
        over=over is not None,
    )


def skimmed_today(session: Session) -> datetime | None:
    """When the last skim of today was ended, or None."""
    text = keep.get(session.database, _SKIMMED)
    moment = from_epoch(int(text), session.clock.zone) if text else None
    return moment if moment and moment.date() == session.clock.today() else None


def end_skim(session: Session) -> None:
    """Note that today's skim is over; what comes later starts a new one."""
    keep.put(session.database, _SKIMMED, str(epoch(session.clock.now())))


def _own(outcomes: Outcomes, listed: tuple[Subscription, ...]) -> dict[str, Outcome]:
    """How the feeds' own questions ended, by address."""
    keys = {subscribed.KEY + feed.url: feed.url for feed in listed}
    return {keys[key]: outcome for key, outcome in outcomes.items() if key in keys}


def _errors(
    session: Session, own: dict[str, Outcome], listed: tuple[Subscription, ...], states: dict[str, FeedState]
) -> tuple[CmdayError, ...]:
    """What failed in this run, and what feeds.toml does not say well; a missing network is one fact, said once."""
    found: list[CmdayError] = []
    known = {feed.url: feed for feed in listed}
    for url, outcome in own.items():
        if outcome.status == "waiting":
            continue
        if outcome.error is not None:
            if isinstance(outcome.error, NoNetwork | CaptivePortal) and any(
                type(error) is type(outcome.error) for error in found
            ):
                continue
            found.append(outcome.error)
        elif (state := states.get(url)) and state.last_status == "failed":
            name = subscribed.name_of(known[url], state)
            found.append(Garbled(recalled(state.error_message or ""), None, name))
    return (*found, *read_subscriptions(session.home.feeds).problems)


def _failed(own: dict[str, Outcome], states: dict[str, FeedState]) -> int:
    return sum(
        outcome.status in ("failed", "partial")
        or (outcome.status == "done" and url in states and states[url].last_status == "failed")
        for url, outcome in own.items()
    )


def _status(outcomes: object, errors: tuple[CmdayError, ...], *, stored: bool) -> ReportStatus:
    status = status_of(outcomes)  # type: ignore[arg-type]
    if status == "done" and errors:
        return "partial"
    return "partial" if status == "failed" and stored else status


def _stored_at(
    session: Session, own: dict[str, Outcome], listed: tuple[Subscription, ...], states: dict[str, FeedState]
) -> datetime | None:
    """The age of what is shown, where nothing was refreshed in this run."""
    if not session.offline and (not own or any(outcome.status == "done" for outcome in own.values())):
        return None
    return max(
        (state.last_fetched for feed in listed if (state := states.get(feed.url)) and state.last_fetched), default=None
    )
