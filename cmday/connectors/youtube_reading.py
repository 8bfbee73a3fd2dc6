"""From YouTube's comments to notifications: developers.google.com/youtube/v3/docs/comments and /commentThreads."""

from __future__ import annotations

from typing import Any, Final

from cmday.connectors.downward import Entry
from cmday.connectors.social_posts import moment, tables, text_of
from cmday.core.accounts import Account
from cmday.core.items import Notification, ReplyTo, ThreadPost
from cmday.text.plain import MOST, cut, plain

MOST_TITLE: Final = 1_000
MOST_ID: Final = 200
PAGES: Final = "https://www.youtube.com"


def thread_entries(thread: Any) -> list[Entry] | None:
    """The comment of a thread and the answers that came with it; None where the comment cannot be read."""
    top = thread.get("snippet", {}) if isinstance(thread, dict) else {}
    first = comment_entry(top.get("topLevelComment") if isinstance(top, dict) else None)
    if first is None:
        return None
    video = text_of(top, "videoId")
    entry = Entry(at=first.at, id=first.id, body={**first.body, "video": video, "thread": first.id})
    replies = thread.get("replies")
    answers = map(comment_entry, tables(replies.get("comments")) if isinstance(replies, dict) else [])
    return [entry, *(below(one, entry) for one in answers if one)]


def comment_entry(found: Any) -> Entry | None:
    """A comment as an entry; None for one that cannot be read."""
    number, at = text_of(found, "id"), moment(text_of(found, "snippet", "publishedAt"))
    readable = number and len(number) <= MOST_ID and at
    return Entry(at=at, id=number, body=found) if readable and at else None


def below(answer: Entry, comment: Entry) -> Entry:
    """An answer, listed with the comment that it stands below."""
    body = {**answer.body, "video": comment.body["video"], "thread": comment.id}
    return Entry(at=answer.at, id=answer.id, body=body, place=comment.at)


def author_of(found: Any) -> str:
    """The number of the channel that wrote it."""
    return text_of(found, "snippet", "authorChannelId", "value")


def missing_answers(thread: Any) -> int:
    """How many answers a thread has where some did not come with it, 0 where all did."""
    snippet = thread.get("snippet") if isinstance(thread, dict) else None
    total = snippet.get("totalReplyCount") if isinstance(snippet, dict) else None
    replies = thread.get("replies") if isinstance(thread, dict) else None
    there = len(tables(replies.get("comments"))) if isinstance(replies, dict) else 0
    return total if isinstance(total, int) and not isinstance(total, bool) and total > there else 0


def notification(one: Entry, account: Account) -> Notification:
    """Somebody's comment: on a video of ours, or in a thread below one. Both are words to us."""
    snippet = one.body.get("snippet")
    name = text_of(snippet, "authorDisplayName")
    edited = moment(text_of(snippet, "updatedAt"))
    return Notification(
        id=f"{account.name}:{one.id}",
        account=account.name,
        network=account.network,
        community=account.community,
        kind="reply",
        author=cut(name.lstrip("@") or author_of(one.body), MOST_TITLE),
        author_handle=cut(name if name.startswith("@") else author_of(one.body) or name, MOST_TITLE),
        text=plain(text_of(snippet, "textDisplay"), MOST) or cut(text_of(snippet, "textOriginal"), MOST),
        url=_page(one),
        at=one.at,
        thread=one.body["thread"],
        subject=one.id,
        edited=edited if edited and edited > one.at else None,
        reply=ReplyTo(id=one.body["thread"], to=name if name.startswith("@") else ""),
    )


def post(one: Entry) -> ThreadPost:
    """What we wrote ourselves."""
    snippet = one.body.get("snippet")
    name = text_of(snippet, "authorDisplayName")
    return ThreadPost(
        id=one.id,
        thread=one.body["thread"],
        author=cut(name, MOST_TITLE),
        author_handle=cut(name, MOST_TITLE),
        text=plain(text_of(snippet, "textDisplay"), MOST),
        at=one.at,
        url=_page(one),
        answers=text_of(snippet, "parentId") or None,
        mine=True,
        by=cut(name, MOST_TITLE) or None,
    )


def _page(one: Entry) -> str:
    from urllib.parse import urlencode

    video = one.body["video"]
    return f"{PAGES}/watch?{urlencode({'v': video, 'lc': one.id})}" if video else f"{PAGES}/feed/notifications"
