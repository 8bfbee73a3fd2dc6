"""Texts made to fit, and links that lead nowhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.core.pictures import kind_of
from cmday.text.links import broken_links
from cmday.text.shortening import shortened

SENTENCES = st.lists(
    st.sampled_from(["Bonjour", " ", ".", " ! ", "…", "\n", "?", "»", "à 19 h", "é", ","]), max_size=40
).map("".join)


@given(SENTENCES, st.integers(0, 60))
def test_shortened_fits_and_is_a_beginning(text: str, most: int) -> None:
    short = shortened(text, most)
    assert len(short) <= most
    assert text.strip().startswith(short.removesuffix("…"))
    if len(text.strip()) <= most:
        assert short == text.strip()


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("Un. Deux. Trois.", 16, "Un. Deux. Trois."),
        ("Un. Deux. Trois.", 15, "Un. Deux."),
        ("Un « deux ». Trois", 14, "Un « deux »."),
        ("Une phrase sans fin, longue", 21, "Une phrase sans fin…"),
        ("Anticonstitutionnellement", 10, ""),
    ],
)
def test_shortened(text: str, most: int, short: str) -> None:
    assert shortened(text, most) == short


@given(SENTENCES)
def test_shortened_measures_as_it_is_told(text: str) -> None:
    assert 2 * len(shortened(text, 20, lambda part: 2 * len(part))) <= 20


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("https://example.org/a?b#c, http://localhost:8000 (https://a.fr).", []),
        ("Voir www.exemple.org.", ["www.exemple.org"]),
        (
            "https//exemple.org http:/exemple.org htps://exemple.org",
            ["https//exemple.org", "http:/exemple.org", "htps://exemple.org"],
        ),
        (
            "https:// et https://exemple et https://exemple..org",
            ["https://", "https://exemple", "https://exemple..org"],
        ),
        ("https://[::1", ["https://[::1"]),
        ("à 19:30, 10/11, et/ou, http est un protocole", []),
    ],
)
def test_broken_links(text: str, broken: list[str]) -> None:
    assert broken_links(text) == broken


@given(st.text(max_size=80))
def test_links_are_parts_of_the_text(text: str) -> None:
    assert all(link in text for link in broken_links(text))


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n....", "png"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"GIF89a", "gif"),
        (b"RIFF....WEBPVP8 ", "webp"),
        (b"....ftypavif", "avif"),
        (b"....ftypmp42", None),
        (b"<svg", None),
        (b"", None),
    ],
)
def test_pictures_by_their_first_bytes(head: bytes, kind: str | None) -> None:
    assert kind_of(head) == kind
