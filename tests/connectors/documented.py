"""Servers of networks that no test can reach, as functions made from their documentation, and the scenes they share."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from cmday.connectors.protocol import Call, Request, Response
from tests.connectors.contract import HttpContract
from tests.connectors.holding import Answer

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
Route = Callable[[str, dict[str, str]], Any]


def ago(**spans: float) -> datetime:
    return NOW - timedelta(**spans)


def iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def respond(step: Request, body: Any, status: int = 200, **headers: str) -> Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Response(
        url=step.url, status=status, headers=(*named, ("date", format_datetime(NOW, usegmt=True))), body=raw
    )


def serving(route: Route) -> Answer:
    """A server that answers a path and query with a body, or with a ready ``(body, status, headers)``."""

    def give(step: Request | Call) -> Response:
        assert isinstance(step, Request)
        parts = urlsplit(step.url)
        found = route(parts.path, dict(parse_qsl(parts.query)))
        if isinstance(found, tuple):
            body, status, headers = found
            return respond(step, body, status, **headers)
        return respond(step, found)

    return give


def refusing(body: Any, status: int, **headers: str) -> Answer:
    """A server that answers all alike."""
    return serving(lambda _path, _query: (body, status, headers))


class DocumentedContract(HttpContract):
    """Scenes by ``server``; ``signed_out`` and ``patience`` are what this network answers then."""

    signed_out: ClassVar[tuple[Any, int, dict[str, str]]] = ({}, 401, {})
    patience: ClassVar[tuple[Any, int, dict[str, str]]] = ({}, 429, {"retry_after": "30"})

    def server(self, count: int) -> Answer:
        """A server with so many notifications waiting."""
        raise AssertionError(count)

    def malformed(self) -> Answer:
        """A server with one notification that can be read, among others."""
        raise AssertionError

    def answers(self, scene: str) -> Answer:
        if scene in ("garbage", "signed-out", "patience"):
            refusal = {
                "garbage": (b"<html>welcome to the hotel</html>", 200, {}),
                "signed-out": self.signed_out,
                "patience": self.patience,
            }[scene]
            return serving(lambda _path, _query: refusal)
        if scene == "malformed":
            return self.malformed()
        return self.server({"few": 3, "empty": 0, "many": self.many}[scene])
