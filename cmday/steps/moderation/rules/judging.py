"""Which rules a thing fits, why, and what they propose. Pure: settings and things in, hits out.

Every rule is asked; of all that is proposed the strictest wins. A regular expression that takes too long counts as not
fitting, its rule is not asked again in this run, and that is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from cmday.config.rule_deeds import HARMLESS, name_of, strictest
from cmday.core.cases import RuleMode
from cmday.core.things import Recent, Scorer, Thing
from cmday.errors import CmdayError, ConfigError
from cmday.i18n import phrase
from cmday.steps.moderation.rules.checks import Answer, Check, Lists, Seen, check_for
from cmday.steps.moderation.rules.look import Look
from cmday.steps.moderation.rules.patterns import Patterns

if TYPE_CHECKING:
    from cmday.config.rule_keys import Condition
    from cmday.config.rules import Rule

MOST_EVIDENCE: Final = 3
_WORDS: Final = frozenset({"word", "regex"})
# Who objects to an insult quotes it; who sells something may quote as well, and there is more to see than words.
_MORE_THAN_WORDS: Final = frozenset({"link", "domain", "url", "mixed_script_link", "repeat", "spam"})
SPOKEN_OF: Final = "quoted, denied or named: at most queued"


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One rule that a thing fits: ``why`` with its numbers filled in, and what it was seen by.

    ``proposed`` is what a person may confirm, ``automatic`` what the rule does by itself. Words that are only
    ``spoken_of`` (quoted, denied, named, said of oneself) propose nothing.
    """

    rule: str
    why: str
    mode: RuleMode
    evidence: tuple[str, ...]
    proposed: tuple[str, ...]
    automatic: tuple[str, ...] = ()
    spoken_of: bool = False

    @property
    def reason(self) -> str:
        """The reason as a case shows it, in English."""
        shown = [*self.evidence[:MOST_EVIDENCE], *([SPOKEN_OF] if self.spoken_of else ())]
        return f'rule "{self.rule}": {self.why}' + (f" ({', '.join(shown)})" if shown else "")


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """All rules that a thing fits. ``strictest`` is of what those propose that do more than observe."""

    hits: tuple[Hit, ...] = ()

    @property
    def strictest(self) -> str | None:
        return strictest(deed for hit in self.hits if hit.mode != "observe" for deed in hit.proposed)


NOTHING: Final = Judgement()


