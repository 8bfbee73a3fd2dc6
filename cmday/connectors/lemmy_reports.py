"""Moderating on Lemmy: reports of posts and comments in the communities that one moderates (join-lemmy.org/api).

Written from documentation. Version 4 lists all reports in one, version 3 posts and comments apart; what is told of
them, and what is asked to be done, is the same but for the names of some fields.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from msgspec.structs import replace

from cmday.connectors.lemmy import PAGE, V4, LemmyApi
from cmday.connectors.lemmy_deciding import Deciding
from cmday.connectors.lemmy_things import Thing, entry_of, thing_of, thing_of_report
from cmday.connectors.moderating import NO_MODERATOR, subject_of, unreadable
from cmday.connectors.protocol import Exchange, Manner, Partial
from cmday.connectors.signed_api import object_of
from cmday.connectors.social_posts import text_of
from cmday.connectors.token_api import FORBIDDEN, NOT_FOUND, now_of
from cmday.core.accounts import Account
from cmday.core.cases import Case, Offer, QueueEntry, QueuePage
from cmday.core.items import Cursor
from cmday.core.outbox import Outgoing, Sent

MOST_PAGES: Final = 20
_KINDS: Final = ("comment", "post")
_NO_POWER: Final = frozenset({"not_a_moderator", "not_an_admin", "not_a_mod_or_admin"})
_OFFERS: Final = (
    Offer(action="remove", does="removes it from the community; its author sees that it was", inverse="restore"),
    Offer(action="resolve", does="marks its reports as resolved", inverse="reopen"),
    Offer(action="ban", does="bans its author from the community, for a time or for good", inverse="unban", timed=True),
    Offer(action="lock", does="locks the whole post: nobody can comment on it", inverse="unlock"),
    Offer(action="reply", does="answers below it, for everybody to read", wants_text=True),
    Offer(action="warn", does="writes its author a private message", wants_text=True),
)


class LemmyReports:
    """Moderates for one account."""

    network: ClassVar[str] = "lemmy"
    patience: ClassVar[float] = 30.0
    usual: ClassVar[Manner] = Manner(most=10_000, findable=True)

    def __init__(self, account: Account) -> None:
        self.account = account
        self.api = LemmyApi(account)

    def manner(self) -> Exchange[Manner]:
        yield from ()  # a conversation without a request is still a generator
        return self.usual

    def offers(self) -> Exchange[tuple[Offer, ...]]:
        """All of them to who moderates a community or administers the server."""
        version, _name = yield from self.api.who()
        told = yield from self.api.told(f"/api/{version}/{'account' if version == V4 else 'site'}")
        me = told if version == V4 else told.get("my_user") if isinstance(told, dict) else None
        user = me.get("local_user_view") if isinstance(me, dict) else None
        local = user.get("local_user") if isinstance(user, dict) else None
        is_admin = isinstance(local, dict) and local.get("admin") is True
        return _OFFERS if is_admin or (isinstance(me, dict) and me.get("moderates")) else ()

    def queue(self, since: Cursor | None) -> Exchange[QueuePage]:  # noqa: ARG002  a queue is read whole each time
        """What is reported and not resolved, each thing once with all its reports."""
        version, _name = yield from self.api.who()
        found: dict[str, list[Thing]] = {}
        spoilt, whole = 0, True
        for path, key in _lists(version):
            below: str | None = None
            for number in range(1, MOST_PAGES + 1):
                page = {"page_cursor": below} if version == V4 else {"page": number}
                response = yield from self.api.get(path, unresolved_only="true", limit=PAGE, **page)
                if response.status == FORBIDDEN or text_of(object_of(response), "error") in _NO_POWER:
                    return QueuePage(entries=(), said=NO_MODERATOR)
                told = self.api.read(response)
                listed = self.api.listed(told.get(key) if isinstance(told, dict) else None)
                for one in listed:
                    thing = thing_of_report(one)
                    if thing:
                        found.setdefault(thing.subject, []).append(thing)
                    spoilt += thing is None and not _is_other(one)
                below = text_of(told, "next_page") or None
                if below is None if version == V4 else len(listed) < PAGE:
                    break
            else:
                whole = False
        entries = [entry_of(several) for several in found.values()]
        for start in range(0, len(entries), PAGE):
            yield Partial(QueuePage(entries=tuple(entries[start : start + PAGE])))
        return QueuePage(entries=(), whole=whole and not spoilt, gap=unreadable(spoilt, "the server's reports"))

    def look(self, case: Case) -> Exchange[QueueEntry | None]:
        """The thing as it stands now, and whether its reports are still open."""
        version, _name = yield from self.api.who()
        kind, _, number = subject_of(case).partition("-")
        response = yield from self.api.get(f"/api/{version}/{kind}", id=number)
        if response.status == NOT_FOUND or text_of(object_of(response), "error").startswith("couldnt_find"):
            return None
        told = self.api.read(response)
        thing = thing_of(told.get(f"{kind}_view") if isinstance(told, dict) else None)
        if thing is None:
            raise self.api.garbled()
        found = replace(entry_of([thing]), place={**case.place, **thing.place()})
        if found.resolved or not case.place.get("reports"):
            return found
        if not (yield from Deciding(self.account, self.api).open_reports(version, case.place)):
            return replace(found, resolved=now_of(response), resolved_as="its reports were resolved")
        return found

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        """Carry out an action."""
        return (yield from Deciding(self.account, self.api).send(outgoing))

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:
        """Whether the thing stands as the action would have it."""
        return (yield from Deciding(self.account, self.api).find(outgoing, taken))

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        """Carry out the inverse, where there is one."""
        yield from Deciding(self.account, self.api).retract(outgoing)


def _lists(version: str) -> tuple[tuple[str, str], ...]:
    """The lists of reports: their path, and what holds the entries."""
    if version == V4:
        return ((f"/api/{V4}/report/list", "items"),)
    return tuple((f"/api/{version}/{kind}/report/list", f"{kind}_reports") for kind in _KINDS)


def _is_other(one: Any) -> bool:
    """Whether it is a report of a private message or of a community, which are for administrators to read there."""
    return isinstance(one, dict) and ("private_message_report" in one or "community_report" in one)
