"""Posts that a WordPress site publishes by itself at their time: those of status ``future``.

developer.wordpress.org/rest-api/reference/posts: taken off, one is a draft of the site and keeps its date.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from cmday.connectors.protocol import Exchange, Response
from cmday.connectors.wordpress_api import NOT_FOUND, WordPressApi
from cmday.core.accounts import Account
from cmday.core.crises import Waiting
from cmday.text.plain import plain

PAGE: Final = 100
_MOST_PAGES: Final = 3
_WRONG: Final = 400
_FORBIDDEN: Final = 403
_GONE: Final = 410


class _Text(msgspec.Struct, frozen=True):
    rendered: str = ""
    raw: str | None = None

    def words(self) -> str:
        return plain(self.rendered if self.raw is None else self.raw)


class _Post(msgspec.Struct, frozen=True):
    id: int
    status: str = ""
    date_gmt: str | None = None
    title: _Text = _Text()
    content: _Text = _Text()


class WordPressWaiting:
    """Asks for one site: whoever wrote it, it is published in the community's name."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.api = WordPressApi(account)

    def waiting(self) -> Exchange[tuple[Waiting, ...]]:
        """All that the account may see of them, the nearest first."""
        found: list[Waiting] = []
        for page in range(1, _MOST_PAGES + 1):
            response = yield from self.api.get(
                "/posts", status="future", context="edit", orderby="date", order="asc", per_page=PAGE, page=page
            )
            if response.status in (_WRONG, _FORBIDDEN):  # no further page, or an account that may not see them
                break
            posts = self.api.read(response, list[_Post])
            found += [_waiting(one) for one in posts]
            if len(posts) < PAGE:
                break
        return tuple(found)

    def take_off(self, native: str) -> Exchange[None]:
        """Make it a draft, unless it is out or gone meanwhile."""
        there = yield from self._look(native)
        if there is not None and there.status == "future":
            self._expect((yield from self.api.post(f"/posts/{native}", {"status": "draft"})))

    def put_back(self, native: str, at: datetime | None) -> Exchange[None]:
        """Let it be published at its time again; one that somebody touched meanwhile is left to them."""
        there = yield from self._look(native)
        if there is None or there.status != "draft":
            return
        body: dict[str, Any] = {"status": "future"}
        if at:
            body["date_gmt"] = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        self._expect((yield from self.api.post(f"/posts/{native}", body)))

    def _look(self, native: str) -> Exchange[_Post | None]:
        response = yield from self.api.get(f"/posts/{native}", context="edit")
        return None if response.status in (NOT_FOUND, _GONE) else self.api.read(response, _Post)

    def _expect(self, response: Response) -> None:
        if response.status not in (NOT_FOUND, _GONE):
            self.api.expect(response)


def _waiting(one: _Post) -> Waiting:
    title, text = one.title.words(), one.content.words()
    return Waiting(native=str(one.id), at=_moment(one.date_gmt), text=title or text, returns=True)


def _moment(date: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(date).replace(tzinfo=UTC) if date else None
    except ValueError:
        return None
