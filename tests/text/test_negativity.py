"""What speaks against somebody, in both languages, and what does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.text.negativity import is_negative, praises, speaks_of_censorship, weight
from cmday.text.phrases import repeated


@pytest.mark.parametrize(
    "text",
    [
        "Billets vendus deux fois pour vendredi, et aucune réponse.",
        "C'est une honte !!",
        "Remboursez-nous, bande de voleurs",
        "INADMISSIBLE, PLUS JAMAIS",
        "Je suis très déçue, catastrophe",
        "J'en ai marre, toujours pas de réponse",
        "Merci, mais c'est scandaleux",
        "Mon commentaire a été supprimé, bravo la censure",
        "Still waiting for my refund, no answer.",
        "This is a scam",
        "I'm so disappointed, worst organisation ever",
        "Our tickets were sold twice, how dare you",
        "Stop lying to us",
        "😡😡",
    ],
)
def test_what_speaks_against(text: str) -> None:
    assert is_negative(text)
    assert not praises(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Merci pour la soirée !",
        "Les portes, vendredi, c'est 19 h ou 20 h ?",
        "Pas de problème, à vendredi",
        "Ce n'est pas une arnaque",
        "Je n'ai pas été déçu, super concert",
        "Bonjour, comment annuler mon inscription ?",
        "Quel dommage que je rate ça, à bientôt",
        "Il y a deux fois plus de monde cette année",
        "La problématique des volets roulants",
        "No problem at all, thanks",
        "How do I cancel my order?",
        "I have a problem with my ticket, can you help?",
        "great show, never seen anything like it",
    ],
)
def test_what_does_not(text: str) -> None:
    assert not is_negative(text)


def test_shouting_adds_to_what_is_there_and_is_nothing_alone() -> None:
    assert weight("QUEL BUG POUR LES BILLETS") > weight("Quel bug pour les billets")
    assert weight("RENDEZ-VOUS VENDREDI À VINGT HEURES !!") == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Vous censurez tout", True),
        ("They deleted my comment", True),
        ("Pourquoi mon message est supprimé ?", True),
        ("I deleted my account", False),
        ("Un message pour vous", False),
    ],
)
def test_who_speaks_of_censorship(text: str, said: bool) -> None:
    assert speaks_of_censorship(text) is said


def test_praise() -> None:
    assert praises("Bravo à toute l'équipe")
    assert not praises("Pas content")


@given(st.text(max_size=300))
def test_any_text_is_weighed(text: str) -> None:
    assert weight(text) >= 0
    assert not (praises(text) and is_negative(text))


def test_phrases_that_many_repeat_are_counted_once_a_text() -> None:
    texts = [
        "Billets vendus deux fois ! Vendus deux fois, oui",
        "mes billets vendus deux fois",
        "Ils ont vendu... vendus deux fois.",
        "remboursement s'il vous plaît",
        "Remboursement !",
        "Remboursement maintenant",
        "rien à voir",
    ]
    found = {one.text: one.count for one in repeated(texts, 3)}
    assert found["vendus deux fois"] == 3
    assert found["remboursement"] == 3


def test_a_phrase_is_shown_as_it_is_written_and_begins_with_no_small_word() -> None:
    found = repeated(["C'est l'équipe d'accueil"] * 4 + ["l'équipe d'accueil"], 1)
    assert [(one.text, one.count) for one in found] == [("équipe d'accueil", 5)]


@given(st.lists(st.text(max_size=60), max_size=12), st.integers(1, 4))
def test_no_phrase_stands_in_more_texts_than_there_are(texts: list[str], most: int) -> None:
    found = repeated(texts, most, least=1)
    assert len(found) <= most
    assert all(1 <= one.count <= len(texts) for one in found)
