"""From the JSON of the Mastodon API to notifications. What cannot be read costs that one entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from cmday.core.accounts import Account
from cmday.core.items import Kind, Notification, ReplyTo
from cmday.core.time import bounded
from cmday.text.mentions import without_own_name
from cmday.text.plain import MOST, cut, plain

MOST_TITLE: Final = 1_000
MOST_URL: Final = 2_000
DIRECT: Final = frozenset({"direct"})
PERSON: Final = "person:"
Id = str | int

# Notifications about a post that somebody else wrote.
_BY_OTHERS: Final = frozenset({"mention", "quote", "status", "update"})
MOST_NAMED: Final = 20

_KINDS: Final[dict[str, Kind]] = {
    "mention": "mention",
    "quote": "mention",
    "favourite": "like",
    "emoji_reaction": "like",
    "pleroma:emoji_reaction": "like",
    "reaction": "like",
    "reblog": "share",
    "follow": "follow",
    "follow_request": "follow",
    "admin.report": "report",
}
_SAYS: Final = {
    "follow_request": "asks to follow you",
    "admin.sign_up": "signed up on this server",
    "poll": "a poll has ended",
    "status": "posted",
    "update": "edited a post",
    "moderation_warning": "the server's moderators sent a warning",
    "severed_relationships": "follows were lost through a block of a server",
}


class Person(msgspec.Struct, frozen=True):
    """An account, as far as it is needed."""

    id: Id
    acct: str
    display_name: str | None = None
    url: str | None = None
    followers_count: int | None = None


class Status(msgspec.Struct, frozen=True):
    """A post, as far as it is needed."""

    id: Id
    content: str | None = None
    spoiler_text: str | None = None
    visibility: str | None = None
    url: str | None = None
    uri: str | None = None
    edited_at: datetime | None = None
    in_reply_to_id: Id | None = None
    in_reply_to_account_id: Id | None = None
    language: str | None = None
    mentions: list[Any] | None = None


class Reported(msgspec.Struct, frozen=True):
    """A report, as moderators are notified of it."""

    comment: str | None = None
    status_ids: list[Id] | None = None
    target_account: Person | None = None


class Told(msgspec.Struct, frozen=True):
    """One notification of ``GET /api/v1/notifications``; ``key`` is what one of a group is known by (API v2)."""

    id: Id
    type: str
    created_at: datetime
    account: Person | None = None
    status: Status | None = None
    report: Reported | None = None
    key: str | None = None


def native_id(entry: Any) -> str | None:
    """The id of an entry that may be malformed otherwise."""
    found = entry.get("id") if isinstance(entry, dict) else None
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) and str(found) else None


def asks_who_i_am(entry: Any) -> bool:
    """Whether one must know the own account's id to tell a reply from a mention."""
    status = entry.get("status") if isinstance(entry, dict) else None
    if not isinstance(status, dict) or entry.get("type") != "mention":
        return False
    named = status.get("mentions")
    return bool(status.get("in_reply_to_account_id")) or (isinstance(named, list) and len(named) > 1)


def written(entry: Any) -> str | None:
    """The post that a notification brings, None for all else: what somebody wrote was written once."""
    match entry:
        case {"type": "mention", "status": {"id": str() | int() as status}}:
            return str(status)
        case _:
            return None


def moment(entry: Any) -> datetime | None:
    """When an entry that may be malformed otherwise happened."""
    try:
        return aware(datetime.fromisoformat(entry["created_at"]))
    except (KeyError, TypeError, ValueError):
        return None


def read_all(
    entries: list[Any], account: Account, me: str | None, floor: datetime | None, direct: frozenset[str] = DIRECT
) -> tuple[tuple[Notification, ...], int]:
    """The entries not older than ``floor`` as notifications, oldest first, and how many could not be read.

    ``direct`` are the words of this server for a post that only the people named in it see.
    """
    found: list[Notification] = []
    spoilt = 0
    for entry in entries:
        try:
            told = msgspec.convert(entry, Told)
        except (msgspec.ValidationError, OverflowError):
            spoilt += 1
            continue
        if floor is None or aware(told.created_at) >= floor:
            found.append(read_one(told, account, me, direct))
    found.sort(key=lambda notification: notification.at)
    return tuple(found), spoilt


