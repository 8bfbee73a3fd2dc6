"""The accounts that things go out by: what writes to them, their queue, and how their server takes texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from cmday.connectors.protocol import Exchange, Manner, Moderates, Sends, SignIn, renewer
from cmday.core.accounts import Account, Credentials
from cmday.core.events import Calendar
from cmday.core.outbox import Outgoing
from cmday.errors import ConfigError
from cmday.i18n import phrase
from cmday.outbox.naming import host_of
from cmday.session import Session
from cmday.storage import keep

_PREFIX: Final = "manner."
_PATIENCE: Final = 2.0


class _Kept(msgspec.Struct, frozen=True):
    day: str
    server: str
    manner: Manner


def sender(account: Account) -> Sends:
    """What writes to an account; its connector is imported here and not before. Raises ``ConfigError``."""
    from cmday.connectors.catalog import sender as find

    return find(account)


def carrier(account: Account, one: Outgoing) -> Sends | Moderates:
    """What carries out one thing of the outbox: the moderator's connector for actions, else what writes.

    Raises ``ConfigError`` where there is none.
    """
    if one.kind == "action":
        from cmday.connectors.catalog import moderator

        found = moderator(account)
        if found is None:
            raise ConfigError(phrase("{account} cannot moderate", account=account.name), None, account.name)
        return found
    return sender(account)


class _Once:
    def __init__(self, sign_in: SignIn) -> None:
        self._sign_in = sign_in
        self._known: dict[str, Credentials] = {}

    def __call__(self, account: Account | Calendar) -> Exchange[Credentials]:
        if account.name not in self._known:
            self._known[account.name] = yield from self._sign_in(account)
        return self._known[account.name]

    def renewed(self, account: Account | Calendar, refused: str) -> Exchange[Credentials]:
        """What was given expired on the way."""
        renews = renewer(self._sign_in)
        if renews is None:
            return (yield from self(account))
        self._known[account.name] = yield from renews.renewed(account, refused)
        return self._known[account.name]


def once(sign_in: SignIn) -> SignIn:
    """The same sign-in, each account's secret being fetched once for all that this run holds with it."""
    return _Once(sign_in)


def ask_manner(session: Session, account: Account) -> Exchange[Manner]:
    """How the account's server takes texts, as part of a conversation; asked at most once a day and kept."""
    kept = _kept(session, account)
    if kept and kept.day == session.clock.today().isoformat():
        return kept.manner
    manner = yield from sender(account).manner()
    _keep(session, account, manner)
    return manner


def ask_manner_for(session: Session, account: Account, one: Outgoing) -> Exchange[Manner]:
    """How the server takes this one thing: of actions only what carries them out can tell, and asks nothing for it."""
    if one.kind == "action":
        return (yield from carrier(account, one).manner())
    return (yield from ask_manner(session, account))


def manners(session: Session, accounts: Iterable[Account]) -> dict[str, Manner]:
    """How the servers of these accounts take texts, by account; as last known, or as usual, where one is silent.

    None is waited for long: this only counts characters. Raises ``ConfigError`` for what cannot be written to.
    """
    from cmday.connectors.conversation import Conversation, Heard

    wanted = {account.name: account for account in accounts}
    found = {name: kept for name, account in wanted.items() if (kept := _kept(session, account))}
    old = [name for name in wanted if name not in found or found[name].day != session.clock.today().isoformat()]
    result = {name: kept.manner for name, kept in found.items()}
    if session.offline or not old:
        return {name: result.get(name) or sender(account).usual for name, account in wanted.items()}

    def talk(account: Account) -> Exchange[Manner]:
        return (yield from ask_manner(session, account))

    conversations = [
        Conversation(
            key=name,
            talk=lambda account=wanted[name]: talk(account),  # type: ignore[misc]
            host=host_of(wanted[name]),
            deadline=_PATIENCE,
        )
        for name in old
    ]
    for event in session.engine.converse(conversations, sign_in=session.sign_in):
        if isinstance(event, Heard) and event.last:
            result[event.key] = event.value
    return {name: result.get(name) or sender(account).usual for name, account in wanted.items()}


def _kept(session: Session, account: Account) -> _Kept | None:
    text = keep.get(session.database, _PREFIX + account.name)
    if text is None:
        return None
    try:
        kept = msgspec.json.decode(text, type=_Kept)
    except msgspec.MsgspecError:
        return None
    return kept if kept.server == account.server else None


def _keep(session: Session, account: Account, manner: Manner) -> None:
    kept = _Kept(session.clock.today().isoformat(), account.server, manner)
    keep.put(session.database, _PREFIX + account.name, msgspec.json.encode(kept).decode())
