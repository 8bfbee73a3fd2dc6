"""What rules of mode ``act`` do about the cases they hit: the strictest of what they may, and every label."""

from __future__ import annotations

from collections.abc import Iterable

from cmday.config.rule_deeds import name_of, strictest
from cmday.core.cases import Case
from cmday.errors import CmdayError, ConfigError
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.moderation.acting import for_rules
from cmday.steps.moderation.rules.judging import Hit, Judgement
from cmday.storage import cases


def act(session: Session, judged: Iterable[tuple[str, Judgement]]) -> list[CmdayError]:
    """Put what the rules do by themselves into the outbox; returns what could not be done (a template is missing).

    A case that was decided is left alone.
    """
    found = dict(judged)
    failed: dict[str, CmdayError] = {}
    known = for_rules.answered(session)
    for one, case in cases.cases(session.database, found).items():
        if case.state == "open":
            for hit, deed in _chosen(found[one]):
                try:
                    _do(session, case, hit, deed, known)
                except CmdayError as why:
                    failed[hit.rule] = ConfigError(
                        phrase('rule "{rule}" cannot do "{deed}": {why}', rule=hit.rule, deed=deed, why=why.message),
                        why.hint,
                        "rules.toml",
                    )
    return list(failed.values())


def _chosen(judgement: Judgement) -> list[tuple[Hit, str]]:
    """Of all that may be done the strictest, once; and of labels and answers each, once."""
    every = [(hit, deed) for hit in judgement.hits for deed in hit.automatic]
    hardest = strictest(deed for _, deed in every if name_of(deed) not in ("label", "reply"))
    chosen: dict[str, Hit] = {}
    for hit, deed in every:
        if deed == hardest or name_of(deed) in ("label", "reply"):
            chosen.setdefault(deed, hit)
    return [(hit, deed) for deed, hit in chosen.items()]


def _do(session: Session, case: Case, hit: Hit, deed: str, known: for_rules.Answered) -> None:
    name, _, more = deed.partition(":")
    if name == "hold":
        for_rules.by_rule(session, case, "hold", rule=hit.rule, why=hit.why)
    elif name == "label":
        for_rules.by_rule(session, case, "label", rule=hit.rule, why=hit.why, label=more)
    elif name == "reply":
        for_rules.answer(session, case, known, rule=hit.rule, why=hit.why, template=more)
