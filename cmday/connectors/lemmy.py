"""Lemmy: replies, mentions and messages, by version 4 of its API, or version 3 on a server that has no other.

Written from documentation: join-lemmy.org/docs (v3) and LemmyNet/lemmy, crates/api/routes (v4, of Lemmy 1.0). Which one
the server has is found out once.
"""

from __future__ import annotations

from typing import ClassVar, Final

from msgspec.structs import replace

from cmday.connectors.lemmy_reading import LISTS, MESSAGES, found_v3, found_v4, name_v3, name_v4
from cmday.connectors.newest_first import Found, Listed, Reach, Sweep, reach
from cmday.connectors.protocol import Exchange, Probe, Response
from cmday.connectors.signed_api import OK, SignedApi, object_of
from cmday.connectors.social_posts import text_of
from cmday.connectors.token_api import NOT_FOUND, now_of, one_line
from cmday.core.accounts import Account
from cmday.core.items import Cursor, Page

PAGE: Final = 50
VERSION: Final = "version"
V3, V4 = "v3", "v4"
NOTIFICATIONS: Final = "notifications"
_REFUSED: Final = frozenset({400, 403})
# What Lemmy calls a token that it no longer takes; before 0.19 with status 400.
_SIGNED_OUT: Final = frozenset({"not_logged_in", "incorrect_login", "not_a_valid_jwt"})


class LemmyApi(SignedApi):
    """Both versions, with the token (JWT) of a session."""

    title: ClassVar[str] = "Lemmy"

    def is_signed_out(self, response: Response) -> bool:
        said = text_of(object_of(response), "error") if response.status in _REFUSED else ""
        return super().is_signed_out(response) or said in _SIGNED_OUT

    def words(self, response: Response) -> str:
        """Lemmy names its refusals in one word, and sometimes adds a sentence."""
        if self.is_signed_out(response):
            return ""
        found = object_of(response)
        return one_line(" ".join(filter(None, (text_of(found, "error"), text_of(found, "message")))))

    def who(self) -> Exchange[tuple[str, str]]:
        """The version that the server has, and the account's name there."""
        response = yield from self.get("/api/v4/account")
        # A server without version 4 hands the path to its web pages.
        if response.status != NOT_FOUND and not (response.status == OK and not object_of(response)):
            version, name = V4, name_v4(self.read(response))
        else:
            signed_in = name_v3((yield from self.told("/api/v3/site")))
            if signed_in is None:
                raise self.signed_out(response)
            version, name = V3, signed_in
        if not name:
            raise self.garbled()
        return version, name


class Lemmy:
    """One account on one server."""

    network: ClassVar[str] = "lemmy"

    def __init__(self, account: Account) -> None:
        self.account = account

    def check(self) -> Exchange[Probe]:
        """Who is signed in, and with which version the server is asked."""
        version, name = yield from LemmyApi(self.account).who()
        can = frozenset({"profile", "notifications", "messages", version})
        return Probe(identity=f"@{name}", capabilities=can, detail=f"API {version}")

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """One list in version 4; three of them in version 3."""
        api, known = LemmyApi(self.account), reach(since)
        if not known.me:
            version, name = yield from api.who()
            known = Reach(me=name, notes={VERSION: version})

        def ask(name: str, below: str | None) -> Exchange[Listed | None]:
            if name == NOTIFICATIONS:
                return (yield from self._page_v4(api, known.me, below))
            return (yield from self._page_v3(api, name, known.me, int(below or 1)))

        names = (NOTIFICATIONS,) if known.notes.get(VERSION) == V4 else tuple(LISTS)
        return (yield from Sweep(known, names, ask, self.account.first_sweep).talk())

    def _page_v4(self, api: LemmyApi, me: str, below: str | None) -> Exchange[Listed]:
        response = yield from api.get("/api/v4/account/notification/list", limit=PAGE, page_cursor=below)
        told = api.read(response)
        entries = api.listed(told.get("items") if isinstance(told, dict) else None)
        frame = Listed(entries=(), now=now_of(response), below=text_of(told, "next_page") or None)
        return _filled(frame, [found_v4(one, self.account, me) for one in entries])

    def _page_v3(self, api: LemmyApi, name: str, me: str, number: int) -> Exchange[Listed]:
        path, key, _ = LISTS[name]
        sort = None if name == MESSAGES else "New"
        response = yield from api.get(path, sort=sort, unread_only="false", page=number, limit=PAGE)
        told = api.read(response)
        entries = api.listed(told.get(key) if isinstance(told, dict) else None)
        below = str(number + 1) if len(entries) >= PAGE else None
        frame = Listed(entries=(), now=now_of(response), below=below)
        return _filled(frame, [found_v3(one, name, self.account, me) for one in entries])


def _filled(frame: Listed, found: list[Found | None]) -> Listed:
    entries = tuple(one for one in found if one)
    return replace(frame, entries=entries, spoilt=len(found) - len(entries))
