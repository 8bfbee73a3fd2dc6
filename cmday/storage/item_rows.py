"""A notification as a row of the ledger: what is stored of it, and on which line it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from cmday.core.items import PRIORITY, REACTIONS, Notification, ReplyTo
from cmday.core.time import epoch

FOLD: Final = "fold/"
STORED: Final = (
    *("id", "account", "network", "community", "kind", "priority", "fold", "author", "author_handle", "text", "url"),
    *("at", "thread", "subject", "subject_text", "edited", "first_seen", "reply", "line", "post"),
)


def recognised(one: Notification) -> Notification:
    """A mention or a reply that asks something is a question."""
    from cmday.text.questions import asks  # its expressions take milliseconds, and who only looks needs none

    if one.kind in ("mention", "reply") and asks(one.text):
        return msgspec.structs.replace(one, kind="question")
    return one


def row_of(one: Notification, at: datetime) -> dict[str, object]:
    """The values of the stored columns, by name."""
    return {
        "id": one.id,
        "account": one.account,
        "network": one.network,
        "community": one.community or "",
        "kind": one.kind,
        "priority": PRIORITY[one.kind],
        "fold": fold_of(one),
        "author": storable(one.author),
        "author_handle": storable(one.author_handle),
        "text": storable(one.text),
        "url": web_only(one.url),
        "at": epoch(one.at),
        "thread": one.thread,
        "subject": one.subject,
        "subject_text": one.subject_text and storable(one.subject_text),
        "edited": epoch(one.edited) if one.edited else None,
        "first_seen": epoch(at),
        "reply": _encoded(one.reply) if one.reply else None,
        "line": storable(line_of(one)),
        "post": _post_of(one),
    }


def storable(text: str) -> str:
    """The text without lone surrogates, which JSON can carry and UTF-8 cannot."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def web_only(url: str | None) -> str | None:
    """The address where it is one of the web, in one piece: nothing else is ever opened, printed or handed on."""
    is_web = url is not None and url.startswith(("https://", "http://")) and url.isprintable() and " " not in url
    return url if is_web else None


def _encoded(reply: ReplyTo) -> str | None:
    """As JSON; None for one with lone surrogates, whose handle or id nobody could write to."""
    try:
        return msgspec.json.encode(reply).decode()
    except UnicodeEncodeError:
        return None


def fold_of(one: Notification) -> str | None:
    """The public id of the line that a reaction folds into; None for what stands alone.

    Likes and shares fold by the post they are about, follows by the account they came to, the rest by its thread.
    """
    if PRIORITY[one.kind] != PRIORITY["like"]:
        return None
    thread = one.thread if one.kind == "other" else None
    about = "" if one.kind == "follow" else one.subject or thread or one.id.removeprefix(f"{one.account}:")
    return f"{FOLD}{one.account}/{one.kind}/{about}"


def _post_of(one: Notification) -> str | None:
    """The network's id of the post that an item is; None for a reaction, whose subject is somebody else's post."""
    if one.kind in REACTIONS:
        return None
    found = one.reply.id if one.reply and one.reply.id else one.subject
    return found and storable(found)


def line_of(one: Notification) -> str:
    """What stands on one line with an item that is no reaction.

    A private conversation is one whole. In public each person of a thread waits for an answer of their own, so each has
    a line; a report is a decision of its own.
    """
    if one.thread is None or one.kind == "report":
        return one.id
    return "\n".join([one.account, one.thread, *([] if one.kind == "message" else [one.author_handle])])
