"""Redirects are followed by the engine itself, and no credential goes where it does not belong."""

from __future__ import annotations

import pytest

from cmday.connectors.conversation import Limits
from cmday.connectors.engine.pursuit import Ask
from cmday.connectors.engine.talk import Talk
from cmday.connectors.engine.wires import Landed, Wires
from cmday.connectors.protocol import Hop
from cmday.errors import NetworkError, TooMuch, Untrusted
from tests.connectors.talking import converse, fetch, get, signs_in
from tests.loopback.answers import Answer, redirect
from tests.loopback.server import Loopback

SECRETS = (("Authorization", "Bearer t"), ("X-Token", "t"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_each_hop_is_recorded(loopback: Loopback, status: int) -> None:
    start = loopback.route("/old", redirect("/new?a=1#part", status))
    loopback.route("/new", "here")
    response = fetch(start)
    assert (response.url, response.body) == (loopback.url("/new?a=1"), b"here")
    assert response.hops == (Hop(start, status, "/new?a=1#part"),)


def test_credentials_stay_with_their_origin(loopback: Loopback) -> None:
    other = loopback.url("/there", host="other.localhost")
    start = loopback.route("/start", redirect(other))
    loopback.route("/there", redirect(loopback.url("/back")))
    loopback.route("/back", "here")
    headers = (("Accept", "application/json"), ("Cookie", "a=b"))
    assert fetch(start, headers=headers, secret_headers=SECRETS).body == b"here"
    first, there, back = loopback.requests
    assert (first.headers["authorization"], first.headers["x-token"], first.headers["cookie"]) == (
        "Bearer t",
        "t",
        "a=b",
    )
    for later in (there, back):  # even back at the first host, for the other one has chosen the address
        assert not {"authorization", "x-token", "cookie"} & set(later.headers)
        assert later.headers["accept"] == "application/json"


def test_another_port_is_another_origin(loopback: Loopback) -> None:
    with Loopback() as other:
        start = loopback.route("/start", redirect(other.route("/there", "here")))
        assert fetch(start, secret_headers=SECRETS).body == b"here"
        assert "authorization" not in other.requests[0].headers


def test_credentials_go_along_within_an_origin(loopback: Loopback) -> None:
    start = loopback.route("/start", redirect("/there", 301))
    loopback.route("/there", "here")
    fetch(start, secret_headers=SECRETS)
    assert loopback.requests[1].headers["x-token"] == "t"


def test_a_redirect_cannot_name_a_password(loopback: Loopback) -> None:
    start = loopback.route("/start", redirect(f"http://me:word@b.localhost:{loopback.port}/there"))
    loopback.route("/there", "here")
    assert fetch(start).url == loopback.url("/there", host="b.localhost")
    assert "authorization" not in loopback.requests[1].headers


@pytest.mark.parametrize(
    ("location", "path"), [("/caf\xc3\xa9 noir", "/caf%C3%A9%20noir"), ("sub/x", "/sub/x"), ("?q=1", "/start")]
)
def test_untidy_locations(loopback: Loopback, location: str, path: str) -> None:
    start = loopback.route("/start", lambda received: Answer(body=b"x") if received.query else redirect(location))
    loopback.route(path, "here") if path != "/start" else None
    assert fetch(start).status == 200
    assert loopback.requests[1].path == path


def test_a_circle(loopback: Loopback) -> None:
    start = loopback.route("/a", redirect("/b"))
    loopback.route("/b", redirect("/a"))
    with pytest.raises(TooMuch, match="in a circle"):
        fetch(start)
    assert loopback.count() == 2


def test_a_chain_without_end(loopback: Loopback) -> None:
    start = loopback.route("/0", lambda received: redirect(f"/0?{len(loopback.requests)}"))
    with pytest.raises(TooMuch, match="more than 3 times"):
        fetch(start, follow=3)
    assert loopback.count() == 4


@pytest.mark.parametrize(
    "location", ["ftp://a.localhost/", "file:///etc/passwd", "javascript:alert(1)", "http://[bad/"]
)
def test_redirects_stay_on_the_web(loopback: Loopback, location: str) -> None:
    start = loopback.route("/start", redirect(location))
    with pytest.raises(Untrusted, match="no web address"):
        fetch(start)


def test_who_wants_no_redirect_gets_the_response(loopback: Loopback) -> None:
    start = loopback.route("/start", redirect("/there"))
    assert fetch(start, follow=0).status == 302


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_write_is_never_redirected(loopback: Loopback, status: int) -> None:
    start = loopback.route("/start", redirect("/there", status))
    assert fetch(start, method="POST", body=b"toot").status == status
    assert loopback.count() == 1


def test_a_redirect_is_part_of_the_deadline(loopback: Loopback) -> None:
    start = loopback.route("/start", Answer(status=302, headers={"Location": "/there"}, delay=0.3))
    loopback.route("/there", Answer(delay=0.3))
    told = converse(get(start), limits=Limits(deadline=0.45))
    assert told.kind() == "timeout"


@pytest.mark.parametrize("inside", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]", "printer.local"])
def test_the_web_does_not_lead_into_a_private_network(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    monkeypatch.setenv("http_proxy", loopback.url(""))
    loopback.route("/start", redirect(f"http://{inside}/admin"))
    loopback.route("/admin", "secret")
    with pytest.raises(Untrusted, match="private network"):
        fetch("http://feeds.example.com/start")
    assert loopback.count("/admin") == 0


def test_a_public_name_with_a_private_address_is_not_connected_to(loopback: Loopback) -> None:
    """What a redirect from the web names is checked where the connection is made, whatever the name says."""
    wires = Wires(Limits())
    ask = Ask(url=loopback.url("/x"), method="GET", headers=(), body=None, max_bytes=9, fresh=False, public_only=True)
    try:
        transfer = wires.start(ask, Talk("0", lambda: signs_in(None), 1.0, "host"))  # type: ignore[arg-type]
        landed: list[Landed] = []
        while not landed:
            landed = wires.wait(1.0)
        assert transfer.refused_private
    finally:
        wires.close()
    assert loopback.connections == 0


def test_an_error_on_the_way_is_an_error(loopback: Loopback) -> None:
    start = loopback.route("/start", redirect("/there"))
    loopback.route("/there", Answer(silent=True))
    with pytest.raises(NetworkError):
        fetch(start)
