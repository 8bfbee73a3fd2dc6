"""What a person is told when a server fails, and what is tried again."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Callable
from typing import Any

import pytest

from cmday.connectors.conversation import Limits
from cmday.connectors.protocol import Exchange, Request, Response
from cmday.errors import Garbled, NetworkError, TooMuch, Unreachable, Untrusted
from tests.connectors.talking import converse, fetch, get
from tests.loopback.answers import Answer, busy, gzip_bomb, in_turn
from tests.loopback.server import CERTIFICATE, Loopback

BODY = b"x" * 1000


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (Answer(silent=True), Unreachable, "closed the connection without an answer"),
        (Answer(reset=True), Unreachable, "broke the connection off"),
        (Answer(body=BODY, chunked=True, cut_after=500), Unreachable, "was cut off"),
        (Answer(body=BODY, cut_after=500), Garbled, "promised 1000 bytes and sent 500"),
        (Answer(body=BODY, length=5000), Garbled, "promised 5000 bytes and sent 1000"),
        (Answer(body=BODY, cut_after=500, reset=True), Unreachable, "broke the connection off"),
        (Answer(raw=b"220 smtp.example ESMTP\r\n"), Garbled, "is not HTTP"),
        (Answer(raw=b"HTTP/1.1 banana\r\n\r\n"), Garbled, "is not HTTP"),
        (Answer(body=b"no gzip", headers={"Content-Encoding": "gzip"}), Garbled, "cannot be unpacked"),
        (gzip_bomb(64 * 1024 * 1024), TooMuch, "swells"),
        (Answer(body=gzip.compress(BODY * 3), chunked=True, headers={"Content-Encoding": "gzip"}), TooMuch, "2000 B"),
        (Answer(body=BODY * 3), TooMuch, "2000 B"),
        (Answer(body=BODY * 3, chunked=True), TooMuch, "2000 B"),
        (Answer(body=BODY * 300, length=10**12), TooMuch, "2000 B"),
    ],
)
def test_each_failure_says_who_and_why(
    loopback: Loopback, answer: Answer, error: type[NetworkError], words: str
) -> None:
    url = loopback.url("/x", host="feeds.localhost")
    loopback.route("/x", answer)
    bound: dict[str, Any] = {} if "swells" in words else {"max_bytes": 2000}
    with pytest.raises(error, match=words) as raised:
        fetch(url, **bound)
    assert "feeds.localhost" in raised.value.message.english


def test_a_length_that_is_too_short_gives_so_much(loopback: Loopback) -> None:
    url = loopback.route("/x", Answer(body=BODY, length=10))
    assert fetch(url).body == b"x" * 10


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1 refuses the connection"):
        fetch(f"http://127.0.0.1:{port}/")


def test_a_connection_that_never_stands() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        with socket.create_connection(full.getsockname()):
            url = f"http://127.0.0.1:{full.getsockname()[1]}/"
            told = converse(get(url), get(url), limits=Limits(connect=0.3, per_host_connections=2))
    assert told.kind("1") == "timeout"
    assert "127.0.0.1" in told.message("1")


@pytest.mark.parametrize("url", ["ftp://a.localhost/", "file:///etc/passwd", "no address", "http://", "http://a:b/"])
def test_only_web_addresses_are_asked(url: str) -> None:
    with pytest.raises(Unreachable, match="not a web address"):
        fetch(url)


def test_an_unknown_certificate_is_not_trusted(secure_loopback: Loopback) -> None:
    url = secure_loopback.route("/x", "secret")
    with pytest.raises(Untrusted, match=r"certificate of 127\.0\.0\.1"):
        fetch(url, secret_headers=(("Authorization", "Bearer t"),))
    assert secure_loopback.requests == []


def test_the_users_own_roots_are_trusted(secure_loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    secure_loopback.route("/x", "hello")
    assert fetch(secure_loopback.url("/x", host="localhost")).body == b"hello"


def test_roots_that_are_missing_are_named(secure_loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURL_CA_BUNDLE", "/nowhere/roots.pem")
    with pytest.raises(Untrusted, match=r"/nowhere/roots\.pem"):
        fetch(secure_loopback.url("/x"))


def test_a_server_without_tls(loopback: Loopback) -> None:
    with pytest.raises(Unreachable, match="no secure connection"):
        fetch(loopback.url("/x").replace("http:", "https:"))


@pytest.mark.parametrize("fault", [Answer(silent=True), Answer(reset=True), Answer(body=BODY, cut_after=5)])
def test_a_read_is_tried_once_more(loopback: Loopback, fault: Answer) -> None:
    url = loopback.route("/x", in_turn(fault, Answer(body=b"there")))
    assert fetch(url).body == b"there"
    assert loopback.count("/x") == 2


def test_a_read_is_not_tried_for_ever(loopback: Loopback) -> None:
    url = loopback.route("/x", Answer(silent=True))
    assert converse(get(url)).kind() == "unreachable"
    assert loopback.count("/x") == 2


def _post_after_a_read(url: str) -> Callable[[], Exchange[Response]]:
    def talk() -> Exchange[Response]:
        yield Request(url=url + "/read")  # leaves a connection that libcurl would like to use again
        response: Response = yield Request(url=url + "/post", method="POST", body=b"toot")
        return response

    return talk


@pytest.mark.parametrize(
    "fault", [Answer(silent=True), Answer(reset=True), Answer(status=503), Answer(body=BODY, cut_after=5)]
)
def test_a_write_is_sent_once_whatever_happens(loopback: Loopback, fault: Answer) -> None:
    loopback.route("/read", "ok")
    loopback.route("/post", fault)
    converse(_post_after_a_read(loopback.url("")))
    assert [one.method for one in loopback.requests] == ["GET", "POST"]
    assert loopback.requests[1].connection != loopback.requests[0].connection


def test_a_busy_server_is_asked_again_when_it_says(loopback: Loopback) -> None:
    url = loopback.route("/x", in_turn(busy(503, "1"), Answer(body=b"there")))
    assert fetch(url).body == b"there"
    first, second = loopback.requests
    assert second.at - first.at >= 1


@pytest.mark.parametrize("answer", [busy(503, "3600"), busy(429, "60"), busy(429)])
def test_patience_beyond_the_deadline_is_left_to_the_caller(loopback: Loopback, answer: Answer) -> None:
    url = loopback.route("/x", answer)
    assert fetch(url).status == answer.status
    assert loopback.count("/x") == 1


@pytest.mark.parametrize(
    "fault", [Answer(silent=True), Answer(reset=True), Answer(never=True), Answer(body=BODY, cut_after=5)]
)
def test_a_write_that_was_read_and_not_answered_is_uncertain(loopback: Loopback, fault: Answer) -> None:
    url = loopback.route("/x", fault)
    told = converse(get(url, method="POST", body=b"toot", repeatable=False), limits=Limits(deadline=1.0))
    assert told.kind() == "uncertain", told.error()
    assert "127.0.0.1" in told.message()
    assert loopback.count("/x") == 1


def test_a_write_is_uncertain_when_the_budget_ends_it(loopback: Loopback) -> None:
    url = loopback.route("/x", Answer(never=True))
    assert converse(get(url, method="POST", body=b"toot", repeatable=False), budget=0.5).kind() == "uncertain"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "http://no-such-name.invalid/x"])
def test_a_write_that_reached_nobody_is_not_uncertain(url: str) -> None:
    assert converse(get(url, method="POST", body=b"toot", repeatable=False)).kind() == "unreachable"


def test_a_write_without_trust_was_not_sent(secure_loopback: Loopback) -> None:
    url = secure_loopback.route("/x", "ok")
    assert converse(get(url, method="POST", body=b"toot", repeatable=False)).kind() == "untrusted"
    assert secure_loopback.count() == 0


def test_a_post_that_may_be_repeated_is_not_uncertain(loopback: Loopback) -> None:
    url = loopback.route("/x", Answer(silent=True))
    assert converse(get(url, method="POST", body=b"picture")).kind() == "unreachable"
    assert loopback.count("/x") == 1
