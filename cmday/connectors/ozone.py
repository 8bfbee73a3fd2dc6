"""Moderating by an Ozone, for a Bluesky account that is of its team: option ``ozone``, the DID of the service."""

from __future__ import annotations

from typing import ClassVar, Final

from cmday.connectors.moderating import subject_of
from cmday.connectors.ozone_acting import Acting
from cmday.connectors.ozone_api import PERSON, Ozone, denied
from cmday.connectors.ozone_assigning import REPORTS, Assigning
from cmday.connectors.ozone_events import ASSIGNING, offers
from cmday.connectors.ozone_queue import Queue
from cmday.connectors.protocol import Exchange, Manner, Response
from cmday.connectors.social_posts import text_of
from cmday.core.accounts import Account
from cmday.core.cases import Case, Offer, QueueEntry, QueuePage
from cmday.core.items import Cursor
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import Refused
from cmday.i18n import phrase

USUAL: Final = Manner(findable=True, retractable=True)


class OzoneModerating:
    """Moderates for one account."""

    network: ClassVar[str] = "bluesky"
    patience: ClassVar[float] = 30.0
    usual: ClassVar[Manner] = USUAL

    def __init__(self, account: Account) -> None:
        self.account = account
        Ozone(account)  # says what is wrong with the option before anything is asked

    def offers(self) -> Exchange[tuple[Offer, ...]]:
        """What the role in Ozone's team allows; nothing for who is not in it."""
        api = Ozone(self.account)
        response: Response = yield from api.get("tools.ozone.server.getConfig")
        if denied(response):
            return ()
        told = api.read(response)
        known = yield from api.ask_if_known(f"{REPORTS}.queryReports", status="assigned", limit=1)
        return offers(
            text_of(told, "viewer", "role"), mails=bool(text_of(told, "pds", "url")), assigns=known is not None
        )

    def queue(self, since: Cursor | None) -> Exchange[QueuePage]:  # noqa: ARG002  it is always read whole
        """Subjects that are open or escalated, and appeals; always all of them, for there is nothing to go on from."""
        return (yield from Queue(Ozone(self.account)).talk())

    def look(self, case: Case) -> Exchange[QueueEntry | None]:
        subject = subject_of(case)
        if not subject.startswith(("at://", PERSON)):
            raise Refused(phrase("Ozone knows posts and people only"), None, self.account.name)
        return (yield from Queue(Ozone(self.account)).look(subject))

    def manner(self) -> Exchange[Manner]:
        """The same everywhere: every event is found by its key."""
        yield from ()  # a conversation without a request is still a generator
        return USUAL

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        api = Ozone(self.account)
        if outgoing.action in ASSIGNING:
            return (yield from Assigning(api, outgoing).send())
        return (yield from Acting(api, outgoing).send())

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:
        api = Ozone(self.account)
        if outgoing.action in ASSIGNING:
            return (yield from Assigning(api, outgoing).find())
        return (yield from Acting(api, outgoing).find(taken))

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        api = Ozone(self.account)
        if outgoing.action in ASSIGNING:
            yield from Assigning(api, outgoing).retract()
        else:
            yield from Acting(api, outgoing).retract()
