"""The CM's own line in the journal."""

from __future__ import annotations

from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.storage import journal, undo
from cmday.storage.journal import JournalEntry

_MOST = 2000
_EXCERPT = 120


def note(session: Session, words: list[str]) -> JournalEntry:
    """Write a line into the journal. Raises ``WrongUse`` where there is nothing to write."""
    text = " ".join(" ".join(words).split())[:_MOST]
    if not text:
        raise WrongUse(phrase("the note is empty"), phrase('write it like cmday note "called the printer"'))
    now = session.clock.now()
    with session.database.write():
        number = journal.write(session.database, now, "note", text=text)
        undo.note(session.database, now, "note", "journal", text[:_EXCERPT], {str(number): None})
    return JournalEntry(id=number, at=now, verb="note", step=None, item=None, text=text)


def restore(session: Session, before: dict[str, None]) -> str:
    """Take lines out of the journal again; returns what they said."""
    texts = [journal.remove(session.database, int(number)) for number in before]
    return " · ".join(text[:_EXCERPT] for text in texts if text)
