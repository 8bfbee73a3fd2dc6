"""Answers by mail: as the contract wants them, as RFC 5322 wants them, and out only while somebody waits for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cmday.connectors.mail_writing import compose, flowed, number_of, subject_of
from cmday.connectors.smtp import Smtp
from cmday.connectors.smtp_door import find_sender, find_smtp_door
from cmday.core.accounts import Account
from cmday.core.outbox import Attachment, Outgoing
from cmday.errors import CmdayError, ConfigError, Refused, ServerFailed, SignInNeeded, TimedOut, Uncertain
from tests.connectors.sending_contract import SECRET, SendingContract
from tests.loopback.mail import MailSink

REPLY = Outgoing(
    id="out-1",
    kind="reply",
    account="post",
    network="imap",
    community="bem",
    state="queued",
    text="Bonjour Élodie, votre carte est prolongée.",
    key="k1",
    created=datetime(2026, 11, 2, 8, tzinfo=UTC),
    reply_to="<q@example.org>",
    references=("<root@example.org>",),
    to="elodie@example.org",
    subject="Ma carte d'adhérent expire jeudi",
)
ME = ("Robin Exemple", "robin@bem.example")


def read(raw: bytes) -> EmailMessage:
    letter = message_from_bytes(raw, policy=policy.default)
    assert isinstance(letter, EmailMessage)
    assert letter.defects == []
    return letter


class TestSmtp(SendingContract):
    reply: ClassVar[Outgoing] = REPLY
    sink: MailSink
    port: int

    @pytest.fixture(autouse=True)
    def _sink(self) -> Iterator[None]:
        with MailSink(password=SECRET) as self.sink:
            self.port = self.sink.port
            yield

    def account(self) -> Account:
        options: dict[str, object] = {"smtp_server": "127.0.0.1", "smtp_port": self.port, "tls": "none"}
        options |= {"address": "Robin Exemple <robin@bem.example>"}
        return Account(name="post", network="imap", server="127.0.0.1", username="robin", options=options)

    def there(self) -> list[str]:
        return [read(raw).get_content() for _, _, raw in self.sink.mails]

    def bring_into(self, scene: str) -> None:
        self.sink.closes_after = "." if scene == "closes" else ""
        self.sink.hangs_after = "." if scene == "hangs" else ""
        if scene == "refuses":
            self.sink.says["RCPT"] = "550 5.1.1 such words"
        elif scene == "busy":
            self.sink.says["."] = "451 4.7.1 come back later"
        elif scene == "signed-out":
            self.sink.password = "another"
        elif scene == "gone":
            self.port = 1

    def test_the_envelope_names_both(self) -> None:
        self.send()
        ((sender, to, raw),) = self.sink.mails
        assert sender.startswith("FROM:<robin@bem.example>")
        assert to == "TO:<elodie@example.org>"
        letter = read(raw)
        assert letter["From"] == "Robin Exemple <robin@bem.example>"
        assert letter["Subject"] == "Re: Ma carte d'adhérent expire jeudi"
        assert letter["In-Reply-To"] == "<q@example.org>"
        assert letter["References"] == "<root@example.org> <q@example.org>"

    @pytest.mark.parametrize("verb", ["EHLO", "AUTH", "MAIL", "RCPT", "DATA"])
    @pytest.mark.parametrize("fault", ["closes_after", "hangs_after"])
    def test_what_breaks_before_the_mail_leaves_is_no_doubt(
        self, verb: str, fault: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("cmday.connectors.smtp_door.STEP_TIMEOUT", 0.3)
        setattr(self.sink, fault, verb)
        error = self.fails()
        assert not isinstance(error, Uncertain), error
        assert isinstance(error, TimedOut) == (fault == "hangs_after")
        assert self.there() == []

    @pytest.mark.parametrize("said", ["421 4.3.2 closing", "452 4.3.1 full", "554 5.7.1 no"])
    def test_a_no_to_the_mail_itself_is_no_doubt(self, said: str) -> None:
        self.sink.says["."] = said
        assert not isinstance(self.fails(), Uncertain)
        assert self.there() == []

    def test_an_answer_without_sense_to_the_mail_is_doubt(self) -> None:
        self.sink.says["."] = "well"
        assert isinstance(self.fails(), Uncertain)

    def test_when_nobody_waits_any_more_the_mail_stays_here(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("cmday.connectors.smtp.TIMEOUT", 0.2)
        self.sink.slow["DATA"] = 0.6
        assert isinstance(self.fails(), TimedOut)
        until = time.monotonic() + 5
        while not self.sink.ended and time.monotonic() < until:
            time.sleep(0.02)
        assert self.sink.ended == 1
        assert self.sink.mails == []

    def test_what_is_no_mail_is_refused_before_anybody_is_asked(self) -> None:
        picture = Attachment(path="/tmp/x.png", alt="x")
        for wrong in (
            replace(REPLY, to=None),
            replace(REPLY, attachments=(picture,)),
            replace(REPLY, to="é@x.example"),
        ):
            with pytest.raises(Refused):
                self.send(wrong)
        assert self.sink.commands == []

    def test_a_domain_in_any_script_is_written_to(self) -> None:
        self.send(replace(REPLY, to="ana@bücher.example"))
        assert self.sink.mails[0][1] == "TO:<ana@xn--bcher-kva.example>"

    def test_encryption_that_is_wanted_and_not_there_ends_it(self) -> None:
        account = replace(self.account(), options={**self.account().options, "smtp_tls": "starttls"})
        with pytest.raises(ServerFailed, match="offers no encryption"):
            self.hold(lambda: Smtp(account).send(REPLY))
        assert not {"AUTH", "MAIL"} & set(self.sink.commands)

    def test_a_password_in_any_script(self) -> None:
        self.sink.password = "s3cret-never-shown"
        account = replace(self.account(), username="élodie")
        self.hold(lambda: Smtp(account).send(REPLY))
        assert len(self.there()) == 1

    def test_without_a_user_name_a_sign_in_is_asked_for(self) -> None:
        with pytest.raises(SignInNeeded):
            self.hold(lambda: Smtp(replace(self.account(), username=None)).send(REPLY))


AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=400))
def test_any_text_arrives_as_it_was_written(text: str) -> None:
    letter = read(compose(replace(REPLY, text=text), ME, AT))
    lines = letter.get_content().replace("\r\n", "\n").split("\n")
    assert letter["Content-Type"].params["format"] == "flowed"
    assert unflowed(lines[:-1]) == [line.rstrip(" ") for line in text.rstrip("\n").split("\n")]


def unflowed(lines: list[str]) -> list[str]:
    """What a reader of RFC 3676 makes of the lines."""
    whole = [""]
    for at, line in enumerate(lines):
        bare = line.removeprefix(" ")
        whole[-1] += bare
        if at == len(lines) - 1:
            break
        if not (line.endswith(" ") and line != "-- "):
            whole.append("")
    return whole


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_header_can_be_smuggled_in(subject: str, name: str) -> None:
    name = " ".join(name.split())
    raw = compose(
        replace(REPLY, subject=subject.encode(errors="replace").decode()),
        (name.encode(errors="replace").decode(), ME[1]),
        AT,
    )
    head = raw.partition(b"\r\n\r\n")[0]
    keys = [line.split(b":")[0] for line in head.split(b"\r\n") if not line.startswith(b" ")]
    assert keys[:5] == [b"From", b"To", b"Subject", b"Date", b"Message-ID"]
    assert len(keys) == 10
    assert max(map(len, raw.split(b"\r\n"))) < 998


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Carte", "Re: Carte"),
        ("Re: Carte", "Re: Carte"),
        ("RE : Carte", "RE : Carte"),
        ("AW: Karte", "AW: Karte"),
        ("", "Re:"),
        ("Retard", "Re: Retard"),
    ],
)
def test_an_answer_says_so_once(subject: str, expected: str) -> None:
    assert subject_of(replace(REPLY, subject=subject)) == expected


def test_every_attempt_has_the_same_number_and_no_other_mail_has() -> None:
    first, later = read(compose(REPLY, ME, AT)), read(compose(replace(REPLY, attempts=3), ME, datetime.now(UTC)))
    assert first["Message-ID"] == later["Message-ID"] == number_of(REPLY, ME[1])
    assert number_of(replace(REPLY, key="k2"), ME[1]) != number_of(REPLY, ME[1])


def test_long_references_keep_the_first_and_the_last() -> None:
    many = tuple(f"<{number:0200}@example.org>" for number in range(60))
    found = read(compose(replace(REPLY, references=many), ME, AT))["References"].split()
    assert (found[0], found[-2], found[-1]) == (many[0], many[-1], "<q@example.org>")
    assert len(found) < 30


def test_a_mark_of_quotation_or_of_a_mailbox_is_stuffed() -> None:
    assert flowed("> no\nFrom here\n-- \nRobin") == " > no\n From here\n-- \nRobin\n"


def account(
    options: dict[str, object] | None = None, *, server: str = "imap.bem.example", username: str = "robin@bem.example"
) -> Account:
    return Account(name="post", network="imap", server=server, username=username, options=options or {})


@pytest.mark.parametrize(
    ("options", "host", "port", "tls"),
    [
        ({}, "smtp.bem.example", 465, "tls"),
        ({"server": "mail.bem.example"}, "mail.bem.example", 465, "tls"),
        ({"server": "imap.bem.example:143"}, "smtp.bem.example", 587, "starttls"),
        ({"smtp_server": "out.example", "smtp_port": 587}, "out.example", 587, "starttls"),
        ({"smtp_port": 465, "tls": "starttls"}, "smtp.bem.example", 465, "tls"),
        ({"smtp_tls": "none", "smtp_port": 25}, "smtp.bem.example", 25, "none"),
        ({"server": "127.0.0.1", "tls": "none", "smtp_port": 2525}, "127.0.0.1", 2525, "auto"),
    ],
)
def test_where_mail_goes_out(options: dict[str, object], host: str, port: int, tls: str) -> None:
    rest = {name: value for name, value in options.items() if name != "server"}
    door = find_smtp_door(account(rest, server=str(options.get("server", "imap.bem.example"))))
    assert (door.host, door.port, door.tls) == (host, port, tls)


@pytest.mark.parametrize(
    "options",
    [{"smtp_port": "465"}, {"smtp_port": True}, {"smtp_tls": "auto"}, {"smtp_server": "a b"}, {"smtp_server": 5}],
)
def test_settings_that_cannot_be(options: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=next(iter(options))):
        find_smtp_door(account(options))


def test_whom_mail_is_from() -> None:
    assert find_sender(account()) == ("", "robin@bem.example")
    assert find_sender(account({"address": "Élodie <e@bem.example>"})) == ("Élodie", "e@bem.example")
    for wrong in ("robin", "a@b@c", "", "x <y>\nBcc: z@z.example"):
        with pytest.raises(CmdayError):
            find_sender(account(username=wrong))
