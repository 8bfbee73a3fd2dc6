"""Pages of networks as sources: those of bsky.app, X and Mastodon are asked by their APIs, others as sites."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from cmday.connectors import mastodon_discovery, site_rules
from cmday.connectors.feed_discovery import discover
from cmday.steps.news.target import Kind, Surroundings, Target, bluesky_place, no_address
from cmday.steps.news.target_words import x_target
from cmday.text.addresses import host_of, is_loopback, one_spelling

_X_HOSTS: Final = frozenset({"x.com", "www.x.com", "twitter.com", "www.twitter.com", "mobile.twitter.com"})
_X_OWN: Final = frozenset({"home", "explore", "search", "i", "settings", "messages", "notifications", "intent"})
_BLUESKY_HOSTS: Final = frozenset({"bsky.app", "www.bsky.app"})
_AT: Final = {"app.bsky.graph.list": "lists", "app.bsky.feed.generator": "feed"}


def of_site(word: str, around: Surroundings) -> Target | None:
    """The source behind a page of a network; None for a site like any other."""
    if word.startswith("at://"):
        steps = word.removeprefix("at://").split("/")
        folder = _AT.get(steps[1]) if len(steps) == 3 else None  # noqa: PLR2004  at://DID/COLLECTION/KEY
        path = f"/profile/{steps[0]}" + (f"/{folder}/{steps[2]}" if folder else "")
        return bluesky_place(word, path, around)
    page = word if "://" in word else f"https://{word}"
    host = host_of(page)
    try:
        path = urlsplit(page).path
    except ValueError:
        return None
    steps = [step for step in path.split("/") if step]
    if host in _BLUESKY_HOSTS and steps[:1] == ["profile"] and "post" not in steps:
        return bluesky_place(word, path.rstrip("/"), around)
    if host in _X_HOSTS and steps:
        return _of_x(word, steps, around)
    return _of_rules(word, page) or _of_mastodon(word, host, steps)


def _of_x(word: str, steps: list[str], around: Surroundings) -> Target | None:
    if steps[:2] == ["i", "lists"] and len(steps) > 2:  # noqa: PLR2004  /i/lists/NUMBER
        return x_target(word, f"list/{steps[2]}", around)
    return x_target(word, f"@{steps[0]}", around) if steps[0] not in _X_OWN else None


def _of_rules(word: str, page: str) -> Target | None:
    """A page of a site whose feeds are where they always are."""
    feeds = site_rules.site_feed(page)
    if not feeds:
        return None
    host = host_of(page)
    kind: Kind = "github" if host == "github.com" else "reddit" if "reddit" in host else "youtube"
    return Target(typed=word, kind=kind, address=feeds[0], find=lambda: discover(page))


def _of_mastodon(word: str, host: str, steps: list[str]) -> Target | None:
    """A page that looks like one of Mastodon; its server says whether it is."""
    if "youtube" in host or not _like_mastodon(steps):
        return None
    address = whole(address_of(word))
    return Target(typed=word, kind="mastodon", address=address, find=lambda: mastodon_discovery.find_page(address))


def _like_mastodon(steps: list[str]) -> bool:
    person = len(steps) == 1 and steps[0].startswith("@") and len(steps[0]) > 1
    return person or (len(steps) == 2 and steps[0] == "tags")  # noqa: PLR2004  /tags/WORD


def address_of(target: str) -> str:
    """What a person typed as an address; raises ``WrongUse`` for what cannot be one."""
    try:
        if "://" in target or target.lower().startswith("feed:"):
            return one_spelling(target)
        whole = one_spelling(f"https://{target}")
    except ValueError:
        raise no_address(target) from None
    host = host_of(whole)
    if is_loopback(host):
        return f"http://{target}"
    if "." not in host or "@" in target.partition("/")[0]:
        raise no_address(target)
    return target


def whole(address: str) -> str:
    return address if "://" in address else f"https://{address}"
