"""A whole morning on the loopback: fifty feeds, a calendar, two networks, a rule and an operation, for all five steps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final, Self

from tests.connectors.timeline import Timeline
from tests.loopback.answers import Answer, Handler, Received, validated
from tests.loopback.server import Loopback
from tests.steps.notifications.conftest import ME, PATH, like, mastodon, mention, timeline_of

NOW: Final = datetime.fromisoformat("2026-11-02T08:31:00+01:00")
PYTHON: Final = [sys.executable, "-m", "cmday"]
FEEDS: Final = 50
ENTRIES: Final = 3
STEPS: Final = ["schedule", "notifications", "news", "moderation", "planning"]
# Words that only the other side says, by step: each step's screen has its own.
SAID: Final = {
    "schedule": "Point hebdomadaire",
    "notifications": "vestiaire",
    "news": "Nouvelle 0 du flux",
    "moderation": "honteux",
    "planning": "Concours de Noël",
}
CONFIG: Final = """
timezone = "Europe/Paris"
reply_within = "4h"
[hours]
work = ["mon-fri 09:00-12:30 13:30-17:30"]
[community.bem]
title = "BEM Talents"
keywords = ["alternance"]
quiet = ["mon-fri 09:30-11:30 14:30-16:30"]
[community.sss]
title = "Seeksicksound"
[account.nox]
network = "mastodon"
server = "{nox}"
communities = ["sss"]
secret = {{ env = "TOKEN" }}
[account.bema]
network = "mastodon"
server = "{bema}"
communities = ["bem"]
secret = {{ env = "TOKEN" }}
[calendar.work]
url = "{work}"
community = "bem"
[limits]
deadline = "{deadline}"
"""
RULES: Final = '[rule]\ntone = { when = { word = ["honteux"] }, do = ["hold"], why = "Insulting tone" }\n'


def event(uid: str, start: str, end: str, title: str) -> str:
    return f"BEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:{title}\r\nDTSTART:{start}\r\nDTEND:{end}\r\nEND:VEVENT\r\n"


def ics(*events: str) -> bytes:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


CALENDAR: Final = ics(
    event("w1", "20261102T083000Z", "20261102T090000Z", "Point hebdomadaire"),
    event("w2", "20261102T130000Z", "20261102T140000Z", "Bilan d'octobre"),
    event("w3", "20261102T133000Z", "20261102T143000Z", "Photographe"),
)


def feed(name: str, entries: int = ENTRIES, *, now: datetime = NOW) -> bytes:
    """An RSS feed; its entries' titles and guids are unique among all feeds."""
    items = "".join(
        f"<item><title>Nouvelle {place} du flux {name}</title><guid isPermaLink='false'>{name}-{place}</guid>"
        f"<link>http://{name}.localhost/{place}</link><description>Un mot {name} {place}.</description>"
        f"<pubDate>{format_datetime(now - timedelta(hours=place + 1))}</pubDate></item>"
        for place in range(entries)
    )
    return f"<rss version='2.0'><channel><title>Flux {name}</title>{items}</channel></rss>".encode()


class Ground:
    """A home, and a loopback server for each source that its settings name, while the block lasts.

    The sources are ``feeds``, ``calendar`` and the accounts ``nox`` and ``bema``. ``delay`` seconds pass before each
    answer; ``waiting`` more mentions wait for ``bema``.
    """

    SOURCES: Final = ("calendar", "nox", "bema", "feeds")

    def __init__(
        self, home: Path, *, feeds: int = FEEDS, deadline: str = "5s", delay: float = 0.0, waiting: int = 0
    ) -> None:
        self.home = home
        self.delay = delay
        self.deadline = deadline
        self.names = [f"f{number}" for number in range(feeds)]
        self.timelines = {"nox": asking(), "bema": waiting_for(waiting)}
        self.servers = {source: Loopback() for source in self.SOURCES}
        self._open = {source: ExitStack() for source in self.SOURCES}

    def __enter__(self) -> Self:
        for source, server in self.servers.items():
            self._open[source].enter_context(server)
        self._settle()
        self.answer_well()
        return self

    def __exit__(self, *_: object) -> None:
        for source in self.SOURCES:
            self.stop(source)

    def url(self, source: str, path: str = "", host: str = "") -> str:
        return self.servers[source].url(path, host=f"{host or source}.localhost")

    def _settle(self) -> None:
        os.environ["TOKEN"] = "a-token"
        places = {source: self.url(source) for source in ("nox", "bema")}
        (self.home / "config.toml").write_text(
            CONFIG.format(work=self.url("calendar", "/work.ics"), deadline=self.deadline, **places)
        )
        (self.home / "rules.toml").write_text(RULES)
        (self.home / "feeds.toml").write_text(
            "".join(
                f'[[feed]]\nurl = "{self.url("feeds", "/feed", name)}"\ncommunities = ["bem"]\n' for name in self.names
            )
        )

    def answer_well(self) -> None:
        """Let every server answer as it should."""
        for name in self.names:
            reply = self._late(validated(feed(name), f'"{name}"'))
            self.servers["feeds"].route("/feed", reply, host=f"{name}.localhost")
        self.servers["calendar"].route("/work.ics", self._late(validated(CALENDAR, '"1"', "text/calendar")))
        for account, timeline in self.timelines.items():
            for path in (PATH, ME):
                self.servers[account].route(path, mastodon(timeline, delay=self.delay))

    def _late(self, handler: Handler) -> Handler:
        def answer(received: Received) -> Answer:
            reply = handler(received)
            assert isinstance(reply, Answer)
            return replace(reply, delay=self.delay)

        return answer

    def spoil(self, source: str, reply: Answer) -> None:
        """From now on this source answers so, whatever it is asked."""
        if source == "feeds":
            for name in self.names:
                self.servers[source].route("/feed", reply, host=f"{name}.localhost")
        for path in ("/work.ics", PATH, ME):
            self.servers[source].route(path, reply)

    def stop(self, source: str) -> None:
        """Nobody listens there any more."""
        self._open[source].close()


def asking() -> Timeline:
    """What waits for the account ``nox``: a question and reactions."""
    return timeline_of(
        mention(1001, "Y a-t-il un vestiaire vendredi ?", hours=1), *(like(1002 + one, f"fan{one}") for one in range(3))
    )


def waiting_for(more: int) -> Timeline:
    """What waits for the account ``bema``: a message, something that the rule holds, and ``more`` mentions."""
    return timeline_of(
        *(mention(1000 + one, f"bonjour {one}", hours=-1, name=f"n{one}") for one in range(more)),
        mention(9001, "Ma carte expire jeudi.", hours=2, name="elodie", visibility="direct"),
        mention(9002, "C'est honteux, ce silence.", hours=3, name="gerard"),
    )


def process(*argv: str, **more: str) -> subprocess.Popen[str]:
    """A real cmday in a process of its own."""
    return subprocess.Popen(
        [*PYTHON, *argv],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **more},
        start_new_session=True,
    )


def ended(running: subprocess.Popen[str], seconds: float = 60) -> tuple[int, str, str]:
    """How a process ended, what it wrote, and what it complained of."""
    out, err = running.communicate(timeout=seconds)
    return running.returncode, out, err


def steps_of(told: str | Any) -> dict[str, Any]:
    """The steps of ``start --json`` by name."""
    envelope = json.loads(told) if isinstance(told, str) else told
    return {step["name"]: step for step in envelope["data"]["steps"]}


def holds(name: str, data: Any) -> bool:
    """Whether a step's data is filled from the other side."""
    return SAID[name] in json.dumps(data, ensure_ascii=False)
