"""Answers by mail: out by SMTP, and where a folder for it is named, a copy into it by IMAP."""

from __future__ import annotations

from email.utils import localtime
from typing import Any, ClassVar, Final

from msgspec.structs import replace

from cmday.connectors.imap_door import find_door
from cmday.connectors.mail_writing import compose, number_of
from cmday.connectors.protocol import Authorised, Call, Exchange, Manner, Partial
from cmday.connectors.smtp_door import find_sender, find_smtp_door
from cmday.core.accounts import Account, Credentials
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError, NetworkError, Refused, SignInNeeded, TimedOut, Uncertain
from cmday.i18n import phrase

TIMEOUT: Final = 60.0
FOLDER_TIMEOUT: Final = 15.0


class Smtp:
    """Writes for one mailbox. Options: see ``smtp_door``, and ``sent_folder`` for the copies of what was sent."""

    network: ClassVar[str] = "imap"
    patience: ClassVar[float] = TIMEOUT + FOLDER_TIMEOUT + 15.0
    usual: ClassVar[Manner] = Manner()

    def __init__(self, account: Account) -> None:
        self.account = account
        self.door = find_smtp_door(account)
        self.sender = find_sender(account)
        folder = account.options.get("sent_folder")
        self.folder = folder if isinstance(folder, str) and folder else None

    def manner(self) -> Exchange[Manner]:
        """Mail is as long as one likes; it can be found again where copies are kept."""
        yield from ()  # a conversation without a request is still a generator
        return Manner(findable=self.folder is not None)

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        to = self._fit(outgoing)
        credentials = yield from self._credentials()
        raw = compose(replace(outgoing, to=to), self.sender, localtime())
        yield from self._deliver(credentials, to, raw)
        sent = Sent(id=number_of(outgoing, self.sender[1]))
        if self.folder is None:
            return sent
        yield Partial(sent)
        note = yield from self._keep(credentials, raw, sent.id)
        return Sent(id=sent.id, note=note)

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:
        """Its copy in the folder of sent mail. That there is none proves nothing: it is put there afterwards."""
        number = number_of(outgoing, self.sender[1])
        if self.folder is not None and number not in taken:
            credentials = yield from self._credentials()
            there: Any = yield Call(
                name="imap find",
                key=self.account.name,
                function=lambda: self._search(credentials, number),
                timeout=FOLDER_TIMEOUT,
            )
            if there is True:
                return Sent(id=number)
        raise Uncertain(
            phrase('whether the mail of "{account}" went out cannot be told', account=self.account.name),
            phrase("look there yourself, then send it again or drop it: cmday outbox"),
            self.account.name,
        )

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        yield from ()
        raise Refused(
            phrase("a mail that was sent cannot be taken back: {subject}", subject=outgoing.subject or ""),
            phrase("write another that puts it right: cmday inbox reply"),
            self.account.name,
        )

    def _fit(self, outgoing: Outgoing) -> str:
        """Whom it goes to, in ASCII; raises for what is no mail."""
        name, at, domain = (outgoing.to or "").rpartition("@")
        if outgoing.kind == "action" or not at:
            raise Refused(phrase("a mail needs somebody to go to"), None, self.account.name)
        if outgoing.attachments:
            raise Refused(phrase("cmday sends no pictures by mail"), None, self.account.name)
        try:
            return f"{name.encode('ascii').decode()}@{domain.encode('idna').decode()}"
        except UnicodeError:
            raise Refused(
                phrase("{address} cannot be written to by SMTP", address=outgoing.to), None, self.account.name
            ) from None

    def _deliver(self, credentials: Credentials, to: str, raw: bytes) -> Exchange[None]:
        from cmday.connectors.smtp_delivery import Errand, deliver

        errand = Errand()
        try:
            yield Call(
                name="smtp send",
                key=self.account.name,
                function=lambda: deliver(self.door, credentials, (self.sender[1], to), raw, errand),
                timeout=TIMEOUT,
                repeatable=False,
            )
        except GeneratorExit:
            errand.abandon()
            raise
        except Uncertain as why:
            # The engine cannot know how far the call had come; its thread can.
            if errand.abandon():
                raise
            raise TimedOut(why.message, why.hint, self.account.name) from None
        except NetworkError:
            errand.abandon()
            raise

    def _keep(self, credentials: Credentials, raw: bytes, number: str) -> Exchange[str | None]:
        """Put a copy where sent mail is kept; returns in English why there is none. The mail is out, come what may."""
        try:
            yield Call(
                name="imap append",
                key=self.account.name,
                function=lambda: self._append(credentials, raw, number),
                timeout=FOLDER_TIMEOUT,
                repeatable=False,
            )
        except CmdayError as why:
            return f"no copy in {self.folder}: {why.message.english}"
        return None

    def _append(self, credentials: Credentials, raw: bytes, number: str) -> None:
        from cmday.connectors.imap_mailbox import append

        append(find_door(self.account), credentials, self.folder or "", raw, number)

    def _search(self, credentials: Credentials, number: str) -> bool:
        from cmday.connectors.imap_mailbox import holds

        return holds(find_door(self.account), credentials, self.folder or "", number)

    def _credentials(self) -> Exchange[Credentials]:
        found: Credentials = yield Authorised(self.account)
        username = found.username or self.account.username
        if not username:
            raise SignInNeeded(
                phrase('the mailbox "{account}" has no user name', account=self.account.name),
                phrase('give it username = "..." in config.toml: cmday config edit'),
                self.account.name,
            )
        return Credentials(username, found.secret)
