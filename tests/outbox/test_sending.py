"""``cmday send``: what goes out, in which order, once; and what becomes of what does not."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cmday.connectors.mastodon_writing import MastodonWriting
from cmday.connectors.protocol import Exchange
from cmday.core.outbox import Outgoing, Sent
from tests.conftest import NOW, Cmday
from tests.loopback.answers import Answer, busy
from tests.outbox.conftest import Write, settle
from tests.outbox.post_office import TOKEN, PostOffice
from tests.test_json_shapes import check

States = Callable[[], dict[str, str]]
CLOSES = Answer(silent=True)


def test_each_goes_out_once_and_in_order(cmday: Cmday, write: Write, office: PostOffice) -> None:
    write(*({"text": f"un {n}"} for n in range(4)), *({"text": f"deux {n}", "account": "bema"} for n in range(3)))
    done = cmday("send", "--yes", "--json")
    assert (done.code, done.err) == (0, "")
    assert done.json["data"]["sent"] == 7
    assert office.texts("nox") == [f"un {n}" for n in range(4)]
    assert office.texts("bema") == [f"deux {n}" for n in range(3)]
    assert cmday("send", "--yes").code == 0
    assert office.asked() == 7


def test_a_bug_after_the_request_left_is_a_doubt(
    cmday: Cmday, write: Write, office: PostOffice, states: States, monkeypatch: pytest.MonkeyPatch
) -> None:
    sends = MastodonWriting.send

    def stumbles(self: MastodonWriting, outgoing: Outgoing) -> Exchange[Sent]:
        yield from sends(self, outgoing)
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(MastodonWriting, "send", stumbles)
        write({"text": "Bonjour"})
        assert cmday("send", "--yes").code == 3
    assert states() == {"Bonjour": "doubtful"}
    assert cmday("send", "--yes").code == 0
    assert states() == {"Bonjour": "sent"}
    assert office.counts() == {"Bonjour": 1}


def test_accounts_are_served_beside_each_other(cmday: Cmday, write: Write, office: PostOffice) -> None:
    office.lag = 0.2
    write(*({"text": f"{account} {n}", "account": account} for n in range(2) for account in ("nox", "bema")))
    assert cmday("send", "--yes").code == 0
    assert office.loopback.most_at_once == 2
    assert office.loopback.peak["nox.localhost"] == 1


def test_without_anybody_to_ask_nothing_is_sent(cmday: Cmday, write: Write, office: PostOffice, states: States) -> None:
    write({"text": "Bonjour", "due": datetime.fromisoformat(NOW)})
    for argv in (["send"], ["send", "--due"], ["send", "o1"], ["send", "--json"]):
        refused = cmday(*argv)
        assert refused.code == 2
        assert "cmday send" in refused.err
    assert office.loopback.requests == []
    assert states() == {"Bonjour": "queued"}


def test_the_screen_names_the_sending_account_first(cmday: Cmday, write: Write, office: PostOffice) -> None:
    write(
        {"text": "Aux fans"},
        {"text": "Aux anciens", "account": "bema"},
        {"text": "Portes à 19 h 30", "kind": "reply", "to": "@dj@x.example", "reply_to": "9"},
    )
    shown = cmday("send").out.splitlines()
    heads = [line for line in shown if line.startswith("  @")]
    assert [line.split()[:2] for line in heads] == [
        ["@bema", "o2"],
        ["@seeksicksound@nox.localhost", "o1"],
        ["@seeksicksound@nox.localhost", "o3"],
    ]
    assert "to @dj@x.example" in heads[2]
    assert all(text in "\n".join(shown) for text in ("Aux fans", "Aux anciens", "Portes à 19 h 30"))


def test_nothing_to_send(cmday: Cmday, office: PostOffice) -> None:
    empty = cmday("send")
    assert (empty.code, empty.out) == (0, "nothing is to be sent\n")
    assert cmday("outbox", "--json").json["data"] == {"items": []}


def test_dry_run_shows_the_requests_without_secrets(
    cmday: Cmday, write: Write, office: PostOffice, states: States
) -> None:
    write({"text": "Bonjour à tous"})
    shown = cmday("send", "--dry-run")
    assert shown.code == 0
    assert f"POST {office.loopback.url('/api/v1/statuses', host='nox.localhost')}" in shown.out
    assert "status=Bonjour" in shown.out
    assert TOKEN not in shown.out + shown.err
    told = cmday("send", "--dry-run", "--json").json["data"]["requests"]
    assert [(one["handle"], one["method"], one["secret"]) for one in told] == [("o1", "POST", ["Authorization"])]
    assert TOKEN not in json.dumps(told)
    assert office.asked() == 0
    assert states() == {"Bonjour à tous": "queued"}


def test_what_is_refused_fails_alone(cmday: Cmday, write: Write, office: PostOffice, states: States) -> None:
    write({"text": "trop long"}, {"text": "court"})
    office.fail("nox", Answer(status=422, body=b'{"error": "Validation failed: text too long"}'))
    done = cmday("send", "--yes")
    assert done.code == 3
    assert "text too long" in done.err
    assert states() == {"trop long": "failed", "court": "sent"}
    assert cmday("send", "--yes").code == 0, "what failed waits for a person"
    assert office.asked() == 2
    assert cmday("outbox", "edit", "o1", "--text", "bref").code == 0
    assert cmday("send", "o1", "--yes").code == 0
    assert office.texts() == ["court", "bref"]


def test_a_token_revoked_after_writing_loses_nothing(
    cmday: Cmday, write: Write, office: PostOffice, states: States
) -> None:
    write({"text": "un"}, {"text": "deux"}, {"text": "trois", "account": "bema"})
    office.token = "another"
    refused = cmday("send", "--yes")
    assert refused.code == 4
    assert "cmday login mastodon --account nox" in refused.err
    assert set(states().values()) == {"queued"}
    assert office.asked() == 2, "the second of an account is not tried in vain"
    os.environ["TOKEN"] = "another"
    assert cmday("send", "--yes").code == 0
    assert office.texts("nox") == ["un", "deux"]


def test_a_server_that_asks_for_patience_gets_it(
    cmday: Cmday, write: Write, office: PostOffice, states: States, monkeypatch: pytest.MonkeyPatch
) -> None:
    write({"text": "un"}, {"text": "deux"})
    office.fail("nox", busy(429, "600"))
    assert cmday("send", "--yes").code == 1
    assert set(states().values()) == {"queued"}
    later = cmday("send", "--yes")
    assert later.code == 0
    assert office.asked() == 2, "the second item goes, the first waits"
    assert "not before 08:41" in cmday("outbox").out
    monkeypatch.setenv("CMDAY_NOW", (datetime.fromisoformat(NOW) + timedelta(minutes=11)).isoformat())
    assert cmday("send", "--yes").code == 0
    assert office.texts() == ["deux", "un"]


def test_a_server_out_of_reach_keeps_the_items_in_line(
    cmday: Cmday, write: Write, office: PostOffice, home: Path, states: States
) -> None:
    write({"text": "un"})
    config = (home / "config.toml").read_text()
    (home / "config.toml").write_text(config.replace(str(office.loopback.port), "1"))
    failed = cmday("send", "--yes", "--json")
    assert failed.code == 1
    assert [error["kind"] for error in failed.json["errors"]] == ["unreachable"]
    assert failed.json["data"]["items"][0]["state"] == "queued"
    (home / "config.toml").write_text(config)
    assert cmday("send", "--yes").code == 0
    assert states() == {"un": "sent"}


def test_an_account_that_is_gone(cmday: Cmday, write: Write, office: PostOffice, home: Path, states: States) -> None:
    write({"text": "un", "account": "bema"}, {"text": "deux"})
    config = (home / "config.toml").read_text()
    (home / "config.toml").write_text(config.replace("[account.bema]", "[account.other]"))
    partly = cmday("send", "--yes")
    assert partly.code == 3
    assert 'no account is called "bema"' in partly.err
    assert states() == {"un": "queued", "deux": "sent"}


@pytest.mark.parametrize("keeps", [True, False], ids=["kept", "lost"])
def test_a_server_that_reads_and_closes_gets_it_once(
    cmday: Cmday, write: Write, office: PostOffice, home: Path, states: States, *, keeps: bool
) -> None:
    write({"text": "une fois"}, {"text": "la suite"})
    office.fail("nox", CLOSES, keeps=keeps)
    assert cmday("send", "--yes").code == 3
    assert office.asked() == 1
    assert states() == {"une fois": "doubtful", "la suite": "queued"}
    again = cmday("send", "--yes")
    if keeps:
        assert again.code == 0
        assert states() == {"une fois": "sent", "la suite": "sent"}
    else:
        assert again.code == 3, "too soon to tell: nothing is sent again"
        assert "cmday outbox arrived o1" in again.out
        assert states() == {"une fois": "doubtful", "la suite": "sent"}
        settle(home)
        assert cmday("send", "--yes").code == 0
    assert office.counts() == {"une fois": 1, "la suite": 1}


def test_a_fault_of_the_servers_own_is_looked_into(
    cmday: Cmday, write: Write, office: PostOffice, states: States
) -> None:
    write({"text": "peut-être"})
    office.fail("nox", Answer(status=502, body=b"<html>Bad gateway"), keeps=True)
    assert cmday("send", "--yes").code == 3
    assert cmday("send", "--yes").code == 0
    assert office.counts() == {"peut-être": 1}


def test_what_changed_after_it_was_shown_is_left_alone(write: Write, office: PostOffice) -> None:
    from cmday.cli.arguments import Options
    from cmday.cli.run import Run
    from cmday.outbox import queue, sending

    write({"text": "vu"}, {"text": "aussi vu"})
    with Run(Options()) as run:
        shown = queue.ready(run.session)
        queue.edit(run.session, "o1", text="pas vu")
        fates = sending.send(run.session, shown)
        assert [fate.outgoing.state for fate in fates] == ["queued", "sent"]
    assert office.texts() == ["aussi vu"]


def test_a_reply_that_went_out_is_done_in_the_inbox(cmday: Cmday, write: Write, office: PostOffice) -> None:
    from cmday.cli.arguments import Options
    from cmday.cli.run import Run
    from cmday.core.items import Page
    from cmday.storage import ledger
    from tests.storage.making import notification

    with Run(Options()) as run:
        page = Page(notifications=(notification(7, "question"),), cursor=None)
        ledger.store_page(run.session.database, "nox", page, run.session.clock.now())
    write({"text": "Oui !", "kind": "reply", "target": "nox:7", "reply_to": "7", "to": "@p7"}, verb="reply")

    def state() -> str:
        listed = cmday("inbox", "--all", "--offline", "--json").json["data"]["items"]
        return str(next(one["state"] for one in listed if one["id"] == "nox:7"))

    assert state() == "new"
    assert cmday("send", "--yes").code == 0
    assert state() == "done"
    assert cmday("undo", "--yes").code == 0, "the network takes it back"
    assert state() == "new"
    assert office.posts() == []


def test_the_audit_log_tells_all_and_lets_nobody_change_it(
    cmday: Cmday, write: Write, office: PostOffice, home: Path
) -> None:
    write({"text": "avant"})
    assert cmday("outbox", "edit", "o1", "--text", "après").code == 0
    assert cmday("send", "--yes").code == 0
    [shown] = cmday("outbox", "show", "o1", "--json").json["data"]["items"]
    lines = [(line["what"], line["before"], line["after"]) for line in shown["audit"]]
    assert lines == [
        ("post", None, "avant"),
        ("edit", "avant", "après"),
        ("send", None, "après"),
        ("sent", None, "après"),
    ]
    assert "https://nox.example/@me/100" in shown["audit"][-1]["answer"]
    with closing(sqlite3.connect(home / "cmday.db")) as database:
        for sql in (
            "UPDATE audit SET what = 'nothing'",
            "DELETE FROM audit",
            "INSERT OR REPLACE INTO audit SELECT 1, at, kind, 'nothing', outbox, 0, digests, previous, 'x' FROM audit",
            "UPDATE audit_personal SET value = 'nobody' WHERE field = 'who'",
            "UPDATE audit_personal SET salt = NULL",
            "DELETE FROM audit_personal",
            "INSERT OR REPLACE INTO audit_personal VALUES (1, 'who', 'nobody', 'salt')",
            "INSERT INTO audit_personal VALUES (1, 'whom', 'nobody', 'salt')",
            "UPDATE outbox SET state = 'queued'",
            "UPDATE outbox SET state = 'sending'",
        ):
            with pytest.raises(sqlite3.IntegrityError):
                database.execute(sql)
        assert database.execute("SELECT count(*) FROM audit_personal WHERE field = 'who'").fetchone() == (4,)


def test_the_json_of_the_commands_that_act(cmday: Cmday, write: Write, office: PostOffice) -> None:
    write({"text": "un", "due": datetime.fromisoformat(NOW)}, {"text": "deux", "account": "bema", "state": "held"})
    check(cmday("outbox", "--json").json, "outbox")
    check(cmday("send", "--yes", "--json").json, "send")
    check(cmday("outbox", "show", "o1", "o2", "--json").json, "outbox show")
    check(cmday("undo", "--list", "--json").json, "undo --list")
    check(cmday("undo", "--yes", "--json").json, "undo")
    check(cmday("outbox", "--json").json, "outbox")


def test_a_post_that_went_out_is_in_the_log(cmday: Cmday, write: Write) -> None:
    write({"text": "Les portes ouvrent à 19 h 30"})
    assert cmday("send", "--yes").code == 0
    assert [line["text"] for line in cmday("log", "--json").json["data"]["entries"] if line["verb"] == "send"] == [
        "Les portes ouvrent à 19 h 30"
    ]
