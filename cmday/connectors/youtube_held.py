"""Moderating on YouTube: comments held for review (developers.google.com/youtube/v3, commentThreads and comments).

Written from documentation. It takes an OAuth access token of the channel; an API key sees none of it. A list costs one
unit of the day's quota, a decision fifty. What was rejected cannot be published any more, and no list shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from msgspec.structs import replace

from cmday.connectors.moderating import (
    MOST_NAME,
    NO_MODERATOR,
    irreversible,
    queues_of,
    subject_of,
    unknown,
    unreadable,
    vanished,
)
from cmday.connectors.protocol import Exchange, Manner, Partial, Request, Response
from cmday.connectors.social_posts import moment, tables, text_of
from cmday.connectors.token_api import FORBIDDEN, now_of
from cmday.connectors.youtube_api import WRITE, YouTubeApi, reason_of
from cmday.connectors.youtube_reading import PAGES, author_of, comment_entry
from cmday.core.accounts import Account
from cmday.core.cases import Case, Offer, QueueEntry, QueuePage
from cmday.core.items import Cursor
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError, Uncertain
from cmday.i18n import phrase
from cmday.text.plain import MOST, cut, plain

PAGE: Final = 100
MOST_PAGES: Final = 20
HELD: Final = "heldForReview"
PUBLISHED: Final = "published"
REJECTED: Final = "rejected"
QUEUES: Final = {"held": HELD, "spam": "likelySpam"}
_RESOLVED: Final = {PUBLISHED: "published", REJECTED: "rejected"}
# By action: the status asked for. A ban rejects the comment and all that its author will write.
_WAYS: Final = {"approve": PUBLISHED, "hold": HELD, "remove": REJECTED, "ban": REJECTED}
_OFFERS: Final = (
    Offer(action="approve", does="publishes the comment", inverse="hold"),
    Offer(action="hold", does="keeps the comment from being seen until somebody decides", inverse="approve"),
    Offer(action="remove", does="rejects the comment and hides the answers below it, for good"),
    Offer(action="ban", does="rejects the comment and all that its author will write; undone in YouTube Studio"),
)
_NO_POWER: Final = frozenset({"forbidden", "insufficientPermissions", "ownershipRequired", "commentsDisabled"})


class YouTubeHeld:
    """Moderates one channel. Option ``queue``: which comments wait (held; where asked spam too)."""

    network: ClassVar[str] = "youtube"
    patience: ClassVar[float] = 30.0
    usual: ClassVar[Manner] = Manner(findable=True)

    def __init__(self, account: Account) -> None:
        self.account = account
        self.api = YouTubeApi(account)
        self.queues = queues_of(account, QUEUES, "held")

    def manner(self) -> Exchange[Manner]:
        yield from ()  # a conversation without a request is still a generator
        return self.usual

    def offers(self) -> Exchange[tuple[Offer, ...]]:
        """All of them to who sees what is held; asks for one thread."""
        number, _title, _count = yield from self.api.channel()
        response = yield from self._list(number, HELD, None, 1)
        if self._is_no_power(response):
            return ()
        self.api.expect(response)
        return _OFFERS

    def queue(self, since: Cursor | None) -> Exchange[QueuePage]:  # noqa: ARG002  a queue is read whole each time
        """What is held, with what reading it cost."""
        number, _title, _count = yield from self.api.channel()
        whole = True
        for name in self.queues:
            below: str | None = None
            for _ in range(MOST_PAGES):
                response = yield from self._list(number, QUEUES[name], below, PAGE)
                if self._is_no_power(response):
                    return QueuePage(entries=(), said=NO_MODERATOR)
                told = self.api.read(response)
                listed = told.get("items") if isinstance(told, dict) else None
                if not isinstance(listed, list):
                    raise self.api.garbled()
                found = [_held_in(thread, QUEUES[name]) for thread in listed]
                spoilt = sum(one is None for one in found)
                whole = whole and not spoilt
                yield Partial(
                    QueuePage(
                        entries=tuple(one for several in found for one in several or ()),
                        gap=unreadable(spoilt, "the channel's comments"),
                    )
                )
                below = text_of(told, "nextPageToken") or None
                if below is None:
                    break
            whole = whole and below is None
        return QueuePage(entries=(), whole=whole)

    def look(self, case: Case) -> Exchange[QueueEntry | None]:
        """The comment as it stands now. Where the status is not told, it is taken for what it was."""
        comment, response = yield from self._comment(subject_of(case))
        if comment is None:
            return None
        found = entry_of(comment, case.place)
        if found is None:
            raise self.api.garbled()
        status = text_of(comment, "snippet", "moderationStatus")
        if case.held and status in _RESOLVED:
            return replace(found, held=False, resolved=now_of(response), resolved_as=_RESOLVED[status])
        return found

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        """Set the comment's status, for fifty units of the quota."""
        status = _WAYS.get(outgoing.action or "")
        if status is None:
            raise unknown(self.account, outgoing)
        yield from self._set(outgoing, status)
        return Sent(id=f"{outgoing.reply_to}:{status}")

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:  # noqa: ARG002  a status is nobody's
        """Whether the comment has that status. Whether its author is banned is told to nobody."""
        status = _WAYS.get(outgoing.action or "")
        if status is None:
            raise unknown(self.account, outgoing)
        comment, _response = yield from self._comment(outgoing.reply_to or "")
        now = text_of(comment, "snippet", "moderationStatus")
        if comment is not None and now and now != status:
            return None
        if now == status and outgoing.action != "ban":
            return Sent(id=f"{outgoing.reply_to}:{status}")
        raise Uncertain(
            phrase('whether it is on the server of "{account}" cannot be told', account=self.account.name),
            phrase("look there yourself, then send it again or drop it: cmday outbox"),
            self.account.name,
        )

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        """Hold it again, or publish what was held."""
        if outgoing.sent_id is None:
            raise CmdayError(phrase("it is not known under which number it was sent"), None, self.account.name)
        back = {"approve": HELD, "hold": PUBLISHED}.get(outgoing.action or "")
        if back is None:
            raise irreversible(self.account, outgoing.action)
        comment, _response = yield from self._comment(outgoing.reply_to or "")
        if text_of(comment, "snippet", "moderationStatus") != back:
            yield from self._set(outgoing, back)

    def _set(self, outgoing: Outgoing, status: str) -> Exchange[None]:
        if not outgoing.reply_to:
            raise vanished(self.account)
        asked = {"id": outgoing.reply_to, "moderationStatus": status}
        asked |= {"banAuthor": "true"} if outgoing.action == "ban" and status == REJECTED else {}
        self.api.units += WRITE
        url = f"{self.api.base}/youtube/v3/comments/setModerationStatus?{urlencode(asked)}"
        response = yield from self.api.ask(
            Request(url=url, method="POST", headers=self.api.headers, body=b"", repeatable=False, follow=0)
        )
        self.api.refuse(response)

    def _comment(self, number: str) -> Exchange[tuple[dict[str, Any] | None, Response]]:
        response = yield from self.api.list("comments", part="snippet", id=number)
        told = self.api.read(response)
        listed = told.get("items") if isinstance(told, dict) else None
        if not isinstance(listed, list) and not (isinstance(told, dict) and "kind" in told):
            raise self.api.garbled()
        return next((one for one in tables(listed) if text_of(one, "id") == number), None), response

    def _list(self, channel: str, status: str, below: str | None, most: int) -> Exchange[Response]:
        return self.api.list(
            "commentThreads",
            part="snippet,replies",
            allThreadsRelatedToChannelId=channel,
            moderationStatus=status,
            maxResults=most,
            pageToken=below,
        )

    def _is_no_power(self, response: Response) -> bool:
        return response.status == FORBIDDEN and reason_of(response) in _NO_POWER


