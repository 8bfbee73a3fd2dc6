"""Moderating against a real Ozone, by way of a real PDS: its queue, each action and its way back, dead senders."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from cmday.connectors.catalog import moderator
from cmday.connectors.protocol import Call, Exchange, Moderates, SignIn
from cmday.core.accounts import Account, Credentials
from cmday.core.cases import Case, QueueEntry
from cmday.core.events import Calendar
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import Refused, SignInNeeded
from tests.conftest import Cmday
from tests.connectors.moderating_contract import action_on, case_of
from tests.connectors.talking import converse, held
from tests.servers.atproto import Atproto, Person
from tests.servers.grounds import Unavailable

pytestmark = pytest.mark.server

_PATIENCE = 40.0
D = "tools.ozone.moderation.defs#"


class Seeded(msgspec.Struct):
    """``spam`` is a post of bruno's that ana and cleo reported, ``rude`` one that nobody decides."""

    server: Atproto
    cleo: Person
    spam: dict[str, Any]
    rude: dict[str, Any]

    @property
    def account(self) -> Account:
        return Account(
            name="mod",
            network="bluesky",
            server=self.server.pds,
            communities=("bem",),
            username="mod.test",
            options={"ozone": self.server.ozone_did},
        )

    def connector(self) -> Moderates:
        found = moderator(self.account)
        assert found is not None
        return found

    def hold(self, talk: Callable[[], Exchange[Any]], token: str = "") -> list[Any]:
        told = converse(held(talk, deadline=30.0), sign_in=_shows(self.server.mod.did, token or self.server.mod.token))
        error = told.error()
        if error:
            raise error
        return told.heard["0"]

    def queue(self) -> dict[str, QueueEntry]:
        pages = self.hold(lambda: self.connector().queue(None))
        assert pages[-1].whole
        assert not any(page.gap for page in pages)
        entries = [one for page in pages for one in page.entries]
        assert len({one.subject for one in entries}) == len(entries)
        return {one.subject: one for one in entries}

    def case(self, made: dict[str, Any]) -> Case:
        return case_of(self.queue()[made["uri"]], self.account)

    def do(self, one: Outgoing) -> Sent:
        sent = self.hold(lambda: self.connector().send(one))[-1]
        assert isinstance(sent, Sent)
        assert sent.note is None
        return sent

    def find(self, one: Outgoing) -> Sent | None:
        found: Sent | None = self.hold(lambda: self.connector().find(one))[-1]
        return found

    def undo(self, one: Outgoing, sent: Sent) -> None:
        self.hold(lambda: self.connector().retract(replace(one, sent_id=sent.id)))

    def status(self, subject: str) -> dict[str, Any]:
        """How Ozone has a subject, past cmday."""
        told = self.server.call(
            self.server.pds, "tools.ozone.moderation.queryStatuses", token=self.server.mod.token, subject=subject
        )
        found: dict[str, Any] = next(iter(told["subjectStatuses"]), {})
        return found

    def has_reports(self, subject: str) -> bool:
        """Whether Ozone has drawn up the reports of a subject one by one, which it does by and by."""
        told = self.server.call(
            self.server.pds,
            "tools.ozone.report.queryReports",
            token=self.server.mod.token,
            subject=subject,
            status="open",
        )
        return bool(told["reports"])

    def labels(self, made: dict[str, Any]) -> set[str]:
        told = self.server.call(
            self.server.pds, "tools.ozone.moderation.getRecord", token=self.server.mod.token, uri=made["uri"]
        )
        return {one["val"] for one in told["labels"] if not one.get("neg")}

    def events(self, made: dict[str, Any], kind: str) -> int:
        told = self.server.call(
            self.server.pds,
            "tools.ozone.moderation.queryEvents",
            token=self.server.mod.token,
            subject=made["uri"],
            types=f"{D}{kind}",
        )
        return len(told["events"])


def _shows(did: str, token: str) -> SignIn:
    def talk(_account: Account | Calendar) -> Exchange[Credentials]:
        found: Credentials = yield Call(name="secret", function=lambda: Credentials(did, token))
        return found

    return talk


