"""One sweep of a Matrix account: a sync from the last token on, then what the cut timelines of its rooms left out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from cmday.connectors import matrix_events as ev
from cmday.connectors.http import parse_http_date
from cmday.connectors.matrix_api import MatrixApi, room_path
from cmday.connectors.matrix_events import Event, events_of
from cmday.connectors.matrix_reach import MOST_GAPS, Gap, Reach, bounded, remembered
from cmday.connectors.matrix_reading import Heard, Room, invitations, read_room, unknown
from cmday.connectors.matrix_rooms import Chunk, Sync, chunks_of, learnt
from cmday.connectors.protocol import Exchange, Partial, Response
from cmday.core.accounts import Account
from cmday.core.items import Notification, Page

TIMELINE: Final = 50
PAGE: Final = 100
MOST_PAGES: Final = 10
MOST_FETCHED: Final = 10
MOST_STALE: Final = 5
_TYPES: Final = (ev.MESSAGE, ev.ENCRYPTED, ev.REACTION, ev.REDACTION, "m.room.encryption")
_MEMBERS: Final = {"lazy_load_members": True, "include_redundant_members": True}
_STATE: Final = ("m.room.name", "m.room.canonical_alias", "m.room.encryption", "m.room.member")
_FILTER: Final = msgspec.json.encode(
    {
        "presence": {"types": []},
        "account_data": {"types": ["m.direct"]},
        "room": {
            "account_data": {"types": []},
            "ephemeral": {"types": []},
            "state": {"types": _STATE, **_MEMBERS},
            "timeline": {"types": _TYPES, "limit": TIMELINE, **_MEMBERS},
        },
    }
).decode()
_PAGE_FILTER: Final = msgspec.json.encode({"types": _TYPES, **_MEMBERS}).decode()
_NOT_THERE: Final = frozenset({400, 403, 404})


class _Messages(msgspec.Struct, frozen=True):
    chunk: list[Any]
    end: str | None = None
    state: list[Any] = []


class Sweep:
    """How far the sweep has come (``known``), and why something may be missing (``doubts``)."""

    def __init__(self, account: Account, api: MatrixApi, known: Reach) -> None:
        self.account = account
        self.api = api
        self.known = known
        self.wanted = wanted_rooms(account)
        self.fetches = 0
        self.now = datetime.now(UTC)
        self.doubts: list[str] = []

    def talk(self) -> Exchange[Page]:
        """What is new first, then the gaps that this and earlier sweeps left."""
        yield from self._prepare()
        is_first = self.known.since is None
        yield from self._sync()
        # A first sync may come from a cache that is some minutes old, as Synapse's does, and so may those after it.
        for _ in range(MOST_STALE if is_first else 0):
            before = self.known.since
            yield from self._sync()
            if self.known.since == before:
                break
        while self.known.gaps:
            yield from self._fill(self.known.gaps[0])
        return self._page(Heard())

    def _prepare(self) -> Exchange[None]:
        if not self.known.me:
            me = yield from self.api.who()
            self.known = replace(self.known, me=me)
        rooms = {}
        for word in self.wanted:
            found = self.known.rooms.get(word) or (yield from self.api.room_called(word))
            if found:
                rooms[word] = found
            else:
                self.doubts.append(f"there is no room {word}")
        self.known = replace(self.known, rooms=rooms)

    def _sync(self) -> Exchange[None]:
        sync = yield from self._ask()
        floor = None if self.known.since else self.now - self.account.first_sweep
        chunks, spoilt = chunks_of(sync)
        before = self.known
        self.known = learnt(self.known, sync, chunks)
        self._tell_encrypted(before, chunks)
        heard = [Heard(spoilt=spoilt)]
        gaps: list[Gap] = []
        for chunk in chunks:
            if chunk.id in self.known.encrypted:
                continue
            heard.append((yield from self._read(chunk.id, chunk.events, chunk.names, floor)))
            heard.append(Heard(spoilt=chunk.spoilt))
            if chunk.before and not _is_older(chunk.events, floor, self.now):
                gaps.append(
                    Gap(
                        room=chunk.id,
                        before=chunk.before,
                        after=before.since,
                        since=floor.isoformat() if floor else None,
                    )
                )
        kept = (*gaps, *before.gaps)[:MOST_GAPS]
        if len(gaps) + len(before.gaps) > MOST_GAPS:
            self.doubts.append("too many rooms have older messages to read them all")
        self.known = replace(self.known, since=sync.next_batch, gaps=kept)
        asked = tuple(invitations(self.account, sync.invited(), self.known.me, self.now))
        if any((one.notifications or one.thread or one.gone) for one in heard) or asked or self.known.gaps:
            yield Partial(self._page(*heard, invited=asked))
        elif any(one.spoilt for one in heard):
            yield Partial(self._page(*heard))

    def _ask(self) -> Exchange[Sync]:
        response = yield from self._request()
        if response.status == 400 and self.known.since:  # noqa: PLR2004  the token is of another server, or too old
            self.doubts.append("the server no longer knows how far it was read; what a first look takes was read again")
            self.known = replace(self.known, since=None, gaps=())
            response = yield from self._request()
        sync = self.api.read(response, Sync)
        self.now = parse_http_date(response.header("date") or "") or datetime.now(UTC)
        return sync

    def _request(self) -> Exchange[Response]:
        return self.api.get("/sync", filter=_FILTER, since=self.known.since, timeout=0, set_presence="offline")

    def _read(self, room: str, events: list[Event], names: dict[str, str], floor: datetime | None) -> Exchange[Heard]:
        """The events of a room, with those fetched that they are about."""
        view = Room(
            id=room,
            account=self.account,
            me=self.known.me,
            name=names.get(self.known.me) or self.known.name,
            now=self.now,
            direct=room in self.known.direct,
            runs=room in self.known.rooms.values(),
            names=names,
            own=frozenset(self.known.own),
            asked=self.known.asked,
            floor=floor,
        )
        fetched = []
        for number in unknown(view, events):
            if self.fetches >= MOST_FETCHED:
                break
            self.fetches += 1
            response = yield from self.api.get(room_path(room, "event", number))
            if response.status not in _NOT_THERE:
                fetched += events_of([self.api.read(response, dict[str, Any])])[0]
        heard = read_room(view, events, fetched)
        self.known = remembered(self.known, own=heard.own, asked=heard.asked)
        return heard

    def _fill(self, gap: Gap) -> Exchange[None]:
        """One page of the first gap, backwards."""
        response = yield from self.api.get(
            room_path(gap.room, "messages"),
            dir="b",
            **{"from": gap.before},
            to=gap.after,
            limit=PAGE,
            filter=_PAGE_FILTER,
        )
        rest = self.known.gaps[1:]
        if response.status in _NOT_THERE:
            self.doubts.append(f"older messages of {gap.room} can no longer be read")
            self.known = replace(self.known, gaps=rest)
            return
        found = self.api.read(response, _Messages)
        floor = datetime.fromisoformat(gap.since) if gap.since else None
        events, spoilt = events_of(found.chunk[::-1])
        names = learnt_names(found.state)
        heard = yield from self._read(gap.room, events, names, floor)
        if found.end and found.end != gap.before and not _is_older(events, floor, self.now):
            if gap.pages + 1 < MOST_PAGES:
                rest = (replace(gap, before=found.end, pages=gap.pages + 1), *rest)
            else:
                self.doubts.append(f"{gap.room} has more messages than cmday reads; the older ones were left out")
        self.known = replace(self.known, gaps=rest)
        yield Partial(self._page(heard, Heard(spoilt=spoilt)))

    def _tell_encrypted(self, before: Reach, chunks: Iterable[Chunk]) -> None:
        """Say which encrypted rooms were passed over: when they are first seen, and when something was said there."""
        silent = [
            one.title or one.id
            for one in chunks
            if one.id in self.known.encrypted and (one.id not in before.encrypted or one.events)
        ]
        if silent:
            more = f" and {len(silent) - 5} more" if len(silent) > 5 else ""  # noqa: PLR2004  a line holds five
            self.doubts.append(f"encrypted rooms cannot be read: {', '.join(silent[:5])}{more}")

    def _page(self, *heard: Heard, invited: tuple[Notification, ...] = ()) -> Page:
        """Everything heard as a page, and why something may be missing; each doubt is told once."""
        spoilt = sum(one.spoilt for one in heard)
        doubts = [*self.doubts, *([f"{spoilt} of the server's events could not be read"] if spoilt else [])]
        self.doubts = []
        found = {one.id: one for part in heard for one in part.notifications} | {one.id: one for one in invited}
        return Page(
            notifications=tuple(sorted(found.values(), key=lambda one: one.at)),
            cursor=replace(self.known, direct=bounded(self.known.direct)).cursor(),
            gap="; ".join(doubts) or None,
            thread=tuple(one for part in heard for one in part.thread),
            gone=tuple(one for part in heard for one in part.gone),
            followers=sum(self.known.members.values()) if self.known.members else None,
        )


def wanted_rooms(account: Account) -> tuple[str, ...]:
    """What config.toml names as the rooms that one runs."""
    named = account.options.get("rooms")
    if isinstance(named, str):
        return (named,)
    return tuple(str(one) for one in named) if isinstance(named, list | tuple) else ()


def learnt_names(state: list[Any]) -> dict[str, str]:
    """What people are shown as, by the state that came with a page."""
    return {
        one.state_key: name
        for one in events_of(state)[0]
        if one.type == "m.room.member" and one.state_key and isinstance(name := one.content.get("displayname"), str)
    }


def _is_older(events: list[Event], floor: datetime | None, now: datetime) -> bool:
    """Whether a page reaches down to where reading ends. Two, so that one broken date does not end it."""
    return floor is not None and sum(ev.moment(one, now) < floor for one in events) > 1
