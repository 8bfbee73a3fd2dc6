"""Words found behind their disguises, and innocents left alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.text.counter_speech import is_spoken_of
from cmday.text.disguise import Reading
from cmday.text.hosts import SHORTENERS, disguised_hosts, links, looks_like_another
from cmday.text.languages import language_of
from cmday.text.word_index import WordIndex

LIST = ("shit", "fuck", "ass", "idiot", "spam", "free followers", "connard", "promo*", "con", "salope", "viagra", "🖕")


def found(text: str, *wanted: str) -> set[str]:
    index = WordIndex()
    number = index.add(wanted or LIST)
    return {one.wanted for one in index.find(Reading(text)).get(number, ())}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("sh1t", "shit"),
        ("5h1t!", "shit"),
        ("$hit", "shit"),
        ("sh!t", "shit"),
        ("a$$", "ass"),
        ("1d10t", "idiot"),
        ("v!agra, v1agra", "viagra"),
        ("fr33 f0ll0w3rs", "free followers"),
        ("pr0m0tions", "promo*"),
        ("you f u c k er", "fuck"),
        ("f.u.c.k", "fuck"),
        ("f_u_c_k", "fuck"),
        ("s  p  a  m", "spam"),
        ("5 p 4 m", "spam"),
        ("a s s !", "ass"),
        ("s p a m & 50", "spam"),
        ("f r e e   f o l l o w e r s", "free followers"),
        ("free_followers", "free followers"),
        ("co-nnard", "connard"),
        ("fuuuuck you", "fuck"),
        ("salooope", "salope"),
        ("f.u.u.u.c.k", "fuck"),
        ("f*ck", "fuck"),
        ("f**k", "fuck"),
        ("fu\u200bck", "fuck"),
        ("s\u00adh\u2060it", "shit"),
        ("fu\u3164ck", "fuck"),
        ("f\u0336u\u0336c\u0336k\u0336", "fuck"),
        ("𝓯𝓾𝓬𝓴 ⓕⓤⓒⓚ", "fuck"),
        ("🅵🆄🅲🅺", "fuck"),
        ("ꜰᴜᴄᴋ", "fuck"),
        ("ѕрam", "spam"),
        ("this is ѕраm, all in Cyrillic look-alikes", "spam"),
        ("fück", "fuck"),
        ("🖕🏽", "🖕"),
    ],
)
def test_a_disguised_word_is_found(text: str, word: str) -> None:
    assert found(text) == {word}


@pytest.mark.parametrize(
    "text",
    [
        "Scunthorpe, assess the class, a cockpit and Sussex",
        "le conçu, l'icône, le content, la façon",
        "the A55 at 10h30, the 50s, 1er mai, 2e étage",
        "1 2 3 4 5, 2*3*4, 12.50, 3/4",
        "U.S.A. and e.g. and a/b/c and A, B, C",
        "il y a d'un côté, l'un à l'autre",
        "push-it, as-salam, class-action",
        "loose and lose, coon, boss",
        "https://bit.ly/5h1t http://x.example/f.u.c.k",
        "@ss@social.example",
        "мой сор, йод, конь, Ко́нь",
        "Это спам? Нет, это чай.",
        "p a s s and A S S E S S",
        "Ñoño, Łódź, Straße, smørrebrød",
        "c'est un mp3 en 4x4, h2o",
        "",
        "🙂",
    ],
)
def test_an_innocent_is_left_alone(text: str) -> None:
    assert found(text) == set()


def test_letters_twice_are_no_disguise() -> None:
    assert found("the rapper rapped", "raper", "raped") == set()
    assert found("rapppper", "raper") == {"raper"}


@given(
    st.sampled_from([word for word in LIST if word.isalpha() and len(word) > 3]),
    st.sampled_from(["\u200b", "\u2060", "\u00ad", "\u0336", "\ufe0f"]),
    st.sampled_from(["", ".", " ", "-", "_"]),
)
def test_marks_and_signs_between_letters_hide_nothing(word: str, mark: str, sign: str) -> None:
    dressed = sign.join(letter + mark for letter in word)
    assert word in found(f"well: {dressed}, there")


@given(st.text(max_size=80))
def test_every_text_is_read(text: str) -> None:
    reading = Reading(text)
    assert len(reading.places) == len(reading.words)
    assert all(0 <= place < max(1, len(reading.words)) for place in reading.veiled)
    assert all(0 <= first < last <= len(reading.words) for first, last, _, _ in reading.joined)


@given(st.text(st.characters(codec="ascii", categories=["Ll"]), min_size=4, max_size=9), st.text(max_size=30))
def test_a_plain_word_is_found_whatever_stands_beside_it(word: str, rest: str) -> None:
    assert word in found(f"{word} . {rest}", word)


@given(st.lists(st.sampled_from(["а", "б", "в", "е", "и", "й", "к", "ё", " ", "с", "о", "р"]), max_size=40))
def test_cyrillic_alone_is_no_disguise(letters: list[str]) -> None:
    assert found("".join(letters), "cop", "pope", "bab", "kook", "ass") == set()


def test_a_long_hostile_text_costs_no_more_than_its_length() -> None:
    for unit in ("a.", "a ", "1a", "a*", "aaa ", "@", "a-b ", "а ", "$s", "f*ck ", '"', "not ", "l e "):
        began = time.process_time()
        reading = Reading(unit * (200_000 // len(unit)))
        index = WordIndex()
        hits = index.find(reading) if index.add(LIST) == 0 else {}
        is_spoken_of(reading, hits.get(0, ()))
        assert time.process_time() - began < 5, unit


@pytest.mark.parametrize(
    "text",
    [
        "He called me an idiot",
        "“idiot” is an insult",
        "idiot is not ok here",
        "please don't call people idiots",
        "you're not an idiot",
        "> you idiot\nplease stop that",
        "Il m'a traité de connard",
        "le mot connard est une insulte",
        "ne dites pas connard",
        "connard est une insulte",
        "as an idiot myself I agree",
    ],
)
def test_an_insult_spoken_of(text: str) -> None:
    assert spoken_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "you idiot",
        "You're not an idiot, you are a total idiot",
        "I am not joking. idiot!",
        "espèce de connard",
        "pas mal, connard",
        "don't be an idiot",
        "what an idiot",
        "t'es un connard",
        "nothing at all",
    ],
)
def test_an_insult_used(text: str) -> None:
    assert not spoken_of(text)


def spoken_of(text: str) -> bool:
    index, reading = WordIndex(), Reading(text)
    number = index.add(["idiot", "idiots", "connard"])
    return is_spoken_of(reading, index.find(reading).get(number, ()))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("C'est une très bonne nouvelle pour nous", "fr"),
        ("This is the best of all", "en"),
        ("Hola, gracias por todo, es muy bueno", "es"),
        ("Das ist nicht gut für mich", "de"),
        ("Привет, как дела", "ru"),
        ("Привіт, як справи", "uk"),
        ("これは何ですか", "ja"),
        ("ok 👍", None),
        ("https://the.example/of/the/and", None),
        ("", None),
    ],
)
def test_the_language_of_a_text(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_links_and_hosts_that_look_like_others() -> None:
    assert links("see bit.ly/x, (www.a.example) https://x.example/y. end.Start e.g. 12.30") == [
        "www.a.example",
        "https://x.example/y",
        "bit.ly/x",
    ]
    for honest in ("café.example", "例え.example", "日本語ab.example", "пример.example", "münchen.example"):
        assert not looks_like_another(honest), honest
    for liar in ("pаypal.example", "xn--pypal-4ve.example", "сосо.example", "аррӏе.example"):
        assert looks_like_another(liar), liar
    assert disguised_hosts("go to https://xn--pypal-4ve.example/login") == ["pаypal.example"]
    assert "bit.ly" in SHORTENERS
