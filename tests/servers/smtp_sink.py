"""aiosmtpd, a mail server that keeps all it is given in a Maildir."""

from __future__ import annotations

import mailbox
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import msgspec

from tests.servers.grounds import answers, free_port, python, running

_PATIENCE = 10.0


class SmtpSink(msgspec.Struct, frozen=True):
    """A running server without sign-in or encryption, on the loopback."""

    port: int
    maildir: Path

    def mails(self, at_least: int = 0) -> list[EmailMessage]:
        """What has come so far, oldest first; waits a while for so many."""
        until = time.monotonic() + _PATIENCE
        while True:
            box = mailbox.Maildir(self.maildir)
            found = [message_from_bytes(box.get_bytes(key), policy=policy.default) for key in sorted(box.keys())]
            if len(found) >= at_least or time.monotonic() > until:
                return [letter for letter in found if isinstance(letter, EmailMessage)]
            time.sleep(0.1)


@contextmanager
def smtp_sink(folder: Path) -> Iterator[SmtpSink]:
    program = python("aiosmtpd", "aiosmtpd==1.4.6")
    sink = SmtpSink(free_port(), folder / "maildir")
    listen: list[str | Path] = ["-n", "-l", f"127.0.0.1:{sink.port}", "-c", "aiosmtpd.handlers.Mailbox", sink.maildir]
    with running(
        [program, "-m", "aiosmtpd", *listen], log=folder / "aiosmtpd.log", ready=lambda: answers(sink.port, b"220")
    ):
        yield sink
