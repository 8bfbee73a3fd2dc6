"""The rule lab: what rules would have hit, beside what a person decided, and beside the rules in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from cmday.core.things import Scorer
from cmday.errors import CmdayError, NotFound
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.moderation.rules.examining import examiner_for
from cmday.steps.moderation.rules.past import Past, Verdict, past
from cmday.text.plain import cut

if TYPE_CHECKING:
    from cmday.config.rules import RuleBook

_EXCERPT: Final = 200
_MOST_DIFFERING: Final = 20


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """What was hit, and what became of it. ``agreement`` is the share of what was decided that was removed."""

    hits: int
    removed: int
    approved: int
    undecided: int
    agreement: float | None


class TriedRule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule of the file; ``present`` is what the rule of that name in force hits, None where there is none."""

    name: str
    mode: str
    do: tuple[str, ...]
    why: str
    new: Count
    present: Count | None


class Differing(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that only one of the two sets of rules hits, and by which rules."""

    case: str
    author: str
    text: str
    verdict: Verdict
    rules: tuple[str, ...]


class TestedData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday moderate rules test --json``; of what differs the first twenty each, decided ones first."""

    file: str
    days: int
    things: int
    decided: int
    new: Count
    present: Count
    rules: tuple[TriedRule, ...]
    only_new: tuple[Differing, ...]
    only_present: tuple[Differing, ...]


Hits = dict[int, tuple[str, ...]]


def try_rules(
    session: Session, file: Path, days: int, scorer: Scorer | None = None
) -> tuple[TestedData, list[CmdayError]]:
    """What the rules of a file would have hit in these days, and what is wrong with them.

    Raises ``NotFound`` where there is no such file.
    """
    from cmday.config.rules import read_rules
    from cmday.config.word_lists import FOLDER

    if not file.is_file():
        raise NotFound(phrase("there is no file {file}", file=file), phrase("name a file like rules.toml"))
    beside = file.parent / FOLDER
    book = read_rules(file, beside if beside.is_dir() else session.home.rules.parent / FOLDER)
    present = read_rules(session.home.rules)
    things = past(session, days)
    new, alerts = _hits(session, book, things, scorer)
    old, _ = _hits(session, present, things, scorer)
    data = TestedData(
        file=str(file),
        days=days,
        things=len(things),
        decided=sum(one.verdict != "undecided" for one in things),
        new=count(things, new),
        present=count(things, old),
        rules=tuple(
            TriedRule(
                name=rule.name,
                mode=rule.mode,
                do=rule.do,
                why=rule.why,
                new=count(things, new, rule.name),
                present=count(things, old, rule.name) if any(one.name == rule.name for one in present.rules) else None,
            )
            for rule in book.rules
        ),
        only_new=_differing(things, new, old),
        only_present=_differing(things, old, new),
    )
    return data, [*book.problems, *alerts]


def record_of(session: Session, book: RuleBook, scorer: Scorer | None = None) -> tuple[Sequence[Past], Hits]:
    """Everything that was ever decided, and what these rules hit of it."""
    things = past(session, None, decided_only=True)
    hits, _ = _hits(session, book, things, scorer)
    return things, hits


def count(things: Sequence[Past], hits: Mapping[int, tuple[str, ...]], rule: str | None = None) -> Count:
    """What all rules hit, or one of them."""
    verdicts = [things[place].verdict for place, names in hits.items() if rule is None or rule in names]
    removed, approved = verdicts.count("removed"), verdicts.count("approved")
    return Count(
        hits=len(verdicts),
        removed=removed,
        approved=approved,
        undecided=verdicts.count("undecided"),
        agreement=round(removed / (removed + approved), 4) if removed + approved else None,
    )


def _hits(
    session: Session, book: RuleBook, things: Iterable[Past], scorer: Scorer | None
) -> tuple[Hits, list[CmdayError]]:
    from cmday.steps.moderation.learning import scoring

    examiner, _ = examiner_for(session, book, scorer or scoring.on_others(session))
    hits: Hits = {}
    for place, one in enumerate(things):
        if names := tuple(hit.rule for hit in examiner.judge(one.thing).hits):
            hits[place] = names
    return hits, list(examiner.alerts.values())


def _differing(things: Sequence[Past], these: Hits, those: Hits) -> tuple[Differing, ...]:
    only = [place for place in these if place not in those]
    only.sort(key=lambda place: (things[place].verdict == "undecided", place))
    return tuple(
        Differing(
            case=things[place].case,
            author=things[place].thing.author or things[place].thing.author_handle,
            text=cut(" ".join(things[place].thing.text.split()), _EXCERPT),
            verdict=things[place].verdict,
            rules=these[place],
        )
        for place in only[:_MOST_DIFFERING]
    )
