"""A Mastodon-like server for several accounts that counts what it is given, and can go wrong with it."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import Any
from urllib.parse import parse_qs

from tests.loopback.answers import Answer, Received
from tests.loopback.server import Loopback

TOKEN = "a-token"
STATUSES = "/api/v1/statuses"
# What becomes of a POST: whether the server makes a post of it, and what it says.
Fault = Callable[[], tuple[bool, Answer]]


class PostOffice:
    """Each account has its host; ``lag`` seconds pass between reading a POST and there being a post, and the answer.

    ``faults`` are what becomes of the next POSTs of a host, one each. ``clock`` is how far the server's is ahead.
    """

    def __init__(self, loopback: Loopback, *, lag: float = 0.0) -> None:
        self.loopback = loopback
        self.lag = lag
        self.token = TOKEN
        self.clock = timedelta()
        self.faults: dict[str, list[Fault]] = {}
        self._numbers = itertools.count(100)  # a server never gives a number twice
        self._made: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        loopback.route("*", self)

    def __call__(self, received: Received) -> Answer:
        if received.headers.get("authorization") != f"Bearer {self.token}":
            return self._say({"error": "The access token is invalid"}, 401)
        account = received.host.partition(".")[0]
        if received.path == STATUSES and received.method == "POST":
            return self._post(account, received)
        if received.path.startswith(f"{STATUSES}/"):
            return self._one(received.path.rsplit("/", 1)[1], received.method)
        there: dict[str, Any] = {
            "/api/v1/accounts/verify_credentials": {"id": account, "acct": account},
            f"/api/v1/accounts/{account}/statuses": self.posts(account)[::-1],
            "/api/v2/instance": {"configuration": {"statuses": {"max_characters": 500}}},
            "/api/v1/notifications": [],
        }
        if received.path.endswith("/context"):
            return self._say({"ancestors": [], "descendants": self.posts(account)})
        found = there.get(received.path)
        return self._say({"error": "Record not found"}, 404) if found is None else self._say(found)

    def posts(self, account: str | None = None) -> list[dict[str, Any]]:
        """What is there by now, of an account or of all, in order."""
        with self._lock:
            made = list(self._made)
        return [one for one in made if one["ready"] <= time.monotonic() and account in (None, one["account"]["id"])]

    def texts(self, account: str | None = None) -> list[str]:
        return [one["text"] for one in self.posts(account)]

    def counts(self) -> Counter[str]:
        """How many posts there are, or will be, by text."""
        with self._lock:
            return Counter(one["text"] for one in self._made)

    def asked(self) -> int:
        """How many POSTs came."""
        return self.loopback.count(STATUSES, method="POST")

    def fail(self, account: str, answer: Answer, *, keeps: bool = False, times: int = 1) -> None:
        """Let the next POSTs of an account be answered so; ``keeps``: a post is made of them all the same."""
        self.faults.setdefault(account, []).extend([lambda: (keeps, answer)] * times)

    def add(self, account: str, text: str) -> None:
        """Let there be a post whose answer never came back."""
        self._make(account, {"status": [text], "visibility": ["public"]})

    def _post(self, account: str, received: Received) -> Answer:
        form = parse_qs(received.body.decode())
        faults = self.faults.get(account)
        keeps, answer = faults.pop(0)() if faults else (True, None)
        post = self._make(account, form) if keeps else None
        if answer:
            return answer
        assert post
        return self._say({"id": post["id"], "url": post["url"]}, delay=2 * self.lag)

    def _make(self, account: str, form: dict[str, list[str]]) -> dict[str, Any]:
        text = form["status"][0]
        with self._lock:
            number = str(next(self._numbers))
            post = {
                "id": number,
                "created_at": (datetime.now(UTC) + self.clock).isoformat(),
                "account": {"id": account},
                "content": f"<p>{escape(text)}</p>",
                "text": text,
                "visibility": form["visibility"][0],
                "in_reply_to_id": form.get("in_reply_to_id", [None])[0],
                "reblog": None,
                "url": f"https://{account}.example/@me/{number}",
                "ready": time.monotonic() + self.lag,
            }
            self._made.append(post)
        return post

    def _one(self, number: str, method: str) -> Answer:
        with self._lock:
            found = next((one for one in self._made if one["id"] == number), None)
            if found and method == "DELETE":
                self._made.remove(found)
        return self._say(found) if found else self._say({"error": "Record not found"}, 404)

    def _say(self, body: Any, status: int = 200, *, delay: float = 0.0) -> Answer:
        date = format_datetime(datetime.now(UTC) + self.clock, usegmt=True)
        return Answer(
            status=status,
            body=json.dumps(body).encode(),
            headers={"Date": date, "Content-Type": "application/json"},
            delay=delay,
        )
