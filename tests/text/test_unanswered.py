"""Questions in a room that nobody answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.core.items import ThreadPost
from cmday.text.unanswered import overdue, questions

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def said(minute: int, author: str, text: str, *, answers: str | None = None, mine: bool = False) -> ThreadPost:
    return ThreadPost(
        id=f"{minute}",
        thread="!room",
        author=author.title(),
        author_handle=f"@{author}:hs.example",
        text=text,
        at=START + timedelta(minutes=minute),
        answers=answers,
        mine=mine,
    )


QUESTION = said(0, "bruno", "Is there parking?")


@pytest.mark.parametrize(
    ("later", "answered"),
    [
        ([], None),
        ([said(5, "bruno", "hello??")], None),
        ([said(5, "bruno", "thanks, found it")], "5"),
        ([said(5, "carla", "Behind the station")], "5"),
        ([said(45, "carla", "What a day")], None),
        ([said(45, "carla", "Bruno: behind the station")], "45"),
        ([said(45, "ana", "@bruno behind the station", mine=True)], "45"),
        ([said(500, "carla", "Behind the station", answers="0")], "500"),
        ([said(5, "carla", "To something else", answers="-1")], None),
        ([said(5, "carla", "And for bikes?"), said(9, "dora", "On the left")], None),
        ([said(5, "carla", "And for bikes?"), said(9, "dora", "Both behind it", answers="0")], "9"),
        ([said(5, "carla", "To something else", answers="-1"), said(6, "dora", "Behind the station")], "6"),
    ],
)
def test_what_answers_a_question(later: list[ThreadPost], answered: str | None) -> None:
    first = questions([*later[::-1], QUESTION])[0]
    assert first.question == QUESTION
    assert (first.answer.id if first.answer else None) == answered


def test_our_own_questions_and_answers_that_ask_are_not_asked_of_us() -> None:
    posts = [said(0, "ana", "Who comes?", mine=True), said(1, "bruno", "Me, and you?", answers="0")]
    assert questions(posts) == []


def test_a_question_counts_when_its_time_is_over() -> None:
    asked = questions([QUESTION])

    def in_four_hours(moment: datetime) -> datetime:
        return moment + timedelta(hours=4)

    assert overdue(asked, in_four_hours, START + timedelta(hours=3)) == []
    assert overdue(asked, in_four_hours, START + timedelta(hours=4)) == [QUESTION]
    assert overdue(questions([QUESTION, said(5, "carla", "Yes.")]), in_four_hours, START + timedelta(days=9)) == []


@given(st.lists(st.tuples(st.integers(0, 90), st.sampled_from(["a", "b", "c"]), st.text(max_size=12)), max_size=8))
def test_every_question_is_told_once(entries: list[tuple[int, str, str]]) -> None:
    posts = [said(minute, author, text) for minute, author, text in entries]
    asked = [one.question for one in questions(posts)]
    assert len(asked) <= len(posts)
    assert sorted(asked, key=lambda post: post.at) == asked
