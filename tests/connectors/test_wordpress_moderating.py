"""Moderating WordPress, against a site on the loopback that keeps comments as WordPress does."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pytest
from msgspec.structs import replace

from cmday.connectors.catalog import moderator
from cmday.core.accounts import Account
from cmday.errors import ConfigError, Refused
from tests.connectors.moderating_contract import ModeratingContract, action_on
from tests.connectors.test_wordpress_writing import answer
from tests.loopback.answers import Answer, Received
from tests.loopback.server import Loopback

_UNDO = {"untrash": "trash", "unspam": "spam"}


def comment(number: int, status: str = "hold", text: str = "Could I bring a guest") -> dict[str, Any]:
    at = datetime(2026, 11, 2, 8, tzinfo=UTC) + timedelta(minutes=number)
    return {
        "id": number,
        "post": 12,
        "date_gmt": at.strftime("%Y-%m-%dT%H:%M:%S"),
        "author": 0,
        "author_name": "Bruno",
        "author_email": "bruno@example.org",
        "status": status,
        "link": f"https://blog.example/#comment-{number}",
        "content": {"rendered": f"<p>{text} &amp; {number}</p>", "raw": text},
        "_links": {"up": [{"href": "https://blog.example/wp-json/wp/v2/posts/12", "post_type": "post"}]},
    }


class Site:
    """A site with comments; ``fault`` answers what writes, when that was carried out or not (``keeps``)."""

    def __init__(self, loopback: Loopback) -> None:
        self.comments: dict[int, Any] = {number: comment(number) for number in (1, 2, 3)}
        self.before: dict[int, str] = {}
        self.post: dict[str, Any] = {"id": 12, "comment_status": "open", "link": "https://blog.example/12"}
        self.written: list[tuple[str, str, Any]] = []
        self.fault: Callable[[], Answer] | None = None
        self.keeps = False
        self.always: Answer | None = None
        self.may = {"moderate_comments": True, "edit_others_posts": True}
        loopback.route("*", self)

    def __call__(self, received: Received) -> Answer:
        if self.always:
            return self.always
        path = received.path.removeprefix("/wp-json/wp/v2")
        if received.method != "GET":
            return self._write(received.method, path, json.loads(received.body or b"{}"))
        if path == "/users/me":
            return answer({"id": 1, "name": "Ana", "capabilities": self.may})
        if path == "/posts/12":
            return answer(self.post)
        if path == "/comments":
            return self._list({key: value[0] for key, value in parse_qs(received.query).items()})
        there = self.comments.get(int(path.rpartition("/")[2]))
        return answer(there) if there else answer({"code": "rest_comment_invalid_id", "message": "Invalid."}, 404)

    def _list(self, query: dict[str, str]) -> Answer:
        if not self.may["moderate_comments"]:
            return answer({"code": "rest_forbidden_status", "message": "Status is forbidden."}, 403)
        found = [one for one in self.comments.values() if one.get("status") == query["status"]]
        if "parent" in query:
            found = [one for one in self.comments.values() if str(one.get("parent")) == query["parent"]]
        size, number = int(query["per_page"]), int(query.get("page", 1))
        shown = answer(found[size * (number - 1) : size * number])
        return Answer(body=shown.body, headers={**shown.headers, "X-WP-Total": str(len(found))})

    def _write(self, method: str, path: str, body: Any) -> Answer:
        number = int(path.rpartition("/")[2]) if path != "/comments" else 0
        if self.fault is None or self.keeps:
            self.written.append((method, path, body))
            self._carry_out(method, path, number, body)
        if self.fault:
            return self.fault()
        return answer(self.post if path == "/posts/12" else self.comments[number])

    def _carry_out(self, method: str, path: str, number: int, body: Any) -> None:
        if path == "/posts/12":
            self.post |= body
        elif path == "/comments":
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
            made = comment(0, "approved", body["content"])
            said = {"content": {"rendered": f"<p>{body['content']}</p>"}, "author": 1, "date_gmt": now}
            self.comments[0] = {**made, **said, "parent": body["parent"]}
        else:
            asked = "trash" if method == "DELETE" else body["status"]
            one = self.comments[number]
            if asked in _UNDO:
                assert one["status"] == _UNDO[asked]
                asked = self.before[number]
            assert one["status"] != asked, "WordPress takes that for a failure"
            self.before[number], one["status"] = one["status"], asked


class TestWordPressModerating(ModeratingContract):
    many: ClassVar[int] = 230
    changes: ClassVar[frozenset[str]] = frozenset({"edited", "resolved", "vanished"})

    @pytest.fixture(autouse=True)
    def _site(self, loopback: Loopback) -> None:
        self.site = Site(loopback)
        self.url = loopback.url("")

    def account(self) -> Account:
        return Account(name="blog", network="wordpress", server=self.url, communities=("bem",), username="ana")

    def waits(self, count: int) -> None:
        self.site.comments = {number: comment(number) for number in range(1, count + 1)}

    def written(self) -> list[Any]:
        return self.site.written

    def stands(self) -> Any:
        return json.dumps([self.site.comments.get(1), self.site.post])

    def bring_into(self, scene: str) -> None:
        site = self.site
        site.keeps = scene == "closes"
        site.fault = {
            "closes": lambda: Answer(silent=True),
            "refuses": lambda: answer({"code": "rest_x", "message": "no <b>such</b> words here"}, 403),
        }.get(scene)
        site.always = {
            "garbage": Answer(body=b"<html>welcome to the hotel</html>"),
            "signed-out": answer({"code": "incorrect_password", "message": "no"}, 401),
            "busy": Answer(status=429, body=b"{}", headers={"Retry-After": "7"}),
            "fault": answer({"code": "internal", "message": ""}, 500),
        }.get(scene)
        if scene == "malformed":
            del site.comments[1]["date_gmt"]
            site.comments[2]["id"] = "two"
        elif scene == "forbidden":
            site.may = {"moderate_comments": False}
        elif scene == "gone":
            self.url = "http://127.0.0.1:1"
        elif scene == "edited":
            site.comments[1]["content"] = {"rendered": "<p>Other words</p>"}
        elif scene == "resolved":
            site.comments[1]["status"] = "spam"
        elif scene == "vanished":
            del site.comments[1]

    @pytest.mark.parametrize(
        ("action", "arguments", "request_", "after"),
        [
            ("approve", {}, ("POST", "/comments/1", {"status": "approved"}), "approved"),
            ("remove", {}, ("DELETE", "/comments/1", {}), "trash"),
            ("label", {"label": "spam"}, ("POST", "/comments/1", {"status": "spam"}), "spam"),
        ],
    )
    def test_each_decision_is_the_documented_request_and_can_be_taken_back(
        self, action: str, arguments: dict[str, str], request_: tuple[str, str, Any], after: str
    ) -> None:
        outgoing = action_on(self.case(), action, **arguments)
        sent = self.send(outgoing)
        assert self.written() == [request_]
        assert self.site.comments[1]["status"] == after
        assert self.send(outgoing).note == "it was so already"
        self.retract(outgoing, sent)
        assert self.site.comments[1]["status"] == "hold"
        assert len(self.written()) == 2

    def test_the_way_back_is_an_action_of_its_own(self) -> None:
        case = self.case()
        for action, back in (("remove", "restore"), ("label", "unlabel"), ("approve", "hold"), ("lock", "unlock")):
            before = self.stands()
            self.send(action_on(case, action))
            assert self.stands() != before
            self.send(action_on(case, back))
            assert self.stands() == before

    def test_what_a_colleague_decided_since_is_not_overwritten(self) -> None:
        outgoing = action_on(self.case(), "approve")
        sent = self.send(outgoing)
        self.site.comments[1]["status"] = "spam"
        with pytest.raises(Refused):
            self.retract(outgoing, sent)
        assert self.site.comments[1]["status"] == "spam"

    def test_an_answer_stands_below_the_comment_and_goes_into_the_bin(self) -> None:
        outgoing = action_on(self.case(), "reply", "Yes, one guest.")
        sent = self.send(outgoing)
        assert self.site.written[-1][2] == {"post": 12, "parent": 1, "content": "Yes, one guest."}
        assert self.find(outgoing) == sent
        self.retract(outgoing, sent)
        assert self.site.comments[0]["status"] == "trash"
        with pytest.raises(Refused):
            self.send(action_on(self.case(), "reply", "  "))

    def test_there_is_no_label_but_spam(self) -> None:
        with pytest.raises(Refused):
            self.send(action_on(self.case(), "label", label="tone"))
        assert self.written() == []

    def test_spam_and_bin_wait_where_that_is_asked(self) -> None:
        self.site.comments |= {8: comment(8, "spam"), 9: comment(9, "trash")}
        account = replace(self.account(), options={"queue": ["hold", "spam", "trash"]})
        connector = moderator(account)
        assert connector is not None
        found = self.told(lambda: connector.queue(None))
        entries = {one.subject: one for page in found for one in page.entries}
        assert entries.keys() == {"1", "2", "3", "8", "9"}
        assert (entries["8"].labels, entries["8"].held, entries["1"].held) == (("spam",), False, True)
        with pytest.raises(ConfigError):
            moderator(replace(account, options={"queue": "everything"}))

    def test_a_queue_that_changed_while_it_was_read_is_not_whole(self) -> None:
        self.waits(self.many)
        original, asked = self.site._list, []

        def shrinks(query: dict[str, str]) -> Answer:
            asked.append(query)
            if len(asked) == 2:
                self.site.comments[1]["status"] = "approved"
            return original(query)

        self.site._list = shrinks  # type: ignore[method-assign]
        assert not self.pages()[-1].whole

    def test_an_approved_comment_that_a_rule_hit_is_not_taken_for_decided(self) -> None:
        case = replace(self.case(), place={}, held=False)
        self.site.comments[1]["status"] = "approved"
        found = self.look(case)
        assert found is not None
        assert found.resolved is None
