"""Whether a word is spoken of rather than used: quoted, denied, named as an insult, reported, or said of oneself.

Whoever objects to an insult has to name it, and those it was coined for may take it as their own. No list of turns of
phrase knows all of that, so this is only ever used to do less about a text. English and French; pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from cmday.text.disguise import Reading
from cmday.text.word_index import Found

_BEFORE: Final = 6
_AFTER: Final = 7
_LONGEST_QUOTE: Final = 300
_QUOTES: Final = re.compile(
    rf"«[^«»]{{1,{_LONGEST_QUOTE}}}»|“[^“”]{{1,{_LONGEST_QUOTE}}}”|„[^„“”]{{1,{_LONGEST_QUOTE}}}[“”]"
    rf"|(?<![^\W_])\"[^\"\n]{{1,{_LONGEST_QUOTE}}}\"(?![^\W_])"
    rf"|(?<![^\W_])['‘][^'’\n]{{1,{_LONGEST_QUOTE}}}['’](?![^\W_])"
    r"|^>[^\n]*",
    re.MULTILINE,
)
# Words are folded and parted by single blanks; an apostrophe parts words as well.
_DENIED: Final = re.compile(
    r"(?:not|isn t|aren t|wasn t|weren t|am not|never|no|nobody is|don t (?:say|use|call)|stop (?:saying|using|calling)"
    r"|do not (?:say|use|call)|pas|jamais|ni|aucun|aucune|non)"
    r"(?: (?:an?|the|all|really|any|such|him|her|them|people|anyone|somebody|someone|each other|other"
    r"|un|une|des|de|du|d|le|la|les|vraiment|tous|toutes|du tout"
    r"|dire|traiter|appeler|quelqu|quelqu un|les gens|autres?|comme|ici))*$"
)
_SPOKEN_OF: Final = re.compile(
    r"(?:(?:the|that|this) (?:word|words|term|slur|insult)|(?:le|ce|les|ces) (?:mots?|termes?|insultes?|injures?)"
    r"|(?:called?|calls|calling|named) (?:me|us|him|her|them|you|people|someone|somebody|everyone|my \w+|our \w+|a \w+)"
    r"|(?:m|t|l|s|nous|vous|les|lui) (?:a|as|ai|ont|est|avez|avait|avaient)(?: \w+)? (?:traitee?s?|appelee?s?|dit)"
    r"|traitee?s?|traiter|traitent|traite(?: les gens)?|se faire (?:traiter|appeler)"
    r"|(?:said|says|saying|say|wrote|writes|uses?|using|shouted|shouting|heard|hear|spelled|spelling|meaning of"
    r"|definition of)|(?:dire|disent|disait|ecrire|ecrit|crier|crient|entendre|entendu|signifie|definition de"
    r"|sens de|emploi de)"
    r")(?: (?:an?|the|de|d|du|des|un|une|le|la|l|like|as|word|mot|me|comme))*$"
)
_NAMED: Final = re.compile(
    r"^(?:(?:is|are|was|were|isn t|should be)(?: \w+){0,2}? (?:insult|insults|slur|slurs|offensive|word|swear|swearing"
    r"|unacceptable|wrong|rude|hurtful|racist|sexist|homophobic|hateful|banned|forbidden|okay|ok|acceptable|fine|cool)"
    r"|(?:est|sont|etait|c est|n est)(?: \w+){0,3}? (?:insultes?|injures?|mots?|offensante?s?|blessante?s?"
    r"|inacceptables?|racistes?|sexistes?|homophobes?|interdite?s?|acceptables?|grossiere?s?|haineux|haineuse)"
    r"|(?:means|signifie|veut dire|comes from|vient de)\b)"
)
_OF_ONESELF: Final = re.compile(
    r"(?:\bi am|\bi m|\bwe are|\bwe re|\bas|\bus|\bwe|\bmy fellow|\bproud|\bfellow|\bje suis|\bj suis|\bon est"
    r"|\bnous sommes|\bnous les|\ben tant que|\bfiere?s? d etre|\bmoi)"
    r"(?: (?:an?|the|un|une|des|de|so|such|just|also|very|really|proud|fellow|old|bien|aussi|tres|fiere?s?|happy|out"
    r"|open|vieux|vieille|grosse?|petite?))*$"
)


def is_spoken_of(reading: Reading, found: Iterable[Found]) -> bool:
    """Whether each of the words found is only spoken of, every time that it stands there; false without any."""
    spots = list(found)
    if not spots or any(one.first < 0 for one in spots):
        return False
    quotes = [quote.span() for quote in _QUOTES.finditer(reading.folded)]
    return all(_spoken_of(reading, one, quotes) for one in spots)


def _spoken_of(reading: Reading, one: Found, quotes: list[tuple[int, int]]) -> bool:
    start, end = reading.places[one.first][0], reading.places[one.last - 1][1]
    if any(opens <= start and end <= closes for opens, closes in quotes):
        return True
    before = " ".join(reading.words[max(0, one.first - _BEFORE) : one.first])
    after = " ".join(reading.words[one.last : one.last + _AFTER])
    sentence = _sentence_before(reading, one, before)
    return bool(
        _ends(_DENIED, sentence) or _ends(_SPOKEN_OF, sentence) or _ends(_OF_ONESELF, sentence) or _NAMED.match(after)
    )


def _sentence_before(reading: Reading, one: Found, before: str) -> str:
    """Of the words before, those of the same sentence."""
    words = before.split()
    kept: list[str] = []
    for back, word in enumerate(reversed(words), 1):
        place = one.first - back
        if re.search(r"[.!?;\n]", reading.folded[reading.places[place][1] : reading.places[place + 1][0]]):
            break
        kept.insert(0, word)
    return " ".join(kept)


def _ends(turn: re.Pattern[str], words: str) -> bool:
    return any(turn.match(words, at) for at in _starts(words))


def _starts(words: str) -> list[int]:
    return [0, *(found.end() for found in re.finditer(" ", words))] if words else []
