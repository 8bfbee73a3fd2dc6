"""Public holidays by country, from the ``holidays`` library.

The library takes a tenth of a second to import, so what it said of a year is remembered in the database, and it is
imported only for a country and year that were never asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

import msgspec

from cmday import __version__

# Languages of the library's names, by ours.
_LANGUAGES: Final = {"en": "en_US", "fr": "fr"}
_known: dict[str, dict[date, str]] = {}
_recall: Callable[[str], str | None] | None = None
_keep: Callable[[str, str], None] | None = None


def remember_in(recall: Callable[[str], str | None] | None, keep: Callable[[str, str], None] | None) -> None:
    """Where to look for what is known already, and where to keep it: two functions of a name (and a value)."""
    global _recall, _keep
    _recall, _keep = recall, keep


def holiday(day: date, country: str, language: str | None = None) -> str | None:
    """The name of the public holiday on this day, or None.

    ``country`` is ISO 3166 (``FR``), with a subdivision where one counts (``CA-QC``). The name is in ``language`` where
    the library has it, else as the country calls it. An unknown country has no holidays: the configuration names it.
    """
    return _year(day.year, country.upper(), language or "en").get(day)


def is_known_country(country: str) -> bool:
    """Whether the holidays of a country, or of its subdivision, are known."""
    from holidays import list_supported_countries

    code, _, part = country.upper().partition("-")
    known = list_supported_countries(include_aliases=True)
    return code in known and (not part or part in known[code])


def _year(year: int, country: str, language: str) -> dict[date, str]:
    name = f"holidays {country} {year} {language} {__version__}"
    if name not in _known:
        kept = _recall(name) if _recall else None
        if kept is None:
            _known[name] = _from_library(year, country, language)
            if _keep:
                _keep(name, msgspec.json.encode(_known[name]).decode())
        else:
            _known[name] = msgspec.json.decode(kept, type=dict[date, str])
    return _known[name]


def _from_library(year: int, country: str, language: str) -> dict[date, str]:
    from holidays import country_holidays

    code, _, part = country.partition("-")
    try:
        found = country_holidays(code, subdiv=part or None, years=[year], language=_LANGUAGES.get(language))
    except RuntimeError:  # what the library raises for a country it does not have
        return {}
    return dict(found)
