"""Answers on YouTube: comments below a comment (developers.google.com/youtube/v3/docs/comments, insert and delete).

They cost 50 units of the day's quota each, and want an OAuth access token: an API key only reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from cmday.connectors.answering import Answering, Written
from cmday.connectors.protocol import Authorised, Exchange, Manner, Response
from cmday.connectors.social_posts import moment, tables, text_of
from cmday.connectors.youtube_api import READING, WRITE, YouTubeApi
from cmday.connectors.youtube_reading import PAGES, author_of
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import SignInNeeded
from cmday.i18n import phrase
from cmday.text.mentions import addressed

_COMMENTS = "/youtube/v3/comments"


class YouTubeWriting(Answering):
    """Answers of one channel."""

    network: ClassVar[str] = "youtube"
    title: ClassVar[str] = "YouTube"
    usual: ClassVar[Manner] = Manner(most=10_000, findable=True, retractable=True)

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._api = YouTubeApi(account)

    @property
    def api(self) -> YouTubeApi:
        return self._api

    def words(self, outgoing: Outgoing) -> str:
        """A thread has many people in it: who is answered is named."""
        return addressed(outgoing.text, outgoing.to)

    def tell(self, place: str, outgoing: Outgoing) -> Exchange[Response]:
        yield from self._able()
        self.api.units += WRITE
        told = {"snippet": {"parentId": place, "textOriginal": self.words(outgoing)}}
        return (yield from self.api.tell("POST", f"{_COMMENTS}?part=snippet", told))

    def arrived(self, told: Any, _place: str) -> Sent | None:
        number = text_of(told, "id")
        return Sent(id=number, url=_page(told, number)) if number else None

    def written(self, place: str, _outgoing: Outgoing) -> Exchange[Iterable[Written]]:
        number, _title, _count = yield from self.api.channel()
        response = yield from self.api.list("comments", part="snippet", parentId=place, maxResults=100)
        found = self.api.read(response)
        listed = tables(found.get("items")) if isinstance(found, dict) else []
        ours = [
            Written(
                id=text_of(one, "id"),
                text=text_of(one, "snippet", "textOriginal") or text_of(one, "snippet", "textDisplay"),
                at=moment(text_of(one, "snippet", "publishedAt")),
                url=_page(one, text_of(one, "id")),
            )
            for one in listed
            if author_of(one) == number
        ]
        return sorted(ours, key=lambda one: one.at.timestamp() if one.at else 0.0)

    def delete(self, number: str) -> Exchange[Response]:
        from urllib.parse import quote

        self.api.units += WRITE
        return (yield from self.api.tell("DELETE", f"{_COMMENTS}?id={quote(number, safe='')}"))

    def _able(self) -> Exchange[None]:
        """Raises ``SignInNeeded`` for an API key, before anything is asked."""
        self.api.credentials = yield Authorised(self.account)
        if self.api.is_key:
            message = phrase("{host} refuses the credentials: {words}", host="YouTube", words=READING)
            raise SignInNeeded(message, self.api.login(), self.account.name)


def _page(comment: Any, number: str) -> str | None:
    from urllib.parse import urlencode

    video = text_of(comment, "snippet", "videoId")
    return f"{PAGES}/watch?{urlencode({'v': video, 'lc': number})}" if video else None
