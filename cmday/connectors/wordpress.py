"""WordPress: comments on a site, new ones and those that wait for approval.

developer.wordpress.org/rest-api/reference/comments. Comments come oldest first, from the last one known on. What was
held is looked at again, until somebody decided.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

import msgspec
from msgspec.structs import replace

from cmday.connectors.http import parse_http_date
from cmday.connectors.protocol import Exchange, Partial, Probe, Response
from cmday.connectors.wordpress_api import FORBIDDEN, WordPressApi
from cmday.connectors.wordpress_reading import (
    Comment,
    comments_of,
    notification,
    post_above,
    post_of,
    threads_of,
)
from cmday.core.accounts import Account
from cmday.core.items import Cursor, Page

PAGE: Final = 100
MOST_PAGES: Final = 50
MOST_HELD: Final = 100
# ``after`` counts by the site's own clock, which goes back an hour once a year; what is known already is dropped.
OVERLAP: Final = timedelta(minutes=61)
_BAD_REQUEST: Final = 400
UNSEEN: Final = "this account may not moderate, so comments that wait for approval are not seen"


class Reach(msgspec.Struct, frozen=True, omit_defaults=True):
    """What has been read: every comment up to this time and id, held ones among them.

    ``me`` is our own number; ``plain`` and ``limited`` are what was found out of the site and of what we may do there.
    """

    at: datetime | None = None
    id: int = 0
    me: int = 0
    held: tuple[int, ...] = ()
    plain: bool = False
    limited: bool = False

    def cursor(self) -> Cursor:
        return Cursor(msgspec.json.encode(self).decode())


class WordPress:
    """One account on one site. ``server`` is the site's address, with or without ``https://``."""

    network: ClassVar[str] = "wordpress"

    def __init__(self, account: Account) -> None:
        self.account = account

    def check(self) -> Exchange[Probe]:
        """Who is signed in, and what this person may do on the site."""
        person = yield from WordPressApi(self.account).me()
        can = {"notifications", "replies"}
        can |= {"moderation"} if person.may("moderate_comments") else set()
        can |= {"posts"} if person.may("publish_posts") else set()
        return Probe(
            identity=person.name or person.slug or str(person.id),
            capabilities=frozenset(can),
            detail=None if "moderation" in can else UNSEEN,
        )

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """Everything after the cursor, oldest first, each page handed over; then what became of what was held."""
        return (yield from _Sweep(self.account, _reach(since)).talk())


class _Sweep:
    def __init__(self, account: Account, known: Reach) -> None:
        self.account = account
        self.known = known
        self.api = WordPressApi(account, plain=known.plain)
        self.doubt: str | None = None

    def talk(self) -> Exchange[Page]:
        before = self.known.held
        if not self.known.me:
            person = yield from self.api.me()
            self.known = replace(self.known, me=person.id)
        after = (self.known.at or datetime.now(UTC) - self.account.first_sweep) - OVERLAP
        page = self._page([], 0)
        for number in range(1, MOST_PAGES + 1):
            response = yield from self._ask(after, number)
            if number > 1 and response.status == _BAD_REQUEST:  # comments were deleted meanwhile: no such page
                break
            entries = self.api.read(response, list[Any])
            comments, spoilt = comments_of(entries)
            floor = _now(response) - self.account.first_sweep
            if number == MOST_PAGES:
                self.doubt = "the site has more new comments than cmday reads at once; the rest comes next time"
            page = self._page([one for one in comments if self._is_new(one, floor)], spoilt)
            if len(entries) < PAGE or _last(response, number):
                break
            yield Partial(page)
        if not before:
            return page
        yield Partial(page)
        return (yield from self._look_again(before))

    def _ask(self, after: datetime, number: int) -> Exchange[Response]:
        """One page, with what waits for approval where we may see it."""
        query: dict[str, str | int | None] = {
            "after": after.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
            "orderby": "date_gmt",
            "order": "asc",
            "per_page": PAGE,
            "page": number,
            "_embed": "up,in-reply-to",
        }
        if not self.known.limited:
            response = yield from self.api.get("/comments", status="all", context="edit", **query)
            if response.status != FORBIDDEN:
                return response
            self.known = replace(self.known, limited=True)
            self.doubt = UNSEEN
        return (yield from self.api.get("/comments", **query))

    def _is_new(self, one: Comment, floor: datetime) -> bool:
        if self.known.at is None:
            return one.at >= floor
        return (one.at, one.id) > (self.known.at, self.known.id)

    def _page(self, comments: list[Comment], spoilt: int) -> Page:
        """These comments as a page, with the cursor after them."""
        threads = threads_of(comments)
        theirs = [one for one in comments if one.author != self.known.me]
        if comments:
            last = max(comments, key=lambda one: (one.at, one.id))
            held = (*self.known.held, *(one.id for one in theirs if one.is_held))
            self.known = replace(self.known, at=last.at, id=last.id, held=tuple(dict.fromkeys(held))[-MOST_HELD:])
        self.known = replace(self.known, plain=self.api.plain)
        above = (post_above(one, threads[one.id], self.known.me) for one in theirs)
        posts = {one.id: one for one in above if one}
        posts |= {
            str(one.id): post_of(one, threads[one.id], mine=True) for one in comments if one.author == self.known.me
        }
        doubts = [self.doubt] if self.doubt else []
        doubts += [f"{spoilt} of the site's comments could not be read"] if spoilt else []
        self.doubt = None
        return Page(
            notifications=tuple(notification(one, self.account, threads[one.id]) for one in theirs),
            cursor=self.known.cursor(),
            gap="; ".join(doubts) or None,
            thread=tuple(posts.values()),
        )

    def _look_again(self, held: tuple[int, ...]) -> Exchange[Page]:
        """What became of comments that waited for approval: approved, or thrown away."""
        response = yield from self.api.get(
            "/comments",
            status="all",
            context="edit",
            include=",".join(map(str, held)),
            per_page=PAGE,
            _embed="up,in-reply-to",
        )
        comments, spoilt = comments_of(self.api.read(response, list[Any]))
        decided = [one for one in comments if not one.is_held]
        there = {one.id for one in comments}
        gone = [number for number in held if number not in there] if not spoilt else []
        settled = {one.id for one in decided} | set(gone)
        self.known = replace(self.known, held=tuple(one for one in self.known.held if one not in settled))
        threads = threads_of(decided)
        return Page(
            notifications=tuple(notification(one, self.account, threads[one.id]) for one in decided),
            cursor=self.known.cursor(),
            gap=self.doubt,
            gone=tuple(map(str, gone)),
        )


def _reach(since: Cursor | None) -> Reach:
    if since is None:
        return Reach()
    try:
        return msgspec.json.decode(since.value, type=Reach)
    except msgspec.DecodeError:
        return Reach()


def _now(response: Response) -> datetime:
    return parse_http_date(response.header("date") or "") or datetime.now(UTC)


def _last(response: Response, number: int) -> bool:
    """Whether the site says that there is no page after this one."""
    total = (response.header("x-wp-totalpages") or "").strip()
    return total.isascii() and total.isdigit() and number >= int(total[:9])
