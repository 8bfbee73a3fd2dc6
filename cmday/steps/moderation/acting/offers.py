"""What each account may do about a case on its network: probed at most once a day, and kept."""

from __future__ import annotations

from typing import Final

import msgspec

from cmday.connectors.protocol import Exchange, Moderates
from cmday.core.accounts import Account
from cmday.core.cases import Offer
from cmday.session import Session
from cmday.storage import keep

_PREFIX: Final = "offers."


class _Kept(msgspec.Struct, frozen=True):
    """``who`` is the account as it was when it was asked: another server or option asks again."""

    day: str
    who: str
    offers: tuple[Offer, ...]


def offers(session: Session, account: Account) -> tuple[Offer, ...]:
    """What the account may do, as it was last told; empty where it is no moderator or was never asked."""
    found = _kept(session, account)
    return found.offers if found else ()


def fresh(session: Session, account: Account) -> tuple[Offer, ...] | None:
    """What the account may do, if that was asked today; else None."""
    found = _kept(session, account)
    return found.offers if found and found.day == session.clock.today().isoformat() else None


def ask(session: Session, account: Account, connector: Moderates) -> Exchange[tuple[Offer, ...]]:
    """What the account may do, as part of a conversation; asked at most once a day and kept."""
    known = fresh(session, account)
    if known is not None:
        return known
    told = yield from connector.offers()
    put(session, account, told)
    return told


def put(session: Session, account: Account, told: tuple[Offer, ...]) -> None:
    """Keep what an account was just told that it may do."""
    kept = _Kept(session.clock.today().isoformat(), _who(account), told)
    keep.put(session.database, _PREFIX + account.name, msgspec.json.encode(kept).decode())


def _kept(session: Session, account: Account) -> _Kept | None:
    text = keep.get(session.database, _PREFIX + account.name)
    if text is None:
        return None
    try:
        kept = msgspec.json.decode(text, type=_Kept)
    except msgspec.MsgspecError:
        return None
    return kept if kept.who == _who(account) else None


def _who(account: Account) -> str:
    """Server, name and options of an account, in a short word that changes with them."""
    import zlib

    told = repr((account.network, account.server, account.username, sorted(account.options.items(), key=repr)))
    return f"{zlib.crc32(told.encode()):08x}"
