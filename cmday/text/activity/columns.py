"""Which column of an export holds what, by the names that Matomo, GA4, Facebook Insights, YouTube, Discord and Mastodon
tools give them, in English and French, and else by what stands in them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

import msgspec

from cmday.text.activity.moments import hour_of_day, is_moment, number
from cmday.text.activity.table import Table

ROLES: Final = ("time", "date", "hour", "weekday", "actor", "count")
_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "time": (
        *("utc", "time", "timestamp", "datetime", "createdat", "created", "publishedat", "published", "postedat"),
        *("dateandtime", "datetimeutc", "servertime", "intervalstarttimestamp", "datehour", "datehouryyyymmddhh"),
        *("datehouretminute", "horodatage", "dateetheure", "publiele", "sentat", "at", "serverdate", "visitservertime"),
    ),
    "date": ("date", "day", "jour", "nthday", "datejour"),
    "hour": ("hour", "heure", "hourofday", "heuredelajournee", "label", "libelle", "localtime", "visitlocalhour"),
    "weekday": ("weekday", "dayofweek", "jourdelasemaine", "dayofweekname", "joursemaine"),
    "actor": (
        *("actor", "author", "user", "account", "acct", "username", "userid", "authorid", "accountid", "member"),
        *("visitorid", "idvisitor", "utilisateur", "auteur", "from", "sender", "fromid", "handle", "name", "nom"),
    ),
    # What counts people comes before what counts visits, and that before what counts messages.
    "count": (
        *("activeusers", "utilisateursactifs", "users", "utilisateurs", "totalusers", "people", "persons", "personnes"),
        *("nbuniqvisitors", "uniquevisitors", "visiteursuniques", "visitors", "visiteurs", "communicators"),
        *("uniqueviewers", "spectateursuniques", "viewers", "speakers", "online", "reach", "couverture", "listeners"),
        *("visits", "nbvisits", "visites", "sessions", "engagedsessions", "views", "vues", "impressions"),
        *("interactions", "actions", "nbactions", "events", "messages", "posts", "count", "total", "n"),
    ),
}
_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            *("monday lundi mon lun", "tuesday mardi tue mar", "wednesday mercredi wed mer", "thursday jeudi thu jeu"),
            *("friday vendredi fri ven", "saturday samedi sat sam", "sunday dimanche sun dim"),
        )
    )
    for name in names.split()
}
_HOURS: Final = 24
_LOOKED_AT: Final = 200


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """The places of columns, from 0, None for what there is not; ``hours`` are 24 columns, one an hour of the day."""

    time: int | None = None
    date: int | None = None
    hour: int | None = None
    weekday: int | None = None
    actor: int | None = None
    count: int | None = None
    hours: tuple[int, ...] = ()

    @property
    def says_when(self) -> bool:
        return self.time is not None or self.hour is not None or bool(self.hours)

    @property
    def says_who(self) -> bool:
        return self.actor is not None or self.count is not None or bool(self.hours)


def guess(table: Table) -> Columns:
    """What can be known of a table's columns."""
    plain = [_plain(name) for name in table.header]
    hours = _hour_columns(plain)
    found: dict[str, int] = {}
    for role, names in _NAMES.items():
        places = [plain.index(name) for name in names if name in plain and plain.index(name) not in found.values()]
        fitting = [place for place in places if _fits(table, place, role)]
        if fitting:
            found[role] = fitting[0]
    if "time" in found and "hour" in found and "date" not in found:
        found.pop("hour")
    if "date" in found and "time" not in found and "hour" not in found and not hours:
        found["time"] = found.pop("date")
    if "time" in found:
        found.pop("date", None)
    return _by_content(table, msgspec.convert({**found, "hours": hours}, Columns))


def named(table: Table, wanted: Mapping[str, str]) -> Columns:
    """Columns that a person named: by role, the name or the number (from 1) of a column.

    Raises ``KeyError`` with the role or the name that there is not.
    """
    plain = [_plain(name) for name in table.header]
    found: dict[str, int] = {}
    for role, name in wanted.items():
        if role not in ROLES:
            raise KeyError(role)
        if name.isdecimal() and 1 <= int(name) <= table.size:
            found[role] = int(name) - 1
        elif _plain(name) in plain:
            found[role] = plain.index(_plain(name))
        else:
            raise KeyError(name)
    return msgspec.convert(found, Columns)


def weekday_of(text: str) -> int | None:
    """0 for Monday, by its name in English or French; None where it is none."""
    return _WEEKDAYS.get(_plain(text))


def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFD", name.casefold())
    return re.sub(r"[^a-z0-9]", "", bare)


def _hour_columns(plain: list[str]) -> tuple[int, ...]:
    """The places of columns named 0 to 23, or 0h, 00:00 and so on; nothing where one of them misses."""
    places: dict[int, int] = {}
    for place, name in enumerate(plain):
        if found := re.fullmatch(r"(\d{1,2})(?:h|00|h00)?", name):
            places.setdefault(int(found[1]), place)
    return tuple(places[hour] for hour in range(_HOURS)) if all(hour in places for hour in range(_HOURS)) else ()


def _fits(table: Table, place: int, role: str) -> bool:
    """Whether at least half of a column's cells are what its name promises; a total below is not."""
    cells = [row[place] for row in table.rows[:_LOOKED_AT] if row[place]]
    return bool(cells) and 2 * sum(_is(role, cell) for cell in cells) >= len(cells)


def _is(role: str, cell: str) -> bool:
    if role in ("time", "date"):
        return is_moment(cell)
    if role == "hour":
        return hour_of_day(cell) is not None
    if role == "weekday":
        return weekday_of(cell) is not None
    return role == "actor" or number(cell) is not None


def _by_content(table: Table, known: Columns) -> Columns:
    """A table without telling names: the one column of times, and in a table of two the other one."""
    if not known.says_when:
        times = [place for place in range(table.size) if _fits(table, place, "time")]
        if len(times) == 1:
            known = msgspec.structs.replace(known, time=times[0])
    if known.says_when and not known.says_who and table.size == 2:  # noqa: PLR2004  when and who
        other = 1 - (known.time if known.time is not None else known.hour or 0)
        role = "count" if known.time is None else "actor"
        known = msgspec.structs.replace(known, **{role: other})
    return known
