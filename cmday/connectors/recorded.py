"""An engine without a network: conversations are answered from a folder of recorded answers.

The folder holds ``answers.json``, a list of ``Recording``s, and the files that they name. What is recorded passes
through the same connectors and steps as the real thing; nothing in them knows the difference.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import msgspec

from cmday.connectors.conversation import Conversation, Ended, Event, Heard
from cmday.connectors.protocol import Authorised, Call, Exchange, Partial, Request, Response, SignIn
from cmday.core.accounts import Credentials
from cmday.errors import CmdayError, NetworkError, StorageError, TimedOut, Unreachable
from cmday.i18n import phrase

INDEX: Final = "answers.json"
ANY: Final = "*"
_VALIDATORS: Final = {"etag": "if-none-match", "last-modified": "if-modified-since"}


class Recording(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One recorded answer: to a request (``url``, ``method``, ``query``) or to a call (``call``, ``key``).

    ``query`` holds the parameters that a request must have, ``*`` for any value; of several fitting answers the one
    that asks most is taken. ``file`` is the body, beside the index. ``value`` is what a call returns; in it
    ``{"file": NAME}`` stands for the bytes of that file. ``error`` is a transport failure, ``seconds`` how long it
    took.
    """

    url: str = ""
    method: str = "GET"
    query: dict[str, str] = {}
    status: int = 200
    headers: dict[str, str] = {}
    file: str | None = None
    call: str = ""
    key: str = ""
    value: Any = None
    error: Literal["unreachable", "timeout"] | None = None
    seconds: float = 0.0


class Replayer:
    """Drives conversations from recorded answers, in the order in which they would have arrived; sleeps never."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)
        self._requests: dict[tuple[str, str], list[tuple[dict[str, str], Recording]]] = {}
        self._calls: dict[tuple[str, str], Recording] = {}
        for recording in _read(self.folder / INDEX):
            if recording.call:
                self._calls[recording.call, recording.key] = recording
            else:
                plain, asks = _without_query(recording.url)
                self._requests.setdefault((recording.method, plain), []).append((asks | recording.query, recording))

    def converse(
        self,
        conversations: Iterable[Conversation],
        *,
        sign_in: SignIn,  # noqa: ARG002  recorded answers ask for no secret
        budget: float | None = None,  # noqa: ARG002  recorded time costs none
    ) -> Iterator[Event]:
        """Hold the conversations; see ``conversation.Engine``. Nobody signs in, and recorded time is not bounded."""
        order = count()
        queue = [_Held(0.0, next(order), held.key, held.talk()) for held in conversations]
        while queue:
            held = heapq.heappop(queue)
            yield from self._advance(held)
            if not held.over:
                held.place = next(order)
                heapq.heappush(queue, held)

    def _advance(self, held: _Held) -> Iterator[Event]:
        """Go on with one conversation to its next part or its end, or until recorded time has passed."""
        while True:
            try:
                step = held.exchange.throw(held.sent) if held.failed else held.exchange.send(held.sent)
            except StopIteration as stop:
                held.over = True
                yield Heard(held.key, stop.value, last=True)
                yield Ended(held.key, None, held.seconds)
                return
            except CmdayError as error:
                held.over = True
                yield Ended(held.key, error, held.seconds)
                return
            held.sent, held.failed = None, False
            if isinstance(step, Partial):
                yield Heard(held.key, step.value, last=False)
                continue
            before = held.seconds
            self._answer(step, held)
            if held.seconds > before:
                return

    def _answer(self, step: Authorised | Call | Request, held: _Held) -> None:
        if isinstance(step, Authorised):
            held.sent = Credentials(getattr(step.account, "username", None), "recorded")
            return
        recording = self._find(step)
        if recording is None:
            held.sent, held.failed = _unrecorded(step), True
            return
        held.seconds += recording.seconds
        if recording.error:
            held.sent, held.failed = _failure(recording.error, step), True
        elif isinstance(step, Call):
            held.sent = self._value(recording.value)
        else:
            held.sent = self._response(step, recording)

    def _find(self, step: Call | Request) -> Recording | None:
        if isinstance(step, Call):
            return self._calls.get((step.name, step.key)) or self._calls.get((step.name, ANY))
        plain, asked = _without_query(step.url)
        fitting = [
            (len(asks), recording)
            for asks, recording in self._requests.get((step.method, plain), ())
            if all(name in asked and value in (ANY, asked[name]) for name, value in asks.items())
        ]
        return max(fitting, key=lambda fits: fits[0])[1] if fitting else None

    def _response(self, request: Request, recording: Recording) -> Response:
        headers = {name.lower(): value for name, value in recording.headers.items()}
        known = {name.lower(): value for name, value in request.headers}
        unchanged = any(
            validator in headers and known.get(asked) == headers[validator] for validator, asked in _VALIDATORS.items()
        )
        body = b"" if unchanged or recording.file is None else self._bytes(recording.file)
        return Response(
            url=request.url,
            status=304 if unchanged else recording.status,
            headers=tuple(headers.items()),
            body=body,
            seconds=recording.seconds,
        )

    def _value(self, value: Any) -> Any:
        """A recorded value, with the bytes of the files it names."""
        if isinstance(value, dict):
            if value.keys() == {"file"}:
                return self._bytes(value["file"])
            return {name: self._value(each) for name, each in value.items()}
        return [self._value(each) for each in value] if isinstance(value, list) else value

    def _bytes(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()


class _Held:
    """One conversation on its way: where it stands in recorded time, and what it is to be sent next."""

    __slots__ = ("exchange", "failed", "key", "over", "place", "seconds", "sent")

    def __init__(self, seconds: float, place: int, key: str, exchange: Exchange[Any]) -> None:
        self.seconds = seconds
        self.place = place
        self.key = key
        self.exchange = exchange
        self.sent: Any = None
        self.failed = False
        self.over = False

    def __lt__(self, other: _Held) -> bool:
        return (self.seconds, self.place) < (other.seconds, other.place)


def _read(index: Path) -> list[Recording]:
    try:
        return msgspec.json.decode(index.read_bytes(), type=list[Recording])
    except (OSError, msgspec.DecodeError) as error:
        raise StorageError(
            phrase("the recorded answers cannot be read: {reason}", reason=error),
            phrase("cmday demo --fresh makes the demo anew"),
            str(index),
        ) from error


def _without_query(url: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="", fragment="")), dict(parse_qsl(parts.query, keep_blank_values=True))


def _failure(kind: str, step: Call | Request) -> NetworkError:
    if kind == "timeout":
        return TimedOut(phrase("no answer from {name} in time", name=_name(step)))
    return Unreachable(phrase("no connection to {name}", name=_name(step)))


def _unrecorded(step: Call | Request) -> NetworkError:
    return Unreachable(
        phrase("nothing is recorded for {name}", name=_name(step)),
        phrase("recorded answers stand in for the network here; a home without [recorded] asks for real"),
    )


def _name(step: Call | Request) -> str:
    return step.name if isinstance(step, Call) else urlsplit(step.url).hostname or step.url
