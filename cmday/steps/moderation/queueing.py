"""The platforms' own queues, as one question an account that moderates: read page by page, stored as it comes.

What an account may do is probed at most once a day; one that offers nothing is not asked again that day. A failure
costs its own account only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from cmday.connectors import catalog
from cmday.connectors.protocol import Exchange
from cmday.core.accounts import Account
from cmday.core.cases import QueueEntry, QueuePage
from cmday.core.items import Cursor
from cmday.errors import CmdayError, ConfigError, Waiting
from cmday.i18n import phrase
from cmday.outbox.naming import host_of
from cmday.session import Session
from cmday.steps.moderation.acting import offers
from cmday.steps.moderation.merging import merged
from cmday.steps.protocol import Question
from cmday.steps.sweeping import accounts_in_focus
from cmday.storage import case_queue, forgotten, queue_states, threads
from cmday.storage.queue_states import QueueState

KEY: Final = "queue:"


class _Last(msgspec.Struct, frozen=True):
    """The last page of a queue."""

    page: QueuePage


def key_of(account: Account) -> str:
    """The key of the question for an account's queue, and of its outcome."""
    return f"{KEY}{account.name}"


def questions(session: Session) -> Iterator[Question]:
    """One question an account in focus whose network has a queue, unless it was told today that it is no moderator."""
    wanted = [one for one in accounts_in_focus(session) if moderates(one) and offers.fresh(session, one) != ()]
    known = queue_states.states(session.database) if wanted else {}
    for account in wanted:
        yield Question(
            key=key_of(account),
            subject=account.name,
            host=host_of(account),
            talk=_talk(session, account, known.get(account.name) or QueueState(account=account.name)),
            store=_Storing(session, account),
            failed=_failed(session, account),
        )


def moderates(account: Account) -> bool:
    """Whether an account's network has a queue that cmday reads. Of an unknown network its sweep tells."""
    try:
        return catalog.has_queue(account)
    except ConfigError:
        return False


def _talk(session: Session, account: Account, state: QueueState) -> Callable[[], Exchange[_Last | None]]:
    def talk() -> Exchange[_Last | None]:
        if state.retry_at and state.retry_at > session.clock.now():
            raise Waiting(
                phrase("{server} asked to be left alone for now", server=account.server),
                phrase("it is asked again from {time} on", time=state.retry_at.strftime("%H:%M")),
            )
        connector = catalog.moderator(account)
        if connector is None or not (yield from offers.ask(session, account, connector)):
            return None
        return _Last((yield from connector.queue(Cursor(state.cursor) if state.cursor else None)))

    return talk


class _Storing:
    """Stores the pages of one sweep; what it told so far is kept, as one thing may stand on several pages."""

    def __init__(self, session: Session, account: Account) -> None:
        self._session = session
        self._account = account
        self._asked = session.clock.now()
        self._seen: dict[str, QueueEntry] = {}
        self._lacks = False

    def __call__(self, value: QueuePage | _Last | None) -> None:
        if value is None:  # no moderator
            return
        told = value.page if isinstance(value, _Last) else value
        db, now = self._session.database, self._session.clock.now()
        without = forgotten.known(db)
        page = without.queue(told)
        self._lacks = self._lacks or page.gap is not None
        with db.write():
            if forgotten.version(db) != without.version:  # somebody was forgotten meanwhile
                page = forgotten.known(db).queue(told)
            case_queue.store(db, self._account, self._together(page), now)
            threads.store(db, self._account.name, page.posts)
            if page.whole and not self._lacks:
                reports = {
                    one.subject: [each.id for each in one.reports] for one in self._seen.values() if not one.resolved
                }
                case_queue.end_whole(db, self._account, reports, now, asked=self._asked)
            queue_states.note_page(
                db,
                self._account.name,
                cursor=page.cursor,
                said=page.said,
                gap=page.gap,
                at=now,
                last=isinstance(value, _Last),
            )

    def _together(self, page: QueuePage) -> list[QueueEntry]:
        """The things that a page tells of, each with what earlier pages told of it."""
        touched = {}
        for one in page.entries:
            before = self._seen.get(one.subject)
            touched[one.subject] = self._seen[one.subject] = merged(before, one) if before else one
        return list(touched.values())


def _failed(session: Session, account: Account) -> Callable[[CmdayError], None]:
    def failed(error: CmdayError) -> None:
        queue_states.note_failure(session.database, account.name, error, session.clock.now())

    return failed
