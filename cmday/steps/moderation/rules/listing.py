"""The rules in force, and how often each fits: what ``cmday moderate rules`` tells."""

from __future__ import annotations

import msgspec

from cmday.errors import CmdayError
from cmday.session import Session
from cmday.steps.moderation.rules.examining import examine
from cmday.storage import case_causes


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


def rules(session: Session) -> tuple[RulesData, list[CmdayError]]:
    """The rules in force, how often each fits, and what is wrong with rules.toml."""
    from cmday.config.rules import read_rules

    _, problems = examine(session)
    counted = case_causes.hits(session.database)
    book = read_rules(session.home.rules)
    listed = [
        RuleRow(name=rule.name, why=rule.why, mode=rule.mode, do=rule.do, hits=counted.get(rule.name, 0))
        for rule in book.rules
    ]
    return RulesData(file=str(session.home.rules), rules=tuple(listed)), problems
