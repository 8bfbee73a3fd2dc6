"""Moderating on Reddit: the mod queue of the subreddits that one moderates (reddit.com/dev/api, section moderation).

Written from documentation. Who reported something is told of moderators only; others are a reason and a count.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from cmday.connectors.moderating import MOST_NAME, NO_MODERATOR, subject_of, unreadable
from cmday.connectors.newest_first import server_time
from cmday.connectors.noticing import from_epoch, texts, web_address
from cmday.connectors.protocol import Exchange, Manner, Partial
from cmday.connectors.reddit import PAGE, SITE, RedditApi
from cmday.connectors.reddit_deciding import Deciding
from cmday.connectors.social_posts import text_of
from cmday.connectors.token_api import FORBIDDEN, NOT_FOUND
from cmday.core.accounts import Account
from cmday.core.cases import Case, CaseReport, Offer, QueueEntry, QueuePage
from cmday.core.items import Cursor
from cmday.core.outbox import Outgoing, Sent
from cmday.text.plain import MOST, cut

MOST_PAGES: Final = 20
_OFFERS: Final = (
    Offer(action="approve", does="approves it: it is shown, and leaves the mod queue"),
    Offer(action="remove", does="removes it: nobody but its author and moderators sees it", inverse="restore"),
    Offer(action="label", does='removes it as spam, which Reddit learns from ("spam" alone)', inverse="unlabel"),
    Offer(action="lock", does="locks it: nobody can answer below it", inverse="unlock"),
    Offer(action="resolve", does="ignores its reports, those to come too", inverse="reopen"),
    Offer(
        action="ban",
        does="bans its author from the subreddit; a time is counted in whole days, up to 999",
        inverse="unban",
        timed=True,
    ),
    Offer(action="reply", does="answers below it, for everybody to read", wants_text=True),
    Offer(action="warn", does="writes its author a private message", wants_text=True),
)


class RedditModqueue:
    """Moderates for one account. Option ``subreddits``: which (all that one moderates where none is named)."""

    network: ClassVar[str] = "reddit"
    patience: ClassVar[float] = 30.0
    usual: ClassVar[Manner] = Manner(most=10_000, findable=True)

    def __init__(self, account: Account) -> None:
        self.account = account
        self.api = RedditApi(account)

    def manner(self) -> Exchange[Manner]:
        yield from ()  # a conversation without a request is still a generator
        return self.usual

    def offers(self) -> Exchange[tuple[Offer, ...]]:
        """All of them, to who moderates anything."""
        response = yield from self.api.get("/subreddits/mine/moderator", limit=1, raw_json=1)
        if response.status == FORBIDDEN:
            return ()
        told = self.api.read(response)
        data = told.get("data") if isinstance(told, dict) else None
        return _OFFERS if self.api.listed(data.get("children") if isinstance(data, dict) else None) else ()

    def queue(self, since: Cursor | None) -> Exchange[QueuePage]:  # noqa: ARG002  a queue is read whole each time
        """The mod queue, newest first, each page handed over."""
        names = "+".join(one.removeprefix("r/") for one in texts(self.account, "subreddits")) or "mod"
        after: str | None = None
        whole = True
        for _ in range(MOST_PAGES):
            path = f"/r/{names}/about/modqueue"
            response = yield from self.api.get(path, limit=PAGE, after=after, raw_json=1)
            if response.status in (FORBIDDEN, NOT_FOUND):
                return QueuePage(entries=(), said=NO_MODERATOR)
            told = self.api.read(response)
            data = told.get("data") if isinstance(told, dict) else None
            listed = self.api.listed(data.get("children") if isinstance(data, dict) else None)
            found = [one for thing in listed if (one := entry_of(thing))]
            spoilt = len(listed) - len(found)
            whole = whole and not spoilt
            yield Partial(QueuePage(entries=tuple(found), gap=unreadable(spoilt, "the queue's entries")))
            after = text_of(data, "after") or None
            if after is None:
                return QueuePage(entries=(), whole=whole)
        return QueuePage(entries=())

    def look(self, case: Case) -> Exchange[QueueEntry | None]:
        """The thing as it stands now; what a moderator removed or approved meanwhile is resolved."""
        response, data = yield from Deciding(self.account, self.api).thing(subject_of(case))
        if data is None or text_of(data, "author") == "[deleted]":
            return None
        found = entry_of({"data": data}, server_time(response))
        if found is None:
            raise self.api.garbled()
        return found

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        """Carry out an action."""
        return (yield from Deciding(self.account, self.api).send(outgoing))

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:
        """Whether the thing stands as the action would have it."""
        return (yield from Deciding(self.account, self.api).find(outgoing, taken))

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        """Carry out the inverse, where there is one."""
        yield from Deciding(self.account, self.api).retract(outgoing)


def entry_of(thing: Any, now: Any = None) -> QueueEntry | None:
    """A post or comment as an entry; None for what cannot be read."""
    data = thing.get("data") if isinstance(thing, dict) else None
    name, author = text_of(data, "name"), text_of(data, "author")
    at = from_epoch(data.get("created_utc")) if isinstance(data, dict) else None
    if not isinstance(data, dict) or not name.startswith(("t1_", "t3_")) or at is None:
        return None
    words = [text_of(data, "title"), text_of(data, "selftext") or text_of(data, "body")]
    place = {"subreddit": text_of(data, "subreddit"), "link": text_of(data, "link_id") or name}
    decided = _decided(data, now or at)
    return QueueEntry(
        subject=name,
        author=cut(author, MOST_NAME),
        author_handle=cut(f"u/{author}" if author else "", MOST_NAME),
        author_id=author or None,
        text=cut("\n\n".join(filter(None, words)), MOST),
        url=web_address(f"{SITE}{text_of(data, 'permalink')}"),
        at=at,
        reports=tuple(_reports(data, name, at)),
        thread=place["link"],
        edited=from_epoch(data.get("edited")),
        held=data.get("banned_by") is True,
        resolved=decided[0] if decided else None,
        resolved_as=decided[1] if decided else None,
        labels=("spam",) if data.get("spam") is True else (),
        place=place,
    )


def _decided(data: dict[str, Any], now: Any) -> tuple[Any, str] | None:
    """What a moderator did with it. Reddit's own filter is no decision: it is why something waits."""
    for who, when, what in (("approved_by", "approved_at_utc", "approved"), ("banned_by", "banned_at_utc", "removed")):
        name = text_of(data, who)
        if name:
            return from_epoch(data.get(when)) or now, cut(f"{what} by {name}", MOST_NAME)
    return None


def _reports(data: dict[str, Any], name: str, at: Any) -> list[CaseReport]:
    found = []
    for kind in ("mod_reports", "user_reports"):
        listed = data.get(kind)
        for number, one in enumerate(listed if isinstance(listed, list) else []):
            if not (isinstance(one, list) and len(one) > 1 and isinstance(one[0], str)):
                continue
            by = str(one[1]) if kind == "mod_reports" else f"{one[1]} people" if one[1] != 1 else "somebody"
            found.append(
                CaseReport(
                    id=f"{name}-{kind}-{number}",
                    by=cut(by, MOST_NAME),
                    by_handle=cut(f"u/{by}" if kind == "mod_reports" else "", MOST_NAME),
                    reason=cut(" ".join(one[0].split()), MOST_NAME),
                    at=at,
                )
            )
    return found
