"""Why a case fits a rule or does not: what each key of each rule answers, and which rules nearly fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from cmday.config.rule_deeds import strictest
from cmday.core.things import Scorer
from cmday.errors import CmdayError, NotFound
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.moderation.rules.checks import Answer, Seen
from cmday.steps.moderation.rules.examining import examiner_for
from cmday.steps.moderation.rules.things import of_case
from cmday.steps.naming import named
from cmday.storage import cases, handles, ledger

if TYPE_CHECKING:
    from cmday.config.rule_keys import Condition

_LETTER: Final = "m"
_SHOWN: Final = 6


class ExplainedKey(msgspec.Struct, frozen=True, kw_only=True):
    """One key of a rule. ``holds`` is None where the network does not tell what it asks for."""

    key: str
    wanted: tuple[str, ...]
    holds: bool | None
    evidence: tuple[str, ...]


class ExplainedRule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule: ``nearly`` where all keys hold but one. What it proposes and does by itself is empty unless it fits."""

    name: str
    mode: str
    why: str
    fits: bool
    nearly: bool
    spoken_of: bool
    keys: tuple[ExplainedKey, ...]
    proposed: tuple[str, ...]
    automatic: tuple[str, ...]


class ExplainedData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday moderate rules explain --json``; ``strictest`` is of all that is proposed."""

    handle: str
    case: str
    author: str
    text: str
    strictest: str | None
    rules: tuple[ExplainedRule, ...]


def explain(session: Session, word: str, scorer: Scorer | None = None) -> tuple[ExplainedData, list[CmdayError]]:
    """What the rules in force make of a case, and what is wrong with them. Raises ``NotFound``."""
    from cmday.config.rules import read_rules

    db = session.database
    (_, one), *_ = named(session, [word], _LETTER)
    case = cases.cases(db, [one]).get(one)
    if case is None:
        raise NotFound(
            phrase("no case is called {name}", name=word), phrase("cmday moderate shows those that are open")
        )
    given = handles.give(db, session.clock.today(), _LETTER, [case.id])[case.id]
    item = next(iter(ledger.items(db, [case.item] if case.item else [])), None)
    book = read_rules(session.home.rules)
    examiner, unproven = examiner_for(session, book, scorer)
    told = []
    for rule, answers, hit in examiner.answers(of_case(case, item)):
        keys = tuple(_key(condition, answer) for condition, answer in answers)
        missing = sum(not key.holds for key in keys)
        told.append(
            ExplainedRule(
                name=rule.name,
                mode=rule.mode,
                why=hit.why if hit else rule.why,
                fits=hit is not None,
                nearly=hit is None and missing == 1 < len(keys),
                spoken_of=bool(hit and hit.spoken_of),
                keys=keys,
                proposed=hit.proposed if hit else (),
                automatic=hit.automatic if hit else (),
            )
        )
    told.sort(key=lambda rule: (not rule.fits, not rule.nearly))
    data = ExplainedData(
        handle=given,
        case=case.id,
        author=case.author or case.author_handle,
        text=case.text,
        strictest=strictest(deed for rule in told if rule.mode != "observe" for deed in rule.proposed),
        rules=tuple(told),
    )
    return data, [*book.problems, *unproven, *examiner.alerts.values()]


def _key(one: Condition, answer: Answer) -> ExplainedKey:
    seen = isinstance(answer, Seen)
    return ExplainedKey(
        key=one.name,
        wanted=_wanted(one.wanted),
        holds=True if seen else (False if answer is None else None),
        evidence=answer.evidence if isinstance(answer, Seen) else (),
    )


def _wanted(wanted: Any) -> tuple[str, ...]:
    if isinstance(wanted, bool):
        return ("true" if wanted else "false",)
    words = [str(getattr(one, "written", one)) for one in wanted]
    return (*words[:_SHOWN], *(("…",) if len(words) > _SHOWN else ()))
