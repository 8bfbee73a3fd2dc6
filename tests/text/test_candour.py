"""What an answer to somebody who is upset says, by its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.text import candour


@pytest.mark.parametrize(
    "text",
    ["Thank you for telling us.", "You're right.", "We are very sorry.", "Merci de l’avoir dit.", "Vous avez raison,"],
)
def test_who_was_heard_is_told_so(text: str) -> None:
    assert candour.acknowledges(text)


@pytest.mark.parametrize("text", ["Sorry if you were hurt.", "Désolé si cela vous a gêné.", "No comment.", "Bonjour."])
def test_an_apology_with_an_if_is_none(text: str) -> None:
    assert candour.acknowledges(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "We will call you.",
        "We are checking.",
        "Could you send us a picture?",
        "Nous vérifions la liste.",
        "On regarde.",
        "Je reviens vers vous.",
    ],
)
def test_the_next_step_is_found(text: str) -> None:
    assert candour.next_step(text)


@pytest.mark.parametrize("text", ["We are sorry.", "Nous sommes désolés.", "It will never change.", "Nous savons."])
def test_a_state_is_no_step(text: str) -> None:
    assert candour.next_step(text) is None


@pytest.mark.parametrize(
    "text", ["by 6 pm", "before noon", "at 11:30", "avant 11 h", "demain", "ce soir", "d’ici lundi"]
)
def test_a_moment_is_found(text: str) -> None:
    assert candour.says_when(text)


@pytest.mark.parametrize(
    "text",
    ["Calm down.", "You should have read it.", "C’est la faute du site.", "Vous auriez dû lire.", "You never listen."],
)
def test_blame_is_found(text: str) -> None:
    assert candour.blames(text)


@pytest.mark.parametrize(
    "text", ["It will never happen again.", "Plus jamais ça.", "We guarantee it.", "Je vous le promets"]
)
def test_a_promise_that_nobody_can_keep_is_found(text: str) -> None:
    assert candour.promises_too_much(text)


@pytest.mark.parametrize(
    "text", ["We cannot promise a seat.", "Nous ne pouvons pas garantir de place.", "We call you today."]
)
def test_to_say_that_one_cannot_promise_is_no_promise(text: str) -> None:
    assert candour.promises_too_much(text) is None


def test_the_promises_of_a_case_are_found_too() -> None:
    assert candour.promises_too_much("A larger room it is.", ["a larger room"]) == "a larger room"


def test_words_are_found_whole_or_as_beginnings() -> None:
    assert candour.said("On rembourse tout", ["rembours*"]) == "rembourse"
    assert candour.said("137 billets", ["37"]) is None
    assert candour.said("37 BILLETS", ["billets"]) == "billets"


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    for look in (candour.acknowledges, candour.next_step, candour.says_when, candour.blames, candour.speculates):
        found = look(text)
        assert found is None or found == found.strip()
