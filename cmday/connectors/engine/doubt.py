"""Holds back failures that may be our own network's, until it is known whether it is them or us."""

from __future__ import annotations

from cmday.connectors.engine.addresses import is_public
from cmday.connectors.engine.failures import NO_CONTACT, NO_TRUST, is_lost
from cmday.connectors.engine.pursuit import Pursuit
from cmday.connectors.engine.reachability import (
    CERTIFICATE,
    SILENT,
    Reachability,
    Sign,
    sign_of,
    sign_of_diversion,
)
from cmday.connectors.engine.talk import Talk
from cmday.connectors.engine.transfer import Transfer
from cmday.connectors.protocol import Response
from cmday.errors import NetworkError, Untrusted

Answer = Response | BaseException


class Doubt:
    """The suspects and the verdict. Once a host of the web has answered like itself, nothing is held back any more."""

    def __init__(self) -> None:
        self._reach = Reachability()
        self._suspects: list[tuple[Talk, Answer]] = []

    @property
    def open(self) -> bool:
        """Whether someone waits for the verdict."""
        return bool(self._suspects)

    @property
    def undecided(self) -> bool:
        return self._reach.verdict is None

    @property
    def cut_off(self) -> bool:
        """Whether the web is known to be out of reach."""
        return self._reach.cut_off

    def error(self) -> NetworkError:
        """The verdict as an error, a new one for each conversation."""
        return self._reach.error()

    def holds(self, talk: Talk, pursuit: Pursuit, answer: Answer, code: int) -> bool:
        """Whether this answer is held back for the verdict; an answer that could only be the host's own decides it."""
        if not (pursuit.public and self.undecided):
            return False
        return self._weigh(talk, pursuit.host, answer, _sign(pursuit, answer, code))

    def holds_call(self, talk: Talk, error: BaseException | None) -> bool:
        """The same for a call to a host of the web that has failed to connect, or has not (None)."""
        if talk.signs_in is not None or not (self.undecided and is_public(talk.host)):
            return False
        lost = error is not None and is_lost(error)
        if error is not None and not lost:
            return False
        return self._weigh(talk, talk.host, error, SILENT if lost else None)

    def decide(self, flying: list[Transfer], *, final: bool) -> list[tuple[Talk, Answer]]:
        """Judge by what is known; returns who may go on with what: their own answer, or the verdict.

        ``flying`` are the transfers under way; one that has reached the web proves it. Before it is ``final``, the
        suspects stay where the signs are not enough.
        """
        away = [transfer for transfer in flying if transfer.talk and _to_the_web(transfer.talk)]
        if any(transfer.touched for transfer in away):
            self._reach.alive()
        verdict = self._reach.judge([transfer.talk.pursuit.host for transfer in away if _pursued(transfer)])  # type: ignore[union-attr]
        if verdict is None and not final:
            return []
        released = [
            (talk, self.error() if self.cut_off else answer) for talk, answer in self._suspects if not talk.over
        ]
        self._suspects.clear()
        return released

    def _weigh(self, talk: Talk, host: str, answer: Answer | None, sign: Sign | None) -> bool:
        if sign is None or answer is None:
            self._reach.alive()
            return False
        self._reach.note(host, sign)
        self._suspects.append((talk, answer))
        return True


def in_the_web(flying: list[Transfer]) -> bool:
    """Whether a transfer to a host of the wide web is under way."""
    return any(transfer.talk is not None and _to_the_web(transfer.talk) for transfer in flying)


def _pursued(transfer: Transfer) -> bool:
    return transfer.talk is not None and transfer.talk.pursuit is not None


def _to_the_web(talk: Talk) -> bool:
    return talk.pursuit is not None and talk.pursuit.public


def _sign(pursuit: Pursuit, answer: Answer, code: int) -> Sign | None:
    if isinstance(answer, Response):
        return sign_of(answer, pursuit.request.url)
    if code in NO_CONTACT:
        return SILENT
    if code in NO_TRUST:
        return CERTIFICATE
    if isinstance(answer, Untrusted):
        return sign_of_diversion(pursuit.hops)
    return None
