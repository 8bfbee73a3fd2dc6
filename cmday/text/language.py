"""Whether a text is French or English, by its small words; no model, and no answer where it is not clear."""

from __future__ import annotations

import re
from typing import Final

from cmday.text.masking import prose


def _words(line: str) -> list[str]:
    return line.split()


_FRENCH: Final = frozenset(
    _words(
        "le la les un une des du de d l et est sont en au aux ce cette ces cet qui que qu ne pas plus pour par sur avec"
        " dans vous nous je tu il elle on ils elles votre vos notre nos mon ma mes ton ta tes se si mais ou où donc car"
        " bien très tout tous toute merci bonjour bonsoir salut oui non être avoir avez êtes sommes c j n s y ça cela"
        " aussi chez quand comment combien pourquoi quel quelle demain soir matin jour heure heures"
    )
)
_ENGLISH: Final = frozenset(
    _words(
        "the a an and is are was were of in to at by for with on from that this these those it its you your we our i my"
        " he she they their not no do does don t s ll re ve m be been have has had will would can could should if but"
        " or so as what when where who why how yes hello hi thanks thank please there here very all just about tomorrow"
    )
)
_ACCENTED: Final = re.compile("[éèêàâçùûîôœ]", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]+")
_ENOUGH: Final = 3
_CLEARLY: Final = 2


def guess(text: str) -> str | None:
    """``fr`` or ``en`` where three small words or more speak for it and twice as many as for the other; else None."""
    words = [word.casefold() for word in _WORD.findall(prose(text))]
    french = sum(word in _FRENCH or bool(_ACCENTED.search(word)) for word in words)
    english = sum(word in _ENGLISH for word in words)
    if french >= _ENOUGH and french >= _CLEARLY * english:
        return "fr"
    if english >= _ENOUGH and english >= _CLEARLY * french:
        return "en"
    return None
