"""From the demo's mails to what a mailbox would have given, each mail as the bytes of RFC 5322."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Final

from cmday.connectors.recorded import Recording
from cmday.demo.answers import Answers

_FIRST_UID: Final = 4711
_SECONDS: Final = 0.8


def record_mailbox(answers: Answers, name: str, table: dict[str, Any], mails: list[dict[str, Any]]) -> None:
    """Record the calls of an account, and the mails that had come by then."""
    there = [mail for mail in mails if mail["account"] == name and mail["at"] <= answers.until]
    named = [
        [uid, {"file": answers.keep(f"{name}-{uid}.eml", _bytes(mail, f"<{uid}@{table['server']}>"))}]
        for uid, mail in enumerate(there, _FIRST_UID)
    ]
    inbox = {"uidvalidity": 1, "next": _FIRST_UID + len(there), "mails": named, "more": False}
    answers.add(Recording(call="imap fetch", key=name, value={"INBOX": inbox}, seconds=_SECONDS))
    answers.add(Recording(call="smtp send", key=name, seconds=_SECONDS))
    known = {"username": table["username"], "folders": ["INBOX"]}
    answers.add(Recording(call="imap check", key=name, value=known, seconds=_SECONDS))


def _bytes(mail: dict[str, Any], number: str) -> bytes:
    message = EmailMessage()
    message["From"] = mail["from"]
    message["To"] = mail["to"]
    message["Subject"] = mail["subject"]
    message["Date"] = format_datetime(mail["at"])
    message["Message-ID"] = number
    message.set_content(mail["text"].strip() + "\n")
    return message.as_bytes()
