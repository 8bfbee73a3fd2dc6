"""English and French: the catalogue is chosen once, before any help string is made.

Two ways to say a thing. ``_("...")`` translates now, for text that goes straight to a person. ``phrase("...")`` keeps
the English sentence with its values and translates when it is shown, so that the same error can be English in JSON and
French on the screen.
"""

from __future__ import annotations

import gettext as _gettext
import os
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Final

LANGUAGES: Final = ("en", "fr")
_LOCALE_DIR: Final = Path(__file__).parent / "locale"
# With fewer letters of its own a sentence could be any other.
_TELLING: Final = 6

# A sentence's own words, each with the name of the value that follows, if one does.
_Parts = list[tuple[str, str | None]]

_catalogue: _gettext.NullTranslations = _gettext.NullTranslations()
_language: str = "en"


def choose(configured: str | None = None) -> str:
    """Choose the language once: ``CMDAY_LANG``, then the configuration, then the locale; returns ``en`` or ``fr``.

    A value that names neither is passed over, so a typo never breaks ``--help``.
    """
    global _catalogue, _language  # noqa: PLW0603  the one choice of a run
    wishes = [os.environ.get("CMDAY_LANG"), configured]
    wishes += [os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG")]
    _language = next((code for wish in wishes if wish and (code := wish[:2].lower()) in LANGUAGES), "en")
    _catalogue = (
        _gettext.translation("cmday", _LOCALE_DIR, [_language], fallback=True)
        if _language != "en"
        else _gettext.NullTranslations()
    )
    return _language


def language() -> str:
    """The language chosen for this run, ``en`` or ``fr``."""
    return _language


def _(message: str) -> str:
    """The message in the chosen language."""
    return _catalogue.gettext(message) if message else ""  # gettext has its own notes under the empty one


def ngettext(one: str, many: str, n: int) -> str:
    """The form of the message that fits the number, with ``{n}`` still to be filled in."""
    return _catalogue.ngettext(one, many, n)


class Phrase:
    """An English sentence with its values, translated when it is shown.

    ``str()`` gives the chosen language, ``.english`` the original. Values are filled in with ``str.format``.
    """

    __slots__ = ("message", "values")

    def __init__(self, message: str, values: dict[str, object]) -> None:
        self.message = message
        self.values = values

    @property
    def english(self) -> str:
        return self._fill(self.message, english=True)

    def _fill(self, template: str, *, english: bool) -> str:
        values = {
            name: (value.english if english else str(value)) if isinstance(value, Phrase) else value
            for name, value in self.values.items()
        }
        return template.format(**values) if values else template

    def __str__(self) -> str:
        return self._fill(_(self.message), english=False)

    def __repr__(self) -> str:
        return f"phrase({self.english!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Phrase) and (self.message, self.values) == (other.message, other.values)

    def __hash__(self) -> int:
        return hash(self.message)


def phrase(message: str, **values: object) -> Phrase:
    """A sentence to be translated when it is shown; the literal is collected for the catalogue."""
    return Phrase(message, values)


def recalled(english: str) -> Phrase:
    """A sentence that was kept in English, to be said again in the chosen language where its words are known.

    Of several sentences that it may have been it is the one with the most words of its own. ``.english`` is what was
    kept, whatever was found.
    """
    kept = Phrase(english, {})
    if _language == "en" or _(english) != english:
        return kept
    for message, parts in _templates(_catalogue):
        if values := _values(parts, english):
            found = Phrase(
                message, {name: recalled(value) if " " in value else value for name, value in values.items()}
            )
            if found.english == english:
                return found
    return kept


@lru_cache(maxsize=1)
def _templates(catalogue: _gettext.NullTranslations) -> list[tuple[str, _Parts]]:
    """The sentences of the catalogue that take values, those with the most words of their own first."""
    found: list[tuple[int, str, _Parts]] = []
    for message in vars(catalogue).get("_catalog", ()):  # gettext names no other way to list what it knows
        if isinstance(message, str) and "{" in message:
            parts = [(literal, name) for literal, name, _form, _conversion in Formatter().parse(message)]
            letters = sum(len(literal.strip()) for literal, _name in parts)
            if letters >= _TELLING:
                found.append((letters, message, parts))
    return [(message, parts) for _letters, message, parts in sorted(found, key=lambda one: one[0], reverse=True)]


def _values(parts: _Parts, english: str) -> dict[str, str] | None:
    """What the values of a sentence must have been for it to read so, each as short as can be; None where it cannot."""
    values: dict[str, str] = {}
    open_, rest = None, english
    for literal, name in parts:
        before, found, after = rest.partition(literal) if literal else ("", " ", rest)
        if not found or bool(before) != bool(open_):
            return None
        if open_:
            values[open_] = before
        open_, rest = name, after
    if open_:
        values[open_] = rest
    return values if bool(rest) == bool(open_) and values else None
