"""rules.toml: what holds an item for a moderator's decision. All mistakes are told at once; one costs its rule only.

Within a key any value will do; every key that a rule holds must fit. ``not_word`` and its like must not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from cmday.config import values as v
from cmday.config.rule_deeds import PUNISHING, deeds, name_of
from cmday.config.rule_keys import FACTS, Condition, read_conditions
from cmday.config.tables import Source, Table
from cmday.config.toml_file import parse_toml, read_file
from cmday.config.word_lists import FOLDER, WordLists
from cmday.core.cases import RuleMode
from cmday.errors import ConfigError
from cmday.i18n import phrase

MODES: Final[tuple[RuleMode, ...]] = ("observe", "suggest", "act")


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule. ``why`` is the person's own reason, shown with every case.

    ``observe`` counts what fits and holds nothing; ``suggest`` (usual) opens a case and proposes what to ``do``;
    ``act`` does it, where the rule was promoted to that.
    """

    name: str
    when: tuple[Condition, ...]
    why: str
    do: tuple[str, ...] = ("hold",)
    mode: RuleMode = "suggest"

    @property
    def by_text_alone(self) -> bool:
        """Whether no key asks for what others or the network say of the author; an exception (``not_``) is no fact."""
        return not any(one.key in FACTS and not one.negated for one in self.when)


class RuleBook(msgspec.Struct, frozen=True):
    """The rules that can be used, in the order of the file, and what is wrong with the others.

    ``roles`` has the handles of those to whom rules.toml itself gives a role, in lower case, with their roles.
    """

    rules: tuple[Rule, ...] = ()
    problems: tuple[ConfigError, ...] = ()
    roles: dict[str, tuple[str, ...]] = {}


def read_rules(file: Path, words: Path | None = None) -> RuleBook:
    """The rules of a file; none where there is no file. Never raises for what stands in it.

    ``words`` is the folder of word lists; the one beside the file where it is not given.
    """
    try:
        content = read_file(file) or ""
        return parse_rules(content, file, words or file.parent / FOLDER)
    except ConfigError as error:
        error.subject = file.name
        return RuleBook(problems=(error,))


def parse_rules(content: str, file: Path, words: Path | None = None) -> RuleBook:
    """The rules in a text; raises ``ConfigError`` where it is no TOML at all."""
    source = Source(file, content)
    top = Table(source, "", parse_toml(content, file), "")
    lists = WordLists(words, _lists(top, "words"))
    roles: dict[str, tuple[str, ...]] = {}
    for role, handles in _lists(top, "roles").items():
        for handle in handles:
            key = handle.lower().lstrip("@")
            roles[key] = (*roles.get(key, ()), role)
    rules = []
    for name, table in top.each("rule"):
        before = len(source.mistakes)
        rule = _rule(name, table, lists)
        if len(source.mistakes) == before:
            rules.append(_within_bounds(rule, table))
    top.finish()
    for mistake in source.mistakes:
        mistake.subject = file.name
    return RuleBook(tuple(rules), tuple(source.mistakes), roles)


def _lists(top: Table, key: str) -> dict[str, tuple[str, ...]]:
    """The lists of a table like ``[words]``."""
    table = top.table(key)
    if table is None:
        return {}
    found = {name: table.take(name, v.texts, ()) for name in list(table.left)}
    return {name: words for name, words in found.items() if words}


def _rule(name: str, table: Table, lists: WordLists) -> Rule:
    condition = table.table("when")
    when: tuple[Condition, ...] = ()
    if condition is None:
        table.wrong("when", phrase("is missing"), phrase("write when = {example}", example='{ word = ["..."] }'))
    else:
        when = read_conditions(condition, lists)
    rule = Rule(
        name=name,
        when=when,
        why=table.require("why", v.text, ""),
        do=table.take("do", deeds, ("hold",)),
        mode=table.take("mode", v.one_of(MODES), "suggest"),
    )
    table.finish()
    return rule


def _within_bounds(rule: Rule, table: Table) -> Rule:
    """The rule as it may work: by text alone it never punishes; it then watches on and only suggests."""
    harsh = [one for one in rule.do if name_of(one) in PUNISHING]
    if rule.mode != "act" or not harsh or not rule.by_text_alone:
        return rule
    table.wrong(
        "mode",
        phrase('may not be "act" with {deeds} by the text alone; the rule only suggests', deeds=", ".join(harsh)),
        phrase('write mode = "suggest", or ask for one of {facts} too', facts=", ".join(sorted(FACTS))),
    )
    return msgspec.structs.replace(rule, mode="suggest")
