"""From the JSON of Forgejo's notifications to ours, with the comment that came last where it was asked for. Pure."""

from __future__ import annotations

import re
from typing import Any, Final

from msgspec.structs import replace

from cmday.connectors.newest_first import Found
from cmday.connectors.noticing import notice, own_post
from cmday.connectors.social_posts import moment, text_of
from cmday.core.accounts import Account
from cmday.core.items import Kind
from cmday.core.time import epoch
from cmday.text.plain import MOST, from_mail

_COMMENT: Final = re.compile(r"/comments/(\d+)$")
_THREAD: Final = re.compile(r"/repos/([\w.-]+)/([\w.-]+)/(?:issues|pulls)/(\d+)$")
# Subjects under which people talk; of commits and repositories one is only told.
_TALKS: Final = frozenset({"Issue", "Pull"})


def found_of(entry: Any, account: Account, said: dict[str, Any] | None = None, me: str = "") -> Found | None:
    """A notification, None where it cannot be read; ``said`` is the comment, issue or pull request that came last.

    What ``me`` said last is no notification but a post of ours.
    """
    number = entry.get("id") if isinstance(entry, dict) else None
    at, title = moment(text_of(entry, "updated_at")), text_of(entry, "subject", "title")
    if not isinstance(number, int) or isinstance(number, bool) or number < 0 or at is None or not title:
        return None
    comment = _COMMENT.search(text_of(entry, "subject", "latest_comment_url"))
    native = f"{number}-{comment[1] if comment else 0}"
    project = text_of(entry, "repository", "full_name")
    author = text_of(said, "user", "login")
    words = from_mail(text_of(said, "body"), MOST)
    who = (text_of(said, "user", "full_name") or author, f"@{author}") if author else (project, project)
    url = text_of(said, "html_url") or _page(entry)
    thread = _thread(entry, number)
    frame = Found(mark=epoch(at), id=native, at=at)
    if author and author.casefold() == me.casefold():
        when = moment(text_of(said, "created_at")) or at
        return replace(frame, post=own_post(native, thread, who, words, when, url=url))
    kind = _kind(entry, words, me)
    told = notice(
        account,
        native,
        kind,
        who,
        words or title,
        at=at,
        url=url,
        thread=thread,
        about=(thread, f"{project}: {title}"),
        reply=_talk(entry),
    )
    return replace(frame, notification=told)


def words_address(entry: Any, base: str) -> str | None:
    """Where the words that came last are; None where nobody waits for ours, or where the token may not go."""
    address = text_of(entry, "subject", "latest_comment_url") or text_of(entry, "subject", "url")
    is_talk = text_of(entry, "subject", "type") in _TALKS
    return address if is_talk and address.startswith(f"{base}/") else None


def _kind(entry: Any, words: str, me: str) -> Kind:
    if text_of(entry, "subject", "type") not in _TALKS:
        return "other"
    named = me and re.search(rf"(?<![\w.@-])@{re.escape(me)}(?![\w-])", words, re.IGNORECASE)
    return "mention" if named else "reply"


def _thread(entry: Any, number: int) -> str:
    """An issue and a pull request of the same number are the same thing."""
    place = _THREAD.search(text_of(entry, "subject", "url"))
    return f"{place[1]}/{place[2]}#{place[3]}"[:200] if place else f"thread-{number}"


def _talk(entry: Any) -> str | None:
    """The path of the issue whose comments an answer joins; those of a pull request are an issue's, too."""
    place = _THREAD.search(text_of(entry, "subject", "url"))
    return f"/repos/{place[1]}/{place[2]}/issues/{place[3]}" if place else None


def _page(entry: Any) -> str:
    return (
        text_of(entry, "subject", "latest_comment_html_url")
        or text_of(entry, "subject", "html_url")
        or text_of(entry, "repository", "html_url")
    )
