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


@pytest.mark.parametrize(
    "text",
    [
        "Vous ouvrez à quelle heure vendredi",
        "ça commence quand",
        "C'est combien l'entrée",
        "il reste des places pour samedi",
        "Il reste encore des billets",
        "possible de venir avec un chien",
        "Possible d'avoir le programme en PDF",
        "je voulais savoir si le parking est ouvert",
        "j'aimerais savoir quand ouvre la billetterie",
        "auriez-vous le lien",
        "une idée de l'heure de fin",
        "des nouvelles du concours",
        "Comment on fait pour adhérer",
        "où on achète les billets",
        "tu sais si c'est ouvert dimanche",
        "vous savez si on peut payer sur place",
        "est ce qu'il faut réserver",
        "Bonjour, pourquoi mon message a été supprimé",
        "Pourriez vous me renvoyer le lien",
        "Peut on entrer avec une poussette",
        "y a t il un vestiaire",
        "Je ne trouve pas où m'inscrire",
        "je n'arrive pas à m'inscrire, comment faire",
        "Faut-il réserver",
        "faut il réserver",
        "Serait-il possible de décaler",
        "Ce serait possible d'avoir une facture",
        "Quel est le tarif",
        "c'est à quelle adresse",
        "Dites-moi si c'est complet",
        "merci de me dire si le bar est ouvert",
        "Qui contacter pour un partenariat",
        "Avez vous reçu mon mail",
        "À qui dois-je m'adresser",
        "A partir de quel âge",
        "savoir si vous livrez",
        "Petite question : le train de 23 h existe encore",
        "can someone send me the link",
        "could you resend the invoice",
        "Any chance you could move it to Saturday",
        "do we need to book",
        "is it possible to come with a dog",
        "what about the afterparty",
        "how about Saturday",
        "what's the address",
        "where's the entrance",
        "when's the next one",
        "how come my post was removed",
        "I can't find where to sign up",
        "let me know if there are seats left",
        "please tell me when doors open",
        "may I bring a friend",
        "am I on the list",
        "will there be a livestream",
        "would it be ok to bring kids",
        "who do I contact for a partnership",
        "has the deadline been moved",
        "are tickets still available",
        "is parking free",
        "does the ticket include a drink",
        "Quick question, is the bar cash only",
        "Not sure if I need to register",
        "anyone else going by train",
        "how do I sign up",
        "how to sign up",
        "can I pay by card",
        "could we get an extra table",
        "is anyone driving from Lyon",
        "what time tomorrow",
        "which entrance tomorrow",
    ],
)
def test_questions_without_a_mark(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "Merci de votre réponse",
        "On peut dire que c'était réussi",
        "Il reste que le son était faible",
        "Je sais où c'est",
        "Il ne reste plus rien, dommage",
        "C'est combien de bonheur, cette soirée !",
        "Je ne trouve pas les mots",
        "Possible que je vienne",
        "Quel concert !",
        "Quelle soirée hier soir",
        "Comme quoi tout arrive",
        "How lovely was that",
        "What a night",
        "What a great line-up this year",
        "I know how to sign up",
        "That is how we do it",
        "Let me know",
        "Tell me about it",
        "Can't wait for Friday",
        "Will be there",
        "Is great",
        "May was wonderful",
        "Where there is smoke there is fire",
        "Whatever you do, it was great",
        "Could have been better",
        "Had a wonderful time",
        "Who cares",
        "Anyone can see that it was great",
        "Je voulais vous remercier",
        "J'aimerais revenir",
        "Une idée géniale",
        "Des nouvelles photos sont en ligne",
        "Possible",
        "Dites-moi tout",
        "Rendez-vous samedi",
        "Quand même",
        "Pourquoi pas",
        "Où que vous soyez, bravo",
        "Vous savez recevoir",
        "Tu sais quoi, c'était super",
        "Peut-être",
        "À quelle vitesse tout passe",
        "On se voit vendredi",
        "Y a pas photo",
        "Savoir-faire impeccable",
        "Is what it is",
    ],
)
def test_words_that_look_like_a_question(text: str) -> None:
    assert not asks(text)


@given(st.text(max_size=400))
def test_any_text_can_be_asked_about(text: str) -> None:
    assert asks(f"{text} word ?") or ">" in text or "http" in text.lower() or "www" in text.lower()


@pytest.mark.parametrize("piece", ["a-", "bonjour ", "?", "x ", "quel ", "is the ", ")", "@a ", "http://", "\n> "])
def test_long_texts_of_one_piece_are_read_to_the_end(piece: str) -> None:
    assert asks(piece * 1000 + " where is it?") in (True, False)
