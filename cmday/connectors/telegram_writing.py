"""Answers on Telegram, by the bot (core.telegram.org/bots/api, ``sendMessage``). Written from documentation.

A bot is never shown what it wrote itself, so what got lost on the way stays in doubt.
"""

from __future__ import annotations

from typing import Any, ClassVar

from cmday.connectors.answering import Answering
from cmday.connectors.protocol import SECRET_HERE, Exchange, Manner, Response
from cmday.connectors.social_posts import text_of
from cmday.connectors.telegram import TelegramApi
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent

_GONE = "message to delete not found"


class TelegramWriting(Answering):
    """Answers of one bot. ``place`` is ``chat/message``."""

    network: ClassVar[str] = "telegram"
    title: ClassVar[str] = "Telegram"
    usual: ClassVar[Manner] = Manner(most=4_096, findable=False, retractable=True)

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._api = TelegramApi(account)

    @property
    def api(self) -> TelegramApi:
        return self._api

    def tell(self, place: str, outgoing: Outgoing) -> Exchange[Response]:
        chat, _, message = place.partition("/")
        above = {"message_id": int(message), "allow_sending_without_reply": True}
        told = {"chat_id": chat, "text": self.words(outgoing), "reply_parameters": above}
        return (yield from self.api.tell("POST", f"/bot{SECRET_HERE}/sendMessage", told))

    def arrived(self, told: Any, place: str) -> Sent | None:
        result = told.get("result") if isinstance(told, dict) else None
        number = result.get("message_id") if isinstance(result, dict) else None
        chat = place.partition("/")[0]
        username = text_of(result, "chat", "username") if text_of(result, "chat", "type") != "private" else ""
        url = f"https://t.me/{username}/{number}" if username else None
        return Sent(id=f"{chat}/{number}", url=url) if isinstance(number, int) else None

    def delete(self, number: str) -> Exchange[Response]:
        chat, _, message = number.partition("/")
        told = {"chat_id": chat, "message_id": int(message)}
        return (yield from self.api.tell("POST", f"/bot{SECRET_HERE}/deleteMessage", told))

    def is_gone(self, response: Response) -> bool:
        return _GONE in self.api.words(response)
