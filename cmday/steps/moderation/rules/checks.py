"""From each key of a rule to the question that is put to a thing. Pure but for what a ``Look`` was given.

An answer is None where the key does not hold, ``NOT_TOLD`` where nobody knows (and then the ``not_`` of the key does
not hold either), else what it was seen by, which may be nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fnmatch import translate
from functools import partial
from re import IGNORECASE
from re import compile as compile_re
from typing import Any, Final

import msgspec

from cmday.config.measures import Measure
from cmday.config.rule_keys import Condition
from cmday.steps.moderation.rules.look import Look
from cmday.steps.moderation.rules.patterns import Patterns
from cmday.text.counter_speech import is_spoken_of
from cmday.text.matching import ascii_host, fold, words
from cmday.text.plain import cut
from cmday.text.word_index import Found, WordIndex

EXCERPT: Final = 60


class Seen(msgspec.Struct, frozen=True):
    """What a key was seen by; ``spoken_of`` tells that words were only quoted, denied or named."""

    evidence: tuple[str, ...] = ()
    spoken_of: bool = False


HOLDS: Final = Seen()


class NotTold(msgspec.Struct, frozen=True):
    """Nobody tells what the key asks for."""


NOT_TOLD: Final = NotTold()
Answer = Seen | NotTold | None
Check = Callable[[Look], Answer]


class Lists:
    """The word lists of all rules, looked for together: those for texts and those for names."""

    def __init__(self) -> None:
        self.texts = WordIndex()
        self.names = WordIndex()


def check_for(one: Condition, lists: Lists, patterns: Patterns) -> Check:
    """The question of one key, its ``not_`` included."""
    plain = _plain_check(one, lists, patterns)
    return partial(_negated, plain) if one.negated else plain


def _negated(check: Check, look: Look) -> Answer:
    answer = check(look)
    if answer is None:
        return HOLDS
    return NOT_TOLD if answer is NOT_TOLD else None


def _plain_check(one: Condition, lists: Lists, patterns: Patterns) -> Check:
    if one.key in _READ:
        ask, read = _READ[one.key]
        words = ask is _one_of
        return partial(ask, read, frozenset(map(str.casefold, one.wanted)) if words else one.wanted)
    if one.key in ("word", "name"):
        index = lists.names if one.key == "name" else lists.texts
        return partial(_words, index, index.add(one.wanted), one.key == "name")
    if one.key == "regex":
        return partial(_regex, patterns, patterns.add(one.wanted))
    return partial(_ASKED[one.key], _made_ready(one))


def _made_ready(one: Condition) -> Any:
    """What is wanted, in the form in which it is compared."""
    if one.key in ("starts", "ends"):
        level = tuple((" ".join(fold(text).split()), text) for text in one.wanted)
        return tuple(pair for pair in level if pair[0])
    if one.key == "domain":
        return {ascii_host(text.strip().removeprefix("*.").removeprefix(".")): text for text in one.wanted}
    if one.key == "url":
        return tuple((compile_re(translate(f"*{text}*"), IGNORECASE), text) for text in one.wanted)
    return one.wanted


def _words(index: WordIndex, number: int, of_name: bool, look: Look) -> Answer:
    reading, found = look.found(index, of_name=of_name)
    spots = found.get(number)
    if not spots:
        return None
    evidence = tuple(dict.fromkeys(spot.wanted for spot in spots))
    return Seen(evidence, not of_name and is_spoken_of(reading, spots))


def _regex(patterns: Patterns, wanted: Sequence[int], look: Look) -> Answer:
    hits = [hit for number in wanted if (hit := patterns.search(number, look.text, look.casefolded)) is not None]
    if not hits:
        return None
    evidence = tuple(cut(" ".join(hit.split()), EXCERPT) for hit, _, _ in hits)
    spots = [_among_words(look.text, start, end) for _, start, end in hits]
    return Seen(evidence, is_spoken_of(look.reading, [spot for spot in spots if spot.last <= len(look.reading.words)]))


def _among_words(text: str, start: int, end: int) -> Found:
    """Which words of a text a piece of it is."""
    first = len(words(text[:start]))
    return Found("", first, first + max(1, len(words(text[start:end]))))


def _starts(wanted: Sequence[tuple[str, str]], look: Look) -> Answer:
    return _seen(text for level, text in wanted if look.level.startswith(level))


def _ends(wanted: Sequence[tuple[str, str]], look: Look) -> Answer:
    return _seen(text for level, text in wanted if look.level.endswith(level))


def _seen(evidence: Iterable[str]) -> Answer:
    there = tuple(evidence)
    return Seen(there) if there else None


def _domain(named: dict[str, str], look: Look) -> Answer:
    return _seen(named[domain] for domain in look.domains if domain in named) if look.domains else None


def _url(wanted: Sequence[tuple[Any, str]], look: Look) -> Answer:
    return _seen(text for pattern, text in wanted if any(map(pattern.match, look.links)))


def _flag(read: Callable[[Look], bool | Sequence[str] | None], wanted: bool, look: Look) -> Answer:
    there = read(look)
    if there is None:
        return NOT_TOLD
    if bool(there) is not wanted:
        return None
    return Seen(tuple(there)) if isinstance(there, list) else HOLDS


def _number(read: Callable[[Look], float | None], wanted: Sequence[Measure], look: Look) -> Answer:
    there = read(look)
    if there is None:
        return NOT_TOLD
    return HOLDS if any(one.holds(there) for one in wanted) else None


def _repeat(wanted: Sequence[Measure], look: Look) -> Answer:
    for one in wanted:
        times = look.repeats(one.within or 0)
        if times is None:
            return NOT_TOLD
        if one.holds(times):
            return Seen((f"{times}×",))
    return None


def _spam(wanted: Sequence[Measure], look: Look) -> Answer:
    likeness = look.likeness
    if likeness is None:
        return NOT_TOLD
    if not any(one.holds(likeness.probability) for one in wanted):
        return None
    return Seen((f"{likeness.probability:.2f}", *likeness.because))


def _one_of(read: Callable[[Look], Iterable[str] | None], wanted: frozenset[str], look: Look) -> Answer:
    there = read(look)
    if there is None:
        return NOT_TOLD
    return _seen(word for word in there if word.casefold() in wanted)


# How each key is asked, and what of a thing it is asked of.
_READ: Final[dict[str, tuple[Callable[..., Answer], Callable[[Look], Any]]]] = {
    "link": (_flag, lambda look: bool(look.links)),
    "edited": (_flag, lambda look: look.thing.edited),
    "top_level": (_flag, lambda look: look.thing.top_level),
    "mixed_script_link": (_flag, lambda look: look.disguised_hosts),
    "age": (_number, lambda look: look.age),
    "score": (_number, lambda look: look.thing.score),
    "reports": (_number, lambda look: look.thing.reports),
    "length": (_number, lambda look: len(look.text.strip())),
    "caps": (_number, lambda look: look.caps),
    "mentions": (_number, lambda look: look.mentions),
    "kind": (_one_of, lambda look: look.thing.kind and (look.thing.kind,)),
    "community": (_one_of, lambda look: (look.thing.community,) if look.thing.community else ()),
    "label": (_one_of, lambda look: look.thing.labels),
    "role": (_one_of, lambda look: look.roles),
    "lang": (_one_of, lambda look: look.language and (look.language,)),
}
_ASKED: Final[dict[str, Callable[[Any, Look], Answer]]] = {
    "starts": _starts,
    "ends": _ends,
    "domain": _domain,
    "url": _url,
    "repeat": _repeat,
    "spam": _spam,
}
