"""Whom a text addresses, and what is left of it on a server."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.text.mentions import addressed, essence, unaddressed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello", "@nox@music.example hello"),
        ("@nox@music.example hello", "@nox@music.example hello"),
        ("@Nox hello", "@Nox hello"),
        ("@NOX@Music.Example: hello", "@NOX@Music.Example: hello"),
        ("@ana@x.example @nox@music.example hello", "@ana@x.example @nox@music.example hello"),
        ("@noxious hello", "@nox@music.example @noxious hello"),
        ("@nox@other.example hello", "@nox@music.example @nox@other.example hello"),
        ("hello @nox@music.example", "@nox@music.example hello @nox@music.example"),
        ("", "@nox@music.example"),
    ],
)
def test_it_begins_with_whom_it_answers(text: str, expected: str) -> None:
    assert addressed(text, "@nox@music.example") == expected
    assert addressed(text, "nox@music.example") == expected
    assert addressed(text, None) == text


@given(st.text(max_size=80))
def test_nobody_is_addressed_twice(text: str) -> None:
    once = addressed(text, "@nox@music.example")
    assert addressed(once, "@nox@music.example") == once


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("@nox@127.0.0.2:8080 Oui !", "@nox oui !"),
        ("**Demain**, 20 h", "Demain, 20\u202fh"),
        ("see https://a.example/b?c=d", "see  https://a.example/b?c=d"),
    ],
)
def test_what_servers_make_of_a_text_is_the_same_text(one: str, other: str) -> None:
    assert essence(one) == essence(other)


def test_other_words_are_another_text() -> None:
    assert essence("yes") != essence("no")
    assert essence("🎉 🎉") == "🎉🎉" != essence("🎉")


@given(st.text("@＠ab./ -"))
def test_what_is_quoted_calls_nobody_and_keeps_its_words(text: str) -> None:
    quoted = unaddressed(text)
    assert not re.search("(?<!\\w)[@＠]+\\w", quoted)
    assert [char for char in quoted if char not in "@＠"] == [char for char in text if char not in "@＠"]


def test_a_mail_address_stays_one() -> None:
    assert unaddressed("write to me@mail.example or @ana@x.example") == "write to me@mail.example or ana@x.example"
