"""What cmday watch tells, and whom: a *notice* is one thing that cannot wait, a *message* what goes out about some."""

from __future__ import annotations

from typing import Literal

import msgspec

from cmday.i18n import Phrase

NoticeKind = Literal["alarm", "limit", "failed"]
Channel = Literal["ntfy", "mail", "desktop", "bell"]
ToldState = Literal["telling", "told"]


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to be told once. ``key`` stays the same as long as it is the same thing.

    ``personal`` says it in names and words, and is told only where the person wants that.
    """

    key: str
    kind: NoticeKind
    community: str | None
    count: int
    text: Phrase
    personal: str = ""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What goes out on a channel, about some notices."""

    key: str
    title: str
    text: str
    urgent: bool
    notices: tuple[str, ...]
