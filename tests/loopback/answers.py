"""What the loopback server answers, and the ways in which an answer can be wrong."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Received:
    """A request as it came; header names are lower-case, ``at`` is monotonic seconds, ``connection`` counts from 1."""

    method: str
    path: str
    query: str
    host: str
    headers: dict[str, str]
    body: bytes
    at: float
    connection: int


@dataclass(frozen=True)
class Answer:
    """A response and how it is sent; seconds.

    ``delay`` waits before it, ``drip`` sends the body in pieces of (bytes, pause), ``cut_after`` closes after so many
    bytes of the body, ``reset`` makes that a TCP reset, ``length`` is a Content-Length that may lie, ``chunked`` leaves
    it out, ``silent`` closes (or, with ``never``, hangs) without a word, ``raw`` is sent instead of everything.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drip: tuple[int, float] | None = None
    cut_after: int | None = None
    reset: bool = False
    length: int | None = None
    chunked: bool = False
    silent: bool = False
    never: bool = False
    raw: bytes | None = None


Handler = Callable[[Received], "Answer | bytes | str"]
Reply = Answer | bytes | str | Handler


def redirect(location: str, status: int = 302) -> Answer:
    """A redirect."""
    return Answer(status=status, headers={"Location": location})


def busy(status: int, retry_after: str | None = None) -> Answer:
    """A refusal that may ask for patience (429, 503)."""
    return Answer(status=status, headers={"Retry-After": retry_after} if retry_after else {}, body=b"no")


def gzip_bomb(size: int) -> Answer:
    """A few kilobytes that unpack to ``size`` bytes."""
    return Answer(body=gzip.compress(bytes(size)), headers={"Content-Encoding": "gzip", "Content-Type": "text/xml"})


def validated(body: bytes, etag: str, content_type: str = "application/rss+xml") -> Handler:
    """A body with an ETag, and 304 for whoever shows it."""

    def answer(received: Received) -> Answer:
        headers = {"ETag": etag, "Content-Type": content_type}
        if received.headers.get("if-none-match") == etag:
            return Answer(status=304, headers=headers)
        return Answer(body=body, headers=headers)

    return answer


def behind_basic(username: str, password: str, reply: Answer) -> Handler:
    """An answer for whoever shows this name and password; 401 for the others."""
    wanted = "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()

    def answer(received: Received) -> Answer:
        if received.headers.get("authorization") == wanted:
            return reply
        return Answer(status=401, headers={"WWW-Authenticate": 'Basic realm="loopback"'})

    return answer


def behind_bearer(token: str, reply: Answer) -> Handler:
    """An answer for whoever shows this token; 401 for the others."""

    def answer(received: Received) -> Answer:
        return reply if received.headers.get("authorization") == f"Bearer {token}" else Answer(status=401)

    return answer


def in_turn(*replies: Answer) -> Handler:
    """These answers one after the other; the last one stays."""
    rest = list(replies)

    def answer(_received: Received) -> Answer:
        return rest.pop(0) if len(rest) > 1 else rest[0]

    return answer
