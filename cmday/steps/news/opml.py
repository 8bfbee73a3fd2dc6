"""OPML, the lists of feeds that readers exchange (opml.org, version 2.0): read with listparser, written by hand.

What OPML has no word for (communities, mute, interval) is written as categories below ``/cmday``, which others ignore.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from cmday.connectors.feed_text import to_text
from cmday.core.feeds import LONGEST_INTERVAL, Subscription
from cmday.errors import ConfigError, Garbled
from cmday.i18n import phrase
from cmday.text.addresses import one_spelling
from cmday.text.safe_text import hide_logins, strip_controls

_OWN: Final = "cmday"
_HEAD: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head><title>cmday</title></head>
  <body>
"""
_FOOT: Final = "  </body>\n</opml>\n"


def write_opml(feeds: Iterable[Subscription]) -> str:
    """The feeds as OPML, folders as outlines, in their order."""
    lines = []
    for folder, group in groupby(feeds, key=lambda feed: feed.folder):
        indent = "      " if folder else "    "
        if folder:
            lines.append(f"    <outline text={_quoted(folder)} title={_quoted(folder)}>\n")
        lines += [f"{indent}{_outline(feed)}\n" for feed in group]
        if folder:
            lines.append("    </outline>\n")
    return _HEAD + "".join(lines) + _FOOT


def read_opml(body: bytes, name: str) -> tuple[list[Subscription], list[ConfigError]]:
    """The feeds of an OPML file, and each address in it that could not be read. Raises ``Garbled`` for another file."""
    import listparser

    found = listparser.parse(to_text(body, None))
    if not found["version"].startswith("opml"):
        raise Garbled(phrase("{name} is no OPML file", name=name), phrase("export it as OPML from the other reader"))
    feeds: dict[str, Subscription] = {}
    bad: list[ConfigError] = []
    for item in found["feeds"]:
        try:
            url = one_spelling(item["url"])
        except ValueError:
            bad.append(ConfigError(phrase("{url} is not an http address", url=item["url"]), None, name))
            continue
        feeds.setdefault(url, _subscription(url, item))
    return list(feeds.values()), bad


def _outline(feed: Subscription) -> str:
    own = [f"/{_OWN}/community/{community}" for community in feed.communities]
    if feed.mute:
        own.append(f"/{_OWN}/mute")
    if feed.interval:
        own.append(f"/{_OWN}/interval/{feed.interval}")
    address = _quoted(hide_logins(feed.url, ""))  # a list is made to be given away
    title = _quoted(feed.title) if feed.title else address
    category = f" category={_quoted(','.join(own))}" if own else ""
    return f'<outline type="rss" text={title} title={title} xmlUrl={address}{category}/>'


def _subscription(url: str, item: Any) -> Subscription:
    own = [path[1:] for path in item["categories"] if path[0] == _OWN]
    others = [path for path in item["categories"] if path[0] != _OWN]
    folder = "/".join(part for part in others[-1] if part) if others else ""
    interval = next((minutes for path in own if path[0] == "interval" and (minutes := _minutes(path[1:]))), None)
    title = item["title"]
    return Subscription(
        url=url,
        title=title if title and title != item["url"] else None,
        communities=tuple(path[1] for path in own if path[0] == "community" and len(path) > 1),
        folder=folder or None,
        mute=["mute"] in own,
        interval=interval,
    )


def _minutes(words: list[str]) -> int | None:
    """An interval that feeds.toml may hold, else None."""
    if len(words) != 1 or not words[0].isdecimal() or len(words[0]) > len(str(LONGEST_INTERVAL)):
        return None
    return int(words[0]) if 1 <= int(words[0]) <= LONGEST_INTERVAL else None


def _quoted(text: str) -> str:
    """An attribute; without what XML forbids, nor what the terminal it may be printed to would obey."""
    return quoteattr(strip_controls(" ".join(text.split())))
