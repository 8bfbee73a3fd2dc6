"""What a person types after ``cmday feeds add``, as a source."""

from __future__ import annotations

import os
import re
from errno import ENOENT
from typing import Final
from urllib.parse import quote

from cmday.connectors import mastodon_discovery
from cmday.connectors.feed_discovery import discover
from cmday.errors import ConfigError
from cmday.i18n import phrase
from cmday.steps.news.target import Surroundings, Target, bluesky_place
from cmday.steps.news.target_pages import address_of, of_site, whole
from cmday.steps.news.target_words import HOST, prefixed
from cmday.text.addresses import base_of

_NAME: Final = r"[\w.-]+"


def read_target(typed: str, around: Surroundings) -> Target:
    """What was typed as a source. Raises ``WrongUse`` for what cannot be one, ``SignInNeeded`` where one is missing."""
    word = typed.strip()
    for read in (prefixed, _handle, of_site):
        target = read(word, around)
        if target:
            return target
    if re.fullmatch(r"[^:]+\.opml", word, re.IGNORECASE):  # one that is there was read as a list
        raise ConfigError(
            phrase("{file} cannot be read: {cause}", file=word, cause=os.strerror(ENOENT)),
            phrase("name an OPML file that you may read"),
        )
    address = address_of(word)
    return Target(typed=typed, kind="feed", address=whole(address), find=lambda: discover(address))


def _handle(word: str, around: Surroundings) -> Target | None:
    """``@user@host``, ``#tag@host``, and handles of Bluesky: ``@name.example``, ``name.bsky.social``."""
    person = re.fullmatch(rf"@({_NAME})@({HOST})", word, re.IGNORECASE)
    if person:
        base, name = base_of(person[2]), person[1]
        address = f"mastodon+{base}/@{quote(name, safe='')}"
        return Target(
            typed=word, kind="mastodon", address=address, find=lambda: mastodon_discovery.find_person(base, name)
        )
    tag = re.fullmatch(rf"#(\w+)@({HOST})", word, re.IGNORECASE)
    if tag:
        base, name = base_of(tag[2]), tag[1]
        address = f"mastodon+{base}/tags/{quote(name, safe='')}"
        return Target(
            typed=word, kind="mastodon", address=address, find=lambda: mastodon_discovery.find_tag(base, name)
        )
    handle = re.fullmatch(rf"@({_NAME}\.[\w-]+)|({_NAME}\.bsky\.social)|(did:[a-z]+:[\w.:%-]+)", word, re.IGNORECASE)
    if handle:
        return bluesky_place(word, f"/profile/{handle[1] or handle[2] or handle[3]}", around)
    return None