def read_one(told: Told, account: Account, me: str | None, direct: frozenset[str] = DIRECT) -> Notification:
    status = told.status
    person = (told.report.target_account if told.report else None) or told.account
    text = _text(told, account)
    reaction = told.type in ("favourite", "reblog") or _KINDS.get(told.type) == "like"
    return Notification(
        id=f"{account.name}:{told.key or told.id}",
        account=account.name,
        network=account.network,
        community=account.community,
        kind=_kind(told, me, direct),
        author=_name(person),
        author_handle=handle(person, account.server) if person else "",
        text="" if reaction else text,
        url=_address(told),
        at=aware(told.created_at),
        thread=str(status.in_reply_to_id or status.id) if status else None,
        subject=_subject(told),
        subject_text=cut(text, MOST_TITLE) if reaction else None,
        edited=aware(status.edited_at) if status and status.edited_at else None,
        reply=_reply(told, account, me, direct),
    )


def _reply(told: Told, account: Account, me: str | None, direct: frozenset[str]) -> ReplyTo | None:
    """What an answer to somebody's post needs; None where the post is one's own (a like, a poll)."""
    status = told.status
    if status is None or told.account is None or told.type not in _BY_OTHERS:
        return None
    to = handle(told.account, account.server)
    also = dict.fromkeys(one for one in _named(status, account, me) if one != to)
    return ReplyTo(
        id=str(status.id),
        to=to,
        also=tuple(also)[:MOST_NAMED],
        visibility="direct" if status.visibility in direct else status.visibility,
        language=status.language or None,
    )


def _named(status: Status, account: Account, me: str | None) -> Iterator[str]:
    """Who else is mentioned in a post, without oneself."""
    own = (account.username or "").lstrip("@").partition("@")[0].lower()
    for entry in status.mentions or ():
        try:
            one = msgspec.convert(entry, Person)
        except msgspec.ValidationError:
            continue
        if str(one.id) != me and ("@" in one.acct or one.acct.lower() != own):
            yield handle(one, account.server)


def words_for_direct(maker: str | None) -> frozenset[str]:
    """What else means direct: for snac (by its header ``X-Creator``) all that is not public is "private"."""
    return DIRECT | {"private"} if (maker or "").startswith("snac") else DIRECT


def aware(moment: datetime) -> datetime:
    """A moment without offset is UTC, as the API's documentation says of all its times."""
    return bounded(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def handle(person: Person, server: str) -> str:
    """How the network addresses somebody: ``@name@host``, people of one's own server included."""
    if "@" in person.acct.lstrip("@"):
        return cut("@" + person.acct.lstrip("@"), MOST_TITLE)
    host = urlsplit(server if "//" in server else f"//{server}").netloc.rpartition("@")[2]
    return cut(f"@{person.acct.lstrip('@')}@{host}", MOST_TITLE)


def _name(person: Person | None) -> str:
    if person is None:
        return ""
    return cut((person.display_name or "").strip() or person.acct, MOST_TITLE)


def _kind(told: Told, me: str | None, direct: frozenset[str]) -> Kind:
    kind = _KINDS.get(told.type, "other")
    if kind != "mention" or told.status is None:
        return kind
    if told.status.visibility in direct:
        return "message"
    answered = told.status.in_reply_to_account_id
    return "reply" if answered is not None and str(answered) == me else "mention"


def _text(told: Told, account: Account) -> str:
    if told.report:
        return plain(told.report.comment or "")
    if told.status is None:
        return _SAYS.get(told.type, "")
    text = without_own_name(plain(told.status.content or "", MOST), account.username)
    warning = (told.status.spoiler_text or "").strip()
    return cut(f"[{plain(warning, MOST_TITLE)}] {text}".rstrip(), MOST) if warning else text


def _subject(told: Told) -> str | None:
    """The native id of the post it is about: the one liked, the mention itself, the one reported (or its author)."""
    if told.status:
        return str(told.status.id)
    if told.report and (told.report.status_ids or told.report.target_account):
        return reported(
            told.report.status_ids or (), told.report.target_account.id if told.report.target_account else 0
        )
    return None


def reported(statuses: Iterable[Id], person: Id) -> str:
    """The native id of what a report is about: the oldest of the posts that it names, else the person."""
    found = sorted(map(str, statuses), key=lambda native: (len(native), native))
    return found[0] if found else f"{PERSON}{person}"


def _address(told: Told) -> str | None:
    status, person = told.status, told.account
    target = told.report.target_account if told.report else None
    candidates = (
        status.url if status else None,
        status.uri if status else None,
        target.url if target else None,
        person.url if person else None,
    )
    return next((one for one in candidates if one and _fit(one)), None)


def _fit(address: str) -> bool:
    return address.startswith(("https://", "http://")) and len(address) <= MOST_URL
