"""From the bytes of a mail (RFC 5322) to a notification, whatever state they are in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import sha256
from typing import Final

from msgspec.structs import replace

from cmday.connectors.imap_rules import MailRule, guessed_kind, link_in, rule_for
from cmday.core.accounts import Account
from cmday.core.items import Kind, Notification, ReplyTo, ThreadPost
from cmday.text.plain import MOST, cut, from_mail, plain

MOST_TITLE: Final = 1_000
MOST_HEADER: Final = 8_000
MOST_PARTS: Final = 50
MOST_REFERENCES: Final = 20
_ADDRESS: Final = re.compile(r"[^\s@<>,;:\\\"()\[\]]{1,64}@[^\s@<>,;:\\\"()]{1,253}")
_NUMBER: Final = re.compile(r"<[^\s<>]{1,250}>")
_BROKEN: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError)


def read_mail(raw: bytes, account: Account, place: str, rules: Sequence[MailRule] = ()) -> Notification | None:
    """A mail as a notification, or None where nothing of it can be made out.

    ``place`` (folder, UIDVALIDITY, UID) is its identity where it has no Message-ID of its own. ``rules`` say which
    mails tell of another network.
    """
    try:
        mail = message_from_bytes(raw)
        found = _read(mail, account, place)
        rule = rule_for(found.author_handle, rules) if found else None
        return _told(found, mail, rule) if found and rule else found
    except _BROKEN:
        return None


def read_sent(raw: bytes) -> ThreadPost | None:
    """A mail of our own, from the folder of sent mail, as a post of its thread; None where it answers nothing."""
    try:
        mail = message_from_bytes(raw)
        number, before = _header(mail, "Message-ID"), _before(mail)
        answered = _header(mail, "In-Reply-To").split()[:1] or before[-1:]
        if not number or not answered:
            return None
        name, address = _sender(mail)
        return ThreadPost(
            id=cut(number, MOST_TITLE),
            thread=_thread(before or answered),
            author=cut(name or address, MOST_TITLE),
            author_handle=cut(address, MOST_TITLE),
            text=_text(mail),
            at=_written(mail),
            answers=cut(answered[0], MOST_TITLE),
            mine=True,
            by=cut(address, MOST_TITLE),
        )
    except _BROKEN:
        return None


def _told(one: Notification, mail: Message, rule: MailRule) -> Notification:
    """A mail as what it tells of: the network's own, to be answered there unless it says how to answer by mail."""
    subject, _, text = one.text.partition("\n\n")
    answerable = one.reply is not None and one.reply.to.lower() != one.author_handle.lower()
    return replace(
        one,
        network=rule.network,
        kind=rule.kind or guessed_kind(_header(mail, "Subject")),
        author=one.author if one.author != one.author_handle else rule.network,
        url=link_in(text or subject),
        reply=one.reply if answerable else None,
    )


def _read(mail: Message, account: Account, place: str) -> Notification | None:
    if not mail.keys():
        return None
    name, address = _sender(mail)
    subject = cut(_header(mail, "Subject"), MOST_TITLE)
    text = _text(mail)
    number = _header(mail, "Message-ID")
    identity = f"{number} {address} {_header(mail, 'Date')}" if number else place
    before = _before(mail)
    return Notification(
        id=f"{account.name}:{sha256(identity.encode(errors='replace')).hexdigest()[:24]}",
        account=account.name,
        network=account.network,
        community=account.community,
        kind=_kind(mail),
        author=cut(name or address, MOST_TITLE),
        author_handle=cut(address, MOST_TITLE),
        text=cut(f"{subject}\n\n{text}".strip(), MOST),
        url=None,
        at=_arrived(mail),
        thread=_thread(before or [number or place]),
        reply=_reply(mail, address, subject, number, before),
    )


def _before(mail: Message) -> list[str]:
    """The Message-IDs of the mails before it, oldest first."""
    return _header(mail, "References").split() or _header(mail, "In-Reply-To").split()


