"""A throw-away home that holds the demo: its settings, and the networks' answers up to a moment."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import msgspec

from cmday.connectors.recorded import ANY, INDEX, Recording
from cmday.demo.feed_bodies import FORMATS, lines
from cmday.demo.social_answers import Network

SOURCES: Final = Path(__file__).parent
ANSWERS: Final = "answers"
COPIED: Final = ("config.toml", "rules.toml")
_CALENDAR_TYPE: Final = "text/calendar; charset=utf-8"


class Demo:
    """The demo in one language. ``commands`` are what Robin typed on Friday, before the day that is shown."""

    def __init__(self, language: str) -> None:
        self.folder = SOURCES / language
        self.config = tomllib.loads((self.folder / "config.toml").read_text(encoding="utf-8"))
        self.news = self._toml("news.toml")["feed"]
        self.inbox = self._toml("inbox.toml")

    @cached_property
    def commands(self) -> list[dict[str, Any]]:
        commands: list[dict[str, Any]] = self._toml("friday.toml")["command"]
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
        folder = home / ANSWERS
        folder.mkdir(mode=0o700, exist_ok=True)
        made: list[Recording] = []
        for name, recording, body in (*self._feeds(until), *self._calendars(), *self._accounts(until)):
            if body is not None:
                (folder / name).write_bytes(body)
            made.append(recording)
        (folder / INDEX).write_bytes(msgspec.json.encode(made))

    def _feeds(self, until: datetime) -> Iterator[tuple[str, Recording, bytes]]:
        for number, feed in enumerate(self.news, 1):
            render, content_type = FORMATS[feed["format"]]
            body = render(feed, lines(feed, until)).encode()
            name = f"feed-{number}"
            headers = {"content-type": content_type, "etag": _etag(body)}
            yield name, Recording(url=feed["url"], file=name, headers=headers, seconds=feed["seconds"]), body

    def _calendars(self) -> Iterator[tuple[str, Recording, bytes]]:
        for name, calendar in self.config["calendar"].items():
            text = (self.folder / f"{name}.ics").read_text(encoding="utf-8")
            body = text.replace("\n", "\r\n").encode()
            headers = {"content-type": _CALENDAR_TYPE, "etag": _etag(body)}
            yield f"{name}.ics", Recording(url=calendar["url"], file=f"{name}.ics", headers=headers, seconds=0.3), body

    def _accounts(self, until: datetime) -> Iterator[tuple[str, Recording, bytes | None]]:
        accounts = self.config["account"]
        social = {name: table for name, table in accounts.items() if table["network"] == "mastodon"}
        network = Network(self.inbox, self._people(), social)
        failing = {table["account"]: table for table in self.inbox["failing"] if table["since"] <= until}
        for name, table in social.items():
            server = table["server"].rstrip("/")
            if name in failing:
                url = f"{server}/api/v1/notifications"
                yield name, Recording(url=url, status=failing[name]["status"], seconds=1.2), None
                continue
            yield _json(f"{name}-self", f"{server}/api/v1/accounts/verify_credentials", {}, network.own(name), until)
            for query, answer in _pages(network.told(name, until)):
                file = "-".join((name, "page", *query))
                yield _json(file, f"{server}/api/v1/notifications", query, answer, until)

    def _people(self) -> dict[str, Any]:
        people: dict[str, Any] = tomllib.loads((SOURCES / "people.toml").read_text(encoding="utf-8"))["people"]
        return people

    def _toml(self, name: str) -> dict[str, Any]:
        text = (self.folder / name).read_text(encoding="utf-8")
        return tomllib.loads(_french_spaces(text) if self.folder.name == "fr" else text)


def _pages(told: list[dict[str, Any]]) -> Iterator[tuple[dict[str, str], list[dict[str, Any]]]]:
    """What a server answers: the newest page, nothing older and nothing newer, and the one just above the oldest."""
    yield {}, told
    yield {"max_id": ANY}, []
    yield {"min_id": ANY}, []
    if len(told) > 1:
        yield {"min_id": told[-1]["id"], "limit": "1"}, [told[-2]]


def _json(name: str, url: str, query: dict[str, str], answer: object, until: datetime) -> tuple[str, Recording, bytes]:
    body = json.dumps(answer, ensure_ascii=False).encode()
    headers = {"content-type": "application/json; charset=utf-8", "date": format_datetime(until)}
    return name, Recording(url=url, query=query, file=name, headers=headers, seconds=0.35), body


def _subscription(feed: dict[str, Any]) -> str:
    communities = f"communities = {json.dumps(feed['communities'])}\n" if "communities" in feed else ""
    return f"[[feed]]\nurl = {json.dumps(feed['url'])}\n{communities}"


def _french_spaces(text: str) -> str:
    """Non-breaking spaces where French typography wants them, so that the sources can be typed on any keyboard."""
    return re.sub(r"(?<=«) | (?=[»:])", "\u00a0", re.sub(r" (?=[;!?%])", "\u202f", text))


def _etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:16]}"'
