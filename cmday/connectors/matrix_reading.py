"""What the events of one Matrix room mean to us: who speaks to us, what we wrote, what was changed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

import msgspec

from cmday.connectors import matrix_events as ev
from cmday.connectors.matrix_events import Event
from cmday.connectors.matrix_reach import Asked
from cmday.core.accounts import Account
from cmday.core.items import Kind, Notification, ReplyTo, ThreadPost
from cmday.text.plain import cut

MOST_NAME: Final = 1_000
MOST_POSTS: Final = 50
AROUND: Final = 3


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A room as it is read: ``direct`` with one person, ``runs`` where we look after it; ``names`` by full name.

    ``own`` are events that we wrote, ``asked`` what we were asked before. What is older than ``floor`` does not count.
    """

    id: str
    account: Account
    me: str
    name: str
    now: datetime
    direct: bool = False
    runs: bool = False
    names: Mapping[str, str] = {}
    own: frozenset[str] = frozenset()
    asked: tuple[Asked, ...] = ()
    floor: datetime | None = None


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What was made of a room's events; ``spoilt`` counts those that cannot be read."""

    notifications: tuple[Notification, ...] = ()
    thread: tuple[ThreadPost, ...] = ()
    gone: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    spoilt: int = 0


def unknown(room: Room, events: Iterable[Event]) -> list[str]:
    """Which events must be fetched to tell what these mean: originals of changes, and what old clients answer."""
    listed = list(events)
    there = {one.event_id for one in listed} | room.own
    wanted: dict[str, None] = {}
    for one in listed:
        if one.type != ev.MESSAGE or one.sender == room.me:
            continue
        original = ev.replaced_id(one)
        answered = ev.answered_id(one)
        if original:
            wanted[original] = None
        elif answered and not (room.direct or ev.names_people(one) or ev.quotes(one, room.me)):
            wanted[answered] = None
    return [one for one in wanted if one not in there]


def read_room(room: Room, events: Iterable[Event], fetched: Iterable[Event] = ()) -> Heard:
    """The events of a room, oldest first, with others that they are about."""
    return _Reader(room, list(events), list(fetched)).read()


