"""How grave a reported thing may be, by the words of the report: it ranks what is looked at, and decides nothing."""

from __future__ import annotations

import re
from typing import Final

from cmday.text.matching import words

GRAVE: Final = 20
SERIOUS: Final = 10

# Beginnings of words, folded: what may be about somebody's safety, then what is aimed at somebody.
_GRAVE: Final = (
    *("threat", "violen", "suicid", "selfharm", "terror", "doxx", "doxing", "csam", "pedo", "child", "minor"),
    *("menac", "mineur", "enfant", "automutil"),
)
_SERIOUS: Final = (
    *("harass", "hate", "hatred", "racis", "sexis", "homophob", "transphob", "antisem", "illegal", "unlawful"),
    *("harcel", "haine", "haineu", "islamophob"),
)
_JOINED: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SELF_HARM: Final = re.compile(r"\bself[\s_-]+harm", re.IGNORECASE)
_MOST: Final = 2_000


def gravity(reason: str) -> int:
    """0, ``SERIOUS`` or ``GRAVE``; names of programs such as ``reasonViolenceThreats`` are taken apart first."""
    told = words(_JOINED.sub(" ", _SELF_HARM.sub("selfharm", reason[:_MOST])))
    if any(word.startswith(_GRAVE) for word in told):
        return GRAVE
    return SERIOUS if any(word.startswith(_SERIOUS) for word in told) else 0
