"""Spans of the week in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.config.spans import format_spans, parse_spans, union, without
from cmday.core.communities import Span


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("mon 09:00-12:30", [(0, 540, 750)]),
        ("lun. 9h-12h30", [(0, 540, 750)]),
        ("sam,dim 10-12", [(5, 600, 720), (6, 600, 720)]),
        ("fri-mon 8:00-9:00", [(4, 480, 540), (5, 480, 540), (6, 480, 540), (0, 480, 540)]),
        ("wed 22:00-01:00", [(2, 1320, 1440), (3, 0, 60)]),
        ("sun 22:00-24:00", [(6, 1320, 1440)]),
        ("sun 23:00-01:00", [(6, 1380, 1440), (0, 0, 60)]),
        ("mon 9-10 tue 11-12", [(0, 540, 600), (1, 660, 720)]),
        ("mercredi 9–10", [(2, 540, 600)]),
    ],
)
def test_words(text: str, spans: list[tuple[int, int, int]]) -> None:
    assert list(parse_spans(text)) == [Span(*span) for span in spans]


def test_without_days_it_is_every_day() -> None:
    assert [span.weekday for span in parse_spans("18:00-20:00")] == list(range(7))
    assert parse_spans("daily 18:00-20:00") == parse_spans("tous 18h-20h")


@pytest.mark.parametrize(
    "text", ["", "mon", "mon 9", "mon 25:00-26:00", "mon 9:60-10", "mon 9-9", "ma 9-10", "mon tue 9-10", "9-10 mon"]
)
def test_nonsense(text: str) -> None:
    with pytest.raises(ValueError):
        parse_spans(text)


SPANS = st.lists(
    st.builds(
        lambda day, start, length: Span(day, start, min(start + length, 1440)),
        st.integers(0, 6),
        st.integers(0, 1439),
        st.integers(1, 600),
    ),
    max_size=8,
)


@given(SPANS)
def test_format_and_parse_agree(spans: list[Span]) -> None:
    whole = union(spans)
    assert union(span for line in format_spans(whole) for span in parse_spans(line)) == whole


def minutes(spans: tuple[Span, ...] | list[Span]) -> set[tuple[int, int]]:
    return {(span.weekday, minute) for span in spans for minute in range(span.start, span.end)}


@given(SPANS, SPANS)
def test_cutting_breaks_is_the_difference_of_minutes(spans: list[Span], breaks: list[Span]) -> None:
    assert minutes(without(spans, breaks)) == minutes(spans) - minutes(breaks)


@given(st.text(max_size=30))
def test_any_text_parses_or_is_a_value_error(text: str) -> None:
    try:
        spans = parse_spans(text)
    except ValueError:
        return
    assert all(0 <= span.start < span.end <= 1440 for span in spans)
