"""From the JSON of a Matrix event to what it says: its text, whom it speaks to, what it answers or changes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import msgspec

from cmday.core.time import EARLIEST, LATEST
from cmday.text.plain import MOST, cut, from_mail

MESSAGE: Final = "m.room.message"
ENCRYPTED: Final = "m.room.encrypted"
REACTION: Final = "m.reaction"
REDACTION: Final = "m.room.redaction"
_PAGE: Final = "https://matrix.to/#/"
_MOST_ID: Final = 500
_FALLBACK: Final = re.compile(r"\A(?:> ?[^\n]*(?:\n|\Z))+\n?")
_PLAIN: Final = frozenset({"m.text", "m.notice"})


class Event(msgspec.Struct, frozen=True):
    """An event of a room, as far as it is needed. ``content`` is whatever its author wrote."""

    event_id: str
    type: str
    sender: str
    origin_server_ts: float
    content: dict[str, Any] = {}
    unsigned: dict[str, Any] | None = None
    redacts: str | None = None
    state_key: str | None = None


def events_of(entries: list[Any]) -> tuple[list[Event], int]:
    """The events that can be read, and how many cannot."""
    found: list[Event] = []
    spoilt = 0
    for entry in entries:
        try:
            one = msgspec.convert(entry, Event)
        except (msgspec.ValidationError, OverflowError):
            spoilt += 1
            continue
        if one.event_id and one.sender.startswith("@") and len(one.event_id + one.sender) <= _MOST_ID:
            found.append(one)
        else:
            spoilt += 1
    return found, spoilt


def moment(event: Event, now: datetime) -> datetime:
    """When it was written, as its author's server claims; never in the future."""
    try:
        claimed = datetime.fromtimestamp(event.origin_server_ts / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return now
    return min(max(claimed, EARLIEST), LATEST, now)


def is_redacted(event: Event) -> bool:
    """Whether what it said was taken back (its content is empty then)."""
    return bool(event.unsigned and "redacted_because" in event.unsigned) or not event.content


def redacted_id(event: Event) -> str | None:
    """Which event a redaction takes back; room version 11 moved the word into the content."""
    found = event.redacts or event.content.get("redacts")
    return found if isinstance(found, str) else None


def relation(event: Event) -> dict[str, Any]:
    found = event.content.get("m.relates_to")
    return found if isinstance(found, dict) else {}


def answered_id(event: Event) -> str | None:
    """The event that this one answers. In a thread, clients name the last one for old clients only."""
    about = relation(event)
    if about.get("is_falling_back") is True:
        return None
    into = about.get("m.in_reply_to")
    found = into.get("event_id") if isinstance(into, dict) else None
    return found if isinstance(found, str) else None


def thread_root(event: Event) -> str | None:
    return _related(event, "m.thread")


def replaced_id(event: Event) -> str | None:
    """The event that this one is a new version of."""
    return _related(event, "m.replace")


def annotated_id(event: Event) -> str | None:
    return _related(event, "m.annotation")


def _related(event: Event, kind: str) -> str | None:
    about = relation(event)
    found = about.get("event_id") if about.get("rel_type") == kind else None
    return found if isinstance(found, str) else None


def edited(original: Event, change: Event) -> Event:
    """The original with the words of its new version; what it answers stays as it was."""
    new = change.content.get("m.new_content")
    content = dict(new) if isinstance(new, dict) else {}
    kept = {"m.relates_to": original.content["m.relates_to"]} if "m.relates_to" in original.content else {}
    return msgspec.structs.replace(original, content={**content, **kept})


def text_of(event: Event) -> str | None:
    """What a message says, None where it says nothing that can be read."""
    body = event.content.get("body")
    if not isinstance(body, str):
        return None
    kind = event.content.get("msgtype")
    if answered_id(event) or relation(event).get("is_falling_back"):
        body = _FALLBACK.sub("", body, count=1) if body.startswith("> ") else body
    text = from_mail(body, MOST)
    if kind == "m.emote":
        return cut(f"* {text}", MOST)
    if isinstance(kind, str) and kind not in _PLAIN:
        return cut(f"[{kind.removeprefix('m.')}] {text}".rstrip(), MOST)
    return text


def is_notice(event: Event) -> bool:
    """Whether a bot says it, which by the push rules notifies nobody."""
    return event.content.get("msgtype") == "m.notice"


def speaks_to(event: Event, me: str, name: str) -> bool:
    """Whether it mentions us, by ``m.mentions``, or where its client knows none, by our name in the text."""
    named = event.content.get("m.mentions")
    if isinstance(named, dict):
        users = named.get("user_ids")
        return named.get("room") is True or (isinstance(users, list) and me in users)
    body = text_of(event) or ""
    words = {me, me[1:].partition(":")[0], name} - {""}
    return any(
        re.search(rf"(?<![\w@]){re.escape(word)}(?!\w)|@{re.escape(word)}(?!\w)", body, re.IGNORECASE) for word in words
    )


def names_people(event: Event) -> bool:
    """Whether its client says whom it mentions, so that a text need not be searched for names."""
    return isinstance(event.content.get("m.mentions"), dict)


def mentioned(event: Event) -> tuple[str, ...]:
    """The people that it mentions."""
    named = event.content.get("m.mentions")
    users = named.get("user_ids") if isinstance(named, dict) else None
    return tuple(one for one in users if isinstance(one, str)) if isinstance(users, list) else ()


def quotes(event: Event, me: str) -> bool:
    """Whether the words that old clients put before an answer quote us."""
    body = event.content.get("body")
    return isinstance(body, str) and body.startswith(("> ", "> * ")) and f"<{me}>" in body.partition("\n")[0]


def page_of(room: str, event: str) -> str:
    """The address at which any client opens an event."""
    return f"{_PAGE}{quote(room, safe='!:')}/{quote(event, safe='$:')}"
