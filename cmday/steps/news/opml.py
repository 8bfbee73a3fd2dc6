"""OPML, the lists of feeds that readers exchange (opml.org, version 2.0): read with listparser, written by hand.

What OPML has no word for (communities, mute, interval) is written as categories below ``/cmday``, which others ignore.
So is a title or folder that an attribute would not bring back as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final
from urllib.parse import quote, unquote
from xml.sax.saxutils import quoteattr

from cmday.connectors.feed_text import to_text
from cmday.core.feeds import LONGEST_INTERVAL, Subscription
from cmday.errors import ConfigError, Garbled
from cmday.i18n import Phrase, phrase
from cmday.text.addresses import one_spelling
from cmday.text.safe_text import hide_logins, safe, strip_controls

_OWN: Final = "cmday"
_DEEPEST: Final = 32
_MOST_FEEDS: Final = 20_000
_NAME: Final = 80
_HEAD: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head><title>cmday</title></head>
  <body>
"""
_FOOT: Final = "  </body>\n</opml>\n"
_OUTLINE: Final = re.compile(r"""<(/?)outline\b((?:[^<>"']|"[^"]*+"|'[^']*+')*+)>""", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


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
    """The feeds of an OPML file, and each thing in it that could not be read. Raises ``Garbled`` for another file."""
    import listparser

    text = to_text(body, None)
    bad = [ConfigError(what, None, name) for what in _oddities(text, name)]
    try:
        found = listparser.parse(text.lstrip())
    except (LookupError, ValueError, RecursionError) as error:  # more ends than beginnings are an IndexError in it
        raise _no_opml(name) from error
    if not found["version"].startswith("opml"):
        raise _no_opml(name)
    feeds: dict[str, Subscription] = {}
    for item in found["feeds"][:_MOST_FEEDS]:
        try:
            url = one_spelling(item["url"])
        except ValueError:
            bad.append(ConfigError(phrase("{url} is not an http address", url=_shown(item["url"])), None, name))
            continue
        feeds.setdefault(url, _subscription(url, item))
    for item in (*found["lists"], *found["opportunities"]):
        what = phrase("{url} is no feed: cmday feeds add looks what is there", url=_shown(item["url"]))
        bad.append(ConfigError(what, None, name))
    if len(found["feeds"]) > _MOST_FEEDS:
        what = phrase("it holds more than {n} feeds; the others are left out", n=_MOST_FEEDS)
        bad.append(ConfigError(what, None, name))
    return list(feeds.values()), bad


def _oddities(text: str, name: str) -> Iterator[Phrase]:
    """What listparser passes over in silence; raises ``Garbled`` for folders within folders without end."""
    depth = 0
    for found in _OUTLINE.finditer(text):
        if found[1]:
            depth -= 1
            continue
        if not found[2].rstrip().endswith("/"):
            depth += 1
            if depth > _DEEPEST:
                raise Garbled(
                    phrase("{name} has folders within folders, more than {n} deep", name=name, n=_DEEPEST), None
                )
        given = {key.lower(): (one or other).strip() for key, one, other in _ATTRIBUTE.findall(found[2])}
        if given.get("type", "").lower() in ("rss", "atom", "feed") and not given.get("xmlurl"):
            said = given.get("text") or given.get("title") or given.get("htmlurl") or "?"
            if not given.get("htmlurl"):  # one with a site is named by its site
                yield phrase("{title} has no address", title=_shown(said))
    if re.search(r"<opml\b", text, re.IGNORECASE) and not re.search(r"</opml\s*>", text, re.IGNORECASE):
        yield phrase("the file is cut off; what stands before is read")


def _outline(feed: Subscription) -> str:
    own = [f"community/{quote(community, safe='')}" for community in feed.communities]
    if feed.mute:
        own.append("mute")
    if feed.interval:
        own.append(f"interval/{feed.interval}")
    if feed.title and not _survives(feed.title, feed.url):
        own.append(f"title/{quote(hide_logins(feed.title), safe='')}")
    if feed.folder and not _survives(feed.folder, _OWN):
        own.append(f"folder/{quote(hide_logins(feed.folder), safe='')}")
    address = _quoted(hide_logins(feed.url, ""))  # a list is made to be given away
    title = _quoted(feed.title) if feed.title else address
    category = f" category={_quoted(','.join(f'/{_OWN}/{each}' for each in own))}" if own else ""
    return f'<outline type="rss" text={title} title={title} xmlUrl={address}{category}/>'


def _survives(text: str, other: str) -> bool:
    """Whether a text comes back from an attribute as it is, and is not taken for something else."""
    return text == strip_controls(" ".join(text.split())) and text != other


def _subscription(url: str, item: Any) -> Subscription:
    own = [path[1:] for path in item["categories"] if path[0] == _OWN and len(path) > 1]
    others = [path for path in item["categories"] if path[0] != _OWN]
    folder = "/".join(part for part in others[-1] if part) if others else ""
    interval = next((minutes for path in own if path[0] == "interval" and (minutes := _minutes(path[1:]))), None)
    title = strip_controls(item["title"])
    return Subscription(
        url=url,
        title=_exact(own, "title") or (title if title and title != item["url"] else None),
        communities=tuple(_plain(path[1]) for path in own if path[0] == "community" and len(path) > 1),
        folder=_exact(own, "folder") or strip_controls(folder) or None,
        mute=["mute"] in own,
        interval=interval,
    )


def _exact(own: list[list[str]], name: str) -> str | None:
    return next((_plain(path[1]) for path in own if path[0] == name and len(path) > 1), None)


def _plain(written: str) -> str:
    """What a category says; whoever wrote the list, it obeys no terminal."""
    return strip_controls(unquote(written))


def _minutes(words: list[str]) -> int | None:
    """An interval that feeds.toml may hold, else None."""
    if len(words) != 1 or not words[0].isdecimal() or len(words[0]) > len(str(LONGEST_INTERVAL)):
        return None
    return int(words[0]) if 1 <= int(words[0]) <= LONGEST_INTERVAL else None


def _quoted(text: str) -> str:
    """An attribute; without what XML forbids, nor what the terminal it may be printed to would obey."""
    return quoteattr(strip_controls(" ".join(text.split())))


def _shown(text: str) -> str:
    return safe(text, _NAME)


def _no_opml(name: str) -> Garbled:
    return Garbled(phrase("{name} is no OPML file", name=name), phrase("export it as OPML from the other reader"))
