"""Filling the variables of a template: ``{author}`` becomes the name, what nobody filled stays and is named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_VARIABLE: Final = re.compile(r"\{([a-z][a-z_]{0,29})\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with the variables that have a value filled in, in one pass: a value is never read as a template."""
    return _VARIABLE.sub(lambda found: values.get(found[1]) or found[0], text)


def unfilled(text: str) -> list[str]:
    """The variables that still stand in a text, each once, in order."""
    return list(dict.fromkeys(_VARIABLE.findall(text)))
