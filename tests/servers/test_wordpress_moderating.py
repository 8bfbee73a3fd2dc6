"""Comments that wait on a real WordPress, decided through the connector: the site shows it, and the way back."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cmday.core.accounts import Account
from cmday.errors import Refused, SignInNeeded
from tests.servers.moderating import Moderator
from tests.servers.wordpress import WordPress
from tests.servers.writing import known_by

pytestmark = pytest.mark.server


def moderator(server: WordPress, name: str = "ana", **options: object) -> Moderator:
    account = Account(name="blog", network="wordpress", server=server.url, username=name, options=options)
    return Moderator(account, known_by(name, server.passwords[name]))


def status(server: WordPress, comment: int) -> str:
    found: str = server.call("GET", f"/comments/{comment}?context=edit")["status"]
    return found


def test_what_waits_is_there_once_and_no_longer_when_it_is_decided(wordpress_server: WordPress) -> None:
    ana = moderator(wordpress_server)
    held = [wordpress_server.comments(f"May I come {number}", status="hold") for number in range(3)]
    found = ana.queue()
    assert {str(one) for one in held} <= found.keys()
    assert str(wordpress_server.joke) not in found
    one = found[str(held[0])]
    assert (one.text, one.held, one.place["type"]) == ("May I come 0", True, "post")
    assert one.url
    assert one.url.endswith(f"#comment-{held[0]}")
    assert ana.pages()[-1].whole
    ana.does(ana.case(str(held[0])), "approve")
    assert str(held[0]) not in ana.queue()


@pytest.mark.parametrize(
    ("action", "arguments", "after"),
    [("approve", {}, "approved"), ("remove", {}, "trash"), ("label", {"label": "spam"}, "spam")],
)
def test_a_decision_is_seen_on_the_site_and_can_be_taken_back(
    wordpress_server: WordPress, action: str, arguments: dict[str, str], after: str
) -> None:
    ana = moderator(wordpress_server)
    comment = wordpress_server.comments(f"May I sing? {action}", status="hold")
    case = ana.case(str(comment))
    assert ana.offers()[action].inverse
    sent = ana.does(case, action, **arguments)
    assert status(wordpress_server, comment) == after
    decided = ana.look(case)
    assert decided is not None
    assert decided.resolved is not None
    ana.undoes(sent)
    assert status(wordpress_server, comment) == "hold"
    ana.undoes(sent)
    assert str(comment) in ana.queue()


def test_the_way_back_is_an_action_too(wordpress_server: WordPress) -> None:
    ana = moderator(wordpress_server, queue=["hold", "spam", "trash"])
    comment = wordpress_server.comments("May I dance?", status="hold")
    case = ana.case(str(comment))
    for action, back, after in (("remove", "restore", "trash"), ("label", "unlabel", "spam")):
        ana.does(case, action)
        assert status(wordpress_server, comment) == after
        assert str(comment) in ana.queue()
        ana.does(case, back)
        assert status(wordpress_server, comment) == "hold"


def test_a_post_is_closed_and_opened_again(wordpress_server: WordPress) -> None:
    ana = moderator(wordpress_server)
    sent = ana.does(ana.case(str(wordpress_server.held)), "lock")
    post = f"/posts/{wordpress_server.post}?context=edit"
    assert wordpress_server.call("GET", post)["comment_status"] == "closed"
    ana.undoes(sent)
    assert wordpress_server.call("GET", post)["comment_status"] == "open"


def test_an_answer_stands_below_the_comment(wordpress_server: WordPress) -> None:
    ana = moderator(wordpress_server)
    comment = wordpress_server.comments("Who decides?", status="hold")
    sent = ana.does(ana.case(str(comment)), "reply", "We do, together.")
    assert [one["content"]["raw"] for one in wordpress_server.below(comment)] == ["We do, together."]
    ana.undoes(sent)
    assert wordpress_server.below(comment) == []


def test_a_look_tells_of_changes_by_others(wordpress_server: WordPress) -> None:
    ana = moderator(wordpress_server)
    comment = wordpress_server.comments("Before", status="hold")
    case = ana.case(str(comment))
    wordpress_server.call("POST", f"/comments/{comment}", {"content": "After"})
    found = ana.look(case)
    assert found is not None
    assert (found.text, found.resolved) == ("After", None)
    wordpress_server.decides(comment, "spam")
    decided = ana.look(case)
    assert decided is not None
    assert decided.resolved_as == "marked as spam"
    wordpress_server.call("DELETE", f"/comments/{comment}?force=true")
    assert ana.look(case) is None


def test_who_may_not_moderate_is_offered_nothing(wordpress_server: WordPress) -> None:
    bruno = moderator(wordpress_server, "bruno")
    assert bruno.offers() == {}
    assert bruno.queue() == {}
    case = moderator(wordpress_server).case(str(wordpress_server.spam))
    with pytest.raises(Refused):
        bruno.does(replace(case, account="blog"), "approve")
    assert status(wordpress_server, wordpress_server.spam) == "hold"


def test_a_refused_password_asks_for_a_sign_in(wordpress_server: WordPress) -> None:
    account = moderator(wordpress_server).account
    with pytest.raises(SignInNeeded):
        Moderator(account, known_by("ana", "wrong-and-secret")).queue()
