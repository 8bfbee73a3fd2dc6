"""What those whom a decision concerns are told: the fact, the rule, what happens, and how to have it looked at again.

The words are templates of the home, or those that come with cmday. What stands in for ``{measure}``, ``{lasting}`` and
``{outcome}`` is in the language of the template, which is the reader's and need not be that of the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final, Literal

import msgspec

from cmday.config.starter import STARTER
from cmday.config.templates import read_templates
from cmday.core.cases import Action, Case
from cmday.core.templates import Template
from cmday.errors import NotFound
from cmday.i18n import language, phrase
from cmday.session import Session
from cmday.text.filling import fill
from cmday.text.formality import form_of_address
from cmday.text.language import guess
from cmday.text.mentions import unaddressed
from cmday.text.plain import cut
from cmday.text.safe_text import safe

Language = Literal["en", "fr"]
TO_AUTHOR: Final[dict[Action, str]] = {
    "warn": "warning",
    "remove": "removal",
    "ban": "ban",
    "mute": "restriction",
    "hold": "restriction",
    "lock": "restriction",
    "label": "restriction",
}
TO_REPORTER: Final = "closing"
_EXCERPT: Final = 80
_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR
_MEASURES: Final[dict[str, dict[str, str]]] = {
    "en": {
        "mute": "what you write is not shown to others {lasting}",
        "hold": "your message is not shown until somebody has decided about it",
        "lock": "nobody can answer there any more",
        "label": "your message bears the label “{label}”",
    },
    "fr": {
        "mute": "ce que {you} n’est plus montré aux autres {lasting}",
        "hold": "{your} message n’est pas montré tant que personne n’a décidé",
        "lock": "plus personne ne peut y répondre",
        "label": "{your} message porte l’étiquette « {label} »",
    },
}
_OUTCOMES: Final[dict[str, tuple[str, str]]] = {
    "en": ("we acted on it", "we leave it as it is"),
    "fr": ("nous avons agi", "nous le laissons en place"),
}
_LETS_BE: Final = ("approve", "restore")
_NO_FAULT: Final = {"en": "it breaks none of our rules", "fr": "cela n’enfreint aucune de nos règles"}
_EVERYBODY: Final = {"en": "everybody", "fr": "à tous"}
_FOR_GOOD: Final = {"en": "for good", "fr": "définitivement"}
_UNITS: Final = {
    "en": (("for {n} hour", "for {n} hours"), ("for {n} day", "for {n} days")),
    "fr": (("pendant {n} heure", "pendant {n} heures"), ("pendant {n} jour", "pendant {n} jours")),
}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to tell: what was done and why, for how long and with which label. ``heard`` is what the reader
    wrote, by which language and form of address are chosen.
    """

    action: Action
    why: str
    reader: str
    heard: str = ""
    seconds: int | None = None
    label: str | None = None


class Wording:
    """The templates, read once: the home's own before those that come with cmday. Raises ``ConfigErrors``."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._own = read_templates(session.home.templates)
        self._bundled = read_templates(STARTER / "templates")

    def worded(self, name: str, case: Case, told: Told) -> tuple[str, str | None]:
        """The template of that name that fits best, filled in, and its language. Raises ``NotFound``."""
        known = self._session.settings.communities.get(case.community or "")
        one = self._choose(name, case, told.heard, known.languages if known else ())
        spoken = one.language if one.language in _MEASURES else language()
        why = told.why or (_NO_FAULT[spoken] if told.action in _LETS_BE else "")
        values = {
            "author": cut(safe(told.reader.removeprefix("@").partition("@")[0]), _EXCERPT) or _EVERYBODY[spoken],
            "community": known.title if known else (case.community or case.account),
            "text": unaddressed(cut(safe(case.text), _EXCERPT)),
            "why": why,
            "rule": why,
            "link": case.url or "",
            "lasting": _lasting(told.seconds, spoken),
            "outcome": _OUTCOMES[spoken][told.action in _LETS_BE],
            "measure": _measure(told, spoken, familiar=one.formality == "tu"),
        }
        return fill(one.text, values), one.language

    def _choose(self, name: str, case: Case, heard: str, languages: Sequence[str]) -> Template:
        """One in the reader's language and form of address before others."""
        spoken = guess(heard) or next(iter(languages), None) or language()
        form = form_of_address(heard) or "vous"
        named = [each for each in self._own if each.name.casefold() == name.casefold()]
        fitting = [each for each in named if not each.communities or case.community in each.communities]
        if not any(each.language in (None, spoken) for each in fitting):
            fitting += [each for each in self._bundled if each.name == name.casefold()]
        if not fitting:
            near = get_close_matches(name, sorted({one.name for one in self._own}), n=1, cutoff=0.5)
            raise NotFound(
                phrase('no template for this is called "{name}"', name=name),
                phrase("did you mean {name}?", name=near[0]) if near else phrase("cmday inbox templates lists them"),
            )
        return max(
            fitting,
            key=lambda each: (each.language in (None, spoken), bool(each.communities), each.formality in (None, form)),
        )


def filled(session: Session, name: str, case: Case, why: str) -> str:
    """The template of that name for the author of a case. Raises ``NotFound``, ``ConfigErrors``."""
    told = Told(action="warn", why=why, reader=case.author or case.author_handle, heard=case.text)
    return Wording(session).worded(name, case, told)[0]


def _measure(told: Told, spoken: str, *, familiar: bool) -> str:
    values = {
        "lasting": _lasting(told.seconds, spoken),
        "label": told.label or "",
        "you": "tu écris" if familiar else "vous écrivez",
        "your": "ton" if familiar else "votre",
    }
    return fill(_MEASURES[spoken].get(told.action, ""), values)


def _lasting(seconds: int | None, spoken: str) -> str:
    if seconds is None:
        return _FOR_GOOD[spoken]
    days = seconds >= _DAY
    n = max(1, round(seconds / (_DAY if days else _HOUR)))
    one, many = _UNITS[spoken][days]
    return (one if n == 1 else many).format(n=n)
