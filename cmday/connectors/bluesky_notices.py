"""From the JSON of Bluesky's notifications, posts and threads to our words. What cannot be read costs that one entry.

docs.bsky.app, app.bsky.notification.listNotifications and app.bsky.feed.getPostThread.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import msgspec

from cmday.connectors.bluesky_reading import PAGES
from cmday.connectors.social_posts import moment, tables, text_of
from cmday.core.accounts import Account
from cmday.core.items import Kind, Notification, ReplyTo, ThreadPost
from cmday.core.time import bounded
from cmday.text.mentions import without_own_name
from cmday.text.plain import MOST, cut

MOST_TITLE: Final = 1_000
MOST_ID: Final = 500
DELETED: Final = "app.bsky.feed.defs#notFoundPost"
BY_OTHERS: Final = frozenset({"mention", "reply", "quote", "subscribed-post"})
_KINDS: Final[dict[str, Kind]] = {
    "like": "like",
    "like-via-repost": "like",
    "repost": "share",
    "repost-via-repost": "share",
    "follow": "follow",
    "mention": "mention",
    "quote": "mention",
    "reply": "reply",
}
_SAYS: Final = {
    "starterpack-joined": "joined Bluesky by your starter pack",
    "verified": "verified your account",
    "unverified": "took back that your account is verified",
    "contact-match": "is among your contacts and is on Bluesky now",
}
_DEEPEST: Final = 60


class Told(msgspec.Struct, frozen=True, rename={"when": "indexedAt", "about": "reasonSubject"}):
    """One notification; ``when`` is the moment that it is sorted by."""

    uri: str
    author: dict[str, Any]
    reason: str
    record: dict[str, Any]
    when: datetime
    about: str | None = None

    @property
    def subject(self) -> str | None:
        """The post that was liked or shared, also where that was done at a repost of it."""
        return text_of(self.record, "subject", "uri") or self.about

    @property
    def at(self) -> str:
        return stamp(self.when)


def stamp(when: datetime) -> str:
    """A moment as the cursor has it, so that texts are ordered as the moments are."""
    return bounded(when).astimezone(UTC).isoformat(timespec="microseconds")


def read_page(entries: list[Any]) -> tuple[list[Told], list[str]]:
    """The notifications of a page, each id once, and something to know those by that could not be read."""
    found: dict[str, Told] = {}
    spoilt = []
    for entry in entries:
        told = _read(entry)
        if told is None:
            spoilt.append(text_of(entry, "uri") or repr(entry)[:MOST_ID])
        else:
            # A like of one's own repost of one's own post is told twice, as both.
            found.setdefault(told.uri, told)
    return list(found.values()), spoilt


def _read(entry: Any) -> Told | None:
    try:
        told = msgspec.convert(entry, Told)
    except (msgspec.ValidationError, OverflowError):
        return None
    fit = told.uri.startswith("at://") and len(told.uri) <= MOST_ID and text_of(told.author, "did")
    return told if fit and told.when.tzinfo is not None else None


def notification_of(told: Told, account: Account, subjects: dict[str, str]) -> Notification:
    """``subjects`` are the texts of one's own posts that were liked or shared, by their address."""
    kind = _KINDS.get(told.reason, "other")
    by_others = told.reason in BY_OTHERS
    text = without_own_name(text_of_record(told.record), account.username) if by_others else _SAYS.get(told.reason, "")
    subject = told.uri if by_others else told.subject if kind in ("like", "share") else None
    return Notification(
        id=f"{account.name}:{told.uri}",
        account=account.name,
        network=account.network,
        community=account.community,
        kind=kind,
        author=name_of(told.author),
        author_handle=handle_of(told.author),
        text=text,
        url=post_url(told.author, told.uri) if by_others else _page_of(told),
        at=bounded(told.when),
        thread=(root_of(told.record) or told.uri)[:MOST_ID] if by_others else subject,
        subject=subject[:MOST_ID] if subject else None,
        subject_text=cut(subjects.get(subject, ""), MOST_TITLE) or None if subject and not by_others else None,
        reply=ReplyTo(id=told.uri, to=handle_of(told.author), language=_language(told.record)) if by_others else None,
    )


def thread_posts(view: dict[str, Any], thread: str, is_me: Any, most: int) -> Iterator[ThreadPost]:
    """The posts of ``getPostThread``: the post itself, those above it and those below, at most so many."""
    waiting = [(view, 0)]
    while waiting and most > 0:
        node, depth = waiting.pop(0)
        found = post_of_view(node.get("post"), thread, is_me)
        if found:
            most -= 1
            yield found
        if depth < _DEEPEST:
            above = node.get("parent")
            below = [(one, depth + 1) for one in tables(node.get("replies"))]
            waiting = [*([(above, depth + 1)] if isinstance(above, dict) else []), *below, *waiting]


