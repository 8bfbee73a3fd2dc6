"""X: the contract, what mentions come to, and that nothing is asked that was not reserved.

Fixtures written from https://docs.x.com/x-api/posts/timelines/quickstart/user-mention-quickstart and
https://docs.x.com/x-api/getting-started/pricing, 23 November 2026. Not tested against a live server.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import pytest
from msgspec.structs import replace

from cmday.connectors.protocol import Notifies, Response
from cmday.connectors.source_terms import Pays
from cmday.connectors.x_mentions import X, dollars
from cmday.core.accounts import Account
from cmday.core.items import Cursor
from cmday.errors import NotFound, SignInNeeded, Waiting
from tests.connectors.contract import HttpContract
from tests.connectors.holding import Answer, Talk, hold
from tests.connectors.saying import NOW, always, asked_of, say
from tests.connectors.test_x_posts import Purse

CAPS: dict[str, object] = {"cap_day": 500_000, "cap_month": 5_000_000, "posts": 10}
ACCOUNT = Account(
    name="bird", network="x", server="https://x.example", communities=("bem",), username="@bem", options=CAPS
)


def post(number: int, **more: Any) -> dict[str, Any]:
    at = NOW - timedelta(hours=3) + timedelta(seconds=20 * number)
    return {
        "id": str(10_000 + number),
        "text": f"@bem when do &lt;doors&gt; {number} open? https://t.co/a",
        "author_id": str(7 + number % 2),
        "conversation_id": "55",
        "created_at": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "entities": {"urls": [{"url": "https://t.co/a", "expanded_url": "https://club.example/a"}]},
        **more,
    }


class Server:
    """The API as a function: newest first, by ``since_id`` and ``until_id``."""

    def __init__(self, count: int = 0) -> None:
        self.posts: list[Any] = [post(number) for number in range(count)]

    def __call__(self, step: Any) -> Response:
        request = asked_of(step)
        path, query = urlsplit(request.url).path, dict(parse_qsl(urlsplit(request.url).query))
        if path == "/2/users/by/username/bem":
            return say(request, {"data": {"id": "1", "username": "bem"}})
        if path == "/2/users":
            return say(request, {"data": [{"id": one, "username": f"p{one}"} for one in query["ids"].split(",")]})
        since, until = int(query.get("since_id", 0)), int(query.get("until_id", 10**18))
        listed = [one for one in self.posts[::-1] if since < int(one["id"]) < until]
        most = int(query["max_results"])
        more = {"next_token": "more"} if len(listed) > most else {}
        page: dict[str, Any] = {"meta": {"result_count": len(listed[:most]), **more}}
        return say(request, page | ({"data": listed[:most]} if listed else {}))


class TestX(HttpContract):
    account: ClassVar[Account] = ACCOUNT
    many: ClassVar[int] = 25
    pages_when_many: ClassVar[int] = 3

    def connector(self) -> Notifies:
        made = super().connector()
        assert isinstance(made, Pays)
        made.purse = Purse()
        return made

    def answers(self, scene: str) -> Answer:
        fixed = {
            "garbage": always(b"<html>hello</html>"),
            "signed-out": always({"title": "Unauthorized", "status": 401}, 401),
            "patience": always({"title": "Too Many Requests"}, 429, retry_after="30"),
        }
        if scene in fixed:
            return fixed[scene]
        server = Server({"few": 3, "many": self.many}.get(scene, 0))
        if scene == "malformed":
            server.posts = [post(1, created_at="soon"), post(2, author_id=None), post(3)]
        return server


def swept(server: Answer, since: Cursor | None = None, purse: Purse | None = None) -> Talk:
    made = X(ACCOUNT)
    made.purse = purse or Purse()
    return hold(made.notifications(since), server)


def test_a_mention_in_full() -> None:
    server = Server()
    server.posts = [post(1), post(2, in_reply_to_user_id="1"), post(3, author_id="1")]
    reply, mention = swept(server).found
    assert (reply.kind, mention.kind) == ("reply", "mention")
    assert (mention.author, mention.author_handle) == ("p8", "@p8")
    assert mention.text == "@bem when do <doors> 1 open? https://club.example/a"
    assert mention.url == "https://x.com/p8/status/10001"
    assert mention.thread == "55"


def test_everything_is_reserved_before_and_settled_after_and_told() -> None:
    purse = Purse()
    talk = swept(Server(3), purse=purse)
    user, page, people = (10_000, 10_000), (50_000, 15_000), (20_000, 20_000)
    said = [amount for pair in (user, page, people) for amount in pair]
    assert [amount for _, amount in purse.said] == said
    assert talk.result.said == "$0.045"
    assert all(not asked_of(step).repeatable and asked_of(step).follow == 0 for step in talk.asked)


def test_people_are_paid_for_once() -> None:
    server = Server(3)
    first = swept(server)
    server.posts.append(post(50))
    purse = Purse()
    second = swept(server, first.cursor, purse)
    assert [one.author for one in second.found] == ["p7"]
    assert [amount for _, amount in purse.said] == [50_000, 5_000]
    assert "since_id=10002" in asked_of(second.asked[0]).url


def test_a_cap_that_is_reached_asks_nothing() -> None:
    talk = swept(Server(3), purse=Purse(0))
    assert isinstance(talk.error, Waiting)
    assert talk.asked == []


def test_where_the_caps_leave_no_room_for_authors_mentions_come_all_the_same() -> None:
    talk = swept(Server(3), purse=Purse(10_000 + 50_000 - 36_000))
    assert isinstance(talk.error, Waiting)
    talk = swept(Server(9), purse=Purse(60_000))
    assert {one.author_handle for one in talk.found} == {"7", "8"}
    assert talk.found[0].url == "https://x.com/i/web/status/10008"


def test_a_gap_costs_nothing_twice() -> None:
    server = Server(25)
    made = X(ACCOUNT)
    made.purse = Purse()
    first = hold(made.notifications(None), server, cut_after=3)
    server.posts.append(post(90))
    purse = Purse()
    rest = swept(server, first.cursor, purse)
    assert len({one.id for one in first.found + rest.found}) == 26 == len(first.found + rest.found)
    assert sum(amount for what, amount in purse.said if what == "settle") == 16 * 5_000


@pytest.mark.parametrize("options", [{}, {"cap_day": 500_000}, {"cap_day": 0, "cap_month": 0}])
def test_without_caps_nothing_is_asked(options: dict[str, object]) -> None:
    made = X(replace(ACCOUNT, options=options))
    made.purse = Purse()
    talk = hold(made.notifications(None), Server(1))
    assert isinstance(talk.error, SignInNeeded)
    assert talk.asked == []


def test_nobody_of_that_name_is_said_and_costs_nothing() -> None:
    purse = Purse()
    talk = swept(always({"errors": [{"title": "Not Found Error"}]}), purse=purse)
    assert isinstance(talk.error, NotFound)
    assert purse.said[-1] == ("settle", 0)


def test_amounts_as_one_reads_them() -> None:
    assert (dollars(30_000), dollars(45_000), dollars(0)) == ("$0.03", "$0.045", "$0.00")
