"""What a person does in a crisis: begin it, write a line, tick a point, end it. Each is logged with its minute."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import structs

from cmday.core.crises import Crisis
from cmday.core.outbox import Outgoing
from cmday.crisis import checklist
from cmday.crisis.detecting import catch_up, hold_posts, tell
from cmday.errors import NotFound, WrongUse
from cmday.i18n import phrase
from cmday.outbox import freezing
from cmday.outbox.queue import Acted
from cmday.session import Session
from cmday.storage import crises, freezes


def start(session: Session, community: str, words: str = "") -> tuple[Crisis, list[Outgoing]]:
    """Take an alarm in hand, or begin a crisis without one; returns it, and the posts that are held back now.

    One that is in hand already stays so; what was queued since is held back too.
    """
    db, now, who = session.database, session.clock.now(), person()
    catch_up(session)
    with db.write():
        found = find(session, community)
        if found is None:
            due = now + session.settings.crisis.first_word
            found = crises.begin(db, community, "hand", at=now, first_word_due=due) or find(session, community)
            assert found is not None
            tell(session, found, "start", words, who=who)
        elif crises.take_in_hand(db, found.number) or words:
            tell(session, found, "start", words, who=who)
        held = hold_posts(session, found, who=who)
    return insist(session, community), held


def note(session: Session, community: str, words: str) -> Crisis:
    """Write a line into the log."""
    found = insist(session, community)
    _insist_on_words(words)
    with session.database.write():
        crises.take_in_hand(session.database, found.number)
        tell(session, found, "note", words, who=person())
    return insist(session, community)


def check(session: Session, community: str, number: int, words: str = "", *, undo: bool = False) -> Crisis:
    """Tick a point of the checklist, or with ``undo`` take the tick away; of the first, the words name who speaks."""
    found = insist(session, community)
    points = checklist.texts(session)
    if not 1 <= number <= len(points):
        raise WrongUse(
            phrase("the checklist has no point {number}", number=number),
            phrase("its points go from 1 to {most}: cmday crisis", most=len(points)),
        )
    if number == checklist.SPEAKER and not undo and not words:
        raise WrongUse(phrase("who speaks?"), phrase('cmday crisis check 1 "NAME" -c {community}', community=community))
    with session.database.write():
        crises.take_in_hand(session.database, found.number)
        if number == checklist.SPEAKER:
            crises.speak(session.database, found.number, None if undo else words)
        tell(session, found, "uncheck" if undo else "check", words, who=person(), point=number)
    return insist(session, community)


def close(
    session: Session, community: str, *, release: bool, words: str = "", but: Collection[str] = ()
) -> tuple[Crisis, list[Acted], list[Acted]]:
    """End a crisis; what it held goes out at its time again, or stays held for a word of its own.

    What is in ``but`` stays in any case. Returns it as it is then, what was released, and what stays held. What is on
    a server is not touched here.
    """
    db, now = session.database, session.clock.now()
    found = insist(session, community)
    with db.write():
        gone, left = freezing.thaw(session, freezes.living(db, crisis=found.number), release=release, but=but)
        if gone:
            said = phrase("released: {what}", what=", ".join(one.handle for one in gone))
            tell(session, found, "released", said.english, who=person())
        if left:
            said = phrase("still held back: {what}", what=", ".join(one.handle for one in left))
            tell(session, found, "held", said.english, who=person())
        tell(session, found, "end", words, who=person())
        crises.end(db, found.number, now)
    return structs.replace(found, state="over", ended=now), gone, left


def holds(session: Session, crisis: Crisis) -> list[Outgoing]:
    """What a crisis still holds in the outbox."""
    return freezing.held_by(session, freezes.living(session.database, crisis=crisis.number))


def find(session: Session, community: str) -> Crisis | None:
    """The crisis of a community that is not over."""
    return next(iter(crises.living(session.database, [community])), None)


def insist(session: Session, community: str) -> Crisis:
    """The same; raises ``NotFound`` where there is none."""
    if found := find(session, community):
        return found
    raise NotFound(
        phrase("{community} is in no crisis", community=community),
        phrase("cmday crisis start {community} begins one by hand", community=community),
    )


def the_one(session: Session) -> str:
    """The community that is meant where only one in focus is in a crisis; raises ``WrongUse`` and ``NotFound``."""
    named = [one.community for one in crises.living(session.database) if session.in_focus(one.community)]
    if not named:
        raise NotFound(phrase("no community is in a crisis"), phrase("cmday crisis shows how each stands"))
    if len(named) > 1:
        raise WrongUse(
            phrase("several are in a crisis: {names}", names=", ".join(named)),
            phrase("say which: -c {community}", community=named[0]),
        )
    return named[0]


def person() -> str:
    """Whose hand it is: the name that this machine knows."""
    import os
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _insist_on_words(words: str) -> None:
    if not words.strip():
        raise WrongUse(phrase("the text is empty"), phrase('cmday crisis note COMMUNITY "what happened"'))
