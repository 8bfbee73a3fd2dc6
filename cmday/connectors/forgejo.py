"""Forgejo and Gitea: the unread notifications of an account (``/api/swagger``, ``GET /notifications``).

Written from documentation. A notification there is a thread that moved; ours are one for each comment that moved it, as
reading it there moves it too. It names no reason: who is named in the words that came last is mentioned.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

from cmday.connectors.forgejo_reading import found_of, words_address
from cmday.connectors.http import with_query
from cmday.connectors.newest_first import Found, Listed, Reach, Sweep, reach
from cmday.connectors.protocol import Exchange, Probe, Response
from cmday.connectors.signed_api import OK, TOO_MANY, SignedApi, object_of
from cmday.connectors.social_posts import text_of
from cmday.connectors.token_api import FORBIDDEN, now_of
from cmday.core.accounts import Account, Credentials
from cmday.core.items import Cursor, Page
from cmday.errors import CmdayError

LIST: Final = "/notifications"
NAME: Final = "notifications"
PAGE: Final = 50  # the most that a server gives unless it was told otherwise
MOST_WORDS: Final = 20
SECONDS: Final = 3.0


class ForgejoApi(SignedApi):
    """Version 1 of the API, with an access token."""

    title: ClassVar[str] = "Forgejo"
    prefix: ClassVar[str] = "/api/v1"

    def secret(self, credentials: Credentials) -> tuple[tuple[str, str], ...]:
        return (("authorization", f"token {credentials.secret.strip()}"),)

    def fault(self, response: Response) -> CmdayError | None:
        """A token without the scope that is needed is refused in words that say which."""
        return self.signed_out(response) if response.status == FORBIDDEN else super().fault(response)

    def me(self) -> Exchange[str]:
        """The login of who is signed in."""
        login = text_of((yield from self.told("/user")), "login")
        if not login:
            raise self.garbled()
        return login


class Forgejo:
    """One account on one server. Option ``sync_read``: what was swept counts as read there too."""

    network: ClassVar[str] = "forgejo"

    def __init__(self, account: Account) -> None:
        self.account = account
        self.sync_read = account.options.get("sync_read") is True

    def check(self) -> Exchange[Probe]:
        """Who is signed in, and whether this token may read notifications."""
        api = ForgejoApi(self.account)
        login = yield from api.me()
        api.listed((yield from api.told(LIST, limit=1)))
        return Probe(identity=f"@{login}", capabilities=frozenset({"profile", "notifications"}))

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """What is unread or pinned, newest first, with the words that came last."""
        api, known = ForgejoApi(self.account), reach(since)
        if not known.me:
            known = Reach(me=(yield from api.me()))
        before = _top(known)
        pages = _Pages(api, self.account)
        sweep: Sweep = Sweep(
            known, (NAME,), lambda _name, below: pages.ask(sweep.known, below), self.account.first_sweep
        )
        page = yield from sweep.talk()
        top = _top(sweep.known)
        if self.sync_read and top is not None and top != before and not sweep.known.lines[NAME].open:
            yield from self._mark_read(api, top)
        return page

    def _mark_read(self, api: ForgejoApi, top: int) -> Exchange[None]:
        path = with_query(LIST, **{"last_read_at": _stamp(top), "status-types": "unread", "to-status": "read"})
        api.expect((yield from api.tell("PUT", path, repeatable=True)))


class _Pages:
    """The pages of one sweep. ``below`` is the second that a page begins with, and its number within that."""

    def __init__(self, api: ForgejoApi, account: Account) -> None:
        self.api = api
        self.account = account
        self.left = MOST_WORDS
        self.spent = 0.0

    def ask(self, known: Reach, below: str | None) -> Exchange[Listed]:
        before, _, number = (below or "").partition(" ")
        top = _top(known)
        response = yield from self.api.get(
            LIST,
            limit=PAGE,
            since=_stamp(top) if below is None and top is not None else None,
            before=_stamp(int(before)) if before else None,
            page=int(number or 1),
        )
        listed = self.api.listed(self.api.read(response))
        now = now_of(response)
        read: list[Found] = []
        for one in listed:
            found = found_of(one, self.account)
            if found:
                read.append((yield from self._with_words(found, one, known, now)))
        lowest = str(min(one.mark for one in read) + 1) if read else before
        next_one = f"{lowest} {int(number or 1) + 1 if lowest == before else 1}"
        return Listed(
            entries=tuple(read),
            now=now,
            below=next_one if len(listed) >= PAGE and lowest else None,
            spoilt=len(listed) - len(read),
        )

    def _with_words(self, found: Found, entry: Any, known: Reach, now: datetime) -> Exchange[Found]:
        """With who said what, asked for where it is new and somebody may wait; bounded in number and time."""
        top = known.lines[NAME].top
        address = words_address(entry, self.api.base)
        is_new = (
            top.has_above(found) if top and not known.lines[NAME].open else found.at >= now - self.account.first_sweep
        )
        if not address or not is_new or self.left <= 0 or self.spent > SECONDS:
            return found
        response = yield from self.api.get(address)
        self.left = 0 if response.status == TOO_MANY else self.left - 1
        self.spent += response.seconds
        said = object_of(response) if response.status == OK else {}
        return found_of(entry, self.account, said, known.me) or found


def _top(known: Reach) -> int | None:
    line = known.lines.get(NAME)
    return line.top.mark if line and line.top else None


def _stamp(second: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
