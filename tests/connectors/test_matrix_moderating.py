"""Moderating on Matrix, against a server on the loopback that keeps rooms and reports as Synapse does."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote

import pytest
from msgspec.structs import replace

from cmday.core.accounts import Account
from cmday.errors import Refused
from tests.connectors.moderating_contract import ActingContract, ModeratingContract, action_on
from tests.loopback.answers import Answer, Received
from tests.loopback.server import Loopback

ME, BRUNO, ROOM = "@ana:example.org", "@bruno:example.org", "!room:example.org"
CLIENT, ADMIN = "/_matrix/client/v3", "/_synapse/admin"
TS = 1_793_000_000_000
NOT_FOUND = ({"errcode": "M_NOT_FOUND", "error": "Not found."}, 404)
FORBIDDEN = ({"errcode": "M_FORBIDDEN", "error": "You are not a server admin"}, 403)


def answer(body: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(
        status=status, body=json.dumps(body).encode(), headers={"Content-Type": "application/json", **headers}
    )


def event(number: int) -> dict[str, Any]:
    return {
        "event_id": f"$event{number}",
        "type": "m.room.message",
        "sender": BRUNO,
        "origin_server_ts": TS + number,
        "room_id": ROOM,
        "content": {"msgtype": "m.text", "body": f"BUY CHEAP FOLLOWERS {number}"},
        "unsigned": {},
    }


def report(number: int, about: int, by: str = "@cleo:example.org") -> dict[str, Any]:
    return {
        "id": number,
        "received_ts": TS + 60_000,
        "room_id": ROOM,
        "event_id": f"$event{about}",
        "user_id": by,
        "reason": "spam",
        "score": -100,
        "sender": BRUNO,
        "name": "Community",
        "canonical_alias": None,
    }


class Server:
    """A home server with one room, of which ana is the moderator, and an administrator of the server besides."""

    def __init__(self, loopback: Loopback) -> None:
        self.events = {f"$event{number}": event(number) for number in (1, 2, 3)}
        self.reports = {number: report(number, number) for number in (1, 2, 3)}
        self.originals = {key: json.loads(json.dumps(one)) for key, one in self.events.items()}
        self.state: dict[str, Any] = {
            "m.room.power_levels": {"users": {ME: 50}, "events_default": 0},
            "m.room.create": {"sender": "@root:example.org", "content": {"room_version": "10"}},
            f"m.room.member/{BRUNO}": {"membership": "join"},
        }
        self.account: dict[str, Any] = {"name": BRUNO, "locked": False}
        self.rooms: dict[str, str] = {}
        self.direct: dict[str, Any] = {}
        self.said: list[dict[str, Any]] = []
        self.written: list[tuple[str, str, Any]] = []
        self.fault: Callable[[], Answer] | None = None
        self.keeps = False
        self.always: Answer | None = None
        self.admin = True
        self.version = "1.163.2"
        loopback.route("*", self)

    def __call__(self, received: Received) -> Answer:
        if self.always:
            return self.always
        path, query = unquote(received.path), parse_qs(received.query)
        if received.method != "GET":
            return self._write(received.method, path, json.loads(received.body or b"{}"))
        if path.startswith(ADMIN):
            return answer(*self._admin(path.removeprefix(ADMIN), query)) if self.admin else answer(*FORBIDDEN)
        return answer(*self._client(path.removeprefix(CLIENT)))

    def _admin(self, path: str, query: dict[str, list[str]]) -> tuple[Any, ...]:
        if path == "/v1/server_version":
            return ({"server_version": self.version},)
        if path == "/v1/event_reports":
            start, limit = int(query.get("from", ["0"])[0]), int(query["limit"][0])
            listed = list(self.reports.values())
            told: dict[str, Any] = {"event_reports": listed[start : start + limit], "total": len(listed)}
            return (told if start + limit >= len(listed) else {**told, "next_token": start + limit},)
        if path.startswith("/v1/event_reports/"):
            found = self.reports.get(int(path.rpartition("/")[2]))
            original = self.originals.get(found["event_id"]) if found else None
            body = {key: value for key, value in (original or {}).items() if key != "event_id"}
            return ({**found, "event_json": body},) if found else NOT_FOUND
        if "/context/" in path:
            one = self.events.get(path.rpartition("/")[2])
            before = {**event(77), "content": {"body": "What was said before"}}
            return ({"event": one, "events_before": [before], "events_after": [7]},) if one else NOT_FOUND
        return (self.account,) if path == f"/v2/users/{BRUNO}" else NOT_FOUND

    def _client(self, path: str) -> tuple[Any, ...]:
        there: dict[str, Any] = {f"/directory/room/{alias}": {"room_id": room} for alias, room in self.rooms.items()}
        there |= {"/account/whoami": {"user_id": ME}, "/joined_rooms": {"joined_rooms": [ROOM]}}
        there |= {f"/user/{ME}/account_data/m.direct": self.direct} if self.direct else {}
        if path in there or not path.startswith("/rooms/"):
            return (there[path],) if path in there else NOT_FOUND
        _, _, room, kind, *rest = path.split("/")
        if kind == "messages":
            return ({"chunk": self.said[::-1]},)
        if room != ROOM and room in self.rooms.values():
            return ({"membership": "invite"},) if rest[0] == "m.room.member" else NOT_FOUND
        if kind == "event":
            one = self.events.get(rest[0])
            return (one,) if one else NOT_FOUND
        found = self.state.get("/".join(rest).rstrip("/"))
        return (found,) if found else NOT_FOUND

    def _write(self, method: str, path: str, body: Any) -> Answer:
        if self.fault is None or self.keeps:
            told = self._carry_out(method, path, body)
            if told is NOT_FOUND:
                return answer(*NOT_FOUND)
            self.written.append((method, path, body))
        return self.fault() if self.fault else answer(told)

    def _carry_out(self, method: str, path: str, body: Any) -> Any:
        last = path.rpartition("/")[2]
        if method == "DELETE":
            return {} if self.reports.pop(int(last), None) else NOT_FOUND
        if path.startswith(ADMIN):
            self.account |= body
        elif last == "createRoom":
            self.rooms[f"#{body['room_alias_name']}:example.org"] = "!private:example.org"
            return {"room_id": "!private:example.org"}
        elif "/account_data/" in path:
            self.direct = body
        elif "/redact/" in path:
            one = self.events[path.split("/")[-2]]
            one["content"], one["unsigned"] = {}, {"redacted_because": {**event(9), "content": {}}}
        elif last in ("ban", "unban"):
            membership = "ban" if last == "ban" else "leave"
            self.state[f"m.room.member/{body['user_id']}"] = {"membership": membership}
        elif "/state/" in path:
            self.state["m.room.power_levels"] = body
        else:
            made = {**event(100 + len(self.said)), "sender": ME, "content": body}
            self.said.append({**made, "unsigned": {"transaction_id": last}})
            return {"event_id": made["event_id"]}
        return {"event_id": f"$made{len(self.written)}"}


class OnMatrix(ActingContract):
    @pytest.fixture(autouse=True)
    def _server(self, loopback: Loopback) -> None:
        self.server = Server(loopback)
        self.url = loopback.url("").rstrip("/")

    def account(self) -> Account:
        return Account(name="club", network="matrix", server=self.url, communities=("bem",), options={"rooms": [ROOM]})

    def waits(self, count: int) -> None:
        self.server.events = {f"$event{number}": event(number) for number in range(1, count + 1)}
        self.server.reports = {number: report(number, number) for number in range(1, count + 1)}

    def written(self) -> list[Any]:
        return self.server.written

    def stands(self) -> Any:
        server = self.server
        return json.dumps([server.state, server.account, server.events.get("$event1"), server.reports.get(1)])

    def bring_into(self, scene: str) -> None:
        server = self.server
        server.keeps = scene == "closes"
        server.fault = {
            "closes": lambda: Answer(silent=True),
            "refuses": lambda: answer({"errcode": "M_FORBIDDEN", "error": "no such words here"}, 403),
        }.get(scene)
        server.always = {
            "garbage": Answer(body=b"<html>welcome to the hotel</html>"),
            "signed-out": answer({"errcode": "M_UNKNOWN_TOKEN", "error": "no"}, 401),
            "busy": answer({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 7000}, 429),
            "fault": answer({"errcode": "M_UNKNOWN", "error": "oops"}, 500),
        }.get(scene)
        if scene == "malformed":
            server.reports[1]["id"], server.reports[2]["room_id"] = "one", 7
        elif scene == "forbidden":
            server.admin = False
            server.state["m.room.power_levels"] = {"users": {}}
        elif scene == "gone":
            self.url = "http://127.0.0.1:1"
        elif scene == "edited":
            new = {**event(8), "content": {"m.new_content": {"msgtype": "m.text", "body": "Other words"}}}
            server.events["$event1"]["unsigned"] = {"m.relations": {"m.replace": new}}
        elif scene == "resolved":
            del server.reports[1]
        elif scene == "vanished":
            del server.events["$event1"]


class TestBanning(OnMatrix, ModeratingContract):
    many: ClassVar[int] = 30
    changes: ClassVar[frozenset[str]] = frozenset({"edited", "resolved", "vanished"})
    action: ClassVar[str] = "ban"
    arguments: ClassVar[dict[str, str]] = {"seconds": "86400"}

    def stands(self) -> Any:
        return self.server.state[f"m.room.member/{BRUNO}"] == {"membership": "ban"}

    def test_it_is_the_documented_request_with_the_reason(self) -> None:
        self.send(self.one())
        path = f"{CLIENT}/rooms/{ROOM}/ban"
        assert self.written() == [("POST", path, {"user_id": BRUNO, "reason": "charter 4"})]
        assert not self.offer("ban").timed, "a ban of Matrix does not end by itself"

    def test_each_event_is_there_once_with_all_its_reports(self) -> None:
        self.server.reports[4] = report(4, 1, "@dora:example.org")
        entries = {one.subject: one for one in self.entries()}
        assert len(entries) == 3
        one = entries["$event1"]
        assert [(said.id, said.by, said.reason) for said in one.reports] == [
            ("1", "cleo", "spam"),
            ("4", "dora", "spam"),
        ]
        assert one.place == {"room": ROOM, "reports": "1 4"}
        assert (one.author_id, one.text, one.thread) == (BRUNO, "BUY CHEAP FOLLOWERS 1", ROOM)
        assert one.url == f"https://matrix.to/#/{ROOM}/$event1"

    def test_what_was_said_around_it_comes_along(self) -> None:
        posts = {one.id: one for page in self.pages() for one in page.posts}
        assert (posts["$event77"].text, posts["$event77"].thread) == ("What was said before", ROOM)

    def test_what_was_redacted_elsewhere_keeps_its_words_and_says_so(self) -> None:
        self.server.events["$event1"] |= {"content": {}, "unsigned": {"redacted_because": event(9)}}
        one = self.entries()[0]
        assert (one.text, one.resolved_as) == ("BUY CHEAP FOLLOWERS 1", "redacted")
        assert one.resolved is not None

    def test_a_long_list_is_read_over_several_sweeps_and_then_whole(self) -> None:
        self.waits(100)
        first = self.pages()
        assert not first[-1].whole
        assert first[-1].gap == "60 reported events are read the next time"
        second = self.pages(first[-1].cursor)
        third = self.pages(second[-1].cursor)
        assert third[-1].whole
        assert len({one.subject for page in third for one in page.entries}) == 100

    def test_a_look_without_a_place_finds_the_room(self) -> None:
        case = self.case()
        for known in (replace(case, place={}), replace(case, place={}, url=None)):
            found = self.look(known)
            assert found is not None
            assert found.place["room"] == ROOM

    def test_without_the_server_the_room_is_moderated_all_the_same(self) -> None:
        case = self.case()
        self.server.admin = False
        assert [one.action for one in self.offers()] == ["remove", "ban", "mute", "warn", "reply"]
        assert [page.said for page in self.pages()] == ["this account is no moderator there"]
        self.send(action_on(replace(case, place={}, author_id=None), "ban"))
        assert self.server.state[f"m.room.member/{BRUNO}"] == {"membership": "ban"}

    def test_an_old_server_keeps_its_reports(self) -> None:
        self.server.version = "1.78.0"
        assert "resolve" not in {one.action for one in self.offers()}


class TestMuting(OnMatrix):
    action: ClassVar[str] = "mute"

    def test_a_level_that_somebody_had_comes_back(self) -> None:
        self.server.state["m.room.power_levels"]["users"][BRUNO] = 10
        outgoing, before = self.one(), self.stands()
        sent = self.send(outgoing)
        assert self.server.state["m.room.power_levels"]["users"] == {ME: 50, BRUNO: -1}
        self.retract(outgoing, sent)
        assert self.stands() == before

    def test_a_level_that_was_given_since_stays(self) -> None:
        outgoing = self.one()
        sent = self.send(outgoing)
        self.server.state["m.room.power_levels"]["users"][BRUNO] = 50
        with pytest.raises(Refused):
            self.retract(outgoing, sent)

    def test_who_made_a_new_room_stands_above_its_levels(self) -> None:
        self.server.state["m.room.power_levels"]["users"] = {}
        self.server.state["m.room.create"] = {"sender": ME, "content": {"room_version": "12"}}
        assert {"remove", "ban", "mute"} <= {one.action for one in self.offers()}


class TestRedacting(OnMatrix):
    action: ClassVar[str] = "remove"

    def test_it_says_that_it_is_for_good(self) -> None:
        assert self.offer().inverse is None
        assert "for good" in self.offer().does


class TestLocking(OnMatrix):
    action: ClassVar[str] = "lock"

    def test_an_account_of_another_server_is_never_made(self) -> None:
        with pytest.raises(Refused):
            self.send(replace(self.one(), to="@else:elsewhere.org"))
        assert self.written() == []


class TestDismissing(OnMatrix):
    action: ClassVar[str] = "resolve"

    def test_reports_that_are_gone_already_are_as_well(self) -> None:
        self.server.reports[4] = report(4, 1)
        outgoing = self.one()
        del self.server.reports[1]
        self.send(outgoing)
        assert [path for _, path, _ in self.written()] == [f"{ADMIN}/v1/event_reports/4"]
        assert self.find(outgoing)


class TestWarning(OnMatrix):
    action: ClassVar[str] = "warn"
    words: ClassVar[str] = "Please read charter 4."

    def stands(self) -> Any:
        return [one["content"]["body"] for one in self.server.said]

    def written(self) -> list[Any]:
        return [one for one in self.server.written if "/send/" in one[1]]

    @pytest.fixture(autouse=True)
    def _room(self, _server: None) -> None:
        self.server.rooms["#private:example.org"] = "!private:example.org"
        self.server.direct = {BRUNO: ["!private:example.org"]}

    def test_where_there_is_no_private_room_one_is_made_once(self) -> None:
        self.server.rooms, self.server.direct = {}, {}
        outgoing = self.one()
        self.send(outgoing)
        assert self.server.direct == {BRUNO: ["!private:example.org"]}
        (made,) = [body for _, path, body in self.server.written if path.endswith("/createRoom")]
        assert (made["invite"], made["is_direct"]) == ([BRUNO], True)
        assert self.find(outgoing)
        with pytest.raises(Refused):
            self.send(replace(outgoing, text=" "))

    def test_the_inverse_takes_it_back_or_there_is_none(self) -> None:
        outgoing = self.one()
        sent = self.send(outgoing)
        self.server.events[sent.id] = self.server.said[-1]
        self.retract(outgoing, sent)
        assert self.server.events[sent.id]["content"] == {}

    def test_an_answer_goes_into_the_room(self) -> None:
        outgoing = action_on(self.case(), "reply", "Please stop.")
        self.send(outgoing)
        relation = self.server.said[-1]["content"]["m.relates_to"]
        assert relation == {"m.in_reply_to": {"event_id": "$event1"}}
