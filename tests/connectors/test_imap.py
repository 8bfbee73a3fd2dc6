"""IMAP: the contract on what a fetch brings, mails in every state, and the door to the mailbox."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmday.connectors.imap import Imap
from cmday.connectors.imap_door import Position, find_door
from cmday.connectors.imap_reading import read_mail
from cmday.connectors.protocol import Call, Request
from cmday.core.accounts import Account
from cmday.core.items import Notification
from cmday.errors import ConfigError, SignInNeeded
from cmday.i18n import phrase
from tests.connectors.contract import ConnectorContract
from tests.connectors.holding import Answer, hold

ACCOUNT = Account(name="post", network="imap", server="mail.example", communities=("bem",), username="ana")


def mail(number: int, text: str = "When does it start?", **headers: str) -> bytes:
    letter = EmailMessage()
    fields = {
        "From": "Élodie Marchand <elodie@example.org>",
        "To": "ana@example.org",
        "Subject": f"Question {number}",
        "Message-ID": f"<{number}@example.org>",
        "Date": "Mon, 02 Nov 2026 08:00:00 +0100",
    }
    for name, value in (fields | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        letter[name] = value
    letter.set_content(text)
    return letter.as_bytes()


class Mailbox:
    """A server that answers a fetch as the real one does: at most 100 mails of each folder, then ``more``."""

    def __init__(self, **folders: list[bytes]) -> None:
        self.folders = folders

    def __call__(self, step: Request | Call) -> Any:
        assert isinstance(step, Call)
        assert step.key == "post"
        if step.name == "imap check":
            return {"username": "ana", "folders": list(self.folders)}
        assert step.name == "imap fetch"
        (asked,) = step.function.__defaults__ or ({},)
        return {name: self._folder(name, position) for name, position in asked.items()}

    def _folder(self, name: str, position: Position | None) -> dict[str, Any]:
        if name not in self.folders:
            return {"missing": True}
        first = position.next if position else 1
        there = [(uid, raw) for uid, raw in enumerate(self.folders[name], 1) if uid >= first]
        taken = there[:100]
        following = len(self.folders[name]) + 1
        more = len(there) > 100
        return {
            "uidvalidity": 7,
            "mails": taken,
            "next": taken[-1][0] + 1 if more else following,
            "more": more,
        }


class TestImap(ConnectorContract):
    account: ClassVar[Account] = ACCOUNT
    many: ClassVar[int] = 250
    pages_when_many: ClassVar[int] = 3

    def answers(self, scene: str) -> Answer:
        if scene == "garbage":
            return lambda _: ["no", "mailbox"]
        if scene == "signed-out":
            refused = SignInNeeded(phrase("refused"), phrase("cmday login imap --account post"), "post")
            return lambda _: refused
        if scene == "malformed":
            return Mailbox(INBOX=[b"\xff\xfe\x00", mail(2)])
        return Mailbox(INBOX=[mail(number) for number in range({"few": 3, "many": self.many}.get(scene, 0))])


def read(raw: bytes) -> Notification:
    found = read_mail(raw, ACCOUNT, "INBOX/7/1")
    assert found is not None
    return found


def test_a_mail_in_full() -> None:
    one = read(mail(1, "Bonjour,\r\nma carte expire jeudi.", References="<root@example.org> <b@example.org>"))
    assert one.text == "Question 1\n\nBonjour,\nma carte expire jeudi."
    assert (one.author, one.author_handle) == ("Élodie Marchand", "elodie@example.org")
    assert (one.kind, one.network, one.community, one.url) == ("message", "imap", "bem", None)
    assert one.thread == "<root@example.org>"
    assert one.at == datetime(2026, 11, 2, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<talk.example.org>"},
        {"List_Unsubscribe": "<https://example.org/u>"},
        {"X_Autoreply": "yes"},
    ],
)
def test_what_a_machine_or_a_list_sent_is_no_message(headers: dict[str, str]) -> None:
    assert read(mail(1, **headers)).kind == "other"


def test_auto_submitted_no_is_a_message() -> None:
    assert read(mail(1, Auto_Submitted="no")).kind == "message"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"Subject: =?utf-8?q?caf=C3=A9?=\nContent-Type: text/plain; charset=latin-1\n\n\xe9t\xe9", "café\n\nété"),
        (b"Subject: x\nContent-Type: text/plain; charset=no-such-thing\n\n\xc3\xa9", "x\n\né"),
        (b"Subject: x\nContent-Type: text/plain; charset=utf-8\n\n\xe9t\xe9 \x93oui\x94", "x\n\nété “oui”"),
        (b"Subject: caf\xc3\xa9\n\nplain", "café\n\nplain"),
        (b"Subject: =?bogus?x?zz?= rest\n\nbody", "=?bogus?x?zz?= rest\n\nbody"),
        (b"Subject: x\nContent-Type: text/html\n\n<p>One<br>two &amp; <b>three</b></p>", "x\n\nOne\ntwo & three"),
        (b"Subject: x\nContent-Transfer-Encoding: base64\n\naMOpbGxv", "x\n\nhéllo"),
        (b"Subject: x\nContent-Transfer-Encoding: base64\n\naGVsbG8gdHJ1bmNhdG", "x\n\nhello truncat"),
        (b"Subject: only a subject\n", "only a subject"),
        (b"From: a@b.example\n\n\n\n\nbody\x00\n\n\n\nend", "body\n\nend"),
    ],
)
def test_texts_survive_their_charset(raw: bytes, text: str) -> None:
    assert read(raw).text == text


def test_of_two_versions_the_plain_one_is_read_and_attachments_are_not() -> None:
    letter = EmailMessage()
    letter["Subject"] = "Both"
    letter.set_content("the plain one")
    letter.add_alternative("<p>the other</p>", subtype="html")
    letter.add_attachment("a,b\n1,2", subtype="csv", filename="numbers.csv")
    assert read(letter.as_bytes()).text == "Both\n\nthe plain one"


def test_a_mail_cut_in_the_middle_of_a_part_is_read() -> None:
    letter = EmailMessage()
    letter["Subject"] = "Long"
    letter.set_content("first words " * 20_000)
    letter.add_attachment(b"\x00" * 100_000, maintype="application", subtype="zip", filename="z.zip")
    one = read(letter.as_bytes()[: 64 * 1024])
    assert one.text.startswith("Long\n\nfirst words first words")
    assert len(one.text) == 10_000


def test_the_moment_is_when_it_arrived() -> None:
    raw = b"Received: by mx; Mon, 02 Nov 2026 08:05:00 +0100\nDate: Fri, 01 Jan 2038 00:00:00 +0000\nSubject: x\n\ny"
    assert read(raw).at == datetime(2026, 11, 2, 7, 5, tzinfo=UTC)
    assert read(b"Date: nonsense\nSubject: x\n\ny").at.tzinfo is not None


def test_a_name_cannot_pose_as_an_address() -> None:
    one = read(b"From: =?utf-8?q?=3Cboss=40example=2Eorg=3E?= <thief@evil.example>\nSubject: pay\n\nnow")
    assert one.author_handle == "thief@evil.example"


def test_identity_is_the_mail_not_its_place() -> None:
    first, second = read_mail(mail(1), ACCOUNT, "INBOX/7/1"), read_mail(mail(1), ACCOUNT, "Archive/9/12")
    assert first is not None
    assert second is not None
    assert first.id == second.id
    bare = b"Subject: x\n\ny"
    assert getattr(read_mail(bare, ACCOUNT, "INBOX/7/1"), "id", 1) != getattr(
        read_mail(bare, ACCOUNT, "INBOX/7/2"), "id", 2
    )


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for one in (read_mail(raw, ACCOUNT, "p"), read_mail(b"From: x <a@b>\n" + raw, ACCOUNT, "p")):
        assert one is None or (one.at.tzinfo is not None and one.text.encode() is not None)


@given(st.sampled_from(["Subject", "From", "Date", "Content-Type", "Received", "References"]), st.binary(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_header_is_survived(name: str, value: bytes) -> None:
    raw = name.encode() + b": " + value.replace(b"\n", b"") + b"\nX-Other: 1\n\nbody"
    assert read_mail(raw, ACCOUNT, "p") is not None


# Folders and cursors.


def folders(*names: str) -> Imap:
    return Imap(msgspec.structs.replace(ACCOUNT, options={"folders": list(names)}))


def test_a_mail_in_two_folders_comes_once_and_a_lost_folder_is_said() -> None:
    talk = hold(
        folders("INBOX", "Client", "Gone").notifications(None), Mailbox(INBOX=[mail(1)], Client=[mail(1), mail(2)])
    )
    assert len(talk.found) == 2
    assert talk.gaps == ['there is no folder "Gone"']


def test_only_the_folder_that_has_more_is_asked_again() -> None:
    box = Mailbox(INBOX=[mail(number) for number in range(150)], Client=[mail(900)])
    talk = hold(folders("INBOX", "Client").notifications(None), box)
    assert len(talk.found) == 151
    assert len(talk.asked) == 2
    box.folders["Client"].append(mail(901))
    assert len(hold(folders("INBOX", "Client").notifications(talk.cursor), box).found) == 1


def test_a_recorded_answer_needs_no_more_than_mails() -> None:
    answer = {"INBOX": {"uidvalidity": 3, "mails": [[4, mail(1)], [9, mail(2)]]}}
    talk = hold(Imap(ACCOUNT).notifications(None), lambda _: answer)
    assert len(talk.found) == 2
    assert talk.cursor is not None
    assert msgspec.json.decode(talk.cursor.value) == {"INBOX": {"validity": 3, "next": 10}}


def test_a_mailbox_wants_a_user_name() -> None:
    nameless = msgspec.structs.replace(ACCOUNT, username=None)
    error = hold(Imap(nameless).notifications(None), Mailbox()).error
    assert isinstance(error, SignInNeeded)


# The door.


@pytest.mark.parametrize(
    ("server", "options", "port", "tls"),
    [
        ("mail.example", {}, 993, "tls"),
        ("mail.example", {"port": 143}, 143, "auto"),
        ("mail.example", {"port": 10993}, 10993, "tls"),
        ("mail.example", {"tls": "starttls"}, 143, "starttls"),
        ("mail.example:1993", {}, 1993, "tls"),
        ("imaps://mail.example", {}, 993, "tls"),
        ("imap://mail.example", {}, 143, "auto"),
        ("127.0.0.1", {"port": 3143}, 3143, "auto"),
        ("127.0.0.1", {"port": 3143, "tls": "none"}, 3143, "none"),
        ("localhost", {"port": 3993, "tls": True}, 3993, "tls"),
        ("[::1]:3143", {}, 3143, "auto"),
    ],
)
def test_the_door(server: str, options: dict[str, object], port: int, tls: str) -> None:
    door = find_door(msgspec.structs.replace(ACCOUNT, server=server, options=options))
    assert (door.port, door.tls) == (port, tls)


@pytest.mark.parametrize("options", [{"tls": "sometimes"}, {"port": 0}, {"port": "many"}, {"tls": 3}])
def test_a_door_that_cannot_be(options: dict[str, object]) -> None:
    with pytest.raises(ConfigError) as caught:
        find_door(msgspec.structs.replace(ACCOUNT, options=options))
    assert caught.value.subject == "post"


# What an answer needs.


def test_an_answer_goes_where_the_author_wants_it_and_into_the_thread() -> None:
    one = read(mail(1, References="<root@example.org> <b@example.org>", Reply_To="Team <team@example.org>"))
    assert one.reply is not None
    assert one.author_handle == "elodie@example.org"
    assert one.reply.to == "team@example.org"
    assert one.reply.subject == "Question 1"
    assert one.reply.references == ("<root@example.org>", "<b@example.org>")
    assert one.reply.id == "<1@example.org>"


@pytest.mark.parametrize(
    ("raw", "to", "number"),
    [
        (b"From: a@b.example\nSubject: x\n\ny", "a@b.example", None),
        (b"From: a@b.example\nMessage-ID: not one\nSubject: x\n\ny", "a@b.example", None),
        (b"From: a@b.example\nReply-To: nobody\nMessage-ID: <1@b>\n\ny", "a@b.example", "<1@b>"),
        (b"From: undisclosed\nMessage-ID: <1@b>\n\ny", None, None),
        (b"From: x\nReply-To: a@b.example, c@d.example\n\ny", "a@b.example", None),
        (b'From: "a@evil.example\n Bcc: x" <a@b.example>\n\ny', "a@b.example", None),
    ],
)
def test_a_mail_that_lacks_something_is_answered_as_far_as_it_can_be(
    raw: bytes, to: str | None, number: str | None
) -> None:
    found = read(raw).reply
    assert (found.to if found else None, found.id if found else None) == (to, number)
