"""X as a source, by its API v2: paid by the post read, so every request is reserved in a purse before it is asked.

docs.x.com/x-api/getting-started/pricing: reads are charged by the resource that an answer holds, failed requests are
not. That a post is charged once a day is a soft promise there, and nothing here counts on it. Expansions (the author of
each post) would be charged as well, so none is asked for.
"""

from __future__ import annotations

import html
from typing import Any, Final
from urllib.parse import parse_qs, quote, unquote, urlsplit, urlunsplit

import msgspec

from cmday.connectors.http import OK_FIRST, OK_LAST, bearer, with_query
from cmday.connectors.protocol import Authorised, Exchange, Fetched, Request, Response
from cmday.connectors.rate_limits import expect
from cmday.connectors.social_posts import Card, Post, entry_of, fetched, garbled, moment, read_json, tables, text_of
from cmday.connectors.source_terms import Purse, Terms
from cmday.core.accounts import Account, Credentials
from cmday.core.feeds import Entry, Validators
from cmday.errors import NotFound, SignInNeeded
from cmday.i18n import Phrase, phrase
from cmday.text.addresses import kind_and_rest

PAGES: Final = "https://x.com"
POSTS: Final = 10
PRICE_POST: Final = 5_000
PRICE_USER: Final = 10_000
# What the API takes for max_results, by endpoint.
_LEAST: Final = {"account": 5, "search": 10, "list": 1}
_MOST: Final = 100
_FIELDS: Final = "created_at,lang,note_tweet,entities"
_HOUR: Final = 3_600


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What an address names: ``what`` is account, list or search."""

    base: str
    what: str
    name: str
    number: str | None = None


def place_of(url: str) -> Place:
    """What ``x+https://api.x.com/@name?id=1``, ``/lists/1`` and ``/search?q=words`` name."""
    parts = urlsplit(kind_and_rest(url)[1])
    base = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    steps = [unquote(step) for step in parts.path.split("/") if step]
    if len(steps) == 1 and steps[0].startswith("@") and steps[0][1:]:
        return Place(base=base, what="account", name=steps[0][1:], number=query.get("id"))
    if len(steps) == 2 and steps[0] == "lists" and is_number(steps[1]):  # noqa: PLR2004  /lists/NUMBER
        return Place(base=base, what="list", name=steps[1], number=steps[1])
    if steps == ["search"] and query.get("q"):
        return Place(base=base, what="search", name=query["q"])
    raise NotFound(
        phrase("{url} names nothing that X has", url=url),
        phrase("cmday feeds add takes x:@user, x:list/NUMBER and x:words"),
        url,
    )


def most_cost(url: str, account: Account) -> int:
    """The most that one look at this address can cost, in millionths of a dollar."""
    place = place_of(url)
    looked_up = price_of(account, "price_user", PRICE_USER) if place.what == "account" and not place.number else 0
    return looked_up + _wanted(place, account) * price_of(account, "price_post", PRICE_POST)


def fetch(url: str, _validators: Validators, terms: Terms) -> Exchange[Fetched]:
    """The newest posts after those of last time (``terms.since``), one page of them, at most what was reserved.

    Raises ``Waiting`` where a cap would be passed, ``SignInNeeded``, ``RateLimited``, ``ServerFailed``, ``Garbled``,
    and ``Uncertain`` where the answer was lost on its way: then the whole reservation stays spent.
    """
    account, purse = terms.account, terms.purse
    if account is None or purse is None:
        raise SignInNeeded(
            phrase("X is paid by the post read, and nothing is asked before you say how much it may cost"),
            phrase('add [source.x] with kind = "x", a bearer token, cap_day and cap_month: cmday config edit'),
        )
    credentials: Credentials = yield Authorised(account)
    place = place_of(url)
    if place.what == "account" and not place.number:
        number = yield from _number(place, account, credentials, purse)
        place = msgspec.structs.replace(place, number=number)
    return (yield from _posts(place, account, credentials, purse, terms.since))


def kept_address(url: str, found: Fetched) -> str:
    """The address to keep: with the number of the person, so that nobody is looked up (and paid for) twice."""
    place = place_of(url)
    number = urlsplit(found.url).path.split("/")[3:4] if place.what == "account" else []
    return f"x+{place.base}/@{quote(place.name, safe='')}?id={number[0]}" if number else url


def _number(place: Place, account: Account, credentials: Credentials, purse: Purse) -> Exchange[str]:
    url = f"{place.base}/2/users/by/username/{quote(place.name, safe='')}"
    price = price_of(account, "price_user", PRICE_USER)
    answer = yield from ask_paid(url, account, credentials, purse, price)
    number = text_of(answer.page, "data", "id")
    purse.settle(answer.reserved, price if number else 0)
    if not is_number(number):
        raise NotFound(phrase("nobody on X is called @{name}", name=place.name), None, f"x:@{place.name}")
    return number


