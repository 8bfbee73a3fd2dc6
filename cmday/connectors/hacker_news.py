"""What Hacker News has on its front page, with the points of each story, by its search API (hn.algolia.com/api)."""

from __future__ import annotations

import html
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

from cmday.connectors.http import with_query
from cmday.connectors.protocol import Exchange, Fetched, Request, Response
from cmday.connectors.rate_limits import expect
from cmday.connectors.social_posts import Post, count_of, entry_of, fetched, garbled, moment, read_json, tables, text_of
from cmday.connectors.source_terms import Terms
from cmday.core.feeds import Entry, Validators
from cmday.i18n import _
from cmday.text.addresses import kind_and_rest

PAGES: Final = "https://news.ycombinator.com"
_PAGE: Final = 30
# Points change all the time; what rises is told by days.
_LEAST_AGE: Final = 1_800


def fetch(url: str, _validators: Validators, _terms: Terms) -> Exchange[Fetched]:
    """The front page of this moment at ``hn+https://host/trends``. Raises ``ServerFailed`` and ``Garbled``."""
    parts = urlsplit(kind_and_rest(url)[1])
    base = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
    asked = with_query(f"{base}/api/v1/search", tags="front_page", hitsPerPage=_PAGE)
    response: Response = yield Request(url=asked, headers=(("Accept", "application/json"),))
    page = read_json(expect(response))
    listed = page.get("hits") if isinstance(page, dict) else None
    if not isinstance(listed, list):
        raise garbled(response)
    read = [entry for one in tables(listed) if (entry := _entry(one))]
    if listed and not read:
        raise garbled(response)
    return fetched(
        [response], read, title=_("Trends, {host}").format(host="Hacker News"), site_url=PAGES, least_age=_LEAST_AGE
    )


def _entry(one: dict[str, Any]) -> Entry | None:
    """A story with its points; None for what cannot be read. What asks or tells something has no page but its own."""
    number, words = text_of(one, "objectID"), text_of(one, "title")
    if not number or not words:
        return None
    talk = f"{PAGES}/item?id={quote(number, safe='')}"
    return entry_of(
        Post(
            identity=number,
            url=text_of(one, "url") or talk,
            source=f'<p>{html.escape(words)}</p><p><a href="{html.escape(talk)}">Hacker News</a></p>',
            author=text_of(one, "author") or None,
            at=moment(one.get("created_at")),
            language="en",
            counts=(count_of(one.get("points")),),
            title=words,
        ),
        PAGES,
    )
