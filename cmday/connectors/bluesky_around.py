"""What a sweep of a Bluesky account brings beside its notifications: what we wrote ourselves (by whatever program), the
threads around what wants an answer, direct messages, the number of followers; and the mark of what was read.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from msgspec.structs import replace

from cmday.connectors import bluesky_chat as chat
from cmday.connectors.bluesky_api import Xrpc, words_of
from cmday.connectors.bluesky_notices import DELETED, post_of_view, stamp, thread_posts
from cmday.connectors.bluesky_sweep import Sweep
from cmday.connectors.protocol import Exchange, Partial, Response
from cmday.connectors.social_posts import tables, text_of
from cmday.core.items import Page, ThreadPost
from cmday.errors import Unreachable

MOST_THREADS: Final = 20
MOST_POSTS: Final = 50
# Threads are fetched for so long, in seconds that the server took; the rest of them wait for the next sweep.
THREAD_SECONDS: Final = 3.0
# One's own posts come into the list by and by: those a little older than the newest one are looked at again.
OVERLAP: Final = timedelta(minutes=10)
_UNKNOWN: Final = frozenset({400, 403, 404})
_LARGEST: Final = 10_000_000_000


class Around:
    """What follows the notifications of one sweep."""

    def __init__(self, api: Xrpc, sweep: Sweep, *, sync_read: bool) -> None:
        self.api = api
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
        yield from self._own_posts()
        yield from self._messages()
        yield from self._threads()
        followers = yield from self._followers()
        if self.sync_read and sweep.fresh and sweep.known.top:
            # Only what is older than the mark counts as seen.
            at = datetime.fromisoformat(sweep.known.top) + timedelta(milliseconds=1)
            told = {"seenAt": at.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
            seen = yield from self.api.post("app.bsky.notification.updateSeen", told, repeatable=True)
            if not 200 <= seen.status <= 299:  # noqa: PLR2004  its answer has no body
                self.api.read(seen)
        return followers

    def _get(self, method: str, **query: Any) -> Exchange[Response]:
        response: Response = yield from self.api.get(method, **query)
        self.sweep.has_time = self.sweep.has_time and response.leaves_time
        return response

    def _hand_over(self, page: Page) -> Partial:
        return Partial(replace(page, cursor=self.sweep.known.cursor()))

    def _own_posts(self) -> Exchange[None]:
        """Our own answers since the last sweep: they tell what was answered by phone, by web or by a colleague."""
        known = self.sweep.known
        if not self.sweep.has_time:
            return
        response = yield from self._get(
            "app.bsky.feed.getAuthorFeed", actor=self.api.me, filter="posts_with_replies", limit=100
        )
        if response.status in _UNKNOWN:  # an account that has never posted is nobody to the AppView
            return
        views = tables(self.api.read(response).get("feed"))
        posts = [post_of_view(view.get("post"), None, self.api.is_me) for view in views if "reason" not in view]
        mine = [one for one in posts if one and one.mine]
        floor = known.own or self.sweep.floor
        new = [one for one in mine if one.answers and stamp(one.at + OVERLAP) >= floor]
        newest = max((stamp(one.at) for one in mine), default=None)
        self.sweep.known = replace(known, own=max(filter(None, (known.own, newest)), default=None))
        if new and (known.own is None or any(stamp(one.at) > known.own for one in new)):
            yield self._hand_over(_page(new))

    def _threads(self) -> Exchange[None]:
        """The threads of what wants an answer, newest first; those left over come with the next sweep."""
        spent, seen = 0.0, set[str]()
        for number, uri in enumerate(self.sweep.known.wanted):
            if number >= MOST_THREADS or spent > THREAD_SECONDS or not self.sweep.has_time:
                return
            posts: list[ThreadPost] = []
            gone = False
            if uri not in seen:
                response = yield from self._get("app.bsky.feed.getPostThread", uri=uri, depth=6, parentHeight=20)
                spent += response.seconds
                gone, posts = self._thread(response, uri)
                seen.update(one.id for one in posts)
            left = self.sweep.known.wanted[1:]
            self.sweep.known = replace(self.sweep.known, wanted=left)
            if posts or gone:
                yield self._hand_over(_page(posts, gone=(uri,) if gone else ()))

    def _thread(self, response: Response, uri: str) -> tuple[bool, list[ThreadPost]]:
        """Whether the post is gone, and what stands around it."""
        if response.status in _UNKNOWN:
            return words_of(response)[0] == "NotFound", []
        view = self.api.read(response).get("thread")
        if not isinstance(view, dict):
            raise self.api.garbled()
        if text_of(view, "$type") == DELETED:
            return True, []
        post = post_of_view(view.get("post"), None, self.api.is_me)
        return False, list(thread_posts(view, post.thread if post else uri, self.api.is_me, MOST_POSTS))

    def _messages(self) -> Exchange[None]:
        """Direct messages. Where they are closed to this password that is asked again the next day."""
        known, today = self.sweep.known, self._today
        if known.no_chat == today or not self.sweep.has_time:
            return
        try:
            convos = yield from chat.conversations(self.api, known.chat)
        except chat.Closed as closed:
            if closed.lasting or known.chat is None:
                self.sweep.known = replace(known, no_chat=today)
            else:
                self.sweep.doubt = self.sweep.doubt or "direct messages could not be read this time"
            return
        for convo in convos:
            found = yield from chat.messages(self.api, convo, known.chat, self.sweep.floor)
            page = chat.page_of(self.api, convo, found)
            self.sweep.known = replace(self.sweep.known, chat=text_of(convo, "rev"), no_chat=None)
            yield self._hand_over(page)
            if self.sync_read and page.notifications:
                read = yield from self.api.post(
                    "chat.bsky.convo.updateRead", {"convoId": text_of(convo, "id")}, chat=True, repeatable=True
                )
                self.api.read(read)

    def _followers(self) -> Exchange[int | None]:
        """How many follow, asked once a day."""
        if self.sweep.known.counted == self._today or not self.sweep.has_time:
            return None
        response = yield from self._get("app.bsky.actor.getProfile", actor=self.api.me)
        self.sweep.known = replace(self.sweep.known, counted=self._today)
        if response.status in _UNKNOWN:
            return None
        count = self.api.read(response).get("followersCount")
        return count if type(count) is int and 0 <= count < _LARGEST else None

    @property
    def _today(self) -> str:
        now: datetime = self.sweep.now
        return now.date().isoformat()


def _page(posts: list[ThreadPost], gone: tuple[str, ...] = ()) -> Page:
    return Page(notifications=(), cursor=None, thread=tuple(sorted(posts, key=lambda one: one.at)), gone=gone)
