"""A source before it is subscribed to: what was typed, its address, and the conversation that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from cmday.config.settings import Services
from cmday.connectors import bluesky_feeds
from cmday.connectors.feed_discovery import Discovered
from cmday.connectors.protocol import Exchange, Fetched
from cmday.core.accounts import Account
from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.text.addresses import one_spelling

Kind = Literal[
    "feed", "mastodon", "trends", "bluesky", "search", "youtube", "news", "hn", "reddit", "github", "x", "miniflux"
]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One target: ``address`` is what it is known by as far as nobody was asked, ``find`` asks.

    A source that wants an account has ``find`` None: it is asked at its address as any refresh does.
    """

    typed: str
    kind: Kind
    address: str
    find: Callable[[], Exchange[Discovered]] | None = None


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What the meaning of a target depends on: ``language`` is that of the community that it is for."""

    services: Services
    sources: Mapping[str, Account]
    language: str


def feed_at(word: str, kind: Kind, address: str) -> Target:
    """A source that is a plain feed at an address that is known already."""

    def find() -> Exchange[Discovered]:
        from cmday.connectors.web_feeds import fetch

        fetched: Fetched = yield from fetch(address)
        return Discovered(url=address, fetched=fetched)

    return Target(typed=word, kind=kind, address=spelled(address), find=find)


def bluesky_place(word: str, path: str, around: Surroundings) -> Target:
    """A page of bsky.app (its path) as a source of the AppView."""
    address = f"bluesky+{around.services.bluesky}{path}"
    place = bluesky_feeds.place_of(address)

    def find() -> Exchange[Discovered]:
        kept, title, fetched = yield from bluesky_feeds.found_at(place)
        return Discovered(url=kept, fetched=fetched, title=title)

    return Target(typed=word, kind="bluesky", address=spelled(address), find=find)


def source_named(kind: str, around: Surroundings, name: str = "") -> Account | None:
    """The source of config.toml of a kind, and of that name where one is given."""
    found = [account for account in around.sources.values() if account.network == kind and name in ("", account.name)]
    return found[0] if found else None


def spelled(address: str) -> str:
    """The one spelling of an address; raises ``WrongUse`` for what is none."""
    try:
        return one_spelling(address)
    except ValueError:
        raise no_address(address) from None


def no_address(target: str) -> WrongUse:
    """What was typed is nothing that can be subscribed to."""
    return WrongUse(
        phrase('"{target}" is no address of a site or feed, and no OPML file here', target=target),
        phrase("write it like example.org, @user@host, news:words or feeds.opml; docs/sources.md has all"),
    )
