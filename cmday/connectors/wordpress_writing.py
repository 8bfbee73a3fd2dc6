"""Writing to a WordPress site: answers to comments, posts now or at their time, taking both back into the bin.

developer.wordpress.org/rest-api/reference/comments and /posts. What is written is plain text: marks of HTML in it are
shown as they are.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, ClassVar, Final

import msgspec

from cmday.connectors.http import parse_http_date
from cmday.connectors.protocol import Exchange, Manner, Response
from cmday.connectors.wordpress_api import FORBIDDEN, NOT_FOUND, WordPressApi, fault_of, host_of, words_of
from cmday.connectors.wordpress_reading import HELD
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError, Garbled, RateLimited, Refused, Uncertain
from cmday.i18n import phrase
from cmday.text.mentions import essence
from cmday.text.plain import cut, plain

PAGE: Final = 100
MOST_TITLE: Final = 120
# How far apart two clocks may be that nobody has noticed.
SLACK: Final = timedelta(minutes=10)
_FAULT: Final = 500
_UNAVAILABLE: Final = 503
_GONE: Final = 410
# The site has read it and will not have it, and would not the next time either.
_LASTING: Final = frozenset({400, 403, 404, 409, 413, 501})
_FLOOD: Final = "comment_flood"


class _Text(msgspec.Struct, frozen=True):
    rendered: str = ""
    raw: str | None = None

    def essence(self) -> str:
        return essence(plain(self.rendered if self.raw is None else self.raw))


class _Comment(msgspec.Struct, frozen=True):
    id: int
    post: int = 0
    parent: int = 0
    author: int = 0
    date_gmt: str = ""
    status: str = ""
    link: str | None = None
    content: _Text = _Text()


class _Post(msgspec.Struct, frozen=True):
    id: int
    date_gmt: str | None = ""
    modified_gmt: str = ""
    link: str | None = None
    title: _Text = _Text()
    content: _Text = _Text()


class WordPressWriting:
    """Writes for one account on one site."""

    network: ClassVar[str] = "wordpress"
    patience: ClassVar[float] = 30.0
    usual: ClassVar[Manner] = Manner(findable=True, retractable=True)

    def __init__(self, account: Account, api: WordPressApi | None = None) -> None:
        self.account = account
        self.api = api or WordPressApi(account)

    def manner(self) -> Exchange[Manner]:
        """A site takes texts of any length."""
        yield from ()  # a conversation without a request is still a generator
        return self.usual

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        self._insist_on_text(outgoing)
        if outgoing.kind == "reply":
            path, body = "/comments", (yield from self._answer(outgoing))
        else:
            path, body = "/posts", (yield from self._post(outgoing))
        response = self.taken((yield from self.api.post(path, body)))
        try:
            sent = self.api.read(response, _Comment)
        except Garbled:
            raise self._uncertain(response) from None
        waits = outgoing.kind == "reply" and sent.status in HELD
        return Sent(id=str(sent.id), url=sent.link, note="it waits for approval on the site" if waits else None)

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:
        """Among our own comments below what it answers, or our own newest posts, by what they say."""
        me = (yield from self.api.me()).id
        if outgoing.kind == "reply":
            return (yield from self._find_answer(outgoing, taken, me))
        query: dict[str, str | int | None] = {"author": me, "per_page": PAGE, "orderby": "modified", "order": "desc"}
        response = yield from self.api.get("/posts", status="publish,future,pending,draft", context="edit", **query)
        if response.status in (400, FORBIDDEN):
            response = yield from self.api.get("/posts", **query)
        found = self.api.read(response, list[_Post])
        wanted = tuple(essence(part) for part in title_and_text(outgoing))
        floor = _floor(outgoing, response)
        for one in found:
            alike = (one.title.essence(), one.content.essence()) == wanted
            if alike and str(one.id) not in taken and _is_after(one.modified_gmt, floor):
                return Sent(id=str(one.id), url=one.link)
        return None

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        """Throw it into the site's bin; what is there already, or gone, is as well."""
        if outgoing.sent_id is None:
            raise CmdayError(phrase("it is not known under which number it was sent"), None, self.account.name)
        path = f"/{'comments' if outgoing.kind == 'reply' else 'posts'}/{outgoing.sent_id}"
        there = yield from self.api.get(path, context="edit")
        if there.status in (NOT_FOUND, _GONE):
            return
        response = yield from self.api.delete(path)
        if response.status not in (NOT_FOUND, _GONE):
            self._refuse(response)

    def _answer(self, outgoing: Outgoing) -> Exchange[dict[str, Any]]:
        """The comment, below what it answers; that says on which post both are."""
        response = yield from self.api.get(f"/comments/{outgoing.reply_to}")
        if response.status == NOT_FOUND:
            raise Refused(phrase("the comment that it answers is gone"), None, self.account.name, status=NOT_FOUND)
        above = self.api.read(response, _Comment)
        return {"post": above.post, "parent": above.id, "content": escape(outgoing.text, quote=False)}

    def _post(self, outgoing: Outgoing) -> Exchange[dict[str, Any]]:
        """The post; what is due later waits on the site, which publishes it by itself."""
        yield from self.api.me()
        title, text = title_and_text(outgoing)
        body = {"title": escape(title, quote=False), "content": escape(text, quote=False), "status": "publish"}
        if outgoing.due and outgoing.due > datetime.now(UTC):
            due = outgoing.due.astimezone(UTC)
            body |= {"status": "future", "date_gmt": due.strftime("%Y-%m-%dT%H:%M:%S")}
        return body

    def _find_answer(self, outgoing: Outgoing, taken: frozenset[str], me: int) -> Exchange[Sent | None]:
        query: dict[str, str | int | None] = {"parent": outgoing.reply_to, "per_page": PAGE, "order": "desc"}
        response = yield from self.api.get("/comments", status="all", context="edit", **query)
        if response.status == FORBIDDEN:
            response = yield from self.api.get("/comments", **query)
        floor = _floor(outgoing, response)
        wanted = essence(outgoing.text)
        for one in self.api.read(response, list[_Comment]):
            ours = one.author == me and str(one.id) not in taken
            if ours and _is_after(one.date_gmt, floor) and essence(plain(one.content.rendered)) == wanted:
                return Sent(id=str(one.id), url=one.link)
        return None

    def _insist_on_text(self, outgoing: Outgoing) -> None:
        if outgoing.kind == "action":
            raise CmdayError(
                phrase('"{account}" knows no action "{action}"', account=self.account.name, action=outgoing.action),
                None,
                self.account.name,
            )
        if outgoing.attachments:
            raise Refused(phrase("cmday sends no pictures to WordPress"), None, self.account.name)

    def taken(self, response: Response) -> Response:
        """The response where something written was taken; raises what became of it otherwise."""
        if response.status >= _FAULT and response.status not in (_UNAVAILABLE, 501):
            raise self._uncertain(response)
        return self._refuse(response)

    def _refuse(self, response: Response) -> Response:
        """The response where all is well; raises what a refusal of something written means."""
        words = words_of(response)
        if fault_of(response).code == _FLOOD:
            message = phrase("{host} asks for patience: {words}", host=host_of(response), words=words)
            raise RateLimited(message, None, self.account.name, status=response.status)
        if response.status in _LASTING and words:
            raise Refused(
                phrase(
                    "{host} will not have it ({status}): {words}",
                    host=host_of(response),
                    status=response.status,
                    words=words,
                ),
                None,
                self.account.name,
                status=response.status,
            )
        self.api.expect(response)
        return response

    def _uncertain(self, response: Response) -> Uncertain:
        return Uncertain(
            phrase(
                "{host} answered {status}, which does not say whether it arrived",
                host=host_of(response),
                status=response.status,
            ),
            phrase("cmday send looks whether it is there"),
            self.account.name,
            status=response.status,
        )


def title_and_text(outgoing: Outgoing) -> tuple[str, str]:
    """A post's title and text: its subject, else the first line where more follow, else its beginning."""
    first, _, rest = outgoing.text.strip().partition("\n")
    if outgoing.subject:
        return outgoing.subject, outgoing.text.strip()
    if rest.strip() and len(first) <= MOST_TITLE:
        return first.strip(), rest.strip()
    return cut(first, MOST_TITLE), outgoing.text.strip()


def _floor(outgoing: Outgoing, response: Response) -> datetime | None:
    """When the sending began, by the site's clock as far as it can be told, with some slack."""
    if outgoing.began is None:
        return None
    now = parse_http_date(response.header("date") or "") or datetime.now(UTC)
    return min(outgoing.began + (now - datetime.now(UTC)), now) - SLACK


def _is_after(date: str, floor: datetime | None) -> bool:
    try:
        return floor is None or datetime.fromisoformat(date).replace(tzinfo=UTC) >= floor
    except ValueError:
        return False
