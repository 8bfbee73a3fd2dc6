"""Them or us: no network and guest networks are told once, and count against nobody.

The loopback server stands in as an HTTP proxy, so that a test has hosts of the wide web without leaving the machine.
"""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from cmday.connectors.engine import reachability
from cmday.connectors.engine.addresses import domain, is_public, tidy
from cmday.connectors.engine.reachability import CERTIFICATE, SILENT, Reachability
from cmday.connectors.protocol import Call, Exchange, Response
from tests.connectors.talking import converse, get, held
from tests.loopback.answers import Answer, redirect
from tests.loopback.server import Loopback

PAGE = Answer(body=b"<!DOCTYPE html><title>Welcome to the hotel</title>", headers={"Content-Type": "text/html"})
FEED = Answer(body=b"<rss/>", headers={"Content-Type": "application/rss+xml"})
A, B, C = "http://a.example.com/feed", "http://b.example.org/feed", "http://c.example.net/feed"


@pytest.fixture
def web(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> Loopback:
    """The loopback server as the way to the wide web."""
    monkeypatch.setenv("http_proxy", loopback.url(""))
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
    return loopback


@pytest.fixture
def dead_web(monkeypatch: pytest.MonkeyPatch) -> str:
    """A way to the wide web at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        place = f"127.0.0.1:{listening.getsockname()[1]}"
    monkeypatch.setenv("http_proxy", f"http://me:hidden@{place}")
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
    return place


def mail(error: Exception) -> Callable[[], Exchange[None]]:
    def fail() -> None:
        raise error

    def talk() -> Exchange[None]:
        yield Call(name="mail", function=fail)

    return talk


def test_a_proxy_of_the_environment_is_used(web: Loopback) -> None:
    web.route("/feed", FEED)
    assert converse(get(A)).heard["0"][0].body == b"<rss/>"
    assert web.requests[0].host == "a.example.com"


def test_no_network_is_told_of_all_that_is_on_the_web(dead_web: str, loopback: Loopback) -> None:
    here = loopback.route("/feed", FEED)
    told = converse(
        get(A), get(B), get("http://news.example.org/"), get(here), held(mail(OSError()), "m", host="imap.example.net")
    )
    assert [told.kind(key) for key in "012"] == ["no-network"] * 3
    assert told.kind("m") == "no-network"
    assert told.kind("3") is None
    assert len({id(told.error(key)) for key in "012"}) == 3


def test_one_host_alone_proves_nothing(dead_web: str) -> None:
    told = converse(get(A), get("http://www.example.com/"))
    assert [told.kind(key) for key in "01"] == ["unreachable"] * 2
    assert dead_web in told.message()
    assert "hidden" not in told.message()


def test_one_host_alone_without_any_route(dead_web: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachability, "has_route", lambda: False)
    assert converse(get(A)).kind() == "no-network"


def test_neighbours_prove_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    told = converse(*[get(f"http://{name}.localhost:{port}/") for name in "abc"])
    assert [told.kind(key) for key in "012"] == ["unreachable"] * 3


def test_one_host_that_answers_clears_the_network(web: Loopback) -> None:
    web.route("/feed", Answer(silent=True))
    web.route("/feed", FEED, host="c.example.net")
    told = converse(get(A), get(B), get(C))
    assert [told.kind(key) for key in "012"] == ["unreachable", "unreachable", None]


def test_what_begins_after_the_verdict_ends_at_once(dead_web: str) -> None:
    asked = []

    def later() -> Exchange[Response]:
        asked.append(True)
        response: Response = yield from get(C)()
        return response

    told = converse(get(A), get(B), held(later, "late", host="a.example.com", spaced=True))
    assert (told.kind("late"), asked) == ("no-network", [True])


@pytest.mark.parametrize("portal", ["http://login.hotel.example/welcome?for={host}", "http://10.1.1.1/login"])
def test_a_guest_network_that_redirects(web: Loopback, portal: str) -> None:
    web.route("/feed", lambda received: redirect(portal.format(host=received.host)))
    web.route("/welcome", PAGE)
    told = converse(get(A), get(B))
    assert [told.kind(key) for key in "01"] == ["captive-portal"] * 2


def test_a_guest_network_that_answers_itself(web: Loopback) -> None:
    web.route("*", PAGE)
    told = converse(get(A), get(B), get(C))
    assert [told.kind(key) for key in "012"] == ["captive-portal"] * 3


def test_a_network_that_says_so_itself(web: Loopback) -> None:
    web.route("*", Answer(status=511, body=b"sign in"))
    told = converse(get(A), get(B))
    assert [told.kind(key) for key in "01"] == ["captive-portal"] * 2


def test_pages_that_differ_are_their_hosts_own(web: Loopback) -> None:
    web.route("/feed", lambda received: Answer(body=f"<html>{received.host}".encode()))
    told = converse(get(A), get(B))
    assert [told.kind(key) for key in "01"] == [None, None]


def test_feeds_may_move_to_one_house(web: Loopback) -> None:
    web.route("/feed", lambda received: redirect(f"http://feeds.house.example/{received.host}"))
    web.route("/a.example.com", FEED)
    web.route("/b.example.org", FEED)
    told = converse(get(A), get(B))
    assert [told.kind(key) for key in "01"] == [None, None]
    assert told.heard["0"][0].hops[0].url == A


def test_one_page_alone_is_handed_over(web: Loopback) -> None:
    web.route("/feed", PAGE)
    assert converse(get(A)).heard["0"][0].body == PAGE.body


def test_judging() -> None:
    reach = Reachability()
    reach.note("www.a.example", SILENT)
    assert reach.judge([]) is None
    assert reach.judge(["feeds.a.example"]) is None
    assert reach.judge(["b.example"]) == "no-network"
    reach.alive()
    assert reach.cut_off


def test_certificates_that_all_fail_are_our_own_trouble() -> None:
    reach = Reachability()
    reach.note("a.example", CERTIFICATE)
    assert reach.judge([]) is None
    reach.note("b.example", CERTIFICATE)
    assert reach.judge([]) == "captive-portal"


def test_mixed_signs_prove_nothing() -> None:
    reach = Reachability()
    reach.note("a.example", CERTIFICATE)
    reach.note("b.example", SILENT)
    reach.note("c.example", SILENT)
    assert reach.judge([]) is None


@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("example.com", True),
        ("1.1.1.1", True),
        ("2606:4700::1111", True),
        ("localhost", False),
        ("f1.localhost", False),
        ("printer", False),
        ("nas.local", False),
        ("wiki.internal", False),
        ("127.0.0.1", False),
        ("10.2.3.4", False),
        ("100.64.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("::ffff:192.168.1.1", False),
    ],
)
def test_who_is_of_the_wide_web(host: str, public: bool) -> None:
    assert is_public(host) is public


@pytest.mark.parametrize(
    ("host", "registered"),
    [
        ("feeds.a.example", "a.example"),
        ("a.b.co.uk", "b.co.uk"),
        ("www.education.gouv.fr", "education.gouv.fr"),
        ("blog.free.fr", "free.fr"),
        ("example", "example"),
        ("1.2.3.4", "1.2.3.4"),
    ],
)
def test_what_was_registered(host: str, registered: str) -> None:
    assert domain(host) == registered


@pytest.mark.parametrize(
    ("url", "wire"),
    [
        ("https://example.com/a?b=c%20d#e", "https://example.com/a?b=c%20d"),
        (" https://Bücher.example/é à ", "https://xn--bcher-kva.example/%C3%A9%20%C3%A0"),
        ("http://me:word@exämple.org:8080/x", "http://me:word@xn--exmple-cua.org:8080/x"),
        ("http://[::1]:80/", "http://[::1]:80/"),
        ("HTTP://EXAMPLE.com", "http://EXAMPLE.com"),
    ],
)
def test_addresses_are_made_fit_for_the_wire(url: str, wire: str) -> None:
    assert tidy(url) == wire
