"""GitHub: what its notifications tell of issues, pull requests, reviews and discussions (docs.github.com/rest).

The list is asked with If-Modified-Since, and not before X-Poll-Interval allows it again. What one answered by web or
phone is among one's own events, asked at their own interval.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

from cmday.connectors.downward import OVERLAP, Entry, Listing, Reach, Walk, reach
from cmday.connectors.github_api import GitHubApi, page_base
from cmday.connectors.github_details import Details
from cmday.connectors.github_reading import Detail, entry_of, notification, own_post, thread_name, web
from cmday.connectors.protocol import Exchange, Partial, Probe, Response
from cmday.connectors.social_posts import moment, tables, text_of
from cmday.connectors.token_api import FORBIDDEN, now_of
from cmday.core.accounts import Account
from cmday.core.items import Cursor, Page, ThreadPost
from cmday.core.time import epoch
from cmday.text.plain import MOST, cut, from_mail

LIST: Final = "/notifications"
PAGE: Final = 50  # the most that this list gives at once
_INTERVAL: Final = 60
_LONGEST: Final = 3_600
_NOT_MODIFIED: Final = 304
_ISSUE: Final = re.compile(r"/repos/([\w.-]+)/([\w.-]+)/(?:issues|pulls)/(\d+)$")


class GitHub:
    """One account. Option ``sync_read``: what was swept counts as read on GitHub too."""

    network: ClassVar[str] = "github"

    def __init__(self, account: Account) -> None:
        self.account = account
        self.sync_read = account.options.get("sync_read") is True

    def check(self) -> Exchange[Probe]:
        """Who is signed in, and whether this token may read notifications."""
        api = GitHubApi(self.account)
        login = yield from api.me()
        response = yield from api.get(LIST, per_page=1)
        can, detail = {"profile", "replies"}, None
        if response.status == FORBIDDEN:
            api.patience(response)
            detail = "this token may not read notifications: it needs the scope notifications (a classic token)"
        else:
            api.read(response)
            can.add("notifications")
        return Probe(identity=f"@{login}", capabilities=frozenset(can), detail=detail)

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """Everything after the cursor, newest page first; then what we said ourselves meanwhile."""
        return (yield from _Sweep(self.account, reach(since), sync_read=self.sync_read).talk())


class _Sweep:
    def __init__(self, account: Account, known: Reach, *, sync_read: bool) -> None:
        self.account = account
        self.api = GitHubApi(account)
        self.details = Details(self.api)
        self.sync_read = sync_read
        self.now = datetime.now(UTC)
        self.walk = Walk(known, self._ask, now=self.now, first=account.first_sweep)
        self.said: str | None = None
        self.fresh = False

    def talk(self) -> Exchange[Page]:
        wait = self._wait("ask_at")
        yield from self.walk.talk(self._hand_over, newest=not wait)
        if wait:
            self.said = f"{wait} s"
        if not self._wait("events_at"):
            yield from self._own_words()
        if self.sync_read and self.fresh and self.walk.known.top:
            yield from self._mark_read(self.walk.known.top)
        return Page(notifications=(), cursor=self._cursor(), gap=self.walk.doubt, said=self.said)

    def _wait(self, name: str) -> int:
        """Seconds until GitHub lets this be asked again, 0 for now."""
        at = self.walk.known.notes.get(name)
        left = at - epoch(self.now) if isinstance(at, int) else 0
        return left if 0 < left <= _LONGEST else 0  # a clock that was put back waits for nothing

    def _ask(self, below: str | None) -> Exchange[Listing | None]:
        known = self.walk.known
        query: dict[str, str | int | None] = {"all": "true", "per_page": PAGE, "before": below}
        headers = []
        if below is None and known.top:
            query["since"] = _stamp(known.top - OVERLAP)
            modified = known.notes.get("modified")
            headers = [("if-modified-since", modified)] if isinstance(modified, str) else []
        response = yield from self.api.get(LIST, *headers, **query)
        self.walk.now = now_of(response)
        if below is None:
            self._note(response)
        if response.status == _NOT_MODIFIED:
            self.said = "304"
            return None
        found = self.api.read(response)
        if not isinstance(found, list):
            raise self.api.garbled()
        entries = [one for one in map(entry_of, found) if one]
        if found and not entries and not any(isinstance(one, dict) and "subject" in one for one in found):
            raise self.api.garbled()
        return Listing(entries, len(found) - len(entries), _below(entries) if len(found) >= PAGE else None)

    def _note(self, response: Response) -> None:
        """How to ask the next time."""
        interval = (response.header("x-poll-interval") or "").strip()
        seconds = min(int(interval[:6]), _LONGEST) if interval.isascii() and interval.isdigit() else 0
        modified = response.header("last-modified") or self.walk.known.notes.get("modified")
        ask_at = epoch(self.now) + seconds if seconds else None
        self.walk.known = self.walk.known.noting(ask_at=ask_at, modified=modified)

    def _hand_over(self, entries: list[Entry], spoilt: int) -> Exchange[None]:
        details = yield from self.details.of(entries)
        if details and "me" not in self.walk.known.notes:
            self.walk.known = self.walk.known.noting(me=(yield from self.api.me()))
        pages = page_base(self.api.base)
        mine = [own_post(one, details[one.id]) for one in entries if self._is_mine(details.get(one.id))]
        self.fresh = self.fresh or bool(entries)
        yield Partial(
            Page(
                notifications=tuple(notification(one, self.account, pages, details.get(one.id)) for one in entries),
                cursor=self._cursor(),
                gap=f"{spoilt} of the server's notifications could not be read" if spoilt else None,
                thread=tuple(mine),
            )
        )

    def _is_mine(self, detail: Detail | None) -> bool:
        return detail is not None and detail.author == self.walk.known.notes.get("me")

    def _own_words(self) -> Exchange[None]:
        """Our own comments since the last time, by whatever program: docs.github.com/rest/activity/events."""
        me = self.walk.known.notes.get("me")
        if not isinstance(me, str):
            return
        response = yield from self.api.get(f"/users/{me}/events", per_page=100)
        known = self.walk.known.noting(events_at=epoch(self.now) + _INTERVAL)
        if 200 <= response.status <= 299:  # noqa: PLR2004  a token that may not see them loses only them
            last = moment(known.notes.get("own"))
            said = [one for event in tables(self.api.read(response)) if (one := _own_comment(event))]
            new = [one for one in said if last is None or one.at > last]
            newest = max((one.at for one in said), default=None)
            self.walk.known = known.noting(own=newest.isoformat() if newest else None)
            if new:
                yield Partial(Page(notifications=(), cursor=self._cursor(), thread=tuple(new)))
        else:
            self.walk.known = known

    def _mark_read(self, top: datetime) -> Exchange[None]:
        told = {"last_read_at": _stamp(top), "read": True}
        self.api.expect((yield from self.api.tell("PUT", LIST, told, repeatable=True)))

    def _cursor(self) -> Cursor:
        return self.walk.known.cursor()


def _below(entries: list[Entry]) -> str | None:
    """The page below is what moved before the oldest of this one, that very second included."""
    lowest = min((one.at for one in entries), default=None)
    return _stamp(lowest.replace(microsecond=0), second=1) if lowest else None


def _stamp(at: datetime, second: int = 0) -> str:
    return (at.astimezone(UTC) + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _own_comment(event: dict[str, Any]) -> ThreadPost | None:
    """A comment or review of ours, as a post of its thread."""
    payload = event.get("payload")
    said = payload.get("comment") or payload.get("review") if isinstance(payload, dict) else None
    about = text_of(payload, "issue", "url") or text_of(payload, "pull_request", "url")
    thread, at = _ISSUE.search(about), moment(text_of(event, "created_at"))
    author, url = text_of(event, "actor", "login"), web(text_of(said, "html_url"))
    if not (thread and at and url and author):
        return None
    return ThreadPost(
        id=cut(url, 300),
        thread=thread_name(*thread.groups()),
        author=author,
        author_handle=f"@{author}",
        text=from_mail(text_of(said, "body"), MOST),
        at=at,
        url=url,
        mine=True,
        by=f"@{author}",
    )
