"""Which rules may act by themselves: those that agreed with a person's past decisions often enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from cmday.core.cases import RuleMode
from cmday.core.things import Scorer
from cmday.errors import CmdayError, NotFound, WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.storage import journal, promotions
from cmday.storage.promotions import Promotion

if TYPE_CHECKING:
    from cmday.config.rules import Rule

FEWEST: Final = 50
AGREEMENT: Final = 0.95
_BY_ITSELF: Final = frozenset({"hold", "label", "reply"})


class PromotedData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday moderate rules promote --json``: the figures are of all past decisions."""

    rule: str
    before: str
    mode: str
    decided: int
    agreed: int
    agreement: float | None
    by_itself: tuple[str, ...]


def promote(session: Session, name: str, to: RuleMode, scorer: Scorer | None = None) -> PromotedData:
    """Give a rule another mode in rules.toml; ``act`` only where its past says so.

    Raises ``NotFound`` for an unknown rule, ``WrongUse`` with the figures where they are too low.
    """
    from cmday.config.rule_editing import set_mode
    from cmday.config.rules import RuleBook, read_rules
    from cmday.steps.moderation.rules.judging import may_do
    from cmday.steps.moderation.rules.lab import count, record_of
    from cmday.steps.moderation.rules.proven import fingerprint

    file = session.home.rules
    book = read_rules(file)
    rule = next((one for one in book.rules if one.name == name), None)
    if rule is None:
        raise NotFound(phrase('no rule is called "{name}"', name=name), phrase("cmday moderate rules lists them"))
    figures = count(*record_of(session, RuleBook((rule,), roles=book.roles), scorer))
    decided, agreed = figures.removed + figures.approved, figures.removed
    by_itself = tuple(deed for deed in rule.do if deed.partition(":")[0] in _BY_ITSELF and may_do(rule, deed))
    if to == "act":
        if not by_itself:
            raise _nothing_to_do(rule)
        if decided < FEWEST or agreed < AGREEMENT * decided:
            raise _too_early(name, decided, agreed)
    now = session.clock.now()
    set_mode(file, name, to)
    with session.database.write():
        if to == "act":
            found = Promotion(rule=name, fingerprint=fingerprint(rule), at=now, decided=decided, agreed=agreed)
            promotions.put(session.database, found)
        else:
            promotions.withdraw(session.database, name)
        journal.write(session.database, now, "promote", step="moderation", item=None, text=f"{name}: {to}")
    return PromotedData(
        rule=name,
        before=rule.mode,
        mode=to,
        decided=decided,
        agreed=agreed,
        agreement=figures.agreement,
        by_itself=by_itself if to == "act" else (),
    )


def _too_early(name: str, decided: int, agreed: int) -> CmdayError:
    share = round(100 * agreed / decided) if decided else 0
    return WrongUse(
        phrase(
            'rule "{rule}" hit {decided} of your past decisions, and you did the same in {agreed} of them ({share} %);'
            " to act it needs {fewest} and {least} %",
            rule=name,
            decided=decided,
            agreed=agreed,
            share=share,
            fewest=FEWEST,
            least=round(100 * AGREEMENT),
        ),
        phrase("it goes on as it is; cmday moderate rules test shows what it hits"),
    )


def _nothing_to_do(rule: Rule) -> CmdayError:
    return WrongUse(
        phrase('rule "{rule}" has nothing to do that a rule may do by itself', rule=rule.name),
        phrase("by itself a rule may hold, label or reply, never remove or ban: do = {example}", example='["hold"]'),
    )
