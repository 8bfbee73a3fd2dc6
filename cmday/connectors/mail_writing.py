"""From an outgoing item to the bytes of a mail (RFC 5322), in plain text that flows (RFC 3676)."""

from __future__ import annotations

import re
from datetime import datetime
from email.header import Header
from email.quoprimime import body_encode
from email.utils import format_datetime, formataddr
from hashlib import sha256
from textwrap import TextWrapper
from typing import Final

from cmday.core.outbox import Outgoing

WIDTH: Final = 72
MOST_SUBJECT: Final = 900
MOST_REFERENCES: Final = 22
_ANSWERED: Final = re.compile(r"\s*(?:re|aw|sv|vs|odp|réf)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_WRAPPER: Final = TextWrapper(
    WIDTH,
    break_long_words=False,
    break_on_hyphens=False,
    drop_whitespace=False,
    expand_tabs=False,
    replace_whitespace=False,
)


def number_of(outgoing: Outgoing, address: str) -> str:
    """The Message-ID of what is sent: made of its key, so that every attempt has the same and it can be looked for."""
    return f"<cmday.{sha256(outgoing.key.encode()).hexdigest()[:32]}@{address.rpartition('@')[2]}>"


def compose(outgoing: Outgoing, sender: tuple[str, str], at: datetime) -> bytes:
    """The mail, lines ended by CR LF, ASCII throughout; ``sender`` is name and address, ``at`` aware."""
    name, address = sender
    before = [*outgoing.references, *([outgoing.reply_to] if outgoing.reply_to else [])]
    known = [_one_line(one) for one in dict.fromkeys(before)]
    headers = [
        ("From", formataddr((name, address), "utf-8")),
        ("To", _one_line(outgoing.to or "")),
        ("Subject", _encoded(subject_of(outgoing))),
        ("Date", format_datetime(at)),
        ("Message-ID", number_of(outgoing, address)),
        *([("In-Reply-To", _one_line(outgoing.reply_to))] if outgoing.reply_to else []),
        *([("References", "\r\n ".join(known[:1] + known[1:][-MOST_REFERENCES:]))] if known else []),
        ("MIME-Version", "1.0"),
        ("Content-Type", 'text/plain; charset="utf-8"; format=flowed'),
        ("Content-Transfer-Encoding", "quoted-printable"),
    ]
    head = "".join(f"{key}: {value}\r\n" for key, value in headers)
    octets = flowed(outgoing.text).encode("utf-8", "replace").decode("latin-1")
    body = body_encode(octets, maxlinelen=76, eol="\r\n")
    return f"{head}\r\n{body}".encode("ascii")


def subject_of(outgoing: Outgoing) -> str:
    """The subject, with ``Re:`` once in front where it answers."""
    subject = _one_line(outgoing.subject or "")[:MOST_SUBJECT]
    if outgoing.kind != "reply" or _ANSWERED.match(subject):
        return subject
    return f"Re: {subject}".rstrip()


def flowed(text: str) -> str:
    """The text in lines of 72 characters: one that ends in a blank goes on in the next (RFC 3676, 4)."""
    lines: list[str] = []
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n"):
        line = raw.rstrip(" ")
        if raw == "-- ":  # the mark of a signature keeps its blank and never flows
            lines.append(raw)
            continue
        pieces = _WRAPPER.wrap(line) or [""]
        for at, piece in enumerate(pieces):
            whole = piece.rstrip(" ") + " " if at < len(pieces) - 1 else piece
            lines.append(f" {whole}" if whole.startswith((" ", ">", "From ")) else whole)
    return "\n".join(lines) + "\n"


def _encoded(text: str) -> str:
    """A header's text as encoded words where it is not ASCII (RFC 2047)."""
    return Header(text, "us-ascii" if text.isascii() else "utf-8", 76, "Subject").encode(linesep="\r\n")


def _one_line(text: str) -> str:
    """Without what would begin another header."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
