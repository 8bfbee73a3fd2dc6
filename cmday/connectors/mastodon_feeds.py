"""Mastodon as a source of news, without login: a person's posts, those of a hashtag, and what trends.

Servers decide what they show to whom (docs.joinmastodon.org/methods/timelines): where one wants a sign-in, or speaks
only a part of the API, its RSS is what is left, and that is a feed like any other.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qs, quote, unquote, urlsplit, urlunsplit

import msgspec

from cmday.connectors.http import OK_FIRST, OK_LAST, with_query
from cmday.connectors.protocol import Exchange, Fetched, Request, Response
from cmday.connectors.rate_limits import expect
from cmday.connectors.social_posts import (
    Card,
    Post,
    count_of,
    entry_of,
    fetched,
    garbled,
    moment,
    read_json,
    tables,
    text_of,
)
from cmday.core.feeds import Entry, Validators
from cmday.errors import CmdayError, Garbled, NotFound
from cmday.i18n import _, phrase
from cmday.text.addresses import kind_and_rest

_PAGE: Final = 40
_MOST_PAGES: Final = 3
_MOST_TRENDS: Final = 20
_WEEK: Final = 8
_LONGEST_NUMBER: Final = 200


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What an address names on a server: ``base`` is the server, ``what`` is account, tag, links or tags."""

    base: str
    what: str
    name: str = ""
    number: str | None = None


def place_of(url: str) -> Place:
    """What ``mastodon+https://host/@user``, ``/tags/word``, ``/trends/links`` and ``/trends/tags`` name."""
    parts = urlsplit(kind_and_rest(url)[1])
    base = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
    steps = [unquote(step) for step in parts.path.split("/") if step]
    if len(steps) == 1 and steps[0].startswith("@"):
        number = parse_qs(parts.query).get("id", [None])[0]
        return Place(base=base, what="account", name=steps[0][1:], number=number)
    if steps[:1] == ["tags"] and steps[1:]:
        return Place(base=base, what="tag", name=steps[1])
    if steps in (["trends", "links"], ["trends", "tags"]):
        return Place(base=base, what=steps[1])
    raise NotFound(
        phrase("{url} names nothing that Mastodon has", url=url),
        phrase("cmday feeds add takes @user@host, #tag@host and trends:host"),
        url,
    )


def fetch(url: str, validators: Validators) -> Exchange[Fetched]:
    """The newest public posts at an address, or what trends; pages are read until what was known last time.

    Raises ``SignInNeeded`` where the server shows them to nobody who is not signed in, ``RateLimited``,
    ``ServerFailed`` and ``Garbled``.
    """
    place = place_of(url)
    if place.what in ("links", "tags"):
        answer: Response = yield _get(f"{place.base}/api/v1/trends/{place.what}", limit=_MOST_TRENDS)
        return _trends(place, expect(answer, sign_in_hint=_wants_sign_in()))
    if place.what == "account" and place.number is None:
        place = msgspec.structs.replace(place, number=(yield from account_number(place.base, place.name)))
    return (yield from _posts(place, validators.etag))


def account_number(base: str, name: str) -> Exchange[str]:
    """The number by which a server knows a person of its own."""
    response: Response = yield _get(f"{base}/api/v1/accounts/lookup", acct=name)
    found = read_json(expect(response, sign_in_hint=_wants_sign_in()))
    numbers = _numbers(tables([found]))
    if not numbers:
        raise garbled(response)
    return numbers[0]


def _numbers(found: list[dict[str, Any]]) -> list[str]:
    """The numbers of what is listed, as words that may stand in an address."""
    numbers = [str(one["id"]) for one in found if isinstance(one.get("id"), str | int)]
    return [number for number in numbers if 1 <= len(number) <= _LONGEST_NUMBER]


def posts_url(place: Place) -> str:
    """The address of the API that lists these posts, newest first."""
    if place.what == "tag":
        return with_query(f"{place.base}/api/v1/timelines/tag/{quote(place.name, safe='')}", limit=_PAGE)
    path = f"{place.base}/api/v1/accounts/{quote(place.number or '', safe='')}/statuses"
    return with_query(path, limit=_PAGE, exclude_replies="true", exclude_reblogs="true")


def _posts(place: Place, known: str | None) -> Exchange[Fetched]:
    responses: list[Response] = []
    found: list[dict[str, Any]] = []
    last: str | None = None
    while len(responses) < _MOST_PAGES:
        response: Response = yield _get(posts_url(place), max_id=last)
        page = read_json(expect(response, sign_in_hint=_wants_sign_in()))
        if not isinstance(page, list):
            raise garbled(response)
        responses.append(response)
        listed = tables(page)
        found += listed
        numbers = _numbers(listed)
        if known is None or not numbers or known in numbers or numbers[-1] == last or len(page) < _PAGE:
            break
        last = numbers[-1]
    own = [status for status in found if place.what == "tag" or not _of_another(status, place.number)]
    read = [entry for status in own if (entry := _entry(status, place.base))]
    if own and not read:
        raise garbled(responses[0])
    numbers = _numbers(found)
    return fetched(
        responses,
        read,
        title=_title(place, found),
        site_url=f"{place.base}/@{place.name}" if place.what == "account" else f"{place.base}/tags/{place.name}",
        newest=numbers[0] if numbers else known,
    )