def _posts(
    place: Place, account: Account, credentials: Credentials, purse: Purse, since: str | None
) -> Exchange[Fetched]:
    wanted, price = _wanted(place, account), price_of(account, "price_post", PRICE_POST)
    url = f"{place.base}{_path(place)}"
    query: dict[str, str | int | None] = {"max_results": wanted, "tweet.fields": _FIELDS}
    if place.what == "account":
        query["exclude"] = "replies,retweets"
    if place.what == "search":
        query["query"] = f"{place.name} -is:retweet"
    if place.what != "list":  # the API gives lists without since_id
        query["since_id"] = since
    answer = yield from ask_paid(with_query(url, **query), account, credentials, purse, wanted * price)
    page = answer.page
    listed = page.get("data") if isinstance(page, dict) else None
    if not isinstance(page, dict) or not isinstance(page.get("meta"), dict) or not isinstance(listed, list | None):
        raise garbled(answer.response)
    purse.settle(answer.reserved, len(listed or ()) * price)
    found = tables(listed)
    read = [entry for post in found if (entry := _entry(post, place))]
    if found and not read:
        raise garbled(answer.response)
    numbers = [number for post in found if is_number(number := text_of(post, "id"))]
    return fetched(
        [answer.response],
        read,
        title={"account": f"@{place.name}, X", "list": f"List {place.name}, X"}.get(place.what, f"X: {place.name}"),
        site_url=f"{PAGES}/{quote(place.name, safe='')}" if place.what == "account" else PAGES,
        newest=max(numbers, key=int) if numbers else since,
        least_age=_HOUR,
    )


class Paid(msgspec.Struct, frozen=True):
    """A successful answer, and the number under which its cost is reserved."""

    response: Response
    page: Any
    reserved: int


def ask_paid(
    url: str, account: Account, credentials: Credentials, purse: Purse, most: int, *, hint: Phrase | None = None
) -> Exchange[Paid]:
    """Reserve, then ask once: a request that may be charged is never repeated by the engine, nor redirected.

    A refusal costs nothing. An answer that is lost, or cannot be read, leaves the whole reservation spent.
    """
    reserved = purse.reserve(most)
    response: Response = yield Request(
        url=url,
        headers=(("Accept", "application/json"),),
        secret_headers=(bearer(credentials.secret),),
        repeatable=False,
        follow=0,
    )
    if not OK_FIRST <= response.status <= OK_LAST:
        purse.settle(reserved, 0)
        hint = hint or phrase("look at the bearer token of [source.{name}]: cmday config edit", name=account.name)
        expect(response, account.name, sign_in_hint=hint)
    return Paid(response, read_json(response), reserved)


def _path(place: Place) -> str:
    if place.what == "account":
        return f"/2/users/{place.number}/tweets"
    return f"/2/lists/{place.number}/tweets" if place.what == "list" else "/2/tweets/search/recent"


def _entry(post: dict[str, Any], place: Place) -> Entry | None:
    """A post as an entry. Whose it is in a list or search is not asked for: it would cost twice a post."""
    number = text_of(post, "id")
    words = text_of(post, "note_tweet", "text") or text_of(post, "text")
    if not is_number(number) or not words:
        return None
    entities = post.get("entities")
    links = tables(entities.get("urls")) if isinstance(entities, dict) else []
    for link in links:
        words = words.replace(text_of(link, "url") or "\0", text_of(link, "expanded_url"))
    pages = [link for link in links if text_of(link, "title")]
    page = pages[0] if pages else {}
    who = quote(place.name, safe="") if place.what == "account" else "i/web"
    return entry_of(
        Post(
            identity=number,
            url=f"{PAGES}/{who}/status/{number}",
            source="<p>" + html.escape(html.unescape(words)).replace("\n", "<br>") + "</p>",
            author=f"@{place.name}" if place.what == "account" else None,
            at=moment(post.get("created_at")),
            language=text_of(post, "lang") or None,
            card=Card(text_of(page, "expanded_url"), text_of(page, "title"), text_of(page, "description"))
            if page
            else None,
        ),
        PAGES,
    )


def is_number(text: str) -> bool:
    """Whether it is a number as X gives them, of at most 19 digits: other digits and longer ones are none of its."""
    return text.isascii() and text.isdigit() and len(text) < 20  # noqa: PLR2004  a snowflake has 64 bits


def _wanted(place: Place, account: Account) -> int:
    """How many posts one look asks for."""
    asked = account.options.get("posts", POSTS)
    return min(max(asked if isinstance(asked, int) else POSTS, _LEAST[place.what]), _MOST)


def price_of(account: Account, name: str, usual: int) -> int:
    found = account.options.get(name, usual)
    return found if isinstance(found, int) else usual
