"""The file for answers: whatever is deleted in it, words never go to somebody they were not written for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.errors import CmdayError
from cmday.steps.notifications.drafting import Section, compose, read, writing_line

LINES = st.sampled_from(
    ["Bonjour", "#concert ce soir", "# titre", "=== i2", "--- i1", "> cité", "", "  ", "#", "| x", "À vendredi !"]
)
ANSWERS = st.lists(LINES, max_size=5).map("\n".join)
HANDLES = ("i1", "i3", "i12")
INTRO = ["how to write", "and what not to do"]


def sections(count: int, offered: str = "") -> list[Section]:
    return [
        Section(handle=one, head=f"to {one}", around=("Nina: Les portes ?", "i3 vim: set x:"), offered=offered)
        for one in HANDLES[:count]
    ]


def written(count: int, answers: list[str]) -> list[str]:
    """The lines of the file once the answers are written in the empty lines."""
    lines: list[str] = []
    waiting = list(answers)
    for line in compose(sections(count), INTRO).splitlines():
        lines += waiting.pop(0).split("\n") if not line else [line]
    assert not waiting
    return lines


def told(answer: str) -> str:
    return "\n".join(line.rstrip() for line in answer.split("\n")).strip()


@given(st.lists(ANSWERS, min_size=1, max_size=3))
def test_what_is_written_comes_back(answers: list[str]) -> None:
    count = len(answers)
    found = read("\n".join(written(count, answers)), sections(count))
    assert found == {one: told(text) for one, text in zip(HANDLES, answers, strict=False) if told(text)}


@given(st.data())
def test_deleting_any_lines_never_sends_words_to_somebody_else(data: st.DataObject) -> None:
    answers = [f"{one} {text}\nand more for {one}" for one, text in zip(HANDLES, ["a", "b", "c"], strict=True)]
    lines = written(3, answers)
    start = data.draw(st.integers(0, len(lines)))
    end = data.draw(st.integers(start, len(lines)))
    try:
        found = read("\n".join(lines[:start] + lines[end:]), sections(3))
    except CmdayError:
        return
    for handle, answer in found.items():
        assert all(line.split()[0] == handle or line == f"and more for {handle}" for line in answer.split("\n"))


@given(st.text(max_size=200))
def test_any_file_is_read_or_refused(text: str) -> None:
    for count in (1, 2):
        try:
            found = read(text, sections(count))
        except CmdayError:
            continue
        assert set(found) <= set(HANDLES)


@pytest.mark.parametrize("count", [1, 2])
def test_untouched_offer_is_no_answer(count: int) -> None:
    offered = sections(count, "Bonjour\nà vous")
    text = compose(offered, INTRO)
    assert read(text, offered) == {}
    assert read(text.replace("à vous", "à toi", 1), offered) == {"i1": "Bonjour\nà toi"}


@pytest.mark.parametrize("count", [1, 3])
def test_the_cursor_stands_on_the_first_empty_line(count: int) -> None:
    lines = compose(sections(count), INTRO).splitlines()
    assert lines[writing_line(sections(count), INTRO) - 1] == ""
    assert lines.count("") == count
    assert not any("vim:" in line for line in lines)


def test_windows_line_ends_and_a_section_of_nobody() -> None:
    assert read("#|=== i1\r\nOui\r\n#|--- i1\r\n", sections(2)) == {"i1": "Oui"}
    for text in ("#|=== i9\nOui\n", "#|=== i1\nOui\n#|=== i1\nNon\n", "Oui\n#|=== i1\n"):
        with pytest.raises(CmdayError):
            read(text, sections(2))
