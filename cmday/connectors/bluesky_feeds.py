"""Bluesky as a source of news: people, lists and feeds through the public AppView, and what trends, without login.

Search alone wants a sign-in with an app password (docs.bsky.app, app.bsky.feed.searchPosts).
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qs, quote, unquote, urlsplit, urlunsplit

import msgspec

from cmday.connectors.bluesky_api import Xrpc
from cmday.connectors.bluesky_reading import PAGES, entry_of_trend, entry_of_view
from cmday.connectors.http import with_query
from cmday.connectors.protocol import Exchange, Fetched, Request, Response
from cmday.connectors.rate_limits import expect
from cmday.connectors.social_posts import fetched, garbled, read_json, tables, text_of
from cmday.connectors.source_terms import Terms
from cmday.core.accounts import Account
from cmday.core.feeds import Entry, Validators
from cmday.errors import NotFound, SignInNeeded
from cmday.i18n import _, phrase
from cmday.text.addresses import kind_and_rest

_DID: Final = re.compile(r"did:[a-z]+:[\w.:%-]{1,200}", re.ASCII)
_PAGE: Final = 50
_MOST_PAGES: Final = 3
_MOST_TRENDS: Final = 20
_METHODS: Final = {
    "account": "app.bsky.feed.getAuthorFeed",
    "list": "app.bsky.feed.getListFeed",
    "feed": "app.bsky.feed.getFeed",
    "search": "app.bsky.feed.searchPosts",
    "trends": "app.bsky.unspecced.getTrends",
}
_COLLECTIONS: Final = {"list": "app.bsky.graph.list", "feed": "app.bsky.feed.generator"}
_FOLDERS: Final = {"lists": "list", "feed": "feed"}


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What an address names: ``what`` is account, list, feed, search or trends; ``actor`` a handle or DID."""

    base: str
    what: str
    actor: str = ""
    key: str = ""
    did: str | None = None


def place_of(url: str) -> Place:
    """What ``bluesky+https://host`` and a path of bsky.app name, or ``/search?q=`` and ``/trends``.

    The paths are ``/profile/HANDLE``, ``.../lists/KEY`` and ``.../feed/KEY``; ``?did=`` is the person for good,
    whatever the handle becomes.
    """
    parts = urlsplit(kind_and_rest(url)[1])
    base = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    steps = [unquote(step) for step in parts.path.split("/") if step]
    did = query.get("did")
    if steps == ["trends"]:
        return Place(base=base, what="trends")
    if steps == ["search"] and query.get("q"):
        return Place(base=base, what="search", key=query["q"])
    if steps[:1] == ["profile"] and len(steps) == 2:  # noqa: PLR2004  /profile/HANDLE
        return Place(base=base, what="account", actor=steps[1], did=did)
    if steps[:1] == ["profile"] and len(steps) == 4 and steps[2] in _FOLDERS:  # noqa: PLR2004  /profile/HANDLE/feed/KEY
        return Place(base=base, what=_FOLDERS[steps[2]], actor=steps[1], key=steps[3], did=did)
    raise NotFound(
        phrase("{url} names nothing that Bluesky has", url=url),
        phrase("cmday feeds add takes a handle, the address of a list or feed on bsky.app, and bluesky:words"),
        url,
    )


def fetch(url: str, validators: Validators, terms: Terms) -> Exchange[Fetched]:
    """The newest posts of a person, list, feed or search, or what trends; pages until what was known last time.

    Raises ``SignInNeeded`` for a search without an account, ``RateLimited``, ``ServerFailed`` and ``Garbled``.
    """
    place = place_of(url)
    if place.what == "trends":
        response: Response = yield _get(place, "trends", limit=_MOST_TRENDS)
        return _trends(place, response)
    api = None
    if place.what == "search":
        api = yield from _signed_in(terms.account)
    elif place.did is None:
        place = msgspec.structs.replace(place, did=(yield from resolve(place.base, place.actor)))
    return (yield from _posts(place, validators.etag, api))


def resolve(base: str, actor: str) -> Exchange[str]:
    """The DID of a handle; a DID is its own. Raises ``ServerFailed`` for a handle that nobody has."""
    if actor.startswith("did:"):
        return actor
    url = with_query(f"{base}/xrpc/com.atproto.identity.resolveHandle", handle=actor)
    response: Response = yield Request(url=url, headers=(("Accept", "application/json"),))
    if response.status == 400:  # noqa: PLR2004  what the AppView says for an unknown handle
        raise NotFound(
            phrase("nobody on Bluesky is called {handle}", handle=actor), phrase("look it up on bsky.app"), actor
        )
    did = text_of(read_json(expect(response)), "did")
    if not _DID.fullmatch(did):
        raise garbled(response)
    return did


