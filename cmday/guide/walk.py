"""The way through the stops: where one is, what can be done there, and doing it. It knows no terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, Final, Literal, get_args

import msgspec

from cmday import i18n
from cmday.errors import CmdayError
from cmday.guide import deciding, deeds, place
from cmday.guide.answering import Answering, moment
from cmday.guide.deciding import DECIDES, Decide
from cmday.guide.sight import Sight, look
from cmday.guide.stops import Stop, merged, stops
from cmday.i18n import Phrase, phrase
from cmday.session import Session
from cmday.steps import standing

Act = Literal[
    "reply",
    "reuse",
    "editor",
    "done",
    "approve",
    "later",
    "moderate",
    Decide,
    "place",
    "open",
    "undo",
    "next",
    "back",
    "pause",
    "help",
]
ACTS: Final[tuple[Act, ...]] = get_args(Act)
# What may be pressed where, in the order in which it is shown.
_OFFERED: Final[dict[str, tuple[Act, ...]]] = {
    "message": ("reply", "reuse", "editor", "done", "later", "moderate", "open"),
    "story": ("done", "later", "open"),
    "case": ("approve", "done", *DECIDES, "open"),
    "page": ("place",),
}
_ALWAYS: Final[tuple[Act, ...]] = ("undo", "next", "back", "pause", "help")


class Deed(msgspec.Struct, frozen=True):
    """What was done at which stop, and the ids by which it can be undone."""

    at: int
    act: Act
    items: tuple[str, ...]


class Walk:
    """One go through some steps. ``notice`` is what the last key did; ``tally`` counts what was done."""

    def __init__(self, session: Session, steps: Sequence[str], *, resume: bool = False) -> None:
        self.session = session
        self.steps = tuple(steps)
        fresh = stops(session, steps)
        left = place.left_at(session, steps) if resume else None
        self.stops, self.at = merged(left.stops, left.at, fresh) if left else (fresh, 0)
        self.notice: Phrase | None = None
        self.tally: Counter[str] = Counter()
        self._deeds: list[Deed] = []
        self._sight: Sight | None = None
        self._store()

    @property
    def stop(self) -> Stop | None:
        """Where one is; None at the end."""
        return self.stops[self.at] if self.at < len(self.stops) else None

    @property
    def sight(self) -> Sight:
        """What there is to see at this stop."""
        assert self.stop
        if self._sight is None:
            self._sight = look(self.session, self.stop)
        return self._sight

    def count(self) -> tuple[int, int]:
        """Which of its step this stop is, and of how many."""
        assert self.stop
        same = [number for number, stop in enumerate(self.stops) if stop.step == self.stop.step]
        return same.index(self.at) + 1, len(same)

    def left(self, sort: str) -> int:
        """How many stops of a sort lie ahead, this one among them."""
        return sum(stop.sort == sort for stop in self.stops[self.at :])

    def offered(self) -> list[Act]:
        """What can be done here."""
        if self.stop is None:
            return ["undo", "back", "pause"]
        return [act for act in (*_OFFERED[self.stop.sort], *_ALWAYS) if self._fits(act)]

    def _fits(self, act: Act) -> bool:
        sight = self.sight
        if act == "reuse":
            return bool(sight.dossier and sight.dossier.precedent) and sight.answerable
        if act in ("reply", "editor"):
            return sight.answerable
        if act in DECIDES:
            return act in sight.possible
        needed = {
            "open": sight.url is not None,
            "place": sight.changes > 0,
            "undo": bool(self._deeds),
            "back": self.at > 0,
        }
        return needed.get(act, True)

    # What needs no more than a key.

    def done(self) -> None:
        """Done, read or resolved; on to the next."""
        if self.stop and self.stop.sort == "case":
            self.decide("done", "resolve", {})
            return
        self._act("done", lambda stop: deeds.done(self.session, stop))

    def approve(self) -> None:
        """Nothing is wrong with a case."""
        self.decide("approve", "approve", {})

    def place(self) -> None:
        """Write where the plan puts operations."""
        self._act("place", lambda _stop: deeds.place(self.session), items=self.sight.moved)

    def keep_for_later(self) -> None:
        """Keep a story for later; on to the next."""
        self._act("later", lambda stop: deeds.keep_for_later(self.session, stop))

    def moderate(self) -> None:
        """Make a case of a message, and stand before it."""
        if self.stop is None:
            return
        try:
            said, case = deeds.moderate(self.session, self.stop)
        except CmdayError as error:
            self.notice = error.message
            return
        self._deeds.append(Deed(self.at, "moderate", (case.id,)))
        self.tally["moderate"] += 1
        later = [stop for stop in self.stops[self.at + 1 :] if stop.key != case.key]
        self.stops = [*self.stops[: self.at + 1], case, *later]
        self._go(self.at + 1)
        self.notice = said

    def open(self, browse: Callable[[str], bool]) -> None:
        """Take the item's address to the browser; one stays where one is."""
        if self.stop is None:
            return
        try:
            said, url = deeds.opened(self.session, self.stop)
        except CmdayError as error:
            self.notice = error.message
            return
        found = bool(url) and browse(url or "")
        self.notice = said if found else phrase("no browser was found here; the address: {url}", url=url or "")
        self._sight = None

    def next(self) -> None:
        self._go(self.at + 1)

    def back(self) -> None:
        self._go(max(0, self.at - 1))

    def undo(self) -> None:
        """Take back what was done last, and stand before it again."""
        if not self._deeds:
            self.notice = phrase("nothing was done here yet")
            return
        deed = self._deeds.pop()
        try:
            said = deeds.undo(self.session, deed.items)
        except CmdayError as error:
            self.notice = error.message
            return
        self.tally[deed.act] -= 1
        if deed.act == "moderate":  # there is no case any more to stand before
            self.stops = [stop for stop in self.stops if not (stop.sort == "case" and stop.id in deed.items)]
        self._go(deed.at)
        self.notice = said

    # What needs words.

    def decide(self, act: Act, action: str, said: Mapping[str, str]) -> bool:
        """Decide on a case with what was asked before; whether that could be done."""
        stop = self.stop
        if stop is None:
            return False
        try:
            told, items = deciding.decide(self.session, stop, action, said)
        except CmdayError as error:
            self.notice = error.message
            return False
        self._happened(Deed(self.at, act, items), told)
        return True

    def put_off(self, words: str) -> bool:
        """Put a message off until what the words say; whether they could be understood."""
        from cmday.text.dates import parse_when

        session = self.session
        now = session.clock.now()
        try:
            until = parse_when(words, now, session.settings.hours, language=i18n.language(), bare="start")
        except CmdayError as error:
            self.notice = error.message
            return False
        when = moment(until, now)
        return self._act("later", lambda stop: deeds.put_off(session, stop, until, when))

    def answering(self) -> Answering | None:
        """What is needed to answer here; where that cannot be, ``notice`` says why."""
        assert self.stop
        try:
            return Answering(self.session, self.stop)
        except CmdayError as error:
            self.notice = error.message
            return None

    def reply(self, answer: Answering, text: str) -> bool:
        """Put an answer into the outbox; whether that could be done."""
        stop = self.stop
        if stop is None or not text.strip():
            return False
        try:
            outgoing = answer.put(text)
        except CmdayError as error:
            self.notice = error.message
            return False
        place.keep_draft(self.session, stop, "")
        said = phrase("{handle}: the answer waits in the outbox", handle=stop.handle)
        self._happened(Deed(self.at, "reply", (outgoing.id,)), said)
        return True

    def keep_draft(self, text: str) -> None:
        """Keep what is being typed here, so that nothing of it is lost."""
        if self.stop:
            place.keep_draft(self.session, self.stop, text)

    def draft(self) -> str:
        """What was typed here before and not put into the outbox."""
        return place.draft_of(self.session, self.stop) if self.stop else ""

    def leave(self) -> None:
        """Note which steps were gone through whole."""
        waiting = {stop.step for stop in self.stops[self.at :]}
        behind = [step for step in self.steps if step not in waiting]
        reports = [import_module(f"cmday.steps.{step}.step").digest(self.session, {}) for step in behind]
        standing.shown(self.session, reports)
        if not waiting and self.steps == self.session.settings.steps:
            standing.finish(self.session)

    def _act(self, act: Act, do: Callable[[Stop], Phrase], items: Sequence[str] = ()) -> bool:
        stop = self.stop
        if stop is None:
            return False
        try:
            said = do(stop)
        except CmdayError as error:
            self.notice = error.message
            return False
        self._happened(Deed(self.at, act, tuple(items) or (stop.id,)), said)
        return True

    def _happened(self, deed: Deed, said: Phrase) -> None:
        self._deeds.append(deed)
        self.tally[deed.act] += 1
        self._go(self.at + 1)
        self.notice = said

    def _go(self, at: int) -> None:
        self.at = at
        self.notice = None
        self._sight = None
        self._store()

    def _store(self) -> None:
        place.store(self.session, self.steps, self.stops, self.at)


def key_table(keys: Any) -> dict[str, Act]:
    """Which key does what: the settings' characters, and space and Enter to go on."""
    table: dict[str, Act] = {getattr(keys, act): act for act in ACTS}
    return {" ": "next", **table}
