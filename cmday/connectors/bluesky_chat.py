"""Direct messages of Bluesky (chat.bsky.convo), where the app password may read them.

Written from docs.bsky.app, chat.bsky.convo.listConvos, getMessages and sendMessage, November 2026: the chat service is
not part of the servers that can be run for tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from cmday.connectors.bluesky_api import Xrpc
from cmday.connectors.bluesky_notices import MOST_ID, handle_of, name_of, stamp, text_of_record
from cmday.connectors.bluesky_reading import PAGES
from cmday.connectors.protocol import Exchange, Response
from cmday.connectors.social_posts import moment, tables, text_of
from cmday.core.items import Notification, Page, ReplyTo, ThreadPost

LIST: Final = "chat.bsky.convo.listConvos"
MESSAGES: Final = "chat.bsky.convo.getMessages"
PREFIX: Final = "chat:"
MOST_CONVERSATIONS: Final = 20
PAGE: Final = 50
MOST_PAGES: Final = 4
_VIEW: Final = "chat.bsky.convo.defs#messageView"
_DELETED: Final = "chat.bsky.convo.defs#deletedMessageView"
_CLOSED: Final = frozenset({400, 401, 403, 404, 405, 501})
_FAULT: Final = 500


class Closed(Exception):
    """The password, or the server, does not give messages; ``lasting`` is False where that may pass."""

    def __init__(self, *, lasting: bool) -> None:
        super().__init__()
        self.lasting = lasting


def conversations(api: Xrpc, since: str | None) -> Exchange[list[dict[str, Any]]]:
    """The conversations with something newer than ``since`` (a ``rev``), that of the oldest change first.

    Raises ``Closed`` where there are none to be had.
    """
    response: Response = yield from api.get(LIST, chat=True, limit=100)
    if response.status in _CLOSED or response.status >= _FAULT:
        raise Closed(lasting=response.status in _CLOSED)
    listed = api.read(response).get("convos")
    if not isinstance(listed, list):
        raise api.garbled()
    changed = [one for one in tables(listed) if text_of(one, "id") and text_of(one, "rev") > (since or "")]
    return sorted(changed, key=lambda one: text_of(one, "rev"))[-MOST_CONVERSATIONS:]


def messages(api: Xrpc, convo: dict[str, Any], since: str | None, floor: str) -> Exchange[list[dict[str, Any]]]:
    """The messages of a conversation newer than ``since``, or not older than ``floor`` where there is none."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        response: Response = yield from api.get(
            MESSAGES, chat=True, convoId=text_of(convo, "id"), limit=PAGE, cursor=cursor
        )
        page = api.read(response)
        listed = tables(page.get("messages"))
        new = [one for one in listed if _is_new(one, since, floor)]
        found += new
        before, cursor = cursor, text_of(page, "cursor") or None
        if len(new) < len(listed) or not listed or cursor in (None, before):
            break
    return found


def page_of(api: Xrpc, convo: dict[str, Any], found: list[dict[str, Any]]) -> Page:
    """What was written to us as notifications, what we wrote as posts of the thread, and what was deleted."""
    people = {text_of(one, "did"): one for one in tables(convo.get("members"))}
    thread = f"{PREFIX}{text_of(convo, 'id')}"[:MOST_ID]
    posts = list(_posts(api, people, thread, found))
    told = tuple(_notification(api, one) for one in posts if not one.mine)
    gone = tuple(_id(thread, one) for one in found if text_of(one, "$type") == _DELETED)
    ordered = sorted(posts, key=lambda one: one.at)
    return Page(
        notifications=tuple(sorted(told, key=lambda one: one.at)), cursor=None, thread=tuple(ordered), gone=gone
    )


def message_page(convo: str) -> str:
    return f"{PAGES}/messages/{quote(convo, safe='')}"


def _posts(
    api: Xrpc, people: dict[str, dict[str, Any]], thread: str, found: list[dict[str, Any]]
) -> Iterator[ThreadPost]:
    for one in found:
        at, did = moment(one.get("sentAt")), text_of(one, "sender", "did")
        if at is None or not did or not text_of(one, "id") or text_of(one, "$type") not in ("", _VIEW):
            continue
        person = people.get(did, {"did": did})
        mine = api.is_me(person)
        yield ThreadPost(
            id=_id(thread, one),
            thread=thread,
            author=name_of(person) or did,
            author_handle=handle_of(person),
            text=text_of_record(one),
            at=at,
            url=message_page(thread.removeprefix(PREFIX)),
            mine=mine,
            by=handle_of(person) if mine else None,
        )


def _notification(api: Xrpc, post: ThreadPost) -> Notification:
    account = api.account
    return Notification(
        id=f"{account.name}:{post.id}",
        account=account.name,
        network=account.network,
        community=account.community,
        kind="message",
        author=post.author,
        author_handle=post.author_handle,
        text=post.text,
        url=post.url,
        at=post.at,
        thread=post.thread,
        subject=post.id,
        reply=ReplyTo(id=post.id, to=post.author_handle, visibility="direct"),
    )


def _id(thread: str, message: dict[str, Any]) -> str:
    return f"{thread}/{text_of(message, 'id')}"[:MOST_ID]


def _is_new(message: dict[str, Any], since: str | None, floor: str) -> bool:
    if since is not None:
        return text_of(message, "rev") > since
    at = moment(message.get("sentAt"))
    return at is not None and stamp(at) >= floor
