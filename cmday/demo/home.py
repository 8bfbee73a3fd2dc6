"""A throw-away home that holds the demo: its settings, and the networks' answers up to a moment."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from cmday.demo.answers import Answers
from cmday.demo.feed_bodies import FORMATS, lines
from cmday.demo.mail_answers import record_mailbox
from cmday.demo.social_answers import Network, record_server
from cmday.demo.trend_answers import trends, trends_url

SOURCES: Final = Path(__file__).parent
ANSWERS: Final = "answers"
COPIED: Final = ("config.toml", "rules.toml")
_CALENDAR_SECONDS: Final = 0.3


class Demo:
    """The demo in one language. ``commands`` are what Robin typed on Friday, before the day that is shown."""

    def __init__(self, language: str) -> None:
        self.folder = SOURCES / language
        self.config = _toml(self.folder / "config.toml")
        self.news: list[dict[str, Any]] = self._told("news.toml")["feed"]
        self.inbox = self._told("inbox.toml")

    @cached_property
    def commands(self) -> list[dict[str, Any]]:
        commands: list[dict[str, Any]] = self._told("friday.toml")["command"]
        return commands

    @property
    def now(self) -> datetime:
        """The moment at which the day begins, and stands still."""
        moment: datetime = self.config["recorded"]["now"]
        return moment

    def settle(self, home: Path) -> None:
        """Write the settings of the home."""
        for name in COPIED:
            (home / name).write_bytes((self.folder / name).read_bytes())
        (home / "feeds.toml").write_text("\n".join(map(_subscription, self.news)), encoding="utf-8")

    def record(self, home: Path, until: datetime) -> None:
        """Write what the networks answer at a moment, in place of what they answered before."""
        answers = Answers(home / ANSWERS, until)
        for number, feed in enumerate(self.news, 1):
            if feed["format"] == "trends":
                answers.json(f"feed-{number}", trends_url(feed), trends(feed, until))
                continue
            render, content_type = FORMATS[feed["format"]]
            body = render(feed, lines(feed, until)).encode()
            answers.page(f"feed-{number}", feed["url"], content_type, body, feed["seconds"])
        for name, calendar in self.config["calendar"].items():
            text = (self.folder / f"{name}.ics").read_text(encoding="utf-8").replace("\n", "\r\n")
            answers.page(f"{name}.ics", calendar["url"], "text/calendar", text.encode(), _CALENDAR_SECONDS)
        network = Network(self.inbox, _toml(SOURCES / "people.toml")["people"], self._accounts("mastodon"))
        for name in network.accounts:
            record_server(answers, network, name)
        for name, table in self._accounts("imap").items():
            record_mailbox(answers, name, table, self.inbox["mail"])
        answers.close()

    def _accounts(self, network: str) -> dict[str, dict[str, Any]]:
        return {name: table for name, table in self.config["account"].items() if table["network"] == network}

    def _told(self, name: str) -> dict[str, Any]:
        """A file of texts, in the typography of its language."""
        told = _toml(self.folder / name)
        return _french(told) if self.folder.name == "fr" else told


def _toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _french(told: Any) -> Any:
    """With the non-breaking spaces that French wants, so that the texts can be typed on any keyboard."""
    if isinstance(told, dict):
        return {name: _french(each) for name, each in told.items()}
    if isinstance(told, list):
        return [_french(each) for each in told]
    if isinstance(told, str):
        return re.sub(r"(?<=«) | (?=[»:])", "\u00a0", re.sub(r" (?=[;!?%])", "\u202f", told))
    return told


def _subscription(feed: dict[str, Any]) -> str:
    communities = f"communities = {json.dumps(feed['communities'])}\n" if "communities" in feed else ""
    return f"[[feed]]\nurl = {json.dumps(feed['url'])}\n{communities}"
