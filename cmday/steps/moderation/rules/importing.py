"""``cmday moderate rules import``: AutoModerator's documents as the text of a rules.toml that this program reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from cmday.errors import CmdayError, ConfigError
from cmday.i18n import phrase
from cmday.steps.moderation.rules.automod import Translated, translate
from cmday.steps.moderation.rules.automod_reading import MOST_BYTES, read_documents

_BARE: Final = r"[A-Za-z0-9_-]+"


class Lost(msgspec.Struct, frozen=True, kw_only=True):
    """What of one document cannot be said in rules.toml."""

    line: int
    rule: str | None
    what: str


class ImportedData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday moderate rules import --json``."""

    file: str
    documents: int
    rules: tuple[str, ...]
    toml: str
    lost: tuple[Lost, ...]


def import_rules(file: Path) -> tuple[ImportedData, list[CmdayError]]:
    """The rules of an AutoModerator file in our words, and what could not be read. Raises ``ConfigError``."""
    try:
        with file.open("rb") as source:
            body = source.read(MOST_BYTES + 1)
        text = body.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as why:
        cause = getattr(why, "strerror", None) or "it is not UTF-8"
        raise ConfigError(
            phrase("{file} cannot be read: {cause}", file=file, cause=cause), phrase("name a file of YAML documents")
        ) from why
    if len(body) > MOST_BYTES:
        raise ConfigError(
            phrase("{file} is longer than {kilobytes} KB", file=file.name, kilobytes=MOST_BYTES // 1024), None
        )
    documents, problems = read_documents(text, file.name)
    found = translate(documents)
    lines, kept, lost = ["[rule]"], [], []
    for one in found:
        wrong = None if one.when else "nothing that it asks for can be said"
        line = _line(one) if one.when else ""
        wrong = wrong or _refused(line)
        lost += [Lost(line=one.line, rule=None if wrong else one.name, what=what) for what in one.lost]
        lines += [f"# line {one.line}: {_one_line(what)}" for what in one.lost]
        if wrong:
            lost.append(Lost(line=one.line, rule=None, what=wrong))
            lines.append(f"# line {one.line} is no rule: {_one_line(wrong)}")
        else:
            kept.append(one.name)
            lines.append(line)
    data = ImportedData(
        file=str(file), documents=len(documents), rules=tuple(kept), toml="\n".join(lines) + "\n", lost=tuple(lost)
    )
    return data, problems


def _line(one: Translated) -> str:
    when = ", ".join(f"{key} = {_toml(value)}" for key, value in one.when.items())
    return (
        f"{_key(one.name)} = {{ when = {{ {when} }}, do = {_toml(list(one.do))}, why = {_toml(one.why)},"
        ' mode = "observe" }'
    )


def _refused(line: str) -> str | None:
    """What the reader of rules.toml says against a rule, in English."""
    from cmday.config.rules import parse_rules

    try:
        problems: Sequence[ConfigError] = parse_rules(f"[rule]\n{line}\n", Path("rules.toml")).problems
    except ConfigError as why:
        problems = (why,)
    return problems[0].message.english.partition(", ")[2] or problems[0].message.english if problems else None


def _key(name: str) -> str:
    return name if re.fullmatch(_BARE, name) else _toml(name)


def _toml(value: Any) -> str:
    import tomli_w

    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str) and "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return _visible(tomli_w.dumps({"x": value}).removeprefix("x = ").rstrip("\n"))


def _visible(text: str) -> str:
    """A value of TOML in which nothing turns or hides what stands beside it: it is read before it is used."""
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in text)


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
