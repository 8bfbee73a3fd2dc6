"""Answers as comments: what all networks have in common that take an answer by one request, and list one's own after.

A subclass says where an answer goes, how it is told there, and how what one wrote oneself is found and deleted.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

import msgspec

from cmday.connectors.protocol import Exchange, Manner, Response
from cmday.connectors.token_api import GONE, NOT_FOUND, TokenApi, json_of
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError, Refused, Uncertain
from cmday.i18n import phrase
from cmday.text.mentions import essence

# How far apart two clocks may be that nobody has noticed.
SLACK: Final = timedelta(minutes=10)


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the account wrote itself, as its server lists it."""

    id: str
    text: str
    at: datetime | None
    url: str | None = None


class Answering(ABC):
    """Answers for one account. ``place`` is what the network calls that which is answered (``Outgoing.reply_to``)."""

    network: ClassVar[str]
    title: ClassVar[str]
    patience: ClassVar[float] = 30.0
    usual: ClassVar[Manner]

    def __init__(self, account: Account) -> None:
        self.account = account

    @property
    @abstractmethod
    def api(self) -> TokenApi:
        """The one conversation with the server."""

    def words(self, outgoing: Outgoing) -> str:
        """What is written there for this answer."""
        return outgoing.text

    @abstractmethod
    def tell(self, place: str, outgoing: Outgoing) -> Exchange[Response]:
        """The request that writes, and its answer."""

    @abstractmethod
    def arrived(self, told: Any, place: str) -> Sent | None:
        """What the answer says is there now; None where it does not say."""

    def written(self, _place: str, _outgoing: Outgoing) -> Exchange[Iterable[Written]]:
        """What the account wrote there itself lately, oldest first; ``Uncertain`` where that cannot be told."""
        yield from ()
        raise self.untold()

    @abstractmethod
    def delete(self, number: str) -> Exchange[Response]:
        """The request that deletes, and its answer."""

    def manner(self) -> Exchange[Manner]:
        """As documented; nothing is asked."""
        yield from ()  # a conversation without a request is still a generator
        return self.usual

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        """Write it below what it answers."""
        place = self.place_of(outgoing)
        response = self.api.refuse((yield from self.tell(place, outgoing)))
        sent = self.arrived(json_of(response), place)
        if sent is None or not sent.id:
            raise self.api.uncertain(response)
        return sent

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:
        """Among what one wrote there oneself, by its words."""
        place, wanted = self.place_of(outgoing), essence(self.words(outgoing))
        floor = outgoing.began - SLACK if outgoing.began else None
        there = yield from self.written(place, outgoing)
        for one in reversed(list(there)):
            late = floor is None or (one.at is not None and one.at >= floor)
            if late and one.id not in taken and essence(one.text) == wanted:
                return Sent(id=one.id, url=one.url)
        return None

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        """Delete it; what is gone already is as well."""
        number = outgoing.sent_id
        if number is None:
            raise CmdayError(phrase("it is not known under which number it was sent"), None, self.account.name)
        response = yield from self.delete(number)
        if not self.is_gone(response):
            self.api.refuse(response)

    def is_gone(self, response: Response) -> bool:
        """Whether the refusal to delete says that nothing is there any more."""
        return response.status in (NOT_FOUND, GONE)

    def place_of(self, outgoing: Outgoing) -> str:
        """What is answered; raises ``Refused`` for all that is no answer."""
        if outgoing.kind == "action":
            raise CmdayError(
                phrase('"{account}" knows no action "{action}"', account=self.account.name, action=outgoing.action),
                None,
                self.account.name,
            )
        if outgoing.attachments:
            raise Refused(phrase("cmday sends no pictures to {network}", network=self.title), None, self.account.name)
        if outgoing.kind != "reply" or not outgoing.reply_to:
            raise Refused(phrase("only answers can go to {network}", network=self.title), None, self.account.name)
        return outgoing.reply_to

    def untold(self) -> Uncertain:
        """Nobody can say whether it arrived."""
        return Uncertain(
            phrase('whether it is on the server of "{account}" cannot be told', account=self.account.name),
            phrase("look there yourself, then send it again or drop it: cmday outbox"),
            self.account.name,
        )
