"""A value more or less in a list of config.toml; comments, order and all else in the file stay as they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from cmday.config.paths import write_private
from cmday.config.tables import find_line
from cmday.config.toml_file import parse_toml, read_file
from cmday.errors import ConfigError
from cmday.i18n import phrase

# A string, a comment, or the end of a list: what may stand in a list of texts.
_TOKEN: Final = re.compile(r'"""|\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|\]')


def add_to_list(file: Path, table: str, key: str, value: str) -> bool:
    """Add a text to ``key`` of ``[table]`` (``community.bem``); returns False where it stands there already."""
    return _change(file, table, key, value, there=True)


def take_from_list(file: Path, table: str, key: str, value: str) -> bool:
    """Take a text out of ``key`` of ``[table]``; returns False where it does not stand there."""
    return _change(file, table, key, value, there=False)


def _change(file: Path, table: str, key: str, value: str, *, there: bool) -> bool:
    content = read_file(file) or ""
    present = parse_toml(content, file)
    kind, _, name = table.partition(".")
    group = present.get(kind)
    values = group.get(name) if isinstance(group, dict) else None
    held = values.get(key) if isinstance(values, dict) else None
    before = [held] if isinstance(held, str) else list(held or ())
    if (value in before) == there:
        return False
    wanted = [*before, value] if there else [one for one in before if one != value]
    after = _edited(content, table, key, value, held, there=there)
    if after is None or not _says(after, file, present, (kind, name, key), wanted):
        raise ConfigError(
            phrase("{file} cannot be changed without harm to what stands in it", file=file.name),
            phrase("write {key} of [{table}] by hand: cmday config edit", key=key, table=table),
            str(file),
        )
    write_private(file.resolve(), after)
    return True


def _edited(content: str, table: str, key: str, value: str, held: Any, *, there: bool) -> str | None:
    """The text with the list changed; None where the list is written in a way that is not understood here."""
    lines = content.splitlines(keepends=True)
    header = find_line(content, table, None)
    if header is None:
        return None
    line = find_line(content, table, key)
    if held is None or line is None:
        return "".join([*lines[:header], _newline(lines[header - 1]), f"{key} = [{_quoted(value)}]\n", *lines[header:]])
    start = sum(map(len, lines[: line - 1]))
    equals = content.index("=", start)
    if isinstance(held, str):
        end = equals + 1 + len(content[equals + 1 :].split("\n", 1)[0])
        return f"{content[: equals + 1]} [{_quoted(held)}, {_quoted(value)}]{content[end:]}" if there else None
    bounds = _list_at(content, equals + 1)
    if bounds is None:
        return None
    opening, closing, strings = bounds
    return _with(content, opening, closing, strings, value) if there else _without(content, strings, value)


def _newline(line: str) -> str:
    return "" if line.endswith("\n") else "\n"


def _list_at(content: str, place: int) -> tuple[int, int, list[tuple[int, int]]] | None:
    """Where a list of texts opens and closes, and where its texts are."""
    opening = place + len(content[place:]) - len(content[place:].lstrip(" \t"))
    if content[opening : opening + 1] != "[":
        return None
    strings: list[tuple[int, int]] = []
    for token in _TOKEN.finditer(content, opening + 1):
        if token[0] == "]":
            return opening, token.start(), strings
        if token[0] in ('"""', "'''"):
            return None
        if not token[0].startswith("#"):
            strings.append(token.span())
    return None


def _with(content: str, opening: int, closing: int, strings: list[tuple[int, int]], value: str) -> str:
    if not strings:
        return f"{content[: opening + 1]}{_quoted(value)}{content[opening + 1 :]}"
    start, end = strings[-1]
    if "\n" not in content[opening:closing]:
        return f"{content[:end]}, {_quoted(value)}{content[end:]}"
    # On a line of its own, so that a comment stays behind the text that it is about.
    comma = re.compile(r"\s*,").match(content, end)
    line_end = min(content.find("\n", end), closing)
    gap = "\n" + " " * _column(content, start)
    return f"{content[:end]}{'' if comma else ','}{content[end:line_end]}{gap}{_quoted(value)},{content[line_end:]}"


def _column(content: str, place: int) -> int:
    return place - (content.rfind("\n", 0, place) + 1)


def _without(content: str, strings: list[tuple[int, int]], value: str) -> str | None:
    """The text without this value, and without the comma that parted it from its neighbour."""
    at = next((n for n, (start, end) in enumerate(strings) if _text(content[start:end]) == value), None)
    if at is None:
        return None
    start, end = strings[at]
    comma = re.compile(r"[ \t]*,").match(content, end)
    line_start = content.rfind("\n", 0, start) + 1
    rest = re.compile(r"[ \t]*,?[ \t]*(?:#[^\n]*)?\n").match(content, end)
    if rest and not content[line_start:start].strip():
        return content[:line_start] + content[rest.end() :]
    if comma:
        return content[:start] + content[comma.end() :].lstrip(" \t")
    if not at:
        return content[:start] + content[end:]
    before = content.rfind(",", strings[at - 1][1], start)
    return content[:before] + content[end:] if before >= 0 else None


def _text(literal: str) -> str:
    import tomllib

    return str(tomllib.loads(f"x = {literal}")["x"])


def _quoted(value: str) -> str:
    import tomli_w

    return tomli_w.dumps({"x": value}).removeprefix("x = ").rstrip()


def _says(after: str, file: Path, present: dict[str, Any], place: tuple[str, str, str], wanted: list[str]) -> bool:
    """Whether the new text says what is wanted, and of all else what the old one said."""
    try:
        now = parse_toml(after, file)
    except ConfigError:
        return False
    kind, name, key = place
    found = now.get(kind, {}).get(name, {}).get(key)
    now[kind][name].pop(key, None)
    rest = {each: one for each, one in present[kind][name].items() if each != key}
    old = {**present, kind: {**present[kind], name: rest}}
    return bool(found == wanted and now == old)
