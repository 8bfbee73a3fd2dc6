"""Adding feeds: from what a person typed to a feed that was found, read once, and written into feeds.toml."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from hashlib import blake2b
from typing import Final, Literal

import msgspec

from cmday.config.subscriptions import add_subscriptions, read_subscriptions, remove_subscriptions
from cmday.connectors.feed_discovery import Discovered, discover
from cmday.core.feeds import Subscription
from cmday.errors import CmdayError, WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.news.lists import known_address
from cmday.steps.news.refreshing import Refresher
from cmday.steps.news.subscribed import name_of
from cmday.steps.protocol import Question
from cmday.storage import feeds
from cmday.text.addresses import host_of, is_loopback, one_spelling
from cmday.text.safe_text import hide_logins

_SAMPLES: Final = 3
_DEADLINE: Final = 20.0


class AddedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One feed that was added, or was there already; ``others`` are more feeds that its site names."""

    url: str
    title: str
    status: Literal["added", "known"]
    communities: tuple[str, ...]
    entries: int
    samples: tuple[str, ...]
    others: tuple[str, ...]


class AddedData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday feeds add`` and ``import`` with ``--json``."""

    feeds: tuple[AddedRow, ...]


class RemovedData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday feeds remove --json``."""

    removed: tuple[str, ...]


class ExportedData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday feeds export --json``: the OPML itself where no file was named."""

    file: str | None
    feeds: int
    opml: str | None


class Adding:
    """The feeds of one ``cmday feeds add``: ask the questions, then take ``rows`` and ``errors``."""

    def __init__(self, session: Session, title: str | None, folder: str | None) -> None:
        self.session = session
        self.title = title
        self.folder = folder
        self.rows: list[AddedRow] = []
        self.errors: list[CmdayError] = []
        self._there = {feed.url: feed for feed in read_subscriptions(session.home.feeds).feeds}
        self._refresher = Refresher(session)

    def questions(self, targets: Iterable[str]) -> dict[str, Question]:
        """A question for each target that is not subscribed yet."""
        asked: dict[str, Question] = {}
        for target in dict.fromkeys(targets):
            address = _address(target)
            known = self._there.get(one_spelling(address if "://" in address else f"https://{address}"))
            if known:
                self._note_known(known)
                continue
            key = f"add:{target}"
            asked[key] = Question(
                key=key,
                subject=target,
                host=host_of(address if "://" in address else f"//{address}"),
                talk=partial(discover, address),
                store=partial(self._keep, target),
                deadline=_DEADLINE,
            )
        return asked

    def add_unseen(self, targets: Iterable[str]) -> None:
        """Add addresses as they stand, without asking them."""
        wanted = [self._subscription(_whole(_address(target))) for target in dict.fromkeys(targets)]
        self.add_listed(wanted)

    def add_listed(self, wanted: Iterable[Subscription]) -> None:
        """Add feeds as they are described, without asking them."""
        added, known = add_subscriptions(self.session.home.feeds, wanted)
        self.rows += [_row(feed, "added", feed.title or host_of(feed.url)) for feed in added]
        for feed in known:
            self._note_known(feed)

    def _keep(self, target: str, found: Discovered) -> None:
        from cmday.connectors.feed_parsing import parse

        fetched = found.fetched
        try:
            parsed = parse(fetched.body or b"", fetched.content_type, fetched.url)
        except CmdayError as error:
            error.subject = error.subject or target
            self.errors.append(error)
            return
        feed = self._subscription(found.url)
        if known := self._there.get(feed.url):
            self._note_known(known)
            return
        add_subscriptions(self.session.home.feeds, [feed])
        self._there[feed.url] = feed
        digest = blake2b(fetched.body or b"", digest_size=16).hexdigest()
        self._refresher.keep(feed, None, msgspec.structs.replace(fetched, hops=()), parsed, digest)
        self.rows.append(
            msgspec.structs.replace(
                _row(feed, "added", feed.title or parsed.title or host_of(feed.url)),
                entries=len(parsed.entries),
                samples=tuple(entry.title or entry.summary[:120] for entry in parsed.entries[:_SAMPLES]),
                others=tuple(map(hide_logins, found.others)),
            )
        )

    def _subscription(self, url: str) -> Subscription:
        return Subscription(
            url=one_spelling(url), title=self.title, folder=self.folder, communities=self.session.communities
        )

    def _note_known(self, feed: Subscription) -> None:
        state = feeds.state_of(self.session.database, feed.url)
        row = _row(feed, "known", name_of(feed, state))
        self.rows.append(msgspec.structs.replace(row, entries=state.entries if state else 0))


def remove_feeds(session: Session, words: Iterable[str]) -> RemovedData:
    """Take feeds off the list, with their entries. Raises ``NotFound`` before anything is removed."""
    listed = [feed.url for feed in read_subscriptions(session.home.feeds).feeds]
    urls = [known_address(word, listed) for word in words]
    removed = remove_subscriptions(session.home.feeds, urls)
    feeds.remove(session.database, urls)
    return RemovedData(removed=tuple(hide_logins(feed.url) for feed in removed))


def _row(feed: Subscription, status: Literal["added", "known"], title: str) -> AddedRow:
    return AddedRow(
        url=hide_logins(feed.url),
        title=title,
        status=status,
        communities=feed.communities,
        entries=0,
        samples=(),
        others=(),
    )


def _address(target: str) -> str:
    """What a person typed as an address; raises ``WrongUse`` for what cannot be one."""
    target = target.strip()
    try:
        if "://" in target or target.lower().startswith("feed:"):
            return one_spelling(target)
        whole = one_spelling(f"https://{target}")
    except ValueError:
        raise _no_address(target) from None
    host = host_of(whole)
    if is_loopback(host):
        return f"http://{target}"
    if "." not in host or "@" in target:
        raise _no_address(target)
    return target


def _whole(address: str) -> str:
    return address if "://" in address else f"https://{address}"


def _no_address(target: str) -> WrongUse:
    return WrongUse(
        phrase('"{target}" is no address of a site or feed, and no OPML file here', target=target),
        phrase("write it like example.org, https://example.org/feed.xml, or feeds.opml"),
    )
