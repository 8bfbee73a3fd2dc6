"""A network whose server says in our own words what it offers, what is in its queue, and what came: for any story."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from cmday.connectors.http import decode, expect_ok
from cmday.connectors.network_entry import NetworkEntry
from cmday.connectors.protocol import Exchange, Manner, Partial, Probe, Request
from cmday.core.accounts import Account
from cmday.core.cases import Case, Offer, QueueEntry, QueuePage
from cmday.core.items import Cursor, Page
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import Refused
from cmday.i18n import phrase
from tests.loopback.answers import Answer, Received
from tests.loopback.server import Loopback

NETWORK = NetworkEntry(
    name="scripted",
    title="Scripted",
    where="tests.steps.moderation.scripted:Scripted",
    sign_in=(),
    server_example="https://example.org",
    gives=("notifications",),
    moderates="tests.steps.moderation.scripted:Scripted",
)


class Scripted:
    """Reads ``/notifications``, ``/offers`` and the pages ``/queue/0``, ``/queue/1``... of its server."""

    network: ClassVar[str] = "scripted"
    patience: ClassVar[float] = 8.0
    usual: ClassVar[Manner] = Manner()

    def __init__(self, account: Account) -> None:
        self.account = account

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        return decode(expect_ok((yield self._get("/notifications"))), Page)

    def check(self) -> Exchange[Probe]:
        yield self._get("/offers")
        return Probe(identity=self.account.name, capabilities=frozenset())

    def offers(self) -> Exchange[tuple[Offer, ...]]:
        return decode(expect_ok((yield self._get("/offers"))), tuple[Offer, ...])

    def queue(self, since: Cursor | None) -> Exchange[QueuePage]:
        number = 0
        while True:
            response = expect_ok((yield self._get(f"/queue/{number}")))
            page = decode(response, QueuePage)
            number += 1
            if response.header("x-more") is None:
                return page
            yield Partial(page)

    def look(self, case: Case) -> Exchange[QueueEntry | None]:
        yield self._get("/offers")
        return None

    def manner(self) -> Exchange[Manner]:
        yield self._get("/offers")
        return self.usual

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        yield self._get("/offers")
        raise Refused(phrase("{id} is not for a script", id=outgoing.id))

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:
        yield self._get("/offers")
        return None

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        yield self._get("/offers")
        raise Refused(phrase("{id} is not for a script", id=outgoing.id))

    def _get(self, path: str) -> Request:
        return Request(url=f"{self.account.server}{path}")


class Server:
    """What the server of one account says from now on; ``broken`` paths answer with that status."""

    def __init__(self, loopback: Loopback, name: str) -> None:
        self.host = f"{name}.localhost"
        self.loopback = loopback
        self.url = loopback.url("", host=self.host)
        self.offers: tuple[Offer, ...] = ()
        self.pages: list[QueuePage] = []
        self.page = Page(notifications=(), cursor=None)
        self.broken: dict[str, int] = {}
        loopback.route("*", self, host=self.host)

    def whole(self, *entries: QueueEntry, per_page: int = 100) -> None:
        """From now on the whole queue is this."""
        parts = [entries[at : at + per_page] for at in range(0, len(entries), per_page)] or [()]
        pages = [QueuePage(entries=part) for part in parts]
        self.pages = [*pages[:-1], msgspec.structs.replace(pages[-1], whole=True)]

    def count(self, path: str) -> int:
        return self.loopback.count(path, host=self.host)

    def __call__(self, received: Received) -> Answer:
        path = received.path
        if status := next((code for start, code in self.broken.items() if path.startswith(start)), None):
            return Answer(status=status)
        if path == "/notifications":
            return Answer(body=msgspec.json.encode(self.page))
        if path == "/offers":
            return Answer(body=msgspec.json.encode(self.offers))
        number = int(path.rpartition("/")[2])
        more = {"X-More": "1"} if number + 1 < len(self.pages) else {}
        return Answer(body=msgspec.json.encode(self.pages[number]), headers=more)
