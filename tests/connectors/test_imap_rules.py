"""Mail that tells what happened elsewhere counts as that network's, and sent mail answers what it answers."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cmday.connectors.imap import Imap
from cmday.connectors.imap_door import SENT
from cmday.connectors.imap_reading import read_mail, read_sent
from cmday.connectors.imap_rules import MailRule, guessed_kind, rule_for
from cmday.core.items import Notification
from tests.connectors.holding import hold
from tests.connectors.test_imap import ACCOUNT, Mailbox, mail

RULES = (MailRule("notifications@linkedin.com", "linkedin"), MailRule("forum.example.org", "forum", "reply"))


def told(**headers: str) -> Notification:
    found = read_mail(mail(1, headers.pop("text", "Elodie wrote to you"), **headers), ACCOUNT, "INBOX/7/1", RULES)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("notifications@linkedin.com", "linkedin"),
        ("Notifications@LinkedIn.com", "linkedin"),
        ("other@linkedin.com", None),
        ("notifications@linkedin.com.evil.example", None),
        ("no-reply@forum.example.org", "forum"),
        ("no-reply@mail.forum.example.org", "forum"),
        ("no-reply@notforum.example.org", None),
    ],
)
def test_a_sender_is_an_address_or_a_domain_with_those_below_it(address: str, network: str | None) -> None:
    found = rule_for(address, RULES)
    assert (found.network if found else None) == network


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("Elodie Marchand mentioned you in a comment", "mention"),
        ("Élodie Marchand vous a mentionné dans un commentaire", "mention"),
        ("Elodie just messaged you", "message"),
        ("Elodie vous a envoyé un message", "message"),
        ("Elodie commented on your post", "reply"),
        ("Elodie a répondu à votre commentaire", "reply"),
        ("Elodie and 3 others liked your post", "like"),
        ("Elodie a partagé votre publication", "share"),
        ("Elodie wants to connect", "follow"),
        ("Ten jobs you may like", "other"),
        ("Your weekly digest", "other"),
        ("Elodie commented on a post by Bruno", "other"),
        ("", "other"),
    ],
)
def test_the_kind_is_guessed_only_where_it_is_clear(subject: str, kind: str) -> None:
    assert guessed_kind(subject) == kind


def test_a_mail_of_a_network_is_a_notification_of_it() -> None:
    text = "Unsubscribe: https://www.linkedin.com/unsubscribe?x\n\nSee it: https://www.linkedin.com/feed/update/1."
    one = told(From="Elodie <notifications@linkedin.com>", Subject="Elodie mentioned you", text=text, List_Id="<x.y>")
    assert (one.network, one.kind, one.account, one.author) == ("linkedin", "mention", "post", "Elodie")
    assert one.url == "https://www.linkedin.com/feed/update/1"
    assert one.reply is None, "it is answered there"
    assert one.id == told(From="Elodie <notifications@linkedin.com>", Subject="Elodie mentioned you").id


def test_a_forum_that_takes_answers_by_mail_is_answered_by_mail() -> None:
    one = told(From="no-reply@forum.example.org", Subject="Digest", Reply_To="reply+17@forum.example.org")
    assert (one.network, one.kind, one.author) == ("forum", "reply", "forum")
    assert one.reply is not None
    assert one.reply.to == "reply+17@forum.example.org"


def test_other_mail_stays_mail() -> None:
    one = told()
    assert (one.network, one.kind) == ("imap", "message")


def test_the_rules_of_the_account_are_used() -> None:
    account = replace(ACCOUNT, options={"as": (("example.org", "forum", None),)})
    assert {one.network for one in hold(Imap(account).notifications(None), Mailbox(INBOX=[mail(1)])).found} == {"forum"}


def test_what_was_sent_by_another_program_answers() -> None:
    box = Mailbox(**{"INBOX": [mail(1)], SENT: [mail(7, "Oui !", In_Reply_To="<1@example.org>"), mail(8, "Salut")]})
    talk = hold(Imap(ACCOUNT).notifications(None), box)
    assert [one.id for one in talk.found] == [read.id for read in [read_mail(mail(1), ACCOUNT, "x")] if read]
    (post,) = [post for page in talk.pages for post in page.thread]
    assert (post.answers, post.mine, post.text) == ("<1@example.org>", True, "Oui !")
    assert post.thread == talk.found[0].thread
    again = hold(Imap(ACCOUNT).notifications(talk.cursor), box)
    assert [post for page in again.pages for post in page.thread] == []


def test_an_answer_within_a_thread_belongs_to_it() -> None:
    post = read_sent(mail(9, References="<root@x.y> <1@example.org>", In_Reply_To="<1@example.org>"))
    assert post is not None
    assert (post.thread, post.answers) == ("<root@x.y>", "<1@example.org>")


@pytest.mark.parametrize("raw", [b"", b"\xff\x00", b"Subject: x\n\ny", b"In-Reply-To: <1@x>\n\ny"])
def test_what_answers_nothing_is_passed_over(raw: bytes) -> None:
    assert read_sent(raw) is None
