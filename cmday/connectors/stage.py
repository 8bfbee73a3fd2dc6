"""What stands where a connector would, in a drill: it speaks to nobody, and does nothing anywhere but in a drill.

A drill's home replays answers (``recorded``), and all that is answered there is ``PLAYED``. An account of this network
in any other home is refused, so that nobody takes a reply for sent that went nowhere.
"""

from __future__ import annotations

from typing import ClassVar, Final

from cmday.connectors.network_entry import NetworkEntry
from cmday.connectors.protocol import Call, Exchange, Manner, Probe
from cmday.core.accounts import Account
from cmday.core.cases import Case, Offer, QueueEntry, QueuePage
from cmday.core.items import Cursor, Page
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import ConfigError
from cmday.i18n import phrase

NETWORK: Final = "drill"
# The name of the one wish that these conversations have.
PLAYED: Final = "drill"
_MOST: Final = 500
_OFFERS: Final = (
    Offer(action="approve", does="lets it be seen, and closes its reports"),
    Offer(action="hold", does="hides it from everybody until somebody decides", inverse="approve"),
    Offer(action="remove", does="takes it down; its author sees that", inverse="restore"),
    Offer(action="warn", does="writes to its author", wants_text=True),
    Offer(action="mute", does="what its author writes is not shown to others", inverse="unmute", timed=True),
    Offer(action="ban", does="shuts its author out", inverse="unban", timed=True),
    Offer(action="lock", does="nobody can answer there any more", inverse="unlock"),
    Offer(action="resolve", does="closes its reports", inverse="reopen"),
    Offer(action="reply", does="answers below it", wants_text=True),
)


def _nowhere() -> None:
    raise ConfigError(
        phrase('"{network}" is no network: it exists in drills only', network=NETWORK), phrase("cmday drill")
    )


class Stage:
    """An account in a drill: swept, written by and moderated with, and nothing of it leaves the process."""

    network: ClassVar[str] = NETWORK
    patience: ClassVar[float] = 5.0
    usual: ClassVar[Manner] = Manner(most=_MOST, findable=True, retractable=True)

    def __init__(self, account: Account) -> None:
        self._account = account

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """Nothing: what is said in a drill is in the ledger as soon as its time has come."""
        yield self._played()
        return Page(notifications=(), cursor=since)

    def queue(self, since: Cursor | None) -> Exchange[QueuePage]:
        """Nothing, for the same reason; what is known of the queue stays."""
        yield self._played()
        return QueuePage(entries=(), cursor=since)

    def check(self) -> Exchange[Probe]:
        """Who one is in the drill."""
        yield self._played()
        return Probe(identity=self._account.username or self._account.name, capabilities=frozenset({"notifications"}))

    def manner(self) -> Exchange[Manner]:
        """As usual."""
        yield self._played()
        return self.usual

    def offers(self) -> Exchange[tuple[Offer, ...]]:
        """What a moderator can do in a drill, all of it with a way back."""
        yield self._played()
        return _OFFERS

    def look(self, case: Case) -> Exchange[QueueEntry | None]:
        """As it was: nobody else moderates here."""
        yield self._played()
        return QueueEntry(
            subject=case.subject or case.id,
            author=case.author,
            author_handle=case.author_handle,
            author_id=case.author_id,
            text=case.text,
            url=case.url,
            at=case.opened_at,
            edited=case.edited,
            held=case.held,
            place=case.place,
        )

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        """Say that it was sent."""
        yield self._played(writes=True)
        return Sent(id=f"drill-{outgoing.key}")

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:  # noqa: ARG002
        """Nothing ever arrived."""
        yield self._played()
        return None

    def retract(self, outgoing: Outgoing) -> Exchange[None]:  # noqa: ARG002  as the protocol has it
        """Say that it was taken back."""
        yield self._played(writes=True)

    def _played(self, *, writes: bool = False) -> Call:
        return Call(name=PLAYED, function=_nowhere, key=self._account.name, repeatable=not writes)


# Not among the networks that a person may choose.
ENTRY: Final = NetworkEntry(
    name=NETWORK,
    title="Drill",
    where="cmday.connectors.stage:Stage",
    sign_in=(),
    server_example="https://drill.example",
    gives=("notifications", "replies", "posts"),
    sends="cmday.connectors.stage:Stage",
    moderates="cmday.connectors.stage:Stage",
)
