"""What an entry is worth, and to whom: people, sites, own names, languages, habits; every point with its reason."""

from __future__ import annotations

import pytest

from cmday.core.communities import Community
from cmday.core.feeds import Entry
from cmday.steps.news.habits import Habits, habits_of
from cmday.steps.news.relevance import MOST, Relevance, source_points, sources_point

BEM = Community(
    short="bem",
    title="BEM",
    names=("BEM Talents",),
    keywords=("mentoring", "alumni"),
    people=("Ada Martin",),
    domains=("region.example",),
    languages=("fr", "en"),
    muted=("football",),
)
SSS = Community(short="sss", title="S", keywords=("electro",), languages=("fr",))


def entry(title: str, summary: str = "", *, url: str | None = None, language: str | None = None) -> Entry:
    return Entry(identity=title, guid=None, title=title, url=url, summary=summary, language=language)


@pytest.mark.parametrize(
    ("given", "whose", "why"),
    [
        (entry("Mentoring works"), ("bem",), ('+3 "mentoring" in title',)),
        (entry("News", "of mentoring"), ("bem",), ('+1 "mentoring" in text',)),
        (entry("Ada Martin speaks"), ("bem",), ('+3 person "Ada Martin" in title',)),
        (entry("A speech", "by ada martin"), ("bem",), ('+2 person "Ada Martin" in text',)),
        (entry("BEM Talents in the press"), ("bem",), ('+6 own name "BEM Talents" in title',)),
        (entry("A call", url="https://www.region.example/call"), ("bem",), ("+2 of or about region.example",)),
        (entry("A call", "see https://region.example/x"), ("bem",), ("+2 of or about region.example",)),
        (
            entry("Electro night", language="en"),
            ("sss",),
            ('+3 "electro" in title', "-2 in en, which sss does not read"),
        ),
        (entry("Weather"), (), ()),
    ],
)
def test_every_point_says_what_for(given: Entry, whose: tuple[str, ...], why: tuple[str, ...]) -> None:
    verdict = Relevance([BEM, SSS]).judge(given, ())
    assert (verdict.communities, verdict.why) == (whose, why)
    assert verdict.score == sum(float(line.split()[0]) for line in why)


def test_a_mention_of_an_own_name_is_known_and_muted_words_hide() -> None:
    relevance = Relevance([BEM, SSS])
    assert relevance.judge(entry("BEM talents honoured"), ()).own == ("bem",)
    assert relevance.judge(entry("BEM talents at football"), ("bem",)).hidden
    assert relevance.judge(entry("Football"), ()).communities == ("sss",)


def test_words_are_worth_no_more_than_so_much() -> None:
    verdict = Relevance([BEM]).judge(entry("BEM Talents: Ada Martin, alumni, mentoring"), ())
    assert verdict.score == MOST
    assert verdict.why[-1] == f"-{6 + 3 * 3 - MOST:g} no more than {MOST:g} for words"


def test_what_was_passed_on_speaks_for_a_feed_and_what_was_refused_often_against_it() -> None:
    habits = habits_of({("bem", "a"): 3, ("sss", "a"): 1}, {"b": 3, "c": 2})
    relevance = Relevance([BEM, SSS], habits)
    assert relevance.judge(entry("Weather"), ("bem",), "a").why == ("+2 bem was sent stories of this feed before",)
    assert relevance.judge(entry("Weather"), ("sss",), "a").score == 1
    assert relevance.judge(entry("Weather"), ("bem",), "b").why == ("-1 stories of this feed were not wanted",)
    assert relevance.judge(entry("Weather"), ("bem",), "c") == Relevance([BEM, SSS], Habits()).judge(
        entry("Weather"), ("bem",), "c"
    )


def test_sources_count_and_no_more_for_ten_than_for_five() -> None:
    assert [source_points(n) for n in (0, 1, 2, 3, 5, 10)] == [0, 0, 1, 2, 4, 4]
    assert sources_point(3).said.english == "+2 three sources"
