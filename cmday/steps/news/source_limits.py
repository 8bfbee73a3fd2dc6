"""What each kind of source gives and does not, in one line, as it is said when one is added (docs/sources.md)."""

from __future__ import annotations

from typing import Final

from cmday.i18n import Phrase, phrase

_LIMITS: Final[dict[str, Phrase]] = {
    "mastodon": phrase("without login: public posts only, without replies; 40 a look, more where 40 are not enough"),
    "trends": phrase("what trends now, at most 20; it says how often, not by whom"),
    "bluesky": phrase("without login: public posts without replies, 50 a look, more where 50 are not enough"),
    "search": phrase("as you, with your app password: the 50 newest posts a look"),
    "youtube": phrase("the newest 15 videos, shorts and streams among them"),
    "news": phrase("the newest 100 of Google News; its links pass through Google"),
    "hn": phrase("the newest 20 of Hacker News through hnrss.org"),
    "reddit": phrase("the newest 25 posts; Reddit lets those who are not signed in ask 10 times a minute"),
    "github": phrase("the newest 10, of public repositories only"),
    "x": phrase("paid by the post read, asked at most once an hour, and never past your caps"),
    "miniflux": phrase('unread entries; read marks go both ways, unless [source] says read_marks = "in"'),
}
_FEED: Final = phrase("asked as often as it says something new, and as its server allows")


def limits_of(kind: str) -> Phrase:
    """The line for a kind of source; a feed's own for what is no more than a feed."""
    return _LIMITS.get(kind, _FEED)
