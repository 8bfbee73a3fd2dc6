"""Adding to a person's config.toml: tables at its end, settings before its first table, nothing else touched."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cmday.config.paths import write_private
from cmday.config.toml_file import parse_toml, read_file
from cmday.errors import ConfigError
from cmday.i18n import phrase


def add_to_config(file: Path, settings: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Add what the file does not have yet; returns the names of what was added.

    ``tables`` is by dotted name: ``{"calendar.work": {"path": "..."}}``. What the file has already stays as it is.
    Raises ``ConfigError`` where the file is no TOML, or could not be added to without harm.
    """
    content = read_file(file) or ""
    present = parse_toml(content, file)
    new_settings = {name: value for name, value in settings.items() if name not in present}
    new_tables = {name: values for name, values in tables.items() if not _has(present, name)}
    if not new_settings and not new_tables:
        return []
    after = content
    for name, value in new_settings.items():
        after = _insert(after, name, _toml({name: value}))
    for name, values in new_tables.items():
        after = f"{after.rstrip()}\n\n[{_dotted(name)}]\n{_toml(values)}".lstrip("\n")
    _make_sure(file, present, after, {**new_settings, **{name.split(".")[0]: None for name in new_tables}})
    write_private(file.resolve(), after)
    return [*new_settings, *new_tables]


def _has(present: Mapping[str, Any], name: str) -> bool:
    inside: Any = present
    for part in name.split(".", 1):
        if not isinstance(inside, Mapping) or part not in inside:
            return False
        inside = inside[part]
    return True


def _dotted(name: str) -> str:
    kind, dot, own = name.partition(".")
    bare = own.replace("_", "").replace("-", "")
    return f"{kind}{dot}{own}" if not own or (bare.isascii() and bare.isalnum()) else f'{kind}."{own}"'


def _toml(values: Mapping[str, Any]) -> str:
    """Values in one line each; a table within becomes an inline table."""
    import tomli_w

    lines = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            inside = ", ".join(line for line in _toml(value).splitlines() if line)
            lines.append(f"{key} = {{ {inside} }}\n")
        elif isinstance(value, list | tuple):
            each = ", ".join(tomli_w.dumps({"x": entry}).removeprefix("x = ").rstrip() for entry in value)
            lines.append(f"{key} = [{each}]\n")
        else:
            lines.append(tomli_w.dumps({key: value}))
    return "".join(lines)


def _insert(content: str, name: str, setting: str) -> str:
    """The setting below its own commented line, else before the first table and the comment that belongs to it."""
    lines = content.splitlines(keepends=True)
    first = next((number for number, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))
    there = next((n for n, line in enumerate(lines[:first]) if line.lstrip("# ").startswith(f"{name} =")), None)
    if there is not None:
        place = there + 1
    else:
        place = first
        while place and first < len(lines) and lines[place - 1].lstrip().startswith("#"):
            place -= 1
    before, after = "".join(lines[:place]), "".join(lines[place:])
    if before and not before.endswith("\n"):
        before += "\n"
    gap = "\n" if after and there is None else ""
    return f"{before}{setting}{gap}{after}"


def _make_sure(file: Path, present: Mapping[str, Any], after: str, touched: Mapping[str, Any]) -> None:
    """That the new text reads, and says of everything else what the old one said."""
    try:
        now = parse_toml(after, file)
    except ConfigError:
        now = {}
    if any(now.get(name) != value for name, value in present.items() if name not in touched) or not all(
        name in now for name in touched
    ):
        raise ConfigError(
            phrase("{file} cannot be added to without harm to what stands in it", file=file.name),
            phrase("add it by hand: cmday config edit"),
            str(file),
        )