def _thread(before: list[str]) -> str:
    """A thread is called by the mail that began it."""
    return cut(before[0], MOST_TITLE)


def _reply(mail: Message, sender: str, subject: str, number: str, before: list[str]) -> ReplyTo | None:
    """What an answer needs; it goes where the author wants it (RFC 5322, 3.6.2), None where that is nowhere."""
    wished = [_clean(address) for _, address in getaddresses([_raw(mail, "Reply-To")])]
    to = next((address for address in (*wished, sender) if _ADDRESS.fullmatch(address)), None)
    if to is None:
        return None
    known = [word for word in before if _NUMBER.fullmatch(word)]
    return ReplyTo(
        id=number if _NUMBER.fullmatch(number) else None,
        to=to,
        subject=subject,
        references=tuple(known[:1] + known[1:][-MOST_REFERENCES:]),
    )


def _kind(mail: Message) -> Kind:
    """What a person wrote is a message; what a list or a machine sent is not (RFC 3834, RFC 2919)."""
    automatic = _header(mail, "Auto-Submitted").lower().partition(";")[0].strip() not in ("", "no")
    bulk = _header(mail, "Precedence").strip().lower() in ("bulk", "list", "junk")
    listed = any(name in mail for name in ("List-Id", "List-Post", "List-Unsubscribe", "X-Autoreply", "X-Autorespond"))
    return "other" if automatic or bulk or listed else "message"


def _sender(mail: Message) -> tuple[str, str]:
    """Name and address of the author. Taken apart before encoded words are decoded, so no address hides in a name."""
    raw = _raw(mail, "From")
    name, address = next(iter(getaddresses([raw])), ("", ""))
    return _decoded(name).strip(), _clean(address)


def _arrived(mail: Message) -> datetime:
    """When the last server received it, else the date it bears, else now; aware."""
    return _first_moment(_raw(mail, "Received").rpartition(";")[2], _raw(mail, "Date"))


def _written(mail: Message) -> datetime:
    """When a mail of our own was written, as it says itself; aware."""
    return _first_moment(_raw(mail, "Date"))


def _first_moment(*texts: str) -> datetime:
    for text in texts:
        try:
            moment = parsedate_to_datetime(text.strip())
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return datetime.now(UTC)


def _raw(mail: Message, name: str) -> str:
    """A header's first value as it came; bytes beyond ASCII are read as UTF-8, else as Windows would."""
    value = next((str(value) for key, value in mail.raw_items() if key.lower() == name.lower()), "")[:MOST_HEADER]
    return value if value.isascii() else _characters(value.encode("utf-8", "surrogateescape"), None)


def _header(mail: Message, name: str) -> str:
    return _decoded(_raw(mail, name))


def _decoded(value: str) -> str:
    """A header's text with its encoded words decoded (RFC 2047), on one line."""
    try:
        pieces = [
            _characters(piece, charset) if isinstance(piece, bytes) else piece
            for piece, charset in decode_header(value)
        ]
    except _BROKEN:
        pieces = [value]
    return _clean("".join(pieces))


def _clean(text: str) -> str:
    """One line of characters that can be stored: bytes that no charset explained become replacement marks."""
    return " ".join(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").split())


def _text(mail: Message) -> str:
    """The text of the first readable part: plain where there is one, else HTML as plain."""
    html = ""
    for at, part in enumerate(mail.walk()):
        if at >= MOST_PARTS:
            break
        kind = part.get_content_type()
        if part.is_multipart() or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            continue
        payload = part.get_payload(decode=True)
        text = _characters(payload if isinstance(payload, bytes) else b"", part.get_content_charset())
        if kind == "text/plain" and text.strip():
            return from_mail(text)
        if kind == "text/html" and not html:
            html = plain(text)
    return html


def _characters(data: bytes, charset: str | None) -> str:
    """Bytes as text by the charset they claim, else UTF-8, else what Windows would make of them; never fails."""
    for name in (charset, "utf-8"):
        try:
            return data.decode(name or "ascii").replace("\x00", "")
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("cp1252", "replace").replace("\x00", "")
