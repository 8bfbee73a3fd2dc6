"""Answers on Facebook and Instagram: comments below a comment or post, as the Page or account itself.

developers.facebook.com/docs/graph-api/reference/object/comments and .../instagram-platform/comment-moderation.
Written from documentation.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

from cmday.connectors.answering import Answering, Written
from cmday.connectors.facebook import FacebookApi
from cmday.connectors.graph_api import GraphApi, is_no_such
from cmday.connectors.instagram import InstagramApi
from cmday.connectors.protocol import Exchange, Manner, Response
from cmday.connectors.social_posts import moment, tables, text_of
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent


class _GraphWriting(Answering):
    """``place`` is the number of the comment or post; the edge below it is called ``edge``."""

    edge: ClassVar[str]
    fields: ClassVar[str]
    text: ClassVar[str]
    told_at: ClassVar[str]
    _api: GraphApi

    @property
    def api(self) -> GraphApi:
        return self._api

    @abstractmethod
    def is_ours(self, found: Any, me: str) -> bool:
        """Whether a comment was written by this account."""

    @abstractmethod
    def me(self) -> Exchange[str]:
        """The own name or number, as comments have it."""

    def tell(self, place: str, outgoing: Outgoing) -> Exchange[Response]:
        return (yield from self.api.tell("POST", f"/{place}/{self.edge}", {"message": self.words(outgoing)}))

    def arrived(self, told: Any, _place: str) -> Sent | None:
        number = text_of(told, "id")
        return Sent(id=number) if number else None

    def written(self, place: str, _outgoing: Outgoing) -> Exchange[Iterable[Written]]:
        me = yield from self.me()
        response = yield from self.api.get(f"/{place}/{self.edge}", fields=self.fields, limit=100)
        told = self.api.table(response)
        if text_of(told, "paging", "next"):  # what was written last may stand further down
            raise self.untold()
        ours = [
            Written(
                id=text_of(one, "id"),
                text=text_of(one, self.text),
                at=moment(text_of(one, self.told_at)),
                url=text_of(one, "permalink_url") or None,
            )
            for one in tables(self.api.rows(told))
            if self.is_ours(one, me)
        ]
        return sorted(ours, key=lambda one: one.at.timestamp() if one.at else 0.0)

    def delete(self, number: str) -> Exchange[Response]:
        return (yield from self.api.tell("DELETE", f"/{number}"))

    def is_gone(self, response: Response) -> bool:
        return is_no_such(response) or super().is_gone(response)


class FacebookWriting(_GraphWriting):
    """Answers of one Page; its token wants ``pages_manage_engagement`` for them."""

    network: ClassVar[str] = "facebook"
    title: ClassVar[str] = "Facebook"
    usual: ClassVar[Manner] = Manner(most=8_000, findable=True, retractable=True)
    edge: ClassVar[str] = "comments"
    fields: ClassVar[str] = "id,message,from,created_time,permalink_url"
    text: ClassVar[str] = "message"
    told_at: ClassVar[str] = "created_time"

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._api: FacebookApi = FacebookApi(account)

    def me(self) -> Exchange[str]:
        return (yield from self._api.page())[0]

    def is_ours(self, found: Any, me: str) -> bool:
        return text_of(found, "from", "id") == me


class InstagramWriting(_GraphWriting):
    """Answers of one professional account, below comments on its own media."""

    network: ClassVar[str] = "instagram"
    title: ClassVar[str] = "Instagram"
    usual: ClassVar[Manner] = Manner(most=2_200, findable=True, retractable=True)
    edge: ClassVar[str] = "replies"
    fields: ClassVar[str] = "id,text,timestamp,username"
    text: ClassVar[str] = "text"
    told_at: ClassVar[str] = "timestamp"

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._api: InstagramApi = InstagramApi(account)

    def me(self) -> Exchange[str]:
        return (yield from self._api.who())[1]

    def is_ours(self, found: Any, me: str) -> bool:
        return text_of(found, "username") == me
