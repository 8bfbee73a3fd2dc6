"""Addresses: who wrote from where, kept as items are stored, so that people are found without reading the ledger."""

# ruff: noqa: S608  only question marks and our own words are put into the SQL

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from cmday.core.items import WANT_ANSWER, Notification
from cmday.core.people import Address, Likeness, Occasion, Turn
from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database
from cmday.text.forgetting import key_of

_COLUMNS: Final = "number, network, handle, name, first_at, last_at, items, spoke, asked, follows, person"
_SELECT: Final = f"SELECT {_COLUMNS} FROM address a"
_ASKED: Final = frozenset({"mention", "question", "share"})

NEW_FOR: Final = timedelta(days=7)
SILENT_AFTER: Final = timedelta(days=60)
_SILENT_UNTIL: Final = timedelta(days=180)
_REGULAR: Final = 5
_REGULAR_FOR: Final = timedelta(days=30)
_YEAR: Final = timedelta(days=365)
_LATE: Final = timedelta(days=3)
_ALIVE: Final = timedelta(days=90)
_LATELY: Final = timedelta(days=30)
_OFTEN: Final = 2


def store(db: Database, fresh: Iterable[Notification]) -> None:
    """Note who wrote these items, each of which is new; part of the transaction it is called in."""
    rows = [
        (
            one.network,
            _storable(one.author_handle),
            _storable(one.author),
            epoch(one.at),
            epoch(one.at),
            one.kind in WANT_ANSWER,
            one.kind in _ASKED,
            one.kind == "follow",
        )
        for one in fresh
        if one.author_handle and one.kind != "report"
    ]
    with db.write() as tx:
        tx.executemany(
            "INSERT INTO address (network, handle, name, first_at, last_at, items, spoke, asked, follows)"
            " VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?) ON CONFLICT (network, handle) DO UPDATE SET"
            " name = CASE WHEN excluded.last_at >= last_at AND excluded.name <> '' THEN excluded.name ELSE name END,"
            " first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at),"
            " items = items + 1, spoke = spoke + excluded.spoke, asked = asked + excluded.asked,"
            " follows = max(follows, excluded.follows)",
            rows,
        )


def of(db: Database, network: str, handle: str) -> Address | None:
    """The address of this handle, exactly."""
    return _one(db, "WHERE network = ? AND handle = ?", (network, handle))


def matching(db: Database, word: str, limit: int) -> list[Address]:
    """The addresses that a person means by a word: the handle itself, else the name itself, else a part of either.

    ``network:handle`` names the network, too. Any case, with or without the ``@`` before; the last seen first.
    """
    from cmday.text.matching import fold  # its tables take milliseconds, which no glance needs

    network, colon, rest = word.partition(":")
    if colon and db.connection.execute("SELECT 1 FROM address WHERE network = ? LIMIT 1", (network,)).fetchone():
        return [one for one in matching(db, rest, limit * 8) if one.network == network][:limit] if rest else []
    wanted, bare = fold(word.strip()), key_of(word)
    exact: list[Address] = []
    named: list[Address] = []
    partly: list[Address] = []
    if not bare:
        return []
    for row in db.connection.execute(f"{_SELECT} ORDER BY last_at DESC, number"):
        handle, name = fold(row[2]), fold(row[3])
        if handle == wanted or handle.lstrip("@") == wanted.lstrip("@"):
            exact.append(_address(db, row))
        elif name == wanted:
            named.append(_address(db, row))
        elif len(partly) < limit and (wanted in handle or wanted in name):
            partly.append(_address(db, row))
    return (exact or named or partly)[:limit]


def count(db: Database) -> int:
    """How many addresses the ledger knows."""
    return int(db.connection.execute("SELECT count(*) FROM address").fetchone()[0])


def others(db: Database, but: Sequence[Address]) -> list[tuple[str, str]]:
    """All other addresses, as ``(handle, name)``."""
    own = {one.number for one in but}
    rows = db.connection.execute("SELECT number, handle, name FROM address")
    return [(handle, name) for number, handle, name in rows if number not in own]


def together(db: Database, address: Address) -> list[Address]:
    """All addresses of a person, this one first."""
    if address.person is None:
        return [address]
    rows = _all(db, "WHERE person = ? ORDER BY last_at DESC", (address.person,))
    return [address, *(one for one in rows if one.number != address.number)]


