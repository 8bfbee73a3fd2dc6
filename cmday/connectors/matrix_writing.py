"""Writing to Matrix rooms: messages and answers, looking whether they arrived, taking them back.

``PUT /rooms/{room}/send/m.room.message/{txnId}``: the server keeps one event for a transaction id of a device, so the
item's key makes sure that what is sent again is there once (spec.matrix.org, "Transaction identifiers").
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import unquote, urlsplit

import msgspec

from cmday.connectors import matrix_events as ev
from cmday.connectors.http import parse_http_date
from cmday.connectors.matrix_api import MatrixApi, fault_of, room_path, words_of
from cmday.connectors.matrix_events import Event, events_of
from cmday.connectors.matrix_sweep import wanted_rooms
from cmday.connectors.protocol import Exchange, Manner, Response
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError, ConfigError, Garbled, Refused, Uncertain
from cmday.i18n import phrase
from cmday.text.mentions import essence

PAGE: Final = 100
MOST_PAGES: Final = 5
# How far apart two clocks may be that nobody has noticed.
SLACK: Final = timedelta(minutes=10)
_OK: Final = 200
_NOT_FOUND: Final = 404
_FAULT: Final = 500
_UNAVAILABLE: Final = 503
# The server has read it and will not have it, and would not the next time either.
_LASTING: Final = frozenset({400, 403, 404, 413})
_PAGE_OF_ROOM: Final = "/#/"


class _Sent(msgspec.Struct, frozen=True):
    event_id: str


class _Messages(msgspec.Struct, frozen=True):
    chunk: list[Any]
    end: str | None = None


class MatrixWriting:
    """Writes for one account. Option ``post_room``: where posts go (the first of ``rooms``)."""

    network: ClassVar[str] = "matrix"
    patience: ClassVar[float] = 30.0
    usual: ClassVar[Manner] = Manner(findable=True, retractable=True)

    def __init__(self, account: Account, api: MatrixApi | None = None) -> None:
        self.account = account
        self.api = api or MatrixApi(account)
        room = account.options.get("post_room", next(iter(wanted_rooms(account)), None))
        if room is not None and not (isinstance(room, str) and room.startswith(("!", "#"))):
            raise ConfigError(
                phrase('account "{name}": "{room}" is not a room', name=account.name, room=room),
                phrase('write an alias like "#community:example.org", or the id of a room, which begins with "!"'),
                account.name,
            )
        self.post_room = room

    def manner(self) -> Exchange[Manner]:
        """Every server takes texts as long as an event may be, and keeps what was written findable."""
        yield from ()  # a conversation without a request is still a generator
        return self.usual

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        room, answered = yield from self._place(outgoing)
        yield from self._insist_open(room)
        path = room_path(room, "send", ev.MESSAGE, outgoing.key)
        response = self.taken((yield from self.api.put(path, _content(outgoing, answered))))
        try:
            number = self.api.read(response, _Sent).event_id
        except Garbled:
            raise self.uncertain(response) from None
        return Sent(id=number, url=ev.page_of(room, number))

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:
        """Among our own newest events of the room, by the transaction id, which the server shows to who used it.

        That it is not there yet does no harm: sent again, it has the same transaction id.
        """
        room, answered = yield from self._place(outgoing)
        me = yield from self.api.who()
        own = msgspec.json.encode({"types": [ev.MESSAGE], "senders": [me]}).decode()
        before: str | None = None
        for _ in range(MOST_PAGES):
            response = yield from self.api.get(
                room_path(room, "messages"), dir="b", limit=PAGE, filter=own, **({"from": before} if before else {})
            )
            page = self.api.read(response, _Messages)
            now = parse_http_date(response.header("date") or "") or datetime.now(UTC)
            events = events_of(page.chunk)[0]
            for one in events:
                if one.event_id not in taken and _is_it(one, outgoing, answered, now):
                    return Sent(id=one.event_id, url=ev.page_of(room, one.event_id))
            if not page.end or page.end == before or _reaches(events, outgoing, now):
                return None
            before = page.end
        raise Uncertain(
            phrase('whether it is on the server of "{account}" cannot be told', account=self.account.name),
            phrase("look there yourself, then send it again or drop it: cmday outbox"),
            self.account.name,
        )

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        """Redact the message: its words are gone, that there was one stays; one that is gone already is as well."""
        if outgoing.sent_id is None:
            raise CmdayError(phrase("it is not known under which number it was sent"), None, self.account.name)
        room = _room_of(outgoing.sent_url)
        if room is None:
            room, _answered = yield from self._place(outgoing)
        path = room_path(room, "redact", outgoing.sent_id, f"{outgoing.key}.redact")
        response = yield from self.api.put(path, {})
        if response.status != _NOT_FOUND or fault_of(response).errcode != "M_NOT_FOUND":
            self._refuse(response)

    def _place(self, outgoing: Outgoing) -> Exchange[tuple[str, str | None]]:
        """The room that it goes to, and the event that it answers."""
        if outgoing.kind == "action":
            raise CmdayError(
                phrase('"{account}" knows no action "{action}"', account=self.account.name, action=outgoing.action),
                None,
                self.account.name,
            )
        if outgoing.attachments:
            raise Refused(phrase("cmday sends no pictures to Matrix"), None, self.account.name)
        room, _, answered = (outgoing.reply_to or "").partition("/")
        if room.startswith("!"):
            return room, answered or None
        word = self.post_room
        if word is None:
            raise Refused(
                phrase('"{account}" has no room to post to', account=self.account.name),
                phrase('give it post_room = "#community:example.org" in config.toml: cmday config edit'),
                self.account.name,
            )
        found = yield from self.api.room_called(word)
        if found is None:
            raise Refused(
                phrase("there is no room {room}", room=word),
                phrase("look at post_room and rooms in config.toml: cmday config edit"),
                self.account.name,
            )
        return found, None

    def _insist_open(self, room: str) -> Exchange[None]:
        """Refuse to write in the clear where people have agreed that nothing is."""
        response = yield from self.api.get(room_path(room, "state", "m.room.encryption"))
        if response.status == _OK:
            raise Refused(
                phrase("the room is encrypted, and cmday has no keys: {room}", room=room),
                phrase("write there with another program"),
                self.account.name,
            )
        if response.status not in _LASTING:
            self.api.expect(response)

    def taken(self, response: Response) -> Response:
        """The response where something written was taken; raises what became of it otherwise."""
        if response.status >= _FAULT and response.status != _UNAVAILABLE:
            raise self.uncertain(response)
        return self._refuse(response)

    def _refuse(self, response: Response) -> Response:
        """The response where all is well; raises what a refusal of something written means."""
        words = words_of(response)
        if response.status in _LASTING and words:
            raise Refused(
                phrase(
                    "{host} will not have it ({status}): {words}",
                    host=urlsplit(response.url).hostname,
                    status=response.status,
                    words=words,
                ),
                None,
                self.account.name,
                status=response.status,
            )
        return self.api.expect(response)

    def uncertain(self, response: Response) -> Uncertain:
        host = urlsplit(response.url).hostname
        return Uncertain(
            phrase(
                "{host} answered {status}, which does not say whether it arrived", host=host, status=response.status
            ),
            phrase("cmday send looks whether it is there"),
            self.account.name,
            status=response.status,
        )


def _content(outgoing: Outgoing, answered: str | None) -> dict[str, Any]:
    """The message: in the thread of what it answers, where that is in one, and with whom it speaks to."""
    content: dict[str, Any] = {"msgtype": "m.text", "body": outgoing.text}
    content["m.mentions"] = {"user_ids": [outgoing.to]} if outgoing.to and outgoing.to.startswith("@") else {}
    if answered:
        about: dict[str, Any] = {"m.in_reply_to": {"event_id": answered}}
        if outgoing.references:
            about |= {"rel_type": "m.thread", "event_id": outgoing.references[0], "is_falling_back": False}
        content["m.relates_to"] = about
    return content


def _is_it(one: Event, outgoing: Outgoing, answered: str | None, now: datetime) -> bool:
    """Whether an event of ours is what was sent: by its transaction id, or where none is shown, by what it says."""
    if ev.is_redacted(one):
        return False
    shown = (one.unsigned or {}).get("transaction_id")
    if shown is not None:
        return bool(shown == outgoing.key)
    fits = ev.answered_id(one) == answered and essence(ev.text_of(one) or "") == essence(outgoing.text)
    return fits and not _is_before(one, outgoing, now)


def _reaches(events: list[Event], outgoing: Outgoing, now: datetime) -> bool:
    """Whether the oldest of them are older than what is looked for."""
    return any(_is_before(one, outgoing, now) for one in events[-2:])


def _is_before(one: Event, outgoing: Outgoing, now: datetime) -> bool:
    """Whether an event was there before the sending began, by the server's clock as far as it can be told."""
    if outgoing.began is None:
        return False
    began = min(outgoing.began + (now - datetime.now(UTC)), now)
    return ev.moment(one, now) < began - SLACK


def _room_of(page: str | None) -> str | None:
    """The room that an event's address names."""
    room = unquote((page or "").partition(_PAGE_OF_ROOM)[2].partition("/")[0])
    return room if room.startswith("!") else None
