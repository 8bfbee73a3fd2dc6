"""From the JSON of Lemmy, in either version of its API, to notifications and to what we wrote ourselves. Pure."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from msgspec.structs import replace

from cmday.connectors.newest_first import Found
from cmday.connectors.noticing import notice, own_post
from cmday.connectors.social_posts import moment, text_of
from cmday.core.accounts import Account
from cmday.core.items import Kind

REPLIES: Final = "replies"
MENTIONS: Final = "mentions"
MESSAGES: Final = "messages"
# The lists of version 3: path, the name of the list in the answer, and what carries the number of an entry.
LISTS: Final[dict[str, tuple[str, str, str]]] = {
    REPLIES: ("/api/v3/user/replies", "replies", "comment_reply"),
    MENTIONS: ("/api/v3/user/mention", "mentions", "person_mention"),
    MESSAGES: ("/api/v3/private_message/list", "private_messages", "private_message"),
}
_KINDS_V3: Final[dict[str, Kind]] = {REPLIES: "reply", MENTIONS: "mention", MESSAGES: "message"}
_KINDS_V4: Final[dict[str, Kind]] = {"reply": "reply", "mention": "mention", "private_message": "message"}


def name_v4(account: Any) -> str:
    """Who is signed in, of ``GET /account``."""
    return text_of(account, "local_user_view", "person", "name")


def name_v3(site: Any) -> str | None:
    """Who is signed in, of ``GET /site``; None where nobody is."""
    user = site.get("my_user") if isinstance(site, dict) else None
    return text_of(user, "local_user_view", "person", "name") if user else None


def found_v4(entry: Any, account: Account, me: str) -> Found | None:
    """An entry of the one list of version 4; None where it cannot be read."""
    head = entry.get("notification") if isinstance(entry, dict) else None
    data = entry.get("data") if isinstance(entry, dict) else None
    number, at = _number(head), moment(head.get("published_at")) if isinstance(head, dict) else None
    if number is None or at is None or not isinstance(data, dict):
        return None
    kind = _KINDS_V4.get(text_of(head, "kind"), "other")
    return _found(Found(mark=number, id=str(number), at=at), data, kind, account, me)


def found_v3(entry: Any, name: str, account: Account, me: str) -> Found | None:
    """An entry of one of the lists of version 3; None where it cannot be read."""
    head = entry.get(LISTS[name][2]) if isinstance(entry, dict) else None
    number, at = _number(head), moment(head.get("published")) if isinstance(head, dict) else None
    if number is None or at is None:
        return None
    return _found(Found(mark=number, id=f"{name}-{number}", at=at), entry, _KINDS_V3[name], account, me)


def _found(frame: Found, data: dict[str, Any], kind: Kind, account: Account, me: str) -> Found | None:
    """What an entry is to us: comments and messages of others, and messages of our own, which answer theirs."""
    body = next(
        (data[part] for part in ("comment", "private_message", "post") if isinstance(data.get(part), dict)), None
    )
    if body is None:
        return frame if kind == "other" else None
    creator = data.get("creator")
    who = _who(creator)
    text = text_of(body, "content") or text_of(body, "body") or text_of(body, "name")
    link = text_of(body, "ap_id") or None
    if kind == "message":
        other = data.get("recipient") if _is_me(creator, account, me) else creator
        thread = f"messages-{_number(other)}"
        if _is_me(creator, account, me):
            return replace(frame, post=own_post(frame.id, thread, who, text, frame.at, url=link))
    else:
        path = text_of(body, "path").split(".")
        thread = f"comment-{path[1]}" if len(path) > 1 else f"post-{_number(data.get('post'))}"
    post = data.get("post")
    comment = _number(data.get("comment"))
    thing = f"post-{_number(post)}" if comment is None else f"comment-{comment}"
    about = (thing, text_of(post, "name")) if isinstance(post, dict) else None
    return replace(
        frame,
        notification=notice(
            account,
            frame.id,
            kind,
            who,
            text,
            at=frame.at,
            url=link,
            thread=thread,
            about=about,
            reply=_place(kind, data, body),
        ),
    )


def _place(kind: Kind, data: dict[str, Any], body: dict[str, Any]) -> str | None:
    """Where an answer goes: to the person of a message, below a comment, or below a post."""
    if kind == "message":
        person = _number(data.get("creator"))
        return f"message/{person}" if person is not None else None
    post, comment = _number(data.get("post")), _number(body) if "path" in body else 0
    return f"{post}/{comment}" if post is not None and comment is not None else None


def _who(person: Any) -> tuple[str, str]:
    """Name and handle, with the server where people are not of ours."""
    name = text_of(person, "name")
    host = urlsplit(text_of(person, "ap_id") or text_of(person, "actor_id")).hostname
    return text_of(person, "display_name") or name, f"@{name}@{host}" if host else f"@{name}"


def _is_me(person: Any, account: Account, me: str) -> bool:
    """Whether this is our own account: of that name, and of our own server where it says of which."""
    host = urlsplit(text_of(person, "ap_id") or text_of(person, "actor_id")).hostname
    server = account.server if "//" in account.server else f"https://{account.server}"
    return text_of(person, "name") == me and host in (None, urlsplit(server).hostname)


def _number(table: Any) -> int | None:
    number = table.get("id") if isinstance(table, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 1 << 63 else None
