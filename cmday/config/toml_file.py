"""A TOML file that a person edits: its text, its tables, and where it is none."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from cmday.errors import ConfigError
from cmday.i18n import phrase


def read_file(file: Path) -> str | None:
    """The text of a configuration file, None where there is none; raises ``ConfigError`` where it cannot be read."""
    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as why:
        line = file.read_bytes()[: why.start].count(b"\n") + 1
        raise ConfigError(
            phrase("{where} is not UTF-8", where=f"{file.name}:{line}"), phrase("cmday config edit"), str(file)
        ) from None
    except OSError as why:
        raise ConfigError(
            phrase("{file} cannot be read: {why}", file=file.name, why=why.strerror or ""), None, str(file)
        ) from None


def parse_toml(content: str, file: Path) -> dict[str, Any]:
    """The tables of a TOML file; raises ``ConfigError`` with the line where it is none."""
    if not content.strip():
        return {}
    import tomllib

    try:
        return tomllib.loads(content)
    except (ValueError, RecursionError) as why:  # a number of 5,000 digits is a plain ValueError
        line = re.search(r"line (\d+)", str(why))
        where = f"{file.name}:{line[1] if line else content.count(chr(10)) + 1}"
        said = str(why).split(" (at ")[0]
        raise ConfigError(
            phrase("{where} is not valid TOML: {why}", where=where, why=said[:1].lower() + said[1:]),
            phrase("cmday config edit"),
            str(file),
        ) from None
