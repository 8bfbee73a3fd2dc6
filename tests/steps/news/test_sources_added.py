"""``feeds add`` for sources that are more than a feed, through the front door, and what they may cost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.core.time import Clock
from cmday.storage import spending
from cmday.storage.database import Database, open_database
from tests.conftest import Cmday
from tests.connectors.test_sources import status
from tests.connectors.test_x_posts import tweet
from tests.loopback.answers import Answer, Received, in_turn
from tests.loopback.server import Loopback
from tests.steps.news.feeds_of_ours import rss
from tests.test_json_shapes import check

CHANNEL = "UC" + "b" * 22


def as_json(found: Any, status_code: int = 200, **headers: str) -> Answer:
    return Answer(status_code, json.dumps(found).encode(), {"Content-Type": "application/json", **headers})


@pytest.fixture
def services(home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> Loopback:
    """Every public service on the loopback, and X with caps of half a dollar a day."""
    monkeypatch.setenv("X_BEARER", "bearer-never-shown")
    base = {name: loopback.url("", host=f"{name.replace('_', '')}.localhost") for name in NAMES}
    lines = "".join(f'{name} = "{url}"\n' for name, url in base.items())
    x = loopback.url("", host="x.localhost")
    (home / "config.toml").write_text(
        f'[community.bem]\nlanguages = ["fr"]\n[limits]\nper_host_spacing = "0s"\n[services]\n{lines}'
        f'[source.x]\nkind = "x"\nserver = "{x}"\nsecret = {{ env = "X_BEARER" }}\ncap_day = 0.12\ncap_month = 5.0\n'
    )
    return loopback


NAMES = ("bluesky", "github", "google_news", "hacker_news", "reddit", "youtube")


def only(cmday: Cmday, *argv: str) -> Any:
    result = cmday("feeds", "add", *argv, "--json")
    assert result.code == 0, result
    (row,) = check(result.json, "feeds add")["feeds"]
    return row


def test_words_on_a_service_become_its_feed(services: Loopback, cmday: Cmday) -> None:
    services.route("/newest", rss("On HN", title="HN"))
    services.route("/rss/search", rss("À Bordeaux", title="Google"))
    services.route("/r/club/new/.rss", rss("A thread", title="club"))
    found = cmday("feeds", "add", "hn:club", "news:Bordeaux", "r/club", "-c", "bem", "--json").json["data"]["feeds"]
    assert {(row["kind"], row["title"], row["samples"][0]) for row in found} == {
        ("hn", "HN", "On HN"),
        ("news", "Google", "À Bordeaux"),
        ("reddit", "club", "A thread"),
    }
    (news,) = [request for request in services.requests if request.path == "/rss/search"]
    assert news.query == "q=Bordeaux&hl=fr&gl=FR&ceid=FR%3Afr"
    assert {row["communities"][0] for row in found} == {"bem"}
    assert all(row["cost"] is None and row["limits"] for row in found)


def test_a_channel_is_found_by_the_number_in_its_page(services: Loopback, cmday: Cmday) -> None:
    page = f'<html><meta content="YouTube"><script>{{"channelId":"{CHANNEL}"}}</script>'
    services.route("/@club", Answer(body=page.encode(), headers={"Content-Type": "text/html"}))
    services.route("/feeds/videos.xml", rss("A video", title="Club TV"))
    row = only(cmday, "yt:@club")
    assert (row["title"], row["url"].partition("?")[2]) == ("Club TV", f"channel_id={CHANNEL}")


def test_a_repository_without_releases_gives_its_tags(services: Loopback, cmday: Cmday) -> None:
    services.route("/a/b/tags.atom", rss("v1.0", title="Tags of b"))
    row = only(cmday, "github:a/b")
    assert (row["kind"], row["samples"], row["url"].rpartition("/")[2]) == ("github", ["v1.0"], "tags.atom")


def test_a_page_of_several_feeds_gives_the_likeliest(loopback: Loopback, cmday: Cmday, home: Path) -> None:
    links = (
        '<link rel=alternate type="application/json" href="/wp-json/1">'
        '<link rel=alternate type="application/rss+xml" title="Comments" href="/comments">'
        '<link rel=alternate type="application/rss+xml" href="/main">'
    )
    loopback.route("/", Answer(body=f"<html>{links}".encode(), headers={"Content-Type": "text/html"}))
    loopback.route("/main", rss("One", title="Main"))
    row = only(cmday, loopback.url("/"))
    assert row["url"].endswith("/main")
    assert [other.rpartition("/")[2] for other in row["others"]] == ["comments", "1"]


def test_a_person_whose_server_is_elsewhere_is_found_by_webfinger(loopback: Loopback, cmday: Cmday, home: Path) -> None:
    social = loopback.url("", host="social.localhost")
    links = [{"rel": "self", "href": f"{social}/users/ana"}]
    loopback.route("/.well-known/webfinger", as_json({"links": links}), host="own.localhost")
    loopback.route("/api/v1/accounts/lookup", as_json({"id": "7"}), host="social.localhost")
    loopback.route("/api/v1/accounts/7/statuses", as_json([status(2), status(1)]), host="social.localhost")
    row = only(cmday, f"@ana@own.localhost:{loopback.port}")
    assert row["url"] == f"mastodon+{social}/@ana?id=7"
    assert row["samples"] == ["Post 2", "Post 1"]
    (known,) = cmday("feeds", "add", f"mastodon+{social}/@ana", "--json").json["data"]["feeds"]
    assert known["status"] == "known"


def test_where_the_api_is_closed_rss_is_open(loopback: Loopback, cmday: Cmday, home: Path) -> None:
    loopback.route("/api/v1/accounts/lookup", as_json({"error": "This method requires an authenticated user"}, 401))
    loopback.route("/@ana.rss", rss("By RSS", title="Ana"))
    row = only(cmday, f"@ana@localhost:{loopback.port}")
    assert (row["url"], row["samples"]) == (f"http://localhost:{loopback.port}/@ana.rss", ["By RSS"])


def test_a_rate_limit_parks_the_source_until_its_window_ends(
    loopback: Loopback, cmday: Cmday, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = as_json({}, 429, **{"X-RateLimit-Reset": "2026-11-02T07:41:00Z", "Date": "Mon, 02 Nov 2026 07:31:00 GMT"})
    loopback.route("/api/v1/accounts/7/statuses", in_turn(as_json([status(1)]), limited))
    loopback.route("/api/v1/accounts/lookup", as_json({"id": "7"}))
    only(cmday, f"@ana@localhost:{loopback.port}")
    assert cmday("feeds", "refresh", "--force").code == 1
    asked = len(loopback.requests)
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T08:40:00+01:00")
    cmday("feeds", "refresh", "--force")
    assert len(loopback.requests) == asked
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T08:42:00+01:00")
    cmday("feeds", "refresh", "--force")
    assert len(loopback.requests) == asked + 1


def x_answers(server: Loopback) -> None:
    def posts(received: Received) -> Answer:
        assert received.headers["authorization"] == "Bearer bearer-never-shown"
        since = "since_id=1002" in received.query
        return as_json({"data": [] if since else [tweet(1002), tweet(1001)], "meta": {"result_count": 2}})

    server.route("/2/users/by/username/club", as_json({"data": {"id": "12", "username": "club"}}))
    server.route("/2/users/12/tweets", posts)


def test_x_says_its_cost_before_and_after(services: Loopback, cmday: Cmday) -> None:
    x_answers(services)
    foretold = cmday("feeds", "add", "x:@club", "--dry-run")
    assert "at most $0.06;" in foretold.out
    assert services.requests == []
    result = cmday("feeds", "add", "x:@club")
    assert result.code == 0, result
    assert "a look costs at most $0.06; spent: $0.00 of $0.12 today, $0.00 of $5.00 this month" in result.err
    said = " ".join(result.out.split())
    assert "this look cost $0.02, the next ones at most $0.05 each" in said
    assert "spent: $0.02 of $0.12 today, $0.02 of $5.00 this month" in said
    assert "bearer-never-shown" not in result.out + result.err


def test_x_is_never_asked_past_its_cap(services: Loopback, cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    x_answers(services)
    row = only(cmday, "x:@club")
    assert row["cost"] == {"look": 0.02, "most": 0.05, "today": 0.02, "cap_day": 0.12, "month": 0.02, "cap_month": 5.0}
    services.route("/2/users/12/tweets", as_json({"data": [tweet(number) for number in range(2000, 2010)], "meta": {}}))
    cmday("feeds", "refresh", "--force")
    assert services.requests[-1].query.endswith("since_id=1002")
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T10:31:00+01:00")
    asked = len(services.requests)
    refused = cmday("feeds", "refresh", "--force", "--json")  # $0.07 spent, $0.05 more would reach $0.12
    assert len(services.requests) == asked + 1, refused
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T12:31:00+01:00")
    assert cmday("feeds", "refresh", "--force", "--json").json["data"]["feeds"][0]["status"] == "waiting"
    assert len(services.requests) == asked + 1
    monkeypatch.setenv("CMDAY_NOW", "2026-11-03T08:31:00+01:00")
    cmday("feeds", "refresh", "--force")
    assert len(services.requests) == asked + 2


def test_without_caps_the_configuration_is_refused(home: Path, cmday: Cmday) -> None:
    (home / "config.toml").write_text('[source.x]\nkind = "x"\n')
    result = cmday("feeds", "add", "x:@club")
    assert result.code == 2
    assert "cap_day" in result.err
    assert "cap_month" in result.err


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = open_database(tmp_path_factory.mktemp("spend") / "cmday.db", Clock(UTC))
    yield database
    database.close()


_NUMBERS = count()
_LOOKS = st.tuples(st.integers(0, 60), st.none() | st.integers(0, 60), st.integers(0, 70))


@given(st.lists(_LOOKS, min_size=1, max_size=25))
def test_no_order_of_looks_passes_a_cap(ledger: Database, looks: list[tuple[int, int | None, int]]) -> None:
    """Reservations, settled for less or never, on any day of three months: no day and no month is ever passed."""
    source = f"x{next(_NUMBERS)}"
    for amount, settled, day in looks:
        at = datetime(2026, 11, 1, 23, 30, tzinfo=UTC) + timedelta(days=day)
        number = spending.reserve(ledger, source, amount, at, cap_day=70, cap_month=150)
        if number is not None and settled is not None:
            spending.settle(ledger, number, min(settled, amount))
        after = spending.spent(ledger, source, at)
        assert after.day <= 70
        assert after.month <= 150
        if number is None:
            assert after.day + amount > 70 or after.month + amount > 150


@pytest.mark.parametrize("place", ["http://x.localhost:1/@club?id=12", "https://{x}/@club?id=12"])
def test_a_key_is_shown_to_its_own_origin_only(services: Loopback, cmday: Cmday, home: Path, place: str) -> None:
    x_answers(services)
    here = services.url("", host="x.localhost").removeprefix("http://")
    (home / "feeds.toml").write_text(f'[[feed]]\nurl = "x+{place.format(x=here)}"\n')
    assert cmday("feeds", "refresh").code == 4
    assert services.requests == []
