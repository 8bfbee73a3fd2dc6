"""A server of a network that moderates, as far as all are alike: states that it can be in, and what was written."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote

from tests.loopback.answers import Answer, Received
from tests.loopback.server import Loopback

SIGNED_OUT = ({"error": "not_logged_in"}, 401)
REFUSED = ({"error": "no such words here"}, 400)


def answer(body: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(
        status=status, body=json.dumps(body).encode(), headers={"Content-Type": "application/json", **headers}
    )


class Moderated:
    """``read`` and ``carry_out`` of a subclass answer ``(body, status)`` or a body; ``written`` was carried out."""

    signed_out: tuple[Any, int] = SIGNED_OUT
    refused: tuple[Any, int] = REFUSED

    def __init__(self, loopback: Loopback) -> None:
        self.written: list[tuple[str, str, dict[str, Any]]] = []
        self.fault: Callable[[], Answer] | None = None
        self.keeps = False
        self.always: Answer | None = None
        loopback.route("*", self)

    def read(self, path: str, query: dict[str, str]) -> Any:
        raise AssertionError(path, query)

    def carry_out(self, method: str, path: str, told: dict[str, Any]) -> Any:
        raise AssertionError(method, path, told)

    def bring_into(self, scene: str) -> None:
        self.keeps = scene == "closes"
        self.fault = {"closes": lambda: Answer(silent=True), "refuses": lambda: answer(*self.refused)}.get(scene)
        self.always = {
            "garbage": Answer(body=b"<html>welcome to the hotel</html>"),
            "signed-out": answer(*self.signed_out),
            "busy": answer({}, 429, **{"Retry-After": "7"}),
            "fault": answer({}, 500),
        }.get(scene)

    def __call__(self, received: Received) -> Answer:
        if self.always:
            return self.always
        path, query = unquote(received.path), dict(parse_qsl(received.query))
        if received.method == "GET":
            found = self.read(path, query)
            return answer(*found) if isinstance(found, tuple) else answer(found)
        told = {**query, **_told(received)}
        if self.fault is None or self.keeps:
            found = self.carry_out(received.method, path, told)
            if isinstance(found, tuple):
                return answer(*found)
            self.written.append((received.method, path, told))
        return self.fault() if self.fault else answer(found)


def _told(received: Received) -> dict[str, Any]:
    if received.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(received.body.decode()))
    found: dict[str, Any] = json.loads(received.body or b"{}")
    return found