@pytest.fixture(scope="module")
def seeded(atproto_server: Atproto) -> Seeded:
    server = atproto_server
    cleo = server.joins("cleo.test", "Cleo")
    posts = [server.says(server.bruno, text) for text in ("BUY CHEAP FOLLOWERS", "You are all dull")]
    for made in posts:
        _wait(lambda made=made: _is_shown(server, made))  # type: ignore[misc]
    server.reports(server.ana, posts[0], "reasonSpam", "it is spam")
    server.reports(cleo, posts[0], "reasonMisleading", "")
    server.reports(server.ana, posts[1], "reasonRude", "he is rude")
    server.reports(cleo, {"did": server.bruno.did}, "reasonSpam", "all of it is")
    return Seeded(server, cleo, *posts)


def _is_shown(server: Atproto, made: dict[str, Any]) -> bool:
    shown: list[Any] = server.call(server.appview, "app.bsky.feed.getPosts", uris=made["uri"])["posts"]
    return bool(shown)


def _wait(there: Callable[[], bool]) -> None:
    until = time.monotonic() + _PATIENCE
    while not there():
        if time.monotonic() > until:
            raise Unavailable("it did not come about")
        time.sleep(0.3)


def test_what_was_reported_is_in_the_queue_once_with_who_said_what(seeded: Seeded) -> None:
    queue = seeded.queue()
    spam = queue[seeded.spam["uri"]]
    assert (spam.author, spam.author_handle) == ("Bruno", "@bruno.test")
    assert spam.author_id == seeded.server.bruno.did
    assert spam.text == "BUY CHEAP FOLLOWERS"
    assert {(one.by_handle, one.reason) for one in spam.reports} == {
        ("@ana.test", "spam: it is spam"),
        ("@cleo.test", "misleading"),
    }
    bruno = queue[f"person:{seeded.server.bruno.did}"]
    assert [one.reason for one in bruno.reports] == ["spam: all of it is"]
    assert bruno.text.startswith("Bruno")


def test_what_an_administrator_may_do_is_offered_and_others_nothing(seeded: Seeded) -> None:
    offered = {one.action for one in seeded.hold(seeded.connector().offers)[-1]}
    assert {"approve", "resolve", "remove", "ban", "label", "hold", "mute", "note", "warn", "assign"} <= offered
    assert seeded.hold(seeded.connector().offers, seeded.server.ana.token)[-1] == ()
    (page,) = seeded.hold(lambda: seeded.connector().queue(None), seeded.server.ana.token)
    assert page.entries == ()
    assert "no moderator" in page.gap


def test_a_takedown_is_seen_by_the_server_and_put_back(seeded: Seeded) -> None:
    case = seeded.case(seeded.spam)
    one = action_on(case, "remove")
    assert seeded.find(one) is None
    sent = seeded.do(one)
    assert seeded.find(one) == sent
    assert seeded.status(case.subject or "")["takendown"]
    assert case.subject not in seeded.queue()
    look = seeded.hold(lambda: seeded.connector().look(case))[-1]
    assert look.text == case.text
    assert look.resolved_as == "a moderator took it down (@mod.test)"
    again = action_on(case, "remove", why="once more")
    with pytest.raises(Refused) as caught:
        seeded.do(replace(again, key="another"))
    assert "already taken down" in caught.value.message.english
    seeded.undo(one, sent)
    assert not seeded.status(case.subject or "")["takendown"]
    assert len(seeded.queue()[case.subject or ""].reports) == 2
    seeded.undo(one, sent)


def test_a_label_is_put_on_and_taken_off(seeded: Seeded) -> None:
    case = seeded.case(seeded.spam)
    one = action_on(case, "label", label="spam")
    sent = seeded.do(one)
    assert "spam" in seeded.labels(seeded.spam)
    assert case.subject not in seeded.queue()
    seeded.undo(one, sent)
    assert "spam" not in seeded.labels(seeded.spam)
    assert case.subject in seeded.queue()


def test_sent_twice_it_happens_once(seeded: Seeded) -> None:
    """As after a sender died between the server's having it and its own knowing so."""
    case = seeded.case(seeded.rude)
    one = action_on(case, "note", "look at the others too")
    before = seeded.events(seeded.rude, "modEventComment")
    assert seeded.do(one) == seeded.do(one) == seeded.find(one)
    assert seeded.events(seeded.rude, "modEventComment") == before + 1
    assert seeded.find(replace(one, key="another")) is None


