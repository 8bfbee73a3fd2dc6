"""One sweep of a Mastodon account: which page is asked for next, and what each page moves in the cursor."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final, Protocol

import msgspec
from msgspec.structs import replace

from cmday.connectors.http import parse_http_date
from cmday.connectors.mastodon_paging import Gap, Reach, closed, filled, newest, oldest, opened, order, raised
from cmday.connectors.mastodon_reading import (
    DIRECT,
    Person,
    asks_who_i_am,
    moment,
    native_id,
    read_all,
    words_for_direct,
    written,
)
from cmday.connectors.protocol import Exchange, Partial, Response
from cmday.core.accounts import Account
from cmday.core.items import WANT_ANSWER, Notification, Page

PAGE: Final = 80  # the most that Mastodon gives; others give less
FULL: Final = 10  # a page with fewer entries is the last one: no known server pages so small
MOST_WANTED: Final = 40
MOST_TOLD: Final = 80
LOST: Final = "the server no longer gives all notifications since the last sweep"


class Sheet(msgspec.Struct, frozen=True):
    """One page of notifications: ``size`` is how many the server counts, where it folds several into one."""

    response: Response
    entries: list[Any]
    ids: list[str]
    size: int


class Asks(Protocol):
    """Asks for pages of notifications; ``grouped`` tells whether the server gives them in groups."""

    grouped: bool | None

    def ask(self, **query: str | int | None) -> Exchange[Sheet]: ...


class Who(Protocol):
    """Asks who is signed in."""

    def __call__(self) -> Exchange[Person]: ...


class Sweep:
    """How far the sweep has come (``known``), and why something may be missing (``doubt``).

    ``now`` is the server's time, where it tells it; ``fresh`` says that there was something new, and ``has_time`` that
    the deadline leaves time for what is around.
    """

    def __init__(self, account: Account, known: Reach, lists: Asks, who: Who) -> None:
        self.account = account
        self.known = known
        self.lists = lists
        self.who = who
        self.doubt: str | None = None
        self.direct = DIRECT
        self.now: datetime | None = None
        self.fresh = False
        self.has_time = True

    def talk(self) -> Exchange[None]:
        """New notifications first, then the gaps that earlier sweeps left, newest first."""
        seen: list[str] = []
        if self.known.top and self.known.upward:
            yield from self._climb()
        if not (self.known.top and self.known.upward):
            seen = yield from self._begin_at_the_newest()
        while self.known.gaps:
            yield from self._descend(self.known.gaps[0])
        if self.known.upward is None:
            yield from self._learn(seen)

    def _ask(self, **query: str | int | None) -> Exchange[Sheet]:
        """A page, and on the way what time it is at the server, and how it calls direct messages."""
        sheet = yield from self.lists.ask(**query)
        self.now = parse_http_date(sheet.response.header("date") or "")
        self.has_time = sheet.response.leaves_time
        self.direct = words_for_direct(sheet.response.header("x-creator"))
        return sheet

    def _climb(self) -> Exchange[None]:
        """Pages upwards from the top, oldest first, until nothing newer comes."""
        while True:
            top = self.known.top or ""
            sheet = yield from self._ask(min_id=top, limit=PAGE)
            ids = sheet.ids
            if not ids:
                return
            if any(order(one) <= order(top) for one in ids):
                self.known = replace(self.known, upward=False)
                return
            yield from self._hand_over(sheet.entries, raised(self.known, ids), None)
            if sheet.size < FULL:
                return

    def _begin_at_the_newest(self) -> Exchange[list[str]]:
        """The newest page; what lies between it and the former top becomes a gap. Returns the ids seen."""
        sheet = yield from self._ask(limit=PAGE)
        entries, ids, top = sheet.entries, sheet.ids, self.known.top
        if not ids or (top and order(newest(ids)) <= order(top)):
            return ids
        floor = None if top else (self.now or _last_moment(entries)) - self.account.first_sweep
        after = opened(self.known, ids, floor.isoformat() if floor else None)
        if after.gaps and after.gaps[0].before == oldest(ids):
            after = self._perhaps_closed(after, sheet)
        yield from self._hand_over(_above(entries, top), after, floor)
        return ids

    def _descend(self, gap: Gap) -> Exchange[None]:
        """One page of the newest gap."""
        sheet = yield from self._ask(max_id=gap.before, limit=PAGE)
        below = [one for one in sheet.ids if order(one) < order(gap.before)]
        if not below:
            if sheet.size >= FULL:
                self.doubt = f"the server gives only its newest {sheet.size} notifications"
            elif gap.after:
                self.doubt = LOST
            self.known = closed(self.known)
            return
        after = filled(self.known, below)
        if len(after.gaps) == len(self.known.gaps):
            after = self._perhaps_closed(after, sheet)
        floor = datetime.fromisoformat(gap.since) if gap.since else None
        yield from self._hand_over(_above(sheet.entries, gap.after), after, floor)

    def _perhaps_closed(self, after: Reach, sheet: Sheet) -> Reach:
        """Without its newest gap, where this page was the server's last or is older than the gap asks for."""
        gap = after.gaps[0]
        if sheet.size < FULL:
            self.doubt = LOST if gap.after else self.doubt
            return closed(after)
        if gap.since:
            floor = datetime.fromisoformat(gap.since)
            # Two, so that a single entry with a broken date does not end the back-fill.
            if sum(found < floor for entry in sheet.entries if (found := moment(entry))) > 1:
                return closed(after)
        return after

    def _learn(self, ids: list[str]) -> Exchange[None]:
        """Whether the server answers ``min_id`` with the very next notification above it."""
        if self.lists.grouped:  # only Mastodon itself has groups, and it pages upwards
            self.known = replace(self.known, upward=True)
            return
        rising = sorted(set(ids), key=order)
        if len(rising) < 3:  # noqa: PLR2004  of two, the next above the lower is also the newest
            return
        sheet = yield from self._ask(min_id=rising[0], limit=1)
        self.known = replace(self.known, upward=sheet.ids == [rising[1]])

    def _hand_over(self, entries: list[Any], after: Reach, floor: datetime | None) -> Exchange[None]:
        """Read a page and hand it over with the cursor that counts it as read."""
        if self.known.me is None and any(map(asks_who_i_am, entries)):
            person = yield from self.who()
            after = replace(after, me=str(person.id))
        entries, after = _once(entries, after)
        found, spoilt = read_all(entries, self.account, after.me, floor, self.direct)
        self.known = _remembering(after, found)
        self.fresh = self.fresh or bool(found)
        gap = f"{spoilt} of the server's notifications could not be read" if spoilt else None
        yield Partial(Page(notifications=found, cursor=self.known.cursor(), gap=gap))


