"""Cases whole, and the rules: what ``cmday moderate show`` and ``rules`` tell."""

from __future__ import annotations

import msgspec

from cmday.errors import CmdayError
from cmday.session import Session
from cmday.steps.moderation.casefile import CaseFile, gather
from cmday.steps.moderation.examining import examine
from cmday.steps.moderation.targets import found
from cmday.storage import case_causes


class CaseData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday moderate show --json``."""

    cases: tuple[CaseFile, ...]


class RuleRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``cmday moderate rules``; ``hits`` counts the items that fit."""

    name: str
    why: str
    mode: str
    do: tuple[str, ...]
    hits: int


class RulesData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday moderate rules --json``."""

    file: str
    rules: tuple[RuleRow, ...]


def show(session: Session, words: list[str]) -> CaseData:
    """The cases named, whole."""
    return CaseData(cases=tuple(gather(session, case, handle) for handle, case in found(session, words)))


def rules(session: Session) -> tuple[RulesData, list[CmdayError]]:
    """The rules in force, how often each fits, and what is wrong with rules.toml."""
    from cmday.config.rules import read_rules

    _, problems = examine(session)
    counted = case_causes.hits(session.database)
    listed = [
        RuleRow(name=rule.name, why=rule.why, mode=rule.mode, do=rule.do, hits=counted.get(rule.name, 0))
        for rule in read_rules(session.home.rules).rules
    ]
    return RulesData(file=str(session.home.rules), rules=tuple(listed)), problems
