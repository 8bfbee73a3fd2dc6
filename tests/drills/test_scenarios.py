"""The scenarios: those that come with cmday hold together, and the mistakes of one's own are named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cmday.config.paths import Home
from cmday.drills import library
from cmday.drills.checks import judge
from cmday.drills.reading import read_scenario
from cmday.drills.scenario import Scenario
from cmday.errors import ConfigErrors
from tests.conftest import Cmday

LANGUAGES = ("en", "fr")
NAMES = ("leak", "raid", "tickets")
NOWHERE = Home(settings=Path("/nonexistent"), data=Path("/nonexistent"), config=Path("/nonexistent/config.toml"))


def ours(name: str, language: str) -> Scenario:
    return library.scenario(NOWHERE, name, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_come_with_it(language: str) -> None:
    assert library.names(NOWHERE, language) == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_tell_the_same_story(name: str) -> None:
    one, other = (ours(name, language) for language in LANGUAGES)
    shape = [(each.at, each.who.key, each.role, each.fair, each.trouble, each.held, each.asks) for each in one.messages]
    assert shape == [
        (each.at, each.who.key, each.role, each.fair, each.trouble, each.held, each.asks) for each in other.messages
    ]
    assert (one.start, one.length, one.goals) == (other.start, other.length, other.goals)
    assert not {each.text for each in one.messages} & {each.text for each in other.messages}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_called_good_meets_its_own_checklist(name: str, language: str) -> None:
    for one in library.sittings_of(ours(name, language)):
        failed = [check for check in judge(one.good, one.asks, one.facts, one.promises) if not check.passed]
        assert failed == [], one.key
        assert len(one.good) <= 500, one.key


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answers_of_the_single_messages_meet_theirs(language: str) -> None:
    for one in library.sittings(language):
        failed = [check for check in judge(one.good, one.asks, one.facts, one.promises) if not check.passed]
        assert failed == [], one.key


@pytest.mark.parametrize("name", NAMES)
def test_each_tempts_to_take_away_what_is_to_stay(name: str) -> None:
    reported = {one.role for one in ours(name, "en").messages if one.reports and one.fair == "keep"}
    assert {"criticism", "counter-speech"} <= reported


SMALL = """
title = "Small"
language = "en"
brief = "It is small."
start = 2026-11-02T09:50:00+01:00
length = "30m"
client = "Marc"
[community]
name = "sss"
[good]
detect = "a"
reply = "b"
moderation = "c"
client = "d"
[people]
tom = { name = "Tom" }
[[messages]]
at = "1m"
who = "tom"
role = "criticism"
trouble = true
text = "A shame."
"""


def mistakes(content: str) -> list[str]:
    with pytest.raises(ConfigErrors) as found:
        read_scenario(content, Path("small.toml"), "small")
    return [f"{one.message.english} | {one.hint.english if one.hint else ''}" for one in found.value.mistakes]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('who = "tom"', 'who = "tmo"', 'messages 1] who: nobody is called "tmo" | did you mean "tom"?'),
        ('role = "criticism"', 'role = "angry"', 'role: must be one of "criticism"'),
        ('at = "1m"', 'at = "soon"', 'at: must be a length like "12m"'),
        ('at = "1m"', 'at = "31m"', "at: lies behind the end"),
        ("trouble = true", "trouble = false", "messages: none of them is the trouble"),
        ('text = "A shame."', 'txt = "A shame."', 'txt: unknown key | did you mean "text"?'),
        ('client = "Marc"\n', "", "client: is missing"),
        ("[good]", "[goood]", "good: is missing"),
        ('title = "Small"', 'title = ""', "title: must be text that is not empty"),
        (
            'text = "A shame."',
            'text = "A shame."\nreported = ["spam"]',
            'reported: must be a list like ["Samir: spam"]',
        ),
        ('text = "A shame."', 'text = "A shame."\nasks = ["kind"]', "asks: must be a list of"),
        ('length = "30m"', 'length = "30m"\nmessages = 3', "not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_its_place(old: str, new: str, said: str) -> None:
    assert old in SMALL
    content = SMALL.replace(old, new)
    if said == "not valid TOML":
        with pytest.raises(Exception, match=said):
            read_scenario(content, Path("small.toml"), "small")
    else:
        assert any(said in one for one in mistakes(content)), mistakes(content)


def test_all_mistakes_come_at_once() -> None:
    broken = SMALL.replace('who = "tom"', 'who = "tmo"').replace('at = "1m"', 'at = "soon"')
    assert len(mistakes(broken)) == 2


def test_one_of_ones_own_is_listed_played_and_comes_before_ours(cmday: Cmday, home: Path) -> None:
    (home / "drills").mkdir()
    (home / "drills/storm.toml").write_text(SMALL)
    (home / "drills/raid.fr.toml").write_text(SMALL.replace("Small", "Mine"))
    rows: list[dict[str, Any]] = cmday("drill", "--json").json["data"]["scenarios"]
    assert {one["name"]: (one["title"], one["own"]) for one in rows} == {
        "leak": ("A leaked draft", False),
        "raid": ("Mine", True),
        "tickets": ("Tickets sold twice", False),
        "storm": ("Small", True),
    }
    assert cmday("drill", "start", "storm", "--step").code == 0
    assert cmday("drill", "next", "--json").json["data"]["new"][0]["text"] == "A shame."


def test_a_mistake_in_ones_own_is_told_by_the_command(cmday: Cmday, home: Path) -> None:
    (home / "drills").mkdir()
    (home / "drills/storm.toml").write_text(SMALL.replace('who = "tom"', 'who = "tmo"'))
    told = cmday("drill", "start", "storm")
    assert told.code == 2
    assert "storm.toml" in told.err
    assert 'nobody is called "tmo"' in told.err
