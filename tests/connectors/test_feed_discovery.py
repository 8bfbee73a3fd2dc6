"""Finding a site's feed: a site of the web leads nowhere but into the web."""

from __future__ import annotations

import pytest

from cmday.connectors.feed_discovery import discover
from cmday.connectors.mastodon_discovery import find_person
from cmday.connectors.protocol import Call, Request, Response
from cmday.connectors.web_only import web_only
from cmday.errors import Garbled, Unreachable, Untrusted
from cmday.i18n import phrase
from tests.connectors.holding import Answer, hold

FEED = b"<rss version='2.0'><channel><title>Router</title></channel></rss>"


def page(*links: str) -> bytes:
    named = "".join(f"<link rel=alternate type='application/rss+xml' href='{link}'>" for link in links)
    return f"<!doctype html><html><head>{named}</head></html>".encode()


def server(site: str, body: bytes) -> Answer:
    """A web in which one page is there, and every private host has a feed."""

    def answer(said: Request | Call) -> Response:
        assert isinstance(said, Request)
        if said.url == site:
            return Response(url=said.url, status=200, body=body)
        if "example.org" in said.url:
            return Response(url=said.url, status=404)
        return Response(url=said.url, status=200, body=FEED)

    return answer


@pytest.mark.parametrize(
    "private",
    ["http://192.168.1.1/reboot", "http://localhost:8080/", "http://[::1]/", "http://router.lan/", "http://printer/"],
)
def test_a_page_of_the_web_cannot_name_a_private_host(private: str) -> None:
    site = "https://example.org/"
    talk = hold(web_only(discover(site)), server(site, page(private)))
    assert isinstance(talk.error, Garbled)
    assert [said.url for said in talk.asked if isinstance(said, Request) and "example.org" not in said.url] == []


def test_a_page_of_the_own_network_may() -> None:
    site = "http://intranet.lan/"
    talk = hold(web_only(discover(site)), server(site, page("http://feeds.lan/all.xml")))
    assert talk.result.url == "http://feeds.lan/all.xml"


def test_webfinger_of_the_web_cannot_either() -> None:
    finger = "https://example.org/.well-known/webfinger?resource=acct%3Aann%40example.org"
    body = b'{"links": [{"rel": "self", "href": "http://127.0.0.1/users/ann"}]}'
    talk = hold(web_only(find_person("https://example.org", "ann")), server(finger, body))
    assert isinstance(talk.error, Untrusted)
    assert all("127.0.0.1" not in said.url for said in talk.asked if isinstance(said, Request))
    assert any(said.url == finger for said in talk.asked if isinstance(said, Request))


def test_a_failure_of_the_network_goes_through() -> None:
    lost = Unreachable(phrase("no server is known by that name"))
    talk = hold(web_only(discover("https://example.org/feed")), lambda _said: lost)
    assert talk.error is lost