def test_a_ban_for_a_time_holds_for_that_time_and_ends_before_it_on_request(seeded: Seeded) -> None:
    case = seeded.case(seeded.spam)
    one = action_on(case, "ban", seconds=str(36 * 3600))
    sent = seeded.do(one)
    status = seeded.status(seeded.server.bruno.did)
    assert status["takendown"]
    assert status["suspendUntil"]
    assert seeded.status(case.subject or "")["reviewState"] == f"{D}reviewClosed"
    seeded.undo(one, sent)
    assert not seeded.status(seeded.server.bruno.did)["takendown"]
    assert case.subject in seeded.queue()


def test_a_report_is_given_to_a_moderator_and_back(seeded: Seeded) -> None:
    case = seeded.case(seeded.rude)
    one = action_on(case, "assign")
    _wait(lambda: seeded.has_reports(case.subject or ""))
    sent = seeded.do(one)
    assert seeded.find(one) is not None
    assert seeded.queue()[case.subject or ""].claimed_by is None
    seeded.undo(one, sent)
    assert seeded.find(one) is None


def test_a_warning_is_mailed_and_those_who_reported_are_told(seeded: Seeded) -> None:
    case = seeded.case(seeded.spam)
    seeded.do(action_on(case, "warn", "Please do not advertise here."))
    told = seeded.server.call(
        seeded.server.pds,
        "tools.ozone.moderation.queryEvents",
        token=seeded.server.mod.token,
        subject=seeded.server.bruno.did,
        types=f"{D}modEventEmail",
    )["events"]
    assert [one["event"]["content"] for one in told] == ["Please do not advertise here."]
    assert told[0]["event"]["isDelivered"]
    assert case.subject not in seeded.queue()


def test_an_appeal_comes_back_and_is_granted(seeded: Seeded) -> None:
    made = seeded.server.says(seeded.server.bruno, "I was taken down by mistake")
    _wait(lambda: _is_shown(seeded.server, made))
    seeded.server.reports(seeded.cleo, made, "reasonSpam", "")
    seeded.do(action_on(seeded.case(made), "remove"))
    seeded.server.reports(seeded.server.bruno, made, "reasonAppeal", "it was irony")
    entry = seeded.queue()[made["uri"]]
    assert entry.appeal
    assert entry.held
    assert [one.reason for one in entry.reports] == ["appeal: it was irony"]
    seeded.do(replace(action_on(case_of(entry, seeded.account), "restore"), key="granted"))
    assert made["uri"] not in seeded.queue()
    assert not seeded.status(made["uri"]).get("appealed")


def test_approved_it_leaves_the_queue_and_who_reported_is_thanked(seeded: Seeded) -> None:
    case = seeded.case(seeded.rude)
    one = action_on(case, "resolve", reporters="Thank you: we talked to him.")
    sent = seeded.do(one)
    assert case.subject not in seeded.queue()
    mails = seeded.server.call(
        seeded.server.pds,
        "tools.ozone.moderation.queryEvents",
        token=seeded.server.mod.token,
        subject=seeded.server.ana.did,
        types=f"{D}modEventEmail",
    )["events"]
    assert [each["event"]["content"] for each in mails] == ["Thank you: we talked to him."]
    seeded.undo(one, sent)
    assert case.subject in seeded.queue()


def test_what_its_author_deleted_is_gone(seeded: Seeded) -> None:
    made = seeded.server.says(seeded.server.bruno, "Soon gone")
    _wait(lambda: _is_shown(seeded.server, made))
    seeded.server.reports(seeded.cleo, made, "reasonSpam", "")
    case = seeded.case(made)
    key = made["uri"].rsplit("/", 1)[1]
    body = {"repo": seeded.server.bruno.did, "collection": "app.bsky.feed.post", "rkey": key}
    seeded.server.call(seeded.server.pds, "com.atproto.repo.deleteRecord", body, seeded.server.bruno.token)
    _wait(lambda: seeded.hold(lambda: seeded.connector().look(case))[-1] is None)
    assert made["uri"] not in seeded.queue()


def test_a_session_that_is_no_longer_good_asks_to_sign_in(seeded: Seeded) -> None:
    with pytest.raises(SignInNeeded) as caught:
        seeded.hold(lambda: seeded.connector().queue(None), "not-a-token")
    assert caught.value.exit_code == 4


# The same by the commands that a person types.


