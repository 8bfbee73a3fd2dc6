"""Finding a person by what somebody types, and what one says of them: that two addresses are one person, and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cmday.core.people import Address
from cmday.errors import NotFound, WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.naming import named
from cmday.storage import acquaintance, addresses, journal, ledger, undo

_SLICE: Final = "people"
_MOST: Final = 2000
_EXCERPT: Final = 120
_LISTED: Final = 6


def found(session: Session, words: Sequence[str]) -> Address:
    """The address that the words name: a handle (with ``network:`` before it), a name, or an item's handle (i3).

    Raises ``NotFound`` for nobody, ``WrongUse`` where several people are meant.
    """
    word = " ".join(words).strip()
    known = _of_item(session, word)
    if known:
        return known
    matches = addresses.matching(session.database, word, 200)
    people: dict[int, Address] = {}
    for one in matches:
        people.setdefault(one.person or -one.number, one)
    if not people:
        raise NotFound(
            phrase('nobody is called "{word}"', word=word),
            phrase("cmday inbox shows who wrote; a part of a name will do"),
        )
    if len(people) > 1:
        some = list(people.values())[:_LISTED]
        raise WrongUse(
            phrase('"{word}" may be several: {who}', word=word, who=", ".join(whole_name(one) for one in some)),
            phrase("name the handle, with its network before it where needed: {example}", example=whole_name(some[0])),
        )
    return next(iter(people.values()))


def whole_name(one: Address) -> str:
    """The address as it can be typed: ``mastodon:@zo@m.example``."""
    return f"{one.network}:{one.handle}"


def _of_item(session: Session, word: str) -> Address | None:
    if not (word[:1] == "i" and word[1:].isdecimal()):
        return None
    [(_handle, item)] = named(session, [word])
    for one in ledger.items(session.database, [item]):
        told = one.notification
        return addresses.of(session.database, told.network, told.author_handle)
    return None


def link(session: Session, word: str, other: str) -> list[Address]:
    """Say that two addresses are one person; returns all of theirs."""
    first, second = found(session, [word]), found(session, [other])
    if first.number == second.number:
        raise WrongUse(phrase("{who} is one address", who=whole_name(first)), phrase("name two addresses"))
    db, now = session.database, session.clock.now()
    with db.write():
        before = addresses.link(db, [first, second])
        undo.note(db, now, "link", _SLICE, whole_name(first), {f"address/{one}": was for one, was in before.items()})
        journal.write(db, now, "link", text=f"{whole_name(first)} {whole_name(second)}")
        linked = addresses.of(db, first.network, first.handle)
    return addresses.together(db, linked or first)


def unlink(session: Session, word: str) -> Address:
    """Part an address from the person it was linked to. Raises ``WrongUse`` where it is linked to none."""
    one = found(session, [word])
    if one.person is None:
        raise WrongUse(phrase("{who} is linked to nobody", who=whole_name(one)), phrase("cmday people link links two"))
    db, now = session.database, session.clock.now()
    with db.write():
        before = addresses.unlink(db, one)
        undo.note(db, now, "unlink", _SLICE, whole_name(one), {f"address/{each}": was for each, was in before.items()})
        journal.write(db, now, "unlink", text=whole_name(one))
    return one


def note(session: Session, word: str, words: Sequence[str]) -> tuple[Address, str]:
    """Write a note on a person. Raises ``WrongUse`` where there is nothing to write."""
    text = " ".join(" ".join(words).split())[:_MOST]
    if not text:
        raise WrongUse(phrase("the note is empty"), phrase('write it like cmday people note zo "knows the hall"'))
    one = found(session, [word])
    db, now = session.database, session.clock.now()
    with db.write():
        number = acquaintance.add_note(db, one, now, text)
        undo.note(db, now, "note", _SLICE, text[:_EXCERPT], {f"note/{number}": None})
    return one, text


def restore(session: Session, before: Mapping[str, Any]) -> str:
    """Take notes out again and link people as they were; returns what it hit."""
    db, said = session.database, []
    for name, was in before.items():
        kind, _, number = name.partition("/")
        if kind == "note":
            said.append((acquaintance.remove_note(db, int(number)) or "")[:_EXCERPT])
        else:
            said += [whole_name(one) for one in addresses.bring_back(db, {number: was})]
    return " · ".join(text for text in said if text)
