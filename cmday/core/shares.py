"""A share: a story of the web that was written up as a post for a community."""

from __future__ import annotations

from datetime import datetime

import msgspec

from cmday.core.outbox import OutboxState


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One post that passes a story on.

    ``outbox`` is the post's id, ``state`` where it stands: what is ``sent`` was shared ``sent_at``, the rest is only
    written. ``at`` is when it was written. ``entries`` are the ids of all entries of the story, the one that the link
    leads to first. ``url`` is the story's own address, ``link`` the one in the post, ``sent_url`` where the post is.
    ``note`` is the community manager's own word to it.
    """

    outbox: str
    community: str
    account: str
    network: str
    state: OutboxState
    at: datetime
    title: str
    url: str | None
    link: str | None
    source: str
    author: str | None = None
    published: datetime | None = None
    summary: str = ""
    note: str = ""
    sent_at: datetime | None = None
    sent_url: str | None = None
    entries: tuple[str, ...] = ()

    @property
    def moment(self) -> datetime:
        """When it went out; while it has not, when it was written."""
        return self.sent_at or self.at
