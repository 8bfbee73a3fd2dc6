"""Words and domains, found as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.text.matching import WordList, find_domains, fold, hosts, words


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("dégage", "DEGAGE !"),
        ("degage", "De\u0301gage-toi"),
        ("cœur", "de tout coeur"),
        ("spam", "sp\u200ba\u00adm"),
        ("spam", "ｓｐａｍ"),
        ("paypal", "рaypаl"),  # Cyrillic р and а
        ("l'arnaque", "c’est L’ARNAQUE"),
        ("arnaque", "une arnaque."),
        ("buy now", "Buy\n  NOW!"),
        ("spam*", "spammers"),
        ("strasse", "STRAßE"),
        ("йод", "ЙОД"),
        ("και", "ΚΑΊ"),
        ("馬鹿", "お前は馬鹿か"),
        ("🖕", "ok 🖕🏽"),
        ("हिन्दी", "यह हिन्दी है"),
        ("50", "à -50 % ici"),
    ],
)
def test_a_word_is_found_however_it_is_dressed(word: str, text: str) -> None:
    assert WordList([word]).find(text) == [word]


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("con", "Le conçu, le content et l'icône"),
        ("con", "conc\u0327u"),
        ("spam", "spammer"),
        ("мои", "мой"),
        ("buy now", "buy it now"),
        ("mp", "imp"),
        ("", "anything"),
        ("hi", "это hiя"),
    ],
)
def test_a_word_is_not_found_inside_another(word: str, text: str) -> None:
    assert WordList([word]).find(text) == []


def test_words_are_found_once_each_in_order() -> None:
    assert WordList(["two", "one", "four"]).find("One, two, one") == ["one", "two"]


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert words(fold(text)) == words(text)


@given(st.text(st.characters(whitelist_categories=["Ll", "Lu"], max_codepoint=0x24F), min_size=1, max_size=12))
def test_every_latin_word_finds_itself_in_capitals(word: str) -> None:
    assert WordList([word.lower()]).find(f"see: {word.lower().upper()}, there")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://good.example@evil.example/x", ["evil.example"]),
        ("bit.ly/abc, WWW.Exa\u200bmple.org.", ["bit.ly", "www.example.org"]),
        ("write to me@mail.example", []),
        ("https://café.example/", ["xn--caf-dma.example"]),
        ("https://[broken", []),
        ("（例え。jp）", ["xn--r8jz45g.jp"]),
    ],
)
def test_hosts_of_a_text(text: str, found: list[str]) -> None:
    assert hosts(text) == found


def test_a_domain_finds_itself_and_what_is_below_it() -> None:
    assert find_domains("go to https://www.bit.ly/1", ["bit.ly", "t.co"]) == ["bit.ly"]
    assert find_domains("go to notbit.ly", ["bit.ly"]) == []
    assert find_domains("http://xn--caf-dma.example", ["café.example"]) == ["café.example"]


def test_long_hostile_texts_cost_no_more_than_their_length() -> None:
    for unit in ("б", "é", "a.", "aб", "https://", "\u0301"):
        text = unit * (200_000 // len(unit))
        assert WordList(["zzz"]).find(text) == []
        assert hosts(text[:20_000]) is not None
