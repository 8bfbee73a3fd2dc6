"""A case at its stop: whoever decides sees the words that they decide about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cmday.guide import case_page
from cmday.steps.moderation.casefile import CaseFile, PostRow, ReportRow
from cmday.terminal.view import View

AT = datetime(2026, 11, 2, 8, 31, tzinfo=UTC)
WORDS = "Tickets at -50% here"


def case(*posts: PostRow, **more: Any) -> CaseFile:
    lists = ("rules", "labels", "reported_by", "addresses", "decided", "before", "notes", "actions")
    fields: dict[str, Any] = {
        **dict.fromkeys(CaseFile.__struct_fields__),
        **dict.fromkeys(lists, ()),
        "handle": "m1",
        "author": "Promo",
        "text": WORDS,
        "reasons": ("reported: fake",),
        "opened_at": AT,
        "state": "open",
        "thread": posts,
        **more,
    }
    return CaseFile(**fields)


def post(text: str, *, this: bool) -> PostRow:
    return PostRow(author="Robin", author_handle="@robin@m.example", text=text, at=AT, url=None, mine=False, this=this)


def shown(found: CaseFile) -> str:
    lines = (*case_page.reasons(found, View(now=AT)), *case_page.words(found, View(now=AT)))
    return "\n".join("".join(span.text for span in line) for line in lines)


@pytest.mark.parametrize(
    "posts",
    [(), (post("Our line-up", this=False),), (post("Our line-up", this=False), post(WORDS, this=True))],
    ids=["no thread", "a thread without it", "in its thread"],
)
def test_the_words_are_there_once_whatever_is_known_of_their_thread(posts: tuple[PostRow, ...]) -> None:
    told = shown(case(*posts))
    assert told.count(WORDS) == 1
    assert told.count("Our line-up") == bool(posts)
    assert "fake" in told


def test_who_reported_is_told_once() -> None:
    by = ReportRow(by="Ann", by_handle="@ann@m.example", reason="fake", at=AT)
    assert "fake" not in shown(case(reported_by=(by,))), "it stands below, beside the name"
