"""Decides on real servers by way of a connector that moderates, as the outbox would."""

from __future__ import annotations

from msgspec.structs import replace

from cmday.connectors.catalog import moderator
from cmday.connectors.protocol import Moderates, SignIn
from cmday.core.accounts import Account
from cmday.core.cases import Case, Offer, QueueEntry, QueuePage
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError
from tests.connectors.moderating_contract import action_on, case_of
from tests.connectors.talking import converse, held
from tests.servers.writing import hold


class Moderator:
    """One account at one server, with what signs it in."""

    def __init__(self, account: Account, sign_in: SignIn) -> None:
        self.account = account
        self.sign_in = sign_in

    @property
    def connector(self) -> Moderates:
        found = moderator(self.account)
        assert found is not None
        return found

    def pages(self) -> list[QueuePage]:
        told = converse(held(lambda: self.connector.queue(None), deadline=20.0), sign_in=self.sign_in)
        error: CmdayError | None = told.error()
        if error:
            raise error
        found: list[QueuePage] = told.heard["0"]
        return found

    def queue(self) -> dict[str, QueueEntry]:
        """What waits, by subject; each is there once."""
        entries = [one for page in self.pages() for one in page.entries]
        found = {one.subject: one for one in entries}
        assert len(found) == len(entries)
        return found

    def case(self, subject: str) -> Case:
        return case_of(self.queue()[subject], self.account)

    def look(self, case: Case) -> QueueEntry | None:
        found: QueueEntry | None = hold(lambda: self.connector.look(case), self.sign_in)
        return found

    def offers(self) -> dict[str, Offer]:
        found: tuple[Offer, ...] = hold(self.connector.offers, self.sign_in)
        return {one.action: one for one in found}

    def does(self, case: Case, action: str, text: str = "", **arguments: str) -> Outgoing:
        """Carry out an action, and see that it is found then and was not before; returns it as sent."""
        one = action_on(case, action, text, **arguments)
        assert self.find(one) is None
        sent: Sent = hold(lambda: self.connector.send(one), self.sign_in)
        assert self.find(one) is not None
        return replace(one, state="sent", sent_id=sent.id, sent_url=sent.url)

    def find(self, one: Outgoing) -> Sent | None:
        found: Sent | None = hold(lambda: self.connector.find(one), self.sign_in)
        return found

    def undoes(self, sent: Outgoing) -> None:
        hold(lambda: self.connector.retract(sent), self.sign_in)
