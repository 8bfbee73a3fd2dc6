"""The engine of recorded answers drives conversations as the real one does, in the order of recorded time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from cmday.connectors.conversation import Conversation, Ended, Event, Heard
from cmday.connectors.protocol import Authorised, Call, Exchange, Partial, Request, Response
from cmday.connectors.recorded import Recording, Replayer
from cmday.core.accounts import Account, Credentials
from cmday.errors import StorageError, TimedOut, Unreachable

PAGE = "https://social.example/api/v1/notifications"
ACCOUNT = Account(name="sss", network="mastodon", server="social.example", username="robin")


def replay(folder: Path, recordings: list[Recording], **talks: Any) -> list[Event]:
    (folder / "answers.json").write_bytes(msgspec.json.encode(recordings))
    held = [Conversation(key=key, talk=talk, host="social.example") for key, talk in talks.items()]
    return list(Replayer(str(folder)).converse(held, sign_in=lambda _: pytest.fail("signed in")))


def ask(request: Request) -> Any:
    def talk() -> Exchange[tuple[int, bytes]]:
        response: Response = yield request
        return response.status, response.body

    return talk


def test_a_conversation_is_signed_in_answered_and_heard_in_parts(tmp_path: Path) -> None:
    (tmp_path / "page.json").write_text("[1]")

    def talk() -> Exchange[str]:
        credentials: Credentials = yield Authorised(ACCOUNT)
        response: Response = yield Request(url=f"{PAGE}?limit=40")
        yield Partial(response.body)
        return credentials.username or ""

    recorded = [Recording(url=PAGE, file="page.json", seconds=0.3)]
    assert replay(tmp_path, recorded, sss=talk) == [
        Heard("sss", b"[1]", last=False),
        Heard("sss", "robin", last=True),
        Ended("sss", None, 0.3),
    ]


def test_the_answer_that_asks_most_is_taken(tmp_path: Path) -> None:
    (tmp_path / "all").write_text("all")
    (tmp_path / "later").write_text("later")
    recorded = [Recording(url=PAGE, query={"min_id": "*"}, file="later"), Recording(url=PAGE, file="all")]
    first, second = ask(Request(url=PAGE)), ask(Request(url=f"{PAGE}?limit=40&min_id=7"))
    events = replay(tmp_path, recorded, first=first, second=second)
    assert {event.key: event.value for event in events if isinstance(event, Heard)} == {
        "first": (200, b"all"),
        "second": (200, b"later"),
    }


def test_answers_arrive_in_the_order_of_recorded_time(tmp_path: Path) -> None:
    recorded = [Recording(url=f"{PAGE}/slow", seconds=2), Recording(url=f"{PAGE}/quick", seconds=0.1)]
    talks = {name: ask(Request(url=f"{PAGE}/{name}")) for name in ("slow", "quick")}
    assert [event.key for event in replay(tmp_path, recorded, **talks)] == ["quick", "quick", "slow", "slow"]


def test_a_known_validator_is_answered_with_304(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text("<rss/>")
    recorded = [Recording(url=PAGE, file="feed.xml", headers={"ETag": '"a"'})]
    talk = ask(Request(url=PAGE, headers=(("If-None-Match", '"a"'),)))
    assert replay(tmp_path, recorded, feed=talk)[0] == Heard("feed", (304, b""), last=True)


def test_a_call_gets_its_value_with_the_bytes_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(b"Subject: hello")

    def talk() -> Exchange[Any]:
        return (yield Call(name="imap fetch", key="post", function=lambda: pytest.fail("ran for real")))

    recorded = [Recording(call="imap fetch", key="post", value=[{"uid": 1, "raw": {"file": "1.eml"}}])]
    expected = [{"uid": 1, "raw": b"Subject: hello"}]
    assert replay(tmp_path, recorded, post=talk)[0] == Heard("post", expected, last=True)


@pytest.mark.parametrize(("error", "kind"), [("unreachable", Unreachable), ("timeout", TimedOut)])
def test_a_recorded_failure_is_thrown_in(tmp_path: Path, error: Any, kind: type[Exception]) -> None:
    talk = ask(Request(url=PAGE))
    (ended,) = replay(tmp_path, [Recording(url=PAGE, error=error, seconds=1)], key=talk)
    assert isinstance(ended, Ended)
    assert isinstance(ended.error, kind)
    assert ended.seconds == 1


def test_what_is_not_recorded_is_out_of_reach_and_can_be_caught(tmp_path: Path) -> None:
    def talk() -> Exchange[str]:
        try:
            yield Request(url="https://elsewhere.example/feed")
        except Unreachable as error:
            return error.message.english
        return ""

    assert replay(tmp_path, [], key=talk)[0] == Heard("key", "nothing is recorded for elsewhere.example", last=True)


def test_a_folder_without_answers_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        Replayer(str(tmp_path))
    assert caught.value.subject == str(tmp_path / "answers.json")
