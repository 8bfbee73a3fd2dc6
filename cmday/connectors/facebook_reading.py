"""From the JSON of Facebook's posts, comments and messages to notifications and to what the Page wrote itself. Pure.

Facebook keeps back who wrote what where a person has not allowed it; then the network's name stands for them.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from cmday.connectors.newest_first import Found
from cmday.connectors.noticing import notice, own_post
from cmday.connectors.social_posts import moment, text_of
from cmday.core.accounts import Account
from cmday.core.time import epoch

SITE: Final = "https://www.facebook.com"
_TITLE: Final = 140
_ATTACHED: Final = "…"


def title_of(found: Any) -> str:
    """The first words of a post."""
    return " ".join((text_of(found, "message") or text_of(found, "story")).split())[:_TITLE]


def post(found: Any, *, account: Account, me: str) -> Found | None:
    """A post by somebody else, on the Page or naming it; the Page's own count as nothing."""
    frame = _frame(found)
    if frame is None or text_of(found, "from", "id") == me:
        return frame
    words = text_of(found, "message") or text_of(found, "story") or _ATTACHED
    link = text_of(found, "permalink_url")
    told = notice(
        account, frame.id, "mention", _who(found), words, at=frame.at, url=link, thread=frame.id, reply=frame.id
    )
    return replace(frame, notification=told)


def comment(found: Any, *, account: Account, me: str, about: tuple[str, str]) -> Found | None:
    """A comment, or an answer to one; ``about`` are number and title of the post."""
    frame = _frame(found)
    if frame is None:
        return None
    above = text_of(found, "parent", "id") or None
    words, link = text_of(found, "message") or _ATTACHED, text_of(found, "permalink_url")
    thread = above or frame.id
    if text_of(found, "from", "id") == me:
        own = own_post(frame.id, thread, _who(found), words, frame.at, answers=above, url=link)
        return replace(frame, post=own)
    who = _who(found)
    told = notice(
        account, frame.id, "reply", who, words, at=frame.at, url=link, thread=thread, about=about, reply=thread
    )
    return replace(frame, notification=told)


def message(found: Any, *, account: Account, me: str, place: tuple[str, str]) -> Found | None:
    """A message to the Page, or of its own; ``place`` are the conversation's number and its path on the site."""
    frame = _frame(found)
    if frame is None:
        return None
    thread, path = place
    words, link = text_of(found, "message") or _ATTACHED, f"{SITE}{path}" if path.startswith("/") else None
    if text_of(found, "from", "id") == me:
        return replace(frame, post=own_post(frame.id, thread, _who(found), words, frame.at, url=link))
    told = notice(account, frame.id, "message", _who(found), words, at=frame.at, url=link, thread=thread)
    return replace(frame, notification=told)


def _frame(found: Any) -> Found | None:
    number, at = text_of(found, "id"), moment(text_of(found, "created_time"))
    return Found(mark=epoch(at), id=number, at=at) if number and at else None


def _who(found: Any) -> tuple[str, str]:
    name = text_of(found, "from", "name") or "Facebook"
    return name, name
