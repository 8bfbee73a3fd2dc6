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
_OTHERWISE: Final = re.compile(r"\(\?[a-zA-Z0-9#&+~-]*[xVebR#&0-9+~]|\(\*|\[\[|\(\?\||\(\?\(|\\[LQ]|[^\x00-\x7f]")
_SHORTEST: Final = 3


def needed(source: str) -> tuple[str, ...]:
    """Pieces of folded text of which at least one stands in whatever the expression finds; empty where none is sure."""
    if _OTHERWISE.search(source):
        return ()
    longest = []
    for branch in _branches(source):
        pieces = list(_pieces(branch))
        best = max(pieces, key=len, default="")
        if len(best) < _SHORTEST:
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
        letter = _letter(atom)
        if letter and not (after in ("?", "*") or after.startswith("{")):
            run += letter
            continue
        yield run
        run = ""
    yield run


def _letter(atom: str) -> str:
    if len(atom) == 2 and atom[0] == "\\" and not atom[1].isalnum():  # noqa: PLR2004  an escape
        return atom[1]
    if len(atom) == 1 and (atom.isalnum() or atom in " -_/:,;@%&#!='\"<>~`"):
        return atom.casefold()
    return ""
