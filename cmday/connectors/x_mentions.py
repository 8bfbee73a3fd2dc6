"""X: who speaks of one's account there, by its API v2 (docs.x.com/x-api), paid by the post read.

Nothing is asked without a purse and both caps; every request is reserved in it first, sent once, and settled. Authors
are looked up by ``/2/users``, each once, for a user read costs twice a post; where the caps leave no room for that, an
author is called by number and the mention comes all the same.
"""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import quote

from cmday.connectors.downward import Entry, Listing, Reach, Walk, reach
from cmday.connectors.http import with_query
from cmday.connectors.protocol import Authorised, Exchange, Partial, Probe
from cmday.connectors.social_posts import moment, tables, text_of
from cmday.connectors.source_terms import Purse
from cmday.connectors.token_api import now_of, server_base
from cmday.connectors.x_posts import PAGES, POSTS, PRICE_POST, PRICE_USER, Paid, ask_paid, is_number, price_of
from cmday.core.accounts import Account, Credentials
from cmday.core.items import Cursor, Notification, Page
from cmday.errors import Garbled, NotFound, SignInNeeded, Waiting
from cmday.i18n import phrase
from cmday.text.plain import MOST, cut

MOST_PAGES: Final = 5
MOST_AUTHORS: Final = 300
MOST_NAME: Final = 100
_LEAST: Final = 5
_MOST: Final = 100
_FIELDS: Final = "created_at,author_id,conversation_id,in_reply_to_user_id,note_tweet,entities"
_MICRO: Final = 1_000_000


class X:
    """One account, ``username`` its handle. Options ``cap_day`` and ``cap_month`` say what it may cost."""

    network: ClassVar[str] = "x"

    def __init__(self, account: Account) -> None:
        self.account = account
        self.purse: Purse | None = None

    def check(self) -> Exchange[Probe]:
        """Whether the account is there. Costs one user read."""
        asking = _Asking(self.account, self.purse)
        number, handle = yield from asking.me()
        return Probe(identity=f"@{handle}", capabilities=frozenset({"profile", "notifications"}), detail=f"id {number}")

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """Mentions after the cursor, newest page first; says what this sweep has cost."""
        return (yield from _Sweep(_Asking(self.account, self.purse), reach(since)).talk())


class _Asking:
    """Asks for money. ``cost`` is what it came to, in millionths of a dollar."""

    def __init__(self, account: Account, purse: Purse | None) -> None:
        self.account = account
        self.base = server_base(account.server)
        self.cost = 0
        self.post = price_of(account, "price_post", PRICE_POST)
        self.user = price_of(account, "price_user", PRICE_USER)
        if purse is None or not (account.options.get("cap_day") and account.options.get("cap_month")):
            raise SignInNeeded(
                phrase("X is paid by the post read, and nothing is asked before you say how much it may cost"),
                phrase("give [account.{name}] cap_day and cap_month, then cmday login {name}", name=account.name),
                account.name,
            )
        self.purse = purse
        self._credentials: Credentials | None = None

    def me(self) -> Exchange[tuple[str, str]]:
        """The account's number and handle."""
        name = (self.account.username or "").strip().lstrip("@")
        if not name:
            hint = phrase('give it username = "@handle" in config.toml: cmday config edit')
            raise SignInNeeded(
                phrase('"{account}" has no user name', account=self.account.name), hint, self.account.name
            )
        answer = yield from self._ask(f"/2/users/by/username/{quote(name, safe='')}", self.user)
        number = text_of(answer.page, "data", "id")
        self._settle(answer, self.user if number else 0)
        if not isinstance(answer.page, dict):
            raise self.garbled()
        if not is_number(number):
            raise NotFound(phrase("nobody on X is called @{name}", name=name), None, self.account.name)
        return number, text_of(answer.page, "data", "username") or name

    def mentions(self, me: str, most: int, **query: str | None) -> Exchange[Paid]:
        path = with_query(f"/2/users/{me}/mentions", max_results=most, **{"tweet.fields": _FIELDS}, **query)
        answer = yield from self._ask(path, most * self.post)
        page = answer.page
        listed = page.get("data") if isinstance(page, dict) else None
        if not isinstance(page, dict) or not isinstance(page.get("meta"), dict) or not isinstance(listed, list | None):
            raise self.garbled()
        self._settle(answer, len(listed or ()) * self.post)
        return answer

    def people(self, numbers: list[str]) -> Exchange[dict[str, str]]:
        """Handles by number."""
        answer = yield from self._ask(f"/2/users?ids={','.join(numbers)}", len(numbers) * self.user)
        found = tables(answer.page.get("data")) if isinstance(answer.page, dict) else []
        self._settle(answer, len(found) * self.user)
        return {text_of(one, "id"): text_of(one, "username")[:MOST_NAME] for one in found if text_of(one, "username")}

    def garbled(self) -> Garbled:
        return Garbled(
            phrase('the answer for "{account}" is not one of {network}', account=self.account.name, network="X"),
            phrase("look at its server in config.toml: cmday config edit"),
            self.account.name,
        )

    def _ask(self, path: str, most: int) -> Exchange[Paid]:
        if self._credentials is None:
            self._credentials = yield Authorised(self.account)
        hint = phrase("cmday login {network} --account {account}", network="x", account=self.account.name)
        try:
            return (
                yield from ask_paid(f"{self.base}{path}", self.account, self._credentials, self.purse, most, hint=hint)
            )
        except Garbled:
            raise self.garbled() from None

    def _settle(self, answer: Paid, amount: int) -> None:
        self.purse.settle(answer.reserved, amount)
        self.cost += amount


