"""What one answered to a like question is found by its words, without any model."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cmday.guide.precedents import closest, telling
from cmday.storage.answers import Answer

START = datetime(2026, 10, 1, tzinfo=UTC)


def answer(question: str, text: str, *, days: int = 0, community: str | None = "sss") -> Answer:
    return Answer(text=text, at=START + timedelta(days=days), to="samir_k", question=question, community=community)


DOORS = answer("À quelle heure ouvrent les portes vendredi ?", "Portes à 19 h 30, premier set à 20 h. À vendredi !")
CARD = answer(
    "Ma carte d'ancienne a expiré, comment la renouveler ?", "Bonjour, écrivez au secrétariat.", community="bem"
)
REFUND = answer("Peut-on se faire rembourser un billet ?", "Oui, jusqu'à la veille.", days=3)
ALL = [DOORS, CARD, REFUND]


def test_the_like_question_is_found_whatever_its_accents_and_plurals() -> None:
    assert closest("Les portes, vendredi, c'est 19 h ou 20 h ? Sur l'affiche c'est 19.", ALL, "sss") is DOORS
    assert closest("la PORTE ouvre a quelle heure vendredi", ALL, "sss") is DOORS
    assert closest("Ma carte expire jeudi, qui la renouvelle ?", ALL, "bem") is not DOORS
    assert closest("mon billet : on peut me le rembourser ?", ALL, "sss") is REFUND


def test_what_has_nothing_in_common_finds_nothing() -> None:
    assert closest("Merci pour la soirée, c'était très bien.", ALL, "sss") is None
    assert closest("Bonjour, est-ce que vous êtes là ?", ALL, "sss") is None
    assert closest("", ALL, "sss") is None
    assert closest("Les portes ?", [], "sss") is None


def test_one_word_of_many_is_no_likeness() -> None:
    assert closest("Vendredi je chante avec la chorale du quartier au marché couvert", ALL, "sss") is None


def test_the_own_community_comes_first_and_of_equals_the_newest() -> None:
    old, new = answer(DOORS.question, "vieux"), answer(DOORS.question, "neuf", days=9)
    other = answer(DOORS.question, "ailleurs", days=20, community="cap")
    found = closest(DOORS.question, [old, other, new], "sss")
    assert found is not None
    assert found.text == "neuf"


def test_words_that_tell_nothing_are_left_out() -> None:
    assert telling("Bonjour, est-ce que vous avez les portes à 19 h ?") == {"porte", "19"}


@given(st.text(max_size=300), st.lists(st.text(max_size=100), max_size=5))
def test_any_text_is_taken(question: str, others: list[str]) -> None:
    found = closest(question, [answer(other, other) for other in others], None)
    assert found is None or telling(question)
