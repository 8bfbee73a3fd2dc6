"""Looks whether something is on a Mastodon server already: by its text, what it answers and when it was written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from cmday.connectors.http import parse_http_date
from cmday.connectors.mastodon_api import MastodonApi
from cmday.connectors.mastodon_reading import Id, aware, native_id
from cmday.connectors.protocol import Exchange, Response
from cmday.core.accounts import Credentials
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import Uncertain
from cmday.i18n import Phrase, phrase
from cmday.text.mentions import addressed, essence
from cmday.text.plain import plain

PAGE: Final = 40
MOST_PAGES: Final = 5
# A server may be slow to make a post of what it has read: until then, not to be there means nothing.
SETTLE: Final = timedelta(minutes=2)
# How far apart two clocks may be that nobody has noticed.
SLACK: Final = timedelta(minutes=10)
_NOT_THERE: Final = frozenset({403, 404, 410})
_HIDDEN: Final = frozenset({"direct", "private"})


class _Author(msgspec.Struct, frozen=True):
    id: Id


class _Written(msgspec.Struct, frozen=True):
    id: Id
    created_at: datetime
    account: _Author
    content: str | None = None
    visibility: str | None = None
    url: str | None = None
    uri: str | None = None
    in_reply_to_id: Id | None = None
    reblog: Any = None


class _Context(msgspec.Struct, frozen=True):
    descendants: list[Any]


class Search:
    """One look for one outgoing item; ``taken`` are ids that belong to others."""

    def __init__(self, api: MastodonApi, credentials: Credentials, outgoing: Outgoing, taken: frozenset[str]) -> None:
        self.api = api
        self.credentials = credentials
        self.outgoing = outgoing
        self.taken = taken
        self.wanted = essence(addressed(outgoing.text, outgoing.to))
        self.me = ""
        self.now: datetime | None = None

    def talk(self) -> Exchange[Sent | None]:
        """What is there; None where it is surely not, raises ``Uncertain`` where that cannot be told."""
        person = yield from self.api.me(self.credentials)
        self.me = str(person.id)
        found = (yield from self._below(self.outgoing.reply_to)) if self.outgoing.reply_to else None
        if found is None:
            found = yield from self._among_own()
        if found is not None:
            return found
        if self._hidden and not self.outgoing.reply_to:
            raise self._uncertain(phrase("the server does not list what only a few may read"))
        began = self._began()
        if began and self.now and self.now < began + SETTLE:
            raise self._uncertain(phrase("it is too soon to tell: the server may still be at work on it"))
        return None

    def _below(self, answered: str) -> Exchange[Sent | None]:
        """Among the answers to what it answers, where those that only a few may read are found as well."""
        response: Response = yield self.api.get(self.credentials, f"/api/v1/statuses/{answered}/context")
        if response.status in _NOT_THERE:
            if self._hidden:
                raise self._uncertain(phrase("what it answers is gone, and the answers with it"))
            return None
        return self._match(self._read(response, _Context).descendants)

    def _among_own(self) -> Exchange[Sent | None]:
        """Among one's own posts, newest first, down to when the sending began."""
        before: str | None = None
        for _ in range(MOST_PAGES):
            response: Response = yield self.api.get(
                self.credentials,
                f"/api/v1/accounts/{self.me}/statuses",
                limit=PAGE,
                exclude_reblogs="true",
                max_id=before,
            )
            entries = self._read(response, list[Any])
            found = self._match(entries)
            ids = [one for entry in entries if (one := native_id(entry))]
            if found or not ids or ids[-1] == before or self._reaches(entries):
                return found
            before = ids[-1]
        raise self._uncertain(phrase("too much was posted since to find it"))

    def _read(self, response: Response, shape: Any) -> Any:
        self.now = parse_http_date(response.header("date") or "") or datetime.now(UTC)
        return self.api.read(response, shape)

    def _match(self, entries: list[Any]) -> Sent | None:
        floor = self._floor()
        for one in _readable(entries):
            ours = str(one.account.id) == self.me and one.reblog is None and str(one.id) not in self.taken
            if ours and (floor is None or aware(one.created_at) >= floor) and self._alike(one):
                return Sent(id=str(one.id), url=one.url or one.uri)
        return None

    def _alike(self, one: _Written) -> bool:
        answered = None if one.in_reply_to_id is None else str(one.in_reply_to_id)
        # A server that no longer has what is answered makes a post of its own of the answer.
        fits = answered == self.outgoing.reply_to or (answered is None and self.outgoing.kind == "reply")
        shown = self._hidden and one.visibility not in (None, *_HIDDEN)
        return fits and not shown and essence(plain(one.content or "")) == self.wanted

    def _reaches(self, entries: list[Any]) -> bool:
        """Whether the oldest of them is older than what is looked for."""
        floor = self._floor()
        return floor is not None and any(aware(one.created_at) < floor for one in list(_readable(entries))[-2:])

    @property
    def _hidden(self) -> bool:
        return self.outgoing.visibility in _HIDDEN

    def _began(self) -> datetime | None:
        """When the sending began, by the server's clock as far as it can be told; never in its future."""
        if self.outgoing.began is None or self.now is None:
            return None
        return min(self.outgoing.began + (self.now - datetime.now(UTC)), self.now)

    def _floor(self) -> datetime | None:
        began = self._began()
        return began - SLACK if began else None

    def _uncertain(self, why: Phrase) -> Uncertain:
        return Uncertain(
            phrase(
                'whether it is on the server of "{account}" cannot be told: {why}',
                account=self.api.account.name,
                why=why,
            ),
            phrase("look there yourself, then send it again or drop it: cmday outbox"),
            self.api.account.name,
        )


def _readable(entries: list[Any]) -> Iterator[_Written]:
    for entry in entries:
        try:
            yield msgspec.convert(entry, _Written)
        except (msgspec.ValidationError, OverflowError):
            continue
