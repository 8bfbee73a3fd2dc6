"""Moderating on Matrix: as an administrator of a Synapse what was reported there, and in the rooms that one runs what
one's power levels allow (spec.matrix.org, "Permissions"). Other servers show their reports to nobody.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, Final
from urllib.parse import unquote

from msgspec.structs import replace

from cmday.connectors.http import parse_http_date
from cmday.connectors.matrix_admin import NO_ADMIN, REPORTS, can_dismiss, event_anywhere, is_reported
from cmday.connectors.matrix_api import MatrixApi, room_path
from cmday.connectors.matrix_deciding import Deciding
from cmday.connectors.matrix_events import Event, events_of
from cmday.connectors.matrix_powers import LEVELS, powers_of
from cmday.connectors.matrix_queue import Queue, entry_of, seen_of
from cmday.connectors.matrix_sweep import wanted_rooms
from cmday.connectors.moderating import subject_of
from cmday.connectors.protocol import Exchange, Manner
from cmday.core.accounts import Account
from cmday.core.cases import Case, Offer, QueueEntry, QueuePage
from cmday.core.items import Cursor
from cmday.core.outbox import Outgoing, Sent

MOST_ROOMS: Final = 10
MOST_REPORTS: Final = 10
_NOT_THERE: Final = frozenset({400, 403, 404})
_ROOM: Final = {
    "redact": Offer(action="remove", does="redacts the message: its words are gone for everybody, for good"),
    "ban": Offer(
        action="ban",
        does="bans the author from the room; unbanned, they may come back by themselves",
        inverse="unban",
    ),
    LEVELS: Offer(action="mute", does="takes the author the power to speak in the room", inverse="unmute"),
}
_RESOLVE: Final = Offer(action="resolve", does="deletes the reports from the server, for good")
_LOCK: Final = Offer(
    action="lock", does="locks the author's account, where it is of this server: nothing can be done with it",
    inverse="unlock",
)  # fmt: skip
_WORDS: Final = (
    Offer(action="warn", does="writes to the author in a private, unencrypted room", wants_text=True),
    Offer(action="reply", does="answers in the room, for everybody there to read", wants_text=True),
)


class MatrixModerating:
    """Moderates for one account, in the rooms that option ``rooms`` names or else in all that it is in."""

    network: ClassVar[str] = "matrix"
    patience: ClassVar[float] = 30.0
    usual: ClassVar[Manner] = Manner(findable=True, retractable=True)

    def __init__(self, account: Account) -> None:
        self.account = account
        self.api = MatrixApi(account)
        self.now = datetime.now(UTC)

    def manner(self) -> Exchange[Manner]:
        """As for messages."""
        yield from ()  # a conversation without a request is still a generator
        return self.usual

    def offers(self) -> Exchange[tuple[Offer, ...]]:
        """By the power levels in the rooms, and by whether the server shows us its reports."""
        me = yield from self.api.who()
        found: list[Offer] = []
        powers = yield from self._powers(me)
        found += [offer for what, offer in _ROOM.items() if what in powers]
        if (yield from self._is_admin()):
            found += [_RESOLVE] if (yield from can_dismiss(self.api)) else []
            found.append(_LOCK)
        return (*found, *_WORDS) if found else ()

    def queue(self, since: Cursor | None) -> Exchange[QueuePage]:
        """What was reported on the server; nothing where this account is not its administrator."""
        return (yield from Queue(self.api, since).talk())

    def look(self, case: Case) -> Exchange[QueueEntry | None]:
        """The event as it stands now, and whether it is still reported."""
        deciding = Deciding(self.account, self.api)
        subject = subject_of(case)
        room = case.place.get("room") or _room_of(case.url) or (yield from deciding.room_with(subject))
        if not room:
            return None
        event = yield from self._event(room, subject)
        if event is None:
            return None
        place = {**case.place, "room": room}
        found = entry_of(subject, room, seen_of(event, self.now), place=place)
        if found.resolved is None and (yield from self._is_dismissed(case)):
            return replace(found, resolved=self.now, resolved_as="its reports were deleted")
        return found

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        """Carry out an action."""
        return (yield from Deciding(self.account, self.api).send(outgoing))

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:
        """Whether things stand as the action would have them."""
        return (yield from Deciding(self.account, self.api).find(outgoing, taken))

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        """Carry out the inverse, where there is one."""
        yield from Deciding(self.account, self.api).retract(outgoing)

    def _powers(self, me: str) -> Exchange[set[str]]:
        """What we may do in at least one room that we look after."""
        words = list(wanted_rooms(self.account))
        if not words:
            response = yield from self.api.get("/joined_rooms")
            words = list(self.api.read(response, dict[str, list[str]]).get("joined_rooms", []))
        found: set[str] = set()
        for word in words[:MOST_ROOMS]:
            room = yield from self.api.room_called(word)
            powers = (yield from powers_of(self.api, room)) if room else None
            found |= {what for what in _ROOM if powers and powers.may(me, what)}
        return found

    def _is_admin(self) -> Exchange[bool]:
        response = yield from self.api.get(REPORTS, limit=1)
        if response.status in NO_ADMIN:
            return False
        self.api.expect(response)
        return True

    def _event(self, room: str, event: str) -> Exchange[Event | None]:
        """The event by way of its room, or where we are not in that by the administrator's way."""
        response = yield from self.api.get(room_path(room, "event", event))
        self.now = parse_http_date(response.header("date") or "") or datetime.now(UTC)
        if response.status not in _NOT_THERE:
            return next(iter(events_of([self.api.read(response, dict[str, Any])])[0]), None)
        found, _around = yield from event_anywhere(self.api, room, event)
        return found

    def _is_dismissed(self, case: Case) -> Exchange[bool]:
        """Whether none of the reports that the case knows is there any more."""
        numbers = [one for one in case.place.get("reports", "").split() if one.isdecimal()]
        for one in numbers[:MOST_REPORTS]:
            if (yield from is_reported(self.api, int(one))):
                return False
        return bool(numbers)


def _room_of(page: str | None) -> str | None:
    """The room that an event's address names."""
    room = unquote((page or "").partition("/#/")[2].partition("/")[0])
    return room if room.startswith("!") else None
