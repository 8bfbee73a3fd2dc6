"""Where sites that say so nowhere, or that are asked for by name, have their feeds. Pure: words in, addresses out."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs, quote, urlencode, urlsplit

_CHANNEL: Final = re.compile(r"UC[\w-]{22}")
_CHANNEL_IN_PAGE: Final = re.compile(
    r'(?:channel_id=|"channelId":\s*"|"externalId":\s*"|/channel/)(UC[\w-]{22})(?![\w-])'
)
_REDDIT_HOSTS: Final = frozenset({"reddit.com", "www.reddit.com", "old.reddit.com", "new.reddit.com"})
_YOUTUBE_HOSTS: Final = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com"})
# The first step of an address on github.com that is no account.
_GITHUB_OWN: Final = frozenset({"about", "features", "topics", "trending", "search", "orgs", "marketplace", "sponsors"})
# A list of posts by Google's country and language; where the language names no country, its largest one is meant.
_COUNTRIES: Final = {"en": "US", "pt": "BR", "zh": "CN", "ja": "JP", "ko": "KR", "sv": "SE", "da": "DK", "cs": "CZ"}


def site_feed(url: str) -> tuple[str, ...]:
    """The feeds that a site of known ways has for a page, the best first; none where its page must be looked at."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    base = f"{parts.scheme}://{parts.netloc}"
    steps = [step for step in parts.path.split("/") if step]
    if host in _YOUTUBE_HOSTS:
        return _youtube(base, steps, parse_qs(parts.query))
    if host == "github.com":
        return github(base, steps)
    if host in _REDDIT_HOSTS:
        return _reddit(base, steps, parts.query)
    return ()


def _youtube(base: str, steps: list[str], query: dict[str, list[str]]) -> tuple[str, ...]:
    if steps[:1] == ["channel"] and len(steps) > 1 and _CHANNEL.fullmatch(steps[1]):
        return (youtube_channel(base, steps[1]),)
    if steps == ["playlist"] and query.get("list"):
        return (f"{base}/feeds/videos.xml?{urlencode({'playlist_id': query['list'][0]})}",)
    return ()


def youtube_channel(base: str, number: str) -> str:
    """The feed of a channel, its newest 15 videos."""
    return f"{base}/feeds/videos.xml?channel_id={number}"


def channel_in_page(url: str, html: str) -> str | None:
    """The feed of the channel that a page of YouTube shows (``/@name``, ``/c/name``), by its number in the page."""
    if 'content="YouTube"' not in html:
        return None
    parts = urlsplit(url)
    found = _CHANNEL_IN_PAGE.search(html)
    return youtube_channel(f"{parts.scheme}://{parts.netloc}", found[1]) if found else None


def github(base: str, steps: list[str]) -> tuple[str, ...]:
    """A repository's releases before its tags and commits; a person's or organisation's public doings."""
    if not steps or steps[0] in _GITHUB_OWN or steps[-1].endswith(".atom"):
        return ()
    if len(steps) == 1:
        return (f"{base}/{steps[0]}.atom",)
    place = f"{base}/{steps[0]}/{steps[1].removesuffix('.git')}"
    rest = steps[2:]
    if rest[:1] == ["commits"] and rest[1:]:
        return (f"{place}/commits/{'/'.join(rest[1:])}.atom",)
    if rest[:1] in (["tags"], ["commits"], ["discussions"]):
        return (f"{place}/{rest[0]}.atom",)
    return (f"{place}/releases.atom", f"{place}/tags.atom", f"{place}/commits.atom")


def _reddit(base: str, steps: list[str], query: str) -> tuple[str, ...]:
    if not steps or steps[-1] in (".rss", ".json") or steps[0] not in ("r", "u", "user"):
        return ()
    kept = f"?{query}" if query else ""
    return (f"{base}/{'/'.join(steps)}/.rss{kept}",)


def hacker_news(base: str, words: str) -> str:
    """New stories with these words (hnrss.org); the front page without any."""
    return f"{base}/newest?{urlencode({'q': words})}" if words else f"{base}/frontpage"


def google_news(base: str, words: str, language: str) -> str:
    """A search of Google News as RSS, in a language like ``fr`` or ``fr-CA``."""
    short, _, country = language.replace("_", "-").partition("-")
    short = short.lower()
    country = country.upper() or _COUNTRIES.get(short, short.upper())
    spelled = f"{short}-{country}" if short in ("en", "pt", "zh") or "-" in language else short
    edition = f"{country}:{'pt-419' if country == 'BR' else short}"
    return f"{base}/rss/search?{urlencode({'q': words, 'hl': spelled, 'gl': country, 'ceid': edition})}"


def subreddit(base: str, name: str) -> str:
    """The newest posts of a subreddit."""
    return f"{base}/r/{quote(name, safe='+')}/new/.rss"


def reddit_search(base: str, words: str) -> str:
    """The newest posts with these words."""
    return f"{base}/search.rss?{urlencode({'q': words, 'sort': 'new'})}"


def rsshub(base: str, words: str) -> str:
    """X through one's own RSSHub (docs.rsshub.app): ``@user``, ``list/NUMBER`` or words to look for."""
    if words.startswith("@"):
        return f"{base}/twitter/user/{quote(words[1:], safe='')}"
    if re.fullmatch(r"list/\d+", words):
        return f"{base}/twitter/{words}"
    return f"{base}/twitter/keyword/{quote(words, safe='')}"
