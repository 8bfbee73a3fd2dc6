"""Miniflux as a source: its entries come in, and read marks go both ways (miniflux.app/docs/api.html)."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import msgspec

from cmday.connectors.http import basic, with_query
from cmday.connectors.protocol import Authorised, Exchange, Fetched, Request, Response
from cmday.connectors.rate_limits import expect
from cmday.connectors.social_posts import (
    MOST_POSTS,
    Post,
    entry_of,
    fetched,
    garbled,
    moment,
    read_json,
    tables,
    text_of,
)
from cmday.connectors.source_terms import Terms
from cmday.core.accounts import Account, Credentials
from cmday.core.feeds import Entry, Validators
from cmday.core.time import epoch
from cmday.errors import SignInNeeded
from cmday.i18n import phrase
from cmday.text.addresses import kind_and_rest

_PAGE: Final = 100
_MOST_PAGES: Final = 20
_CHANGED: Final = "changed:"


def fetch(url: str, validators: Validators, terms: Terms) -> Exchange[Fetched]:
    """The unread entries, at first; then those that changed, with what was read there since.

    Marks that changed here are brought there first. Raises ``SignInNeeded``, ``RateLimited``, ``ServerFailed`` and
    ``Garbled``.
    """
    account = terms.account
    if account is None:
        raise SignInNeeded(
            phrase("no source in config.toml is this Miniflux server"),
            phrase('add [source.reader] with kind = "miniflux", its server and an API key: cmday config edit'),
        )
    credentials: Credentials = yield Authorised(account)
    door = _Door(url, account, credentials)
    for status, identities in (("read", terms.read), ("unread", terms.unread)):
        numbers = [int(identity) for identity in identities if identity.isascii() and identity.isdigit()]
        if numbers:
            response: Response = yield door.mark(numbers, status)
            door.expect(response)
    since = (validators.etag or "").removeprefix(_CHANGED)
    known = int(since) if since.isascii() and since.isdigit() else None
    answer = yield from _changed(door, known)
    return msgspec.structs.replace(answer, told_read=terms.read, told_unread=terms.unread)


def _changed(door: _Door, known: int | None) -> Exchange[Fetched]:
    """Pages in the order of their numbers, so that what comes in meanwhile is neither lost nor told twice."""
    responses: list[Response] = []
    found: list[dict[str, Any]] = []
    last = 0
    while len(responses) < _MOST_PAGES:
        wanted = {"changed_after": known} if known is not None else {"status": "unread"}
        response: Response = yield door.get(
            "v1/entries", order="id", direction="asc", limit=_PAGE, after_entry_id=last or None, **wanted
        )
        page = read_json(door.expect(response))
        if not isinstance(page, dict) or "total" not in page:
            raise garbled(response)
        responses.append(response)
        listed = [one for one in tables(page.get("entries")) if isinstance(one.get("id"), int)]
        found += listed
        if len(listed) < _PAGE or listed[-1]["id"] <= last:
            break
        last = listed[-1]["id"]
    found.reverse()
    read = [entry for one in found if one.get("status") == "unread" and (entry := _entry(one, door.base))]
    answer = fetched(
        responses,
        read[:MOST_POSTS],
        title=f"Miniflux, {urlsplit(door.base).netloc}",
        site_url=door.base,
        newest=_newest(found, known),
    )
    marks = tuple((str(one["id"]), one.get("status") == "read") for one in found if one.get("status") != "removed")
    return msgspec.structs.replace(answer, marks=marks, body=msgspec.json.encode((read, marks)))


def _newest(found: list[dict[str, Any]], known: int | None) -> str | None:
    """The moment up to which all is known. Its last second is asked for again: more may have come in it."""
    moments = [epoch(at) for one in found if (at := moment(one.get("changed_at")))]
    newest = max([moment - 1 for moment in moments] + ([known] if known is not None else []), default=None)
    return f"{_CHANGED}{newest}" if newest is not None else None


def _entry(one: dict[str, Any], base: str) -> Entry | None:
    """An entry of Miniflux; whose feed it is stands before its author."""
    author = " · ".join(part for part in (text_of(one, "feed", "title"), text_of(one, "author")) if part)
    return entry_of(
        Post(
            identity=str(one["id"]),
            url=text_of(one, "url"),
            source=text_of(one, "content"),
            author=author,
            at=moment(one.get("published_at")),
            title=text_of(one, "title"),
        ),
        text_of(one, "url") or base,
    )


class _Door:
    """One server with the account that is used there."""

    def __init__(self, url: str, account: Account, credentials: Credentials) -> None:
        parts = urlsplit(kind_and_rest(url)[1])
        self.base = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/") + "/", "", ""))
        self.account = account
        named = credentials.username
        self.shown = basic(named, credentials.secret) if named else ("X-Auth-Token", credentials.secret)

    def get(self, path: str, **query: str | int | None) -> Request:
        return Request(
            url=with_query(self.base + path, **query),
            headers=(("Accept", "application/json"),),
            secret_headers=(self.shown,),
        )

    def mark(self, numbers: list[int], status: str) -> Request:
        """Setting a status twice is setting it once, so this may be repeated."""
        return Request(
            url=self.base + "v1/entries",
            method="PUT",
            headers=(("Content-Type", "application/json"),),
            secret_headers=(self.shown,),
            body=msgspec.json.encode({"entry_ids": numbers, "status": status}),
        )

    def expect(self, response: Response) -> Response:
        hint = phrase("make a new API key in Miniflux, and give it to [source.{name}]", name=self.account.name)
        return expect(response, self.account.name, sign_in_hint=hint)
