"""From the JSON of a Discourse forum to notifications and posts of threads (docs.discourse.org)."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from cmday.connectors.downward import Entry
from cmday.connectors.social_posts import moment, text_of
from cmday.core.accounts import Account
from cmday.core.items import Kind, Notification, ReplyTo, ThreadPost
from cmday.text.plain import MOST, cut, plain

MOST_TITLE: Final = 1_000
# By ``notification_type`` (the forum's site.json names them); all others are good to know.
_KINDS: Final[dict[int, Kind]] = {
    1: "mention",  # mentioned
    2: "reply",  # replied
    3: "mention",  # quoted
    5: "like",  # liked
    6: "message",  # private_message
    7: "message",  # invited_to_private_message
    9: "reply",  # posted, in a topic that one watches
    11: "share",  # linked
    13: "mention",  # invited_to_topic
    15: "mention",  # group_mentioned
    17: "reply",  # watching_first_post: a topic began where one watches
    19: "like",  # liked_consolidated
    25: "like",  # reaction
    29: "mention",  # chat_mention
    30: "message",  # chat_message
    32: "mention",  # chat_group_mention
    33: "mention",  # chat_quoted
    34: "mention",  # assigned
    35: "reply",  # question_answer_user_commented
    800: "follow",  # following
}
_AUTHORS: Final = ("original_username", "username", "mentioned_by_username", "display_username", "invited_by_username")


def entry_of(found: Any) -> Entry | None:
    """A notification as an entry; None for one that cannot be read."""
    number = whole(found, "id")
    at = moment(found.get("created_at")) if number else None
    readable = number and at and whole(found, "notification_type") is not None
    return Entry(at=at, id=str(number), body=found) if readable and at else None


def kind_of(found: Any) -> Kind:
    return _KINDS.get(whole(found, "notification_type") or 0, "other")


def post_number(found: Any) -> int | None:
    """The forum's number of the post that it is about, where it names one."""
    data = found.get("data")
    return whole(data, "original_post_id") if isinstance(data, dict) else None


def notification(one: Entry, account: Account, base: str, post: Any) -> Notification:
    """A notification of ours; ``post`` is what the forum said of the post it is about, None where it was not asked."""
    found = one.body
    author = text_of(post, "username") or next((name for key in _AUTHORS if (name := text_of(found, "data", key))), "")
    title = plain(text_of(found, "fancy_title") or text_of(found, "data", "topic_title"), MOST_TITLE)
    about = title or text_of(found, "data", "badge_name") or text_of(found, "data", "chat_channel_title")
    topic, number = whole(found, "topic_id"), whole(found, "post_number")
    words = plain(text_of(post, "cooked"), MOST) or plain(text_of(found, "data", "excerpt"), MOST) or about
    return Notification(
        id=f"{account.name}:{one.id}",
        account=account.name,
        network=account.network,
        community=account.community,
        kind=kind_of(found),
        author=cut(text_of(post, "name") or text_of(post, "display_username") or author, MOST_TITLE),
        author_handle=cut(f"@{author}" if author else "", MOST_TITLE),
        text=cut(words, MOST),
        url=_page(found, base, author),
        at=one.at,
        thread=str(topic) if topic else None,
        subject=f"{topic}/{number}" if topic and number else None,
        subject_text=cut(about, MOST_TITLE) or None,
        edited=_edited(post, one),
        reply=ReplyTo(id=f"{topic}/{number}", to=author) if topic and number and author else None,
    )


def own_post(action: Any, base: str) -> ThreadPost | None:
    """What we wrote ourselves, as ``user_actions`` tells it."""
    topic, number, at = whole(action, "topic_id"), whole(action, "post_number"), moment(action.get("created_at"))
    author = text_of(action, "acting_username") or text_of(action, "username")
    if not (topic and number and at and author):
        return None
    return ThreadPost(
        id=f"{topic}/{number}",
        thread=str(topic),
        author=cut(text_of(action, "acting_name") or author, MOST_TITLE),
        author_handle=cut(f"@{author}", MOST_TITLE),
        text=plain(text_of(action, "excerpt"), MOST),
        at=at,
        url=f"{base}/t/{quote(text_of(action, 'slug') or '-', safe='')}/{topic}/{number}",
        mine=True,
        by=cut(f"@{author}", MOST_TITLE),
    )


def whole(table: Any, name: str) -> int | None:
    """A number as databases give them, None where there is none."""
    found = table.get(name) if isinstance(table, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 1 << 63 else None


def _page(found: Any, base: str, author: str) -> str:
    topic, number = whole(found, "topic_id"), whole(found, "post_number")
    if topic:
        slug = quote(text_of(found, "slug") or "-", safe="")
        return f"{base}/t/{slug}/{topic}" + (f"/{number}" if number else "")
    data = found.get("data")
    badge = whole(data, "badge_id") if isinstance(data, dict) else None
    if badge:
        return f"{base}/badges/{badge}/{quote(text_of(data, 'badge_slug') or '-', safe='')}"
    return f"{base}/u/{quote(author, safe='')}" if author else f"{base}/my/notifications"


def _edited(post: Any, one: Entry) -> Any:
    version = whole(post, "version")
    at = moment(post.get("updated_at")) if version and version > 1 else None
    return at if at and at > one.at else None
