"""Muting a feed, or a word for a community: written into the person's own files, where it can be read and undone."""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from cmday.config.listed import add_to_list, take_from_list
from cmday.config.subscriptions import change_subscription, read_subscriptions
from cmday.core.handles import expand, is_handle
from cmday.errors import CmdayError, NotFound, WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.news.lists import known_address
from cmday.steps.news.meant import found_stories
from cmday.steps.news.report import LETTER, NAME
from cmday.storage import journal, undo
from cmday.text.safe_text import hide_logins

_FEED: Final = "feed:"
_WORD: Final = "word:"


class Muted(msgspec.Struct, frozen=True, kw_only=True):
    """What was muted, or is heard again: a feed by its address, or a word for a community."""

    kind: Literal["feed", "word"]
    what: str
    community: str | None
    muted: bool


class MutedData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday feeds mute --json``."""

    muted: tuple[Muted, ...]


def mute(session: Session, words: list[str], *, as_word: bool = False, off: bool = False) -> MutedData:
    """Mute the feeds of stories (by handle) or feeds (by address, or a part of it), else words for the communities.

    ``as_word`` takes them for words whatever feeds there are, ``off`` lets them be heard again. Words are muted for the
    communities in focus, or for all.
    """
    done: list[Muted] = []
    before: dict[str, bool] = {}  # what changes; what was so already is not undone
    try:
        for word in words:
            done += ([] if as_word else _feeds(session, word, before, off=off)) or _words(
                session, word, before, off=off
            )
    except CmdayError:
        for item, was in before.items():  # all of it or nothing
            restore(session, item, was)
        raise
    done = [msgspec.structs.replace(one, what=hide_logins(one.what)) for one in done]
    if before:
        verb = "mute" if not off else "unmute"
        said = ", ".join(one.what for one in done)
        db, now = session.database, session.clock.now()
        with db.write():
            undo.note(db, now, verb, NAME, said, before)
            journal.write(db, now, verb, step=NAME, item=hide_logins(next(iter(before))), text=said[:200])
    return MutedData(muted=tuple(done))


def is_mute(item: str) -> bool:
    """Whether what is to be undone is a mute."""
    return item.startswith((_FEED, _WORD))


def restore(session: Session, item: str, was: Any) -> str:
    """Put a mute back to what it was; returns what it was about."""
    if item.startswith(_FEED):
        url = item.removeprefix(_FEED)
        _set_feed(session, url, muted=bool(was))
        return hide_logins(url)
    community, _, word = item.removeprefix(_WORD).partition(":")
    _set_word(session, community, word, muted=bool(was))
    return word


def _feeds(session: Session, word: str, before: dict[str, bool], *, off: bool) -> list[Muted]:
    """Mute the feeds that a word names, and note in ``before`` what changed; none where it names none."""
    listed = read_subscriptions(session.home.feeds).feeds
    if all(is_handle(one) for one in expand([word], LETTER)):
        urls = [stored.feed_url for _, stored in found_stories(session, [word])]
    else:
        try:
            urls = [known_address(word, [feed.url for feed in listed])]
        except NotFound:
            if "/" in word:
                raise
            return []
    muted = {feed.url for feed in listed if feed.mute}
    for url in dict.fromkeys(urls):
        _set_feed(session, url, muted=not off)
        if (url in muted) == off:
            before.setdefault(f"{_FEED}{url}", off)
    return [Muted(kind="feed", what=url, community=None, muted=not off) for url in dict.fromkeys(urls)]


def _words(session: Session, word: str, before: dict[str, bool], *, off: bool) -> list[Muted]:
    """Mute a word for the communities, and note in ``before`` for which of them that is new."""
    names = session.communities or tuple(session.settings.communities)
    if not names:
        raise WrongUse(
            phrase("a word is muted for a community, and there is none"),
            phrase("name one in config.toml as [community.name]: cmday config edit"),
        )
    changed: list[str] = []
    for name in names:
        if _set_word(session, name, word, muted=not off):
            changed.append(name)
            before.setdefault(f"{_WORD}{name}:{word}", off)
    if not changed and off:
        raise NotFound(phrase('"{word}" is not muted', word=word), phrase("cmday config show lists what is"))
    return [Muted(kind="word", what=word, community=name, muted=not off) for name in changed or names]


def _set_feed(session: Session, url: str, *, muted: bool) -> None:
    if change_subscription(session.home.feeds, url, mute=muted or None) is None:
        raise NotFound(phrase("no feed has the address {word}", word=url), phrase("cmday feeds list shows them all"))


def _set_word(session: Session, community: str, word: str, *, muted: bool) -> bool:
    change = add_to_list if muted else take_from_list
    return change(session.home.config, f"community.{community}", "muted", word)
