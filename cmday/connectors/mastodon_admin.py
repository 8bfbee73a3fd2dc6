"""Moderating a Mastodon server by its API, for an account that says so: option ``moderate``.

docs.joinmastodon.org/methods/admin. Posts can be deleted on the server's own pages only: the API has no word for it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any, ClassVar, Final
from urllib.parse import quote

import msgspec

from cmday.connectors.mastodon_admin_acting import ON_ACCOUNTS, ON_REPORTS, Acting
from cmday.connectors.mastodon_admin_api import ACCOUNTS, REPORTS, AdminApi, next_page
from cmday.connectors.mastodon_admin_reading import (
    MOST_REPORTS,
    Report,
    Subject,
    entry_of,
    entry_of_person,
    entry_of_status,
    report_of,
)
from cmday.connectors.mastodon_api import FORBIDDEN
from cmday.connectors.mastodon_reading import PERSON
from cmday.connectors.moderating import subject_of
from cmday.connectors.protocol import Exchange, Manner, Partial, Response
from cmday.core.accounts import Account
from cmday.core.cases import Case, Offer, QueueEntry, QueuePage
from cmday.core.items import Cursor
from cmday.core.outbox import Outgoing, Sent

USUAL: Final = Manner(findable=True, retractable=True)
MOST_PAGES: Final = 50
# Permissions of a role (docs.joinmastodon.org/entities/Role).
ADMINISTRATOR: Final = 0x1
MANAGE_USERS: Final = 0x400
_NOT_FOUND: Final = frozenset({404, 410})
_NO_SUCH_API: Final = frozenset({404, 405, 410, 501})


class _Role(msgspec.Struct, frozen=True):
    permissions: str | int = 0


class _Moderator(msgspec.Struct, frozen=True):
    role: _Role | None = None


class MastodonModerating:
    """Moderates for one account."""

    network: ClassVar[str] = "mastodon"
    patience: ClassVar[float] = 30.0
    usual: ClassVar[Manner] = USUAL

    def __init__(self, account: Account) -> None:
        self.account = account

    def offers(self) -> Exchange[tuple[Offer, ...]]:
        """What the token and the role allow: reports at all, and measures against accounts."""
        api = AdminApi(self.account)
        response: Response = yield from api.ask(REPORTS, limit=1)
        if response.status == FORBIDDEN or response.status in _NO_SUCH_API:
            return ()
        api.checked(response, list[Any])
        response = yield from api.ask("/api/v1/accounts/verify_credentials")
        told: _Moderator = api.checked(response, _Moderator)
        return ON_REPORTS + (ON_ACCOUNTS if _manages_users(told.role) else ())

    def queue(self, since: Cursor | None) -> Exchange[QueuePage]:  # noqa: ARG002  it is always read whole
        """The open reports, newest first, those on one thing together; always all of them."""
        api = AdminApi(self.account)
        page: Response = yield from api.ask(REPORTS)
        if page.status == FORBIDDEN or page.status in _NO_SUCH_API:
            return QueuePage(entries=(), gap="this account is no moderator there, or was not signed in as one")
        me = str((yield from api.who()).id)
        known: dict[str, list[Report]] = defaultdict(list)
        spoilt = 0
        for _ in range(MOST_PAGES):
            listed: list[Any] = api.checked(page, list[Any])
            found = [report_of(one) for one in listed]
            spoilt += found.count(None)
            fresh = [one for one in found if one and not one.action_taken]
            for one in fresh:
                known[one.subject].append(one)
            touched = dict.fromkeys(one.subject for one in fresh)
            entries = tuple(entry_of(known[subject], self.account.server, me) for subject in touched)
            gap = f"{spoilt} of the reports could not be read" if spoilt else None
            below = next_page(page)
            if not below:
                return QueuePage(entries=entries, whole=not spoilt, gap=gap)
            yield Partial(QueuePage(entries=entries, gap=gap))
            page = yield from api.ask(REPORTS, max_id=below)
        return QueuePage(entries=(), gap="there are more reports than cmday reads at once")

    def look(self, case: Case) -> Exchange[QueueEntry | None]:
        """How the reports on a thing stand; of what nobody reported, how it is itself."""
        api = AdminApi(self.account)
        numbers = case.place.get("report_ids", "").split()[:MOST_REPORTS]
        subject = subject_of(case)
        if not numbers:
            return (yield from self._unreported(api, subject))
        reports = []
        for number in numbers:
            response: Response = yield from api.ask(f"{REPORTS}/{quote(number, safe='')}")
            if response.status not in _NOT_FOUND:
                report: Report = api.checked(response, Report)
                reports.append(report)
        if not reports:
            return None
        me = yield from api.who()
        return msgspec.structs.replace(entry_of(reports, self.account.server, str(me.id)), subject=subject)

    def _unreported(self, api: AdminApi, subject: str) -> Exchange[QueueEntry | None]:
        is_person = subject.startswith(PERSON)
        path = f"{ACCOUNTS}/{quote(subject.removeprefix(PERSON), safe='')}"
        response: Response = yield from api.ask(path if is_person else f"/api/v1/statuses/{quote(subject, safe='')}")
        if response.status in _NOT_FOUND:
            return None
        if is_person:
            person: Subject = api.checked(response, Subject)
            return entry_of_person(person, self.account.server, datetime.now(UTC))
        entry = entry_of_status(api.checked(response, dict[str, Any]), self.account.server)
        if entry is None:
            raise api.garbled()
        return entry

    def manner(self) -> Exchange[Manner]:
        """The same everywhere: how things stand tells whether an action arrived."""
        yield from ()  # a conversation without a request is still a generator
        return USUAL

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        return (yield from self._acting(outgoing).send())

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:  # noqa: ARG002  to do it twice is the same as once
        return (yield from self._acting(outgoing).find())

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        yield from self._acting(outgoing).retract()

    def _acting(self, outgoing: Outgoing) -> Acting:
        acting = Acting(AdminApi(self.account), outgoing)
        acting.check()
        return acting


def _manages_users(role: _Role | None) -> bool:
    """Whether a role may take measures against accounts; an older server, which tells none, is asked by doing."""
    if role is None:
        return True
    try:
        return bool(int(role.permissions) & (ADMINISTRATOR | MANAGE_USERS))
    except ValueError:
        return True
