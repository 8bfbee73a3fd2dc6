"""The ways to tell: ntfy and mail as conversations, the desktop and the bell on this machine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Protocol

from cmday.config.secrets import NTFY
from cmday.connectors.protocol import Exchange
from cmday.core.accounts import Account
from cmday.core.notices import Channel, Message
from cmday.core.outbox import Outgoing
from cmday.errors import CmdayError, ConfigError
from cmday.i18n import phrase
from cmday.session import Session

_NOTIFY: Final = "notify-send"
_SECONDS: Final = 10.0


class Way(Protocol):
    """One way to tell."""

    name: Channel

    def tell(self, session: Session, message: Message) -> None:
        """Tell it; raises ``Uncertain`` where it may have arrived, another ``CmdayError`` where it did not."""
        ...

    def find(self, session: Session, message: Message, since: datetime) -> bool:
        """Whether it arrived; raises ``Uncertain`` where that cannot be told."""
        ...


def ways(session: Session, *, terminal: bool) -> list[Way]:
    """The ways that the person wants; the bell only where there is a ``terminal`` to ring."""
    wanted = session.settings.watch
    found: list[Way] = []
    if wanted.ntfy:
        found.append(ByNtfy(Account(name=NTFY, network=NTFY, server=wanted.ntfy, secret=wanted.secret)))
    if wanted.mail and wanted.to:
        found.append(ByMail(session.account(wanted.mail), wanted.to))
    if wanted.desktop:
        found.append(OnDesktop())
    if wanted.bell and terminal:
        found.append(ByBell())
    return found


class ByNtfy:
    """A push to a phone."""

    name: Channel = "ntfy"

    def __init__(self, account: Account) -> None:
        from cmday.connectors.ntfy import Ntfy

        self._account = account
        self._ntfy = Ntfy(account)

    def tell(self, session: Session, message: Message) -> None:
        _hold(session, self._account, lambda: self._ntfy.tell(message), session.settings.limits.deadline)

    def find(self, session: Session, message: Message, since: datetime) -> bool:
        talk = lambda: self._ntfy.find(message, since)  # noqa: E731  a conversation is a function to be called
        return bool(_hold(session, self._account, talk, session.settings.limits.deadline))


class ByMail:
    """A mail to oneself, by an account of one's own."""

    name: Channel = "mail"

    def __init__(self, account: Account, to: str) -> None:
        from cmday.connectors.catalog import sender

        self._account = account
        self._to = to
        self._sender = sender(account)

    def tell(self, session: Session, message: Message) -> None:
        _hold(session, self._account, lambda: self._sender.send(self._mail(session, message)), self._sender.patience)

    def find(self, session: Session, message: Message, since: datetime) -> bool:  # noqa: ARG002  the Message-ID tells
        talk = lambda: self._sender.find(self._mail(session, message))  # noqa: E731  a conversation is a function
        return _hold(session, self._account, talk, self._sender.patience) is not None

    def _mail(self, session: Session, message: Message) -> Outgoing:
        return Outgoing(
            id=message.key,
            kind="post",
            account=self._account.name,
            network=self._account.network,
            community=None,
            state="sending",
            text=message.text,
            subject=message.title,
            to=self._to,
            key=message.key,
            created=session.clock.now(),
        )


class OnDesktop:
    """A notification of the desktop, by ``notify-send``."""

    name: Channel = "desktop"

    def tell(self, session: Session, message: Message) -> None:  # noqa: ARG002  nothing of the session is needed
        from html import escape

        argv = [_NOTIFY, "--app-name=cmday", f"--urgency={'critical' if message.urgent else 'normal'}", "--"]
        try:
            subprocess.run(  # noqa: S603  argv, no shell
                # A desktop reads marks in the body, links and pictures among them (Desktop Notifications, markup).
                [*argv, message.title, escape(message.text, quote=False)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_SECONDS,
                check=True,
            )
        except FileNotFoundError:
            raise ConfigError(
                phrase("{program} is not installed", program=_NOTIFY), phrase("install it, or write desktop = false")
            ) from None
        except (OSError, subprocess.SubprocessError) as why:
            raise CmdayError(phrase("the desktop shows nothing: {why}", why=type(why).__name__)) from None

    def find(self, session: Session, message: Message, since: datetime) -> bool:  # noqa: ARG002  the protocol's
        return True  # what was about to be shown is not shown twice


class ByBell:
    """The terminal's bell."""

    name: Channel = "bell"

    def tell(self, session: Session, message: Message) -> None:  # noqa: ARG002  a bell says nothing
        sys.stderr.write("\a")
        sys.stderr.flush()

    def find(self, session: Session, message: Message, since: datetime) -> bool:  # noqa: ARG002  the protocol's
        return True


def _hold(session: Session, account: Account, talk: Callable[[], Exchange[Any]], deadline: float) -> Any:
    from cmday.connectors.conversation import Conversation, Ended, Heard
    from cmday.outbox.naming import host_of

    heard: Any = None
    held = Conversation(key=account.name, talk=talk, host=host_of(account), deadline=deadline)
    for event in session.engine.converse([held], sign_in=session.sign_in):
        if isinstance(event, Heard) and event.last:
            heard = event.value
        elif isinstance(event, Ended) and event.error:
            event.error.subject = event.error.subject or account.name
            raise event.error
    return heard
