"""An answer by mail between real servers: out by SMTP once, a copy by IMAP once, and found there again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from cmday.connectors.catalog import connector, sender
from cmday.core.accounts import Account
from cmday.core.items import Notification
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import Uncertain
from tests.connectors.talking import converse, held
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import SmtpSink
from tests.servers.writing import hold, known_by

pytestmark = pytest.mark.server


class Post:
    """Ana's mailbox, and the way out of it."""

    def __init__(self, box: Dovecot, sink: SmtpSink, sent_folder: str | None) -> None:
        self.box = box
        self.sink = sink
        options: dict[str, object] = {"tls": "none", "port": box.port, "smtp_port": sink.port}
        options |= {"address": "Ana <ana@example.org>"} | ({"sent_folder": sent_folder} if sent_folder else {})
        self.account = Account(name="post", network="imap", server="127.0.0.1", username="ana", options=options)
        self.sign_in = known_by(box.username, box.password)

    def question(self) -> Notification:
        told = converse(held(lambda: connector(self.account).notifications(None), deadline=20.0), sign_in=self.sign_in)
        assert told.error() is None
        found: list[Notification] = [one for page in told.heard["0"] for one in page.notifications]
        return next(one for one in found if one.author == "Bruno" and "meetup" in one.text)

    def answer(self, text: str, key: str) -> Outgoing:
        one = self.question()
        assert one.reply is not None
        return Outgoing(
            id=f"out-{key}",
            kind="reply",
            account="post",
            network="imap",
            community=None,
            state="queued",
            text=text,
            key=key,
            created=datetime.now(UTC),
            began=datetime.now(UTC),
            reply_to=one.reply.id,
            to=one.reply.to,
            subject=one.reply.subject,
            references=one.reply.references,
        )

    def hold(self, name: str, one: Outgoing) -> Any:
        return hold(lambda: getattr(sender(self.account), name)(one), self.sign_in)

    def copies(self, folder: str, number: str) -> int:
        box = self.box.open()
        box.select(folder, readonly=True)
        found = box.search(None, f'HEADER Message-ID "{number}"')[1][0].split()
        box.logout()
        return len(found)


def test_an_answer_arrives_once_where_it_belongs(dovecot_server: Dovecot, smtp_server: SmtpSink) -> None:
    post = Post(dovecot_server, smtp_server, None)
    before = len(smtp_server.mails())
    one = post.answer("Bonjour Bruno,\nà 18 h 30, salle des fêtes.\n\n.\nAna", "m1")
    sent: Sent = post.hold("send", one)
    letters = smtp_server.mails(before + 1)
    assert len(letters) == before + 1
    (letter,) = [mail for mail in letters if mail["Message-ID"] == sent.id]
    assert (letter["To"], letter["X-RcptTo"]) == ("bruno@example.org", "bruno@example.org")
    assert letter["Subject"] == "Re: Question about the meetup"
    assert letter["In-Reply-To"] == letter["References"] == "<m0@example.org>"
    assert letter.get_content().replace("\r\n", "\n").rstrip("\n") == one.text
    with pytest.raises(Uncertain):
        post.hold("find", one)


def test_a_copy_is_kept_once_and_found(dovecot_server: Dovecot, smtp_server: SmtpSink) -> None:
    post = Post(dovecot_server, smtp_server, "Envoyés")
    one = post.answer("Oui.", "m2")
    with pytest.raises(Uncertain):
        post.hold("find", one)
    sent: Sent = post.hold("send", one)
    assert sent.note is None
    assert post.hold("find", one) == Sent(id=sent.id)
    post.hold("send", one)  # as where a server keeps copies by itself
    assert post.copies('"Envoy&AOk-s"', sent.id) == 1
    assert post.box.unseen() >= 3


def test_a_copy_that_cannot_be_kept_is_said_and_the_mail_is_out(dovecot_server: Dovecot, smtp_server: SmtpSink) -> None:
    post = Post(dovecot_server, smtp_server, "Sent")
    one = replace(post.answer("Non.", "m3"))
    post.account = replace(post.account, options={**post.account.options, "port": 1})
    before = len(smtp_server.mails())
    sent: Sent = post.hold("send", one)
    assert len(smtp_server.mails(before + 1)) == before + 1
    assert sent.note is not None
    assert sent.note.startswith("no copy in Sent: ")
