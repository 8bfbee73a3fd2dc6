"""Adding feeds: from what a person typed to a feed that was found, read once, and written into feeds.toml."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final, Literal

import msgspec

from cmday.config.subscriptions import add_subscriptions, read_subscriptions, remove_subscriptions
from cmday.connectors.feed_discovery import Discovered
from cmday.connectors.feed_parsing import parse
from cmday.connectors.protocol import Exchange
from cmday.connectors.web_only import web_only
from cmday.connectors.x_posts import kept_address, most_cost
from cmday.core.feeds import Subscription, Validators
from cmday.errors import CmdayError
from cmday.i18n import language
from cmday.session import Session
from cmday.steps.news import asking
from cmday.steps.news.lists import known_address
from cmday.steps.news.reading import digest_of
from cmday.steps.news.refreshing import Refresher
from cmday.steps.news.source_limits import limits_of
from cmday.steps.news.subscribed import name_of
from cmday.steps.news.target import Surroundings, Target
from cmday.steps.news.targets import read_target
from cmday.steps.protocol import Question
from cmday.steps.spending import SourcePurse
from cmday.storage import feeds
from cmday.text.addresses import host_of, kind_and_rest, one_spelling
from cmday.text.safe_text import hide_logins

Status = Literal["added", "known", "dry-run"]
_SAMPLES: Final = 3
_DEADLINE: Final = 20.0


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What a paid source costs, in dollars: ``look`` was spent now, ``most`` is what one look may cost from now on."""

    look: float
    most: float
    today: float
    cap_day: float
    month: float
    cap_month: float


class AddedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One feed that was added, or was there already; ``others`` are more feeds that its site names.

    ``limits`` says in English what this kind of source gives and does not; ``cost`` is None for what costs nothing.
    """

    url: str
    title: str
    status: Status
    communities: tuple[str, ...]
    entries: int
    samples: tuple[str, ...]
    others: tuple[str, ...]
    kind: str
    limits: str
    cost: Cost | None


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

    def targets(self, typed: Iterable[str]) -> list[Target]:
        """What was typed, understood; raises ``WrongUse`` before anything is asked."""
        around = surroundings(self.session)
        return [read_target(word, around) for word in dict.fromkeys(typed)]

    def questions(self, targets: Iterable[Target]) -> dict[str, Question]:
        """A question for each target that is not subscribed yet."""
        asked: dict[str, Question] = {}
        for target in targets:
            known = self._known(target)
            if known:
                self._note_known(known, target.kind)
                continue
            key = f"add:{target.typed}"
            purse = self._purse(target)
            asked[key] = Question(
                key=key,
                subject=target.typed,
                host=host_of(target.address),
                talk=partial(self._find, target, purse),
                store=partial(self._keep, target, purse),
                deadline=_DEADLINE,
            )
        return asked

    def foretell(self, targets: Iterable[Target]) -> None:
        """Say what would be asked, and what it would cost, without asking."""
        for target in targets:
            row = _row(self._subscription(target.address), "dry-run", target.typed, target.kind)
            self.rows.append(msgspec.structs.replace(row, cost=self.price(target)))

    def price(self, target: Target) -> Cost | None:
        """What a look at a target may cost, before it is asked; None where it costs nothing."""
        purse = self._purse(target)
        return None if purse is None or self._known(target) else cost_of(purse, target.address)

    def add_unseen(self, targets: Iterable[Target]) -> None:
        """Add addresses as they stand, without asking them."""
        self.add_listed([self._subscription(target.address) for target in targets])

    def add_listed(self, wanted: Iterable[Subscription]) -> None:
        """Add feeds as described, without asking them; one without community or folder gets those asked for."""
        placed = [
            msgspec.structs.replace(
                feed,
                communities=feed.communities or self.session.communities,
                folder=feed.folder or self.folder,
            )
            for feed in wanted
        ]
        added, known = add_subscriptions(self.session.home.feeds, placed)
        self.rows += [_row(feed, "added", feed.title or host_of(feed.url)) for feed in added]
        for feed in known:
            self._note_known(feed)

    def _known(self, target: Target) -> Subscription | None:
        """The subscription that this target is, whatever number its address was given when it was added."""
        try:
            wanted = one_spelling(target.address)
        except ValueError:
            return None
        if wanted in self._there or not kind_and_rest(wanted)[0]:
            return self._there.get(wanted)
        return next((feed for url, feed in self._there.items() if url.startswith(f"{wanted}?")), None)

    def _purse(self, target: Target) -> SourcePurse | None:
        account = asking.source_of(self.session, "x", target.address) if target.kind == "x" else None
        return SourcePurse(self.session.database, account, self.session.clock) if account else None

    def _find(self, target: Target, purse: SourcePurse | None) -> Exchange[Discovered]:
        if target.find:
            return (yield from web_only(target.find()))
        fetched = yield from asking.ask(self.session, target.address, Validators(), purse=purse)
        url = kept_address(target.address, fetched) if target.kind == "x" else target.address
        return Discovered(url=url, fetched=fetched)

    def _keep(self, target: Target, purse: SourcePurse | None, found: Discovered) -> None:
        fetched = found.fetched
        try:
            parsed = fetched.parsed or parse(fetched.body or b"", fetched.content_type, fetched.url)
        except CmdayError as error:
            error.subject = error.subject or target.typed
            self.errors.append(error)
            return
        feed = self._subscription(found.url, found.title)
        if known := self._there.get(feed.url):
            self._note_known(known, target.kind)
            return
        add_subscriptions(self.session.home.feeds, [feed])
        self._there[feed.url] = feed
        digest = digest_of(fetched.body or b"")
        self._refresher.keep(feed, None, msgspec.structs.replace(fetched, hops=()), parsed, digest)
        asking.settle(self.session, feed.url, fetched)
        self.rows.append(
            msgspec.structs.replace(
                _row(feed, "added", feed.title or parsed.title or host_of(feed.url), target.kind),
                entries=len(parsed.entries),
                samples=tuple(entry.title or entry.summary[:120] for entry in parsed.entries[:_SAMPLES]),
                others=tuple(map(hide_logins, found.others)),
                cost=cost_of(purse, feed.url) if purse else None,
            )
        )

    def _subscription(self, url: str, title: str | None = None) -> Subscription:
        return Subscription(
            url=one_spelling(url), title=self.title or title, folder=self.folder, communities=self.session.communities
        )

    def _note_known(self, feed: Subscription, kind: str = "feed") -> None:
        state = feeds.state_of(self.session.database, feed.url)
        row = _row(feed, "known", name_of(feed, state), kind)
        self.rows.append(msgspec.structs.replace(row, entries=state.entries if state else 0))


def surroundings(session: Session) -> Surroundings:
    """What the meaning of a target depends on: services, sources, and the language of the community it is for."""
    settings = session.settings
    named = [settings.communities[name] for name in session.communities if name in settings.communities]
    languages = [community.languages[0] for community in named if community.languages]
    return Surroundings(
        services=settings.services,
        sources=settings.sources,
        language=(languages or [settings.language or language()])[0],
    )


def cost_of(purse: SourcePurse, url: str) -> Cost:
    """What a paid source cost now, and what it may cost."""
    account, before = purse.account, purse.spent()
    caps = [account.options.get(name) for name in ("cap_day", "cap_month")]
    day, month = (cap if isinstance(cap, int) else 0 for cap in caps)
    amounts = (purse.cost(), most_cost(url, account), before.day, day, before.month, month)
    look, most, today, cap_day, this_month, cap_month = (amount / 1_000_000 for amount in amounts)
    return Cost(look=look, most=most, today=today, cap_day=cap_day, month=this_month, cap_month=cap_month)


def remove_feeds(session: Session, words: Iterable[str]) -> RemovedData:
    """Take feeds off the list, with their entries. Raises ``NotFound`` before anything is removed."""
    listed = [feed.url for feed in read_subscriptions(session.home.feeds).feeds]
    urls = [known_address(word, listed) for word in words]
    removed = remove_subscriptions(session.home.feeds, urls)
    feeds.remove(session.database, urls)
    return RemovedData(removed=tuple(hide_logins(feed.url) for feed in removed))


def _row(feed: Subscription, status: Status, title: str, kind: str = "feed") -> AddedRow:
    return AddedRow(
        url=hide_logins(feed.url),
        title=title,
        status=status,
        communities=feed.communities,
        entries=0,
        samples=(),
        others=(),
        kind=kind,
        limits=limits_of(kind).english,
        cost=None,
    )
