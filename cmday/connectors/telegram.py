"""Telegram: what a bot of one's own is written, alone and in groups (core.telegram.org/bots/api, ``getUpdates``).

Written from documentation. Telegram keeps updates for a day, so a sweep that comes later says what may be missing. An
update is gone there once the one after it was asked for: that happens only when it was handed over to be stored.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

import msgspec

from cmday.connectors.channel_messages import Said, heard, ours
from cmday.connectors.http import with_query
from cmday.connectors.protocol import SECRET_HERE, Authorised, Exchange, Partial, Probe, Request, Response
from cmday.connectors.signed_api import TOO_MANY, UNAUTHORISED, SignedApi, number_of, object_of
from cmday.connectors.social_posts import tables, text_of
from cmday.connectors.telegram_reading import KINDS, read
from cmday.connectors.token_api import NOT_FOUND, now_of, one_line
from cmday.core.accounts import Account
from cmday.core.items import Cursor, Page
from cmday.errors import CmdayError

PAGE: Final = 100
MOST_PAGES: Final = 50
KEPT: Final = timedelta(hours=24)
_CONFLICT: Final = 409


class TelegramApi(SignedApi):
    """The API of bots. The token stands in the address, so it is put in on the wire only."""

    title: ClassVar[str] = "Telegram"

    def ask(self, request: Request) -> Exchange[Response]:
        if self.credentials is None:
            self.credentials = yield Authorised(self.account)
        response: Response = yield msgspec.structs.replace(
            request, secret_path=self.credentials.secret.strip(), follow=0
        )
        return response

    def words(self, response: Response) -> str:
        return one_line(text_of(object_of(response), "description"))

    def method(self, name: str, **query: str | int | None) -> Exchange[tuple[Response, Any]]:
        """The response to a method, and its result."""
        path = with_query(f"/bot{SECRET_HERE}/{name}", **query)
        response = yield from self.get(path)
        return response, object_of(self.expect(response)).get("result")

    def is_signed_out(self, response: Response) -> bool:
        """A token of another form than Telegram's leads to an address that it does not have: 404."""
        return response.status in (UNAUTHORISED, NOT_FOUND)

    def fault(self, response: Response) -> CmdayError | None:
        told = object_of(response)
        if response.status == TOO_MANY:
            parameters = told.get("parameters")
            seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
            return self.limited(response, number_of(seconds))
        if response.status == _CONFLICT:
            return self.refused(response, f"{text_of(told, 'description')} - another program reads this bot")
        if told.get("ok") is True or response.status != 200:  # noqa: PLR2004
            return super().fault(response)
        return self.garbled()


class Reach(msgspec.Struct, frozen=True, omit_defaults=True):
    """The next update to ask for, and when that was last done. ``me`` and ``name`` are the bot's own."""

    me: str = ""
    name: str = ""
    next: int | None = None
    asked: datetime | None = None

    def cursor(self) -> Cursor:
        return Cursor(msgspec.json.encode(self).decode())


class Telegram:
    """One bot. Option ``team``: who answers for us in its groups."""

    network: ClassVar[str] = "telegram"

    def __init__(self, account: Account) -> None:
        self.account = account

    def check(self) -> Exchange[Probe]:
        """Which bot it is, and whether it is shown what people write to each other in groups."""
        api = TelegramApi(self.account)
        _, me = yield from api.method("getMe")
        name = text_of(me, "username")
        if not name:
            raise api.garbled()
        all_shown = me.get("can_read_all_group_messages") is True
        can = {"profile", "notifications", "messages"} | ({"groups"} if all_shown else set())
        detail = None if all_shown else "in groups the bot sees only what speaks to it: BotFather, /setprivacy"
        return Probe(identity=f"@{name}", capabilities=frozenset(can), detail=detail)

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """The updates since the last ones, oldest first, each page handed over before the next is asked for."""
        api, known = TelegramApi(self.account), _reach(since)
        if not known.me:
            _, me = yield from api.method("getMe")
            number = me.get("id") if isinstance(me, dict) else None
            if not isinstance(number, int):
                raise api.garbled()
            known = msgspec.structs.replace(known, me=str(number), name=text_of(me, "username"))
        before, wanted = known.asked, msgspec.json.encode(KINDS).decode()
        for count in range(1, MOST_PAGES + 1):
            response, result = yield from api.method(
                "getUpdates",
                offset=known.next,
                limit=PAGE,
                timeout=0,
                allowed_updates=wanted,
            )
            updates = api.listed(result)
            late = _lateness(before, now_of(response)) if count == 1 else None
            known, page = self._page(known, updates, now_of(response), late)
            if len(updates) < PAGE or count == MOST_PAGES:
                break
            yield Partial(page)
        return page

    def _page(self, known: Reach, updates: list[Any], now: datetime, late: timedelta | None) -> tuple[Reach, Page]:
        numbers = [one["update_id"] for one in tables(updates) if isinstance(one.get("update_id"), int)]
        after = max(numbers) + 1 if numbers else known.next
        known = msgspec.structs.replace(known, next=after, asked=now)
        we = ours(self.account, known.me)
        said = [read(one, known.me, known.name) for one in updates]
        found = [heard(one, we, self.account) for one in said if isinstance(one, Said)]
        answered = [post for one in said if isinstance(one, Said) and (post := heard(one, we, self.account).post)]
        spoilt = sum(one is None for one in said)
        hours = round(late / timedelta(hours=1)) if late else 0
        doubts = [f"Telegram keeps updates for 24 h, and the last sweep was {hours} h ago"] if late else []
        doubts += [f"{spoilt} of the updates could not be read"] if spoilt else []
        return known, Page(
            notifications=tuple({one.notification.id: one.notification for one in found if one.notification}.values()),
            cursor=known.cursor(),
            gap="; ".join(doubts) or None,
            thread=tuple(answered),
            said=f"{hours} h gap" if late else None,
        )


def _lateness(before: datetime | None, now: datetime) -> timedelta | None:
    """How long ago updates were last asked for, where Telegram may have forgotten some since."""
    return now - before if before and now - before > KEPT else None


def _reach(since: Cursor | None) -> Reach:
    try:
        return msgspec.json.decode(since.value, type=Reach) if since else Reach()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Reach()
