"""From a message of Slack to one as the shared reader of channels knows it. Pure.

docs.slack.dev/reference/events/message and docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from cmday.connectors.channel_messages import Said
from cmday.connectors.noticing import from_epoch
from cmday.connectors.social_posts import tables, text_of
from cmday.text.questions import asks

_TIME: Final = re.compile(r"(\d{1,11})\.(\d{6})", re.ASCII)
_PERSON: Final = re.compile(r"<@([A-Z0-9]{1,30})(?:\|([^<>]{0,100}))?>")
_OTHER: Final = re.compile(r"<([#!]?)([^<>|]{1,3000})(?:\|([^<>]{0,1000}))?>")
_ORDINARY: Final = frozenset({"", "thread_broadcast", "file_share", "me_message"})
_JOINED: Final = frozenset({"channel_join", "group_join"})


def read(entry: Any, channel: str, site: str, names: dict[str, str]) -> Said | None:
    """A message of a channel; None where it cannot be read. Its ``ts`` is its id and its time in one."""
    stamp = text_of(entry, "ts")
    mark, at = mark_of(stamp), moment_of(stamp)
    if not isinstance(entry, dict) or mark is None or at is None:
        return None
    author, subtype = text_of(entry, "user"), text_of(entry, "subtype")
    name = names.get(author, author)
    raw = text_of(entry, "text")
    root = text_of(entry, "thread_ts")
    return Said(
        id=f"{channel}:{stamp}",
        mark=mark,
        author=author,
        who=(name, f"@{name}"),
        text=plain(raw, names),
        at=at,
        url=f"{site.rstrip('/')}/archives/{channel}/p{stamp.replace('.', '')}" if site else None,
        thread=f"{channel}:{root or stamp}",
        to=frozenset(one[1] for one in _PERSON.finditer(raw)),
        answered=f"{channel}:{root}" if root and root != stamp else None,
        answered_author=text_of(entry, "parent_user_id") or None,
        reply=f"{channel}:{root or stamp}",
        edited=moment_of(text_of(entry, "edited", "ts")),
        joined=subtype in _JOINED,
        automatic=not author or bool(entry.get("bot_id")) or subtype not in _ORDINARY | _JOINED,
    )


def plain(text: str, names: dict[str, str]) -> str:
    """The words without Slack's own signs: people by name, links as their words and address."""
    text = _PERSON.sub(lambda one: f"@{names.get(one[1]) or one[2] or one[1]}", text)
    return html.unescape(_OTHER.sub(_spelt, text))


def _spelt(one: re.Match[str]) -> str:
    sign, what, label = one[1], one[2], one[3] or ""
    if sign == "#":
        return f"#{label or what}"
    if sign == "!":
        return label or f"@{what.partition('^')[0]}"
    return f"{label} ({what})" if label and label not in what else what


def authors(entries: Iterable[Any], we: frozenset[str]) -> list[str]:
    """Who says something to us, or asks something: whose names are worth asking for."""
    wanted = [
        text_of(one, "user")
        for one in tables(list(entries))
        if we & {found[1] for found in _PERSON.finditer(text_of(one, "text"))} or asks(text_of(one, "text"))
    ]
    return [one for one in dict.fromkeys(wanted) if one and one not in we]


def answered_at(entry: Any, we: frozenset[str]) -> tuple[str | None, datetime | None]:
    """Who of us has answered in the thread below a message, and when somebody last did."""
    repliers = entry.get("reply_users") if isinstance(entry, dict) else None
    by = next((one for one in repliers if one in we), None) if isinstance(repliers, list) else None
    return (by if isinstance(by, str) else None), moment_of(text_of(entry, "latest_reply"))


def mark_of(stamp: str) -> int | None:
    """A ``ts`` as microseconds since 1970; None for what is none."""
    match = _TIME.fullmatch(stamp)
    return int(match[1]) * 1_000_000 + int(match[2]) if match else None


def moment_of(stamp: str) -> datetime | None:
    mark = mark_of(stamp)
    return None if mark is None else from_epoch(mark / 1_000_000)
