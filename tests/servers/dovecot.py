"""Dovecot, an IMAP server, with ana's mailbox and a certificate of its own."""

from __future__ import annotations

import imaplib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import format_datetime, localtime
from pathlib import Path
from typing import Final

import msgspec
from imap_tools.imap_utf7 import utf7_encode

from tests.servers.grounds import Unavailable, answers, debian, free_port, run, running

LETTERS: Final = (
    ("Bruno <bruno@example.org>", "Question about the meetup", "When does it start?"),
    ("press@example.org", "[urgent] interview request", "Could we talk today?"),
    ("notify@forum.example.org", "Bruno mentioned you", "https://forum.example.org/t/42"),
)
_NOBODY: Final = 65534


class Dovecot(msgspec.Struct, frozen=True):
    """A running server: ``port`` is plain with STARTTLS, ``tls_port`` TLS, ``cafile`` vouches for ``localhost``."""

    port: int
    tls_port: int
    cafile: Path
    username: str
    password: str

    def open(self) -> imaplib.IMAP4:
        box = imaplib.IMAP4("127.0.0.1", self.port)
        box.login(self.username, self.password)
        return box

    def deliver(self, sender: str, subject: str, text: str, folder: str = "INBOX", **headers: str) -> None:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = sender, "ana@example.org", subject
        letter["Date"] = format_datetime(localtime())
        for name, value in headers.items():
            letter[name.replace("_", "-")] = value
        letter.set_content(text)
        box = self.open()
        name = f'"{utf7_encode(folder).decode()}"'
        if folder != "INBOX":
            box.create(name)
        box.append(name, "", imaplib.Time2Internaldate(time.time()), letter.as_bytes())
        box.logout()

    def unseen(self) -> int:
        box = self.open()
        box.select("INBOX", readonly=True)
        found = box.search(None, "UNSEEN")[1][0].split()
        box.logout()
        return len(found)


@contextmanager
def dovecot(folder: Path) -> Iterator[Dovecot]:
    """The server, with three unread letters for ana."""
    if os.getuid() != 0:
        raise Unavailable("dovecot is laid over /usr, which takes root")
    packages = debian("dovecot", ["dovecot-imapd", "dovecot-core"])
    folder.chmod(0o755)
    for inside in ("base", "state", "mail"):
        (folder / inside).mkdir()
    shutil.chown(folder / "mail", _NOBODY, _NOBODY)
    key, cert = folder / "key.pem", folder / "cert.pem"
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    run(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3", "-subj", "/CN=localhost"),
        *("-addext", names, "-keyout", key, "-out", cert),
    )
    server = Dovecot(free_port(), free_port(), cert, "ana", "secret-ana")
    home = folder / "mail/ana"
    (folder / "users").write_text(f"ana:{{PLAIN}}{server.password}:{_NOBODY}:{_NOBODY}::{home}\n")
    (folder / "dovecot.conf").write_text(_settings(folder, server))
    library = "/usr/lib/dovecot"
    start = ["env", f"LD_LIBRARY_PATH={library}:{library}/modules", "/usr/sbin/dovecot", "-F", "-c"]
    with running(
        [*start, folder / "dovecot.conf"],
        log=folder / "dovecot.log",
        ready=lambda: answers(server.port, b"* OK"),
        over=packages,
    ):
        for number, (sender, subject, text) in enumerate(LETTERS):
            server.deliver(sender, subject, text, Message_ID=f"<m{number}@example.org>")
        yield server


def _settings(folder: Path, server: Dovecot) -> str:
    return f"""
base_dir = {folder}/base
state_dir = {folder}/state
libexec_dir = /usr/lib/dovecot
mail_plugin_dir = /usr/lib/dovecot/modules
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
default_login_user = nobody
default_internal_user = nobody
default_internal_group = nogroup
first_valid_uid = 1
first_valid_gid = 1
last_valid_uid = 0
log_path = {folder}/dovecot.log
mail_location = maildir:~/Maildir
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = passwd-file
  args = {folder}/users
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {server.port}
  }}
  inet_listener imaps {{
    port = {server.tls_port}
    ssl = yes
  }}
}}
"""
