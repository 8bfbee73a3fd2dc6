"""Runs the steps: asks all at once, stores what comes as it comes, and digests in the order of the day."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any, Final

from cmday.errors import (
    Busy,
    CaptivePortal,
    CmdayError,
    Flaw,
    NoNetwork,
    StorageError,
    TimedOut,
    Unreachable,
    Untrusted,
    Waiting,
)
from cmday.i18n import Phrase, phrase
from cmday.session import Session
from cmday.steps.protocol import Outcome, Outcomes, Question, Report, StepModule

Progress = Callable[[int, int], None]

REFRESH: Final = "refresh"
# Seconds after which a run that hangs no longer keeps the others from asking.
_LONGEST: Final = 600


def load_steps(names: Sequence[str]) -> list[StepModule]:
    """The modules of the steps of these names, in that order."""
    return [import_module(f"cmday.steps.{name}.step") for name in names]


def ask_all(
    session: Session, steps: Sequence[StepModule], *, budget: float | None, progress: Progress | None = None
) -> dict[str, Outcome]:
    """Ask the questions of all steps at once and store every answer; returns how each question ended.

    Questions with one key are asked once. ``progress`` is told how many of how many have ended.
    """
    questions: dict[str, Question] = {}
    for step in steps:
        for question in step.ask(session):
            questions.setdefault(question.key, question)
    return converse(session, questions, budget=budget, progress=progress)


def converse(
    session: Session,
    questions: dict[str, Question],
    *,
    budget: float | None = None,
    progress: Progress | None = None,
) -> dict[str, Outcome]:
    """Hold the conversations of these questions and store what is heard, in order of arrival.

    One cmday at a time asks the networks: while another does, all of this ends as waiting, and the stored is shown.
    """
    from cmday.storage.leases import lease

    if not questions:
        return {}
    try:
        with lease(session.database, REFRESH, session.clock, _LONGEST):
            try:
                return _hold(session, questions, budget, progress)
            finally:
                for finish in {question.finish for question in questions.values() if question.finish}:
                    finish()
    except Busy as busy:
        return {key: _waiting(question, busy) for key, question in questions.items()}


def _hold(
    session: Session, questions: dict[str, Question], budget: float | None, progress: Progress | None
) -> dict[str, Outcome]:
    from cmday.connectors.conversation import Conversation, Heard

    outcomes: dict[str, Outcome] = {}
    parts = dict.fromkeys(questions, 0)
    spoilt: dict[str, CmdayError] = {}
    conversations = [
        Conversation(
            key=question.key,
            talk=question.talk,
            host=question.host,
            spaced=question.spaced,
            patient=question.patient,
            deadline=question.deadline,
        )
        for question in questions.values()
    ]
    for event in session.engine.converse(conversations, sign_in=session.sign_in, budget=budget):
        question = questions[event.key]
        if isinstance(event, Heard):
            if error := _store(question, event.value):
                spoilt.setdefault(event.key, error)
            else:
                parts[event.key] += 1
            continue
        error = event.error or spoilt.get(event.key)
        if isinstance(error, Flaw):
            error.hint = phrase("please report it with {path}", path=session.log_bug(error.__cause__ or error))
        outcomes[event.key] = _outcome(question, error, event.seconds, parts[event.key])
        if progress:
            progress(len(outcomes), len(questions))
    return outcomes


def _store(question: Question, value: Any) -> CmdayError | None:
    """Store a part; what is wrong with it spoils this question only, what is wrong with the database ends the run."""
    try:
        question.store(value)
    except StorageError:
        raise
    except CmdayError as error:
        return error
    except Exception as bug:  # noqa: BLE001  a bug in reading one answer spoils one answer, never the day
        flaw = Flaw(phrase("a bug of ours: the answer of {host} was too much for us", host=question.host))
        flaw.__cause__ = bug
        return flaw
    return None


def _waiting(question: Question, error: CmdayError) -> Outcome:
    return Outcome(key=question.key, subject=question.subject, status="waiting", error=error)


def _outcome(question: Question, error: CmdayError | None, seconds: float, parts: int) -> Outcome:
    if error is None:
        return Outcome(key=question.key, subject=question.subject, status="done", seconds=seconds, parts=parts)
    if isinstance(error, Waiting):
        return _waiting(question, error)
    if error.subject is None:
        error.subject = question.subject
    if error.hint is None:
        error.hint = _hint(error)
    if question.failed and not isinstance(error, NoNetwork | CaptivePortal):
        question.failed(error)
    return Outcome(
        key=question.key,
        subject=question.subject,
        status="partial" if parts else "failed",
        error=error,
        seconds=seconds,
        parts=parts,
    )


def _hint(error: CmdayError) -> Phrase:
    """What to do about a failure that knows nothing better."""
    if isinstance(error, Unreachable | TimedOut | Untrusted):
        return phrase("cmday doctor checks the connection")
    return phrase("it will be asked again later")


def digest_all(
    session: Session, steps: Sequence[StepModule], outcomes: Outcomes
) -> Iterator[tuple[StepModule, Report[Any]]]:
    """The reports of the steps, in the order of the day; what a step needed is in the database by now."""
    for step in steps:
        began = time.monotonic()
        report = step.digest(session, outcomes)
        report.seconds = max(report.seconds, time.monotonic() - began)
        yield step, report
