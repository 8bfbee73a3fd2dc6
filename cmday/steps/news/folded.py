"""Which stories entries belong to."""

from __future__ import annotations

from collections.abc import Iterable

from cmday.core.feeds import Story
from cmday.session import Session
from cmday.storage import stories


def around(session: Session, ids: Iterable[str]) -> dict[str, Story]:
    """The stories that these entries belong to, by entry."""
    return stories.around(session.database, ids)
