"""What names a person: the words that forgetting looks for, and those it leaves alone because they name others, too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from cmday.core.people import Address
from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.storage import acquaintance, addresses, erasing
from cmday.storage.erased_names import Wanted
from cmday.text.forgetting import FORGOTTEN, key_of

_DID: Final = re.compile(r"did:[a-z0-9]+:[\w.%-]+")
_LEAST_LETTERS: Final = 4
_OFTEN: Final = 5
_ALL: Final = 1_000_000
# On these a handle is an address for mail, whose first part (info, contact) names nobody.
_MAIL: Final = frozenset({"imap", "wordpress"})


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for, and what of theirs is ``shared`` with others or a common word, and stays where it stands."""

    wanted: Wanted
    shared: tuple[str, ...]


def names_of(session: Session, every: Sequence[Address]) -> Names:
    """All that names the person of these addresses. Raises ``WrongUse`` for one of our own accounts."""
    _insist_not_own(session, every)
    db = session.database
    theirs = [one.notification for one in acquaintance.items(db, every, _ALL)]
    others = addresses.others(db, every)
    other_keys = {key_of(word) for pair in others for word in pair}
    keys = {key_of(one.handle) for one in every}
    natives = [*(one.id for one in theirs), *acquaintance.native_ids(db, every)]
    keys |= {key_of(found) for one in natives for found in _DID.findall(one)}
    locals_ = {_local(one) for one in every} - {""}
    keys |= {f"@{one}" for one in locals_ if not any(_local_of(handle) == one for handle, _ in others)}
    shared: set[str] = set()
    for name in {*locals_, *(key_of(one.author) for one in theirs), *(key_of(one.name) for one in every)} - keys:
        if name and name not in {"", FORGOTTEN}:
            (keys if _is_theirs(session, name, every, other_keys) else shared).add(name)
    return Names(wanted=Wanted(addresses=tuple(every), keys=frozenset(keys - {""})), shared=tuple(sorted(shared)))


def _is_theirs(session: Session, name: str, every: Sequence[Address], other_keys: set[str]) -> bool:
    """Whether a name tells of them wherever it stands. One word may be a word of everybody's."""
    if name in other_keys:
        return False
    if " " in name:
        return True
    return len(name) >= _LEAST_LETTERS and erasing.others_using(session.database, name, every, _OFTEN) < _OFTEN


def _local(one: Address) -> str:
    return "" if one.network in _MAIL else _local_of(one.handle)


def _local_of(handle: str) -> str:
    """``zo`` of ``@zo@m.example``, ``@zo:matrix.example`` and ``zo.bsky.social``, where it is one word."""
    own = handle.lstrip("@").partition("@")[0].partition(":")[0].removesuffix(".bsky.social")
    found = key_of(own)
    return found if " " not in found else ""


def _insist_not_own(session: Session, every: Sequence[Address]) -> None:
    own = {key_of(one.username): one.name for one in session.settings.accounts.values() if one.username}
    for one in every:
        if account := own.get(key_of(one.handle)):
            raise WrongUse(
                phrase("{handle} is your own account {account}", handle=one.handle, account=account),
                phrase("cmday people unlink parts an address from a person"),
            )
