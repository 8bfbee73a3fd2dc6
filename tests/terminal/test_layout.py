"""Rows, blocks and dashboards fit the screen, whatever stands in them."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmday.terminal.ansi import Line, Span, paint
from cmday.terminal.block import Block, Cell, More, Row, drawn, handle, note
from cmday.terminal.dashboard import Advice, Dashboard, draw_dashboard
from cmday.terminal.layout import body_lines, draw_alone, ends, lay_out, ruled_title
from cmday.terminal.view import View
from tests.terminal.measuring import line_width

# Rows of rows of texts are slow to make up; few of them find what is wrong.
FEW = settings(max_examples=40)
VIEW = View(now=datetime(2026, 11, 2, 8, 31, tzinfo=UTC))
TEXTS = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from(list("é日👩\u0301\x1b[3m\u202e "))), max_size=200
)
CELLS = st.builds(
    Cell,
    text=TEXTS,
    most=st.one_of(st.none(), st.integers(1, 40)),
    flex=st.booleans(),
    right=st.booleans(),
    gap=st.integers(0, 3),
)
ROWS = st.lists(
    st.builds(
        Row,
        cells=st.lists(CELLS, max_size=5).map(tuple),
        group=st.sampled_from(["", "a", "b"]),
        keep=st.integers(0, 9),
        item=st.booleans(),
        follows=st.booleans(),
        indent=st.integers(0, 6),
    ),
    max_size=8,
)


def view(width: int, height: int | None = None, *, compact: bool = False) -> View:
    return msgspec.structs.replace(VIEW, width=width, height=height, compact=compact)


def text(lines: list[Line]) -> str:
    return paint(lines)


@FEW
@given(ROWS, st.integers(40, 200))
def test_no_line_is_wider_than_the_screen(rows: list[Row], width: int) -> None:
    assert all(line_width(line) <= width for line in lay_out(rows, view(width)))


@FEW
@given(ROWS, st.integers(40, 200), st.integers(0, 20))
def test_a_block_keeps_to_its_share_of_the_height(rows: list[Row], width: int, height: int) -> None:
    block = Block(title="T", rows=tuple(rows), more=More(command="cmday inbox"))
    lines = body_lines(block, view(width), height)
    assert len(lines) <= height
    assert all(line_width(line) <= width for line in lines)


@given(TEXTS, TEXTS, TEXTS, st.integers(40, 200))
def test_titles_and_headers_fit(title: str, summary: str, brief: str, width: int) -> None:
    block = Block(title="NOTIFICATIONS", command="cmday inbox", subtitle=title, summary=summary, brief=brief, done=True)
    assert line_width(ruled_title(block, view(width), 2)) <= width
    assert all(line_width(line) <= width for line in draw_alone(block, view(width)))


@FEW
@given(st.lists(ROWS, min_size=1, max_size=3), st.integers(40, 200), st.integers(12, 70))
def test_a_dashboard_leaves_a_line_for_the_prompt(blocks: list[list[Row]], width: int, height: int) -> None:
    dashboard = Dashboard(
        left=("Monday 2 November 2026 · 08:31", "08:31"),
        right=("since Fri 17:34", ""),
        blocks=tuple(Block(title="T", rows=tuple(rows), more=More(command="cmday inbox")) for rows in blocks),
        numbers=tuple(range(1, len(blocks) + 1)),
        next=(Advice(command="cmday inbox read i1", text="first"),),
    )
    lines = draw_dashboard(dashboard, view(width, height, compact=height < 30))
    assert len(lines) <= height - 1
    assert all(line_width(line) <= width for line in lines)


def items(*names: str) -> tuple[Row, ...]:
    return tuple(
        Row(cells=(handle(name), Cell(text=f"text of {name}", flex=True)), item=True, group="i") for name in names
    )


def test_what_is_cut_says_how_many_and_which_command_shows_it() -> None:
    block = Block(
        title="T",
        rows=(*items("i1", "i2", "i3", "i4"), note("a remark", keep=1)),
        more=More(command="cmday inbox", hidden=2),
    )
    assert text(body_lines(block, VIEW, 3)) == ("  i1  text of i1\n  i2  text of i2\n     and 4 more: cmday inbox\n")


def test_rows_that_belong_together_go_together() -> None:
    rows = (
        *items("i1"),
        note("about i1", keep=9).__class__(cells=(Cell(text="under i1"),), follows=True, keep=2),
        *items("i2"),
    )
    block = Block(title="T", rows=rows, more=More(command="cmday inbox"))
    assert "under i1" not in text(body_lines(block, VIEW, 2))


def test_columns_of_a_group_line_up_and_the_right_end_stands_right() -> None:
    rows = [
        Row(
            cells=(handle("i1"), Cell(text="Al"), Cell(text="short", flex=True), Cell(text="10:30", right=True)),
            group="x",
        ),
        Row(
            cells=(handle("i10"), Cell(text="Beatrice"), Cell(text="y" * 99, flex=True), Cell(text="dim.", right=True)),
            group="x",
        ),
    ]
    first, second = text(lay_out(rows, view(40))).splitlines()
    assert first == "  i1   Al        short             10:30"
    assert second == "  i10  Beatrice  yyyyyyyyyyyyyyyy…  dim."


def test_the_left_end_of_a_line_gives_way_to_the_right_one() -> None:
    line = ends([Span("a long beginning of a line")], [Span("the end")], view(40))
    assert text([line]) == "a long beginning of a line       the end\n"
    assert text([ends([Span("x" * 60)], [Span("the end")], view(40))]) == "x" * 31 + "… the end\n"


def test_drawn_rows_keep_their_spaces() -> None:
    assert text(lay_out([drawn(Span("a   b"), Span("  c"))], VIEW)) == "a   b  c\n"


@pytest.mark.parametrize(
    ("style", "colours", "painted"),
    [
        ("bold", "16", "\x1b[1mx\x1b[0m\n"),
        ("bold red", "16", "\x1b[1;31mx\x1b[0m\n"),
        ("bright_blue", "16", "\x1b[94mx\x1b[0m\n"),
        ("#ff0000", "256", "\x1b[38;5;196mx\x1b[0m\n"),
        ("#ff0000", "full", "\x1b[38;2;255;0;0mx\x1b[0m\n"),
        ("#ff0000", "16", "x\n"),
        ("208", "256", "\x1b[38;5;208mx\x1b[0m\n"),
        ("nonsense \x1b[5m", "full", "x\n"),
        ("bold", "none", "x\n"),
    ],
)
def test_styles_become_what_the_terminal_knows(style: str, colours: str, painted: str) -> None:
    assert paint([(Span("x", style),)], colours=colours) == painted  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://x/\x1b\\",
        "https://é.fr/",
        "http://a b",
        "https://" + "x" * 3000,
    ],
)
def test_only_plain_web_addresses_become_links(address: str) -> None:
    assert paint([(Span("x", link=address),)], links=True) == "x\n"


def test_a_web_address_becomes_a_link_where_the_terminal_takes_it() -> None:
    line = (Span("x", link="https://example.org/a"),)
    assert paint([line], links=True) == "\x1b]8;;https://example.org/a\x1b\\x\x1b]8;;\x1b\\\n"
    assert paint([line]) == "x\n"
