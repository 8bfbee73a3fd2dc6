"""Bluesky: the contract, the kinds, a cursor that loses nothing, and what a sweep brings around its notifications."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmday.connectors.bluesky import Bluesky
from cmday.connectors.bluesky_notices import text_of_record
from cmday.connectors.protocol import Call, Request, Response
from cmday.core.accounts import Account
from cmday.core.items import Cursor, Notification
from cmday.errors import SignInNeeded
from tests.connectors.contract import HttpContract
from tests.connectors.holding import Answer, Talk, hold
from tests.connectors.sky import ME, START, Sky, author, iso, notice, post_view, reply_to

ACCOUNT = Account(name="sky", network="bluesky", server="https://pds.example", communities=("sss",), username=ME)
MINE = f"at://{ME}/app.bsky.feed.post/mine"


def fixed(body: Any, code: int = 200, **headers: str) -> Answer:
    def give(step: Request | Call) -> Response:
        assert isinstance(step, Request)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return Response(url=step.url, status=code, headers=named, body=raw)

    return give


class TestBluesky(HttpContract):
    account: ClassVar[Account] = ACCOUNT
    many: ClassVar[int] = 250
    pages_when_many: ClassVar[int] = 3
    asked_when_quiet: ClassVar[int] = 22  # own posts once, and the threads that the first sweep left for later

    def answers(self, scene: str) -> Answer:
        if scene == "garbage":
            return fixed(b"<html>hello</html>")
        if scene == "signed-out":
            return fixed({"error": "AuthMissing", "message": "Authentication Required"}, 401)
        if scene == "patience":
            return fixed({"error": "RateLimitExceeded", "message": "Too many"}, 429, retry_after="30")
        sky = Sky({"few": 3, "many": self.many}.get(scene, 0))
        if scene == "malformed":
            sky.entries = [notice(1), {**notice(2), "author": None}, {"uri": 3}]
        return sky


def swept(server: Answer, since: Cursor | None = None, account: Account = ACCOUNT, **more: Any) -> Talk:
    talk = hold(Bluesky(account).notifications(since), server, **more)
    assert talk.error is None, talk.error
    return talk


def one(**more: Any) -> Notification:
    sky = Sky()
    sky.entries = [notice(1, **more)]
    sky.posts[MINE] = post_view("ana", "mine", "Community meetup tonight")
    (found,) = swept(sky).found
    return found


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("like", "like"),
        ("like-via-repost", "like"),
        ("repost", "share"),
        ("repost-via-repost", "share"),
        ("follow", "follow"),
        ("mention", "mention"),
        ("reply", "reply"),
        ("quote", "mention"),
        ("starterpack-joined", "other"),
        ("something-new", "other"),
    ],
)
def test_each_reason_is_a_kind(reason: str, kind: str) -> None:
    assert one(reason=reason).kind == kind


def test_a_like_is_about_ones_own_post() -> None:
    record = {"subject": {"uri": MINE, "cid": "c"}}
    found = one(reason="like-via-repost", reasonSubject=f"at://{ME}/app.bsky.feed.repost/r", record=record)
    assert (found.subject, found.subject_text, found.text, found.reply) == (MINE, "Community meetup tonight", "", None)
    assert found.url == f"https://bsky.app/profile/{ME}/post/mine"


def test_a_reply_can_be_answered_in_its_thread() -> None:
    record = {
        "text": "Is there parking?",
        "reply": reply_to(MINE, f"at://{ME}/app.bsky.feed.post/root"),
        "langs": ["en"],
    }
    found = one(reason="reply", record=record)
    assert found.thread == f"at://{ME}/app.bsky.feed.post/root"
    assert found.reply is not None
    assert (found.reply.id, found.reply.to, found.reply.language) == (
        found.id.removeprefix("sky:"),
        "@bruno.test",
        "en",
    )
    assert found.url == "https://bsky.app/profile/bruno.test/post/n1"
    assert (found.author, found.author_handle) == ("Bruno", "@bruno.test")


def test_links_are_whole_again_and_pictures_speak() -> None:
    facet = {
        "index": {"byteStart": 6, "byteEnd": 21},
        "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://ex.org/very/long"}],
    }
    record = {"text": "Voilà ex.org/very/lo… !", "facets": [{**facet, "index": {"byteStart": 7, "byteEnd": 24}}]}
    assert text_of_record(record) == "Voilà https://ex.org/very/long !"
    wrong = {"text": "Voilà", "facets": [{**facet, "index": {"byteStart": 4, "byteEnd": 900}}, "x", {"index": 3}]}
    assert text_of_record(wrong) == "Voilà"
    images = {"$type": "app.bsky.embed.images", "images": [{"alt": "The stage, empty"}]}
    assert text_of_record({"text": "", "embed": images}) == "[The stage, empty]"
    assert text_of_record({"text": "see", "embed": {"external": {"uri": "javascript:x"}}}) == "see"


def test_a_first_sweep_takes_seven_days() -> None:
    sky = Sky()
    sky.entries = [notice(day, at=sky.now - timedelta(days=30 - day, hours=1)) for day in range(30)]
    first = swept(sky)
    assert len(first.found) == 6
    assert swept(sky, first.cursor).found == []


def test_what_is_indexed_late_below_what_is_known_is_found() -> None:
    sky = Sky(5)
    first = swept(sky)
    sky.entries.append(notice(99, at=START + timedelta(seconds=2, milliseconds=500)))
    assert [found.id for found in swept(sky, first.cursor).found] == ["sky:at://did:plc:bruno/app.bsky.feed.post/n99"]


@given(sweeps=st.lists(st.tuples(st.integers(0, 260), st.integers(1, 5)), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_cut_sweeps_lose_nothing(sweeps: list[tuple[int, int]]) -> None:
    """Notifications go on coming while every sweep is cut; a last whole one completes the set, each once."""
    sky = Sky(15)
    found: list[Notification] = []
    cursor: Cursor | None = None
    for more, cut in sweeps:
        sky.add(more)
        talk = swept(sky, cursor, cut_after=cut)
        found += talk.found
        cursor = talk.cursor or cursor
    found += swept(sky, cursor).found
    ids = [item.id for item in found]
    assert Counter(ids) == Counter(f"sky:{entry['uri']}" for entry in sky.entries)


def test_a_cursor_of_another_time_begins_anew() -> None:
    assert len(swept(Sky(5), Cursor("{")).found) == 5


def test_a_server_that_forgot_its_cursor_is_told_of() -> None:
    sky = Sky(250)
    first = swept(sky, cut_after=1)

    def forgetful(step: Request | Call) -> Response:
        assert isinstance(step, Request)
        return sky.answer(step, {"error": "InvalidRequest"}, 400) if "cursor=" in step.url else sky(step)

    talk = swept(forgetful, first.cursor)
    assert talk.gaps == ["the server no longer goes on where the last sweep was cut"]


def test_a_spoilt_entry_is_told_of_once() -> None:
    sky = Sky()
    sky.entries = [notice(1), {**notice(2), "author": None}]
    first = swept(sky)
    assert len(first.gaps) == 1
    assert swept(sky, first.cursor).gaps == []


# What comes around.


def test_our_own_answers_come_by_whatever_program_they_were_given() -> None:
    sky = Sky()
    sky.entries = [notice(1, "reply", record={"text": "Where?", "reply": reply_to(MINE)})]
    first = swept(sky)
    answered = sky.entries[0]["uri"]
    later = START + timedelta(minutes=30)
    sky.own = [
        post_view("ana", "a1", "At the back door", later, reply=reply_to(answered, MINE)),
        post_view("ana", "a2", "x"),
    ]
    (mine,) = [post for page in swept(sky, first.cursor).pages for post in page.thread]
    assert (mine.mine, mine.answers, mine.thread, mine.at, mine.by) == (True, answered, MINE, later, "@ana.test")


def test_threads_of_what_wants_an_answer_come_once_and_bounded() -> None:
    sky = Sky()
    sky.entries = [notice(number) for number in range(30)]
    for entry in sky.entries:
        key = entry["uri"].rsplit("/", 1)[1]
        sky.threads[entry["uri"]] = {
            "post": post_view("bruno", key, "hello"),
            "parent": {"post": post_view("ana", f"p{key}", "before")},
            "replies": [{"post": post_view("clara", f"r{key}-{number}", "after")} for number in range(80)],
        }
    first = swept(sky)
    around = [page for page in first.pages if page.thread]
    assert len(around) == 20
    assert all(len(page.thread) == 50 for page in around)
    assert any(post.mine for post in around[0].thread)
    second = swept(sky, first.cursor)
    assert len([page for page in second.pages if page.thread]) == 10
    assert not [page for page in swept(sky, second.cursor).pages if page.thread]


def test_a_thread_deeper_than_any_does_no_harm() -> None:
    sky = Sky(1)
    node: dict[str, Any] = {"post": post_view("bruno", "deep", "x")}
    for number in range(150):
        node = {"post": post_view("bruno", f"d{number}", "x"), "replies": [node]}
    sky.threads[sky.entries[0]["uri"]] = node
    assert max(len(page.thread) for page in swept(sky).pages) <= 50


def test_what_was_deleted_is_told_and_what_is_only_muted_is_not() -> None:
    sky = Sky(4)
    first = swept(sky)
    deleted, muted = sky.entries.pop(1), sky.entries.pop(1)
    sky.posts[muted["uri"]] = post_view("bruno", "n2", "still there")
    assert [uri for page in swept(sky, first.cursor).pages for uri in page.gone] == [deleted["uri"]]


def test_followers_are_counted_once_a_day() -> None:
    sky = Sky()
    first = swept(sky)
    assert [page.followers for page in first.pages if page.followers] == [7]
    assert not [page for page in swept(sky, first.cursor).pages if page.followers]
    sky.now += timedelta(days=1)
    assert [page.followers for page in swept(sky, first.cursor).pages if page.followers] == [7]


@pytest.mark.parametrize("wanted", [True, False])
def test_the_read_mark_goes_up_only_where_that_is_wanted(wanted: bool) -> None:
    sky = Sky(3)
    account = Account(name="sky", network="bluesky", server="https://pds.example", options={"sync_read": wanted})
    first = swept(sky, account=account)
    told = [method for method, _ in sky.told]
    assert not told or sky.told[0][1] == {"seenAt": "2026-11-01T08:00:02.001Z"}
    assert told == (["app.bsky.notification.updateSeen"] if wanted else [])
    swept(sky, first.cursor, account)
    assert len(sky.told) == len(told)


# Direct messages, written from docs.bsky.app, November 2026.


def letter(number: int, name: str = "bruno", **more: Any) -> dict[str, Any]:
    return {
        "$type": "chat.bsky.convo.defs#messageView",
        "id": f"m{number}",
        "rev": f"rev{number:04}",
        "text": f"between us {number}",
        "sender": {"did": f"did:plc:{name}"},
        "sentAt": iso(START + timedelta(minutes=number)),
        **more,
    }


def chatting(*letters: dict[str, Any]) -> Sky:
    sky = Sky()
    sky.convos = [
        {"id": "c1", "rev": letters[-1]["rev"], "members": [author("ana"), author("bruno")], "unreadCount": 1}
    ]
    sky.messages = {"c1": list(letters)}
    return sky


def test_messages_come_once_each_with_what_we_wrote() -> None:
    sky = chatting(letter(1), letter(2, "ana"), letter(3))
    first = swept(sky)
    assert [(found.kind, found.text) for found in first.found] == [
        ("message", "between us 1"),
        ("message", "between us 3"),
    ]
    assert first.found[0].reply is not None
    assert (first.found[0].reply.id, first.found[0].reply.visibility) == ("chat:c1/m1", "direct")
    assert first.found[0].url == "https://bsky.app/messages/c1"
    assert [post.mine for page in first.pages for post in page.thread] == [False, True, False]
    assert swept(sky, first.cursor).found == []
    sky.messages["c1"].append(letter(4))
    assert sky.convos
    sky.convos[0]["rev"] = "rev0004"
    assert [found.text for found in swept(sky, first.cursor).found] == ["between us 4"]


def test_many_messages_come_page_by_page() -> None:
    sky = chatting(letter(0))
    first = swept(sky)
    assert sky.convos
    sky.messages["c1"] += [letter(number) for number in range(1, 121)]
    sky.convos[0]["rev"] = "rev0120"
    assert len(swept(sky, first.cursor).found) == 120


def test_a_deleted_message_is_told() -> None:
    sky = chatting(letter(1))
    first = swept(sky)
    assert sky.convos
    sky.messages["c1"] = [{**letter(1), "$type": "chat.bsky.convo.defs#deletedMessageView", "rev": "rev0002"}]
    sky.convos[0]["rev"] = "rev0002"
    assert [one for page in swept(sky, first.cursor).pages for one in page.gone] == ["chat:c1/m1"]


def test_a_password_without_messages_is_asked_again_the_next_day_only() -> None:
    sky = Sky()
    first = swept(sky)

    def chats(talk: Talk) -> int:
        return sum("chat.bsky" in step.url for step in talk.asked if isinstance(step, Request))

    assert chats(first) == 1
    assert chats(swept(sky, first.cursor)) == 0
    sky.now += timedelta(days=1)
    assert chats(swept(sky, first.cursor)) == 1


def test_check_says_what_the_password_may() -> None:
    closed = hold(Bluesky(ACCOUNT).check(), Sky(1)).result
    assert "messages" not in closed.capabilities
    assert "direct messages are closed" in (closed.detail or "")
    assert "messages" in hold(Bluesky(ACCOUNT).check(), chatting(letter(1))).result.capabilities


def test_a_session_that_the_server_calls_expired_twice_asks_for_a_sign_in() -> None:
    talk = hold(Bluesky(ACCOUNT).notifications(None), fixed({"error": "ExpiredToken", "message": "x"}, 400))
    assert isinstance(talk.error, SignInNeeded)
