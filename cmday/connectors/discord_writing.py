"""Answers on Discord, by the bot (docs.discord.com, "Create Message", API v10). Written from documentation.

``nonce`` with ``enforce_nonce`` lets Discord give back the message that is there instead of writing it twice. Nobody is
called by an answer but whom it answers: ``@everyone`` in it stays words.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from cmday.connectors.answering import Answering, Written
from cmday.connectors.discord import SITE, DiscordApi
from cmday.connectors.protocol import Exchange, Manner, Response
from cmday.connectors.social_posts import moment, tables, text_of
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent

_LATELY = 100
_NONCE = 25


class DiscordWriting(Answering):
    """Answers of one bot. ``place`` is ``channel/message``."""

    network: ClassVar[str] = "discord"
    title: ClassVar[str] = "Discord"
    usual: ClassVar[Manner] = Manner(most=2_000, findable=True, retractable=True)

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._api = DiscordApi(account)

    @property
    def api(self) -> DiscordApi:
        return self._api

    def tell(self, place: str, outgoing: Outgoing) -> Exchange[Response]:
        channel, _, message = place.partition("/")
        told = {
            "content": self.words(outgoing),
            "message_reference": {"message_id": message, "fail_if_not_exists": False},
            "allowed_mentions": {"parse": [], "replied_user": True},
            "nonce": outgoing.key[-_NONCE:],
            "enforce_nonce": True,
        }
        return (yield from self.api.tell("POST", f"/channels/{channel}/messages", told))

    def arrived(self, told: Any, place: str) -> Sent | None:
        channel, number = place.partition("/")[0], text_of(told, "id")
        return Sent(id=f"{channel}/{number}", url=_page(told, channel, number)) if number else None

    def written(self, place: str, outgoing: Outgoing) -> Exchange[Iterable[Written]]:
        channel, _, message = place.partition("/")
        me = text_of((yield from self.api.told("/users/@me")), "id")
        path = f"/channels/{channel}/messages"
        listed = self.api.listed((yield from self.api.told(path, limit=_LATELY)))
        if len(listed) >= _LATELY and outgoing.began:
            oldest = moment(text_of(listed[-1], "timestamp"))
            if oldest is None or oldest > outgoing.began:
                raise self.untold()
        return [
            Written(
                id=f"{channel}/{text_of(one, 'id')}",
                text=text_of(one, "content"),
                at=moment(text_of(one, "timestamp")),
                url=_page(one, channel, text_of(one, "id")),
            )
            for one in tables(listed)[::-1]
            if text_of(one, "author", "id") == me and text_of(one, "message_reference", "message_id") in ("", message)
        ]

    def delete(self, number: str) -> Exchange[Response]:
        channel, _, message = number.partition("/")
        return (yield from self.api.tell("DELETE", f"/channels/{channel}/messages/{message}"))


def _page(told: Any, channel: str, number: str) -> str | None:
    guild = text_of(told, "guild_id")
    return f"{SITE}/channels/{guild}/{channel}/{number}" if guild else None
