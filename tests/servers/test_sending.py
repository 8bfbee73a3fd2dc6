"""From the inbox to the servers and back, through the front door: each answer and each post once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cmday.text.plain import plain
from tests.conftest import Cmday, Result
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import SmtpSink
from tests.servers.snac import Snac

pytestmark = pytest.mark.server


@pytest.fixture
def accounts(
    home: Path, snac_server: Snac, dovecot_server: Dovecot, smtp_server: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A home with ana's two accounts."""
    monkeypatch.delenv("CMDAY_NOW")
    monkeypatch.setenv("TOKEN", snac_server.ana.token)
    monkeypatch.setenv("PASSWORD", dovecot_server.password)
    (home / "config.toml").write_text(
        f"""
[community.bem]
title = "BEM"
[account.sss]
network = "mastodon"
server = "{snac_server.url}"
communities = ["bem"]
username = "ana"
secret = {{ env = "TOKEN" }}
[account.post]
network = "imap"
server = "127.0.0.1"
port = {dovecot_server.port}
tls = "none"
communities = ["bem"]
username = "ana"
secret = {{ env = "PASSWORD" }}
address = "Ana <ana@example.org>"
smtp_port = {smtp_server.port}
sent_folder = "Sent"
"""
    )


@pytest.fixture
def day(accounts: None, cmday: Cmday) -> Cmday:
    """Ana's accounts after the first look at them."""
    assert cmday("inbox", "--json").code == 0
    return cmday


def item(day: Cmday, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    found: dict[str, Any] = next(
        one for one in day("inbox", "--json", "--offline", "--all").json["data"]["items"] if fits(one)
    )
    return found


def well(result: Result) -> Result:
    assert result.code == 0, result
    return result


def posts(server: Snac, text: str) -> int:
    found = server.call(f"/api/v1/accounts/{server.ana.id}/statuses", token=server.ana.token)
    return sum(text in plain(one["content"]) for one in found)


def states(day: Cmday, account: str) -> list[str]:
    items = day("outbox", "--all", "--json").json["data"]["items"]
    return [one["state"] for one in items if one["account"] == account]


def test_answers_go_out_once_however_often_one_sends(day: Cmday, snac_server: Snac, smtp_server: SmtpSink) -> None:
    mention = item(day, lambda one: "parking" in one["text"])
    letter = item(day, lambda one: one["account"] == "post" and one["author"] == "Bruno")
    before = len(smtp_server.mails())
    well(day("inbox", "reply", mention["handle"], "There is parking behind the hall."))
    well(day("inbox", "reply", letter["handle"], "It starts at 18:30."))
    assert len(smtp_server.mails()) == before
    well(day("send", "--yes"))
    well(day("send", "--yes"))
    letters = smtp_server.mails(before + 1)
    assert len(letters) == before + 1
    assert sum("18:30" in mail.get_content() for mail in letters) == 1
    assert posts(snac_server, "behind the hall") == 1
    assert (states(day, "sss"), states(day, "post")) == (["sent"], ["sent"])


def test_a_token_revoked_between_writing_and_sending(
    day: Cmday, snac_server: Snac, monkeypatch: pytest.MonkeyPatch
) -> None:
    mention = item(day, lambda one: one["account"] == "sss" and one["kind"] == "reply")
    well(day("inbox", "reply", mention["handle"], "Never without a token."))
    monkeypatch.setenv("TOKEN", "revoked")
    result = day("send", "--yes")
    assert result.code == 4, result
    assert "cmday login mastodon --account sss" in result.err
    assert states(day, "sss") == ["queued"]
    assert posts(snac_server, "Never without") == 0
    monkeypatch.setenv("TOKEN", snac_server.ana.token)
    well(day("send", "--yes"))
    assert (states(day, "sss"), posts(snac_server, "Never without")) == (["sent"], 1)
