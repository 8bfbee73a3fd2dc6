"""Every key of a rule, its ``not_``, what nobody tells, and which of all rules wins."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.config.measures import Measure
from cmday.config.rule_deeds import strictest
from cmday.config.rules import RuleBook, parse_rules
from cmday.core.cases import CaseReport, QueueEntry
from cmday.core.items import Notification
from cmday.core.things import Likeness, Thing
from cmday.core.time import parse_instant
from cmday.steps.moderation.rules.judging import Examiner, Judgement
from cmday.steps.moderation.rules.literals import level_of, needed
from cmday.steps.moderation.rules.patterns import REGEX_SECONDS, Patterns, surely_quick_up_to
from cmday.steps.moderation.rules.things import of_entry, of_notification
from tests.conftest import NOW

AT = parse_instant(NOW)
THING = Thing(
    id="nox:1",
    text="Bonjour ! Voyez https://bit.ly/x @ana @bob",
    network="mastodon",
    community="bem",
    author="Promo Tix",
    author_handle="promo_tix_33@m.example",
    kind="mention",
    at=AT,
    joined=AT - timedelta(days=2),
    score=-4,
    roles=("Guest",),
    reports=3,
    edited=True,
    top_level=False,
    labels=("spam",),
)
NOBODY_TELLS = msgspec.structs.replace(
    THING, kind=None, joined=None, score=None, roles=(), labels=(), top_level=None, text="ok", community=None
)


def book(*lines: str) -> RuleBook:
    found = parse_rules("\n".join(lines), Path("rules.toml"))
    assert found.problems == (), [one.message.english for one in found.problems]
    return found


def rule(when: str, **more: Any) -> RuleBook:
    rest = "".join(f", {key} = {value}" for key, value in ({"why": '"x"'} | more).items())
    return book("[rule]", f"r = {{ when = {{ {when} }}{rest} }}")


def judge(found: RuleBook, thing: Thing, **more: Any) -> Judgement:
    return Examiner(found.rules, roles=found.roles, **more).judge(thing)


def fits(when: str, thing: Thing = THING, **more: Any) -> bool:
    return bool(judge(rule(when), thing, **more).hits)


KEYS = [
    ('kind = ["mention"]', 'kind = ["reply"]'),
    ('community = ["bem", "sss"]', 'community = "sss"'),
    ("top_level = false", "top_level = true"),
    ("edited = true", "edited = false"),
    ("link = true", "link = false"),
    ('label = ["SPAM"]', 'label = "tone"'),
    ('role = ["guest"]', 'role = ["member"]'),
    ('age = "<7d"', 'age = "<1d"'),
    ('age = "1d..3d"', 'age = "3d..9d"'),
    ('score = "<0"', "score = 0"),
    ("reports = 3", 'reports = ">3"'),
    ('reports = "=3"', 'reports = ["=2", "=4"]'),
    ('length = ">=40"', 'length = "<40"'),
    ('word = "VOYEZ"', 'word = ["voye"]'),
    ('domain = ["t.co", "bit.ly"]', 'domain = "t.co"'),
    ('domain = "@shorteners"', 'domain = "ly.example"'),
    ('url = "bit.ly/*"', 'url = "bit.ly/y"'),
    ('name = "promo*"', 'name = "rom"'),
    ('starts = "bonjour  !"', 'starts = "voyez"'),
    ('ends = ["@Bob"]', 'ends = "@ana"'),
    ("mentions = 2", "mentions = 3"),
    ('caps = "<0.2"', "caps = 0.8"),
    ("regex = ['V[o0]y']", "regex = ['(?-i:voyez)']"),
    ("mixed_script_link = false", "mixed_script_link = true"),
]


@pytest.mark.parametrize(("holds", "does_not"), KEYS)
def test_a_key_and_its_opposite(holds: str, does_not: str) -> None:
    assert fits(holds)
    assert not fits(does_not)
    # Beside a key that holds: alone, a rule would ask for nothing.
    assert not fits(f"length = 1, not_{holds}") if not holds.startswith("length") else True
    assert fits(f"edited = true, not_{does_not}") if not does_not.startswith("edited") else True


def test_keys_are_and_and_lists_are_or() -> None:
    assert fits('word = ["nothing", "voyez"], link = true, age = "<7d"')
    assert not fits('word = "voyez", link = false')


@pytest.mark.parametrize("key", ['age = "<7d"', "score = 1", 'kind = "reply"', "top_level = true", 'lang = "fr"'])
def test_what_nobody_tells_holds_neither_way(key: str) -> None:
    assert not fits(key, NOBODY_TELLS)
    assert not fits(f"length = 1, not_{key}", NOBODY_TELLS)


def test_who_has_no_role_that_is_known_has_none() -> None:
    assert not fits('role = "member"', NOBODY_TELLS)
    assert fits('length = 1, not_role = "member"', NOBODY_TELLS)
    given_here = book(
        "[roles]", 'member = ["@Promo_Tix_33@m.example"]', "[rule]", 'r = { when = { role = "Member" }, why = "x" }'
    )
    assert judge(given_here, NOBODY_TELLS).hits


def test_lists_by_name(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "ours.txt").write_text("# a comment\nvoyez\n\nautre chose\n", encoding="utf-8")
    text = '[words]\nhere = ["bonjour"]\n[rule]\nr = { when = { word = ["@ours"], starts = "@here" }, why = "x" }\n'
    found = parse_rules(text, tmp_path / "rules.toml", tmp_path / "words")
    assert found.problems == ()
    assert judge(found, THING).hits[0].evidence == ("voyez", "bonjour")
    (missing,) = parse_rules(text.replace("@ours", "@theirs"), tmp_path / "rules.toml", tmp_path / "words").problems
    assert "words/theirs.txt is missing" in missing.message.english


def test_repeats_are_counted_over_what_the_author_said() -> None:
    said = ["voyez https://bit.ly/x bonjour @ana @bob", "autre chose", "bonjour voyez https://bit.ly/x ana bob !"]
    asked = []

    def recent(thing: Thing, span: timedelta) -> list[str]:
        asked.append((thing.id, span))
        return said

    assert fits('repeat = ">=3 in 10m"', recent=recent)
    assert not fits('repeat = ">=4 in 10m"', recent=recent)
    assert asked[0] == ("nox:1", timedelta(minutes=10))
    assert not fits('repeat = ">=1 in 10m"')
    assert not fits('repeat = ">=1 in 10m"', msgspec.structs.replace(THING, at=None), recent=recent)


def test_spam_asks_the_scorer_and_counts_in_the_reason() -> None:
    def scorer(_: Thing) -> Likeness | None:
        return Likeness(probability=0.97, refused=61, because=("'free followers'",))

    (hit,) = judge(rule('spam = ">=0.95"', why='"like {n} you refused"'), THING, scorer=scorer).hits
    assert hit.reason == "rule \"r\": like 61 you refused (0.97, 'free followers')"
    assert not fits('spam = ">=0.98"', scorer=scorer)
    assert not fits('spam = ">=0.1"', scorer=lambda _: None)
    assert not fits('length = 1, not_spam = ">=0.1"')


def test_all_rules_are_asked_and_the_strictest_wins() -> None:
    found = book(
        "[rule]",
        'a = { when = { link = true }, do = ["label:links", "hold"], why = "x" }',
        'b = { when = { age = "<7d" }, do = ["mute:3d", "reply:hello"], why = "x" }',
        'c = { when = { edited = true }, do = ["ban"], why = "x", mode = "observe" }',
    )
    judged = judge(found, THING)
    assert [hit.rule for hit in judged.hits] == ["a", "b", "c"]
    assert judged.strictest == "mute:3d"
    assert strictest(["ban:7d", "ban", "ban:30d", "remove"]) == "ban"
    assert strictest([]) is None


def test_by_the_text_alone_a_rule_never_punishes() -> None:
    text = '[rule]\nr = { when = { word = "voyez", not_role = "member" }, do = ["hold", "remove"], why = "x", mode = "act" }'
    found = parse_rules(text, Path("rules.toml"))
    assert "the text alone" in found.problems[0].message.english
    (hit,) = judge(found, THING, promoted={"r": AT}).hits
    assert (hit.mode, hit.automatic, hit.proposed) == ("suggest", (), ("hold", "remove"))
    with_fact = rule('word = "voyez", age = "<7d"', do='["hold", "remove"]', mode='"act"')
    assert judge(with_fact, THING).hits[0].automatic == ()  # it was not promoted
    (hit,) = judge(with_fact, THING, promoted={"r": AT}).hits
    assert (hit.mode, hit.automatic) == ("act", ("hold", "remove"))
    (hit,) = judge(with_fact, THING, promoted={"r": AT + timedelta(seconds=1)}).hits
    assert (hit.mode, hit.automatic) == ("act", ())  # said before the rule was promoted


def test_what_is_only_spoken_of_is_queued_and_nothing_is_done_about_it() -> None:
    found = rule('word = ["idiot"]', do='["hold", "label:tone"]', mode='"act"')
    about = msgspec.structs.replace(THING, text="Please, “idiot” is an insult")
    at = msgspec.structs.replace(THING, text="You idiot")
    everyone = {"r": AT}
    (hit,) = judge(found, about, promoted=everyone).hits
    assert (hit.spoken_of, hit.proposed, hit.automatic) == (True, (), ())
    assert "at most queued" in hit.reason
    assert judge(found, at, promoted=everyone).hits[0].automatic == ("hold", "label:tone")
    by_expression = rule("regex = ['idiots?']", mode='"act"')
    assert judge(by_expression, about, promoted=everyone).hits[0].spoken_of
    assert not judge(by_expression, at, promoted=everyone).hits[0].spoken_of


def test_a_quoted_offer_with_a_link_is_still_an_offer() -> None:
    offer = msgspec.structs.replace(THING, text="“free followers” https://x.example/y")
    assert not judge(rule('word = "free followers", link = true'), offer).hits[0].spoken_of


def test_a_slow_expression_costs_its_rule_for_the_run_and_is_told() -> None:
    found = book(
        "[rule]",
        "slow = { when = { regex = ['^(a|aa|b)+$'] }, why = \"x\" }",
        "excused = { when = { length = 1, not_regex = ['^(c|cc|d)+$'] }, why = \"x\" }",
        'other = { when = { word = "aaa" }, why = "x" }',
    )
    examiner = Examiner(found.rules)
    hostile = msgspec.structs.replace(THING, text="a" * 5_000 + "! aaa")
    assert [hit.rule for hit in examiner.judge(hostile).hits] == ["excused", "other"]
    assert list(examiner.alerts) == ["slow"]
    assert examiner.judge(msgspec.structs.replace(THING, text="aab")).hits[0].rule == "excused"
    examiner.judge(msgspec.structs.replace(THING, text="c" * 5_000 + "!"))
    assert not examiner.judge(THING).hits


def test_searches_that_are_each_a_little_too_slow_are_given_up_together() -> None:
    patterns = Patterns()
    patterns.add([r"(x+x+)+y"])
    text = "x" * 16
    for _ in range(2_000):
        patterns.search(0, text, text)
        if patterns.too_slow:
            break
    assert sum(patterns._spent) <= 2 + REGEX_SECONDS


PIECES = st.sampled_from(
    [
        "spam",
        "cheap",
        "s?",
        "(?:free|cheap)",
        "x*",
        "y+",
        "[ab]",
        r"\d",
        " ",
        "|",
        "foo.bar",
        "a{2,3}",
        "é",
        "(no)?",
        "^",
        "$",
    ]
)


@given(st.lists(PIECES, max_size=5), st.text("spamchefroxybdINİıKſß0 .é", max_size=12), st.integers(0, 5))
def test_what_an_expression_needs_stands_in_what_it_finds(pieces: list[str], text: str, place: int) -> None:
    import regex

    source = "".join(pieces)
    patterns = Patterns()
    patterns.add([source])
    words = [*text.split(), *(piece for piece in pieces if piece.isalpha())]
    said = " ".join(words[place:] + words[:place])
    level = level_of(said)
    assert (patterns.search(0, said, level) is not None) == (regex.search(source, said, regex.IGNORECASE) is not None)


def test_pieces_that_are_needed() -> None:
    assert needed(r"(?:crypto|bit) now\.") == (" now.",)
    assert needed("abc|bcde+") == ("abc", "bcde")
    assert needed(r"\d\d|[a-z]\d+") == ("\0d", "\0d")
    assert needed(r"[0-9]{2} ?%") == ("%",)
    assert needed(r"\d+ (?:usd|eur)") == ("\0d",)
    for source in ("a?|bcd", "(?x) a b c", "a*", "[abc]+", r"\w\b", "(?i:abc)", "é", "a{0}"):
        assert needed(source) == (), source


@given(st.floats(-100, 100), st.floats(-100, 100), st.floats(-100, 100))
def test_a_measure_holds_between_its_bounds(least: float, most: float, number: float) -> None:
    assert Measure(written="", least=least, most=most).holds(number) == (least <= number <= most)
    assert Measure(written="", least=least, above=True).holds(number) == (number > least)


def test_what_is_known_of_items_and_entries() -> None:
    item = Notification(
        id="nox:7", account="nox", network="mastodon", community="bem", kind="mention", author="A", author_handle="@a",
        text="t", url=None, at=AT, thread="5", subject="7", edited=AT,
    )  # fmt: skip
    thing = of_notification(item, ("vip",))
    assert (thing.top_level, thing.edited, thing.labels, thing.joined) == (False, True, ("vip",), None)
    report = CaseReport(id="1", by="b", by_handle="@b", reason="spam", at=AT)
    entry = QueueEntry(
        subject="7", author="A", author_handle="@a", author_id=None, text="t", url=None, at=AT, reports=(report, report),
        thread="7", joined=AT - timedelta(days=1), labels=("spam",),
    )  # fmt: skip
    thing = of_entry(entry, "nox", "mastodon", None)
    assert (thing.id, thing.reports, thing.top_level, thing.labels) == ("nox:7", 2, True, ("spam",))
    assert fits('age = "<2d", reports = 2', thing)


@pytest.mark.parametrize("source", [r"\X+\W", r"\p{L}+x", "(?:a|b)+", r"(a)\1+", "(a+)+b"])
def test_what_may_be_slow_is_timed_wherever_it_stands(source: str) -> None:
    assert surely_quick_up_to(source) == 0
