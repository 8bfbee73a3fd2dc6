"""Why an operation is where it is: its traffic there, the next-best places, and what keeps it from each."""

from __future__ import annotations

import msgspec

from cmday.hours.placement import Choice, Placed, Unplaced, choices
from cmday.i18n import Phrase
from cmday.session import Session
from cmday.steps.planning import words
from cmday.steps.planning.actions import operation
from cmday.steps.planning.laying import Laid, lay
from cmday.steps.planning.learning import ratio_of
from cmday.steps.planning.listing import row_of
from cmday.steps.planning.report import BlockerRow, ChoiceRow, Said, WhyData, WhyReport
from cmday.steps.planning.rows import Rows
from cmday.storage import handles

_CHOICES = 4


def argue(session: Session, word: str) -> WhyReport:
    """All that is to be said of an operation's place, from what is stored; raises ``NotFound`` where it is none."""
    one = operation(session, word)
    laid = lay(session, {})
    given = handles.give(session.database, session.clock.today(), "p", [one.id])
    placed = next((each for each in laid.placement.placed if each.operation.id == one.id), None)
    missing = next((each for each in laid.placement.unplaced if each.operation.id == one.id), None)
    rows = Rows(session, laid, given)
    said = _said(rows, placed, missing)
    found = _choices(laid, placed, missing)
    blocked = tuple(tuple(words.blocked(each) for each in choice.blocked_by) for choice in found)
    zone, traffic = session.clock.zone, laid.ground.traffic(one.community)
    data = WhyData(
        operation=row_of(one, given[one.id], session.clock.now(), ratio_of(session, one.kind)),
        start=placed.start.astimezone(zone) if placed else None,
        end=placed.end.astimezone(zone) if placed else None,
        level=placed.level if placed else None,
        traffic=rows.share(one.community, placed.traffic) if placed else None,
        basis=getattr(traffic, "basis", "configured"),
        why=(said.why or said.reason or words.over(one, later=one.id in {each.id for each in laid.later})).english,
        fixes=tuple(each.english for each in said.fixes),
        latest_safe_start=rows.line_of(placed).latest_safe_start if placed else None,
        choices=tuple(
            ChoiceRow(
                start=choice.start.astimezone(zone),
                end=choice.end.astimezone(zone),
                level=choice.level,
                traffic=rows.share(one.community, choice.traffic),
                blocked_by=tuple(
                    BlockerRow(kind=each.kind, title=each.title, operation=each.operation, text=text.english)
                    for each, text in zip(choice.blocked_by, texts, strict=True)
                ),
            )
            for choice, texts in zip(found, blocked, strict=True)
        ),
    )
    return WhyReport(data=data, said=said, blocked=blocked)


def _said(rows: Rows, placed: Placed | None, missing: Unplaced | None) -> Said:
    if placed:
        fresh = msgspec.structs.replace(placed, kept=None) if placed.kept == "fits" else placed
        return Said(why=rows.why(fresh), warning=rows.warning(placed))
    if missing:
        fixes: tuple[Phrase, ...] = tuple(words.fix(each, rows.now) for each in missing.fixes)
        return Said(reason=words.reason(missing), fixes=fixes, help=words.fixes(missing.fixes, rows.now))
    return Said()


def _choices(laid: Laid, placed: Placed | None, missing: Unplaced | None) -> tuple[Choice, ...]:
    one = placed or missing
    return choices(one.operation, laid.placement, laid.ground, count=_CHOICES) if one else ()
