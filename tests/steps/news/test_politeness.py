"""A server that logs is the witness: what was asked when, with which validators, and how close together."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.connectors.protocol import Fetched
from cmday.core.feeds import Validators
from cmday.errors import RateLimited, ServerFailed
from cmday.i18n import phrase
from cmday.steps.news import politeness
from tests.conftest import Cmday
from tests.loopback.answers import Answer, Received, busy, gzip_bomb, redirect
from tests.loopback.server import Loopback
from tests.steps.news.feeds_of_ours import NOW, rss, subscribe

SPACING = 0.06
QUICK = f'[limits]\nper_host_spacing = "{int(SPACING * 1000)}ms"\n'
HOUR = 3600


class Witness:
    """A feed's server that keeps its own book of what it gave and when it may be asked again."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.now = NOW
        self.shown: str | None = None
        self.given_at = NOW
        self.not_before = NOW
        self.patience = NOW
        self.asked = 0
        self.complaints: list[str] = []

    def __call__(self, received: Received) -> Answer:
        self.asked += 1
        if self.now < self.patience:
            self.complaints.append(f"asked inside Retry-After at {self.now}")
        if self.now < self.not_before:
            self.complaints.append(f"asked inside max-age at {self.now}")
        tag = received.headers.get("if-none-match")
        if tag != self.shown and self.now - self.given_at < timedelta(days=8):
            self.complaints.append(f"shown {tag}, not {self.shown}")
        return self._answer(tag)

    def _answer(self, tag: str | None) -> Answer:
        if self.number % 3 == 2 and self.asked % 4 == 2:
            self.patience = self.now + timedelta(hours=9)
            return busy(503 if self.asked % 8 == 2 else 429, str(9 * HOUR))
        hours = (0, 3, 40)[self.number % 3]
        self.not_before = self.now + timedelta(hours=min(hours, 5))
        edition = f'W/"{self.number} {self.asked // 3}"'
        headers = {"ETag": edition, "Cache-Control": f"max-age={hours * HOUR}"}
        if tag == edition:
            return Answer(status=304, headers=headers)
        self.shown, self.given_at = edition, self.now
        return Answer(body=rss(*(f"{self.number}.{n}" for n in range(self.asked // 3 + 2))), headers=headers)


def test_days_of_refreshing_as_the_servers_see_them(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.joinpath("config.toml").write_text(QUICK)
    witnesses = [Witness(number) for number in range(6)]
    urls = [loopback.route(f"/{one.number}", one, host=f"h{one.number % 3}.localhost") for one in witnesses]
    subscribe(home, urls)
    for step in range(24):
        for one in witnesses:
            one.now = NOW + timedelta(hours=2.5 * step)
        monkeypatch.setenv("CMDAY_NOW", witnesses[0].now.isoformat())
        before = loopback.count()
        cmday("feeds", "refresh", "-q")
        assert shortest_gap(loopback.requests[before:]) >= SPACING
    assert [one.complaints for one in witnesses] == [[]] * 6
    assert all(one.asked > 5 for one in witnesses)
    assert max(loopback.peak.values()) == 1


def shortest_gap(requests: list[Received]) -> float:
    """The shortest time between two requests to one host, a long one where no host was asked twice."""
    hosts = {received.host for received in requests}
    visits = [[received.at for received in requests if received.host == host] for host in hosts]
    return min((later - sooner for times in visits for sooner, later in pairwise(times)), default=60.0)


def test_force_keeps_retry_after_only(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.joinpath("config.toml").write_text(QUICK)
    witnesses = [Witness(2), Witness(5)]
    subscribe(home, [loopback.route(f"/{one.number}", one, host=f"h{one.number}.localhost") for one in witnesses])
    for step in range(12):
        for one in witnesses:
            one.now = one.not_before = NOW + timedelta(hours=step)
        monkeypatch.setenv("CMDAY_NOW", witnesses[0].now.isoformat())
        cmday("feeds", "refresh", "--force", "-q")
    assert [one.complaints for one in witnesses] == [[]] * 2
    assert [one.asked for one in witnesses] == [4, 4]


def test_a_redirect_is_a_visit_to_its_host_too(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    home.joinpath("config.toml").write_text(QUICK)
    urls = []
    for number in range(4):
        end = loopback.route(f"/{number}", rss(f"Entry {number}"), host="end.localhost")
        urls.append(loopback.route("/feed", redirect(end, 301), host=f"f{number}.localhost"))
    subscribe(home, [*urls, loopback.route("/own", rss("Own"), host="end.localhost")])
    assert {row["status"] for row in cmday("feeds", "refresh", "--json").json["data"]["feeds"]} == {"new"}
    assert loopback.peak["end.localhost"] == 1
    assert shortest_gap(loopback.requests) >= SPACING


def test_a_host_has_limits_of_its_own(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    home.joinpath("config.toml").write_text(
        QUICK + '[limits.host."wide.localhost"]\nconnections = 3\nspacing = "0s"\n'
        '[limits.host."Slow.localhost"]\nspacing = "200ms"\n'
    )
    urls = [
        loopback.route(f"/{n}", Answer(body=rss(f"{host} {n}"), delay=0.15), host=f"{host}.localhost")
        for host, feeds in (("wide", 3), ("slow", 2), ("usual", 2))
        for n in range(feeds)
    ]
    subscribe(home, urls)
    cmday("feeds", "refresh")
    assert (loopback.peak["wide.localhost"], loopback.peak["slow.localhost"]) == (3, 1)
    first, second = loopback.asked(host="slow.localhost")
    assert second.at - first.at >= 0.2


def test_a_public_host_rests_ten_minutes_after_a_429_without_a_word(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", loopback.url())
    home.joinpath("config.toml").write_text(QUICK)
    loopback.route("/a", busy(429), host="big.example")
    loopback.route("/b", rss("B"), host="big.example")
    loopback.route("/c", rss("C"), host="other.example")
    subscribe(home, ["http://big.example/a", "http://big.example/b", "http://other.example/c"])

    def asked(minutes: int) -> tuple[int, int, int]:
        monkeypatch.setenv("CMDAY_NOW", (NOW + timedelta(minutes=minutes)).isoformat())
        cmday("feeds", "refresh", "-q")
        return loopback.count("/a"), loopback.count("/b"), loopback.count("/c")

    assert asked(0) == (1, 0, 1)
    rows = cmday("feeds", "refresh", "--dry-run", "--json").json["data"]["feeds"]
    rests = (NOW + timedelta(minutes=10)).isoformat()
    assert [(row["next_fetch"], row["reason"]) for row in rows[:2]] == [(rests, "the server asked for patience")] * 2
    assert asked(9) == (1, 0, 1)
    assert asked(11) == (2, 0, 1)
    loopback.route("/a", rss("A"), host="big.example")
    assert asked(22) == (3, 1, 1)


# The highest memory of the process itself: what a parent is told counts the parent's own up to the fork.
_MEASURED = """
import sys
from pathlib import Path
from cmday.__main__ import main
code = main(["feeds", "refresh", "--json"])
sys.stderr.write(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
sys.exit(code)
"""


def test_bodies_without_end_and_measure(home: Path, loopback: Loopback) -> None:
    home.joinpath("config.toml").write_text('[limits]\ndeadline = "1500ms"\n')
    endless = Answer(body=bytes(200 * 1024 * 1024), drip=(1 << 18, 0.0))
    urls = [
        loopback.route("/feed", endless, host="large.localhost"),
        loopback.route("/feed", gzip_bomb(64 * 1024 * 1024), host="bomb.localhost"),
        loopback.route("/feed", Answer(body=rss("Drop"), drip=(1, 1.0)), host="drip.localhost"),
        loopback.route("/feed", rss("Well"), host="well.localhost"),
    ]
    subscribe(home, urls)
    ended = subprocess.run([sys.executable, "-c", _MEASURED], capture_output=True, check=False)
    found = json.loads(ended.stdout)
    assert ended.returncode == 3
    assert [(row["status"], row["new"]) for row in found["data"]["feeds"]] == [
        *[("failed", 0)] * 3,
        ("new", 1),
    ]
    assert [error["kind"] for error in sorted(found["errors"], key=lambda error: str(error["subject"]))] == [
        *("too-much", "timeout", "too-much")
    ]
    assert int(ended.stderr) * 1024 < 120_000_000


def answer(**fields: Any) -> Fetched:
    return Fetched(
        url="http://f1.localhost/", status=200, body=b"", content_type=None, validators=Validators(), **fields
    )


waits = st.none() | st.integers(0, 10 * 86_400)


@given(
    rhythm=st.integers(900, 6 * HOUR), ttl=st.none() | st.integers(0, 3000), age=waits, expires=waits, patience=waits
)
def test_the_next_check_is_the_largest_of_all_wishes(
    rhythm: int, ttl: int | None, age: int | None, expires: int | None, patience: int | None
) -> None:
    now = datetime(2026, 11, 2, 8, 31, tzinfo=UTC)
    until = now + timedelta(seconds=expires or 0)
    following = politeness.after_answer(
        now,
        answer(
            max_age=age,
            expires=until.strftime("%a, %d %b %Y %H:%M:%S GMT") if expires is not None else "0",
            date=now.strftime("%a, %d %b %Y %H:%M:%S GMT"),
            retry_after=patience,
        ),
        rhythm=rhythm,
        ttl_minutes=ttl,
        interval=None,
    )
    wishes = {
        "rhythm": rhythm,
        "ttl": min((ttl or 0) * 60, 86_400),
        "max-age": min(age or 0, 5 * HOUR),
        "expires": min(expires or 0, 86_400),
        "retry-after": patience or 0,
    }
    seconds = (following.at - now).total_seconds()
    assert seconds == max(wishes.values())
    assert wishes[following.reason] == seconds


@given(failures=st.integers(1, 400), age=waits)
def test_failures_wait_longer_and_what_the_server_says_counts(failures: int, age: int | None) -> None:
    now = datetime(2026, 11, 2, 8, 31, tzinfo=UTC)
    error = ServerFailed(phrase("no"))
    error.max_age = age
    seconds = (politeness.after_failure(now, error, failures).at - now).total_seconds()
    assert 600 <= seconds <= 86_400
    assert seconds >= min(age or 0, 5 * HOUR)
    silent = politeness.after_failure(now, RateLimited(phrase("slow down")), failures)
    assert (silent.at - now, silent.reason) == (timedelta(minutes=10), "patience")
