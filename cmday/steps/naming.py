"""From what a person typed to items: handles, ranges and stable ids."""

from __future__ import annotations

from cmday.session import Session
from cmday.storage import handles


def named(session: Session, words: list[str], letter: str | None = None) -> list[tuple[str, str]]:
    """The items that the words name today, as ``(handle, id)``, each once, in the order given.

    ``letter`` is the command's own. Raises ``NotFound`` and ``WrongUse``.
    """
    return handles.resolve(session.database, session.clock.today(), words, letter)