def alike(db: Database, addresses: Sequence[Address], limit: int) -> list[tuple[Address, Likeness]]:
    """Addresses that may be the same person's, each with why in a word: ``handle``, ``site`` or ``name``.

    A handle's own part is alike (``@zo@m.example``, ``zo.example.org``), one is the site of a mail's domain, or two
    have the same full name. It is never more than a suggestion.
    """
    from cmday.text.matching import fold  # its tables take milliseconds, which no glance needs

    own = {one.number for one in addresses}
    parts = {part for one in addresses if len(part := _own_part(one.handle)) >= _TELLING}
    sites = {site for one in addresses if (site := _site(one.handle))}
    full = {fold(one.name) for one in addresses if len(one.name.split()) > 1}
    found = []
    for row in db.connection.execute(f"{_SELECT} ORDER BY last_at DESC"):
        if row[0] in own:
            continue
        if _own_part(row[2]) in parts:
            why: Likeness = "handle"
        elif _site(row[2]) in sites:
            why = "site"
        elif row[3] and fold(row[3]) in full:
            why = "name"
        else:
            continue
        found.append((_address(db, row), why))
        if len(found) == limit:
            break
    return found


_TELLING: Final = 4
# Sites where everybody has an address: they tell nothing of who one is.
_SHARED_SITES: Final = frozenset({"bsky.social", "gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "proton.me"})


def _own_part(handle: str) -> str:
    """``zo`` of ``@zo@m.example``, ``zo:matrix.example``, ``zo@mail.example`` and ``zo.bsky.social``."""
    from cmday.text.matching import fold  # its tables take milliseconds, which no glance needs

    bare = fold(handle).lstrip("@").partition("@")[0].partition(":")[0]
    return bare.partition(".")[0] if bare.endswith(".bsky.social") else bare


def _site(handle: str) -> str:
    """The site that is somebody's own: the domain of an address of one's own, or a handle that is a domain."""
    from cmday.text.matching import fold  # its tables take milliseconds, which no glance needs

    bare = fold(handle).removeprefix("https://").removeprefix("http://").strip("/").lstrip("@")
    own, _, domain = bare.rpartition("@")
    if own and handle.startswith("@"):
        return ""  # a server of many
    found = domain.rpartition("/")[2] if "/" in domain else domain
    if "." not in found or ":" in found or any(found == one or found.endswith(f".{one}") for one in _SHARED_SITES):
        return ""
    return found.removeprefix("www.")


# Linking.


def link(db: Database, addresses: Sequence[Address]) -> dict[str, int | None]:
    """Make these, with all that are linked to them, one person; returns how they stood, by number."""
    every = {one.number: one for each in addresses for one in together(db, each)}
    person = min(every)
    return _gather(db, dict.fromkeys(every, person))


def unlink(db: Database, address: Address) -> dict[str, int | None]:
    """Part an address from the others of its person; returns how they stood."""
    left = [one.number for one in together(db, address)[1:]]
    changes: dict[int, int | None] = {address.number: None}
    changes.update({number: min(left) if len(left) > 1 else None for number in left})
    return _gather(db, changes)


def bring_back(db: Database, before: dict[str, int | None]) -> list[Address]:
    """Link as it was before; returns the addresses."""
    _gather(db, {int(number): person for number, person in before.items()})
    return [one for number in before if (one := _one(db, "WHERE number = ?", (int(number),)))]


def _gather(db: Database, persons: dict[int, int | None]) -> dict[str, int | None]:
    with db.write() as tx:
        before = {
            str(number): row[0]
            for number in persons
            if (row := tx.execute("SELECT person FROM address WHERE number = ?", (number,)).fetchone())
        }
        tx.executemany("UPDATE address SET person = ? WHERE number = ?", [(who, one) for one, who in persons.items()])
    return before


# Occasions. Of a person with several addresses the earliest and the latest of all count.

_OTHER: Final = "SELECT 1 FROM address b WHERE b.person = a.person AND b.number <> a.number AND"
_FIRST: Final = f"NOT EXISTS ({_OTHER} b.first_at < a.first_at)"
_LAST: Final = f"NOT EXISTS ({_OTHER} b.last_at > a.last_at)"
_NO_FOLLOW: Final = (
    f"NOT follows AND NOT EXISTS ({_OTHER} b.follows)"
    " AND EXISTS (SELECT 1 FROM address f WHERE f.network = a.network AND f.follows)"
)
_SPOKE_OF_US: Final = (
    "(SELECT count(*) FROM item i WHERE i.network = a.network AND i.author_handle = a.handle AND i.at >= ?"
    " AND i.kind IN ('mention', 'question', 'share'))"
)
_UNANSWERED: Final = (
    "NOT EXISTS (SELECT 1 FROM item i WHERE i.network = a.network AND i.author_handle = a.handle AND"
    " (i.answered_at IS NOT NULL OR EXISTS (SELECT 1 FROM outbox o WHERE o.target = i.id AND o.state <> 'cancelled')))"
)
# Whose words wait for a moderator's decision, or were found wanting, is nobody to welcome.
_NO_CASE: Final = (
    "(a.network, a.handle) NOT IN (SELECT network, author_handle FROM moderation_case WHERE state <> 'approved')"
)


def turns(db: Database, now: datetime, limit: int, communities: Sequence[str] = ()) -> dict[Occasion, list[Turn]]:
    """The occasions to turn to somebody, the nearest of each first, at most ``limit`` of each.

    newcomer: wrote for the first time within 7 days, without an answer or a case yet. anniversary: came a year ago (to
    three days), and is here still. silent: wrote five times over a month, and not for 60 days. stranger: spoke of us
    at least twice in 30 days without a follow ever seen, on a network that tells of follows.
    """
    marks = ",".join("?" * len(communities))
    focus = (
        " AND EXISTS (SELECT 1 FROM item c WHERE c.network = a.network AND c.author_handle = a.handle"
        f" AND c.community IN ('',{marks}))"
        if communities
        else ""
    )
    found: dict[Occasion, list[Turn]] = {}
    for why, (where, order, values) in _occasions(now).items():
        rows = _all(db, f"WHERE {where}{focus} ORDER BY {order}, number LIMIT ?", (*values, *communities, limit))
        found[why] = [_turn(why, one) for one in rows]
    return found


def _occasions(now: datetime) -> dict[Occasion, tuple[str, str, tuple[object, ...]]]:
    def ago(*spans: timedelta) -> int:
        return epoch(now - sum(spans, timedelta()))

    return {
        "newcomer": (
            f"first_at >= ? AND spoke > 0 AND {_FIRST} AND {_UNANSWERED} AND {_NO_CASE}",
            "first_at DESC",
            (ago(NEW_FOR),),
        ),
        "anniversary": (
            f"first_at BETWEEN ? AND ? AND last_at >= ? AND spoke > 0 AND {_FIRST}",
            "spoke DESC",
            (ago(_YEAR, _LATE), ago(_YEAR), ago(_ALIVE)),
        ),
        "silent": (
            f"last_at BETWEEN ? AND ? AND spoke >= ? AND last_at - first_at >= ? AND {_LAST}",
            "spoke DESC",
            (ago(_SILENT_UNTIL), ago(SILENT_AFTER), _REGULAR, int(_REGULAR_FOR.total_seconds())),
        ),
        "stranger": (
            f"last_at >= ? AND asked >= ? AND {_NO_FOLLOW} AND {_SPOKE_OF_US} >= ?",
            "asked DESC",
            (ago(_LATELY), _OFTEN, ago(_LATELY), _OFTEN),
        ),
    }


def _turn(why: Occasion, one: Address) -> Turn:
    times = one.asked if why == "stranger" else one.spoke
    return Turn(
        why=why, address=one, at=one.first_at if why in ("newcomer", "anniversary") else one.last_at, times=times
    )


def _one(db: Database, where: str, values: tuple[object, ...]) -> Address | None:
    return next(iter(_all(db, where, values)), None)


def _all(db: Database, where: str, values: tuple[object, ...]) -> list[Address]:
    return [_address(db, row) for row in db.connection.execute(f"{_SELECT} {where}", values)]


def _address(db: Database, row: Sequence[Any]) -> Address:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    for name in ("first_at", "last_at"):
        values[name] = from_epoch(values[name], db.zone)
    return Address(**{**values, "follows": bool(values["follows"])})


def _storable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
