"""A Mastodon-like server as a function: it answers requests for notifications as servers of several kinds do."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from cmday.connectors.protocol import Call, Request, Response

Manner = Literal["mastodon", "snac", "stubborn"]
START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
ME = "1"


class Timeline:
    """``mastodon`` pages both ways; ``snac`` takes min_id for a floor and keeps 64; ``stubborn`` gives its newest 40."""

    def __init__(self, count: int, manner: Manner = "mastodon", *, first: int = 1000) -> None:
        self.manner = manner
        self.entries: list[dict[str, Any]] = []
        self.first = first
        self.add(count)

    def add(self, count: int) -> None:
        for _ in range(count):
            number = self.first + len(self.entries)
            self.entries.append(notification(str(number), at=START + timedelta(seconds=len(self.entries))))

    def __call__(self, step: Request | Call) -> Response:
        assert isinstance(step, Request)
        path = urlsplit(step.url).path
        if path.endswith("/verify_credentials"):
            return answer(step, person(ME, "sss"))
        assert path == "/api/v1/notifications", path
        return answer(step, self._page(dict(parse_qsl(urlsplit(step.url).query))), now=self._now())

    def _now(self) -> datetime:
        return START + timedelta(seconds=len(self.entries))

    def _page(self, query: dict[str, str]) -> list[dict[str, Any]]:
        newest_first = self.entries[::-1]
        limit = min(int(query.get("limit", 40)), 80)
        if self.manner == "stubborn":
            return newest_first[:40]
        if self.manner == "snac":
            newest_first = newest_first[:64]
        low, high = int(query.get("min_id", 0)), int(query.get("max_id", 1 << 62))
        there = [entry for entry in newest_first if low < int(entry["id"]) < high]
        return there[-limit:] if "min_id" in query and self.manner == "mastodon" else there[:limit]


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
