"""A sync's answer, room by room, and what it tells of the rooms: private, encrypted, how many are in them."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec.structs import replace

from cmday.connectors.matrix_events import ENCRYPTED, Event, events_of
from cmday.connectors.matrix_reach import Reach, bounded
from cmday.text.plain import cut

MOST_TITLE: Final = 100
_TWO: Final = 2
_NAMED: Final = frozenset({"m.room.name", "m.room.canonical_alias"})


class _Events(msgspec.Struct, frozen=True):
    events: list[Any] = []


class _Timeline(msgspec.Struct, frozen=True):
    events: list[Any] = []
    limited: bool = False
    prev_batch: str | None = None


class _Joined(msgspec.Struct, frozen=True):
    timeline: _Timeline = _Timeline()
    state: _Events = _Events()
    summary: dict[str, Any] = {}


class _Invited(msgspec.Struct, frozen=True):
    invite_state: _Events = _Events()


class _Rooms(msgspec.Struct, frozen=True):
    join: dict[str, Any] = {}
    invite: dict[str, Any] = {}


class Sync(msgspec.Struct, frozen=True):
    """``GET /sync``, as far as it is needed."""

    next_batch: str
    rooms: _Rooms = _Rooms()
    account_data: _Events = _Events()

    def invited(self) -> dict[str, list[Event]]:
        """What can be seen of the rooms we are asked into; stripped events have neither id nor time."""
        found = {}
        for room, raw in self.rooms.invite.items():
            try:
                shown = msgspec.convert(raw, _Invited).invite_state.events
            except msgspec.ValidationError:
                continue
            whole = [{"event_id": "-", "origin_server_ts": 0, **one} for one in shown if isinstance(one, dict)]
            found[room] = events_of(whole)[0]
        return found


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """What a sync brought of one room: its events oldest first, and the token before them where it was cut short.

    ``names`` is what people are shown as, ``members`` how many they are where it was said, ``title`` the room's name.
    """

    id: str
    events: list[Event]
    names: dict[str, str]
    state: list[Event]
    before: str | None = None
    members: int | None = None
    title: str | None = None
    spoilt: int = 0


def chunks_of(sync: Sync) -> tuple[list[Chunk], int]:
    """The rooms of a sync that can be read, and how many cannot."""
    found: list[Chunk] = []
    spoilt = 0
    for room, raw in sync.rooms.join.items():
        try:
            found.append(_chunk(room, msgspec.convert(raw, _Joined)))
        except msgspec.ValidationError:
            spoilt += 1
    return found, spoilt


def _chunk(room: str, joined: _Joined) -> Chunk:
    events, spoilt = events_of(joined.timeline.events)
    state = [*events_of(joined.state.events)[0], *(one for one in events if one.state_key is not None)]
    names = {
        one.state_key: name
        for one in state
        if one.type == "m.room.member" and one.state_key and isinstance(name := one.content.get("displayname"), str)
    }
    title = next((one.content.get("name") for one in state if one.type == "m.room.name"), None)
    members = joined.summary.get("m.joined_member_count")
    return Chunk(
        id=room,
        events=[one for one in events if one.state_key is None],
        names=names,
        state=state,
        before=joined.timeline.prev_batch if joined.timeline.limited else None,
        members=members if type(members) is int and 0 <= members < 1 << 31 else None,
        title=cut(title, MOST_TITLE) if isinstance(title, str) and title else None,
        spoilt=spoilt,
    )


def learnt(known: Reach, sync: Sync, chunks: list[Chunk]) -> Reach:
    """With what a sync tells of the rooms: which are private by our own list or by their two members, and the rest."""
    runs = set(known.rooms.values())
    named = known.named | {one.id for one in chunks if any(state.type in _NAMED for state in one.state)}
    encrypted = known.encrypted | {one.id for one in chunks if _is_encrypted(one)}
    listed = _listed_direct(sync)
    alone = {one.id for one in chunks if one.members is not None and one.members <= _TWO and one.id not in named}
    grown = {one.id for one in chunks if one.members is not None and one.members > _TWO} - listed
    direct = ((known.direct - grown) | listed | alone) - runs
    counted = {one.id: one.members for one in chunks if one.members is not None and one.id in runs}
    shown = next((one.names[known.me] for one in chunks if known.me in one.names), known.name)
    return replace(
        known,
        name=shown,
        named=bounded(named),
        encrypted=bounded(encrypted),
        direct=bounded(direct),
        members={room: count for room, count in {**known.members, **counted}.items() if room in runs},
    )


def _is_encrypted(chunk: Chunk) -> bool:
    return any(one.type == "m.room.encryption" for one in chunk.state) or any(
        one.type == ENCRYPTED for one in chunk.events
    )


def _listed_direct(sync: Sync) -> set[str]:
    """The rooms that our own clients keep as private (``m.direct`` maps people to rooms)."""
    for one in sync.account_data.events:
        content = one.get("content") if isinstance(one, dict) and one.get("type") == "m.direct" else None
        if isinstance(content, dict):
            return {
                room for rooms in content.values() if isinstance(rooms, list) for room in rooms if type(room) is str
            }
    return set()
