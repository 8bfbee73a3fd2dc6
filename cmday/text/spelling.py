"""Which words of a text no dictionary knows. Names, handles, links, hashtags, emoji and acronyms are passed over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from cmday.text.masking import prose

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*(?![\w])")
_BEFORE_A_SENTENCE: Final = re.compile(r"(?:^|[.!?…:\n]|[-–—•])[\s«“\"'’(]*$")
_SHORT: Final = 1
_MOST: Final = 2000
_AROUND: Final = 8


def unknown_words(text: str, knows: Callable[[str], bool], names: Iterable[str] = ()) -> list[str]:
    """The words that ``knows`` refuses, each once, in order.

    A capital within a sentence makes a name; ``names`` are those that may begin one. A word with an apostrophe or a
    hyphen is known too where all its parts are.
    """
    own = {part.casefold() for name in names for part in _WORD.findall(name)}
    found: dict[str, None] = {}
    for word in _words(text):
        plain = word.replace("’", "'")
        if plain.casefold() in own or plain in found or _known(plain, knows):
            continue
        parts = re.split("['-]", plain)
        if len(parts) > 1 and all(
            len(part) <= _SHORT or part.casefold() in own or _known(part, knows) for part in parts
        ):
            continue
        found[word] = None
    return list(found)


def _known(word: str, knows: Callable[[str], bool]) -> bool:
    return knows(word) or (word[:1].isupper() and knows(word[:1].lower() + word[1:]))


def _words(text: str) -> Iterator[str]:
    plain = prose(text)
    for number, match in enumerate(_WORD.finditer(plain)):
        word = match[0]
        if number >= _MOST:
            return
        if (
            len(word) <= _SHORT
            or word.isupper()
            or any(char.isupper() for char in word[1:].replace("’", "'").split("'")[0])
        ):
            continue
        if word[0].isupper() and not _BEFORE_A_SENTENCE.search(plain[max(0, match.start() - 8) : match.start()]):
            continue
        yield word
