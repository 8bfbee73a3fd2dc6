"""The morning on real servers: radicale, dovecot, snac and fifty feeds; each in turn stopped, hanging, or talking junk."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from tests.loopback.answers import validated
from tests.loopback.server import Loopback
from tests.servers.dovecot import Dovecot
from tests.servers.go_between import GoBetween, Manner
from tests.servers.radicale import Radicale
from tests.servers.snac import Snac
from tests.whole_morning import STEPS, ended, feed, process, steps_of

pytestmark = pytest.mark.server

CONFIG: Final = """
timezone = "Europe/Paris"
[hours]
work = ["mon-sun 09:00-18:00"]
[community.bem]
title = "BEM Talents"
[account.post]
network = "imap"
server = "127.0.0.1"
port = {mail}
tls = "none"
communities = ["bem"]
username = "ana"
secret = {{ env = "MAIL_PASSWORD" }}
[account.sss]
network = "mastodon"
server = "http://127.0.0.1:{social}"
communities = ["bem"]
username = "ana"
secret = {{ env = "SOCIAL_TOKEN" }}
[calendar.work]
url = "http://127.0.0.1:{calendar}{path}"
username = "ana"
secret = {{ env = "CALENDAR_PASSWORD" }}
[limits]
deadline = "2s"
[display]
items = 20
"""
RULES: Final = '[rule]\nparking = { when = { word = ["parking"] }, do = ["hold"], why = "Asked every day" }\n'
FEEDS: Final = [f"f{number}" for number in range(50)]
# For each server: the step that it fills, the name that its failures have, and what only it says.
SERVERS: Final = {
    "calendar": ("schedule", "work", "Point quotidien"),
    "mail": ("notifications", "post", "interview request"),
    "social": ("notifications", "sss", "count me in!"),
    "feeds": ("news", "Flux f", "Nouvelle 0 du flux"),
}
SAID: Final = {"moderation": "parking", "planning": "Concours de Noël"}


class Day:
    """A home whose servers stand each behind a go-between; every ``start`` is a day later than the one before."""

    def __init__(self, between: dict[str, GoBetween]) -> None:
        self.between = between
        self.now = datetime.now(UTC)

    def start(self, *argv: str) -> tuple[int, str]:
        self.now += timedelta(days=1)
        code, out, err = ended(process("start", "--all", *argv, CMDAY_NOW=self.now.isoformat(), COLUMNS="160"))
        assert err == ""
        return code, out

    def told(self) -> tuple[int, Any]:
        code, out = self.start("--json")
        return code, json.loads(out)


@pytest.fixture
def day(  # noqa: PLR0917  four servers
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    radicale_server: Radicale,
    dovecot_server: Dovecot,
    snac_server: Snac,
    loopback: Loopback,
) -> Iterator[Day]:
    monkeypatch.setenv("MAIL_PASSWORD", dovecot_server.password)
    monkeypatch.setenv("SOCIAL_TOKEN", snac_server.ana.token)
    monkeypatch.setenv("CALENDAR_PASSWORD", radicale_server.password)
    calendar = urlsplit(radicale_server.calendar)
    places = {
        "calendar": (calendar.hostname or "", calendar.port or 80),
        "mail": ("127.0.0.1", dovecot_server.port),
        "social": (urlsplit(snac_server.url).hostname or "", 80),
        "feeds": ("127.0.0.1", loopback.port),
    }
    start = datetime.now(UTC).strftime("%Y%m%dT")
    lines = (f"DTSTART:{start}140000Z", f"DTEND:{start}143000Z", "RRULE:FREQ=DAILY", "SUMMARY:Point quotidien")
    radicale_server.put("daily", *lines)
    for name in FEEDS:
        loopback.route("/feed", validated(feed(name, now=datetime.now(UTC)), f'"{name}"'), host=f"{name}.localhost")
    with ExitStack() as open_:
        between = {name: open_.enter_context(GoBetween(*place)) for name, place in places.items()}
        ports = {name: one.port for name, one in between.items()}
        (home / "config.toml").write_text(CONFIG.format(path=calendar.path, **ports))
        (home / "rules.toml").write_text(RULES)
        urls = [f"http://{name}.localhost:{ports['feeds']}/feed" for name in FEEDS]
        (home / "feeds.toml").write_text("".join(f'[[feed]]\nurl = "{url}"\n' for url in urls))
        monkeypatch.delenv("CMDAY_NOW")
        assert ended(process("plan", "add", "Concours de Noël", "--for", "2h", "-c", "bem", "--yes"))[0] == 0
        yield Day(between)


def missing(told: Any) -> set[str]:
    """What ought to be in the steps and is not: names of servers and of steps."""
    steps = {name: json.dumps(step["data"], ensure_ascii=False) for name, step in steps_of(told).items()}
    gone = {server for server, (step, _name, said) in SERVERS.items() if said not in steps[step]}
    return gone | {step for step, said in SAID.items() if said not in steps[step]}


def test_all_five_steps_are_filled_from_the_servers(day: Day) -> None:
    code, told = day.told()
    assert (code, told["errors"]) == (0, [])
    assert list(steps_of(told)) == STEPS
    assert missing(told) == set()
    assert steps_of(told)["news"]["data"]["unread"] == 150


@pytest.mark.parametrize("manner", ["stopped", "hanging", "garbage"])
@pytest.mark.parametrize("server", SERVERS)
def test_one_server_spoils_its_own_line_only(day: Day, server: str, manner: Manner) -> None:
    step, name, _said = SERVERS[server]
    day.between[server].behave(manner)
    code, told = day.told()
    assert (code, told["status"]) == (3, "partial"), told["errors"]
    dependent = {"social": {"moderation"}}.get(server, set())
    assert missing(told) == {server} | dependent, (told["errors"], steps_of(told)["notifications"])
    assert {one for one, found in steps_of(told).items() if found["status"] != "done"} == {step}
    for error in told["errors"]:
        assert error["subject"].startswith((name, "f"))
        assert error["message"]
        assert error["hint"], error
    day.between[server].behave("passing")
    code, told = day.told()
    assert (code, told["errors"], missing(told)) == (0, [], set()), "it is back"
    day.between[server].behave(manner)
    code, screen = day.start()
    assert code == 3
    lines = screen.splitlines()
    (at,) = [place for place, line in enumerate(lines) if re.match(rf"  ! .*\b{name}", line)]
    assert "→" in lines[at] or lines[at + 1].startswith("    → "), screen
    for said in (*(said for _step, _name, said in SERVERS.values()), *SAID.values()):
        assert said in screen, "what is stored is shown"
