"""WordPress with its own comments, through the front door: each once, answers once, decisions of others seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cmday.connectors.catalog import sender
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent
from tests.conftest import Cmday
from tests.servers.wordpress import WordPress
from tests.servers.writing import hold, known_by

pytestmark = pytest.mark.server

CONFIG = """
[community.bem]
title = "BEM"
[account.blog]
network = "wordpress"
server = "{url}"
communities = ["bem"]
username = "{name}"
secret = {{ env = "PASSWORD" }}
"""


@pytest.fixture
def blog(home: Path, wordpress_server: WordPress, monkeypatch: pytest.MonkeyPatch) -> WordPress:
    monkeypatch.delenv("CMDAY_NOW")
    monkeypatch.setenv("PASSWORD", wordpress_server.passwords["ana"])
    (home / "config.toml").write_text(CONFIG.format(url=wordpress_server.url, name="ana"))
    return wordpress_server


def items(cmday: Cmday, *argv: str) -> dict[str, Any]:
    result = cmday("inbox", "--json", *argv)
    assert result.code == 0, result
    return {item["id"].partition(":")[2]: item for item in result.json["data"]["items"]}


def written(comment: int | None, text: str, key: str, **more: Any) -> Outgoing:
    one = Outgoing(
        id=f"out-{key}",
        kind="reply" if comment else "post",
        account="blog",
        network="wordpress",
        community=None,
        state="queued",
        text=text,
        key=key,
        created=datetime.now(UTC),
        began=datetime.now(UTC),
        reply_to=str(comment) if comment else None,
    )
    return replace(one, **more)


def test_each_comes_once_with_its_kind_and_then_nothing(blog: WordPress, cmday: Cmday) -> None:
    found = items(cmday, "--all")
    assert {found[str(one)]["kind"] for one in (blog.held, blog.spam)} == {"report"}
    joke, question = found[str(blog.joke)], found[str(blog.question)]
    assert (joke["kind"], question["kind"]) == ("reply", "question")
    assert (joke["text"], joke["author"]) == ("Count me in & my friends!", "Bruno")
    assert joke["url"].startswith(blog.url)
    assert joke["url"].endswith(f"#comment-{blog.joke}")
    assert abs((datetime.fromisoformat(joke["at"]) - datetime.now(UTC)).total_seconds()) < 600
    again = cmday("inbox", "--json", "--all").json["data"]
    assert again["accounts"][0]["new"] == 0
    assert len(again["items"]) == len(found)
    cases = cmday("moderate", "--json", "--offline").json["data"]["cases"]
    assert {case["text"] for case in cases} & {"BUY CHEAP FOLLOWERS", "Could I bring a guest"}


def test_an_answer_given_elsewhere_closes_its_item(blog: WordPress, cmday: Cmday) -> None:
    asked = blog.comments("Where is it?")
    assert str(asked) in items(cmday)
    blog.answers(asked, "Behind the station")
    assert items(cmday, "--all")[str(asked)]["state"] == "done"


def test_what_a_colleague_decided_is_seen(blog: WordPress, cmday: Cmday) -> None:
    good, bad = blog.comments("May I sing?", status="hold"), blog.comments("Cheap pills", status="hold")
    assert {items(cmday)[str(one)]["kind"] for one in (good, bad)} == {"report"}
    blog.decides(good, "approved")
    blog.decides(bad, "spam")
    assert items(cmday)[str(good)]["kind"] == "question"


def test_an_answer_is_there_once_and_found_and_goes_into_the_bin(blog: WordPress) -> None:
    account = Account(name="blog", network="wordpress", server=blog.url, username="ana")
    signed_in = known_by("ana", blog.passwords["ana"])
    asked = blog.comments("Anybody here?")
    one = written(asked, "Me — & <you>?", "k1")
    sent: Sent = hold(lambda: sender(account).send(one), signed_in)
    (there,) = blog.below(asked)
    assert str(there["id"]) == sent.id
    assert there["content"]["raw"] == "Me — &amp; &lt;you&gt;?"
    found: Sent = hold(lambda: sender(account).find(one), signed_in)
    assert found.id == sent.id
    assert hold(lambda: sender(account).find(replace(one, text="Never said")), signed_in) is None
    gone = replace(one, sent_id=sent.id)
    hold(lambda: sender(account).retract(gone), signed_in)
    assert blog.below(asked) == []
    hold(lambda: sender(account).retract(gone), signed_in)


def test_an_answer_written_here_is_there_once(blog: WordPress, cmday: Cmday) -> None:
    asked = blog.comments("One more thing?")
    handle = items(cmday)[str(asked)]["handle"]
    assert cmday("inbox", "reply", handle, "Tell me everything.").code == 0
    assert cmday("send", "--yes").code == 0
    cmday("send", "--yes")
    assert [one["content"]["raw"] for one in blog.below(asked)] == ["Tell me everything."]


def test_a_post_waits_on_the_site_until_its_time(blog: WordPress) -> None:
    account = Account(name="blog", network="wordpress", server=blog.url, username="ana")
    signed_in = known_by("ana", blog.passwords["ana"])
    due = (datetime.now(UTC) + timedelta(days=3)).replace(microsecond=0)
    one = written(None, "Next meetup\n\nOn *Friday* & later.", "p1", due=due)
    sent: Sent = hold(lambda: sender(account).send(one), signed_in)
    there = blog.call("GET", f"/posts/{sent.id}?context=edit")
    assert (there["status"], there["title"]["raw"]) == ("future", "Next meetup")
    assert there["date_gmt"] == due.strftime("%Y-%m-%dT%H:%M:%S")
    found: Sent = hold(lambda: sender(account).find(one), signed_in)
    assert found.id == sent.id
    hold(lambda: sender(account).retract(replace(one, sent_id=sent.id)), signed_in)
    assert blog.call("GET", f"/posts/{sent.id}?context=edit")["status"] == "trash"


def test_who_may_not_moderate_sees_what_is_public(
    home: Path, blog: WordPress, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSWORD", blog.passwords["bruno"])
    (home / "config.toml").write_text(CONFIG.format(url=blog.url, name="bruno"))
    blog.answers(blog.joke, "See you there")
    result = cmday("inbox", "--json", "--all")
    assert result.code == 3
    assert "may not moderate" in result.json["errors"][0]["message"]
    assert "See you there" in {item["text"] for item in result.json["data"]["items"]}
    assert "report" not in {item["kind"] for item in result.json["data"]["items"]}


def test_signing_in_and_a_refused_password(
    home: Path, wordpress_server: WordPress, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CMDAY_NOW")
    monkeypatch.setenv("PASSWORD", wordpress_server.passwords["ana"])
    login = ("login", "wordpress", "--server", wordpress_server.url, "--account", "blog", "--username", "ana")
    assert cmday(*login, "--token-env", "PASSWORD").code == 0
    assert cmday("inbox", "--json").code == 0
    (home / "tokens/blog.json").unlink()
    (home / "config.toml").write_text(CONFIG.format(url=wordpress_server.url, name="ana"))
    monkeypatch.setenv("PASSWORD", "wrong-and-secret")
    result = cmday("inbox", "--json")
    assert result.code == 4
    (error,) = result.json["errors"]
    assert error["subject"] == "blog"
    assert "cmday login wordpress" in error["hint"]
    assert "wrong-and-secret" not in result.out + result.err
