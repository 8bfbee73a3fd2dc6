"""What is decided about an event of Matrix or about who wrote it: one request that writes, and the way back from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from cmday.connectors import matrix_events as ev
from cmday.connectors.matrix_admin import dismiss, is_reported, user_path
from cmday.connectors.matrix_api import MatrixApi, room_path
from cmday.connectors.matrix_events import events_of
from cmday.connectors.matrix_powers import LEVELS, Powers, powers_of
from cmday.connectors.matrix_sweep import wanted_rooms
from cmday.connectors.matrix_words import Words
from cmday.connectors.matrix_writing import MatrixWriting
from cmday.connectors.moderating import changed_since, irreversible, unknown, vanished, wants_text
from cmday.connectors.protocol import Exchange, Response
from cmday.connectors.social_posts import text_of
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError, Refused
from cmday.i18n import phrase

_NOT_FOUND: Final = 404
_NOT_THERE: Final = frozenset({400, 403, 404})
_MOST_WHY: Final = 500
_ALREADY: Final = "it was so already"
_BACK: Final = {"ban": "unban", "unban": "ban", "lock": "unlock", "unlock": "lock"}


class Deciding:
    """Carries out one action. ``Sent.id`` is the event that it made; of a mute, with the level that was before."""

    def __init__(self, account: Account, api: MatrixApi) -> None:
        self.account = account
        self.api = api
        self.writing = MatrixWriting(account, api)
        self.ways: dict[str, Callable[[Outgoing], Exchange[Sent]]] = {
            "remove": self._redact,
            "ban": self._member,
            "unban": self._member,
            "mute": self._mute,
            "unmute": self._mute,
            "lock": self._lock,
            "unlock": self._lock,
            "resolve": self._dismiss,
        }

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        if outgoing.action in ("warn", "reply"):
            wants_text(self.account, outgoing)
            return (yield from (yield from self._said((yield from self._addressed(outgoing)))).send())
        way = self.ways.get(outgoing.action or "")
        if way is None:
            raise unknown(self.account, outgoing)
        return (yield from way((yield from self._addressed(outgoing))))

    def find(self, outgoing: Outgoing, taken: frozenset[str]) -> Exchange[Sent | None]:
        action = outgoing.action or ""
        if action not in self.ways and action not in ("warn", "reply"):
            raise unknown(self.account, outgoing)
        outgoing = yield from self._addressed(outgoing)
        if action in ("warn", "reply"):
            return (yield from (yield from self._said(outgoing)).find(taken))
        if action == "remove":
            done = yield from self._is_redacted(outgoing)
        elif action in ("ban", "unban"):
            done = (yield from self._is_banned(outgoing)) is (action == "ban")
        elif action in ("mute", "unmute"):
            _room, powers = yield from self._powers(outgoing)
            done = _is_mute(powers, self._who(outgoing)) is (action == "mute")
        elif action in ("lock", "unlock"):
            done = (yield from self._is_locked(outgoing)) is (action == "lock")
        else:
            done = not (yield from self._open_reports(outgoing))
        return Sent(id=f"found:{outgoing.key}") if done else None

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        if outgoing.sent_id is None:
            raise CmdayError(phrase("it is not known under which number it was sent"), None, self.account.name)
        if outgoing.action in ("warn", "reply"):
            yield from self.writing.retract(replace(outgoing, kind="reply", reply_to=None))
        elif outgoing.action in ("mute", "unmute"):
            yield from self._restore((yield from self._addressed(outgoing)))
        elif outgoing.action in _BACK:
            yield from self.send(replace(outgoing, action=_BACK[outgoing.action]))
        else:
            raise irreversible(self.account, outgoing.action)

    def _addressed(self, outgoing: Outgoing) -> Exchange[Outgoing]:
        """The action with who wrote the event, where its case does not know that: it was never in the queue."""
        if outgoing.to or not outgoing.reply_to:
            return outgoing
        room = yield from self._room(outgoing)
        response = yield from self.api.get(room_path(room, "event", outgoing.reply_to))
        if response.status in _NOT_THERE:
            return outgoing
        found = events_of([self.api.read(response, dict[str, Any])])[0]
        return replace(outgoing, to=found[0].sender) if found else outgoing

    def room_with(self, event: str) -> Exchange[str | None]:
        """The room that an event is in, among those that we run."""
        for word in wanted_rooms(self.account):
            room = yield from self.api.room_called(word)
            if room and event:
                response = yield from self.api.get(room_path(room, "event", event))
                if response.status not in _NOT_THERE:
                    self.api.expect(response)
                    return room
        return None

    def _said(self, outgoing: Outgoing) -> Exchange[Words]:
        """Words: in private to the author, or in the room as an answer to the event."""
        if outgoing.action == "warn":
            return Words(self.api, self.writing, outgoing, self._who(outgoing))
        room = yield from self._room(outgoing)
        return Words(self.api, self.writing, replace(outgoing, kind="reply", reply_to=f"{room}/{outgoing.reply_to}"))

    def _redact(self, outgoing: Outgoing) -> Exchange[Sent]:
        room = yield from self._room(outgoing)
        event = outgoing.reply_to or ""
        path = room_path(room, "redact", event, outgoing.key)
        return self._sent((yield from self.api.put(path, _reason(outgoing))), room, event)

    def _member(self, outgoing: Outgoing) -> Exchange[Sent]:
        room, who = (yield from self._room(outgoing)), self._who(outgoing)
        is_ban = outgoing.action == "ban"
        if (yield from self._is_banned(outgoing)) is is_ban:
            return Sent(id=f"found:{outgoing.key}", note=_ALREADY)
        path = room_path(room, "ban" if is_ban else "unban")
        self.writing.taken((yield from self.api.tell("POST", path, {"user_id": who, **_reason(outgoing)})))
        return Sent(id=f"{outgoing.action}:{who}")

    def _mute(self, outgoing: Outgoing) -> Exchange[Sent]:
        room, powers = yield from self._powers(outgoing)
        who = self._who(outgoing)
        before = powers.named(who)
        if _is_mute(powers, who) is (outgoing.action == "mute"):
            return Sent(id=f"found:{outgoing.key}|{_said(before)}", note=_ALREADY)
        level = powers.needed_to_speak() - 1 if outgoing.action == "mute" else None
        sent = self._sent((yield from self._set_level(room, powers, who, level)), room)
        return replace(sent, id=f"{sent.id}|{_said(before)}")

    def _restore(self, outgoing: Outgoing) -> Exchange[None]:
        """Give back the level that was there before, unless somebody gave another since."""
        room, powers = yield from self._powers(outgoing)
        who = self._who(outgoing)
        said = (outgoing.sent_id or "").rpartition("|")[2]
        before = int(said) if said.lstrip("-").isdecimal() else None
        if powers.named(who) == before:
            return
        if _is_mute(powers, who) is not (outgoing.action == "mute"):
            raise changed_since(self.account, str(powers.of(who)))
        self.writing.taken((yield from self._set_level(room, powers, who, before)))

    def _set_level(self, room: str, powers: Powers, who: str, level: int | None) -> Exchange[Response]:
        return self.api.put(room_path(room, "state", LEVELS, ""), powers.setting(who, level))

    def _lock(self, outgoing: Outgoing) -> Exchange[Sent]:
        wanted = outgoing.action == "lock"
        if (yield from self._is_locked(outgoing)) is wanted:
            return Sent(id=f"found:{outgoing.key}", note=_ALREADY)
        who = self._who(outgoing)
        self.writing.taken((yield from self.api.put(user_path(who), {"locked": wanted})))
        return Sent(id=f"{outgoing.action}:{who}")

    def _dismiss(self, outgoing: Outgoing) -> Exchange[Sent]:
        numbers = _reports(outgoing)
        if not numbers:
            raise Refused(phrase("there is no report of it on the server"), None, self.account.name)
        for one in numbers:
            response = yield from dismiss(self.api, one)
            if response.status != _NOT_FOUND:
                self.writing.taken(response)
        return Sent(id=f"dismissed:{outgoing.arguments['reports']}")

    def _is_redacted(self, outgoing: Outgoing) -> Exchange[bool]:
        room = yield from self._room(outgoing)
        response = yield from self.api.get(room_path(room, "event", outgoing.reply_to or ""))
        if response.status in _NOT_THERE:
            return False
        found = events_of([self.api.read(response, dict[str, Any])])[0]
        return bool(found) and ev.is_redacted(found[0])

    def _is_banned(self, outgoing: Outgoing) -> Exchange[bool]:
        room = yield from self._room(outgoing)
        response = yield from self.api.get(room_path(room, "state", "m.room.member", self._who(outgoing)))
        if response.status in _NOT_THERE:
            return False
        return text_of(self.api.read(response, dict[str, Any]), "membership") == "ban"

    def _is_locked(self, outgoing: Outgoing) -> Exchange[bool]:
        """Whether the account is locked. One that is not there must never be told anything: that would make it."""
        response = yield from self.api.get(user_path(self._who(outgoing)))
        if response.status in (400, _NOT_FOUND):
            raise Refused(phrase("the account is not one of this server"), None, self.account.name)
        return self.api.read(response, dict[str, Any]).get("locked") is True

    def _open_reports(self, outgoing: Outgoing) -> Exchange[bool]:
        for one in _reports(outgoing):
            if (yield from is_reported(self.api, one)):
                return True
        return False

    def _powers(self, outgoing: Outgoing) -> Exchange[tuple[str, Powers]]:
        room = yield from self._room(outgoing)
        powers = yield from powers_of(self.api, room)
        if powers is None:
            raise Refused(phrase("this account is not in the room"), None, self.account.name)
        return room, powers

    def _room(self, outgoing: Outgoing) -> Exchange[str]:
        room = outgoing.arguments.get("room") or (yield from self.room_with(outgoing.reply_to or ""))
        if not room:
            raise vanished(self.account)
        return room

    def _who(self, outgoing: Outgoing) -> str:
        if not (outgoing.to and outgoing.to.startswith("@")):
            raise Refused(phrase("it is not known who wrote it"), None, self.account.name)
        return outgoing.to

    def _sent(self, response: Response, room: str, event: str | None = None) -> Sent:
        self.writing.taken(response)
        try:
            number = msgspec.json.decode(response.body, type=_Made).event_id
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise self.writing.uncertain(response) from None
        return Sent(id=number, url=ev.page_of(room, event) if event else None)


class _Made(msgspec.Struct, frozen=True):
    event_id: str


def _is_mute(powers: Powers, who: str) -> bool:
    return powers.of(who) < powers.needed_to_speak()


def _said(level: int | None) -> str:
    return "" if level is None else str(level)


def _reports(outgoing: Outgoing) -> list[int]:
    return [int(one) for one in outgoing.arguments.get("reports", "").split() if one.isdecimal()]


def _reason(outgoing: Outgoing) -> dict[str, str]:
    """What people see as the reason in their clients."""
    why = " ".join(outgoing.arguments.get("why", "").split())[:_MOST_WHY]
    return {"reason": why} if why else {}