def post_of_view(post: Any, thread: str | None, is_me: Any) -> ThreadPost | None:
    """One post view; None for what is none. Without a ``thread`` it is that of the record."""
    record = post.get("record") if isinstance(post, dict) else None
    at = moment(post.get("indexedAt")) if isinstance(post, dict) else None
    uri, author = text_of(post, "uri"), post.get("author") if isinstance(post, dict) else None
    if not isinstance(record, dict) or at is None or not uri.startswith("at://") or len(uri) > MOST_ID:
        return None
    mine = bool(is_me(author))
    return ThreadPost(
        id=uri,
        thread=(thread or root_of(record) or uri)[:MOST_ID],
        author=name_of(author),
        author_handle=handle_of(author),
        text=text_of_record(record),
        at=min(at, moment(record.get("createdAt")) or at),
        url=post_url(author, uri),
        answers=text_of(record, "reply", "parent", "uri")[:MOST_ID] or None,
        mine=mine,
        by=handle_of(author) if mine else None,
    )


def text_of_record(record: dict[str, Any]) -> str:
    """What a post says: links in full, where its text shortens them; where it says nothing, what it shows."""
    source = text_of(record, "text").encode("utf-8", "surrogatepass")
    links = []
    for facet in tables(record.get("facets"))[:MOST_TITLE]:
        index = facet.get("index")
        start, end = (index.get("byteStart"), index.get("byteEnd")) if isinstance(index, dict) else (None, None)
        address = next((uri for one in tables(facet.get("features")) if (uri := text_of(one, "uri"))), "")
        if type(start) is int and type(end) is int and 0 <= start < end <= len(source) and _fit(address):
            links.append((start, end, address))
    for start, end, address in sorted(links, reverse=True):
        if source[start:end].rstrip(".\u2026".encode()).decode("utf-8", "replace") in address:
            source = source[:start] + address.encode() + source[end:]
    text = source.decode("utf-8", "replace").strip()
    shown = _shown(record.get("embed"))
    return cut(text if not shown or shown in text else f"{text}\n{shown}".strip(), MOST)


def root_of(record: dict[str, Any]) -> str | None:
    """The first post of the thread that a post stands in, None for one that answers nothing."""
    return text_of(record, "reply", "root", "uri") or None


def name_of(author: Any) -> str:
    return cut(text_of(author, "displayName") or text_of(author, "handle"), MOST_TITLE)


def handle_of(author: Any) -> str:
    """``@handle``; who has lost theirs is known by the DID."""
    handle = text_of(author, "handle")
    return cut(f"@{handle}" if handle and handle != "handle.invalid" else text_of(author, "did"), MOST_TITLE)


def post_url(author: Any, uri: str) -> str:
    """The page of a post; ``uri`` is its ``at://`` address."""
    who = text_of(author, "handle")
    who = who if who and who != "handle.invalid" else uri.removeprefix("at://").partition("/")[0]
    return f"{PAGES}/profile/{quote(who, safe=':')}/post/{quote(uri.rsplit('/', 1)[-1], safe='')}"


def _page_of(told: Told) -> str:
    """The page of one's own post that something is about, else of the person who did it."""
    if told.subject and "/app.bsky.feed.post/" in told.subject:
        return post_url(None, told.subject)
    who = text_of(told.author, "handle") or text_of(told.author, "did")
    return f"{PAGES}/profile/{quote(who, safe=':')}"


def _language(record: dict[str, Any]) -> str | None:
    languages = record.get("langs")
    first = languages[0] if isinstance(languages, list) and languages else None
    return first[:20] if isinstance(first, str) and first else None


def _shown(embed: Any) -> str:
    """What a post shows beside its text: the address of a card, or the words for pictures."""
    if not isinstance(embed, dict):
        return ""
    media = embed.get("media") if isinstance(embed.get("media"), dict) else embed
    address = text_of(media, "external", "uri")
    if _fit(address):
        return address
    words = [text_of(one, "alt") for one in tables(media.get("images") if isinstance(media, dict) else None)]
    return " ".join(f"[{one}]" for one in words if one)


def _fit(address: str) -> bool:
    return address.startswith(("https://", "http://")) and len(address) <= 2_000  # noqa: PLR2004  as links elsewhere
