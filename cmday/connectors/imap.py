"""Unread mail of chosen folders, by IMAP. The talk with the server is one ``Call`` a page; all reading is done here."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import msgspec

from cmday.connectors.imap_door import SENT, Position, find_door
from cmday.connectors.imap_reading import read_mail, read_sent
from cmday.connectors.imap_rules import rules_of
from cmday.connectors.protocol import Authorised, Call, Exchange, Partial, Probe
from cmday.core.accounts import Account, Credentials
from cmday.core.items import Cursor, Notification, Page, ThreadPost
from cmday.errors import Garbled, SignInNeeded
from cmday.i18n import phrase

TIMEOUT: Final = 8.0
MOST_CALLS: Final = 200


class Folder(msgspec.Struct, frozen=True):
    """What a fetch brought of one folder; ``mails`` are pairs of UID and bytes."""

    uidvalidity: int = 0
    mails: tuple[tuple[int, bytes], ...] = ()
    next: int | None = None
    more: bool = False
    missing: bool = False


class Imap:
    """One mailbox. Options: ``folders`` (INBOX), ``sent_folder``, ``as``; ``port`` and ``tls`` as in ``imap_door``."""

    network: ClassVar[str] = "imap"

    def __init__(self, account: Account) -> None:
        self.account = account
        self.door = find_door(account)
        self.folders = _folders(account)
        self.rules = rules_of(account)
        sent = account.options.get("sent_folder")
        self.sent = sent if isinstance(sent, str) and sent else None

    def check(self) -> Exchange[Probe]:
        credentials = yield from self._credentials()
        found: Any = yield Call(
            name="imap check",
            key=self.account.name,
            function=lambda: self._probe(credentials),
            timeout=TIMEOUT,
        )
        there = found.get("folders") if isinstance(found, dict) else None
        if not isinstance(there, list):
            raise self._garbled()
        lost = [name for name in self.folders if name not in there]
        detail = "no folder " + ", ".join(lost) if lost else None
        return Probe(
            identity=str(credentials.username or self.account.name),
            capabilities=frozenset({"notifications", "messages"}) if there else frozenset(),
            detail=detail,
        )

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """Unread mail after the cursor, oldest first; each fetch is handed over with its cursor before the next."""
        credentials = yield from self._credentials()
        known = _positions(since)
        wanted = {name: known.get(name) for name in (*self.folders, SENT)}
        missing: list[str] = []
        for _ in range(MOST_CALLS):
            asked = dict(wanted)
            answer: Any = yield Call(
                name="imap fetch",
                key=self.account.name,
                function=lambda asked=asked: self._fetch(credentials, asked),  # type: ignore[misc]
                timeout=TIMEOUT,
            )
            found = self._read_answer(answer)
            sent = found.pop(SENT, None)
            if sent and not sent.missing:
                known[SENT] = _moved(sent, known.get(SENT))
            mails, spoilt = self._read_mails(found)
            for name, folder in found.items():
                if folder.missing:
                    missing.append(name)
                else:
                    known[name] = _moved(folder, known.get(name))
            gap = _gap(missing, spoilt)
            page = Page(notifications=mails, cursor=_cursor(known), gap=gap, thread=_posts(sent))
            wanted = {name: known[name] for name, folder in found.items() if folder.more and name in self.folders}
            if not wanted:
                return page
            yield Partial(page)
        return Page(notifications=(), cursor=_cursor(known))

    def _probe(self, credentials: Credentials) -> dict[str, Any]:
        from cmday.connectors.imap_mailbox import probe

        return probe(self.door, credentials, self.folders)

    def _fetch(self, credentials: Credentials, asked: dict[str, Position | None]) -> dict[str, dict[str, Any]]:
        from cmday.connectors.imap_mailbox import fetch

        return fetch(self.door, credentials, asked, first=self.account.first_sweep, sent=self.sent)

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

    def _read_answer(self, answer: Any) -> dict[str, Folder]:
        try:
            return msgspec.convert(answer, dict[str, Folder])
        except msgspec.ValidationError as why:
            raise self._garbled() from why

    def _garbled(self) -> Garbled:
        return Garbled(
            phrase('what came for the mailbox "{account}" cannot be read', account=self.account.name),
            None,
            self.account.name,
        )

    def _read_mails(self, found: dict[str, Folder]) -> tuple[tuple[Notification, ...], int]:
        """The mails as notifications, oldest first, one per mail, and how many were lost."""
        mails: dict[str, Notification] = {}
        spoilt = 0
        for name, folder in found.items():
            for uid, raw in folder.mails:
                mail = read_mail(raw, self.account, f"{name}/{folder.uidvalidity}/{uid}", self.rules)
                if mail is None:
                    spoilt += 1
                else:
                    mails.setdefault(mail.id, mail)
        return tuple(sorted(mails.values(), key=lambda mail: mail.at)), spoilt


def _posts(sent: Folder | None) -> tuple[ThreadPost, ...]:
    """What we wrote ourselves, by whatever program: what it answers needs no answer any more."""
    return tuple(post for _uid, raw in sent.mails if (post := read_sent(raw))) if sent else ()


def _gap(missing: list[str], spoilt: int) -> str | None:
    reasons = [f'there is no folder "{name}"' for name in dict.fromkeys(missing)]
    if spoilt:
        reasons.append(f"{spoilt} mails could not be read")
    return "; ".join(reasons) or None


def _moved(folder: Folder, before: Position | None) -> Position:
    """Where the next sweep begins: where the server said, or after the last mail that came."""
    lowest = before.next if before and before.validity == folder.uidvalidity else 1
    beyond = max([lowest, *(uid + 1 for uid, _ in folder.mails)])
    return Position(folder.uidvalidity, max(folder.next or 0, beyond) if not folder.more else folder.next or beyond)


def _positions(since: Cursor | None) -> dict[str, Position]:
    if since is None:
        return {}
    try:
        return msgspec.json.decode(since.value, type=dict[str, Position])
    except msgspec.DecodeError:
        return {}


def _cursor(known: dict[str, Position]) -> Cursor | None:
    return Cursor(msgspec.json.encode(known).decode()) if known else None


def _folders(account: Account) -> tuple[str, ...]:
    named = account.options.get("folders")
    if isinstance(named, str):
        return (named,)
    return tuple(str(name) for name in named) if isinstance(named, list | tuple) and named else ("INBOX",)
