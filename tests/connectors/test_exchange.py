"""What the engine promises of conversations: order, parts, deadlines, turns and budgets."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from itertools import pairwise

import pytest

from cmday import __version__
from cmday.connectors.conversation import Ended, Heard, Limits
from cmday.connectors.exchange import Exchanger
from cmday.connectors.protocol import Exchange, Partial, Request, Response
from cmday.errors import Flaw, Garbled, Unreachable
from cmday.i18n import phrase
from tests.connectors.talking import QUICK, converse, fetch, get, held, signs_in
from tests.loopback.answers import Answer, validated
from tests.loopback.server import Loopback


def test_a_response_is_whole(loopback: Loopback) -> None:
    packed = Answer(body=gzip.compress(b"<rss/>"), headers={"Content-Encoding": "gzip", "ETag": '"é"'})
    url = loopback.route("/feed", packed)
    response = fetch(url, headers=(("If-None-Match", '"é"'),), secret_headers=(("Authorization", "Bearer t"),))
    assert (response.url, response.status, response.body) == (url, 200, b"<rss/>")
    assert response.header("ETag") == '"é"'
    asked = loopback.requests[0].headers
    assert asked["user-agent"] == f"cmday/{__version__}"
    assert asked["if-none-match"] == '"é"'
    assert asked["authorization"] == "Bearer t"
    assert {"gzip", "br"} <= set(asked["accept-encoding"].replace(" ", "").split(","))


@pytest.mark.parametrize("status", [204, 304, 400, 401, 403, 404, 410, 418, 429, 500, 503, 599])
def test_every_status_is_a_response(loopback: Loopback, status: int) -> None:
    url = loopback.route("/x", Answer(status=status))
    assert fetch(url).status == status


def test_validators_travel_both_ways(loopback: Loopback) -> None:
    url = loopback.route("/feed", validated(b"<rss/>", 'W/"1"'))
    assert fetch(url).header("etag") == 'W/"1"'
    assert fetch(url, headers=(("If-None-Match", 'W/"1"'),)).status == 304


def test_a_write_sends_its_body_and_method(loopback: Loopback) -> None:
    url = loopback.route("/post", "ok")
    headers = (("Content-Type", "text/plain"),)
    assert fetch(url, method="POST", body=b"hello", headers=headers, repeatable=False).body == b"ok"
    assert fetch(url, method="PUT", body=b"", repeatable=False).body == b"ok"
    assert fetch(url, method="DELETE", repeatable=False).body == b"ok"
    assert fetch(url, method="HEAD").body == b""
    assert fetch(url, method="REPORT", body=b"<x/>").body == b"ok"
    seen = [(one.method, one.body) for one in loopback.requests]
    assert seen == [("POST", b"hello"), ("PUT", b""), ("DELETE", b""), ("HEAD", b""), ("REPORT", b"<x/>")]


def test_a_handle_forgets_the_request_before(loopback: Loopback) -> None:
    url = loopback.route("/x", "ok")

    def talk() -> Exchange[Response]:
        yield Request(url=url, secret_headers=(("Authorization", "secret"),))
        yield Request(url=url)
        yield Request(url=url, method="POST", body=b"x", repeatable=False)
        response: Response = yield Request(url=url)
        return response

    assert converse(talk).error() is None
    assert [one.method for one in loopback.requests] == ["GET", "GET", "POST", "GET"]
    assert [one.headers.get("authorization") for one in loopback.requests] == ["secret", None, None, None]
    assert loopback.requests[3].body == b""


def test_results_come_as_they_complete(loopback: Loopback) -> None:
    slow = loopback.url("/slow", host="a.localhost")
    loopback.route("/slow", Answer(delay=0.3))
    fast = loopback.route("/fast", "x")
    told = converse(get(slow), get(fast))
    assert [event.key for event in told.order if isinstance(event, Ended)] == ["1", "0"]
    assert all(isinstance(event, Heard) and event.last for event in told.order[::2])


def test_parts_are_kept_when_the_deadline_cuts_the_rest(loopback: Loopback) -> None:
    page, never = loopback.route("/page", "page"), loopback.route("/never", Answer(never=True))
    closed = []

    def talk() -> Exchange[str]:
        try:
            for _ in range(2):
                response = yield Request(url=page)
                yield Partial(response.body)
            yield Request(url=never)
            return "whole"
        finally:
            closed.append(True)

    told = converse(held(talk, deadline=0.5))
    assert told.heard["0"] == [b"page", b"page"]
    assert told.kind() == "timeout"
    assert told.ended["0"].seconds >= 0.5
    assert closed == [True]


def test_a_dripping_server_meets_the_deadline(loopback: Loopback) -> None:
    url = loopback.route("/drip", Answer(body=b"x" * 1000, drip=(1, 0.05)))
    told = converse(held(get(url), deadline=0.4))
    assert told.kind() == "timeout"
    assert "127.0.0.1" in told.message()


def test_waiting_in_our_queue_does_not_count(loopback: Loopback) -> None:
    url = loopback.route("/slow", Answer(delay=0.25, body=b"x"))
    told = converse(*[held(get(url), str(number), deadline=0.6) for number in range(4)])
    assert [told.kind(str(number)) for number in range(4)] == [None] * 4
    assert all(ended.seconds < 0.6 for ended in told.ended.values())
    assert loopback.peak["127.0.0.1"] == 1


def test_hosts_are_asked_side_by_side_up_to_the_limits(loopback: Loopback) -> None:
    loopback.route("/slow", Answer(delay=0.1, body=b"x"))
    urls = [loopback.url("/slow", host=f"{name}.localhost") for name in "abcd" for _ in range(4)]
    told = converse(*[get(url) for url in urls], limits=Limits(parallel=3, per_host_connections=2))
    assert not any(ended.error for ended in told.ended.values())
    assert max(loopback.peak.values()) == 2
    assert loopback.most_at_once == 3


def test_a_long_conversation_does_not_keep_others_from_its_host(loopback: Loopback) -> None:
    loopback.route("/page", Answer(delay=0.02, body=b"x"))

    def pages(name: str) -> Callable[[], Exchange[None]]:
        def talk() -> Exchange[None]:
            for number in range(5):
                yield Request(url=loopback.url(f"/page?{name}{number}"))

        return talk

    converse(pages("a"), pages("b"))
    assert [one.query[0] for one in loopback.requests] == list("ab" * 5)


def test_a_server_that_hangs_does_not_starve_another_on_its_machine(loopback: Loopback) -> None:
    hanging = loopback.route("/never", Answer(never=True))
    with Loopback() as other:
        well = other.route("/well", "x")
        told = converse(get(hanging), get(hanging), get(well), limits=Limits(deadline=30.0), budget=0.5)
    assert [told.kind(str(number)) for number in range(3)] == ["timeout", "waiting", None]


def test_spaced_conversations_keep_their_distance(loopback: Loopback) -> None:
    url = loopback.route("/feed", Answer(delay=0.05))
    host = "127.0.0.1"
    limits = Limits(per_host_spacing=0.2)
    told = converse(*[held(get(url), str(number), host=host, spaced=True) for number in range(4)], limits=limits)
    assert not any(ended.error for ended in told.ended.values())
    times = [one.at for one in loopback.requests]
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.2


def test_the_requests_of_one_conversation_are_not_spaced(loopback: Loopback) -> None:
    url = loopback.route("/page", "x")

    def talk() -> Exchange[None]:
        for _ in range(5):
            yield Request(url=url)

    converse(held(talk, host="account"), limits=Limits(per_host_spacing=30.0))
    assert loopback.count() == 5


def test_the_impatient_wait_for_the_busy_but_not_for_manners(loopback: Loopback) -> None:
    url = loopback.route("/feed", "x")
    busy = loopback.route("/slow", Answer(delay=0.3), host="slow.localhost")
    impatient = [held(get(url), f"f{number}", host="127.0.0.1", spaced=True, patient=False) for number in range(4)]
    told = converse(*impatient, get(busy), limits=Limits(per_host_spacing=0.2))
    kinds = [told.kind(one.key) for one in impatient]
    assert kinds[:2] == [None, None]  # the second one's turn came while the slow host was waited for
    assert kinds[3] == "waiting"
    assert loopback.count("/feed") == kinds.count(None)


def test_the_patient_are_waited_for_up_to_the_budget(loopback: Loopback) -> None:
    url = loopback.route("/feed", "x")
    patient = [held(get(url), str(number), host="127.0.0.1", spaced=True) for number in range(4)]
    told = converse(*patient, limits=Limits(per_host_spacing=0.4), budget=0.6)
    assert [told.kind(str(number)) for number in range(4)] == [None, None, "waiting", "waiting"]


def test_the_budget_ends_everything(loopback: Loopback) -> None:
    never = loopback.route("/never", Answer(never=True))
    other = loopback.url("/never", host="b.localhost")
    told = converse(get(never), get(never), get(other), budget=0.3)
    assert [told.kind(key) for key in "012"] == ["timeout", "waiting", "timeout"]
    assert loopback.count() == 2


def test_what_a_conversation_raises_is_how_it_ends(loopback: Loopback) -> None:
    def talk() -> Exchange[None]:
        yield Request(url=loopback.route("/x", "x"))
        raise Garbled(phrase("no sense in it"))

    told = converse(talk)
    assert (told.kind(), told.heard) == ("garbled", {})


def test_a_failure_is_thrown_in_and_can_be_answered(loopback: Loopback) -> None:
    url = loopback.route("/there", "there")

    def talk() -> Exchange[bytes]:
        with pytest.raises(Unreachable):
            yield Request(url="ftp://127.0.0.1/")
        response: Response = yield Request(url=url)
        return response.body

    assert converse(talk).heard["0"] == [b"there"]


def test_a_bug_spoils_its_own_conversation_and_says_whose_it_is(loopback: Loopback) -> None:
    url = loopback.route("/x", "x")

    def wrong() -> Exchange[None]:
        yield Request(url=url)
        raise ZeroDivisionError

    def other() -> Exchange[bytes]:
        response = yield Request(url=url)
        body: bytes = response.body
        return body

    said = converse(held(wrong, "feed 7"), held(other, "other"))
    assert said.heard == {"other": [b"x"]}
    flaw = said.error("feed 7")
    assert isinstance(flaw, Flaw)
    assert isinstance(flaw.__cause__, ZeroDivisionError)
    assert flaw.__cause__.__notes__ == ["in the conversation feed 7"]


def test_closing_the_iterator_ends_everything(loopback: Loopback) -> None:
    closed = []

    def never() -> Exchange[None]:
        try:
            yield Request(url=loopback.route("/never", Answer(never=True), host="b.localhost"))
        finally:
            closed.append(True)

    url = loopback.route("/x", "x")
    events = Exchanger(QUICK).converse([held(never, "never"), held(get(url), "x")], sign_in=signs_in)
    assert next(events).key == "x"
    events.close()  # type: ignore[attr-defined]
    assert closed == [True]


def test_no_deadline_counts_the_time_of_the_consumer(loopback: Loopback) -> None:
    loopback.route("/x", "x")
    loopback.route("/slow", Answer(delay=0.1, body=b"x"))

    def chain() -> Exchange[None]:
        for _ in range(3):
            yield Request(url=loopback.url("/slow", host="a.localhost"))

    conversations = [held(chain, "chain", deadline=0.9), held(get(loopback.url("/x")), "x")]
    ended = {}
    for event in Exchanger(QUICK).converse(conversations, sign_in=signs_in):
        if isinstance(event, Ended):
            ended[event.key] = event.error
        if event.key == "x":
            time.sleep(0.5)
    assert ended == {"x": None, "chain": None}
