"""From an update of Telegram's bots to a message as the shared reader of channels knows it. Pure.

core.telegram.org/bots/api, "Update" and "Message".
"""

from __future__ import annotations

from typing import Any, Final

from cmday.connectors.channel_messages import Said
from cmday.connectors.noticing import from_epoch
from cmday.connectors.social_posts import tables, text_of

KINDS: Final = ("message", "edited_message", "channel_post", "edited_channel_post")
_PRIVATE: Final = "private"


def read(update: Any, me: str, name: str) -> Said | bool | None:
    """The message of an update; False where it has none, None where it cannot be read."""
    if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
        return None
    message: Any = next((update[kind] for kind in KINDS if kind in update), None)
    if message is None:
        return False
    number = message.get("message_id") if isinstance(message, dict) else None
    at = from_epoch(message.get("date")) if isinstance(message, dict) else None
    chat = message.get("chat") if isinstance(message, dict) else None
    if not isinstance(number, int) or at is None or not isinstance(chat, dict):
        return None
    sender = message.get("from") or message.get("sender_chat") or chat
    place, above = str(chat.get("id")), message.get("reply_to_message")
    text = text_of(message, "text") or text_of(message, "caption")
    username = text_of(chat, "username")
    topic = message.get("message_thread_id")
    return Said(
        id=f"{place}/{number}",
        mark=update["update_id"],
        author=_number(sender),
        who=_who(sender),
        text=text or _kind_of_media(message),
        at=at,
        url=f"https://t.me/{username}/{number}" if username and text_of(chat, "type") != _PRIVATE else None,
        place=(place, text_of(chat, "title")) if text_of(chat, "title") else None,
        thread=place if text_of(chat, "type") == _PRIVATE else f"{place}/{topic}" if isinstance(topic, int) else None,
        to=_named(message, text, me, name),
        answered=f"{place}/{above['message_id']}" if isinstance(above, dict) and "message_id" in above else None,
        answered_author=_number(above.get("from")) if isinstance(above, dict) else None,
        edited=from_epoch(message.get("edit_date")),
        reply=f"{place}/{number}",
        direct=text_of(chat, "type") == _PRIVATE,
        joined=bool(tables(message.get("new_chat_members"))),
        automatic=isinstance(sender, dict) and sender.get("is_bot") is True and _number(sender) != me,
    )


def _named(message: dict[str, Any], text: str, me: str, name: str) -> frozenset[str]:
    """Whom it names: the bot where its ``@name`` stands there, others by number where Telegram tells it."""
    named = {_number(one.get("user")) for one in tables(message.get("entities"))} - {""}
    at_us = name and f"@{name}".casefold() in text.casefold()
    return frozenset(named | ({me} if at_us else set()))


def _number(sender: Any) -> str:
    number = sender.get("id") if isinstance(sender, dict) else None
    return str(number) if isinstance(number, int) else ""


def _who(sender: Any) -> tuple[str, str]:
    name = " ".join(part for part in (text_of(sender, "first_name"), text_of(sender, "last_name")) if part)
    username = text_of(sender, "username")
    handle = f"@{username}" if username else _number(sender)
    return name or text_of(sender, "title") or handle, handle


def _kind_of_media(message: dict[str, Any]) -> str:
    kinds = ("photo", "video", "voice", "audio", "document", "sticker", "poll", "location", "contact")
    return next((f"[{kind}]" for kind in kinds if kind in message), "")
