"""Questions in two languages, by their signs and by their turns of phrase."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.text.questions import asks


@pytest.mark.parametrize(
    "text",
    [
        "Les portes, vendredi, c'est 19 h ou 20 h ?",
        "Merci pour la soirée ! Il existe un mentorat ?",
        "Bonjour, savez-vous si le tarif étudiant vaut le week-end",
        "Quelqu'un sait où se garer",
        "est-ce que le concert est complet",
        "Est-ce complet",
        "@bem pouvez-vous me renvoyer le lien",
        "J’aimerais savoir si c’est ouvert",
        "Y a-t-il un vestiaire",
        "combien coûte l'entrée",
        "Qu'est-ce qui se passe",
        "C'est à quelle heure déjà",
        "Merci !\nEt à quelle heure est-ce que ça finit",
        "(c'est bien à 20 h ?)",
        "Really?!",
        "what time do doors open",
        "Hi! Can you resend the invoice",
        "Any idea when tickets go on sale",
        "is there a cloakroom",
        "How late is the bar open",
        "Great show. Does anyone know the second band",
        "何時から？ 分かりますか？",
        "متى يبدأ الحفل؟",
        "https://x.example/a?b=1 is this the right link?",
    ],
)
def test_questions(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Merci pour la soirée !",
        "Rendez-vous vendredi à 20 h",
        "Inscrivez-vous vite",
        "Dites-nous tout",
        "Quand je suis arrivé, c'était fermé",
        "Ou alors demain",
        "Comme c'est beau",
        "OK pour 22 h.",
        "When I saw the concert, I cried.",
        "I know what you did. It was fun",
        "Could not be better",
        "https://x.example/?a=1 super",
        "> tu viens ?\nOui !",
        "???",
        "Bravo :)",
    ],
)
def test_no_questions(text: str) -> None:
    assert not asks(text)


@given(st.text(max_size=400))
def test_any_text_can_be_asked_about(text: str) -> None:
    assert asks(f"{text} word ?") or ">" in text or "http" in text.lower() or "www" in text.lower()


@pytest.mark.parametrize("piece", ["a-", "bonjour ", "?", "x ", "quel ", "is the ", ")", "@a ", "http://", "\n> "])
def test_long_texts_of_one_piece_are_read_to_the_end(piece: str) -> None:
    assert asks(piece * 1000 + " where is it?") in (True, False)
