"""Each account signs in once, however many conversations ask for it, and once more where that has expired."""

from __future__ import annotations

from typing import TypeVar

from cmday.connectors.engine.talk import Talk
from cmday.connectors.protocol import Authorised, Exchange, SignIn, renewer
from cmday.core.accounts import Account, Credentials
from cmday.core.events import Calendar
from cmday.errors import CmdayError

Key = tuple[str, str]
E = TypeVar("E", bound=CmdayError)


class _State:
    __slots__ = ("outcome", "waiting")

    def __init__(self) -> None:
        self.outcome: object = None
        self.waiting: list[Talk] = []


class SignIns:
    """The sign-ins of one run, those under way and those done."""

    def __init__(self, sign_in: SignIn, deadline: float) -> None:
        self._sign_in = sign_in
        self._renews = renewer(sign_in)
        self._deadline = deadline
        self._states: dict[Key, _State] = {}

    def ask(self, step: Authorised, talk: Talk) -> object:
        """The credentials, or the error, where the sign-in is over; for the first who asks a ``Talk`` to be held.

        None means to wait; those who do come back from ``settle``, the first one too. Of several who were refused with
        the same credentials the first has them renewed.
        """
        account = step.account
        key = (type(account).__name__, account.name)
        if talk.signs_in == key:
            raise RuntimeError(f"the sign-in of {account.name} asks for itself")
        state = self._states.get(key)
        if state is not None and self._is_over(state, step):
            state = None
        if state is not None:
            if state.outcome is None:
                state.waiting.append(talk)
                return None
            return again(state.outcome) if isinstance(state.outcome, CmdayError) else state.outcome
        state = self._states[key] = _State()
        state.waiting.append(talk)
        return Talk(
            f"sign-in {account.name}",
            lambda: self._begin(account, step.refused),
            self._deadline,
            account.name,
            signs_in=key,
        )

    def _begin(self, account: Account | Calendar, refused: str | None) -> Exchange[Credentials]:
        if refused is not None and self._renews:
            return self._renews.renewed(account, refused)
        return self._sign_in(account)

    def _is_over(self, state: _State, step: Authorised) -> bool:
        """Whether what was given is what has just been refused, and something else can be had."""
        given = state.outcome
        refused = isinstance(given, Credentials) and given.secret == step.refused
        return refused and self._renews is not None

    def settle(self, key: Key, outcome: object) -> list[Talk]:
        """The sign-in is over: returns those who waited for it."""
        state = self._states[key]
        state.outcome = outcome
        waiting, state.waiting = state.waiting, []
        return [talk for talk in waiting if not talk.over]


def again(error: E) -> E:
    """A copy of an error, so that no two conversations share one with its subject and traceback."""
    copy = type(error).__new__(type(error), *error.args)
    copy.__dict__.update(error.__dict__)
    return copy
