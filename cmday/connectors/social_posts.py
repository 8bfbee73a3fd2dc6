"""Posts of social networks as entries of a feed: they have no title, so their first words are one."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from cmday.connectors.feed_text import CONTENT, SUMMARY, TITLE, clean_html, one_line, plain_title, shorten
from cmday.connectors.http import max_age
from cmday.connectors.protocol import Fetched, Response
from cmday.connectors.rate_limits import left_alone
from cmday.core.feeds import Entry, ParsedFeed, Validators
from cmday.core.time import bounded
from cmday.errors import Garbled
from cmday.i18n import phrase
from cmday.text.addresses import absolute_link, host_of

MOST_POSTS: Final = 300
_TITLE: Final = 140
_LINK: Final = re.compile(r"https?://[^\s<>\"']+")
# Words under which a post is known: bounded, so that a hostile server cannot fill the database with them.
_LONGEST: Final = 500


class Card(msgspec.Struct, frozen=True):
    """The page that a post links to, as its preview shows it."""

    url: str
    title: str = ""
    text: str = ""


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A post as its network tells it: ``source`` is HTML, ``at`` and ``edited`` are aware or None.

    ``title`` is plain text, for what has one of its own.
    """

    identity: str
    url: str | None
    source: str
    author: str | None = None
    at: datetime | None = None
    edited: datetime | None = None
    language: str | None = None
    card: Card | None = None
    counts: tuple[int, ...] = ()
    title: str = ""


def entry_of(post: Post, base: str) -> Entry:
    """A post as an entry; its title are its first words, without the addresses in them."""
    words = one_line(post.source, SUMMARY)
    card = post.card
    said = " ".join(_LINK.sub(" ", words).split()) or (card.title if card else "") or words
    source = post.source[:CONTENT]
    if card and (link := absolute_link(base, card.url)):
        told = " · ".join(html.escape(part) for part in (card.title or host_of(link), card.text) if part)
        source += f'<p><a href="{html.escape(link)}">{told}</a></p>'
    return Entry(
        identity=post.identity[:_LONGEST],
        guid=post.identity[:_LONGEST],
        title=plain_title(post.title, is_html=False) or shorten(said, _TITLE),
        url=absolute_link(base, post.url),
        author=one_line(post.author, TITLE) or None if post.author else None,
        published=post.at,
        updated=post.edited,
        summary=words or (one_line(card.text, SUMMARY) if card else ""),
        content=clean_html(source, base),
        language=post.language,
        counts=post.counts,
    )


def fetched(
    responses: Sequence[Response],
    entries: Sequence[Entry],
    *,
    title: str | None,
    site_url: str | None = None,
    newest: str | None = None,
    least_age: int | None = None,
) -> Fetched:
    """What came of asking an API: the entries, each once, and when to ask again where the server says so.

    ``newest`` is shown again next time, as feeds are shown their ETag. The body is what was understood, so that counts
    that change at every request (likes, views) do not make an unchanged source look changed.
    """
    once = tuple({entry.identity: entry for entry in entries}.values())[:MOST_POSTS]
    last = responses[-1]
    ages = [age for age in (max_age(last), left_alone(last), least_age) if age is not None]
    return Fetched(
        url=responses[0].url,
        status=last.status,
        body=msgspec.json.encode(once),
        content_type="application/json",
        validators=Validators(etag=newest),
        max_age=max(ages, default=None),
        date=last.header("date"),
        parsed=ParsedFeed(title=title, site_url=site_url, entries=once),
    )


def read_json(response: Response) -> Any:
    """The JSON body; raises ``Garbled`` where it is none."""
    try:
        return msgspec.json.decode(response.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise garbled(response) from None


def garbled(response: Response) -> Garbled:
    """The answer is not what this API gives."""
    return Garbled(
        phrase("the answer of {host} is not what was asked for", host=host_of(response.url)),
        phrase("it will be asked again later"),
        status=response.status,
    )


def text_of(table: Any, *names: str) -> str:
    """A text at the end of this path of names in what came as JSON, empty where there is none."""
    for name in names:
        table = table.get(name) if isinstance(table, dict) else None
    return table.strip() if isinstance(table, str) else ""


def tables(value: Any) -> list[dict[str, Any]]:
    """The objects of a list in what came as JSON; what is no object is passed over."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def count_of(value: Any) -> int:
    """How often something was told, as a number or as text; 0 for what is no count that a network could have."""
    text = str(value) if isinstance(value, str) or type(value) is int else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004  no network is larger


def moment(value: Any) -> datetime | None:
    """An instant in ISO 8601, UTC where it names no offset; None for what is none."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    found = bounded(found if found.tzinfo else found.replace(tzinfo=UTC))
    return found if found and found.year >= 1970 else None  # noqa: PLR2004  the database counts from there
