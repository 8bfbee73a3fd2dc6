"""A network whose moderator can do what no single one of ours can, at a server on the loopback that keeps count."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from cmday.connectors.protocol import Exchange, Manner, Request
from cmday.core.accounts import Account
from cmday.core.cases import Case, Offer, QueueEntry, QueuePage
from cmday.core.items import Cursor
from cmday.core.outbox import Outgoing, Sent
from cmday.core.time import parse_instant
from cmday.errors import Refused
from cmday.i18n import phrase

OFFERS = (
    Offer(action="remove", does="deletes it for good"),
    Offer(action="ban", does="keeps them out of the house", inverse="unban"),
    Offer(action="mute", does="nobody hears them", inverse="unmute", timed=True),
    Offer(action="warn", does="writes them a letter", wants_text=True),
    Offer(action="resolve", does="closes the reports", inverse="reopen", wants_text=True),
    Offer(action="assign", does="names who has it in hand", inverse="unassign"),
)


class House:
    """The server's side: what was done, and how the one thing stands."""

    def __init__(self) -> None:
        self.done: list[dict[str, Any]] = []
        self.thing: dict[str, Any] = {"text": "Down with everybody"}

    def __call__(self, received: Any) -> str:
        if received.method == "POST":
            self.done.append(json.loads(received.body))
        return json.dumps(self.thing)

    def actions(self) -> list[str]:
        return [one["action"] for one in self.done]


class Scripted:
    """The connector's side."""

    network: ClassVar[str] = "wordpress"
    patience: ClassVar[float] = 5.0
    usual: ClassVar[Manner] = Manner(findable=True)

    def __init__(self, account: Account) -> None:
        self.account = account

    def offers(self) -> Exchange[tuple[Offer, ...]]:
        yield from ()
        return OFFERS

    def manner(self) -> Exchange[Manner]:
        yield from ()
        return self.usual

    def queue(self, since: Cursor | None) -> Exchange[QueuePage]:
        return QueuePage(entries=(yield from self._thing()), cursor=since, whole=True)

    def look(self, case: Case) -> Exchange[QueueEntry | None]:
        found = yield from self._thing()
        return next((one for one in found if one.subject == case.subject), None)

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        yield from self._post(outgoing.action, outgoing)
        return Sent(id=f"{outgoing.action}-1")

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:
        yield from ()
        return None

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        inverse = next(one.inverse for one in OFFERS if one.action == outgoing.action)
        if inverse is None:
            raise Refused(phrase("there is no way back"), None, self.account.name)
        yield from self._post(inverse, outgoing)

    def _thing(self) -> Exchange[tuple[QueueEntry, ...]]:
        response = yield Request(url=f"{self.account.server}/thing")
        told = json.loads(response.body)
        return (
            QueueEntry(
                subject="7",
                author="Zoe",
                author_handle="@zoe@house.example",
                author_id="z7",
                text=told["text"],
                url=None,
                at=parse_instant("2026-11-02T08:00:00+01:00"),
                claimed_by=told.get("claimed_by"),
                place={"room": "hall"},
            ),
        )

    def _post(self, action: str | None, outgoing: Outgoing) -> Exchange[None]:
        told = {"action": action, "text": outgoing.text, "whom": outgoing.to, "arguments": outgoing.arguments}
        yield Request(url=f"{self.account.server}/do", method="POST", body=json.dumps(told).encode(), repeatable=False)
