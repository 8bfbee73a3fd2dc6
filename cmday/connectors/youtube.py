"""YouTube: comments on the videos of one's own channel, and the answers below them (developers.google.com/youtube/v3).

Threads are listed by the time of their first comment, so answers below old ones are noticed among the newest hundred
threads only. Every request counts against the day's quota, which is told.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from cmday.connectors.downward import Entry, Listing, Reach, Walk, reach
from cmday.connectors.protocol import Exchange, Partial, Probe
from cmday.connectors.social_posts import tables, text_of
from cmday.connectors.token_api import now_of
from cmday.connectors.youtube_api import QUOTA, READING, YouTubeApi, quota_day
from cmday.connectors.youtube_reading import (
    author_of,
    below,
    comment_entry,
    missing_answers,
    notification,
    post,
    thread_entries,
)
from cmday.core.accounts import Account
from cmday.core.items import Cursor, Page

PAGE: Final = 100
MOST_THREADS: Final = 20
_BAD_REQUEST: Final = 400


class YouTube:
    """One channel: ``username`` is its @handle or its number (UC...), needed with an API key."""

    network: ClassVar[str] = "youtube"

    def __init__(self, account: Account) -> None:
        self.account = account

    def check(self) -> Exchange[Probe]:
        """Which channel it is, and whether this secret may answer. Costs one unit."""
        api = YouTubeApi(self.account)
        _number, title, _count = yield from api.channel()
        can = {"profile", "notifications"} | (set() if api.is_key else {"replies"})
        return Probe(identity=title, capabilities=frozenset(can), detail=READING if api.is_key else None)

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """Everything after the cursor, newest page first, with what the day's quota has come to."""
        return (yield from _Sweep(self.account, reach(since)).talk())


class _Sweep:
    def __init__(self, account: Account, known: Reach) -> None:
        self.account = account
        self.api = YouTubeApi(account)
        self.walk = Walk(known, self._ask, now=datetime.now(UTC), first=account.first_sweep)
        self.channel = str(known.notes.get("channel", ""))
        self.threads: list[dict[str, Any]] = []
        self.followers: int | None = None

    def talk(self) -> Exchange[Page]:
        if not self.channel:
            self.channel, _title, self.followers = yield from self.api.channel()
            self.walk.known = self.walk.known.noting(channel=self.channel)
        yield from self.walk.talk(self._hand_over)
        return Page(
            notifications=(), cursor=self._cursor(), gap=self.walk.doubt, followers=self.followers, said=self._quota()
        )

    def _ask(self, below_it: str | None) -> Exchange[Listing | None]:
        response = yield from self.api.list(
            "commentThreads",
            part="snippet,replies",
            allThreadsRelatedToChannelId=self.channel,
            order="time",
            maxResults=PAGE,
            pageToken=below_it,
        )
        self.walk.now = now_of(response)
        if below_it and response.status == _BAD_REQUEST:  # names of pages do not live for ever
            self.walk.doubt = "YouTube no longer gives the comments between the last sweep and this one"
            return None
        found = self.api.read(response)
        listed = found.get("items") if isinstance(found, dict) else None
        if not isinstance(listed, list):
            raise self.api.garbled()
        entries: list[Entry] = []
        spoilt = 0
        for thread in listed:
            read = thread_entries(thread)
            spoilt += read is None
            entries += read or []
        if below_it is None:
            entries += yield from self._missing(tables(listed))
        return Listing(entries, spoilt, text_of(found, "nextPageToken") or None)

    def _missing(self, threads: list[dict[str, Any]]) -> Exchange[list[Entry]]:
        """The answers of threads that have more than came with them, where there are more than last time."""
        counts = self.walk.known.notes.get("counts")
        before = counts if isinstance(counts, dict) else {}
        after: dict[str, int] = {}
        found: list[Entry] = []
        asked = 0
        for thread in threads:
            total, read = missing_answers(thread), thread_entries(thread)
            if not total or not read:
                continue
            comment = read[0]
            if before.get(comment.id) != total:
                if asked >= MOST_THREADS:
                    continue
                asked += 1
                found += yield from self._answers(comment)
            after[comment.id] = total
        self.walk.known = self.walk.known.noting(counts=after or None)
        return found

    def _answers(self, comment: Entry) -> Exchange[list[Entry]]:
        response = yield from self.api.list("comments", part="snippet", parentId=comment.id, maxResults=PAGE)
        found = self.api.read(response)
        listed = tables(found.get("items")) if isinstance(found, dict) else []
        return [below(one, comment) for one in map(comment_entry, listed) if one]

    def _hand_over(self, entries: list[Entry], spoilt: int) -> Exchange[None]:
        once = {one.id: one for one in entries}.values()
        yield Partial(
            Page(
                notifications=tuple(notification(one, self.account) for one in once if not self._is_mine(one)),
                cursor=self._cursor(),
                gap=f"{spoilt} of the channel's comments could not be read" if spoilt else None,
                thread=tuple(post(one) for one in once if self._is_mine(one)),
            )
        )

    def _is_mine(self, one: Entry) -> bool:
        return author_of(one.body) == self.channel

    def _quota(self) -> str:
        """What the day has cost until now, of what a project has a day."""
        return f"{self._spent():,}/{QUOTA:,}"

    def _spent(self) -> int:
        spent = self.walk.known.notes.get("units")
        known = spent if isinstance(spent, list) and len(spent) == 2 else ["", 0]  # noqa: PLR2004  day and units
        before = known[1] if known[0] == quota_day(self.walk.now) and isinstance(known[1], int) else 0
        return before + self.api.units

    def _cursor(self) -> Cursor:
        """With the units of the day; those of this conversation are counted in each cursor anew."""
        return self.walk.known.noting(units=[quota_day(self.walk.now), self._spent()]).cursor()
