"""What every connector that writes must keep, held by the real engine against a server on the loopback.

A class is collected only through its subclasses (``test_mastodon_writing.py``, ``test_smtp.py``), which say how their
server is brought into a state, and what it has.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace

from cmday.connectors.protocol import Call, Exchange, Manner, Sends
from cmday.core.accounts import Account, Credentials
from cmday.core.events import Calendar
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError, RateLimited, Refused, SignInNeeded, Uncertain, Unreachable
from tests.connectors.talking import converse, held

SECRET = "s3cret-never-shown"
LONG_AGO = timedelta(hours=1)


def signs_in(account: Account | Calendar) -> Exchange[Credentials]:
    found: Credentials = yield Call(name="secret", function=lambda: Credentials(account.username, SECRET))
    return found


class SendingContract:
    """``reply`` is an answer to something that is there."""

    reply: ClassVar[Outgoing]

    def account(self) -> Account:
        """The account at a server in its usual state."""
        raise AssertionError

    def there(self) -> list[str]:
        """The texts that the server has of us, in order."""
        raise AssertionError

    def bring_into(self, scene: str) -> None:
        """Bring the server into a state: closes (when it has read and kept it), hangs (the same), refuses, busy,
        signed-out, gone (nobody listens)."""
        raise AssertionError(scene)

    def connector(self) -> Sends:
        from cmday.connectors.catalog import sender

        return sender(self.account())

    def hold(self, talk: Callable[[], Exchange[Any]], **options: Any) -> Any:
        """What a conversation came to; raises how it failed, after a look that the secret is not in it."""
        told = converse(held(talk, deadline=options.pop("deadline", 5.0)), sign_in=signs_in)
        error = told.error()
        if error is None:
            return told.heard["0"][-1]
        assert SECRET not in f"{error!r} {error.message} {error.hint}"
        raise error

    def send(self, outgoing: Outgoing | None = None, **options: Any) -> Sent:
        sent = self.hold(lambda: self.connector().send(outgoing or self.reply), **options)
        assert isinstance(sent, Sent)
        return sent

    def fails(self, **options: Any) -> CmdayError:
        """The error that sending ends with; it names the account."""
        with pytest.raises(CmdayError) as caught:
            self.send(**options)
        assert caught.value.subject in (None, self.account().name)
        return caught.value

    def find(self, outgoing: Outgoing | None = None, taken: frozenset[str] = frozenset()) -> Sent | Uncertain | None:
        try:
            found: Sent | None = self.hold(lambda: self.connector().find(outgoing or self.reply, taken))
        except Uncertain as error:
            return error
        return found

    def manner(self) -> Manner:
        found: Manner = self.hold(self.connector().manner)
        return found

    def test_it_is_a_generator_that_says_what_it_can(self) -> None:
        assert isinstance(self.connector(), Sends)
        for name in ("manner", "send", "find", "retract"):
            assert inspect.isgeneratorfunction(getattr(self.connector(), name))
        assert isinstance(self.manner(), Manner)

    def test_it_arrives_once_in_its_words(self) -> None:
        sent = self.send()
        assert sent.id
        assert sent.note is None
        (text,) = self.there()
        assert self.reply.text in text

    def test_what_was_read_and_not_answered_is_uncertain_and_sent_once(self) -> None:
        self.bring_into("closes")
        assert isinstance(self.fails(), Uncertain)
        assert len(self.there()) == 1

    def test_what_the_deadline_ends_is_uncertain(self) -> None:
        self.bring_into("hangs")
        assert isinstance(self.fails(deadline=1.0), Uncertain)
        assert len(self.there()) == 1

    def test_after_a_crash_it_is_found_or_nobody_can_tell(self) -> None:
        began = replace(self.reply, began=datetime.now(UTC))
        self.bring_into("closes")
        self.fails()
        self.bring_into("usual")
        found = self.find(began)
        assert isinstance(found, Sent if self.manner().findable else Uncertain), found
        assert len(self.there()) == 1

    def test_what_is_not_there_is_never_found(self) -> None:
        found = self.find(replace(self.reply, began=datetime.now(UTC) - LONG_AGO))
        assert found is None or isinstance(found, Uncertain)

    def test_what_belongs_to_another_is_not_found_again(self) -> None:
        sent = self.send()
        assert not isinstance(self.find(taken=frozenset({sent.id})), Sent)

    def test_a_refusal_is_told_in_the_words_of_the_server(self) -> None:
        self.bring_into("refuses")
        error = self.fails()
        assert isinstance(error, Refused)
        assert "such words" in error.message.english
        assert self.there() == []

    def test_patience_asked_for_is_handed_on(self) -> None:
        self.bring_into("busy")
        assert isinstance(self.fails(), RateLimited)
        assert self.there() == []

    def test_refused_credentials_ask_for_a_sign_in(self) -> None:
        self.bring_into("signed-out")
        error = self.fails()
        assert isinstance(error, SignInNeeded)
        assert error.hint is not None
        assert f"cmday login {self.account().network} --account {self.account().name}" in error.hint.english
        assert self.there() == []

    def test_nobody_there_is_not_in_doubt(self) -> None:
        self.bring_into("gone")
        error = self.fails()
        assert isinstance(error, Unreachable), error
        assert not isinstance(error, Uncertain)

    def test_what_can_be_taken_back_is_gone_then(self) -> None:
        sent = self.send()
        there = replace(self.reply, sent_id=sent.id, sent_url=sent.url, state="sent")
        try:
            self.hold(lambda: self.connector().retract(there))
        except Refused:
            assert not self.manner().retractable
            return
        assert self.manner().retractable
        assert self.there() == []
        self.hold(lambda: self.connector().retract(there))  # gone already is as well
