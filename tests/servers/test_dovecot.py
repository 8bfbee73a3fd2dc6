"""Mail on a real IMAP server, through the front door: unread stays unread."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Cmday, Result
from tests.servers.dovecot import Dovecot

pytestmark = pytest.mark.server


class Post:
    """A home with ana's mailbox in it; ``settings`` are the lines that say how to get there."""

    def __init__(self, home: Path, cmday: Cmday) -> None:
        self.home = home
        self.cmday = cmday

    def inbox(self, *settings: str) -> Result:
        lines = ['[account.post]\nnetwork = "imap"', 'username = "ana"', 'secret = { env = "PASSWORD" }', *settings]
        (self.home / "config.toml").write_text("\n".join(lines) + "\n")
        return self.cmday("inbox", "--json")


@pytest.fixture
def post(home: Path, cmday: Cmday, dovecot_server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Post:
    monkeypatch.delenv("CMDAY_NOW")
    monkeypatch.setenv("PASSWORD", dovecot_server.password)
    return Post(home, cmday)


def plain(server: Dovecot) -> tuple[str, ...]:
    return ('server = "127.0.0.1"', f"port = {server.port}", 'tls = "none"')


def test_unread_mail_comes_once_and_stays_unread(post: Post, dovecot_server: Dovecot) -> None:
    unseen = dovecot_server.unseen()
    result = post.inbox(*plain(dovecot_server))
    assert result.code == 0, result
    items = result.json["data"]["items"]
    assert len(items) == unseen >= 3
    by_author = {item["author_handle"]: item for item in items}
    question = by_author["bruno@example.org"]
    assert (question["author"], question["kind"]) == ("Bruno", "message")
    assert question["text"] == "Question about the meetup\n\nWhen does it start?"
    assert dovecot_server.unseen() == unseen
    again = post.inbox(*plain(dovecot_server)).json["data"]
    assert again["accounts"][0]["new"] == 0
    assert len(again["items"]) == unseen


def test_later_mail_is_added_and_lists_are_no_messages(post: Post, dovecot_server: Dovecot) -> None:
    post.inbox(*plain(dovecot_server))
    dovecot_server.deliver("list@example.org", "Digest", "many words", List_Id="<talk.example.org>")
    dovecot_server.deliver("elodie@example.org", "Re: carte", "Merci !")
    result = post.inbox(*plain(dovecot_server)).json["data"]
    assert result["accounts"][0]["new"] == 2
    kinds = {item["author_handle"]: item["kind"] for item in result["items"]}
    assert (kinds["list@example.org"], kinds["elodie@example.org"]) == ("other", "message")


def test_folders_are_chosen_and_a_missing_one_is_said(post: Post, dovecot_server: Dovecot) -> None:
    dovecot_server.deliver("client@example.org", "Devis", "Bonjour", folder="Client Été")
    result = post.inbox(*plain(dovecot_server), 'folders = ["Client Été", "Nowhere"]')
    assert [item["author_handle"] for item in result.json["data"]["items"]] == ["client@example.org"]
    assert result.code == 3
    assert result.json["errors"][0]["message"] == 'there is no folder "Nowhere"'


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_encryption_is_verified_by_the_named_authorities(
    post: Post, dovecot_server: Dovecot, monkeypatch: pytest.MonkeyPatch, tls: str
) -> None:
    port = dovecot_server.tls_port if tls == "tls" else dovecot_server.port
    way = ('server = "localhost"', f"port = {port}", f'tls = "{tls}"')
    refused = post.inbox(*way)
    assert refused.code in (1, 3)
    assert "certificate" in refused.json["errors"][0]["message"]
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot_server.cafile))
    assert post.inbox(*way).code == 0


def test_a_bad_password_asks_for_a_sign_in(
    post: Post, dovecot_server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSWORD", "wrong-and-secret")
    result = post.inbox(*plain(dovecot_server))
    assert result.code == 4
    assert result.json["errors"][0]["subject"] == "post"
    assert "wrong-and-secret" not in result.out + result.err


def test_nobody_at_the_port_is_unreachable(post: Post) -> None:
    result = post.inbox('server = "127.0.0.1"', "port = 1", 'tls = "none"')
    assert result.code in (1, 3)
    assert result.json["errors"][0]["kind"] == "unreachable"


def test_an_answer_from_another_program_closes_its_item(post: Post, dovecot_server: Dovecot) -> None:
    dovecot_server.deliver("carla@example.org", "The keys", "Where are they?", Message_ID="<keys@example.org>")
    before = post.inbox(*plain(dovecot_server)).json["data"]["items"]
    (item,) = [one for one in before if one["author_handle"] == "carla@example.org"]
    headers = {"Message_ID": "<mine@example.org>", "In_Reply_To": "<keys@example.org>"}
    dovecot_server.deliver("ana@example.org", "Re: The keys", "Under the mat", folder="Sent", **headers)
    after = post.inbox(*plain(dovecot_server)).json["data"]["items"]
    assert item["id"] not in {one["id"] for one in after}


def test_mail_of_a_network_is_listed_as_its_notification(post: Post, dovecot_server: Dovecot) -> None:
    text = "See it: https://www.linkedin.com/feed/update/1"
    dovecot_server.deliver("Elodie <notifications@linkedin.com>", "Elodie mentioned you in a comment", text)
    rule = 'as = [{ from = "notifications@linkedin.com", network = "linkedin" }]'
    items = post.inbox(*plain(dovecot_server), rule).json["data"]["items"]
    (one,) = [item for item in items if item["network"] == "linkedin"]
    assert (one["kind"], one["author"], one["url"]) == ("mention", "Elodie", "https://www.linkedin.com/feed/update/1")