class _Sweep:
    def __init__(self, asking: _Asking, known: Reach) -> None:
        self.asking = asking
        self.account = asking.account
        asked = self.account.options.get("posts", POSTS)
        self.most = min(max(asked if isinstance(asked, int) else POSTS, _LEAST), _MOST)
        self.walk = Walk(known, self._ask, now=datetime.now(UTC), first=self.account.first_sweep, most_pages=MOST_PAGES)
        self.me = ""

    def talk(self) -> Exchange[Page]:
        me = self.walk.known.notes.get("me")
        if not isinstance(me, str):
            me, _handle = yield from self.asking.me()
            self.walk.known = self.walk.known.noting(me=me)
            yield Partial(Page(notifications=(), cursor=self._cursor()))  # what was paid for is not asked again
        self.me = me
        yield from self.walk.talk(self._hand_over)
        return Page(notifications=(), cursor=self._cursor(), gap=self.walk.doubt, said=dollars(self.asking.cost))

    def _ask(self, below: str | None) -> Exchange[Listing | None]:
        """One page: after the newest mention known, or below the oldest of the page above."""
        known = self.walk.known
        newest = known.notes.get("newest")
        query: dict[str, str | None] = {"until_id": below}
        if below is None and isinstance(newest, str):
            query["since_id"] = newest
        elif below is None or not known.notes.get("before"):
            start = self.walk.now - self.account.first_sweep + timedelta(seconds=1)
            query["start_time"] = start.strftime("%Y-%m-%dT%H:%M:%SZ")
        else:
            query["since_id"] = str(known.notes["before"])
        answer = yield from self.asking.mentions(self.me, self.most, **query)
        self.walk.now = now_of(answer.response)
        listed = answer.page.get("data") or []
        entries = [one for one in map(_entry, listed) if one]
        if below is None and entries:
            first = max(entries, key=lambda one: int(one.id)).id
            # What a gap reads down to is what was the newest before it.
            before = newest if not known.gaps else known.notes.get("before")
            self.walk.known = known.noting(newest=first, before=before)
        more = text_of(answer.page, "meta", "next_token")
        lowest = min((one.id for one in entries), key=int, default=None)
        return Listing(entries, len(listed) - len(entries), lowest if more else None)

    def _hand_over(self, entries: list[Entry], spoilt: int) -> Exchange[None]:
        names = yield from self._authors([text_of(one.body, "author_id") for one in entries])
        theirs = [one for one in entries if text_of(one.body, "author_id") != self.me]
        yield Partial(
            Page(
                notifications=tuple(self._read(one, names) for one in theirs),
                cursor=self._cursor(),
                gap=f"{spoilt} of the mentions could not be read" if spoilt else None,
            )
        )

    def _authors(self, numbers: list[str]) -> Exchange[dict[str, str]]:
        """Handles by number: those known from before, and the others looked up where the caps leave room for it."""
        kept = self.walk.known.notes.get("authors")
        names = {str(number): str(name) for number, name in kept.items()} if isinstance(kept, dict) else {}
        unknown = sorted({one for one in numbers if is_number(one) and one not in names and one != self.me})[:_MOST]
        if unknown:
            try:
                names |= yield from self.asking.people(unknown)
            except Waiting:
                return names
            self.walk.known = self.walk.known.noting(authors=dict(list(names.items())[-MOST_AUTHORS:]))
        return names

    def _read(self, one: Entry, names: dict[str, str]) -> Notification:
        found = one.body
        author = text_of(found, "author_id")
        name = names.get(author)
        entities = found.get("entities")
        words = text_of(found, "note_tweet", "text") or text_of(found, "text")
        for link in tables(entities.get("urls")) if isinstance(entities, dict) else []:
            words = words.replace(text_of(link, "url") or "\0", text_of(link, "expanded_url"))
        return Notification(
            id=f"{self.account.name}:{one.id}",
            account=self.account.name,
            network=self.account.network,
            community=self.account.community,
            kind="reply" if text_of(found, "in_reply_to_user_id") == self.me else "mention",
            author=name or author,
            author_handle=f"@{name}" if name else author,
            text=cut(html.unescape(words), MOST),
            url=f"{PAGES}/{quote(name, safe='') if name else 'i/web'}/status/{one.id}",
            at=one.at,
            thread=text_of(found, "conversation_id")[:MOST_NAME] or None,
        )

    def _cursor(self) -> Cursor:
        return self.walk.known.cursor()


def dollars(amount: int) -> str:
    """An amount for the header of the tour: to the cent, and to the tenth of one where that is all."""
    return f"${amount / _MICRO:.3f}" if amount % (_MICRO // 100) else f"${amount / _MICRO:.2f}"


def _entry(found: Any) -> Entry | None:
    number, at = text_of(found, "id"), moment(text_of(found, "created_at"))
    readable = is_number(number) and at and is_number(text_of(found, "author_id")) and text_of(found, "text")
    return Entry(at=at, id=number, body=found) if readable and at else None
