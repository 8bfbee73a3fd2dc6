"""What is said of a text before it leaves: its length, its language, its typography, its tone, its spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.text.filling import fill, unfilled
from cmday.text.formality import form_of_address
from cmday.text.language import guess
from cmday.text.length import length
from cmday.text.masking import prose, put_back, set_aside
from cmday.text.spelling import unknown_words
from cmday.text.tone import remarks
from cmday.text.typography import NARROW, NO_BREAK, mend, slips

# What people type, dense in all that the rules look at.
TYPED = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *("« ", "»", '"', "'", "’", "...", "…", "!", "?", ";", ":", " ", NO_BREAK, NARROW, "\n", "\U000f0001"),
                *("https://a.fr/x?y=1!", "@bem@x.fr", "#concert", ":)", "19:30", "10 000", "5%", "20 h 30", "{author}"),
            ]
        ),
        st.text(max_size=6),
    ),
    max_size=25,
).map("".join)


@given(TYPED)
def test_setting_aside_and_putting_back_loses_nothing(text: str) -> None:
    masked, parts = set_aside(text)
    assert put_back(masked, parts) == text


@given(TYPED)
def test_mended_text_has_no_slips_left(text: str) -> None:
    once = mend(text)
    assert slips(once) == []
    assert mend(once) == once


@given(TYPED)
def test_mending_touches_spaces_and_signs_only(text: str) -> None:
    def words(text: str) -> list[str]:
        return [char for char in text if char.isalnum()]

    assert words(mend(text)) == words(text)


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("Bien vu, merci!", f"Bien vu, merci{NARROW}!"),
        ("Vendredi ; à 20 h 30 ?", f"Vendredi{NARROW}; à 20{NO_BREAK}h{NO_BREAK}30{NARROW}?"),
        ("Portes : 19:30", f"Portes{NO_BREAK}: 19:30"),
        ("«oui» ou « non »", f"«{NO_BREAK}oui{NO_BREAK}» ou «{NO_BREAK}non{NO_BREAK}»"),
        ('Il dit "à vendredi".', f"Il dit «{NO_BREAK}à vendredi{NO_BREAK}»."),
        ("l'affiche d'@bem@x.fr...", "l’affiche d’@bem@x.fr…"),
        ("1 200 000 places, 5%, 10 €", f"1{NARROW}200{NARROW}000 places, 5{NO_BREAK}%, 10{NO_BREAK}€"),
    ],
)
def test_french_typography(typed: str, right: str) -> None:
    assert mend(typed) == right
    assert slips(typed)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/a?b=c:d;e!f",
        "Quoi\u202f?! (?) Bravo\u202f!!!",
        "À 19:30 :) :merci: ;-) <3",
        "06 12 34 56 78",
        f"Aujourd’hui{NO_BREAK}! Demain{NO_BREAK}?",
        "",
    ],
)
def test_typography_leaves_alone_what_is_right_or_no_prose(text: str) -> None:
    assert slips(text) == []
    assert mend(text) == text


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", 0),
        ("bonjour", 7),
        ("e\u0301te\u0301", 3),
        ("👨‍👩‍👧‍👦🇫🇷👍🏽", 3),
        ("voir https://example.org/a/very/long/address?with=much#more.", 5 + 23 + 1),
        ("@dj_nox@mastodon.social oui", len("@dj_nox oui")),
        ("écrire à bem@example.org", len("écrire à bem@example.org")),
    ],
)
def test_length_as_mastodon_counts(text: str, counted: int) -> None:
    assert length(text, link_length=23, short_handles=True) == counted


def test_length_of_a_network_that_counts_all_as_it_stands() -> None:
    assert length("@a@b.social https://example.org") == 31


@given(st.text(max_size=60))
def test_length_never_exceeds_the_code_points_without_links(text: str) -> None:
    assert length(text) <= len(text) * 3  # NFC may take a character apart, never into more than three


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Portes à 19 h 30, on corrige l’affiche et le site ce matin.", "fr"),
        ("Doors open at half past seven, we are going to fix the poster.", "en"),
        ("Merci !", None),
        ("#the @and https://is.the/of", None),
        ("OK 22h", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert guess(text) == language


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Bonjour, les portes ouvrent à 19 h 30.", []),
        ("C'EST HONTEUX, CETTE SOIRÉE", ["capitals"]),
        ("BEM et RSVP, c'est noté pour la SNCF", []),
        ("You always forget to read.", ["reproach"]),
        ("You are always welcome, you never know.", []),
        ("Vous oubliez toujours de lire.", ["reproach"]),
        ("Vous ne répondez jamais.", ["reproach"]),
        ("Vous êtes toujours les bienvenus, vous pouvez toujours venir.", []),
        ("Désolée si vous l'avez mal pris.", ["empty-apology"]),
        ("We are sorry if you felt offended.", ["empty-apology"]),
        ("We are sorry, we were wrong.", []),
        ("Comme je vous l'ai déjà dit, non.", ["impatience"]),
        ("Merci !!!", ["exclamation"]),
        ("Merci ! Super ! Bravo ! À vendredi !", ["exclamation"]),
    ],
)
def test_tone(text: str, kinds: list[str]) -> None:
    assert [one.kind for one in remarks(text)] == kinds


_WORDS = "bonjour les portes ouvrent à le concert grand week end aujourd'hui demain affiche est de"
KNOWN = frozenset(_WORDS.split())


def test_spelling_names_what_no_dictionary_knows() -> None:
    text = "Bonjour, les protes ouvrent à demain. Conceert ! L’affichhe est grand-week-end, aujourd’hui."
    assert unknown_words(text, KNOWN.__contains__) == ["protes", "Conceert", "L’affichhe"]


def test_spelling_passes_over_names_links_tags_and_acronyms() -> None:
    text = (
        "Bonjour Thibault, le #conceert de @djnoxx@x.social est à https://protes.fr, RSVP iPhone {author} 👋 :smilee:"
    )
    assert unknown_words(text, KNOWN.__contains__) == []
    assert unknown_words("Élodie, bonjour", KNOWN.__contains__) == ["Élodie"]
    assert unknown_words("Élodie, bonjour", KNOWN.__contains__, ["Élodie Marchand"]) == []


@given(TYPED)
def test_spelling_reports_words_of_the_text_only(text: str) -> None:
    for word in unknown_words(text, lambda _: False):
        assert word in prose(text)


def test_filling() -> None:
    text = fill("Bonjour {author}, {link} {event} {x-y}", {"author": "{link}", "event": ""})
    assert text == "Bonjour {link}, {link} {event} {x-y}"
    assert unfilled(text) == ["link", "event"]


@pytest.mark.parametrize(
    ("text", "form"),
    [("Tu viens ?", "tu"), ("Pouvez-vous me dire ?", "vous"), ("Merci !", None), ("T'as ton billet ?", "tu")],
)
def test_form_of_address(text: str, form: str | None) -> None:
    assert form_of_address(text) == form


@pytest.mark.parametrize("piece", ["a", "a.", "-", "1", "a-", "a@", "@", ".", "a.b@"])
def test_no_text_is_tried_from_each_of_its_letters(piece: str) -> None:
    """Anybody may write such a text, and everything that is answered is looked through; this would take minutes."""
    assert len(prose(piece * 60_000)) <= len(piece) * 60_000