@pytest.fixture
def desk(home: Path, seeded: Seeded, monkeypatch: pytest.MonkeyPatch) -> Seeded:
    """The moderator's account in config.toml, and two posts more in the queue."""
    monkeypatch.delenv("CMDAY_NOW")
    monkeypatch.setenv("APP_PASSWORD", seeded.server.mod.password)
    (home / "config.toml").write_text(
        '[limits]\nper_host_spacing = "0s"\n[community.bem]\ntitle = "BEM"\n[account.mod]\nnetwork = "bluesky"\n'
        f'server = "{seeded.server.pds}"\ncommunities = ["bem"]\nusername = "mod.test"\n'
        f'ozone = "{seeded.server.ozone_did}"\nsecret = {{ env = "APP_PASSWORD" }}\n'
    )
    return seeded


def _reported(seeded: Seeded, text: str) -> str:
    made = seeded.server.says(seeded.server.bruno, text)
    _wait(lambda: _is_shown(seeded.server, made))
    seeded.server.reports(seeded.cleo, made, "reasonSpam", "please look")
    uri: str = made["uri"]
    return uri


def _handle(cmday: Cmday, uri: str) -> str:
    result = cmday("moderate", "--json")
    assert result.code == 0, result
    (handle,) = (one["handle"] for one in result.json["data"]["cases"] if one["id"] == f"case/mod/{uri}")
    return str(handle)


def test_a_case_is_listed_decided_sent_and_undone(desk: Seeded, cmday: Cmday) -> None:
    uri = _reported(desk, "Win a phone now")
    handle = _handle(cmday, uri)
    assert cmday("moderate", "remove", handle, "--why", "charter 4", "--yes").code == 0
    assert not desk.status(uri)["takendown"], "it waits in the outbox"
    sent = cmday("send", "--yes")
    assert sent.code == 0, sent
    assert desk.status(uri)["takendown"]
    assert uri not in desk.queue()
    undone = cmday("undo", "--yes")
    assert undone.code == 0, undone
    assert not desk.status(uri)["takendown"]
    assert _handle(cmday, uri) == handle


def test_a_dry_run_prints_the_event_and_sends_nothing(desk: Seeded, cmday: Cmday) -> None:
    uri = _reported(desk, "Win a car now")
    handle = _handle(cmday, uri)
    result = cmday("moderate", "label", handle, "spam", "--why", "charter 4", "--dry-run")
    assert result.code == 0, result
    assert "tools.ozone.moderation.emitEvent" in result.out
    assert "modEventLabel" in result.out
    assert desk.status(uri)["reviewState"] == f"{D}reviewOpen"


def test_what_a_colleague_decided_meanwhile_is_not_decided_again(desk: Seeded, cmday: Cmday) -> None:
    uri = _reported(desk, "Win a boat now")
    handle = _handle(cmday, uri)
    assert cmday("moderate", "remove", handle, "--why", "charter 4", "--yes").code == 0
    desk.do(replace(action_on(case_of(desk.queue()[uri], desk.account), "approve"), key=f"colleague-{uri}"))
    result = cmday("send", "--yes")
    assert "dealt with elsewhere" in result.out + result.err
    assert not desk.status(uri)["takendown"]


def test_a_refused_password_asks_for_another(desk: Seeded, cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    uri = _reported(desk, "Win a house now")
    handle = _handle(cmday, uri)
    assert cmday("moderate", "remove", handle, "--why", "charter 4", "--yes").code == 0
    monkeypatch.setenv("APP_PASSWORD", "not-the-password")
    result = cmday("send", "--yes")
    assert result.code == 4, result
    assert "not-the-password" not in result.out + result.err
    assert not desk.status(uri)["takendown"]


def test_what_a_dead_sender_had_emitted_is_found_and_not_emitted_again(desk: Seeded, cmday: Cmday, home: Path) -> None:
    uri = _reported(desk, "Win a plane now")
    handle = _handle(cmday, uri)
    assert cmday("moderate", "remove", handle, "--why", "charter 4", "--yes").code == 0
    with closing(sqlite3.connect(home / "cmday.db")) as database, database:
        ((key,),) = database.execute(
            "UPDATE outbox SET state = 'sending', attempts = 1, began = unixepoch(), sender = '1 2 3'"
            " WHERE state = 'queued' RETURNING idempotency_key"
        ).fetchall()
    desk.do(replace(action_on(desk.case({"uri": uri}), "remove"), key=key))
    result = cmday("send", "--yes")
    assert result.code == 0, result
    items = cmday("outbox", "--all", "--json").json["data"]["items"]
    assert [one["text"][:6] for one in items if one["state"] == "sent"] == ["remove"]
    assert desk.events({"uri": uri}, "modEventTakedown") == 1
    assert uri not in desk.queue()
