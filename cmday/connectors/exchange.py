"""The engine: drives hundreds of conversations over one libcurl multi handle, each result as it completes.

    for event in Exchanger(limits).converse(conversations, sign_in=session.sign_in, budget=8.0):
        ...

Here the generators are driven: each is handed what came and asked what it wishes next. The rest is in ``engine/``:
``queueing`` says whose turn it is, ``errands`` fetches what was wished for, by ``wires`` and ``transfer`` (libcurl) or
``calls`` (threads), ``pursuit`` decides on redirects and second tries, ``failures`` says what went wrong, and ``doubt``
whether it is them or us. A waking never looks at all conversations.
"""

from __future__ import annotations

import math
import resource
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

from msgspec.structs import replace

from cmday.connectors.conversation import Conversation, Ended, Event, Heard, Limits
from cmday.connectors.engine.errands import Errands
from cmday.connectors.engine.sign_ins import SignIns, again
from cmday.connectors.engine.talk import Talk
from cmday.connectors.protocol import Authorised, Call, Partial, Request, SignIn, Step
from cmday.errors import CmdayError, Flaw, NetworkError, Waiting
from cmday.i18n import phrase

_FILES: Final = 4096


class Exchanger:
    """The real engine; see ``conversation.Engine`` for what it promises."""

    def __init__(self, limits: Limits) -> None:
        self._limits = replace(limits, parallel=min(limits.parallel, _room()))

    def converse(
        self, conversations: Iterable[Conversation], *, sign_in: SignIn, budget: float | None = None
    ) -> Iterator[Event]:
        """Hold all conversations at once and yield what they say in order of arrival; see ``conversation.Engine``.

        An exception that is no ``CmdayError`` is a bug in a connector: everything is closed and it is raised here, with
        a note that names the conversation.
        """
        run = _Run(self._limits, sign_in, budget)
        try:
            yield from run.events(conversations)
        finally:
            run.close()


