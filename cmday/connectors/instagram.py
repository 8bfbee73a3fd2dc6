"""Instagram: comments on an account's media, the answers below them, and media that tag it (instagram-graph-api).

Written from documentation (developers.facebook.com/docs/instagram-platform). The token is that of the Page which the
professional account is linked to. Mentions in captions and comments are told to webhooks only, and cmday is no server.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar, Final

from msgspec.structs import replace

from cmday.connectors.graph_api import GraphApi
from cmday.connectors.graph_edges import AT_ONCE, MOST_POSTS, Edge, Edges, inner
from cmday.connectors.instagram_reading import comment, tagging, title_of
from cmday.connectors.newest_first import Reach, reach
from cmday.connectors.protocol import Exchange, Probe
from cmday.connectors.social_posts import tables, text_of
from cmday.core.accounts import Account
from cmday.core.items import Cursor, Page

_SAID: Final = "id,text,timestamp,username"
_COMMENT: Final = f"{_SAID},replies.limit({AT_ONCE}){{{_SAID}}}"
_MEDIA: Final = f"id,caption,permalink,timestamp,comments.limit({AT_ONCE}){{{_COMMENT}}}"
_TAGGING: Final = "id,caption,permalink,timestamp,username"
_LINKED: Final = "instagram_business_account"
NUMBER: Final = "number"
TAGS: Final = "tags"


class InstagramApi(GraphApi):
    """The API as the Page sees it that the account is linked to."""

    title: ClassVar[str] = "Instagram"

    def who(self) -> Exchange[tuple[str, str]]:
        """Number and user name of the account that is linked to the token's Page."""
        response = yield from self.get("/me", fields=f"id,{_LINKED}{{id,username}}")
        told = self.table(response)
        number, name = text_of(told, _LINKED, "id"), text_of(told, _LINKED, "username")
        if number and name:
            return number, name
        if not text_of(told, "id"):
            raise self.garbled()
        raise self.refused(response, "no professional Instagram account is linked to the Page of this token")


class Instagram:
    """One professional account (business or creator)."""

    network: ClassVar[str] = "instagram"

    def __init__(self, account: Account) -> None:
        self.account = account

    def check(self) -> Exchange[Probe]:
        """Which account it is, and whether its media may be read."""
        api = InstagramApi(self.account)
        number, name = yield from api.who()
        api.rows(api.table((yield from api.get(f"/{number}/media", fields="id", limit=1))))
        return Probe(identity=f"@{name}", capabilities=frozenset({"profile", "notifications"}))

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """The newest media with their comments and answers, and what tags the account."""
        api, known = InstagramApi(self.account), reach(since)
        if not known.me or NUMBER not in known.notes:
            number, name = yield from api.who()
            known = Reach(me=name, notes={NUMBER: number})
        edges = Edges(api, known)
        number = known.notes[NUMBER]
        media = yield from edges.first("media", f"/{number}/media", fields=_MEDIA, limit=MOST_POSTS)
        return (yield from edges.talk(self._edges(media, number, known.me)))

    def _edges(self, media: dict[str, Any], number: str, me: str) -> Iterator[Edge]:
        read = partial(tagging, account=self.account, me=me)
        yield Edge(name=TAGS, path=f"/{number}/{TAGS}", read=read, query={"fields": _TAGGING}, may_lack=True)
        for one in tables(media.get("data")):
            native, came = text_of(one, "id"), inner(one, "comments")
            if native and came:
                about = (native, title_of(one), text_of(one, "permalink"))
                comments = Edge(
                    name=native,
                    path=f"/{native}/comments",
                    read=partial(comment, account=self.account, me=me, about=about),
                    query={"fields": _COMMENT},
                    came=came,
                )
                yield comments
                # Answers have an order of their own: below an old comment may stand a new one.
                yield replace(comments, name=f"{native} answers", came={"data": _answers(came)})


def _answers(came: dict[str, Any]) -> list[dict[str, Any]]:
    """The answers below these comments, each with the number of what it answers."""
    below = [(one, inner(one, "replies")) for one in tables(came["data"])]
    return [{**each, "above": text_of(one, "id")} for one, found in below if found for each in tables(found["data"])]
