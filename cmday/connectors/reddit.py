"""Reddit: the inbox of an account, and what it answered itself (reddit.com/dev/api, ``GET /message/inbox``).

Written from documentation. Reddit only takes apps that it approved; ``reddit_session`` gets their passes.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from msgspec.structs import replace

from cmday.connectors.newest_first import Found, Listed, Reach, Sweep, reach, server_time
from cmday.connectors.noticing import from_epoch, micros, notice, own_post
from cmday.connectors.protocol import Exchange, Probe
from cmday.connectors.signed_api import SignedApi
from cmday.connectors.social_posts import text_of
from cmday.core.accounts import Account
from cmday.core.items import Cursor, Kind, Page

PAGE: Final = 100
SITE: Final = "https://www.reddit.com"
INBOX: Final = "inbox"
COMMENTS: Final = "comments"
SENT: Final = "sent"
_KINDS: Final[dict[str, Kind]] = {
    "username_mention": "mention",
    "comment_reply": "reply",
    "post_reply": "reply",
}


class RedditApi(SignedApi):
    """The API below oauth.reddit.com."""

    title: ClassVar[str] = "Reddit"

    def page(self, path: str, after: str | None) -> Exchange[tuple[Any, Listed]]:
        """One page of a listing: its things, and the frame for what they mean."""
        response = yield from self.get(path, limit=PAGE, after=after, raw_json=1)
        told = self.read(response)
        data = told.get("data") if isinstance(told, dict) else None
        things = self.listed(data.get("children") if isinstance(data, dict) else None)
        below = text_of(data, "after") or None
        return things, Listed(entries=(), now=server_time(response), below=below)


class Reddit:
    """One account."""

    network: ClassVar[str] = "reddit"

    def __init__(self, account: Account) -> None:
        self.account = account

    def check(self) -> Exchange[Probe]:
        """Who is signed in, and whether the inbox may be read."""
        api = RedditApi(self.account)
        name = yield from who(api)
        yield from api.page("/message/inbox", None)
        return Probe(identity=f"u/{name}", capabilities=frozenset({"profile", "notifications", "messages"}))

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """The inbox, then our own comments and messages, which tell what was answered elsewhere."""
        api, known = RedditApi(self.account), reach(since)
        if not known.me:
            known = Reach(me=(yield from who(api)))

        def ask(name: str, below: str | None) -> Exchange[Listed | None]:
            path = {COMMENTS: f"/user/{known.me}/comments", SENT: "/message/sent"}.get(name, "/message/inbox")
            things, frame = yield from api.page(path, below)
            found = [self._found(one, name, known.me) for one in things]
            entries = tuple(one for one in found if one)
            return replace(frame, entries=entries, spoilt=len(found) - len(entries))

        return (yield from Sweep(known, (INBOX, COMMENTS, SENT), ask, self.account.first_sweep).talk())

    def _found(self, thing: Any, where: str, me: str) -> Found | None:
        """One thing of a listing; None where it cannot be read."""
        data = thing.get("data") if isinstance(thing, dict) else None
        name = text_of(data, "name")
        at = from_epoch(data.get("created_utc")) if isinstance(data, dict) else None
        if not name or at is None:
            return None
        author, body = text_of(data, "author"), text_of(data, "body")
        frame = Found(mark=micros(at), id=name, at=at)
        message = name.startswith("t4_")
        thread = (text_of(data, "first_message_name") or name) if message else name
        if where != INBOX or author.casefold() == me.casefold():
            parent = text_of(data, "parent_id") or None
            who = (me, f"u/{me}")
            link = _page_of(data, name)
            return replace(
                frame,
                post=own_post(name, thread if message else parent or name, who, body, at, answers=parent, url=link),
            )
        kind: Kind = "message" if message else _KINDS.get(text_of(data, "type"), "reply")
        if message and not author:
            kind = "other"
        return replace(
            frame,
            notification=notice(
                self.account,
                name,
                kind,
                (author or "Reddit", f"u/{author}" if author else "Reddit"),
                body if not message else "\n".join(part for part in (text_of(data, "subject"), body) if part),
                at=at,
                url=_page_of(data, name),
                thread=thread,
                about=(name, text_of(data, "link_title")),
                reply=name if author else None,
            ),
        )


def who(api: RedditApi) -> Exchange[str]:
    """The name of the account."""
    name = text_of((yield from api.told("/api/v1/me")), "name")
    if not name:
        raise api.garbled()
    return name


def _page_of(data: Any, name: str) -> str:
    path = text_of(data, "context") or text_of(data, "permalink")
    return f"{SITE}{path}" if path.startswith("/") else f"{SITE}/message/messages/{name.partition('_')[2]}"
