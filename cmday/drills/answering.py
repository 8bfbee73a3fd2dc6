"""Answering false messages one by one: which there are, and how an answer does."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from cmday.drills import history, library
from cmday.drills.checks import judge
from cmday.drills.report import AnswerData, SittingRow
from cmday.drills.scenario import Sitting
from cmday.errors import NotFound, WrongUse
from cmday.i18n import phrase
from cmday.session import Session


class Practice:
    """The messages of one sitting: those that come with cmday, or those of a scenario."""

    def __init__(self, session: Session, language: str, scenario: str | None = None) -> None:
        self._session = session
        self._scenario = library.scenario(session.home, scenario, language) if scenario else None
        self._language = self._scenario.language if self._scenario else language
        self._sittings: Sequence[Sitting] = (
            library.sittings_of(self._scenario) if self._scenario else library.sittings(language)
        )
        if not self._sittings:
            raise NotFound(
                phrase('"{name}" has no message with an answer to compare with', name=scenario),
                phrase("give one a good = ..., or leave --scenario out"),
            )

    @property
    def count(self) -> int:
        return len(self._sittings)

    def number(self, word: str) -> int:
        """The number of a message, named by it or by its name; raises ``NotFound``."""
        keys = [one.key for one in self._sittings]
        if word in keys:
            return keys.index(word) + 1
        if word.isdecimal() and word.isascii() and 1 <= int(word[:6]) <= len(keys):
            return int(word)
        near = get_close_matches(word, keys, n=1, cutoff=0.5)
        hint = (
            phrase("did you mean {name}?", name=near[0])
            if near
            else phrase("they go from 1 to {most}: cmday drill reply", most=len(keys))
        )
        raise NotFound(phrase('no message is called "{name}"', name=word), hint)

    def begin_with(self) -> int:
        """The first message that was never answered; the first of all where each was."""
        names = [history.name_of(one, self._scenario) for one in self._sittings]
        left = [at for at, name in enumerate(names, 1) if history.last_answer(self._session, name) is None]
        return left[0] if left else 1

    def listed(self) -> AnswerData:
        """All that can be answered."""
        return _data(messages=tuple(self._row(number) for number in range(1, self.count + 1)))

    def shown(self, number: int) -> AnswerData:
        """One message, before it is answered."""
        return _data(message=self._row(number))

    def answer(self, number: int, text: str) -> AnswerData:
        """How an answer does; kept to be compared with. Raises ``WrongUse`` for an empty one."""
        if not text.strip():
            raise WrongUse(phrase("the text is empty"), phrase("cmday drill reply --message 1 --text ..."))
        one = self._sittings[number - 1]
        name = history.name_of(one, self._scenario)
        checks = judge(text, one.asks, one.facts, one.promises)
        passed = sum(each.passed for each in checks)
        before = history.last_answer(self._session, name)
        history.keep_answer(self._session, name, self._language, passed, len(checks))
        return AnswerData(
            messages=(),
            message=self._row(number),
            text=text.strip(),
            checks=checks,
            passed=passed,
            asked=len(checks),
            good=one.good,
            before=before,
        )

    def _row(self, number: int) -> SittingRow:
        one = self._sittings[number - 1]
        return SittingRow(
            number=number,
            name=one.key,
            title=one.title,
            who=one.who,
            situation=one.situation,
            text=one.text,
            asks=one.asks,
        )


def _data(messages: tuple[SittingRow, ...] = (), message: SittingRow | None = None) -> AnswerData:
    return AnswerData(
        messages=messages, message=message, text=None, checks=(), passed=None, asked=None, good=None, before=None
    )