def _of_another(status: dict[str, Any], number: str | None) -> bool:
    """Whether a person only passed this on (servers were asked to leave such posts out, and not all do)."""
    inner = status.get("reblog")
    account = inner.get("account") if isinstance(inner, dict) else None
    return isinstance(account, dict) and str(account.get("id")) != number


def _entry(status: dict[str, Any], base: str) -> Entry | None:
    """A status as an entry; None for what cannot be read or is not public.

    Some servers wrap a post that was passed on even where it stands for itself: what is in the wrapping counts.
    """
    inner = status.get("reblog")
    if isinstance(inner, dict):
        return _entry({**inner, "reblog": None}, base)
    uri = text_of(status, "uri") or text_of(status, "url")
    if not uri or text_of(status, "visibility") not in ("", "public", "unlisted"):
        return None
    warning = text_of(status, "spoiler_text")
    account = status.get("account")
    card = status.get("card")
    return entry_of(
        Post(
            identity=uri,
            url=text_of(status, "url") or uri,
            source=f"<p>{warning}</p>{text_of(status, 'content')}" if warning else text_of(status, "content"),
            author=text_of(account, "display_name") or text_of(account, "acct"),
            at=moment(status.get("created_at")),
            edited=moment(status.get("edited_at")),
            language=text_of(status, "language") or None,
            card=Card(text_of(card, "url"), text_of(card, "title"), text_of(card, "description")) if card else None,
        ),
        base,
    )


def _trends(place: Place, response: Response) -> Fetched:
    listed = read_json(response)
    if not isinstance(listed, list):
        raise garbled(response)
    read = [entry for one in tables(listed) if (entry := _trend(one, place))]
    if listed and not read:
        raise garbled(response)
    host = urlsplit(place.base).netloc
    title = _("Trending links, {host}") if place.what == "links" else _("Trending tags, {host}")
    return fetched([response], read, title=title.format(host=host), site_url=f"{place.base}/explore/{place.what}")


def _trend(one: dict[str, Any], place: Place) -> Entry | None:
    """A link or tag that trends, with how many people told it on each day (``history``, today first)."""
    counts = tuple(count_of(day.get("accounts")) for day in tables(one.get("history"))[:_WEEK]) or (0,)
    if place.what == "links":
        link = text_of(one, "url")
        words = text_of(one, "title")
        source = f"<p>{text_of(one, 'description')}</p>"
    else:
        words = f"#{text_of(one, 'name')}" if text_of(one, "name") else ""
        link = text_of(one, "url") or (f"{place.base}/tags/{quote(words[1:], safe='')}" if words else "")
        source = f"<p>{words}</p>"
    if not link or not words:
        return None
    author = text_of(one, "author_name") or text_of(one, "provider_name")
    language = text_of(one, "language") or None
    post = Post(identity=link, url=link, source=source, author=author, language=language, counts=counts, title=words)
    return entry_of(post, place.base)


def _title(place: Place, found: list[dict[str, Any]]) -> str:
    host = urlsplit(place.base).netloc
    if place.what == "tag":
        return f"#{place.name}, {host}"
    own = next((name for status in found if (name := text_of(status, "account", "display_name"))), "")
    return own or f"@{place.name}@{host}"


def _get(url: str, **query: str | int | None) -> Request:
    return Request(url=with_query(url, **query), headers=(("Accept", "application/json"),))


def _wants_sign_in() -> Any:
    return phrase("this server shows it only to people who are signed in; its RSS may be open: cmday feeds add")


def found_at(base: str, name: str) -> Exchange[tuple[str, Fetched]]:
    """A person on the server at ``base`` by its API: the address to keep, and the posts."""
    number = yield from account_number(base, name)
    url = f"mastodon+{base}/@{quote(name, safe='')}?id={quote(number, safe='')}"
    return url, (yield from fetch(url, Validators()))


def webfinger(base: str, name: str, host: str) -> Exchange[tuple[str, ...]]:
    """The pages of a person, as the server of the name knows them (RFC 7033); none where it does not say."""
    try:
        response: Response = yield _get(f"{base}/.well-known/webfinger", resource=f"acct:{name}@{host}")
        if not OK_FIRST <= response.status <= OK_LAST:
            return ()
        said = read_json(response)
    except CmdayError as error:
        if isinstance(error, Garbled) or error.kind in ("unreachable", "timeout"):
            return ()
        raise
    wanted = ("self", "http://webfinger.net/rel/profile-page")
    links = tables(said.get("links")) if isinstance(said, dict) else []
    return tuple(dict.fromkeys(text_of(link, "href") for link in links if text_of(link, "rel") in wanted))
