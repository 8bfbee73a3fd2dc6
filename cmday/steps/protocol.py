"""What a step of the day is: it asks, digests and draws.

``ask`` reads settings and database and makes no network call. Each question it yields says how to hold the conversation
and how to store what comes; the routine stores every part as it arrives and lets it go, so a thousand bodies never sit
in memory together. ``digest`` then reads the database, decides, and returns a report. ``draw`` (in ``view.py``) makes
it a block for the screen; the same report is written as JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

import msgspec

from cmday.errors import CmdayError
from cmday.text.safe_text import hide_logins

if TYPE_CHECKING:  # the glance imports this module, and has no use for these
    from cmday.connectors.protocol import Exchange
    from cmday.session import Session

Data = TypeVar("Data", bound=msgspec.Struct)
OutcomeStatus = Literal["done", "partial", "waiting", "failed"]
ReportStatus = Literal["done", "partial", "failed"]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Something to ask a network. Questions with the same key are asked once; the first one's ``store`` is used.

    ``subject`` is the account, feed or calendar as a person calls it. ``store`` takes each part in order of arrival and
    runs in the main thread; ``failed`` is told of a failure that is the other side's own (never of a missing network);
    ``finish`` is called once when all have ended, for whatever ``store`` has put off.
    """

    key: str
    subject: str
    host: str
    talk: Callable[[], Exchange[Any]]
    store: Callable[[Any], None]
    failed: Callable[[CmdayError], None] | None = None
    finish: Callable[[], None] | None = None
    spaced: bool = False
    patient: bool = True
    deadline: float | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a question ended. ``parts`` counts what was stored; ``seconds`` does not count waiting in our queue."""

    key: str
    subject: str
    status: OutcomeStatus
    error: CmdayError | None = None
    seconds: float = 0.0
    parts: int = 0


Outcomes = Mapping[str, Outcome]


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``errors`` in JSON, always in English."""

    subject: str | None
    kind: str
    message: str
    hint: str | None


class Report(msgspec.Struct, Generic[Data], kw_only=True):
    """What a step found and decided. ``data`` is its frozen JSON shape; subclasses add what only the screen shows.

    ``waiting`` counts what waits for an answer or a decision: the step is done when it is zero.
    """

    name: str
    status: ReportStatus
    data: Data
    waiting: int = 0
    seconds: float = 0.0
    errors: tuple[CmdayError, ...] = ()


class StepModule(Protocol):
    """A slice of the day: ``steps/NAME/step.py`` is one, as a module."""

    NAME: str
    LETTER: str

    def ask(self, session: Session) -> Iterable[Question]: ...

    def digest(self, session: Session, outcomes: Outcomes) -> Report[Any]: ...


def troubles(errors: Iterable[CmdayError]) -> list[Trouble]:
    """Errors as JSON shows them."""
    return [
        Trouble(
            subject=hide_logins(error.subject) if error.subject else None,
            kind=error.kind,
            message=hide_logins(error.message.english),
            hint=hide_logins(error.hint.english) if error.hint else None,
        )
        for error in errors
    ]


def status_of(outcomes: Iterable[Outcome]) -> ReportStatus:
    """Done when all came, failed when nothing did, partial otherwise; a question that waits its turn is no failure."""
    states = [outcome.status for outcome in outcomes]
    bad = sum(state in ("failed", "partial") for state in states)
    if not bad:
        return "done"
    return "failed" if all(state == "failed" for state in states) else "partial"
