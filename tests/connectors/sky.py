"""Bluesky as a function: notifications, own posts, threads and messages as its servers answer them.

Written from docs.bsky.app (app.bsky.notification.listNotifications, app.bsky.feed.*, chat.bsky.convo.*), November 2026,
and held against the real PDS and AppView by tests/servers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cmday.connectors.protocol import Call, Request, Response

START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
ME = "did:plc:ana"
HANDLE = "ana.test"


def iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def author(name: str) -> dict[str, Any]:
    return {"did": f"did:plc:{name}", "handle": f"{name}.test", "displayName": name.title()}


def post_view(name: str, key: str, text: str, at: datetime = START, **record: Any) -> dict[str, Any]:
    return {
        "uri": f"at://did:plc:{name}/app.bsky.feed.post/{key}",
        "cid": f"cid-{key}",
        "author": author(name),
        "record": {"$type": "app.bsky.feed.post", "text": text, "createdAt": iso(at), **record},
        "indexedAt": iso(at),
    }


def reply_to(uri: str, root: str | None = None) -> dict[str, Any]:
    return {"root": {"uri": root or uri, "cid": "c"}, "parent": {"uri": uri, "cid": "c"}}


def notice(number: int, reason: str = "mention", at: datetime | None = None, **more: Any) -> dict[str, Any]:
    collection = {"like": "app.bsky.feed.like", "repost": "app.bsky.feed.repost", "follow": "app.bsky.graph.follow"}
    where = collection.get(reason, "app.bsky.feed.post")
    return {
        "uri": f"at://did:plc:bruno/{where}/n{number}",
        "cid": f"cid-{number}",
        "author": author("bruno"),
        "reason": reason,
        "record": {"$type": where, "text": f"hello {number}", "createdAt": iso(START)},
        "isRead": False,
        "indexedAt": iso(at or START + timedelta(seconds=number)),
        **more,
    }


class Sky:
    """A PDS with an AppView behind it. ``entries`` are notifications in any order; ``posts`` what exists of posts."""

    def __init__(self, count: int = 0) -> None:
        self.entries: list[dict[str, Any]] = [notice(number) for number in range(count)]
        self.posts: dict[str, dict[str, Any]] = {}
        self.own: list[dict[str, Any]] = []
        self.threads: dict[str, Any] = {}
        self.convos: list[dict[str, Any]] | None = None
        self.messages: dict[str, list[dict[str, Any]]] = {}
        self.followers = 7
        self.now = START + timedelta(hours=1)
        self.told: list[tuple[str, Any]] = []

    def add(self, count: int) -> None:
        self.entries += [notice(len(self.entries) + number) for number in range(count)]

    def __call__(self, step: Request | Call) -> Response:
        assert isinstance(step, Request)
        parts = urlsplit(step.url)
        method, query = parts.path.removeprefix("/xrpc/"), parse_qs(parts.query)
        if step.method == "POST":
            self.told.append((method, json.loads(step.body or b"{}")))
            return self.answer(step, {})
        status, body = self.give(method, query)
        return self.answer(step, body, status)

    def answer(self, step: Request, body: Any, status: int = 200) -> Response:
        headers = (("date", format_datetime(self.now, usegmt=True)),)
        return Response(url=step.url, status=status, headers=headers, body=json.dumps(body).encode())

    def give(self, method: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        if method.startswith("chat.bsky."):
            return self._chat(method, query)
        known: dict[str, Callable[[], Any]] = {
            "com.atproto.server.getSession": lambda: {"handle": HANDLE, "did": ME},
            "app.bsky.notification.listNotifications": lambda: self._list(query),
            "app.bsky.feed.getPosts": lambda: {
                "posts": [self.posts[one] for one in query["uris"] if one in self.posts]
            },
            "app.bsky.feed.getAuthorFeed": lambda: {"feed": [{"post": one} for one in self.own[::-1]]},
            "app.bsky.feed.getPostThread": lambda: {"thread": self._thread(query["uri"][0])},
            "app.bsky.actor.getProfile": lambda: {"did": ME, "followersCount": self.followers},
        }
        return 200, known[method]()

    def _thread(self, uri: str) -> Any:
        return self.threads.get(uri, {"$type": "app.bsky.feed.defs#notFoundPost", "uri": uri})

    def _list(self, query: dict[str, list[str]]) -> dict[str, Any]:
        limit, cursor = int(query["limit"][0]), query.get("cursor", [""])[0]
        newest_first = sorted(self.entries, key=lambda one: str(one.get("indexedAt")), reverse=True)
        below = [one for one in newest_first if not cursor or str(one.get("indexedAt")) < cursor]
        page = below[:limit]
        more = {"cursor": page[-1]["indexedAt"]} if len(below) > limit else {}
        return {"notifications": page, **more}

    def _chat(self, method: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        if self.convos is None:
            return 400, {"error": "InvalidToken", "message": "Bad token method"}
        if method == "chat.bsky.convo.listConvos":
            return 200, {"convos": self.convos}
        listed = self.messages[query["convoId"][0]][::-1]
        first = int(query.get("cursor", ["0"])[0])
        page = listed[first : first + int(query["limit"][0])]
        more = {"cursor": str(first + len(page))} if first + len(page) < len(listed) else {}
        return 200, {"messages": page, **more}
