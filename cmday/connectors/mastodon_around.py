"""What a sweep of a Mastodon account brings beside its notifications.

What we wrote ourselves (by whatever program), the threads around what wants an answer, conversations that no
notification told of, the number of followers; and the mark of what was read. Servers know these things or not: what one
does not know is asked for again a day later.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from cmday.connectors.http import bearer, expect_ok
from cmday.connectors.mastodon_api import VERIFY, MastodonApi, words_of
from cmday.connectors.mastodon_paging import order
from cmday.connectors.mastodon_reading import Id, Person, Status, Told, aware, handle, native_id, read_one
from cmday.connectors.mastodon_sweep import Sweep
from cmday.connectors.protocol import Exchange, Partial, Request, Response
from cmday.connectors.social_posts import tables
from cmday.core.accounts import Credentials
from cmday.core.items import Notification, Page, ThreadPost
from cmday.errors import Unreachable
from cmday.text.plain import MOST, cut, plain

MOST_THREADS: Final = 20
MOST_POSTS: Final = 50
MOST_ABOVE: Final = 20
# Threads are fetched for so long, in seconds that the server took; the rest of them wait for the next sweep.
THREAD_SECONDS: Final = 3.0
# A message so young may still come as a notification: it is left to the next sweep.
SETTLED: Final = timedelta(minutes=1)
PAGE: Final = 40
_GONE: Final = frozenset({404, 410})
_UNKNOWN: Final = frozenset({400, 403, 404, 405, 410, 422, 500, 501})
_LARGEST: Final = 10_000_000_000

T = TypeVar("T")


class Written(msgspec.Struct, frozen=True):
    """A post, as far as a thread needs it."""

    id: Id
    created_at: datetime
    account: Person
    content: str | None = None
    spoiler_text: str | None = None
    url: str | None = None
    in_reply_to_id: Id | None = None


class Around:
    """What follows the notifications of one sweep."""

    def __init__(self, api: MastodonApi, credentials: Credentials, sweep: Sweep, *, sync_read: bool) -> None:
        self.api = api
        self.credentials = credentials
        self.sweep = sweep
        self.sync_read = sync_read

    def talk(self) -> Exchange[Page]:
        """All of it, handed over as it comes; returns the last page with the cursor of the whole sweep."""
        sweep = self.sweep
        try:
            followers = yield from self._look()
        except Unreachable:  # what was swept is stored; the rest is looked for at the next sweep
            followers = None
        return Page(notifications=(), cursor=sweep.known.cursor(), gap=sweep.doubt, followers=followers)

    def _look(self) -> Exchange[int | None]:
        sweep = self.sweep
        counted = yield from self._followers() if sweep.known.me is None else _nothing()
        yield from self._own_posts()
        yield from self._conversations()
        yield from self._threads()
        followers = counted or (yield from self._followers())
        if self.sync_read and sweep.fresh and sweep.known.top:
            yield from self._tell("/api/v1/markers", {"notifications": {"last_read_id": sweep.known.top}})
        return followers

    def _get(self, path: str, **query: str | int | None) -> Exchange[Response]:
        response: Response = yield self.api.get(self.credentials, path, **query)
        self.sweep.has_time = self.sweep.has_time and response.leaves_time
        return response

    def _tell(self, path: str, body: Any) -> Exchange[None]:
        """Tell the server what was read; one that knows no such thing needs none."""
        response: Response = yield Request(
            url=f"{self.api.base}{path}",
            method="POST",
            headers=(("accept", "application/json"), ("content-type", "application/json")),
            secret_headers=(bearer(self.credentials.secret),),
            body=msgspec.json.encode(body),
            follow=0,
        )
        self._read(response, msgspec.Raw)

    def _followers(self) -> Exchange[int | None]:
        """How many follow, asked once a day; one's own id comes with it."""
        if (self.sweep.known.me and self.sweep.known.counted == self._today) or not self.sweep.has_time:
            return None
        response = yield from self._get(VERIFY)
        person = self._read(response, Person)
        if person is None:
            return None
        self.sweep.known = replace(self.sweep.known, me=str(person.id), counted=self._today)
        count = person.followers_count
        return count if count is not None and 0 <= count < _LARGEST else None

    def _own_posts(self) -> Exchange[None]:
        """Our own answers since the last sweep: they tell what was answered by phone, by web or by a colleague."""
        known = self.sweep.known
        if known.me is None or not self.sweep.has_time:
            return
        response = yield from self._get(
            f"/api/v1/accounts/{quote(known.me, safe='')}/statuses",
            limit=PAGE,
            exclude_reblogs="true",
            since_id=known.own,
        )
        listed = self._read(response, list[Any])
        if not listed:
            return
        new = [one for one in _readable(listed) if known.own is None or order(str(one.id)) > order(known.own)]
        ids = [str(one.id) for one in new]
        self.sweep.known = replace(known, own=max([*ids, *filter(None, [known.own])], key=order, default=None))
        floor = self._now - self.sweep.account.first_sweep
        posts = [self._post(one, str(one.in_reply_to_id)) for one in new if one.in_reply_to_id is not None]
        mine = [one for one in posts if one.mine and (known.own or one.at >= floor)]
        if mine:
            yield self._hand_over((), mine)

    def _threads(self) -> Exchange[None]:
        """The threads of what wants an answer, newest first; those left over come with the next sweep."""
        spent = 0.0
        for number, (post, thread, native) in enumerate(self.sweep.known.wanted):
            if number >= MOST_THREADS or spent > THREAD_SECONDS or not self.sweep.has_time:
                return
            response = yield from self._get(f"/api/v1/statuses/{quote(post, safe='')}/context")
            spent += response.seconds
            posts = self._around(response, thread)
            self.sweep.known = replace(self.sweep.known, wanted=self.sweep.known.wanted[1:])
            gone = (native,) if response.status in _GONE and words_of(response) else ()
            if posts or gone:
                yield self._hand_over((), posts, gone)

    def _around(self, response: Response, thread: str) -> list[ThreadPost]:
        told = self._read(response, dict[str, Any])
        if told is None:
            return []
        above = list(_readable(told.get("ancestors")))[-MOST_ABOVE:]
        below = list(_readable(told.get("descendants")))[: MOST_POSTS - len(above)]
        return [self._post(one, thread) for one in [*above, *below]]

    def _conversations(self) -> Exchange[None]:
        """Direct messages that no notification told of (a filter held them back), and our own words in them."""
        known = self.sweep.known
        if known.no_talks == self._today or not self.sweep.has_time:
            return
        response = yield from self._get("/api/v1/conversations", limit=PAGE)
        listed = self._read(response, list[Any])
        if listed is None:
            self.sweep.known = replace(known, no_talks=self._today)
            return
        last = [(one, status) for one in tables(listed) for status in _readable([one.get("last_status")])]
        settled = [
            (one, status)
            for one, status in last
            if aware(status.created_at) <= self._now - SETTLED
            and (known.talks is None or order(str(status.id)) > order(known.talks))
        ]
        if not settled:
            return
        newest = max((str(status.id) for _, status in settled), key=order)
        self.sweep.known = replace(known, talks=newest, no_talks=None)
        floor = self._now - self.sweep.account.first_sweep
        recent = [(one, status) for one, status in settled if known.talks or aware(status.created_at) >= floor]
        posts = [self._post(status, str(status.in_reply_to_id or status.id)) for _, status in recent]
        missed = [self._message(one) for one, status in recent if self._is_missed(status)]
        told = tuple(one for one in missed if one)
        mine = [one for one in posts if one.mine]
        if told or mine:
            yield self._hand_over(told, mine)
        if self.sync_read:
            for one, _ in recent:
                if one.get("unread") is True and (number := native_id(one)):
                    yield from self._tell(f"/api/v1/conversations/{quote(number, safe='')}/read", {})

    def _is_missed(self, status: Written) -> bool:
        own = str(status.account.id) == self.sweep.known.me
        return not own and str(status.id) not in self.sweep.known.direct

    def _message(self, one: dict[str, Any]) -> Notification | None:
        """The last message of a conversation as if a notification had told of it."""
        try:
            status = msgspec.convert(one["last_status"], Status)
            written = msgspec.convert(one["last_status"], Written)
        except (msgspec.ValidationError, OverflowError):
            return None
        told = Told(
            id=f"conversation:{status.id}",
            type="mention",
            created_at=written.created_at,
            account=written.account,
            status=replace(status, visibility="direct"),
        )
        return read_one(told, self.api.account, self.sweep.known.me)

    def _read(self, response: Response, shape: type[T]) -> T | None:
        """The answer, None where the server knows no such thing and says so, or says something else altogether."""
        if response.status in _UNKNOWN:
            return None
        expect_ok(response, self.api.account.name, sign_in_hint=self.api.login())
        try:
            return msgspec.json.decode(response.body, type=shape)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None

    def _post(self, one: Written, thread: str) -> ThreadPost:
        account = self.api.account
        mine = str(one.account.id) == self.sweep.known.me
        who = handle(one.account, account.server)
        warning = plain(one.spoiler_text or "").strip()
        text = plain(one.content or "", MOST)
        return ThreadPost(
            id=str(one.id),
            thread=thread,
            author=cut((one.account.display_name or "").strip() or one.account.acct, 1_000),
            author_handle=who,
            text=cut(f"[{warning}] {text}" if warning else text, MOST),
            at=aware(one.created_at),
            url=one.url if one.url and one.url.startswith(("https://", "http://")) else None,
            answers=None if one.in_reply_to_id is None else str(one.in_reply_to_id),
            mine=mine,
            by=who if mine else None,
        )

    def _hand_over(
        self, told: tuple[Notification, ...], posts: list[ThreadPost], gone: tuple[str, ...] = ()
    ) -> Partial:
        self.sweep.fresh = self.sweep.fresh or bool(told)
        cursor = self.sweep.known.cursor()
        ordered = tuple(sorted(posts, key=lambda one: one.at))
        return Partial(Page(notifications=told, cursor=cursor, thread=ordered, gone=gone))

    @property
    def _now(self) -> datetime:
        return self.sweep.now or datetime.now(UTC)

    @property
    def _today(self) -> str:
        return self._now.date().isoformat()


def _nothing() -> Exchange[None]:
    yield from ()


def _readable(entries: Any) -> Iterator[Written]:
    for entry in entries if isinstance(entries, list) else ():
        try:
            yield msgspec.convert(entry, Written)
        except (msgspec.ValidationError, OverflowError):
            continue
