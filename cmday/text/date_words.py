"""The words that dates are made of, English and French, in lower case and without accents."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Final


def _table(*rows: str) -> dict[str, int]:
    return {word: number for number, row in enumerate(rows) for word in row.split()}


WEEKDAYS: Final = _table(
    "mon monday lun lundi",
    "tue tues tuesday mar mardi",
    "wed weds wednesday mer mercredi",
    "thu thur thurs thursday jeu jeudi",
    "fri friday ven vendredi",
    "sat saturday sam samedi",
    "sun sunday dim dimanche",
)
MONTHS: Final = {
    word: number + 1
    for word, number in _table(
        "jan january janv janvier",
        "feb february fev fevr fevrier",
        "mar march mars",
        "apr april avr avril",
        "may mai",
        "jun june juin",
        "jul july juil juillet",
        "aug august aou aout",
        "sep sept september septembre",
        "oct october octobre",
        "nov november novembre",
        "dec december decembre",
    ).items()
}
NAMED_DAYS: Final = {
    "today": 0,
    "aujourd'hui": 0,
    "auj": 0,
    "tomorrow": 1,
    "tom": 1,
    "demain": 1,
    "apres-demain": 2,
    "apres demain": 2,
    "day after tomorrow": 2,
    "yesterday": -1,
    "hier": -1,
    "next week": 7,
    "semaine prochaine": 7,
}
NAMED_TIMES: Final = {
    "noon": time(12),
    "midi": time(12),
    "morning": time(12),
    "matin": time(12),
    "evening": time(20),
    "soir": time(20),
}
UNITS: Final = {
    "m": timedelta(minutes=1),
    "mn": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "mins": timedelta(minutes=1),
    "minute": timedelta(minutes=1),
    "minutes": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "hr": timedelta(hours=1),
    "hrs": timedelta(hours=1),
    "hour": timedelta(hours=1),
    "hours": timedelta(hours=1),
    "heure": timedelta(hours=1),
    "heures": timedelta(hours=1),
    "d": timedelta(days=1),
    "day": timedelta(days=1),
    "days": timedelta(days=1),
    "j": timedelta(days=1),
    "jr": timedelta(days=1),
    "jrs": timedelta(days=1),
    "jour": timedelta(days=1),
    "jours": timedelta(days=1),
    "w": timedelta(weeks=1),
    "week": timedelta(weeks=1),
    "weeks": timedelta(weeks=1),
    "sem": timedelta(weeks=1),
    "semaine": timedelta(weeks=1),
    "semaines": timedelta(weeks=1),
}
FILLERS: Final = frozenset({"at", "a", "le", "on", "by", "the", "pour", "avant", "vers", "next", "prochain", "ce"})
