"""Who may do what in a Matrix room: its power levels (spec.matrix.org, m.room.power_levels), and what they leave us."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from cmday.connectors.matrix_api import MatrixApi, room_path
from cmday.connectors.protocol import Exchange
from cmday.connectors.social_posts import text_of

LEVELS: Final = "m.room.power_levels"
_CREATE: Final = "m.room.create"
_MODERATOR: Final = 50
_NOT_THERE: Final = frozenset({400, 403, 404})
# From version 12 on, who made a room stands above all levels and is not named among them.
_CREATORS_ABOVE: Final = 12
_ABOVE_ALL: Final = 1 << 60


class Powers(msgspec.Struct, frozen=True):
    """The levels of a room as they stand (``content``), and who stands above them."""

    content: dict[str, Any]
    creators: frozenset[str] = frozenset()

    def of(self, user: str) -> int:
        """The level of a person."""
        if user in self.creators:
            return _ABOVE_ALL
        return _whole(_table(self.content, "users").get(user), _whole(self.content.get("users_default"), 0))

    def needed(self, what: str) -> int:
        """The level that ``redact``, ``ban`` and ``kick`` take."""
        return _whole(self.content.get(what), _MODERATOR)

    def needed_to_change(self) -> int:
        """The level that it takes to change the levels themselves."""
        usual = _whole(self.content.get("state_default"), _MODERATOR)
        return _whole(_table(self.content, "events").get(LEVELS), usual)

    def needed_to_speak(self) -> int:
        usual = _whole(self.content.get("events_default"), 0)
        return _whole(_table(self.content, "events").get("m.room.message"), usual)

    def may(self, user: str, what: str) -> bool:
        needed = self.needed_to_change() if what == LEVELS else self.needed(what)
        return self.of(user) >= needed

    def named(self, user: str) -> int | None:
        """The level that is set for a person, None where they have that of everybody."""
        found = _table(self.content, "users").get(user)
        return None if found is None else _whole(found, 0)

    def setting(self, user: str, level: int | None) -> dict[str, Any]:
        """The levels with another one for a person; None gives them that of everybody."""
        users = {name: one for name, one in _table(self.content, "users").items() if name != user}
        if level is not None:
            users[user] = level
        return {**self.content, "users": users}


def powers_of(api: MatrixApi, room: str) -> Exchange[Powers | None]:
    """The powers in a room, None where we are not in it."""
    response = yield from api.get(room_path(room, "state", LEVELS))
    if response.status in _NOT_THERE:
        return None
    content = api.read(response, dict[str, Any])
    response = yield from api.get(room_path(room, "state", _CREATE), format="event")
    made = {} if response.status in _NOT_THERE else api.read(response, dict[str, Any])
    return Powers(content, _creators(made))


def _creators(made: dict[str, Any]) -> frozenset[str]:
    content = _table(made, "content")
    version = text_of(content, "room_version")
    if not (version.isdecimal() and int(version[:6]) >= _CREATORS_ABOVE):
        return frozenset()
    more = content.get("additional_creators")
    others = [one for one in more if isinstance(one, str)] if isinstance(more, list) else []
    return frozenset({text_of(made, "sender"), *others} - {""})


def _table(table: dict[str, Any], name: str) -> dict[str, Any]:
    found = table.get(name)
    return found if isinstance(found, dict) else {}


def _whole(value: Any, usual: int) -> int:
    """A level; old rooms have them as text."""
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal() and len(value) < 20:  # noqa: PLR2004  as JSON bounds them
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else usual
