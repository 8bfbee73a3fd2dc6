"""From ``@user@host`` and ``#tag@host`` to a source: the API where the server lets anybody ask, its RSS otherwise."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from cmday.connectors.feed_discovery import Discovered, discover
from cmday.connectors.mastodon_feeds import fetch, found_at, webfinger
from cmday.connectors.protocol import Exchange
from cmday.core.feeds import Validators
from cmday.errors import CmdayError, NotFound
from cmday.i18n import phrase

# What says that a server speaks another language, or not to everybody; all else is a failure to be told.
_NO_API = ("sign-in", "server", "garbled", "gone", "refused", "not-found")


def find_person(base: str, name: str) -> Exchange[Discovered]:
    """The posts of a person; ``base`` is the address of the server in the name, which need not be the one of its API.

    Raises ``NotFound`` where neither API nor RSS knows the person.
    """
    host = urlsplit(base).netloc
    found = yield from _by_api(base, name)
    if found:
        return found
    pages = yield from webfinger(base, name, host)
    for other in dict.fromkeys(_base_of(page) for page in pages):
        if other != base and (found := (yield from _by_api(other, name))):
            return found
    for address in (f"{base}/@{quote(name, safe='')}.rss", *pages):
        try:
            return (yield from discover(address))
        except CmdayError as error:
            if error.kind not in _NO_API:
                raise
    raise NotFound(
        phrase("{host} shows nothing of @{name} to people who are not signed in", host=host, name=name),
        phrase("look at the page of the account in a browser; an RSS address found there can be added"),
        f"@{name}@{host}",
    )


def find_tag(base: str, name: str) -> Exchange[Discovered]:
    """The public posts with a hashtag, as one server sees them."""
    url = f"mastodon+{base}/tags/{quote(name, safe='')}"
    try:
        return Discovered(url=url, fetched=(yield from fetch(url, Validators())))
    except CmdayError as error:
        if error.kind not in _NO_API:
            raise
    for path in (
        f"/tags/{quote(name, safe='')}.rss",
        f"/?t={quote(name, safe='')}.rss",
        f"/tags/{quote(name, safe='')}",
    ):
        try:
            return (yield from discover(base + path))
        except CmdayError as error:
            if error.kind not in _NO_API:
                raise
    host = urlsplit(base).netloc
    raise NotFound(
        phrase("{host} shows #{name} only to people who are signed in", host=host, name=name),
        phrase("ask a server that shows it to all, like #{name}@mastodon.social", name=name),
        f"#{name}@{host}",
    )


def find_trends(base: str, what: str) -> Exchange[Discovered]:
    """What trends on a server: its ``links`` or ``tags``."""
    url = f"mastodon+{base}/trends/{what}"
    return Discovered(url=url, fetched=(yield from fetch(url, Validators())))


def find_page(address: str) -> Exchange[Discovered]:
    """A page that looks like one of Mastodon (``/@name``, ``/tags/word``): by its API, else as any site."""
    parts = urlsplit(address)
    base = f"{parts.scheme}://{parts.netloc}"
    steps = [step for step in parts.path.split("/") if step]
    try:
        if steps[0] == "tags":
            url = f"mastodon+{base}/tags/{steps[1]}"
            return Discovered(url=url, fetched=(yield from fetch(url, Validators())))
        url, fetched = yield from found_at(base, steps[0][1:])
        return Discovered(url=url, fetched=fetched)
    except CmdayError as error:
        if error.kind not in _NO_API:
            raise
    return (yield from discover(address))


def _by_api(base: str, name: str) -> Exchange[Discovered | None]:
    try:
        url, fetched = yield from found_at(base, name)
    except CmdayError as error:
        if error.kind not in _NO_API:
            raise
        return None
    return Discovered(url=url, fetched=fetched)


def _base_of(page: str) -> str:
    parts = urlsplit(page)
    return f"{parts.scheme}://{parts.netloc}"
