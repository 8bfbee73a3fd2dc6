"""How a text may sound to who reads it: shouting, reproach, an apology that is none. Each a remark, never a verdict."""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec

from cmday.text.masking import prose

ToneKind = Literal["capitals", "reproach", "empty-apology", "exclamation", "impatience"]

_SHOUTED: Final = re.compile(r"(?<![\w-])[^\W\d_a-z][A-ZÀ-ÖØ-Þ'’-]*(?:[ ,]+[A-ZÀ-ÖØ-Þ'’-]{2,}){2,}(?![\w-])")
_FEW_LETTERS: Final = 12
_MOSTLY: Final = 0.6
_MANY_MARKS: Final = 4

_REPROACH: Final = (
    r"\byou(?:'re|’re| are)? (?:always|never)\b(?! welcome| know)",
    r"\byou people\b",
    (
        r"\b(?:vous|tu)(?: (?:ne|n['’]|vous|te|t['’]|me|m['’]|nous))? ?(?!pouv|peux|saur|ser)[\w-]+ "
        r"(?:toujours|jamais)\b(?! (?:les? |la |très )?bienvenue?s?\b)"
    ),
)
_EMPTY_APOLOGY: Final = (
    r"\bsorry (?:if|you feel|that you feel|you were|for any inconvenience)\b",
    r"\b(?:apologi[sz]e|apologies) (?:if|for any inconvenience)\b",
    r"\b(?:désolé|navré)e?s?,? (?:si\b|s['’]il|que (?:vous|tu)\b|pour (?:la gêne|tout désagrément|le désagrément))",
    r"\b(?:excuses?|excusons)\b[^.!?\n]{0,25} (?:si (?:vous|tu|cela|ça|certain)|pour la gêne occasionnée)",
)
_IMPATIENCE: Final = (
    r"\bas (?:i|we)(?:['’]ve| have)? (?:already |clearly )?(?:said|told you|explained)\b",
    r"\b(?:once again|for the last time),",
    r"\bcomme (?:je|nous) (?:vous |te )?(?:l['’])?(?:ai|avons) (?:déjà )?(?:dit|écrit|expliqué)",
    r"\bcomme déjà (?:dit|écrit|expliqué)|\bpour la dernière fois\b",
)
_EXCLAMATION: Final = (r"!(?:\s?!)+", r"[?!](?:\s?[?!]){2,}")
_PATTERNS: Final[dict[ToneKind, tuple[str, ...]]] = {
    "reproach": _REPROACH,
    "empty-apology": _EMPTY_APOLOGY,
    "impatience": _IMPATIENCE,
    "exclamation": _EXCLAMATION,
}


class Remark(msgspec.Struct, frozen=True):
    """Something in the text that may be heard otherwise than it is meant."""

    kind: ToneKind
    excerpt: str


def remarks(text: str) -> list[Remark]:
    """One remark a kind at most, with the first place that gave rise to it."""
    plain = " ".join(prose(text).split())
    found: list[Remark] = []
    if shouted := _shouted(plain):
        found.append(Remark("capitals", shouted))
    for kind, patterns in _PATTERNS.items():
        if match := re.search("|".join(patterns), plain, re.IGNORECASE):
            found.append(Remark(kind, match[0].strip()))
    if plain.count("!") >= _MANY_MARKS and not any(one.kind == "exclamation" for one in found):
        found.append(Remark("exclamation", f"{plain.count('!')} !"))
    return found


def _shouted(plain: str) -> str | None:
    """Three words or more in capitals, or a text mostly of them."""
    if match := _SHOUTED.search(plain):
        return match[0]
    letters = [char for char in plain if char.isalpha()]
    loud = sum(char.isupper() for char in letters)
    return plain if len(letters) >= _FEW_LETTERS and loud > _MOSTLY * len(letters) else None