class Examiner:
    """Rules ready to be asked. ``alerts`` says which of them could not be carried out whole.

    ``promoted`` has the rules that may act by themselves, on what was said from then on; any other of mode ``act``
    only suggests. ``recent`` is
    asked for what an author said before, ``scorer`` how much a thing is like those that were refused.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        *,
        roles: Mapping[str, tuple[str, ...]] | None = None,
        recent: Recent | None = None,
        scorer: Scorer | None = None,
        promoted: Mapping[str, datetime] | None = None,
        now: datetime | None = None,
    ) -> None:
        self._lists = Lists()
        self._patterns = Patterns()
        self._watches = [Watch(rule, place, self._lists, self._patterns) for place, rule in enumerate(rules)]
        self._roles = roles or {}
        self._recent = recent
        self._scorer = scorer
        self._promoted = promoted or {}
        self._now = now
        # A rule that wants a word is asked only where one of its words stands.
        self._by_list: dict[int, Watch] = {watch.list: watch for watch in self._watches if watch.list is not None}
        self._always = [watch for watch in self._watches if watch.list is None]

    @property
    def alerts(self) -> dict[str, CmdayError]:
        """What went wrong with a rule, by its name."""
        return {
            watch.rule.name: _too_slow(watch.rule.name, pattern)
            for watch in self._watches
            for number, pattern in self._patterns.too_slow.items()
            if number in watch.patterns
        }

    def judge(self, thing: Thing) -> Judgement:
        """All rules that a thing fits, in the order of the file."""
        look = self.look(thing)
        asked = self._always
        if self._by_list:
            _, found = look.found(self._lists.texts)
            asked = asked + [self._by_list[number] for number in found if number in self._by_list]
        hits = [(watch.place, self._hit(watch, look, seen)) for watch in asked if (seen := watch.ask(look)) is not None]
        return Judgement(hits=tuple(hit for _, hit in sorted(hits, key=lambda hit: hit[0])))

    def look(self, thing: Thing) -> Look:
        return Look(thing, self._now, roles=self._roles, recent=self._recent, scorer=self._scorer)

    def answers(self, thing: Thing) -> list[tuple[Rule, list[tuple[Condition, Answer]], Hit | None]]:
        """Every rule with what each of its keys answers, and the hit where all of them hold."""
        look = self.look(thing)
        told = []
        for watch in self._watches:
            seen = watch.ask(look)
            told.append((watch.rule, watch.answers(look), None if seen is None else self._hit(watch, look, seen)))
        return told

    def _hit(self, watch: Watch, look: Look, seen: Seen) -> Hit:
        rule = watch.rule
        why = rule.why
        if "{n}" in why:
            why = why.replace("{n}", str(look.likeness.refused if look.likeness else 0))
        proposed = () if seen.spoken_of else rule.do
        acts = rule.mode == "act" and rule.name in self._promoted
        now = acts and look.thing.at is not None and look.thing.at >= self._promoted[rule.name]
        return Hit(
            rule=rule.name,
            why=why,
            mode="suggest" if rule.mode == "act" and not acts else rule.mode,
            evidence=seen.evidence,
            proposed=proposed,
            automatic=tuple(deed for deed in proposed if may_do(rule, deed)) if now else (),
            spoken_of=seen.spoken_of,
        )


class Watch:
    """One rule, its lists made ready. What is cheap to answer is asked first."""

    def __init__(self, rule: Rule, place: int, lists: Lists, patterns: Patterns) -> None:
        self.rule = rule
        self.place = place
        self.list: int | None = None
        first = len(patterns)
        self._checks: list[tuple[Condition, Check]] = []
        for one in rule.when:
            if one.key == "word" and not one.negated:
                self.list = lists.texts.count
            self._checks.append((one, check_for(one, lists, patterns)))
        self.patterns = range(first, len(patterns))
        self._given_up = patterns.too_slow
        self._known_given_up = 0
        self._is_given_up = False
        self._by_words_only = not any(one.key in _MORE_THAN_WORDS and not one.negated for one in rule.when)

    def ask(self, look: Look) -> Seen | None:
        """What a thing that the rule fits was seen by; None where a key does not hold or nobody tells."""
        if self._given_up and self._gave_up():
            return None
        evidence: list[str] = []
        spoken_of = []
        for one, check in self._checks:
            answer = check(look)
            if not isinstance(answer, Seen):
                return None
            evidence += answer.evidence
            if one.key in _WORDS and not one.negated:
                spoken_of.append(answer.spoken_of)
        if self._given_up and self._gave_up():
            return None
        return Seen(tuple(evidence), self._by_words_only and bool(spoken_of) and all(spoken_of))

    def _gave_up(self) -> bool:
        """Whether an expression of this rule took too long in this run."""
        if len(self._given_up) != self._known_given_up:
            self._known_given_up = len(self._given_up)
            self._is_given_up = any(number in self._given_up for number in self.patterns)
        return self._is_given_up

    def answers(self, look: Look) -> list[tuple[Condition, Answer]]:
        """What each key answers."""
        return [(one, check(look)) for one, check in self._checks]


def may_do(rule: Rule, deed: str) -> bool:
    """Whether a rule may do that by itself: by the text alone it holds, labels and queues.

    Who says the same again and again may be answered, too.
    """
    name = name_of(deed)
    repeats = name == "reply" and any(one.key == "repeat" and not one.negated for one in rule.when)
    return not rule.by_text_alone or name in HARMLESS or repeats


def _too_slow(rule: str, pattern: str) -> CmdayError:
    return ConfigError(
        phrase('rule "{rule}": the regular expression "{pattern}" takes too long', rule=rule, pattern=pattern),
        phrase("it counts as not fitting; write it without nested repeats"),
        "rules.toml",
    )