def found_at(place: Place) -> Exchange[tuple[str, str | None, Fetched]]:
    """A person, list or feed: the address to keep, what it is called, and the posts."""
    did = yield from resolve(place.base, place.actor)
    folder = {"list": "/lists/", "feed": "/feed/"}.get(place.what, "")
    address = f"bluesky+{place.base}/profile/{quote(place.actor, safe=':')}{folder}{quote(place.key, safe='')}"
    known = msgspec.structs.replace(place, did=did)
    title = None
    if place.what in _COLLECTIONS:
        title = yield from _name_of(known)
    return f"{address}?did={did}", title, (yield from _posts(known, None, None))


def _name_of(place: Place) -> Exchange[str | None]:
    if place.what == "list":
        url = with_query(f"{place.base}/xrpc/app.bsky.graph.getList", list=_at(place), limit=1)
        names: tuple[str, ...] = ("list", "name")
    else:
        url = with_query(f"{place.base}/xrpc/app.bsky.feed.getFeedGenerator", feed=_at(place))
        names = ("view", "displayName")
    response: Response = yield Request(url=url, headers=(("Accept", "application/json"),))
    return text_of(read_json(expect(response)), *names) or None


def _at(place: Place) -> str:
    return f"at://{place.did}/{_COLLECTIONS[place.what]}/{place.key}"


def _signed_in(account: Account | None) -> Exchange[Xrpc]:
    """What asks with the account's session."""
    if account is None:
        raise SignInNeeded(
            phrase("Bluesky searches only for people who are signed in"),
            phrase('add [source.bluesky] with kind = "bluesky", your handle and an app password: cmday config edit'),
        )
    api = Xrpc(account)
    try:
        yield from api.sign_in()
    except SignInNeeded as refused:
        refused.hint = phrase("make a new app password on bsky.app, and give it to [source.{name}]", name=account.name)
        raise
    return api


def _posts(place: Place, known: str | None, api: Xrpc | None) -> Exchange[Fetched]:
    responses: list[Response] = []
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    read: list[Entry] = []
    while len(responses) < _MOST_PAGES:
        query: dict[str, Any] = {**_query(place), "cursor": cursor}
        asked = api.get(_METHODS[place.what], **query) if api else _asked(_get(place, place.what, **query))
        response: Response = yield from asked
        page = read_json(expect(response, sign_in_hint=_again()))
        name = "posts" if place.what == "search" else "feed"
        if not isinstance(page, dict) or not isinstance(page.get(name), list):
            raise garbled(response)
        responses.append(response)
        listed = tables(page[name])
        found += listed
        read += [entry for view in listed if (entry := entry_of_view(view, own=place.what == "account"))]
        earlier, cursor = cursor, text_of(page, "cursor") or None
        if known is None or not cursor or cursor == earlier or any(entry.identity == known for entry in read):
            break
    if found and not read and not any("reason" in view for view in found):
        raise garbled(responses[0])
    return fetched(
        responses,
        read,
        title=_title(place, found),
        site_url=_page_of(place),
        newest=read[0].identity if read else known,
    )


def _query(place: Place) -> dict[str, str | int]:
    if place.what == "account":
        return {"actor": place.did or place.actor, "filter": "posts_no_replies", "limit": _PAGE}
    if place.what == "search":
        return {"q": place.key, "sort": "latest", "limit": _PAGE}
    return {place.what: _at(place), "limit": _PAGE}


def _trends(place: Place, response: Response) -> Fetched:
    page = read_json(expect(response))
    listed = page.get("trends") if isinstance(page, dict) else None
    if not isinstance(listed, list):
        raise garbled(response)
    read = [entry for one in tables(listed) if (entry := entry_of_trend(one))]
    if listed and not read:
        raise garbled(response)
    host = urlsplit(place.base).netloc
    return fetched([response], read, title=_("Trends, {host}").format(host=host), site_url=PAGES)


def _title(place: Place, found: list[dict[str, Any]]) -> str:
    if place.what == "search":
        return f"Bluesky: {place.key}"
    if place.what != "account":
        return f"{place.actor}, {place.key}"
    return next((name for view in found if (name := _own_name(view, place))), "") or f"@{place.actor}"


def _own_name(view: dict[str, Any], place: Place) -> str:
    author = view.get("post", {}).get("author") if isinstance(view.get("post"), dict) else None
    return text_of(author, "displayName") if text_of(author, "did") == place.did else ""


def _page_of(place: Place) -> str:
    if place.what == "search":
        return with_query(f"{PAGES}/search", q=place.key)
    folder = {"list": "/lists/", "feed": "/feed/"}.get(place.what, "")
    return f"{PAGES}/profile/{quote(place.actor, safe=':')}{folder}{quote(place.key, safe='')}"


def _asked(request: Request) -> Exchange[Response]:
    response: Response = yield request
    return response


def _get(place: Place, what: str, **query: str | int | None) -> Request:
    return Request(
        url=with_query(f"{place.base}/xrpc/{_METHODS[what]}", **query), headers=(("Accept", "application/json"),)
    )


def _again() -> Any:
    return phrase("the sign-in has run out; it is renewed at the next refresh")
