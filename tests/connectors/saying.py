"""Answers as servers of JSON APIs give them, for tests that hold a conversation without a network."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from cmday.connectors.protocol import Call, Request, Response
from tests.connectors.holding import Answer

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def say(step: Request, body: Any, status: int = 200, **headers: str) -> Response:
    """This body as JSON, at ``NOW`` by the server's clock; underscores in names of headers are dashes."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    date = ("date", format_datetime(NOW, usegmt=True))
    return Response(url=step.url, status=status, headers=(*named, date), body=raw)


def always(body: Any, status: int = 200, **headers: str) -> Answer:
    def give(step: Request | Call) -> Response:
        assert isinstance(step, Request)
        return say(step, body, status, **headers)

    return give


def asked_of(step: Request | Call) -> Request:
    assert isinstance(step, Request)
    return step


Scene = Callable[[], Answer]
