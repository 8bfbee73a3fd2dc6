"""From the JSON of Instagram's media and comments to notifications and to what the account wrote itself. Pure."""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from cmday.connectors.newest_first import Found
from cmday.connectors.noticing import notice, own_post
from cmday.connectors.social_posts import moment, text_of
from cmday.core.accounts import Account
from cmday.core.time import epoch

_TITLE: Final = 140
_NO_WORDS: Final = "…"
About = tuple[str, str, str]


def title_of(found: Any) -> str:
    """The first words of a caption."""
    return " ".join(text_of(found, "caption").split())[:_TITLE]


def tagging(found: Any, *, account: Account, me: str) -> Found | None:
    """A picture or film by somebody else that tags the account."""
    frame = _frame(found)
    if frame is None or text_of(found, "username") == me:
        return frame
    words, link = text_of(found, "caption") or _NO_WORDS, text_of(found, "permalink")
    told = notice(account, frame.id, "mention", _who(found), words, at=frame.at, url=link, thread=frame.id)
    return replace(frame, notification=told)


def comment(found: Any, *, account: Account, me: str, about: About) -> Found | None:
    """A comment, or an answer to the one whose number it has as ``above``; ``about`` are number, title and page."""
    frame = _frame(found)
    if frame is None:
        return None
    native, title, page = about
    above = text_of(found, "above") or None
    words, thread, who = text_of(found, "text") or _NO_WORDS, above or frame.id, _who(found)
    if text_of(found, "username") == me:
        return replace(frame, post=own_post(frame.id, thread, who, words, frame.at, answers=above, url=page))
    told = notice(
        account,
        frame.id,
        "reply",
        who,
        words,
        at=frame.at,
        url=page,
        thread=thread,
        about=(native, title),
        reply=thread,
    )
    return replace(frame, notification=told)


def _frame(found: Any) -> Found | None:
    number, at = text_of(found, "id"), moment(text_of(found, "timestamp"))
    return Found(mark=epoch(at), id=number, at=at) if number and at else None


def _who(found: Any) -> tuple[str, str]:
    name = text_of(found, "username")
    return name or "Instagram", f"@{name}" if name else "Instagram"
