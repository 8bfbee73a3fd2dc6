"""Which stories entries belong to."""

from __future__ import annotations

from collections.abc import Iterable

from cmday.core.feeds import Story
from cmday.session import Session
from cmday.storage import stories


def around(session: Session, ids: Iterable[str]) -> dict[str, Story]:
    """The stories that these entries belong to, by entry."""
    return stories.around(session.database, ids)


def split(session: Session, ids: Iterable[str]) -> None:
    """Take entries out of their stories, for good."""
    from importlib import import_module
    from importlib.util import find_spec

    if find_spec("cmday.storage.stories") is None:
        return
    stories = import_module("cmday.storage.stories")
    for one in ids:
        stories.split(session.database, one, session.clock.now())
