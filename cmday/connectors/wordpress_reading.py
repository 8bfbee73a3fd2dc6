"""From the JSON of a WordPress comment to a notification, or to a post of a thread."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from cmday.core.accounts import Account
from cmday.core.items import Kind, Notification, ReplyTo, ThreadPost
from cmday.core.time import bounded
from cmday.text.plain import MOST, cut, plain

MOST_TITLE: Final = 1_000
MOST_URL: Final = 2_000
HELD: Final = frozenset({"hold", "unapproved", "0"})


class _Rendered(msgspec.Struct, frozen=True):
    rendered: str = ""


class Parent(msgspec.Struct, frozen=True):
    """A comment as it comes embedded in another: its time is that of the site's own clock."""

    id: int
    author_name: str = ""
    author: int = 0
    date: str = ""
    parent: int = 0
    link: str | None = None
    content: _Rendered = _Rendered()


class _Post(msgspec.Struct, frozen=True):
    title: _Rendered = _Rendered()


class _Up(msgspec.Struct, frozen=True):
    post_type: str = ""


class Comment(msgspec.Struct, frozen=True):
    """A comment of ``GET /comments``. ``date`` is the site's own time, ``date_gmt`` UTC without saying so."""

    id: int
    post: int
    date_gmt: str
    content: _Rendered
    author: int = 0
    author_name: str = ""
    author_email: str = ""
    author_url: str = ""
    date: str = ""
    parent: int = 0
    link: str | None = None
    status: str = ""
    embedded: dict[str, Any] = msgspec.field(name="_embedded", default_factory=dict)
    links: Any = msgspec.field(name="_links", default=None)

    @property
    def at(self) -> datetime:
        return bounded(datetime.fromisoformat(self.date_gmt).replace(tzinfo=UTC))

    @property
    def is_held(self) -> bool:
        return self.status in HELD

    def above(self) -> Parent | None:
        """The comment that this one answers, where it came along."""
        found: Parent | None = _first(self.embedded.get("in-reply-to"), Parent)
        return found

    def post_type(self) -> str:
        """What it is a comment on: ``post``, ``page``, or a kind of the site's own; empty where that is not told."""
        up = _first(self.links.get("up"), _Up) if isinstance(self.links, dict) else None
        return cut(up.post_type, MOST_TITLE) if up else ""

    def title(self) -> str:
        """The title of what it is a comment on."""
        post = _first(self.embedded.get("up"), _Post)
        return cut(plain(post.title.rendered), MOST_TITLE) if post else ""


def comments_of(entries: list[Any]) -> tuple[list[Comment], int]:
    """The comments that can be read, and how many cannot."""
    found: list[Comment] = []
    spoilt = 0
    for entry in entries:
        try:
            one = msgspec.convert(entry, Comment)
            _ = one.at
        except (msgspec.ValidationError, ValueError, OverflowError):
            spoilt += 1
            continue
        found.append(one)
    return found, spoilt


def notification(one: Comment, account: Account, thread: str) -> Notification:
    """A comment of somebody's. What waits for approval is a report, which step 4 decides."""
    kind: Kind = "report" if one.is_held else "reply"
    name = cut(plain(one.author_name) or one.author_email, MOST_TITLE)
    return Notification(
        id=f"{account.name}:{one.id}",
        account=account.name,
        network=account.network,
        community=account.community,
        kind=kind,
        author=name,
        author_handle=cut(one.author_email or one.author_url or name, MOST_TITLE),
        text=plain(one.content.rendered, MOST),
        url=_address(one.link),
        at=one.at,
        thread=thread,
        subject=str(one.id),
        subject_text=one.title() or None,
        reply=ReplyTo(id=str(one.id), to=name),
    )


def post_of(one: Comment, thread: str, *, mine: bool) -> ThreadPost:
    name = cut(plain(one.author_name), MOST_TITLE)
    return ThreadPost(
        id=str(one.id),
        thread=thread,
        author=name,
        author_handle=cut(one.author_email or one.author_url or name, MOST_TITLE),
        text=plain(one.content.rendered, MOST),
        at=one.at,
        url=_address(one.link),
        answers=str(one.parent) if one.parent else None,
        mine=mine,
        by=name if mine else None,
    )


def post_above(one: Comment, thread: str, me: int) -> ThreadPost | None:
    """The comment that this one answers, as a post of their thread."""
    above = one.above()
    if above is None:
        return None
    name = cut(plain(above.author_name), MOST_TITLE)
    return ThreadPost(
        id=str(above.id),
        thread=thread,
        author=name,
        author_handle=name,
        text=plain(above.content.rendered, MOST),
        at=_in_utc(above, one),
        url=_address(above.link),
        answers=str(above.parent) if above.parent else None,
        mine=above.author == me,
        by=name if above.author == me else None,
    )


def threads_of(comments: list[Comment]) -> dict[int, str]:
    """By comment the one that began its thread, as far up as is known."""
    parents = {one.id: one.parent for one in comments if one.parent}
    for one in comments:
        above = one.above()
        if above and above.parent:
            parents.setdefault(above.id, above.parent)
    return {one.id: str(_top(one.id, parents)) for one in comments}


def _top(number: int, parents: dict[int, int]) -> int:
    seen = {number}
    while (above := parents.get(number)) and above not in seen:
        seen.add(above)
        number = above
    return number


def _in_utc(above: Parent, below: Comment) -> datetime:
    """The moment of an embedded comment: its clock is as far from UTC as that of the comment that brought it."""
    try:
        offset = datetime.fromisoformat(below.date) - datetime.fromisoformat(below.date_gmt)
        moment = datetime.fromisoformat(above.date) - offset
    except (ValueError, TypeError, OverflowError):
        return below.at - timedelta(seconds=1)
    return min(bounded(moment.replace(tzinfo=UTC)), below.at)


def _first(found: Any, shape: type[Any]) -> Any:
    try:
        return msgspec.convert(found[0], shape) if isinstance(found, list) and found else None
    except (msgspec.ValidationError, OverflowError):
        return None


def _address(link: str | None) -> str | None:
    return link if link and link.startswith(("https://", "http://")) and len(link) <= MOST_URL else None