class _Reader:
    def __init__(self, room: Room, events: list[Event], fetched: list[Event]) -> None:
        self.room = room
        self.by_id = {one.event_id: one for one in (*fetched, *events)}
        self.changes = {
            original: one
            for one in events
            if one.type == ev.MESSAGE
            and (original := ev.replaced_id(one))
            and original in self.by_id
            and self.by_id[original].sender == one.sender
        }
        written = [one for one in events if one.type != ev.MESSAGE or not ev.replaced_id(one)]
        there = {one.event_id for one in written}
        self.events = [*(self.by_id[one] for one in self.changes if one not in there), *written]
        self.own = set(room.own)
        self.asked = {(one.room, one.user): one for one in room.asked}
        self.notifications: list[Notification] = []
        self.posts: dict[str, ThreadPost] = {}
        self.gone: list[str] = []
        self.fresh_own: list[str] = []
        self.fresh_asked: list[Asked] = []
        self.before: list[ThreadPost] = []
        self.spoilt = 0

    def read(self) -> Heard:
        for one in self.events:
            changed = one.event_id in self.changes
            if changed or self.room.floor is None or ev.moment(one, self.room.now) >= self.room.floor:
                self._read(one)
        return Heard(
            notifications=tuple(self.notifications),
            thread=tuple(self.posts.values())[-MOST_POSTS:],
            gone=tuple(dict.fromkeys(self.gone)),
            own=tuple(self.fresh_own),
            asked=tuple(self.fresh_asked),
            spoilt=self.spoilt,
        )

    def _read(self, one: Event) -> None:
        if one.type == ev.REDACTION:
            target = ev.redacted_id(one)
            self.gone += [target] if target else []
        elif one.type == ev.REACTION and one.sender != self.room.me:
            self._reaction(one)
        elif one.type == ev.MESSAGE:
            if ev.is_redacted(one):
                self.gone.append(one.event_id)
                return
            change = self.changes.get(one.event_id)
            current = ev.edited(one, change) if change else one
            text = ev.text_of(current)
            if text is None:
                self.spoilt += 1
            elif one.sender == self.room.me:
                self._ours(current, text)
            else:
                self._theirs(current, text, ev.moment(change, self.room.now) if change else None)

    def _ours(self, one: Event, text: str) -> None:
        self.own.add(one.event_id)
        self.fresh_own.append(one.event_id)
        answered = ev.answered_id(one) or self._spoken_to(one)
        thread = self.room.id
        if not self.room.direct and ev.thread_root(one):
            thread = ev.thread_root(one) or thread
        elif answered and not (self.room.direct or self.room.runs):
            thread = self._thread(self.by_id.get(answered)) or answered
        post = self._post(one, text, thread, answered)
        self.posts[post.id] = msgspec.structs.replace(post, mine=True, by=self.room.me)

    def _spoken_to(self, one: Event) -> str | None:
        """What a word of ours to somebody answers where it does not say so: what they last asked us here."""
        if self.room.direct or ev.thread_root(one):
            return None
        waiting = (self.asked.get((self.room.id, user)) for user in ev.mentioned(one))
        return next((asked.event for asked in waiting if asked), None)

    def _theirs(self, one: Event, text: str, changed: datetime | None) -> None:
        kind = None if ev.is_notice(one) else self._kind(one)
        post = self._post(one, text, self._thread(one) or one.event_id, ev.answered_id(one))
        if kind == "other":  # what is said to nobody stands on one line with the rest of its room
            self.notifications.append(self._notification(one, text, kind, self.room.id, changed))
        elif kind:
            self.notifications.append(self._notification(one, text, kind, post.thread, changed))
            self._surround(one, post.thread)
            if kind in ("mention", "reply"):
                asked = Asked(self.room.id, one.sender, one.event_id)
                self.asked[asked.room, asked.user] = asked
                self.fresh_asked.append(asked)
        if self.room.direct or self.room.runs:
            self.posts[post.id] = msgspec.structs.replace(post, thread=self.room.id)
        self.before = [*self.before, post][-AROUND:]

    def _kind(self, one: Event) -> Kind | None:
        """What a message is to us; None for what is said among others in a room that we do not run."""
        if self.room.direct:
            return "message"
        about = (ev.answered_id(one), ev.thread_root(one))
        if ev.quotes(one, self.room.me) or any(target and self._is_ours(target) for target in about):
            return "reply"
        if ev.speaks_to(one, self.room.me, self.room.name):
            return "mention"
        return "other" if self.room.runs else None

    def _is_ours(self, number: str) -> bool:
        there = self.by_id.get(number)
        return number in self.own or (there is not None and there.sender == self.room.me)

    def _thread(self, one: Event | None) -> str | None:
        """What a message belongs to: a private room whole, else a thread, or what it answers, or nothing but itself."""
        if one is None:
            return None
        if self.room.direct:
            return self.room.id
        answered = ev.answered_id(one)
        above = self.by_id.get(answered or "")
        beyond = ev.answered_id(above) if above else None
        return ev.thread_root(one) or beyond or answered or one.event_id

    def _surround(self, one: Event, thread: str) -> None:
        """Keep what an item answers, or the words before it, so that it can be read without network.

        Of private rooms, and of those one runs, everything is kept as it is.
        """
        if self.room.direct or self.room.runs:
            return
        target = self.by_id.get(ev.answered_id(one) or ev.thread_root(one) or "")
        text = ev.text_of(target) if target else None
        if target and text and target.event_id not in self.posts:
            post = self._post(target, text, thread, ev.answered_id(target))
            mine = target.sender == self.room.me
            self.posts[post.id] = msgspec.structs.replace(post, mine=mine, by=self.room.me if mine else None)
        elif target is None:
            self.posts |= {
                post.id: msgspec.structs.replace(post, thread=thread)
                for post in self.before
                if post.id not in self.posts
            }

    def _reaction(self, one: Event) -> None:
        target = ev.annotated_id(one)
        if not target or not self._is_ours(target):
            return
        about = self.by_id.get(target)
        self.notifications.append(
            msgspec.structs.replace(
                self._notification(one, "", "like", target, None),
                url=ev.page_of(self.room.id, target),
                subject=target,
                subject_text=cut(ev.text_of(about) or "", MOST_NAME) or None if about else None,
                reply=None,
            )
        )

    def _notification(self, one: Event, text: str, kind: Kind, thread: str, changed: datetime | None) -> Notification:
        account, root = self.room.account, ev.thread_root(one)
        return Notification(
            id=f"{account.name}:{one.event_id}",
            account=account.name,
            network=account.network,
            community=account.community,
            kind=kind,
            author=self._name(one.sender),
            author_handle=cut(one.sender, MOST_NAME),
            text=text,
            url=ev.page_of(self.room.id, one.event_id),
            at=ev.moment(one, self.room.now),
            thread=thread,
            edited=changed,
            reply=ReplyTo(id=f"{self.room.id}/{one.event_id}", to=one.sender, references=(root,) if root else ()),
        )

    def _post(self, one: Event, text: str, thread: str, answered: str | None) -> ThreadPost:
        return ThreadPost(
            id=one.event_id,
            thread=thread,
            author=self._name(one.sender),
            author_handle=cut(one.sender, MOST_NAME),
            text=text,
            at=ev.moment(one, self.room.now),
            url=ev.page_of(self.room.id, one.event_id),
            answers=answered,
        )

    def _name(self, user: str) -> str:
        return cut(self.room.names.get(user, "").strip() or user[1:].partition(":")[0], MOST_NAME)


def invitations(account: Account, rooms: Mapping[str, list[Event]], me: str, now: datetime) -> Iterator[Notification]:
    """Who asks us into which room: an invitation says it by what can be seen of the room from outside."""
    for room, events in rooms.items():
        mine = next((one for one in events if one.type == "m.room.member" and one.state_key == me), None)
        if mine is None:
            continue
        people = {one.state_key: one.content.get("displayname") for one in events if one.type == "m.room.member"}
        title = next((one.content.get("name") for one in events if one.type == "m.room.name"), None)
        direct = mine.content.get("is_direct") is True
        named = people.get(mine.sender)
        yield Notification(
            id=f"{account.name}:invite:{room}",
            account=account.name,
            network=account.network,
            community=account.community,
            kind="other",
            author=cut(named if isinstance(named, str) and named else mine.sender[1:].partition(":")[0], MOST_NAME),
            author_handle=cut(mine.sender, MOST_NAME),
            text="wants to write to you" if direct else cut(f"invites you to {title or room}", MOST_NAME),
            url=f"https://matrix.to/#/{room}",
            at=ev.moment(mine, now) if mine.origin_server_ts else now,
        )
