"""Errands for conversations: what they wish for is fetched, and the answer brought back.

A wish is a request (sent when it is its turn, redirected and tried again as ``pursuit`` says) or a call. Whatever
becomes of it is handed to ``answer``, unless ``doubt`` holds it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from msgspec.structs import replace

from cmday.connectors.conversation import Limits
from cmday.connectors.engine import failures
from cmday.connectors.engine.addresses import host_of, is_public
from cmday.connectors.engine.calls import Calls, Running
from cmday.connectors.engine.doubt import Doubt, in_the_web
from cmday.connectors.engine.pursuit import Pursuit
from cmday.connectors.engine.queueing import Queue
from cmday.connectors.engine.reachability import DECIDE_AFTER
from cmday.connectors.engine.talk import Talk
from cmday.connectors.engine.timers import Timers
from cmday.connectors.engine.wires import Landed, Wires
from cmday.connectors.protocol import Call, Request, Response
from cmday.errors import NetworkError


class Errands:
    """All that is under way. ``answer`` takes what came, an exception included; ``late`` is told of a deadline."""

    def __init__(
        self,
        limits: Limits,
        answer: Callable[[Talk, object], None],
        late: Callable[[Talk, NetworkError], None],
    ) -> None:
        self.timers = Timers()
        self.queue = Queue(limits)
        self._limits = limits
        self._answer = answer
        self._late = late
        self._wires = Wires(limits)
        self._calls = Calls(self._wires.wake)
        self._doubt = Doubt()
        self._web_asked = False

    def request(self, talk: Talk, request: Request) -> None:
        """Send this when it is its turn; raises ``NetworkError`` where its address is none."""
        talk.pursuit = Pursuit(request, self.timers.now())
        self.queue.again(talk)

    def call(self, talk: Talk, call: Call) -> None:
        """Run this function now."""
        self._go(talk)
        self.queue.occupy()
        talk.call = self._calls.start(call, talk)
        self.timers.at(self.timers.now() + call.timeout, partial(self._call_late, talk, talk.call))

    def send(self, talk: Talk, pursuit: Pursuit) -> None:
        """It is this conversation's turn: send its request, unless its host is busy with another of ours."""
        if pursuit.public and self._doubt.cut_off:
            self._answer(talk, self._doubt.error())
            return
        if not self.queue.enter(talk, pursuit.place.rpartition(":")[0], pursuit.place):
            return
        self._go(talk)
        talk.transfer = self._wires.start(pursuit.ask(), talk)
        self.timers.at(self.timers.now() + self._limits.connect, partial(self._no_contact, talk, talk.stamp))
        if pursuit.request.timeout is not None:
            self.timers.at(self.timers.now() + pursuit.request.timeout, partial(self._too_slow, talk, talk.stamp))
        if pursuit.public and not self._web_asked:
            self._web_asked = True
            self.timers.at(self.timers.now() + DECIDE_AFTER, partial(self.judge, final=False))

    def wait(self, seconds: float) -> Iterator[None]:
        """Wait so long at most, or until something happens; pauses after each answer so that it is told at once."""
        for landed in self._wires.wait(seconds):
            self._land(landed)
            yield
        for running in self._calls.landed():
            self._land_call(running)
            yield
        self.timers.ring()

    def settle(self) -> None:
        """Nothing more is to be learnt of the web: decide."""
        if self._doubt.open and not (self.queue.anyone_ready or in_the_web(self._wires.flying())):
            self.judge(final=True)

    def judge(self, *, final: bool) -> None:
        """Decide whether the web is out of reach; if so, all that go there end at once."""
        if not (self._doubt.open or self._doubt.undecided):
            return
        flying = self._wires.flying()
        released = self._doubt.decide(flying, final=final)
        if self._doubt.cut_off:
            web = [one.talk for one in flying if one.talk and one.talk.pursuit and one.talk.pursuit.public]
            web += [one.talk for one in self._calls.under_way() if is_public(one.talk.host)]
            for talk in web:
                error = failures.perhaps(self._doubt.error(), talk)
                self.give_up(talk)
                released.append((talk, error))
        for talk, answer in released:
            self._answer(talk, answer)

    def give_up(self, talk: Talk) -> None:
        """Let go of what a conversation has under way, and stop its time."""
        if talk.transfer is not None:
            assert talk.pursuit is not None
            self._wires.drop(talk.transfer)
            talk.transfer = None
            self.queue.leave(talk.pursuit.place)
        if talk.call is not None:
            self._calls.give_up(talk.call)
            talk.call = None
            self.queue.vacate()
        talk.halt(self.timers.now())

    def close(self) -> None:
        """End everything without waiting for anything."""
        self._wires.close()

    def _go(self, talk: Talk) -> None:
        """Let the conversation's own time run, up to its deadline."""
        now = self.timers.now()
        self.queue.visited(talk, now)
        self.timers.at(talk.go(now), partial(self._expire, talk, talk.stamp))

    def late(self, talk: Talk, seconds: float) -> NetworkError:
        """The error of a conversation that took too long, whatever it has under way."""
        return failures.perhaps(failures.late(talk.pursuit.host if talk.pursuit else talk.host, seconds), talk)

    def _expire(self, talk: Talk, stamp: int) -> None:
        if not talk.over and talk.stamp == stamp:
            self._late(talk, self.late(talk, talk.deadline))

    def _no_contact(self, talk: Talk, stamp: int) -> None:
        """The time for connecting is over. Libcurl's own time-out waits for the name server (10 s were seen)."""
        transfer, pursuit = talk.transfer, talk.pursuit
        if talk.stamp != stamp or transfer is None or pursuit is None or transfer.touched:
            return
        error = failures.no_contact(host_of(pursuit.url), self._limits.connect)
        self.give_up(talk)
        if not self._doubt.holds(talk, pursuit, error, failures.TIMED_OUT):
            self._hand_over(talk, error)

    def _too_slow(self, talk: Talk, stamp: int) -> None:
        """The time for this one request is over; its conversation may go on without it."""
        if talk.stamp != stamp or talk.transfer is None or talk.pursuit is None:
            return
        seconds = talk.pursuit.request.timeout or 0.0
        error = failures.perhaps(failures.late(host_of(talk.pursuit.url), seconds), talk, talk.transfer)
        self.give_up(talk)
        self._hand_over(talk, error)

    def _land(self, landed: Landed) -> None:
        """A transfer has ended: follow its redirect, try it again, or hand over what came of it."""
        transfer, code, message = landed
        talk = transfer.talk
        assert talk is not None
        pursuit = talk.pursuit
        assert pursuit is not None
        now = self.timers.now()
        talk.transfer = None
        self.queue.leave(pursuit.place)
        answer: Response | NetworkError
        follows = False
        try:
            if code:
                answer = failures.perhaps(failures.explain(transfer, code, message), talk, transfer)
            else:
                answer = transfer.response(now - pursuit.began)
                follows = pursuit.follows(answer, transfer)
        except NetworkError as error:
            answer = error
        self._wires.done(transfer)
        if follows:
            talk.halt(now)
            self.queue.elsewhere(talk, host_of(pursuit.url), now)
            return
        pause = pursuit.pause(answer, broke=failures.broke(code), left=talk.left(now))
        if pause is not None:
            self.timers.at(now + pause, partial(self._retry, talk, pursuit))
            return
        talk.halt(now)
        if isinstance(answer, Response):
            answer = replace(answer, hops=pursuit.hops, left=talk.left(now))
        if not self._doubt.holds(talk, pursuit, answer, code):
            self._hand_over(talk, answer)

    def _retry(self, talk: Talk, pursuit: Pursuit) -> None:
        if talk.pursuit is pursuit and not talk.over:
            self.queue.again(talk)

    def _call_late(self, talk: Talk, running: Running) -> None:
        if talk.call is running:
            error = failures.perhaps(failures.late(talk.host, running.call.timeout), talk)
            self.give_up(talk)
            self._answer(talk, error)

    def _land_call(self, running: Running) -> None:
        talk = running.talk
        self.give_up(talk)
        answer = running.result if running.error is None else running.error
        if running.error and failures.is_lost(running.error) and is_public(talk.host) and self._doubt.cut_off:
            answer = self._doubt.error()
        if not self._doubt.holds_call(talk, running.error):
            self._hand_over(talk, answer)

    def _hand_over(self, talk: Talk, answer: object) -> None:
        """Give the answer to its conversation; if it has proved that the web is there, the suspects go on as well."""
        self._answer(talk, answer)
        if self._doubt.open and not self._doubt.undecided:
            self.judge(final=True)
