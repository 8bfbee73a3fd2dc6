"""Moderating a WordPress site: the comments that wait for approval, and what becomes of them.

developer.wordpress.org/rest-api/reference/comments: a comment's ``status`` is approved, hold, spam or trash. Core keeps
no date of a change, and knows neither bans nor private words to who commented, so those are not offered.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Final

from cmday.connectors.moderating import NO_MODERATOR, queues_of, subject_of, unreadable
from cmday.connectors.protocol import Exchange, Manner, Partial, Response
from cmday.connectors.token_api import now_of
from cmday.connectors.wordpress_api import FORBIDDEN, WordPressApi, is_gone
from cmday.connectors.wordpress_deciding import Deciding
from cmday.connectors.wordpress_reading import Comment, comments_of, notification, post_above, threads_of
from cmday.core.accounts import Account
from cmday.core.cases import Case, Offer, QueueEntry, QueuePage
from cmday.core.items import Cursor
from cmday.core.outbox import Outgoing, Sent

PAGE: Final = 100
MOST_PAGES: Final = 50
QUEUES: Final = ("hold", "spam", "trash")
_BAD_REQUEST: Final = 400
_RESOLVED: Final = {"approved": "approved", "spam": "marked as spam", "trash": "thrown into the bin", "hold": "held"}
_COMMENTS: Final = (
    Offer(action="approve", does="lets everybody see the comment", inverse="hold"),
    Offer(action="hold", does="keeps the comment from being seen until somebody decides", inverse="approve"),
    Offer(action="remove", does="throws the comment into the site's bin", inverse="restore"),
    Offer(action="label", does='marks the comment as spam (the one label there is: "spam")', inverse="unlabel"),
    Offer(action="reply", does="answers below the comment, for everybody to read", wants_text=True),
)
_LOCK: Final = Offer(action="lock", does="closes the comments below the whole post", inverse="unlock")


class WordPressModerating:
    """Moderates for one account. Option ``queue``: which comments wait (hold; where asked spam and trash too)."""

    network: ClassVar[str] = "wordpress"
    patience: ClassVar[float] = 30.0
    usual: ClassVar[Manner] = Manner(findable=True, retractable=True)

    def __init__(self, account: Account) -> None:
        self.account = account
        self.api = WordPressApi(account)
        self.queues = queues_of(account, QUEUES, "hold")

    def manner(self) -> Exchange[Manner]:
        """A site takes texts of any length."""
        yield from ()  # a conversation without a request is still a generator
        return self.usual

    def offers(self) -> Exchange[tuple[Offer, ...]]:
        """By what the site says that this person may do."""
        person = yield from self.api.me()
        if not person.may("moderate_comments"):
            return ()
        return (*_COMMENTS, _LOCK) if person.may("edit_others_posts") else _COMMENTS

    def queue(self, since: Cursor | None) -> Exchange[QueuePage]:  # noqa: ARG002  a queue is read whole each time
        """Each queue from its oldest comment on. Where it changed meanwhile, it was not seen whole."""
        whole = True
        me = (yield from self.api.me()).id
        for name in self.queues:
            total: str | None = None
            for number in range(1, MOST_PAGES + 1):
                response = yield from self._ask(name, number)
                if response.status == FORBIDDEN:
                    return QueuePage(entries=(), said=NO_MODERATOR)
                if number > 1 and response.status == _BAD_REQUEST:  # comments were decided meanwhile: no such page
                    whole = False
                    break
                listed = self.api.read(response, list[Any])
                comments, spoilt = comments_of(listed)
                counted = response.header("x-wp-total")
                whole = whole and not spoilt and counted == (total or counted)
                total = counted
                threads = threads_of(comments)
                above = (post_above(one, threads[one.id], me) for one in comments)
                yield Partial(
                    QueuePage(
                        entries=tuple(self._entry(one, threads[one.id]) for one in comments),
                        posts=tuple(one for one in above if one),
                        gap=unreadable(spoilt, "the site's comments"),
                    )
                )
                if len(listed) < PAGE:
                    break
            else:
                whole = False
        return QueuePage(entries=(), whole=whole)

    def look(self, case: Case) -> Exchange[QueueEntry | None]:
        """The comment as it stands now; what was held and is not any more was decided elsewhere."""
        response = yield from self.api.get(f"/comments/{subject_of(case)}", context="edit", _embed="up,in-reply-to")
        if is_gone(response):
            return None
        found, _spoilt = comments_of([self.api.read(response, dict[str, Any])])
        if not found:
            raise self.api.garbled()
        thread = threads_of(found)[found[0].id]
        return self._entry(found[0], thread, resolved=_resolved(case, found[0], response))

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        """Carry out an action."""
        return (yield from Deciding(self.account, self.api).send(outgoing))

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:
        """Whether the comment stands as the action would have it."""
        return (yield from Deciding(self.account, self.api).find(outgoing, taken))

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        """Give the comment the status that it had before."""
        yield from Deciding(self.account, self.api).retract(outgoing)

    def _ask(self, name: str, number: int) -> Exchange[Response]:
        return self.api.get(
            "/comments",
            status=name,
            context="edit",
            orderby="date_gmt",
            order="asc",
            per_page=PAGE,
            page=number,
            _embed="up,in-reply-to",
        )

    def _entry(self, one: Comment, thread: str, resolved: tuple[datetime, str] | None = None) -> QueueEntry:
        about = notification(one, self.account, thread)
        status = "hold" if one.is_held else one.status
        place = {"post": str(one.post), "status": status, "type": one.post_type()}
        return QueueEntry(
            subject=str(one.id),
            author=about.author,
            author_handle=about.author_handle,
            author_id=str(one.author) if one.author else None,
            text=about.text,
            url=about.url,
            at=one.at,
            thread=thread,
            held=one.is_held,
            resolved=resolved[0] if resolved else None,
            resolved_as=resolved[1] if resolved else None,
            labels=("spam",) if status == "spam" else (),
            place={key: value for key, value in place.items() if value},
        )


def _resolved(case: Case, one: Comment, response: Response) -> tuple[datetime, str] | None:
    """That it no longer stands as the case knows it; when that was the site does not keep, so it is now."""
    status = "hold" if one.is_held else one.status
    before = case.place.get("status") or ("hold" if case.held else "approved")
    return None if status == before else (now_of(response), _RESOLVED.get(status, status))
