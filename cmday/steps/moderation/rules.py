"""Which rules an item fits, and why, in words for the moderator. Pure: settings and items in, causes out.

A regular expression that takes too long counts as not fitting, is not asked again in this run, and is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from cmday.core.items import Notification
from cmday.errors import CmdayError, ConfigError
from cmday.i18n import phrase
from cmday.storage.case_causes import Cause
from cmday.storage.case_rows import REPORT
from cmday.text.matching import WordList, find_domains
from cmday.text.plain import cut

if TYPE_CHECKING:
    from cmday.config.rules import Rule, When

REGEX_SECONDS: Final = 0.05
MOST_EVIDENCE: Final = 3
_EXCERPT: Final = 60
_NO_WORDS: Final = frozenset({"like", "share", "follow"})


class Examiner:
    """Rules ready to be asked. ``alerts`` says which of them could not be carried out whole."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._watches = [_Watch(rule, self) for rule in rules]
        self.alerts: dict[str, CmdayError] = {}

    def causes(self, one: Notification) -> list[Cause]:
        """Why an item is held: as a report, and by each rule it fits."""
        found = []
        if one.kind == "report":
            said = cut(one.text.strip(), _EXCERPT)
            found.append(Cause(REPORT, f"reported: {said}" if said else "reported"))
        if one.kind in _NO_WORDS:
            return found
        for watch in self._watches:
            evidence = watch.evidence(one)
            if evidence is not None:
                shown = f" ({', '.join(evidence[:MOST_EVIDENCE])})" if evidence else ""
                rule = watch.rule
                found.append(Cause(rule.name, f'rule "{rule.name}": {rule.why}{shown}', holds=rule.mode != "observe"))
        return found

    def too_slow(self, rule: Rule, pattern: str) -> None:
        self.alerts[rule.name] = ConfigError(
            phrase('rule "{rule}": the regular expression "{pattern}" takes too long', rule=rule.name, pattern=pattern),
            phrase("it counts as not fitting; write it without nested repeats"),
            "rules.toml",
        )


class _Watch:
    """One rule, its lists made ready. Cheap questions are asked first."""

    def __init__(self, rule: Rule, examiner: Examiner) -> None:
        when = rule.when
        self.rule = rule
        self.examiner = examiner
        self.words = WordList(when.word)
        self.not_words = WordList(when.not_word)
        self.regexes = _compiled(when.regex)
        self.not_regexes = _compiled(when.not_regex)

    def evidence(self, one: Notification) -> list[str] | None:
        """What in the item fits, None where the rule does not."""
        when = self.rule.when
        if not _about(when, one):
            return None
        found: list[str] = []
        if when.word:
            found += (there := self.words.find(one.text))
            if not there:
                return None
        if when.domain:
            found += (there := find_domains(one.text, when.domain))
            if not there:
                return None
        if when.regex:
            found += (there := self._search(self.regexes, one.text))
            if not there:
                return None
        return None if self._excused(when, one) else found

    def _excused(self, when: When, one: Notification) -> bool:
        return bool(
            (when.not_word and self.not_words.find(one.text))
            or (when.not_domain and find_domains(one.text, when.not_domain))
            or (when.not_regex and self._search(self.not_regexes, one.text))
        )

    def _search(self, patterns: dict[str, Any], text: str) -> list[str]:
        found = []
        for source, pattern in list(patterns.items()):
            try:
                hit = pattern.search(text, timeout=REGEX_SECONDS)
            except TimeoutError:
                del patterns[source]
                self.examiner.too_slow(self.rule, source)
                continue
            if hit:
                found.append(cut(" ".join(hit[0].split()), _EXCERPT) or source)
        return found


def _about(when: When, one: Notification) -> bool:
    """Whether kind, community and links of an item are what a rule asks for."""
    return (
        (not when.kind or one.kind in when.kind)
        and one.kind not in when.not_kind
        and (not when.community or one.community in when.community)
        and one.community not in when.not_community
        and (when.link is None or when.link == _has_link(one.text))
    )


def _has_link(text: str) -> bool:
    level = text.lower()
    return "http://" in level or "https://" in level


def _compiled(patterns: Iterable[str]) -> dict[str, Any]:
    if not patterns:
        return {}
    import regex

    return {pattern: regex.compile(pattern, regex.IGNORECASE) for pattern in patterns}
