"""Sources by a word in front: ``hn:``, ``news:``, ``x:``, ``trends:`` and the like."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, urlsplit

from cmday.connectors import mastodon_discovery, site_rules
from cmday.connectors.feed_discovery import discover, discover_among
from cmday.errors import NotFound, SignInNeeded, WrongUse
from cmday.i18n import phrase
from cmday.steps.news.target import Kind, Surroundings, Target, bluesky_place, feed_at, source_named, spelled
from cmday.text.addresses import base_of, kind_and_rest

HOST: Final = r"[\w.-]+\.[\w-]+(?::\d+)?|localhost(?::\d+)?|\[[\da-f:]+\](?::\d+)?"


def prefixed(word: str, around: Surroundings) -> Target | None:
    """``hn:``, ``news:``, ``x:`` and the like, and addresses of sources as they stand in feeds.toml."""
    kind, rest = kind_and_rest(word)
    if kind:
        return Target(typed=word, kind=_kind_of(word), address=spelled(word))
    prefix, colon, rest = word.partition(":")
    rest = rest.strip()
    prefix = prefix.lower()
    if not colon or rest.startswith("//") or prefix not in _PREFIXES:
        if re.fullmatch(r"/?r/[\w+]+/?", word):
            return feed_at(word, "reddit", site_rules.subreddit(around.services.reddit, word.strip("/")[2:]))
        return None
    if not rest and prefix not in ("hn", "miniflux"):
        raise WrongUse(
            phrase('"{target}" says nothing to look for', target=word),
            phrase("write it like {prefix}:words", prefix=prefix),
        )
    return _PREFIXES[prefix](word, rest, around)


def x_target(word: str, rest: str, around: Surroundings) -> Target:
    """X: through one's own RSSHub where there is one, by its paid API otherwise."""
    if around.services.rsshub:
        return feed_at(word, "feed", site_rules.rsshub(around.services.rsshub, rest))
    account = source_named("x", around)
    if account is None:
        raise SignInNeeded(
            phrase("X is paid by the post read, and nothing is asked before you say how much it may cost"),
            phrase('add [source.x] with kind = "x", a bearer token, cap_day and cap_month: cmday config edit'),
            word,
        )
    base = base_of(account.server)
    if rest.startswith("@"):
        path = f"/@{quote(rest[1:], safe='')}"
    elif listed := re.fullmatch(r"lists?/(\d+)", rest):
        path = f"/lists/{listed[1]}"
    else:
        path = f"/search?q={quote(rest, safe='')}"
    return Target(typed=word, kind="x", address=f"x+{base}{path}")


def _news(word: str, rest: str, around: Surroundings) -> Target:
    return feed_at(word, "news", site_rules.google_news(around.services.google_news, rest, around.language))


def _hn(word: str, rest: str, around: Surroundings) -> Target:
    return feed_at(word, "hn", site_rules.hacker_news(around.services.hacker_news, rest))


def _reddit(word: str, rest: str, around: Surroundings) -> Target:
    return feed_at(word, "reddit", site_rules.reddit_search(around.services.reddit, rest))


def _github(word: str, rest: str, around: Surroundings) -> Target:
    feeds = site_rules.github(around.services.github, [step for step in rest.split("/") if step])
    if not feeds:
        raise WrongUse(
            phrase('"{target}" names nobody on GitHub', target=word), phrase("write it like github:owner/name")
        )
    return Target(typed=word, kind="github", address=feeds[0], find=lambda: discover_among(feeds))


def _youtube(word: str, rest: str, around: Surroundings) -> Target:
    base = around.services.youtube
    if re.fullmatch(r"UC[\w-]{22}", rest):
        return feed_at(word, "youtube", site_rules.youtube_channel(base, rest))
    address = f"{base}/@{quote(rest.removeprefix('@'), safe='')}"
    return Target(typed=word, kind="youtube", address=address, find=lambda: discover(address))


def _trends(word: str, rest: str, around: Surroundings) -> Target:
    """``trends:host`` (its links), ``trends:tags@host``, ``trends:bluesky``, ``trends:hn``."""
    if rest.lower() in ("bluesky", "bsky.app"):
        return Target(typed=word, kind="trends", address=f"bluesky+{around.services.bluesky}/trends")
    if rest.lower() in ("hn", "hackernews"):
        return Target(typed=word, kind="trends", address=f"hn+{around.services.hacker_news_trends}/trends")
    what, at, host = rest.rpartition("@")
    if (at and what not in ("links", "tags")) or not re.fullmatch(HOST, host, re.IGNORECASE):
        raise WrongUse(
            phrase('"{target}" names no server whose trends can be asked', target=word),
            phrase("write trends:links@mastodon.social, trends:tags@mastodon.social, trends:bluesky or trends:hn"),
        )
    base, what = base_of(host), what or "links"
    return Target(
        typed=word,
        kind="trends",
        address=f"mastodon+{base}/trends/{what}",
        find=lambda: mastodon_discovery.find_trends(base, what),
    )


def _bluesky(word: str, rest: str, around: Surroundings) -> Target:
    """``bluesky:@handle``, or ``bluesky:words``, which needs an app password."""
    if rest.startswith("@"):
        return bluesky_place(word, f"/profile/{rest[1:]}", around)
    account = source_named("bluesky", around)
    if account is None:
        raise SignInNeeded(
            phrase("Bluesky searches only for people who are signed in"),
            phrase('add [source.bluesky] with kind = "bluesky", your handle and an app password: cmday config edit'),
            word,
        )
    return Target(
        typed=word, kind="search", address=f"bluesky+{base_of(account.server)}/search?q={quote(rest, safe='')}"
    )


def _miniflux(word: str, rest: str, around: Surroundings) -> Target:
    account = source_named("miniflux", around, rest)
    if account is None:
        raise NotFound(
            phrase("no source in config.toml is that Miniflux server"),
            phrase('add [source.reader] with kind = "miniflux", its server and an API key: cmday config edit'),
            word,
        )
    return Target(typed=word, kind="miniflux", address=spelled(f"miniflux+{base_of(account.server)}"))


_PREFIXES: Final[dict[str, Callable[[str, str, Surroundings], Target]]] = {
    "news": _news,
    "hn": _hn,
    "reddit": _reddit,
    "github": _github,
    "youtube": _youtube,
    "yt": _youtube,
    "x": x_target,
    "trends": _trends,
    "bluesky": _bluesky,
    "bsky": _bluesky,
    "miniflux": _miniflux,
}


def _kind_of(address: str) -> Kind:
    kind, rest = kind_and_rest(address)
    path = urlsplit(rest).path
    if path.startswith("/trends"):
        return "trends"
    if kind == "bluesky":
        return "search" if path == "/search" else "bluesky"
    return "mastodon" if kind == "mastodon" else "x" if kind == "x" else "miniflux"
