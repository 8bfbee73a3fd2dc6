"""What an answer is judged by, each point with a reason in words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from cmday.drills.scenario import CheckName, Fact
from cmday.i18n import Phrase, phrase
from cmday.text import candour

SHORT: Final = 280
_EXCERPT: Final = 60


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """One point of the checklist: whether it is met, and why one would say so, in English."""

    name: CheckName
    passed: bool
    says: str


def judge(text: str, asks: Iterable[CheckName], facts: Sequence[Fact], promises: Sequence[str]) -> tuple[Checked, ...]:
    """Hold an answer to these points. Where no fact is known, none is asked for."""
    found = []
    for name in asks:
        if name == "facts":
            if facts:
                found.append(_facts(text, facts))
        elif name == "no-promise":
            words = candour.promises_too_much(text, promises)
            found.append(_checked(name, words is None, *_SAYS[name], words))
        elif name == "short":
            found.append(_short(text))
        else:
            wanted, look = _LOOKS[name]
            words = look(text)
            found.append(_checked(name, (words is not None) == wanted, *_SAYS[name], words))
    return tuple(found)


def _checked(name: CheckName, passed: bool, yes: str, no: str, words: str | None) -> Checked:
    said = Phrase(yes if passed else no, {"words": (words or "")[:_EXCERPT]})
    return Checked(name=name, passed=passed, says=said.english)


def _facts(text: str, facts: Sequence[Fact]) -> Checked:
    there = [one for one in facts if candour.said(text, one.words)]
    if there:
        said = phrase("it states what is known: {fact}", fact=there[0].says)
    else:
        said = phrase("it states nothing of what is known: {fact}", fact=facts[0].says)
    return Checked(name="facts", passed=bool(there), says=said.english)


def _short(text: str) -> Checked:
    n = len(text.strip())
    if n <= SHORT:
        said = phrase("it is short: {n} characters", n=n)
    else:
        said = phrase("it is long: {n} characters, where {most} leave less to feed on", n=n, most=SHORT)
    return Checked(name="short", passed=n <= SHORT, says=said.english)


# What is looked for, and whether it is to be there.
_LOOKS: Final[dict[CheckName, tuple[bool, Callable[[str], str | None]]]] = {
    "acknowledges": (True, candour.acknowledges),
    "no-blame": (False, candour.blames),
    "respect": (False, candour.disrespects),
    "next-step": (True, candour.next_step),
    "when": (True, candour.says_when),
    "asks": (True, candour.asks),
    "contact": (True, candour.names_contact),
    "no-speculation": (False, candour.speculates),
    "sober": (False, candour.cheers),
}
# What is said where a point is met, and where it is not.
_SAYS: Final[dict[CheckName, tuple[str, str]]] = {
    "acknowledges": (
        phrase('it says that they were heard: "{words}"').message,
        phrase(
            "it does not say that they were heard: say what you understood, or that you are sorry, without an if"
        ).message,
    ),
    "no-blame": (
        phrase("it puts the fault on nobody").message,
        phrase('"{words}" puts the fault on somebody: say what happened instead').message,
    ),
    "respect": (
        phrase("it stays polite").message,
        phrase('"{words}" shouts or belittles: whoever reads along sees only that').message,
    ),
    "next-step": (
        phrase('it says what comes next: "{words}"').message,
        phrase("it does not say what you do next").message,
    ),
    "when": (
        phrase('it says when: "{words}"').message,
        phrase("it does not say when: a moment that you can keep, were it only that of the next word").message,
    ),
    "no-promise": (
        phrase("it promises nothing that you cannot keep").message,
        phrase('"{words}" promises what you cannot be sure to keep').message,
    ),
    "asks": (
        phrase("it asks for what is needed to go on").message,
        phrase("it asks for nothing: a question back shows that it is taken seriously").message,
    ),
    "contact": (
        phrase("it names somebody, or a place, to turn to: {words}").message,
        phrase("it names nobody to turn to: an address, a number, a page").message,
    ),
    "no-speculation": (
        phrase("it says nothing that you do not know").message,
        phrase('"{words}" supposes: say what you know, and that the rest is being looked at').message,
    ),
    "sober": (
        phrase("it is sober").message,
        phrase('"{words}" does not fit the moment').message,
    ),
}
