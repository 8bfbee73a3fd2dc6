"""From what a network tells to the words of core: notifications and posts, each text bounded and plain."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from cmday.core.accounts import Account
from cmday.core.items import Kind, Notification, ReplyTo, ThreadPost
from cmday.core.time import bounded
from cmday.text.plain import MOST, cut

MOST_NAME: Final = 1_000
_MOST_URL: Final = 2_000
_MOST_ID: Final = 500


def notice(
    account: Account,
    native: str,
    kind: Kind,
    who: tuple[str, str],
    text: str,
    *,
    at: datetime,
    url: str | None = None,
    thread: str | None = None,
    about: tuple[str, str] | None = None,
    edited: datetime | None = None,
    reply: str | None = None,
) -> Notification:
    """A notification; ``who`` are name and handle, ``about`` the native id and title of what it is about.

    ``reply`` is the place that an answer goes to; None for what cannot be answered.
    """
    subject, title = about or (None, "")
    return Notification(
        id=f"{account.name}:{native[:_MOST_ID]}",
        account=account.name,
        network=account.network,
        community=account.community,
        kind=kind,
        author=cut(who[0].strip() or who[1], MOST_NAME),
        author_handle=cut(who[1], MOST_NAME),
        text=cut(text, MOST),
        url=web_address(url),
        at=at,
        thread=thread,
        subject=subject,
        subject_text=cut(title, MOST_NAME) or None,
        edited=edited,
        reply=ReplyTo(id=reply, to=cut(who[1], MOST_NAME)) if reply else None,
    )


def own_post(
    native: str, thread: str, who: tuple[str, str], text: str, at: datetime, *, answers: str | None = None,
    url: str | None = None,
) -> ThreadPost:  # fmt: skip
    """Something that we wrote ourselves, by whatever program; ``answers`` is the native id of what it answers."""
    return ThreadPost(
        id=native[:_MOST_ID],
        thread=thread,
        author=cut(who[0].strip() or who[1], MOST_NAME),
        author_handle=cut(who[1], MOST_NAME),
        text=cut(text, MOST),
        at=at,
        url=web_address(url),
        answers=answers,
        mine=True,
        by=cut(who[1], MOST_NAME),
    )


def web_address(link: str | None) -> str | None:
    """The address where it is one of the web, and no longer than an address is."""
    return link if link and link.startswith(("https://", "http://")) and len(link) <= _MOST_URL else None


def from_epoch(seconds: Any) -> datetime | None:
    """An instant given in seconds since 1970; None for what is none."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        found = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return bounded(found) if found.year >= 1970 else None  # noqa: PLR2004  the database counts from there


def micros(at: datetime) -> int:
    """An instant as a whole number of microseconds, by which lists are ordered."""
    return int(at.timestamp()) * 1_000_000 + at.microsecond


def texts(account: Account, option: str) -> tuple[str, ...]:
    """What an option of the account names, one or several; numbers count as texts."""
    named = account.options.get(option)
    several = named if isinstance(named, list | tuple) else () if named is None else (named,)
    return tuple(str(one) for one in several if isinstance(one, str | int) and not isinstance(one, bool))