def _once(entries: list[Any], after: Reach) -> tuple[list[Any], Reach]:
    """Without posts that another notification brought: a small server that is busy tells of one twice, a moment apart.

    (Seen of snac: a post comes to the inbox of the person and to that of the whole server, and each tells of it. It
    does so with likes and shares too, which are one line a post anyway.)
    """
    told = dict(after.told)
    found = []
    for entry in reversed(entries):
        what, native = written(entry), native_id(entry)
        if not what or not native or told.setdefault(what, native) == native:
            found.append(entry)
    return found[::-1], replace(after, told=tuple(told.items())[-MOST_TOLD:])


def _remembering(after: Reach, found: tuple[Notification, ...]) -> Reach:
    """With what is asked for later: the threads of what wants an answer, newest first; and which messages came."""
    want = [(one.reply.id, one) for one in reversed(found) if one.kind in WANT_ANSWER and one.reply and one.reply.id]
    named = {(post, one.thread or post, one.id.removeprefix(f"{one.account}:")): None for post, one in want}
    direct = [post for post, one in want if one.kind == "message"]
    return replace(
        after,
        wanted=(*named, *(one for one in after.wanted if one not in named))[:MOST_WANTED],
        direct=tuple(dict.fromkeys([*direct, *after.direct]))[:MOST_WANTED],
    )


def ids_of(entries: list[Any]) -> list[str]:
    """The ids that the entries of a page name."""
    return [found for entry in entries if (found := native_id(entry))]


def _above(entries: list[Any], floor: str | None) -> list[Any]:
    """The entries newer than an id; those without a readable id stay, to be counted."""
    if floor is None:
        return entries
    return [entry for entry in entries if not (found := native_id(entry)) or order(found) > order(floor)]


def _last_moment(entries: list[Any]) -> datetime:
    return max((found for entry in entries if (found := moment(entry))), default=datetime.now(UTC))
