"""``[keys]`` of config.toml: the keys of the guide, each a character that no other has."""

from __future__ import annotations

from typing import Any

import msgspec

from cmday.config.settings import Keys
from cmday.config.tables import Table
from cmday.config.values import Unfit
from cmday.i18n import phrase
from cmday.text.cells import width


def read_keys(table: Table | None) -> Keys:
    """The keys as set; two things on one key are a mistake."""
    usual = Keys()
    if table is None:
        return usual
    chosen = {name: table.take(name, _character, getattr(usual, name)) for name in usual.__struct_fields__}
    first: dict[str, str] = {}
    for name, key in chosen.items():
        if key in first:
            table.wrong(
                name if key != getattr(usual, name) else first[key],
                phrase('"{key}" is the key of both {first} and {second}', key=key, first=first[key], second=name),
                phrase("give one of them another key"),
            )
        first.setdefault(key, name)
    table.finish()
    return msgspec.structs.replace(usual, **chosen)


def _character(value: Any) -> str:
    if not isinstance(value, str) or len(value) != 1 or not value.isprintable() or value == " " or width(value) != 1:
        raise Unfit(phrase('one character, like "r"'))
    return value
