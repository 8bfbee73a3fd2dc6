"""Discourse: notifications of a forum, mentions, answers and private messages among them (docs.discourse.org).

The list names neither words nor full names, so the posts of those that want an answer are asked for besides, bounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from cmday.connectors.discourse_api import DiscourseApi
from cmday.connectors.discourse_reading import entry_of, kind_of, notification, own_post, post_number, whole
from cmday.connectors.downward import Entry, Listing, Reach, Walk, reach
from cmday.connectors.protocol import Exchange, Partial, Probe, Response
from cmday.connectors.social_posts import moment, tables, text_of
from cmday.connectors.token_api import json_of, now_of
from cmday.core.accounts import Account
from cmday.core.items import WANT_ANSWER, Cursor, Page

LIST: Final = "/notifications.json"
PAGE: Final = 60
MOST_DETAILS: Final = 20
# Posts are fetched for so long, in seconds that the forum took: what is left goes without its words.
SECONDS: Final = 3.0
# UserAction: topics begun, answers, private messages sent.
_OWN: Final = "4,5,12"
_OK: Final = 200
_ASKS_FOR_PATIENCE: Final = 429


class Discourse:
    """One account on one forum. Option ``sync_read``: what was swept counts as read there too."""

    network: ClassVar[str] = "discourse"

    def __init__(self, account: Account) -> None:
        self.account = account
        self.sync_read = account.options.get("sync_read") is True

    def check(self) -> Exchange[Probe]:
        """Who is signed in, and whether this key may read notifications."""
        api = DiscourseApi(self.account)
        user = yield from api.me()
        found = api.read((yield from api.get(LIST, limit=1)))
        if not isinstance(found, dict) or not isinstance(found.get("notifications"), list):
            raise api.garbled()
        can = {"profile", "notifications", "messages", "replies"}
        can |= {"moderation"} if user.get("moderator") is True or user.get("admin") is True else set()
        return Probe(identity=f"@{text_of(user, 'username')}", capabilities=frozenset(can), detail=None)

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """Everything after the cursor, newest page first; then what we wrote ourselves meanwhile."""
        return (yield from _Sweep(self.account, reach(since), sync_read=self.sync_read).talk())


class _Sweep:
    def __init__(self, account: Account, known: Reach, *, sync_read: bool) -> None:
        self.account = account
        self.api = DiscourseApi(account)
        self.sync_read = sync_read
        self.walk = Walk(known, self._ask, now=datetime.now(UTC), first=account.first_sweep)
        self.left = MOST_DETAILS
        self.spent = 0.0
        self.fresh = False

    def talk(self) -> Exchange[Page]:
        yield from self.walk.talk(self._hand_over)
        if "me" in self.walk.known.notes or self.fresh:
            yield from self._own_posts()
        if self.sync_read and self.fresh:
            self.api.expect((yield from self.api.tell("PUT", "/notifications/mark-read.json", {}, repeatable=True)))
        return Page(notifications=(), cursor=self._cursor(), gap=self.walk.doubt)

    def _ask(self, below: str | None) -> Exchange[Listing | None]:
        response = yield from self.api.get(LIST, limit=PAGE, offset=below)
        self.walk.now = now_of(response)
        found = self.api.read(response)
        listed = found.get("notifications") if isinstance(found, dict) else None
        if not isinstance(listed, list):
            raise self.api.garbled()
        entries = [one for one in map(entry_of, listed) if one]
        return Listing(entries, len(listed) - len(entries), _below(found) if listed else None)

    def _hand_over(self, entries: list[Entry], spoilt: int) -> Exchange[None]:
        posts = yield from self._posts(entries)
        self.fresh = self.fresh or bool(entries)
        base = self.api.base
        yield Partial(
            Page(
                notifications=tuple(notification(one, self.account, base, posts.get(one.id)) for one in entries),
                cursor=self._cursor(),
                gap=f"{spoilt} of the forum's notifications could not be read" if spoilt else None,
            )
        )

    def _posts(self, entries: Sequence[Entry]) -> Exchange[dict[str, Any]]:
        """The posts of those that want an answer, by id of their notification."""
        found: dict[str, Any] = {}
        for one in entries:
            number = post_number(one.body)
            if not number or kind_of(one.body) not in WANT_ANSWER or self.left <= 0 or self.spent > SECONDS:
                continue
            response: Response = yield from self.api.get(f"/posts/{number}.json")
            self.left = 0 if response.status == _ASKS_FOR_PATIENCE else self.left - 1
            self.spent += response.seconds
            post = json_of(response) if response.status == _OK else None
            if isinstance(post, dict):
                found[one.id] = post
        return found

    def _own_posts(self) -> Exchange[None]:
        """What we wrote since the last time, by whatever program. A forum that does not tell loses only that."""
        me = self.walk.known.notes.get("me")
        if not isinstance(me, str):
            me = text_of((yield from self.api.me()), "username")
            self.walk.known = self.walk.known.noting(me=me)
        response = yield from self.api.get("/user_actions.json", username=me, filter=_OWN, offset=0)
        answer = json_of(response) if response.status == _OK else None
        actions = tables(answer.get("user_actions")) if isinstance(answer, dict) else []
        posts = [post for action in actions if (post := own_post(action, self.api.base))]
        last = moment(self.walk.known.notes.get("own"))
        new = tuple(post for post in posts if last is None or post.at > last)
        if new:
            self.walk.known = self.walk.known.noting(own=max(post.at for post in new).isoformat())
            yield Partial(Page(notifications=(), cursor=self._cursor(), thread=new))

    def _cursor(self) -> Cursor:
        return self.walk.known.cursor()


def _below(found: dict[str, Any]) -> str | None:
    """The offset of the page below, as ``load_more_notifications`` says it; it says so below the last one too."""
    offset = parse_qs(urlsplit(text_of(found, "load_more_notifications")).query).get("offset", [""])[0]
    total = whole(found, "total_rows_notifications")
    if not (offset.isascii() and offset.isdigit() and len(offset) < 10):  # noqa: PLR2004  nobody has so many
        return None
    return None if total is not None and int(offset) >= total else offset
