"""The CM's own line in the journal."""

from __future__ import annotations

from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.storage import journal
from cmday.storage.journal import JournalEntry

_MOST = 2000


def note(session: Session, words: list[str]) -> JournalEntry:
    """Write a line into the journal. Raises ``WrongUse`` where there is nothing to write."""
    text = " ".join(" ".join(words).split())[:_MOST]
    if not text:
        raise WrongUse(phrase("the note is empty"), phrase('write it like cmday note "called the printer"'))
    now = session.clock.now()
    number = journal.write(session.database, now, "note", text=text)
    return JournalEntry(id=number, at=now, verb="note", step=None, item=None, text=text)
