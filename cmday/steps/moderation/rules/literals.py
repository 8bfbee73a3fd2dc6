"""What a text must hold for a regular expression to find anything in it, read off the expression; never too much.

Looking for a piece of text costs a twentieth of a search, and most expressions have one that they cannot do without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

# One thing at a time: an escape, a class, the beginning of a group, a repeat, or a single character.
ATOM: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?|\{\d*,?\d*\}|[^\\\[]", re.DOTALL)
# Expressions in which a blank or a letter does not mean itself: flags such as (?x), sets and comments.
_OTHERWISE: Final = re.compile(r"\(\?[a-zA-Z0-9#&+~-]*[xVebR#&0-9+~]|\(\*|\[\[|\(\?\||\(\?\(|\\[LQ]")
# Stands at the end of the folded text where there is a digit in it.
A_DIGIT: Final = "\0d"


_DIGIT: Final = re.compile(r"\d")
_ITSELF: Final = frozenset(" -_/:,;@%&#!='\"<>~`€£«»’“”…·•→")


def needed(source: str) -> tuple[str, ...]:
    """Pieces of folded text of which at least one stands in whatever the expression finds; empty where none is sure."""
    if _OTHERWISE.search(source):
        return ()
    longest = []
    for branch in _branches(source):
        pieces = list(_pieces(branch))
        best = max(pieces, key=_worth, default="")
        if not best:
            return ()
        longest.append(best)
    return tuple(longest)


def _branches(source: str) -> Iterator[list[str]]:
    """The atoms of each alternative on the outside, without what is in groups: a group is one atom, ``()``."""
    depth = 0
    branch: list[str] = []
    for atom in ATOM.findall(source):
        if atom in ("(", "(?"):
            depth += 1
        elif atom == ")":
            depth -= 1
            if depth == 0:
                branch.append("()")
        elif depth == 0 and atom == "|":
            yield branch
            branch = []
        elif depth == 0:
            branch.append(atom)
    yield branch


def _pieces(atoms: list[str]) -> Iterator[str]:
    """The runs of letters that stand in it whatever happens."""
    run = ""
    for place, atom in enumerate(atoms):
        after = atoms[place + 1] if place + 1 < len(atoms) else ""
        surely = not (after in ("?", "*") or after.startswith("{"))
        if surely and (letter := _letter(atom)):
            run += letter
            continue
        yield run
        run = ""
        if surely and atom == r"\d":
            yield A_DIGIT
    yield run


def level_of(text: str) -> str:
    """The text in which such pieces are looked for: every ``i``, dotted or not, is one, as for the expressions."""
    level = text.casefold().replace("i\u0307", "i").replace("ı", "i")
    return level + A_DIGIT if _DIGIT.search(text) else level


def _worth(piece: str) -> int:
    return 2 if piece == A_DIGIT else len(piece)


def _letter(atom: str) -> str:
    if len(atom) == 2 and atom[0] == "\\" and not atom[1].isalnum():  # noqa: PLR2004  an escape
        return atom[1]
    if len(atom) == 1 and (atom in _ITSELF or (atom.isascii() and atom.isalnum())):
        return atom.casefold()
    return ""