class _Run:
    """One call of ``converse``."""

    def __init__(self, limits: Limits, sign_in: SignIn, budget: float | None) -> None:
        self._deadline = limits.deadline
        self._ends = math.inf if budget is None else time.monotonic() + budget
        self._errands = Errands(limits, self._advance, lambda talk, error: self._end(talk, error=error))
        self._queue = self._errands.queue
        self._timers = self._errands.timers
        self._sign_ins = SignIns(sign_in, limits.deadline)
        self._talks: set[Talk] = set()
        self._impatient = 0
        self._said: deque[Event] = deque()

    def events(self, conversations: Iterable[Conversation]) -> Iterator[Event]:
        """Hold the conversations."""
        for held in conversations:
            deadline = self._deadline if held.deadline is None else held.deadline
            self._join(Talk(held.key, held.talk, deadline, held.host, spaced=held.spaced, patient=held.patient))
        while self._talks:
            self._admit()
            self._settle()
            yield from self._say()
            if not self._talks:
                return
            for _ in self._errands.wait(self._patience()):
                yield from self._say()
            if time.monotonic() >= self._ends:
                self._run_out()
            yield from self._say()

    def close(self) -> None:
        """End everything that is still under way."""
        try:
            for talk in self._talks:
                if talk.exchange is not None:
                    talk.exchange.close()
        finally:
            self._errands.close()

    def _say(self) -> Iterator[Event]:
        """Give the consumer the floor; no deadline counts the time that it takes."""
        while self._said:
            left = time.monotonic()
            yield self._said.popleft()
            self._timers.stood_still(time.monotonic() - left)

    def _patience(self) -> float:
        """Seconds until there is something to do even if nothing happens."""
        if self._queue.could_go:
            return 0.0
        return min(min(self._timers.next(), self._queue.opens_at()) - self._timers.now(), self._ends - time.monotonic())

    def _join(self, talk: Talk) -> None:
        self._talks.add(talk)
        self._impatient += not talk.patient
        self._queue.join(talk, self._timers.now())

    def _admit(self) -> None:
        """Let those go on whose turn it is."""
        while (talk := self._queue.next(self._timers.now())) is not None:
            if talk.over:
                continue
            if talk.pursuit is None:
                self._advance(talk, None)
            else:
                self._errands.send(talk, talk.pursuit)

    def _settle(self) -> None:
        """Decide what only quiet can decide: who waits for manners alone, and whether it is them or us."""
        if self._impatient and self._queue.spaced == len(self._talks):
            for talk in self._queue.dismiss_impatient():
                self._end(talk, error=_not_yet(talk))
        self._errands.settle()

    def _run_out(self) -> None:
        """The budget is spent: what has not begun waits for another time, the rest was too slow."""
        self._errands.judge(final=True)
        for talk in sorted(self._talks, key=lambda talk: talk.signs_in is not None):
            if not talk.over:
                late = self._errands.late(talk, talk.seconds(self._timers.now()))
                self._end(talk, error=late if talk.began else _not_yet(talk))

    def _advance(self, talk: Talk, answer: object) -> None:
        """Resume a conversation with an answer, or with an error to be thrown in, up to its next wish or its end."""
        talk.pursuit = None
        try:
            if talk.exchange is None:
                talk.exchange = talk.start()
            while True:
                step = talk.exchange.throw(answer) if isinstance(answer, BaseException) else talk.exchange.send(answer)
                if not isinstance(step, Partial):
                    wished = self._wish(talk, step)
                    if wished is None:
                        return
                    answer = wished
                    continue
                answer = None
                if talk.signs_in is None:
                    self._said.append(Heard(talk.key, step.value, last=False))
        except StopIteration as stop:
            self._end(talk, value=stop.value)
        except CmdayError as error:
            self._end(talk, error=error)
        except Exception as bug:  # noqa: BLE001  a bug in one connector spoils one answer, never the day
            bug.add_note(f"in the conversation {talk.key}")
            flaw = Flaw(phrase("a bug of ours: the answer of {host} was too much for us", host=talk.host))
            flaw.__cause__ = bug
            self._end(talk, error=flaw)

    def _wish(self, talk: Talk, step: Step) -> object:
        """Set out to fetch what a conversation wishes for; returns the answer where it is known already, else None."""
        if isinstance(step, Request):
            try:
                self._errands.request(talk, step)
            except NetworkError as error:
                return error
            return None
        if isinstance(step, Call):
            self._errands.call(talk, step)
            return None
        if isinstance(step, Authorised):
            talk.began = True
            found = self._sign_ins.ask(step, talk)
            if not isinstance(found, Talk):
                return found
            self._join(found)
            return None
        raise TypeError(f"a conversation may not yield {step!r}")

    def _end(self, talk: Talk, value: object = None, error: CmdayError | None = None) -> None:
        self._errands.give_up(talk)
        talk.over = True
        self._talks.discard(talk)
        self._impatient -= not talk.patient
        now = self._timers.now()
        self._queue.finished(talk, now)
        if talk.exchange is not None:
            talk.exchange.close()
            talk.exchange = None
        if talk.signs_in is not None:
            for asker in self._sign_ins.settle(talk.signs_in, error or value):
                self._advance(asker, again(error) if error else value)
            return
        if error is None:
            self._said.append(Heard(talk.key, value, last=True))
        self._said.append(Ended(talk.key, error, talk.seconds(now)))


def _room() -> int:
    """How many transfers this process may have files for: two each while IPv4 and IPv6 race, and some for the rest.

    The system's soft limit is often made for programs that use ``select``; it may be raised up to the hard one.
    """
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if most == resource.RLIM_INFINITY else min(_FILES, most)
    if files != resource.RLIM_INFINITY and files < wanted:
        with suppress(OSError, ValueError):  # macOS has a lower limit that it does not tell
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
            files = wanted
    return 10_000 if files == resource.RLIM_INFINITY else max(8, (files - 64) // 2)


def _not_yet(talk: Talk) -> Waiting:
    return Waiting(phrase("{host} was not asked this time: its turn has not come yet", host=talk.host))
