"""Moderating a Discourse forum: its review queue of flagged posts, of posts that wait for approval, and of people.

Written from documentation: docs.discourse.org, and app/controllers/reviewables_controller.rb for ``/review``. The forum
says of each reviewable which actions it takes; a ``version`` that is behind is refused with 409.
"""

from __future__ import annotations

from typing import ClassVar, Final

from cmday.connectors.discourse_api import DiscourseApi
from cmday.connectors.discourse_deciding import Deciding
from cmday.connectors.discourse_reading import whole
from cmday.connectors.discourse_reviewables import entry_of, entry_of_post, reviewables_of
from cmday.connectors.moderating import NO_MODERATOR, subject_of, unreadable
from cmday.connectors.protocol import Exchange, Manner, Partial, Response
from cmday.connectors.social_posts import text_of
from cmday.connectors.token_api import FORBIDDEN, NOT_FOUND, json_of
from cmday.core.accounts import Account
from cmday.core.cases import Case, Offer, QueueEntry, QueuePage
from cmday.core.items import Cursor
from cmday.core.outbox import Outgoing, Sent

MOST_PAGES: Final = 50
_NOT_LOGGED_IN: Final = "not_logged_in"
_OFFERS: Final = (
    Offer(action="approve", does="disagrees with the flags, or publishes what waits for approval"),
    Offer(action="hold", does="agrees with the flags and hides the post", inverse="approve"),
    Offer(action="remove", does="agrees with the flags and deletes the post, or rejects what waits", inverse="restore"),
    Offer(action="resolve", does="ignores the flags and leaves the post as it is"),
    Offer(action="mute", does="silences its author on the forum: they read, and write nothing", inverse="unmute",
          timed=True),
    Offer(action="ban", does="suspends its author from the forum", inverse="unban", timed=True),
    Offer(action="warn", does="sends its author an official warning in private", wants_text=True),
    Offer(action="reply", does="answers the post, for everybody to read", wants_text=True),
    Offer(action="lock", does="closes the whole topic: nobody can answer", inverse="unlock"),
    Offer(action="assign", does="claims the topic for yourself", inverse="unassign"),
)  # fmt: skip


class DiscourseReview:
    """Moderates for one account."""

    network: ClassVar[str] = "discourse"
    patience: ClassVar[float] = 30.0
    usual: ClassVar[Manner] = Manner(most=32_000, findable=True)

    def __init__(self, account: Account) -> None:
        self.account = account
        self.api = DiscourseApi(account)

    def manner(self) -> Exchange[Manner]:
        yield from ()  # a conversation without a request is still a generator
        return self.usual

    def offers(self) -> Exchange[tuple[Offer, ...]]:
        """All of them to the forum's staff; moderators of a category alone are not offered any."""
        user = yield from self.api.me()
        return _OFFERS if user.get("moderator") is True or user.get("admin") is True else ()

    def queue(self, since: Cursor | None) -> Exchange[QueuePage]:  # noqa: ARG002  a queue is read whole each time
        """What waits, the most pressing first. What moves while it is read leaves it not whole."""
        offset, total, whole_read = 0, None, True
        seen: set[int] = set()
        for _ in range(MOST_PAGES):
            response = yield from self.api.get("/review.json", status="pending", offset=offset or None)
            if _may_not(response):
                return QueuePage(entries=(), said=NO_MODERATOR)
            told = self.api.read(response)
            listed = told.get("reviewables") if isinstance(told, dict) else None
            meta = told.get("meta") if isinstance(told, dict) else None
            if not isinstance(listed, list):
                raise self.api.garbled()
            found = reviewables_of(told, listed)
            counted = whole(meta, "total_rows_reviewables")
            whole_read = whole_read and len(found) == len(listed) and counted == (total or counted)
            total = counted
            yield Partial(
                QueuePage(
                    entries=tuple(entry_of(one, self.api.base) for one in found if one.id not in seen),
                    gap=unreadable(len(listed) - len(found), "the queue's entries"),
                )
            )
            seen |= {one.id for one in found}
            offset += len(listed)
            if not listed or not text_of(meta, "load_more_reviewables"):
                return QueuePage(entries=(), whole=whole_read)
        return QueuePage(entries=())

    def look(self, case: Case) -> Exchange[QueueEntry | None]:
        """The reviewable as it stands now: claimed, decided, or its post edited; or a post that is in no queue."""
        deciding = Deciding(self.account, self.api)
        number = case.place.get("review", "")
        if number.isdecimal():
            found = yield from deciding.reviewable(number)
            return entry_of(found, self.api.base) if found else None
        post = yield from deciding.post_at(subject_of(case))
        return entry_of_post(post, self.api.base) if post else None

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        """Carry out an action."""
        return (yield from Deciding(self.account, self.api).send(outgoing))

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:
        """Whether things stand as the action would have them."""
        return (yield from Deciding(self.account, self.api).find(outgoing, taken))

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        """Carry out the inverse, where there is one."""
        yield from Deciding(self.account, self.api).retract(outgoing)


def _may_not(response: Response) -> bool:
    """Whether who asks is signed in and may not see the queue."""
    if response.status not in (FORBIDDEN, NOT_FOUND):
        return False
    return text_of(json_of(response), "error_type") != _NOT_LOGGED_IN
