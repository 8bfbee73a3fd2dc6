"""Words of a moderator on Matrix: to somebody in a private room, which is made where there is none, or as an answer.

A room has the item's key in its alias, so that one that was asked for twice is there once.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from msgspec.structs import replace

from cmday.connectors.matrix_api import MatrixApi, fault_of, room_path
from cmday.connectors.matrix_writing import MatrixWriting
from cmday.connectors.protocol import Exchange
from cmday.core.outbox import Outgoing, Sent

MOST_ROOMS: Final = 3
_OK: Final = 200
_NOT_FOUND: Final = 404
_THERE: Final = frozenset({"join", "invite"})
_IN_USE: Final = "M_ROOM_IN_USE"
_PREFIX: Final = "cmday-"


class Words:
    """One message; ``to`` names who gets it in private, None where it goes into the room of ``outgoing.reply_to``."""

    def __init__(self, api: MatrixApi, writing: MatrixWriting, outgoing: Outgoing, to: str | None = None) -> None:
        self.api = api
        self.writing = writing
        self.outgoing = outgoing
        self.to = to

    def send(self) -> Exchange[Sent]:
        if self.to is None:
            return (yield from self.writing.send(self.outgoing))
        me = yield from self.api.who()
        direct = yield from self._direct(me)
        room = yield from self._open_room(direct.get(self.to, []))
        if room is None:
            room = yield from self._make(me)
            known = [one for one in direct.get(self.to, []) if one != room]
            path = f"/user/{quote(me, safe='')}/account_data/m.direct"
            self.writing.taken((yield from self.api.put(path, {**direct, self.to: [*known, room]})))
        return (yield from self.writing.send(self._into(room)))

    def find(self, taken: frozenset[str]) -> Exchange[Sent | None]:
        if self.to is None:
            return (yield from self.writing.find(self.outgoing, taken))
        me = yield from self.api.who()
        direct = yield from self._direct(me)
        made = yield from self.api.room_called(self._alias(me))
        rooms = [*direct.get(self.to, [])[-MOST_ROOMS:], *([made] if made else [])]
        for room in dict.fromkeys(rooms):
            if (yield from self._is_open(room)):
                found = yield from self.writing.find(self._into(room), taken)
                if found:
                    return found
        return None

    def _into(self, room: str) -> Outgoing:
        return replace(self.outgoing, kind="reply", reply_to=f"{room}/", references=())

    def _direct(self, me: str) -> Exchange[dict[str, list[str]]]:
        """Which rooms are private ones with whom."""
        response = yield from self.api.get(f"/user/{quote(me, safe='')}/account_data/m.direct")
        if response.status == _NOT_FOUND:
            return {}
        found = self.api.read(response, dict[str, Any])
        return {
            user: [one for one in rooms if isinstance(one, str) and one.startswith("!")]
            for user, rooms in found.items()
            if isinstance(rooms, list)
        }

    def _open_room(self, rooms: list[str]) -> Exchange[str | None]:
        """The newest of them where both are, and in which cmday can write."""
        for room in rooms[::-1][:MOST_ROOMS]:
            if (yield from self._is_open(room)):
                return room
        return None

    def _is_open(self, room: str) -> Exchange[bool]:
        response = yield from self.api.get(room_path(room, "state", "m.room.member", self.to or ""))
        if response.status in (403, _NOT_FOUND):
            return False
        if self.api.read(response, dict[str, Any]).get("membership") not in _THERE:
            return False
        response = yield from self.api.get(room_path(room, "state", "m.room.encryption"))
        if response.status != _NOT_FOUND:
            self.api.expect(response)
        return response.status != _OK

    def _make(self, me: str) -> Exchange[str]:
        asked = {
            "preset": "trusted_private_chat",
            "is_direct": True,
            "invite": [self.to],
            "room_alias_name": self._alias(me)[1:].partition(":")[0],
        }
        response = yield from self.api.tell("POST", "/createRoom", asked)
        if fault_of(response).errcode == _IN_USE:
            room = yield from self.api.room_called(self._alias(me))
            if room:
                return room
        self.writing.taken(response)
        return str(self.api.read(response, dict[str, Any]).get("room_id", ""))

    def _alias(self, me: str) -> str:
        return f"#{_PREFIX}{self.outgoing.key.lower()}:{me.partition(':')[2]}"
