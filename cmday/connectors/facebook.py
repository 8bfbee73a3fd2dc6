"""Facebook: comments on a Page's posts, posts that name it, and its messages (developers.facebook.com/docs/pages-api).

Written from documentation. Comments come with the newest posts in one request; only where a post has more new ones than
come at once are they asked for by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar, Final

from cmday.connectors.facebook_reading import comment, message, post, title_of
from cmday.connectors.graph_api import GraphApi, is_not_allowed
from cmday.connectors.graph_edges import AT_ONCE, MOST_POSTS, Edge, Edges, inner
from cmday.connectors.newest_first import Reach, reach
from cmday.connectors.protocol import Exchange, Probe
from cmday.connectors.social_posts import tables, text_of
from cmday.core.accounts import Account
from cmday.core.items import Cursor, Page

_FROM: Final = "from{id,name}"
_POST: Final = f"id,message,story,created_time,permalink_url,{_FROM}"
_COMMENT: Final = f"id,message,created_time,permalink_url,parent{{id}},{_FROM}"
_MESSAGE: Final = f"id,message,created_time,{_FROM}"
_ORDER: Final = {"order": "reverse_chronological", "filter": "stream"}
_INNER: Final = f"comments.order(reverse_chronological).filter(stream).limit({AT_ONCE}){{{_COMMENT}}}"
TALKS: Final = "conversations"
TAGGED: Final = "tagged"


class FacebookApi(GraphApi):
    """The API as a Page sees it."""

    title: ClassVar[str] = "Facebook"

    def page(self) -> Exchange[tuple[str, str]]:
        """Number and name of the Page that the token is of."""
        told = self.table((yield from self.get("/me", fields="id,name")))
        number = text_of(told, "id")
        if not number:
            raise self.garbled()
        return number, text_of(told, "name") or number


class Facebook:
    """One Page."""

    network: ClassVar[str] = "facebook"

    def __init__(self, account: Account) -> None:
        self.account = account

    def check(self) -> Exchange[Probe]:
        """Which Page it is, and whether its posts, and its messages, may be read."""
        api = FacebookApi(self.account)
        _, name = yield from api.page()
        api.rows(api.table((yield from api.get("/me/feed", fields="id", limit=1))))
        can, detail = {"profile", "notifications"}, None
        response = yield from api.get(f"/me/{TALKS}", platform="messenger", fields="id", limit=1)
        if is_not_allowed(response):
            detail = "this token may not read messages: they need the permission pages_messaging"
        else:
            api.rows(api.table(response))
            can.add("messages")
        return Probe(identity=name, capabilities=frozenset(can), detail=detail)

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """Posts with their comments, conversations with their messages, and where the Page is tagged."""
        api, known = FacebookApi(self.account), reach(since)
        if not known.me:
            known = Reach(me=(yield from api.page())[0])
        edges = Edges(api, known)
        feed = yield from edges.first("posts", "/me/feed", fields=f"{_POST},{_INNER}", limit=MOST_POSTS)
        said = f"id,link,messages.limit({AT_ONCE}){{{_MESSAGE}}}"
        talks = yield from edges.first(
            TALKS, f"/me/{TALKS}", may_lack=True, platform="messenger", fields=said, limit=MOST_POSTS
        )
        return (yield from edges.talk(self._edges(feed, talks, known.me)))

    def _edges(self, feed: dict[str, Any], talks: dict[str, Any], me: str) -> Iterator[Edge]:
        read = partial(post, account=self.account, me=me)
        yield Edge(name="posts", path="/me/feed", read=read, query={"fields": _POST}, came=feed)
        yield Edge(name=TAGGED, path=f"/me/{TAGGED}", read=read, query={"fields": _POST}, may_lack=True)
        for one in tables(feed.get("data")):
            number, came = text_of(one, "id"), inner(one, "comments")
            if number and came:
                about = (number, title_of(one))
                yield Edge(
                    name=number,
                    path=f"/{number}/comments",
                    read=partial(comment, account=self.account, me=me, about=about),
                    query={"fields": _COMMENT, **_ORDER},
                    came=came,
                )
        for one in tables(talks.get("data")):
            number, came = text_of(one, "id"), inner(one, "messages")
            if number and came:
                place = (number, text_of(one, "link"))
                yield Edge(
                    name=number,
                    path=f"/{number}/messages",
                    read=partial(message, account=self.account, me=me, place=place),
                    query={"fields": _MESSAGE},
                    came=came,
                )
