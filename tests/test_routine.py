"""One spoilt answer spoils one question, never the day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cmday.cli.arguments import Options
from cmday.cli.run import Run
from cmday.connectors.protocol import Call, Exchange
from cmday.errors import Flaw, Garbled, StorageError
from cmday.i18n import phrase
from cmday.routine import converse
from cmday.session import Session
from cmday.steps.protocol import Question


@pytest.fixture
def session(home: Path) -> Iterator[Session]:
    with Run(Options()) as run:
        yield run.session


def talk() -> Exchange[str]:
    said: str = yield Call(name="say", function=lambda: "hello")
    return said


def question(key: str, store: Any) -> Question:
    return Question(key=key, subject=key, host=key, talk=talk, store=store)


def refuse(error: Exception) -> Any:
    def store(_value: str) -> None:
        raise error

    return store


def test_a_bug_while_storing_spoils_one_question_and_is_logged(session: Session) -> None:
    stored: list[str] = []
    asked = [question("a", stored.append), question("b", refuse(ZeroDivisionError())), question("c", stored.append)]
    outcomes = converse(session, {one.key: one for one in asked})
    assert {key: outcome.status for key, outcome in outcomes.items()} == {"a": "done", "b": "failed", "c": "done"}
    assert stored == ["hello", "hello"]
    flaw = outcomes["b"].error
    assert isinstance(flaw, Flaw)
    (log,) = session.home.log.iterdir()
    assert "ZeroDivisionError" in log.read_text()
    assert flaw.hint is not None
    assert str(log) in flaw.hint.english


def test_an_answer_that_cannot_be_read_is_its_own_failure(session: Session) -> None:
    garbled = Garbled(phrase("that is no feed"))
    outcomes = converse(session, {"a": question("a", refuse(garbled))})
    assert (outcomes["a"].status, outcomes["a"].error) == ("failed", garbled)


def test_a_full_disk_ends_the_run(session: Session) -> None:
    with pytest.raises(StorageError):
        converse(session, {"a": question("a", refuse(StorageError(phrase("the disk is full"))))})
