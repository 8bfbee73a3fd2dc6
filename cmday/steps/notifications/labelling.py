"""One's own words on notifications: notes beside them, and labels by which they are found again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from cmday.core.item_query import Query
from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.notifications.actions import Hits, hit_of, note_all, said_of
from cmday.steps.notifications.step import NAME
from cmday.steps.notifications.targets import targets
from cmday.storage import journal, labels, undo

SLICE: Final = "labels"
_EXCERPT: Final = 120
_MOST_NOTE: Final = 2000
_MOST_LABEL: Final = 40


def note(session: Session, words: Sequence[str], text: str, query: Query | None = None) -> Hits:
    """Write a note on items: it stands beside them, and in the journal. Raises ``WrongUse`` for an empty one."""
    said = " ".join(text.split())[:_MOST_NOTE]
    if not said:
        raise WrongUse(phrase("the note is empty"), phrase('write it like cmday inbox note i3 "called back"'))
    db, now = session.database, session.clock.now()
    with db.write():
        found = targets(session, words, query)
        lines = [journal.write(db, now, "note", step=NAME, item=one.id, text=said) for one in found]
        undo.note(db, now, "note", "journal", said[:_EXCERPT], {str(number): None for number in lines})
    return Hits(items=tuple(hit_of(one, one.item) for one in found))


def label(
    session: Session, words: Sequence[str], name: str, query: Query | None = None, *, remove: bool = False
) -> Hits:
    """Put a label on items, or take it off; ``--label`` finds them again. Raises ``WrongUse`` for an empty one."""
    word = label_word(name)
    if not word:
        raise WrongUse(phrase("the label is empty"), phrase("write it like cmday inbox label i3 billing"))
    db, now = session.database, session.clock.now()
    with db.write():
        found = targets(session, words, query)
        before = labels.of(db, [one.id for one in found])
        (labels.remove if remove else labels.add)(db, [one.id for one in found], word)
        after = labels.of(db, [one.id for one in found])
        changed = {one.id: before.get(one.id, ()) for one in found if before.get(one.id) != after.get(one.id)}
        undo.note(db, now, "label", SLICE, f"#{word} {said_of(session, list(changed))}", changed)
        note_all(session, "label", found, f"#{word} ")
    return Hits(items=tuple(hit_of(one, one.item) for one in found))


def label_word(name: str) -> str:
    """A label as it is kept: small letters, no ``#`` in front, hyphens for spaces."""
    return "-".join(name.lower().lstrip("#").split())[:_MOST_LABEL]


def restore(session: Session, before: dict[str, Any]) -> str:
    """Let items have the labels that they had; returns which items."""
    labels.bring_back(session.database, before)
    return said_of(session, list(before))
