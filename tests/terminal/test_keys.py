"""Bytes become keys, and keys change a text; without a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.terminal.editing import TextField
from cmday.terminal.key_codes import Decoder, Key
from cmday.text.cells import width


def names(data: bytes) -> list[str]:
    decoder = Decoder()
    return [key.text or key.name for key in [*decoder.feed(data), *decoder.flush()]]


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"a\r", ["a", "enter"]),
        ("é日".encode(), ["é", "日"]),
        (b"\x1b[A\x1bOB\x1b[1;5C", ["up", "down", "word-right"]),
        (b"\x1b[3~\x1b[5~\x1b[6~\x7f", ["delete", "page-up", "page-down", "backspace"]),
        (b"\x1b", ["escape"]),
        (b"\x1b\x1b[A", ["escape", "up"]),
        (b"\x1b\r\n", ["newline", "newline"]),
        (b"\x1br", ["escape", "r"]),
        (b"\x1b[200~d\r\nz\x1b[201~x", ["d\nz", "x"]),
        (b"\x1b[?1;2cx", ["unknown", "x"]),
        (b"\xff\xfex", ["x"]),
        (b"\xc3", []),
        (b"\x01\x05\x17\x15", ["home", "end", "delete-word", "delete-line"]),
    ],
)
def test_sequences_are_keys(data: bytes, wanted: list[str]) -> None:
    assert names(data) == wanted


@given(st.binary(max_size=80), st.integers(0, 80))
def test_wherever_a_read_ends_the_keys_are_the_same(data: bytes, at: int) -> None:
    parts = Decoder()
    whole = Decoder()
    keys = parts.feed(data[:at]) + parts.feed(data[at:])
    assert keys == whole.feed(data)
    assert parts.waits == whole.waits


@given(st.text(st.characters(min_codepoint=0x20, exclude_characters="\x7f", exclude_categories=["Cs"]), max_size=60))
def test_text_comes_through_whole(text: str) -> None:
    assert "".join(key.text for key in Decoder().feed(text.encode())) == text


KEYS = st.sampled_from(
    [
        Key("text", "a"),
        Key("text", "é"),
        Key("text", "日"),
        Key("text", " "),
        Key("paste", "un mot\net un autre"),
        *map(Key, ("newline", "left", "right", "word-left", "word-right", "home", "end", "backspace", "delete")),
        *map(Key, ("delete-word", "delete-line", "delete-to-end")),
    ]
)


@given(st.lists(KEYS, max_size=60), st.integers(2, 40))
def test_the_cursor_stays_in_the_text_and_rows_in_their_room(keys: list[Key], room: int) -> None:
    field = TextField()
    for key in keys:
        assert field.press(key)
        field.up(room)
        field.down(room)
    assert 0 <= field.at <= len(field.text)
    rows = field.rows(room)
    assert "".join(rows) == field.text.replace("\n", "")
    assert all(width(row.rstrip(" ")) <= room for row in rows)
    row, column = field.cursor(room)
    assert 0 <= row < len(rows)
    assert 0 <= column <= width(rows[row])


def test_a_field_of_one_line_keeps_one_line() -> None:
    field = TextField(lines=False)
    assert not field.press(Key("newline"))
    field.press(Key("paste", "a\nb"))
    assert field.text == "a b"


def test_what_no_text_may_hold_is_left_out() -> None:
    field = TextField()
    field.insert("a\x1b[31m\x00b\u202e")
    assert field.text == "a[31mb"


def test_words_are_wrapped_and_the_cursor_moves_by_rows() -> None:
    field = TextField("Portes à 19 h 30, premier set à 20 h")
    assert field.rows(20) == ["Portes à 19 h 30, ", "premier set à 20 h"]
    field.up(20)
    assert field.cursor(20) == (0, 17)
    field.press(Key("home"))
    field.press(Key("word-right"))
    assert field.text[: field.at] == "Portes"
    field.press(Key("delete-word"))
    assert field.text == " à 19 h 30, premier set à 20 h"
