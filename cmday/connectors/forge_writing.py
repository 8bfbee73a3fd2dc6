"""Answers on Forgejo and GitLab: comments on issues, pull and merge requests. Written from documentation.

codeberg.org/api/swagger (issueCreateComment) and docs.gitlab.com/api/notes.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

from cmday.connectors.answering import SLACK, Answering, Written
from cmday.connectors.forgejo import ForgejoApi
from cmday.connectors.gitlab import GitlabApi, who
from cmday.connectors.protocol import Exchange, Manner, Response
from cmday.connectors.signed_api import SignedApi
from cmday.connectors.social_posts import moment, tables, text_of
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent
from cmday.text.mentions import addressed


class _ForgeWriting(Answering):
    """``place`` is the path of an issue or request; ``edge`` is what its comments are called."""

    edge: ClassVar[str]
    author: ClassVar[str]
    _api: SignedApi

    @property
    def api(self) -> SignedApi:
        return self._api

    @abstractmethod
    def me(self) -> Exchange[str]:
        """The own name or number, as comments have it."""

    @abstractmethod
    def listed(self, place: str, outgoing: Outgoing) -> Exchange[list[dict[str, Any]]]:
        """The newest comments, oldest first."""

    @abstractmethod
    def address(self, number: int, place: str) -> str:
        """The path by which a comment is deleted."""

    def words(self, outgoing: Outgoing) -> str:
        """Who is answered is named, and so told."""
        return addressed(outgoing.text, outgoing.to if (outgoing.to or "").startswith("@") else None)

    def tell(self, place: str, outgoing: Outgoing) -> Exchange[Response]:
        return (yield from self.api.tell("POST", f"{place}/{self.edge}", {"body": self.words(outgoing)}))

    def arrived(self, told: Any, place: str) -> Sent | None:
        number = told.get("id") if isinstance(told, dict) else None
        url = text_of(told, "html_url") or None
        return Sent(id=self.address(number, place), url=url) if isinstance(number, int) else None

    def written(self, place: str, outgoing: Outgoing) -> Exchange[Iterable[Written]]:
        me = yield from self.me()
        there = yield from self.listed(place, outgoing)
        return [
            Written(
                id=self.address(one["id"], place),
                text=text_of(one, "body"),
                at=moment(text_of(one, "created_at")),
                url=text_of(one, "html_url") or None,
            )
            for one in there
            if isinstance(one.get("id"), int) and text_of(one, *self.author.split(".")) == me
        ]

    def delete(self, number: str) -> Exchange[Response]:
        return (yield from self.api.tell("DELETE", number))


class ForgejoWriting(_ForgeWriting):
    """Comments of one account; the token wants ``write:issue`` for them."""

    network: ClassVar[str] = "forgejo"
    title: ClassVar[str] = "Forgejo"
    usual: ClassVar[Manner] = Manner(most=65_000, findable=True, retractable=True)
    edge: ClassVar[str] = "comments"
    author: ClassVar[str] = "user.login"

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._api: ForgejoApi = ForgejoApi(account)

    def me(self) -> Exchange[str]:
        return (yield from self._api.me())

    def listed(self, place: str, outgoing: Outgoing) -> Exchange[list[dict[str, Any]]]:
        since = (outgoing.began - SLACK).strftime("%Y-%m-%dT%H:%M:%SZ") if outgoing.began else None
        return tables(self.api.listed((yield from self.api.told(f"{place}/{self.edge}", since=since))))

    def address(self, number: int, place: str) -> str:
        return f"{place.rpartition('/issues/')[0]}/issues/comments/{number}"


class GitlabWriting(_ForgeWriting):
    """Notes of one account; the token wants the scope ``api`` for them."""

    network: ClassVar[str] = "gitlab"
    title: ClassVar[str] = "GitLab"
    usual: ClassVar[Manner] = Manner(most=1_000_000, findable=True, retractable=True)
    edge: ClassVar[str] = "notes"
    author: ClassVar[str] = "author.username"

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._api: GitlabApi = GitlabApi(account)

    def me(self) -> Exchange[str]:
        return (yield from who(self._api))

    def listed(self, place: str, _outgoing: Outgoing) -> Exchange[list[dict[str, Any]]]:
        path = f"{place}/{self.edge}"
        found = yield from self.api.told(path, sort="desc", order_by="created_at", per_page=100)
        return tables(self.api.listed(found))[::-1]

    def address(self, number: int, place: str) -> str:
        return f"{place}/{self.edge}/{number}"
