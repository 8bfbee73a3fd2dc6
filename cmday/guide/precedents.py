"""What one answered last time to a like question: words in common, weighed by how rare they are. No model."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from cmday.storage.answers import Answer
from cmday.text.matching import words

# What stands in any question, in English and French, as ``matching.words`` writes it.
_COMMON: Final = frozenset(
    words("""
    a an and are as at be but by can do does did for from have has how i if in is it its me my no not of on or our so
    that the their them there they this to was we were what when where which who will with would you your hello hi
    thanks thank please
    ai ait au aux avec avez avoir bonjour bonsoir ca car ce ces cet cette dans de des du elle elles en est et etre eu il
    ils je la le les leur lui ma mais me merci mes moi mon ne nos notre nous on ont ou par pas peut peux plus pour
    pouvez qu que quel quelle quels quelles qui quoi sa salut se ses si son sont sur ta te tes toi ton tu un une vos
    votre vous
    """)
)
_ADDRESS: Final = re.compile(r"https?://\S+|@\S+", re.IGNORECASE)
_LEAST_LETTERS: Final = 3
_LONGEST_QUESTION: Final = 4_000
_LONGEST_ANSWER: Final = 400
# A third of what both weigh must be in common, more where they are of two communities.
LEAST: Final = 0.34
_STRANGER: Final = 0.75


def telling(text: str) -> frozenset[str]:
    """The words that tell what a text is about: no addresses, no common ones, a plural as its singular."""
    return frozenset(
        _singular(word)
        for word in words(_ADDRESS.sub(" ", text[:_LONGEST_QUESTION]))
        if word not in _COMMON and (len(word) >= _LEAST_LETTERS or word.isdigit())
    )


def _singular(word: str) -> str:
    return word[:-1] if len(word) > _LEAST_LETTERS and word[-1] in "sx" else word


def closest(question: str, answers: Iterable[Answer], community: str | None) -> Answer | None:
    """The answer to the question most like this one; of equals the newest, None where nothing is like it.

    Likeness is the cosine of two sets of words, each weighed by its rarity among all: of the questions alone, or with
    the answer's own words, which say what its question meant, whichever is more.
    """
    known = list(answers)
    wanted = telling(question)
    if not wanted or not known:
        return None
    asked = [telling(one.question) for one in known]
    whole = [own | telling(one.text[:_LONGEST_ANSWER]) for one, own in zip(known, asked, strict=True)]
    rarity = _rarity(wanted, whole)
    best: tuple[float, datetime, Answer] | None = None
    for one, *sets in zip(known, asked, whole, strict=True):
        likeness = max(_cosine(wanted, theirs, rarity) for theirs in sets)
        if one.community != community:
            likeness *= _STRANGER
        if likeness >= LEAST and (best is None or (likeness, one.at) > best[:2]):
            best = likeness, one.at, one
    return best[2] if best else None


def _rarity(wanted: Iterable[str], known: Sequence[frozenset[str]]) -> dict[str, float]:
    """How much a word says: the fewer of the known texts have it, the more."""
    counts = Counter(dict.fromkeys(wanted, 1)) | Counter(word for words_ in known for word in words_)
    return {word: math.log(1 + (len(known) + 1) / count) for word, count in counts.items()}


def _cosine(a: frozenset[str], b: frozenset[str], rarity: dict[str, float]) -> float:
    shared = a & b
    if not shared or (len(shared) == 1 and min(len(a), len(b)) > 2):  # noqa: PLR2004  one word of many says little
        return 0.0
    common = sum(rarity[word] ** 2 for word in shared)
    return common / math.sqrt(sum(rarity[word] ** 2 for word in a) * sum(rarity[word] ** 2 for word in b))
