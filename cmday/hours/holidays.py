"""Public holidays by country, from the ``holidays`` library, which is imported only where a country is configured."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

# Languages of the library's names, by ours.
_LANGUAGES: Final = {"en": "en_US", "fr": "fr"}


def holiday(day: date, country: str, language: str | None = None) -> str | None:
    """The name of the public holiday on this day, or None.

    ``country`` is ISO 3166 (``FR``), with a subdivision where one counts (``CA-QC``). The name is in ``language`` where
    the library has it, else as the country calls it. An unknown country has no holidays: the configuration names it.
    """
    return _year(day.year, country.upper(), language).get(day)


def is_known_country(country: str) -> bool:
    """Whether the holidays of a country, or of its subdivision, are known."""
    from holidays import list_supported_countries

    code, _, part = country.upper().partition("-")
    known = list_supported_countries(include_aliases=True)
    return code in known and (not part or part in known[code])


@lru_cache(maxsize=64)
def _year(year: int, country: str, language: str | None) -> dict[date, str]:
    from holidays import country_holidays

    code, _, part = country.partition("-")
    wanted = _LANGUAGES.get(language or "")
    try:
        found = country_holidays(code, subdiv=part or None, years=[year], language=wanted)
    except RuntimeError:  # what the library raises for a country it does not have
        return {}
    return dict(found)
