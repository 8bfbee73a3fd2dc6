"""Matrix: the contract, what events mean, and a cursor that loses nothing where a timeline comes cut."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cmday.connectors.matrix import Matrix
from cmday.connectors.matrix_events import events_of
from cmday.connectors.matrix_reading import Room, read_room
from cmday.connectors.matrix_session import renew
from cmday.connectors.protocol import Call, Request, Response
from cmday.core.accounts import Account, Credentials, Pass
from cmday.core.items import Cursor, Notification
from cmday.errors import Garbled, SignInNeeded
from tests.connectors.contract import HttpContract
from tests.connectors.holding import SECRET, Answer, Talk, hold

ME = "@ana:hs.example"
BRUNO = "@bruno:hs.example"
ROOM = "!club:hs.example"
ACCOUNT = Account(
    name="club", network="matrix", server="https://hs.example", communities=("bem",), username="ana",
    options={"rooms": ["#club:hs.example"]},
)  # fmt: skip
EVERYBODY: dict[str, Any] = {"m.mentions": {"room": True}}
NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def said(number: int, text: str = "", sender: str = BRUNO, **content: Any) -> dict[str, Any]:
    return {
        "event_id": f"$e{number}",
        "type": "m.room.message",
        "sender": sender,
        "origin_server_ts": int((NOW - timedelta(hours=2) + timedelta(seconds=number)).timestamp() * 1000),
        "content": {"msgtype": "m.text", "body": text or f"hello {number}", **content},
    }


def answering(event: str, **more: Any) -> dict[str, Any]:
    return {"m.relates_to": {"m.in_reply_to": {"event_id": event}, **more}}


def named(*people: str) -> dict[str, Any]:
    return {"m.mentions": {"user_ids": list(people)}}


def about(kind: str, event: str, **more: Any) -> dict[str, Any]:
    return {"m.relates_to": {"rel_type": kind, "event_id": event}, **more}


def state(kind: str, key: str = "", **content: Any) -> dict[str, Any]:
    return {
        "event_id": f"$state-{kind}-{key}",
        "type": kind,
        "sender": BRUNO,
        "state_key": key,
        "origin_server_ts": 0,
        "content": content,
    }


def response(step: Request, body: Any, status: int = 200, **headers: str) -> Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named_headers = [(name.replace("_", "-"), value) for name, value in headers.items()]
    date = ("date", format_datetime(NOW, usegmt=True))
    return Response(url=step.url, status=status, headers=(*named_headers, date), body=raw)


class Server:
    """A home server as a function. A token is the number of the first event after it."""

    def __init__(self, count: int = 0, room: str = ROOM) -> None:
        self.rooms: dict[str, list[Any]] = {room: []}
        self.states: dict[str, list[dict[str, Any]]] = {room: [state("m.room.name", name="Club")]}
        self.summaries: dict[str, dict[str, Any]] = {}
        self.direct: dict[str, list[str]] = {}
        self.invites: dict[str, list[dict[str, Any]]] = {}
        self.order: list[tuple[str, Any]] = []
        for number in range(count):
            self.add(said(number), room)

    def add(self, event: Any, room: str = ROOM) -> None:
        self.rooms.setdefault(room, []).append(event)
        self.order.append((room, event))

    def __call__(self, step: Request | Call) -> Response:
        assert isinstance(step, Request)
        parts = urlsplit(step.url)
        path = unquote(parts.path).removeprefix("/_matrix/client/v3")
        query = dict(parse_qsl(parts.query))
        if path == "/account/whoami":
            return response(step, {"user_id": ME})
        if path == "/joined_rooms":
            return response(step, {"joined_rooms": list(self.rooms)})
        if path.startswith("/directory/room/"):
            return response(
                step,
                {"room_id": ROOM} if "#club" in path else {"errcode": "M_NOT_FOUND"},
                200 if "#club" in path else 404,
            )
        if path == "/sync":
            return response(step, self._sync(int(query.get("since", 0)), json.loads(query["filter"])))
        room, _, rest = path.removeprefix("/rooms/").partition("/")
        if rest == "messages":
            return response(step, self._messages(room, query))
        there = next((one for one in self.rooms[room] if one["event_id"] == rest.removeprefix("event/")), None)
        return response(step, there or {"errcode": "M_NOT_FOUND"}, 200 if there else 404)

    def _sync(self, since: int, chosen: dict[str, Any]) -> dict[str, Any]:
        limit = chosen["room"]["timeline"]["limit"]
        join = {}
        for room in self.rooms:
            fresh = [(at, one) for at, (where, one) in enumerate(self.order) if where == room and at >= since]
            if not fresh and since:
                continue
            taken = fresh[-limit:]
            join[room] = {
                "timeline": {
                    "events": [one for _, one in taken],
                    "limited": len(fresh) > limit,
                    "prev_batch": str(taken[0][0]) if taken else "0",
                },
                "state": {"events": self.states.get(room, []) if not since else []},
                "summary": self.summaries.get(room, {}),
            }
        data = [{"type": "m.direct", "content": self.direct}] if self.direct and not since else []
        return {
            "next_batch": str(len(self.order)),
            "rooms": {
                "join": join,
                "invite": {room: {"invite_state": {"events": one}} for room, one in self.invites.items()},
            },
            "account_data": {"events": data},
        }

    def _messages(self, room: str, query: dict[str, str]) -> dict[str, Any]:
        first, after = int(query["from"]), int(query.get("to", 0))
        below = [(at, one) for at, (where, one) in enumerate(self.order) if where == room and after <= at < first][::-1]
        taken = below[: int(query["limit"])]
        more = {"end": str(taken[-1][0])} if len(below) > len(taken) else {}
        return {"chunk": [one for _, one in taken], "state": [], **more}


def fixed(body: Any, status: int = 200, **headers: str) -> Answer:
    def give(step: Request | Call) -> Response:
        assert isinstance(step, Request)
        return response(step, body, status, **headers)

    return give


class TestMatrix(HttpContract):
    account: ClassVar[Account] = ACCOUNT
    many: ClassVar[int] = 205
    pages_when_many: ClassVar[int] = 3

    def answers(self, scene: str) -> Answer:
        if scene == "garbage":
            return fixed(b"<html>hello</html>")
        if scene == "signed-out":
            return fixed({"errcode": "M_UNKNOWN_TOKEN", "error": "Unrecognised access token"}, 401)
        if scene == "patience":
            return fixed({"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": 30_000}, 429)
        server = Server({"few": 3, "many": self.many}.get(scene, 0))
        if scene == "malformed":
            server.add(said(1))
            broken: list[Any] = [
                said(2) | {"origin_server_ts": "soon"},
                "x",
                said(3) | {"content": {"body": 7, "x": 1}},
                {},
            ]
            server.order += [(ROOM, one) for one in broken]
        return server


def swept(server: Answer, since: Cursor | None = None, account: Account = ACCOUNT, **more: Any) -> Talk:
    talk = hold(Matrix(account).notifications(since), server, **more)
    assert talk.error is None or more
    return talk


def kinds(talk: Talk) -> dict[str, str]:
    return {one.id.partition(":")[2]: one.kind for one in talk.found}


def test_who_is_spoken_to_and_how() -> None:
    server = Server()
    server.add(said(0, "Welcome", ME))
    server.add(said(1, "thanks", **answering("$e0")))
    server.add(said(2, "hello", **named(ME)))
    server.add(said(3, "ana: are you there?"))
    server.add(said(4, "banana is no name of anybody's"))
    server.add(said(5, "all of you", **EVERYBODY))
    server.add(said(6, "ana, but the client says to whom", **named(BRUNO)))
    server.add(said(7, "I count") | {"content": {"msgtype": "m.notice", "body": "ana: beep"}})
    server.add(said(8, "in the thread", **about("m.thread", "$e0")))
    expected = {"$e1": "reply", "$e2": "mention", "$e3": "mention", "$e4": "other", "$e5": "mention", "$e6": "other"}
    assert kinds(swept(server)) == {**expected, "$e8": "reply"}
    others = replace(ACCOUNT, options={})
    assert kinds(swept(server, account=others)) == {
        key: kind for key, kind in {**expected, "$e8": "reply"}.items() if kind != "other"
    }


def test_a_private_room_is_known_by_our_list_or_by_its_two_members() -> None:
    server = Server()
    for room in ("!list:x", "!two:x", "!named:x", "!three:x"):
        server.add(said(len(server.order), "just between us"), room)
    server.direct = {BRUNO: ["!list:x"]}
    server.summaries = {room: {"m.joined_member_count": 2} for room in ("!two:x", "!named:x")}
    server.summaries["!three:x"] = {"m.joined_member_count": 3}
    server.states["!named:x"] = [state("m.room.name", name="The two of us and who comes")]
    talk = swept(server)
    assert {one.url: one.kind for one in talk.found} == {
        "https://matrix.to/#/!list:x/$e0": "message",
        "https://matrix.to/#/!two:x/$e1": "message",
    }
    server.add(said(9, "and later"), "!two:x")
    assert [one.kind for one in swept(server, talk.cursor).found] == ["message"], "it is remembered"


def test_encrypted_rooms_are_passed_over_and_said() -> None:
    server = Server(2)
    server.states["!board:x"] = [
        state("m.room.encryption", algorithm="m.megolm.v1.aes-sha2"),
        state("m.room.name", name="Board"),
    ]
    server.add(said(50, "in the clear, before anybody thought of it"), "!board:x")
    talk = swept(server)
    assert len(talk.found) == 2
    assert talk.gaps == ["encrypted rooms cannot be read: Board"]
    assert swept(server, talk.cursor).gaps == []
    server.add({**said(51), "type": "m.room.encrypted", "content": {"ciphertext": "x"}}, "!board:x")
    assert swept(server, talk.cursor).gaps == ["encrypted rooms cannot be read: !board:x"]


def test_what_we_wrote_elsewhere_answers() -> None:
    server = Server()
    server.add(said(0, "how?", **named(ME)))
    server.add(said(1, "and when?", "@carla:x", **named(ME)))
    server.add(said(2, "between us"), "!two:x")
    server.summaries["!two:x"] = {"m.joined_member_count": 2}
    first = swept(server)
    server.add(said(3, "like this", ME, **answering("$e0")))
    server.add(said(4, "tomorrow, Carla", ME, **named("@carla:x")))
    server.add(said(5, "of course", ME), "!two:x")
    server.add(said(6, "a word to all", ME))
    talk = swept(server, first.cursor)
    posts = {post.id: post for page in talk.pages for post in page.thread}
    assert {key: (post.answers, post.mine, post.by) for key, post in posts.items()} == {
        "$e3": ("$e0", True, ME),
        "$e4": ("$e1", True, ME),
        "$e5": (None, True, ME),
        "$e6": (None, True, ME),
    }
    threads = {one.id: one.thread for one in first.found}
    assert posts["$e5"].thread == threads["club:$e2"] == "!two:x"
    assert posts["$e6"].thread == ROOM
    assert ROOM not in threads.values(), "a word to all answers nobody"


def test_the_posts_of_a_room_one_runs_are_kept_whole_and_of_others_what_is_around_an_item() -> None:
    server = Server()
    server.add(said(0, "Is there parking?", "@carla:x"))
    server.add(said(1, "Behind the station", **answering("$e0")))
    server.add(said(2, "ana: and for bikes?"))
    posts = [post for page in swept(server).pages for post in page.thread]
    assert {(post.id, post.thread, post.answers) for post in posts} == {
        ("$e0", ROOM, None),
        ("$e1", ROOM, "$e0"),
        ("$e2", ROOM, None),
    }
    talk = swept(server, account=replace(ACCOUNT, options={}))
    around = [post for page in talk.pages for post in page.thread]
    assert [post.id for post in around] == ["$e0", "$e1"]
    assert {post.thread for post in around} == {talk.found[0].thread} == {"$e2"}


def test_an_answer_to_something_old_is_told_from_others_by_a_look() -> None:
    server = Server()
    server.add(said(0, "Welcome", ME))
    for number in range(1, 120):
        server.add(said(number, "ana: hello"))
    talk = swept(server, account=replace(ACCOUNT, options={}))
    old = Cursor(talk.cursor.value.replace('"$e0"', '"$gone"')) if talk.cursor else None
    server.add(said(200, "> <@x:y> fallback\n\nindeed", **answering("$e0")))
    server.add(said(201, "indeed", **answering("$e1")))
    found = swept(server, old).found
    assert [(one.id, one.kind, one.text) for one in found if one.kind == "reply"] == [("club:$e200", "reply", "indeed")]


def test_a_change_brings_the_new_words_and_a_redaction_what_is_gone() -> None:
    server = Server()
    server.add(said(0, "ana: at eight", **named(ME)))
    first = swept(server)
    new = {"msgtype": "m.text", "body": "ana: at nine", **named(ME)}
    change = said(1, "* ana: at nine", **about("m.replace", "$e0", **{"m.new_content": new}))
    server.add(change)
    (one,) = swept(server, first.cursor).found
    assert (one.id, one.text, one.kind) == ("club:$e0", "ana: at nine", "mention")
    assert one.at < (one.edited or one.at)
    server.add({**said(2), "type": "m.room.redaction", "content": {"redacts": "$e0"}})
    server.add({**said(3), "type": "m.room.redaction", "content": {}, "redacts": "$e9"})
    gone = [one for page in swept(server, first.cursor).pages for one in page.gone]
    assert gone == ["$e0", "$e9"]
    forged = said(4, "x", "@thief:x", **about("m.replace", "$e0", **{"m.new_content": new}))
    assert read_room(room(), events_of([said(0, "ana: at eight"), forged])[0]).notifications[0].edited is None


def test_a_reaction_to_our_words_is_a_like() -> None:
    server = Server()
    server.add(said(0, "Doors at eight", ME))
    server.add({**said(1), "type": "m.reaction", "content": about("m.annotation", "$e0")})
    server.add({**said(2), "type": "m.reaction", "content": about("m.annotation", "$other")})
    (one,) = swept(server).found
    assert (one.kind, one.subject, one.subject_text, one.reply) == ("like", "$e0", "Doors at eight", None)


def test_an_invitation_is_told_once() -> None:
    server = Server()
    server.invites["!new:x"] = [
        {"type": "m.room.name", "sender": BRUNO, "state_key": "", "content": {"name": "Board"}},
        {"type": "m.room.member", "sender": BRUNO, "state_key": ME, "content": {"membership": "invite"}},
        {"type": "m.room.member", "sender": BRUNO, "state_key": BRUNO, "content": {"displayname": "Bruno"}},
    ]
    (one, again) = swept(server).found
    assert one.id == again.id
    assert (one.id, one.kind, one.author, one.text) == ("club:invite:!new:x", "other", "Bruno", "invites you to Board")


def test_what_a_cut_timeline_left_out_is_bounded_and_said() -> None:
    server = Server(1500)
    talk = swept(server)
    assert len(talk.found) == 50 + 10 * 100
    assert talk.gaps == [f"{ROOM} has more messages than cmday reads; the older ones were left out"]
    assert swept(server, talk.cursor).found == []


def test_a_first_sweep_takes_seven_days() -> None:
    server = Server()
    for day in range(120):
        moment = NOW - timedelta(days=120 - day) + timedelta(hours=1)
        server.add(said(day, "ana: hi") | {"origin_server_ts": int(moment.timestamp() * 1000)})
    talk = swept(server)
    assert len(talk.found) == 7
    assert not any("/messages" in step.url for step in talk.asked), "no page of what is too old"  # type: ignore[union-attr]


@given(sweeps=st.lists(st.tuples(st.integers(0, 130), st.integers(1, 5)), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_cut_sweeps_lose_nothing(sweeps: list[tuple[int, int]]) -> None:
    """Messages go on coming while every sweep is cut; a last whole one completes the set."""
    server = Server(10)
    found: list[Notification] = []
    cursor: Cursor | None = None
    for more, cut in sweeps:
        for _ in range(more):
            server.add(said(len(server.order)))
        talk = swept(server, cursor, cut_after=cut)
        cursor = talk.cursor or cursor
        found += talk.found
    found += swept(server, cursor).found
    assert Counter(one.id for one in found) == Counter(f"club:$e{at}" for at in range(len(server.order)))


def test_a_first_answer_from_a_cache_is_made_good_at_once() -> None:
    server = Server(3)
    stale = {"next_batch": "1", "rooms": {"join": {ROOM: {"timeline": {"events": server.rooms[ROOM][:1]}}}}}

    def caching(step: Request | Call) -> Response:
        assert isinstance(step, Request)
        cached = "/sync" in step.url and "since=" not in step.url
        return response(step, stale) if cached else server(step)

    assert [one.id for one in swept(caching).found] == ["club:$e0", "club:$e1", "club:$e2"]


def test_a_token_that_the_server_forgot_begins_anew() -> None:
    server = Server(3)
    cursor = swept(server).cursor

    def forgetful(step: Request | Call) -> Response:
        assert isinstance(step, Request)
        refused = "since=" in step.url
        return response(step, {"errcode": "M_UNKNOWN", "error": "Invalid token"}, 400) if refused else server(step)

    talk = swept(forgetful, cursor)
    assert len(talk.found) == 3
    assert "no longer knows" in talk.gaps[0]


def test_a_room_that_is_not_there_is_said_and_costs_itself_only() -> None:
    talk = swept(Server(2), account=replace(ACCOUNT, options={"rooms": ["#club:hs.example", "#gone:x"]}))
    assert len(talk.found) == 2
    assert talk.gaps == ["there is no room #gone:x"]
    probe = hold(Matrix(replace(ACCOUNT, options={"rooms": ["#gone:x"]})).check(), Server(1)).result
    assert probe.detail == "not in the room #gone:x"


# Events.


def room(**more: Any) -> Room:
    return Room(id=ROOM, account=ACCOUNT, me=ME, name="Ana", now=NOW, runs=True, **more)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["body", "msgtype", "m.relates_to", "m.mentions", "user_ids", "event_id", "rel_type", "m.in_reply_to", "m.new_content"]),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(
    st.lists(st.tuples(st.sampled_from(["m.room.message", "m.reaction", "m.room.redaction"]), _JSON, _JSON), max_size=4)
)
@settings(max_examples=200, deadline=None)
def test_any_event_is_read_or_counted(entries: list[tuple[str, Any, Any]]) -> None:
    raw = [
        {"event_id": f"$e{at}", "type": kind, "sender": BRUNO, "origin_server_ts": stamp, "content": content}
        for at, (kind, content, stamp) in enumerate(entries)
    ]
    events, spoilt = events_of(raw)
    assert len(events) + spoilt == len(raw)
    heard = read_room(room(), events)
    assert all(one.at <= NOW and len(one.text) <= 10_000 for one in heard.notifications)


# Signing in.


class Door:
    """A server that knows one token and one password; its own site may name another place."""

    def __init__(self, place: str | None = None) -> None:
        self.place = place
        self.asked: list[str] = []

    def __call__(self, step: Request | Call) -> Response:
        assert isinstance(step, Request)
        self.asked.append(step.url)
        if step.url.endswith("/.well-known/matrix/client"):
            found = {"m.homeserver": {"base_url": self.place}}
            return response(step, found if self.place else {}, 200 if self.place else 404)
        if step.url.endswith("/login"):
            told = json.loads(step.body or b"{}")
            good = told["password"] == "pass-word" and told["identifier"]["user"] == "ana"
            made = {"access_token": "made", "user_id": ME}
            return response(
                step, made if good else {"errcode": "M_FORBIDDEN", "error": "Invalid password"}, 200 if good else 403
            )
        good = ("Authorization", "Bearer made") in step.secret_headers or (
            "Authorization",
            f"Bearer {SECRET}",
        ) in step.secret_headers
        return response(step, {"user_id": ME} if good else {"errcode": "M_UNKNOWN_TOKEN"}, 200 if good else 401)


def signs_in(door: Door, username: str | None, secret: str) -> Talk:
    return hold(renew(ACCOUNT, Credentials(username, secret), None), door)


def test_a_token_is_taken_as_it_is_and_a_password_gets_one() -> None:
    assert signs_in(Door(), None, SECRET).result == Pass(secret=SECRET, username=ME, server="https://hs.example")
    assert signs_in(Door(), "ana", SECRET).result.secret == SECRET
    assert signs_in(Door(), "ana", "pass-word").result.secret == "made"


def test_the_site_tells_where_the_server_is_and_never_without_tls() -> None:
    door = Door("https://matrix.hs.example/")
    assert signs_in(door, None, SECRET).result.server == "https://matrix.hs.example"
    assert door.asked[-1].startswith("https://matrix.hs.example/_matrix")
    assert signs_in(Door("http://matrix.hs.example"), None, SECRET).result.server == "https://hs.example"


@pytest.mark.parametrize("username", [None, "ana"])
def test_what_is_neither_asks_for_a_sign_in(username: str | None) -> None:
    error = signs_in(Door(), username, "neither").error
    assert isinstance(error, SignInNeeded)
    assert error.hint is not None
    assert "cmday login matrix" in error.hint.english
    assert "neither" not in error.message.english


def test_a_page_of_something_else_is_garbled() -> None:
    assert isinstance(hold(renew(ACCOUNT, Credentials(None, SECRET), None), fixed(b"<html>")).error, Garbled)
