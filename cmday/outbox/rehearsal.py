"""``send --dry-run``: the conversation is held up to what would write; that is shown instead of sent.

Reads are really made, for the requests that follow depend on them; nothing is marked, nothing changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from cmday.config.secrets import redact
from cmday.connectors.conversation import Conversation, Ended
from cmday.connectors.protocol import Call, Exchange, Request, Response, Step
from cmday.core.outbox import Outgoing
from cmday.errors import CmdayError
from cmday.outbox import accounts
from cmday.outbox.naming import handles_of, host_of
from cmday.outbox.sending import is_writing
from cmday.session import Session

# What a server says to a text it has taken, as far as a sender may want to go on from there.
_PRETENDED = b'{"id": "0", "url": "", "uri": ""}'


class Rehearsed(msgspec.Struct, frozen=True, kw_only=True):
    """One request that would go out; ``headers`` without those that hold a secret, whose names are in ``secret``."""

    handle: str
    account: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    secret: tuple[str, ...]
    body: str


class RehearsedData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday send --dry-run --json``."""

    requests: tuple[Rehearsed, ...]


def rehearse(
    session: Session, chosen: Sequence[Outgoing], *, given: Mapping[str, str] | None = None
) -> tuple[RehearsedData, list[CmdayError]]:
    """The exact requests that sending these would make, and what kept some from being known.

    ``given`` are handles for what is not in the outbox, and is only thought of.
    """
    errors: list[CmdayError] = []
    given = given or handles_of(session, [one.id for one in chosen])
    seen: dict[str, list[Rehearsed]] = {one.id: [] for one in chosen}
    conversations = []
    for one in chosen:
        try:
            account = session.account(one.account)
            talk = _Rehearsal(session, one, given[one.id], seen[one.id])
            conversations.append(Conversation(key=one.id, talk=talk, host=host_of(account)))
        except CmdayError as error:
            errors.append(error)
    # What a pretended answer led to is no failure: all that would be written is known by then.
    errors += [
        event.error
        for event in session.engine.converse(conversations, sign_in=accounts.once(session.sign_in))
        if isinstance(event, Ended) and event.error and not seen[event.key]
    ]
    return RehearsedData(requests=tuple(each for one in chosen for each in seen[one.id])), errors


class _Rehearsal:
    def __init__(self, session: Session, one: Outgoing, handle: str, seen: list[Rehearsed]) -> None:
        self._session = session
        self._one = one
        self._handle = handle
        self._seen = seen

    def __call__(self) -> Exchange[None]:
        exchange = accounts.carrier(self._session.account(self._one.account), self._one).send(self._one)
        answer: object = None
        error: CmdayError | None = None
        try:
            while True:
                step = exchange.throw(error) if error else exchange.send(answer)
                answer = error = None
                if is_writing(step):
                    answer = self._note(step)
                    continue
                try:
                    answer = yield step
                except CmdayError as thrown:
                    error = thrown
        except StopIteration:
            return
        finally:
            exchange.close()

    def _note(self, step: Step) -> Response | None:
        one = self._one
        if isinstance(step, Call):
            lines = [f"To: {one.to}" if one.to else "", f"Subject: {one.subject}" if one.subject else ""]
            body = "\n".join([*(line for line in lines if line), "", one.text])
            self._seen.append(self._row(step.name.upper(), step.key, body=body))
            return None
        assert isinstance(step, Request)
        self._seen.append(
            self._row(
                step.method,
                step.url,
                headers=step.headers,
                secret=tuple(name for name, _ in step.secret_headers),
                body=_readable(step.body),
            )
        )
        return Response(url=step.url, status=200, headers=(("content-type", "application/json"),), body=_PRETENDED)

    def _row(
        self,
        method: str,
        url: str,
        *,
        headers: tuple[tuple[str, str], ...] = (),
        secret: tuple[str, ...] = (),
        body: str,
    ) -> Rehearsed:
        return Rehearsed(
            handle=self._handle,
            account=self._one.account,
            method=method,
            url=redact(url),
            headers=headers,
            secret=secret,
            body=redact(body),
        )


def _readable(body: bytes | None) -> str:
    """A body as text; of pictures only their size."""
    if not body:
        return ""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return f"({len(body)} bytes)"