def entry_of(comment: Any, place: dict[str, str]) -> QueueEntry | None:
    """A comment as an entry; None for one that cannot be read."""
    one = comment_entry(comment)
    if one is None:
        return None
    snippet = one.body.get("snippet")
    name = text_of(snippet, "authorDisplayName")
    edited = moment(text_of(snippet, "updatedAt"))
    return QueueEntry(
        subject=one.id,
        author=cut(name.lstrip("@") or author_of(one.body), MOST_NAME),
        author_handle=cut(name if name.startswith("@") else author_of(one.body) or name, MOST_NAME),
        author_id=author_of(one.body) or None,
        text=plain(text_of(snippet, "textDisplay"), MOST) or cut(text_of(snippet, "textOriginal"), MOST),
        url=_page(place.get("video", ""), one.id),
        at=one.at,
        thread=place.get("thread"),
        edited=edited if edited and edited > one.at else None,
        held=text_of(snippet, "moderationStatus") not in _RESOLVED,
        place=place,
    )


def _held_in(thread: Any, status: str) -> list[QueueEntry] | None:
    """What is held of a thread: its first comment, or answers below it; None where it cannot be read."""
    snippet = thread.get("snippet") if isinstance(thread, dict) else None
    top = snippet.get("topLevelComment") if isinstance(snippet, dict) else None
    first = text_of(top, "id")
    place = {"video": text_of(snippet, "videoId"), "thread": first}
    found: list[QueueEntry] = []
    for one in _comments(thread, top):
        if text_of(one, "snippet", "moderationStatus") in ("", status):
            entry = entry_of(one, place)
            if entry is None:
                return None
            found.append(entry)
    return found if first else None


def _comments(thread: Any, top: Any) -> Iterator[Any]:
    """The first comment, and those answers that say that they wait; published ones come along unasked."""
    yield top
    replies = thread.get("replies")
    for one in tables(replies.get("comments")) if isinstance(replies, dict) else []:
        if text_of(one, "snippet", "moderationStatus"):
            yield one


def _page(video: str, comment: str) -> str | None:
    return f"{PAGES}/watch?{urlencode({'v': video, 'lc': comment})}" if video else None
