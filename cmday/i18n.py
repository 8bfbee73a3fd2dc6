"""English and French: the catalogue is chosen once, before any help string is made.

Two ways to say a thing. ``_("...")`` translates now, for text that goes straight to a person. ``phrase("...")`` keeps
the English sentence with its values and translates when it is shown, so that the same error can be English in JSON and
French on the screen.
"""

from __future__ import annotations

import gettext as _gettext
import os
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("en", "fr")
_LOCALE_DIR: Final = Path(__file__).parent / "locale"

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
    return _catalogue.gettext(message)


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
