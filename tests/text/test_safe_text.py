"""What may reach a terminal, whatever comes in."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cmday.text.cells import cut, fill, width, wrap
from cmday.text.safe_text import safe, strip_controls

HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            list("\x1b[]()\\;?0123456789mJKHAhl\x07\x9b\x9d\x9c\x90\u202e\u2066\u2069\u200d\u200b\ufeff👩🏽‍💻🇫🇷é́")
        ),
    ),
    max_size=300,
)
FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


@given(HOSTILE)
def test_nothing_that_a_terminal_obeys_comes_through(text: str) -> None:
    assert not FORBIDDEN.search(safe(text))
    assert not FORBIDDEN.search(safe(text, entities=True))
    assert not FORBIDDEN.search(strip_controls(text))


@given(HOSTILE)
def test_what_is_safe_stays_as_it_is(text: str) -> None:
    once = safe(text)
    assert safe(once) == once


@given(HOSTILE, st.integers(0, 60))
def test_a_limit_is_kept_in_cells(text: str, limit: int) -> None:
    assert width(safe(text, limit)) <= limit


@given(st.text(st.characters(categories=["L", "N", "P"]), max_size=40))
@example("\uffa0")  # a letter that takes no room
def test_what_fits_is_not_cut(text: str) -> None:
    assert cut(text, max(1, width(text))) == text
    assert cut(text, 0) == ""


@given(HOSTILE, st.integers(2, 50))
def test_wrapped_lines_fit_and_lose_no_word(text: str, limit: int) -> None:
    tame = safe(text)
    lines = wrap(tame, limit)
    assert all(width(line) <= limit for line in lines)
    assert "".join("".join(lines).split(" ")) == "".join(tame.split(" "))


@given(HOSTILE, st.integers(0, 80))
def test_filled_text_has_the_size_or_more(text: str, size: int) -> None:
    assert width(fill(safe(text), size)) >= size


@pytest.mark.parametrize(
    ("hostile", "tame"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\", "click"),
        ("\x9b2Jgone?", "gone?"),
        ("\x1bP1$r\x1b\\dcs", "dcs"),
        ("\x1b]0;never ended", "0;never ended"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("a\u2066b\u2069c", "abc"),
        ("one\r\ntwo\tthree", "one two three"),
        ("  wide   spaces ", "wide spaces"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("👩\u200d💻 a\u200db", "👩\u200d💻 ab"),
        ("19\u00a0h\u202f?", "19\u00a0h\u202f?"),
        ("[red]not markup[/red]", "[red]not markup[/red]"),
        ("lone \ud800 half", "lone half"),
        ("Z" + "\u0301" * 50, "Z" + "\u0301" * 4),
    ],
)
def test_each_trick_loses_only_its_trick(hostile: str, tame: str) -> None:
    assert safe(hostile) == tame


def test_entities_are_decoded_before_anything_is_removed() -> None:
    assert safe("&#27;[31mred &amp; blue&#x1B;[0m", entities=True) == "red & blue"
    assert safe("Tom &amp; Jerry") == "Tom &amp; Jerry"


def test_a_long_run_of_openings_is_read_in_one_pass() -> None:
    assert safe("\x1b]" * 200_000) == ""
    assert len(safe("\u0301" * 100_000 + "x" * 100_000, 80)) <= 80


@pytest.mark.parametrize(
    ("text", "cells"), [("abc", 3), ("é", 1), ("e\u0301", 1), ("日本", 4), ("☺\ufe0f", 2), ("…", 1), ("가", 2)]
)
def test_widths(text: str, cells: int) -> None:
    assert width(text) == cells


@pytest.mark.parametrize(
    ("text", "limit", "cut_text"),
    [
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("bonjour", 4, "bon…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
        ("👩\u200d💻👩\u200d💻", 6, "👩\u200d💻…"),
        ("👩\u200d💻👩", 4, "…"),
        ("🇫🇷🇫🇷🇫🇷", 5, "🇫🇷🇫🇷…"),
        ("abc", 0, ""),
        ("abc", 1, "…"),
    ],
)
def test_a_character_is_cut_whole_or_not_at_all(text: str, limit: int, cut_text: str) -> None:
    assert cut(text, limit) == cut_text
