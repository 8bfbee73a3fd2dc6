"""A Mastodon-like server as a function: it answers requests for notifications as servers of several kinds do."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from cmday.connectors.protocol import Call, Request, Response

Manner = Literal["mastodon", "grouped", "snac", "stubborn"]
START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
ME = "1"


class Timeline:
    """``mastodon`` pages both ways, ``grouped`` also by API v2; ``snac`` takes min_id for a floor and keeps 64; ``stubborn`` gives its newest 40."""

    def __init__(self, count: int, manner: Manner = "mastodon", *, first: int = 1000) -> None:
        self.manner = manner
        self.entries: list[dict[str, Any]] = []
        self.first = first
        self.own: list[dict[str, Any]] = []
        self.threads: dict[str, dict[str, Any]] = {}
        self.talks: list[dict[str, Any]] | None = None
        self.followers = 7
        self.later = timedelta()
        self.told: list[tuple[str, Any]] = []
        self.add(count)

    def add(self, count: int) -> None:
        for _ in range(count):
            number = self.first + len(self.entries)
            self.entries.append(notification(str(number), at=START + timedelta(seconds=len(self.entries))))

    def __call__(self, step: Request | Call) -> Response:
        assert isinstance(step, Request)
        parts = urlsplit(step.url)
        path, query = parts.path, dict(parse_qsl(parts.query))
        if step.method == "POST":
            self.told.append((path, json.loads(step.body or b"{}")))
            return answer(step, {}, now=self._now())
        found = self._found(path, query)
        status = 404 if found is None else 200
        return answer(step, {"error": "Record not found"} if found is None else found, status=status, now=self._now())

    def _found(self, path: str, query: dict[str, str]) -> Any:
        if path == "/api/v1/notifications":
            return self._page(query)
        if path.startswith("/api/v2/notifications"):
            return self._groups(path, query) if self.manner == "grouped" else None
        if path.endswith("/context"):
            return self.threads.get(path.split("/")[-2])
        low = int(query.get("since_id", 0))
        known: dict[str, Any] = {
            "/api/v1/accounts/verify_credentials": {**person(ME, "sss"), "followers_count": self.followers},
            f"/api/v1/accounts/{ME}/statuses": [one for one in self.own[::-1] if int(one["id"]) > low],
            "/api/v1/conversations": self.talks,
        }
        return known.get(path)

    def _groups(self, path: str, query: dict[str, str]) -> Any:
        """Likes of one post are one group, of which the last two people are shown; all others stand alone."""
        page = self._page(query)
        if path.endswith("/accounts"):
            key = path.split("/")[-2]
            return [one["account"] for one in self.entries if _group_key(one) == key]
        keys = list(dict.fromkeys(_group_key(one) for one in page))
        groups = []
        for key in keys:
            inside = [one for one in page if _group_key(one) == key]
            whole = [one for one in self.entries[::-1] if _group_key(one) == key]
            groups.append(
                {
                    "group_key": key,
                    "notifications_count": len(whole),
                    "type": inside[0]["type"],
                    "most_recent_notification_id": int(whole[0]["id"]),
                    "page_min_id": inside[-1]["id"],
                    "page_max_id": inside[0]["id"],
                    "latest_page_notification_at": inside[0]["created_at"],
                    "sample_account_ids": [one["account"]["id"] for one in whole[:2]],
                    "status_id": inside[0]["status"]["id"] if inside[0]["status"] else None,
                }
            )
        statuses = {one["status"]["id"]: one["status"] for one in page if one["status"]}
        accounts = {one["account"]["id"]: one["account"] for one in self.entries}
        return {"accounts": [*accounts.values()], "statuses": [*statuses.values()], "notification_groups": groups}

    def _now(self) -> datetime:
        return START + timedelta(seconds=len(self.entries)) + self.later

    def _page(self, query: dict[str, str]) -> list[dict[str, Any]]:
        newest_first = self.entries[::-1]
        limit = min(int(query.get("limit", 40)), 80)
        if self.manner == "stubborn":
            return newest_first[:40]
        if self.manner == "snac":
            newest_first = newest_first[:64]
        low, high = int(query.get("min_id", 0)), int(query.get("max_id", 1 << 62))
        there = [entry for entry in newest_first if low < int(entry["id"]) < high]
        return there[-limit:] if "min_id" in query and self.manner in ("mastodon", "grouped") else there[:limit]


def _group_key(entry: dict[str, Any]) -> str:
    likes = entry["type"] == "favourite" and entry["status"]
    return f"favourite-{entry['status']['id']}-495997" if likes else f"ungrouped-{entry['id']}"


def answer(request: Request, body: Any, *, status: int = 200, now: datetime | None = None, **headers: str) -> Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    if now:
        named.append(("date", format_datetime(now, usegmt=True)))
    return Response(url=request.url, status=status, headers=tuple(named), body=raw)


def person(number: str, name: str, display: str = "") -> dict[str, Any]:
    return {"id": number, "acct": name, "display_name": display, "url": f"https://m.example/@{name}"}


def status(number: str, text: str, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "content": f"<p>{text}</p>",
        "visibility": "public",
        "url": f"https://m.example/@x/{number}",
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "spoiler_text": "",
        **more,
    }


def notification(number: str, kind: str = "mention", at: datetime = START, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": kind,
        "created_at": at.isoformat().replace("+00:00", "Z"),
        "account": person("7", "dj_nox@music.example", "DJ Nox"),
        "status": status(f"9{number}", f"hello {number}") if kind != "follow" else None,
        **more,
    }
