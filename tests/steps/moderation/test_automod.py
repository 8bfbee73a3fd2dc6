"""AutoModerator's rules in our words: what is said, what is lost, and that no file breaks it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cmday.config.rules import parse_rules
from cmday.steps.moderation.rules.automod import translate
from cmday.steps.moderation.rules.automod_reading import read_documents
from cmday.steps.moderation.rules.importing import import_rules
from tests.conftest import Cmday

AUTOMOD = r"""
---
# new and selling
type: submission
title+body (includes): ["free followers", "cheap"]
~domain: [example.org]
author:
    account_age: "< 3 days"
    comment_karma: "< 10"
    satisfy_any_threshold: true
action: filter
action_reason: "New account"
modmail: "hello"
---
body: [idiot, 'shut up']
reports: 2
action: report
comment: |
    Stay polite
set_locked: true
moderators_exempt: false
---
title (starts-with, case-sensitive): "WTS"
type: comment
is_edited: true
body_longer_than: 500
author:
    name: [bob]
    is_contributor: false
    account_age: "< 2 months"
action: spam
---
standard: image hosting sites
action: approve
---
body (regex): ['a(b|c']
action: remove
"""


def test_automoderator_is_translated_and_what_is_lost_is_named(tmp_path: Path, cmday: Cmday, home: Path) -> None:
    file = tmp_path / "automod.yaml"
    file.write_text(AUTOMOD)
    told = cmday("moderate", "rules", "import", str(file), "--json")
    data = told.json["data"]
    rules = {rule.name: rule for rule in parse_rules(data["toml"], Path("rules.toml")).rules}
    assert list(rules) == data["rules"] == ["new_account", "new_account_2", "automod_2", "automod_3"]
    assert {rule.mode for rule in rules.values()} == {"observe"}
    asked = {name: {one.name for one in rule.when} for name, rule in rules.items()}
    assert asked["new_account"] == {"top_level", "regex", "not_domain", "not_role", "age"}
    assert asked["new_account_2"] == {"top_level", "regex", "not_domain", "not_role", "score"}
    assert asked["automod_2"] == {"word", "reports"}
    assert asked["automod_3"] == {"regex", "top_level", "edited", "length", "name", "not_role", "age"}
    assert rules["automod_2"].do == ("queue", "lock")
    assert rules["automod_3"].do == ("remove",)
    lost = " | ".join(one["what"] for one in data["lost"])
    for expected in ("modmail", "a comment needs a template", "Reddit's own lists", '"approve"', "missing )"):
        assert expected in lost
    assert "# line 4: modmail" in data["toml"]
    out = tmp_path / "out.toml"
    assert cmday("moderate", "rules", "import", str(file), "--output", str(out)).code == 0
    assert out.read_text() == data["toml"]
    assert cmday("moderate", "rules", "import", str(file), "--output", str(out)).code == 2


def test_broken_and_hostile_yaml_is_told(tmp_path: Path) -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
    )
    for text in (
        "body: [1, 2\naction: x",
        bomb,
        "[" * 500,  # deeper than may be recursed
        "- a\n- b",
        "? [a]\n: b",
        "a: !!python/object:os.system x\n&",
        f"body: &a {'x' * 100_000}\n" + "action: *a\n" * 5_000,
    ):
        file = tmp_path / "hostile.yaml"
        file.write_text(f"body: fine\naction: remove\n---\n{text}\n")
        data, problems = import_rules(file)
        assert data.rules == ("automod_1",)
        assert "hostile.yaml:" in problems[0].message.english


def test_a_file_grows_no_more_than_its_rules(tmp_path: Path) -> None:
    """Neither one rule for each of a thousand figures, with all that is lost each time, nor words that hide others."""
    figures = "".join(f"  comment_karma: '< {n}'\n" for n in range(1_000))
    file = tmp_path / "grows.yaml"
    file.write_text(
        'body: "safe\\u202eefas"\nunknown: x\nauthor:\n  satisfy_any_threshold: true\n' + figures, encoding="utf-8"
    )
    data, _ = import_rules(file)
    assert len(data.rules) == len(set(data.rules)) == 20
    assert sum(one.what.startswith("unknown") for one in data.lost) == 1
    assert "\u202e" not in data.toml
    assert parse_rules(data.toml, file).rules[0].when[-1].wanted == ("safe\u202eefas",)


VALUES = st.recursive(
    st.text("abc:'\"\\[]{}#\n-é", max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["type", "body", "title (regex)", "~domain", "author", "action", "reports", "x", "url+body", "name"]
)


@settings(max_examples=50)
@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=4), max_size=3))
def test_any_documents_become_rules_that_can_be_read(documents: list[Any]) -> None:
    import yaml

    found, problems = read_documents(yaml.safe_dump_all(documents, allow_unicode=True), "x")
    assert problems == []
    for one in translate(found):
        assert one.name
        assert one.do


@given(st.text(max_size=60))
def test_any_text_is_read_or_told(text: str) -> None:
    _, problems = read_documents(text, "x")
    assert len(problems) <= 1
