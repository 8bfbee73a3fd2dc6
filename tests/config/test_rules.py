"""rules.toml: every mistake at once, and one costs its rule only."""

from __future__ import annotations

from pathlib import Path

import pytest

from cmday.config.rules import parse_rules, read_rules
from cmday.errors import ConfigError

FILE = Path("rules.toml")


def test_a_rule_in_full() -> None:
    (rule,) = parse_rules(
        """
        [rule]
        spam = { when = { word = ["promo*"], not_domain = "ours.example", link = true }, do = ["hold", "warn"],
                 why = "Sells tickets", mode = "act" }
        """.replace("\n                 ", " "),
        FILE,
    ).rules
    assert (rule.name, rule.do, rule.why, rule.mode) == ("spam", ("hold", "warn"), "Sells tickets", "act")
    assert {one.name: one.wanted for one in rule.when} == {
        "word": ("promo*",),
        "not_domain": ("ours.example",),
        "link": True,
    }


def test_a_rule_may_be_a_table_of_its_own() -> None:
    (rule,) = parse_rules('[rule.tone]\nwhy = "x"\n[rule.tone.when]\nword = ["y"]\n', FILE).rules
    assert (rule.name, rule.do, rule.mode) == ("tone", ("hold",), "suggest")


def test_all_mistakes_come_at_once_and_the_good_rule_stays() -> None:
    book = parse_rules(
        """
        [rule]
        good = { when = { word = ["x"] }, why = "y" }
        a = { when = { wrod = ["x"] }, why = "y" }
        b = { when = { word = ["x"] } }
        c = { when = { regex = ["("] }, why = "y" }
        d = { when = { word = ["x"] }, why = "y", mode = "sometimes", do = ["explode"] }
        e = { why = "y" }
        f = { when = {}, why = "y" }
        g = { when = { not_word = ["x"] }, why = "y" }
        h = { when = { kind = ["menton"] }, why = "y", wyh = "z" }
        i = 3
        [rules]
        """,
        FILE,
    )
    assert [rule.name for rule in book.rules] == ["good"]
    told = "\n".join(f"{one.message.english} | {one.hint and one.hint.english}" for one in book.problems)
    for expected in (
        '[rule.a.when] wrod: unknown key | did you mean "word"?',
        "[rule.b] why: is missing",
        '[rule.c.when] regex: must be regular expressions, and "(" is none',
        "[rule.d] mode: must be one of",
        "[rule.d] do: must be a list of",
        "[rule.e] when: is missing",
        "[rule.f.when]: must ask for something",
        "[rule.g.when]: must ask for something",
        "[rule.h.when] kind: must be a list of",
        '[rule.h] wyh: unknown key | did you mean "why"?',
        "[rule.i]: must be a table",
        'rules: unknown key | did you mean "rule"?',
    ):
        assert expected in told, told


def test_no_toml_is_one_problem(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text("[rule\n")
    book = read_rules(file)
    assert book.rules == ()
    assert "rules.toml:1 is not valid TOML" in book.problems[0].message.english
    with pytest.raises(ConfigError):
        parse_rules("[rule\n", file)


def test_without_a_file_there_are_no_rules(tmp_path: Path) -> None:
    assert read_rules(tmp_path / "rules.toml").rules == ()


def test_the_starter_file_is_right_with_its_examples_switched_on() -> None:
    text = (Path(__file__).parents[2] / "cmday/starter/rules.toml").read_text(encoding="utf-8")
    assert parse_rules(text, FILE) == parse_rules("", FILE)
    head, _, rules = text.partition("[rule]\n")
    assert head
    switched_on = "[rule]\n" + "".join(f"{line.removeprefix('# ')}\n" for line in rules.splitlines())
    book = parse_rules(switched_on, FILE)
    assert book.problems == ()
    assert len(book.rules) == len(rules.splitlines())
