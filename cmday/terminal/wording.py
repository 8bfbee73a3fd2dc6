"""Dates, times, lengths and numbers as each language writes them; French spacing is non-breaking."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

from cmday.text.safe_text import safe

NBSP: Final = "\u00a0"
_NARROW: Final = "\u202f"

_DAYS: Final = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
}
_SHORT_DAYS: Final = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
}
_MONTHS: Final = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
}
_SHORT_MONTHS: Final = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
}
_READ: Final = 4096
_BROKEN: Final = 60
_WEEK: Final = timedelta(days=7)
_PLAIN: Final = timedelta(days=20)
_BEFORE_SIGN: Final = re.compile(r"(?<=\S) (?=[:;!?»])|(?<=«) ")


def time(moment: datetime) -> str:
    """``08:31``."""
    return f"{moment:%H:%M}"


def weekday(day: date, language: str) -> str:
    """``lundi``, ``Monday``."""
    return _DAYS[language][day.weekday()]


def short_weekday(day: date, language: str) -> str:
    """``lun.``, ``Mon``."""
    return _SHORT_DAYS[language][day.weekday()]


def _number_of(day: date, language: str) -> str:
    return "1er" if language == "fr" and day.day == 1 else str(day.day)


def long_day(day: date, language: str) -> str:
    """``lundi 2 novembre 2026``, ``Monday 2 November 2026``."""
    return f"{weekday(day, language)} {_number_of(day, language)} {_MONTHS[language][day.month - 1]} {day.year}"


def middle_day(day: date, language: str) -> str:
    """``lundi 2 novembre``."""
    return f"{weekday(day, language)} {_number_of(day, language)} {_MONTHS[language][day.month - 1]}"


def short_day(day: date, language: str) -> str:
    """``lun. 2 nov.``, ``Mon 2 Nov``."""
    return f"{short_weekday(day, language)} {_number_of(day, language)} {_SHORT_MONTHS[language][day.month - 1]}"


def day_of_month(day: date, language: str) -> str:
    """``mer. 11``, ``Wed 11``."""
    return f"{short_weekday(day, language)} {_number_of(day, language)}"


def day_ahead(day: date, today: date, language: str) -> str:
    """``mer. 11``, with the month, ``ven. 4 déc.``, where it could be taken for a nearer one."""
    return day_of_month(day, language) if abs(day - today) <= _PLAIN else short_day(day, language)


def date_alone(day: date, language: str) -> str:
    """``12 oct.``."""
    return f"{_number_of(day, language)} {_SHORT_MONTHS[language][day.month - 1]}"


def near_day(moment: datetime, now: datetime, language: str) -> str:
    """``08:31`` today, ``dim.`` within a week either way, else ``12 oct.``; both in the same zone."""
    if moment.date() == now.date():
        return time(moment)
    if abs(moment.date() - now.date()) < _WEEK:
        return short_weekday(moment, language)
    return date_alone(moment, language)


def when(moment: datetime, now: datetime, language: str) -> str:
    """``08:31`` today, ``ven. 17:34`` within a week either way, else ``12 oct. 17:34``; both in the same zone."""
    if moment.date() == now.date():
        return time(moment)
    return f"{near_day(moment, now, language)} {time(moment)}"


def duration(minutes: int) -> str:
    """``25 min``, ``2 h``, ``2 h 30``."""
    hours, rest = divmod(max(0, minutes), 60)
    if not hours:
        return f"{rest}{NBSP}min"
    return f"{hours}{NBSP}h{NBSP}{rest:02}" if rest else f"{hours}{NBSP}h"


def number(value: float, language: str, digits: int = 0) -> str:
    """``1,234.5`` in English, ``1 234,5`` in French."""
    text = f"{value:,.{digits}f}"
    if language == "fr":
        text = text.replace(",", _NARROW).replace(".", ",")
    return text


def quote(text: str, language: str, *, plain: bool = False) -> str:
    """``« texte »`` with non-breaking spaces, ``“text”``, or straight quotes where only those are sure to be there."""
    if language == "fr":
        return f"«{NBSP}{text}{NBSP}»"
    return f'"{text}"' if plain else f"“{text}”"


def one_line(text: str, dot: str) -> str:
    """The text, made safe, on one line: paragraphs and lines joined by a dot, what a mail program broke by a space."""
    said = ""
    wrapped = False
    for line in text[:_READ].splitlines():
        words = safe(line)
        if words:
            said += (" " if wrapped else f" {dot} ") + words if said else words
        wrapped = len(words) >= _BROKEN
    return said


def french_spacing(text: str) -> str:
    """The text with the spaces before ``: ; ! ?`` and inside guillemets made non-breaking."""
    return _BEFORE_SIGN.sub(NBSP, text)
