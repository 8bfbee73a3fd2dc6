"""Mastodon: the contract, the kinds, and a cursor that loses nothing on servers of every manner."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmday.connectors.mastodon import Mastodon
from cmday.connectors.mastodon_sign_in import App, authorize_url, redeem, register
from cmday.connectors.protocol import Call, Request, Response
from cmday.core.accounts import Account
from cmday.core.items import Cursor, Notification, ReplyTo
from cmday.errors import Garbled, SignInNeeded, TimedOut
from cmday.i18n import phrase
from tests.connectors.contract import HttpContract
from tests.connectors.holding import Answer, hold
from tests.connectors.timeline import ME, START, Manner, Timeline, answer, notification, person, status

ACCOUNT = Account(
    name="nox", network="mastodon", server="https://m.example", communities=("sss", "bem"), username="@sss"
)


def fixed(body: Any, code: int = 200, **headers: str) -> Answer:
    def give(step: Request | Call) -> Response:
        assert isinstance(step, Request)
        return answer(step, body, status=code, now=None, **headers)

    return give


class TestMastodon(HttpContract):
    account: ClassVar[Account] = ACCOUNT
    many: ClassVar[int] = 205
    pages_when_many: ClassVar[int] = 3
    asked_when_quiet: ClassVar[int] = 23  # own posts, conversations, and the threads that the first sweep left

    def answers(self, scene: str) -> Answer:
        if scene == "garbage":
            return fixed(b"<html>hello</html>")
        if scene == "signed-out":
            return fixed({"error": "The access token is invalid"}, 401)
        if scene == "patience":
            return fixed({"error": "Too many requests"}, 429, retry_after="30")
        if scene == "malformed":
            spoilt = {"id": "3", "type": "mention", "created_at": None}
            return fixed([notification("2"), notification("1", created_at="yesterday"), spoilt, {"type": "x"}, "y"])
        return Timeline({"few": 3, "many": self.many}.get(scene, 0))


def swept(server: Answer, since: Cursor | None = None, **more: Any) -> tuple[list[Notification], Cursor | None]:
    talk = hold(Mastodon(ACCOUNT).notifications(since), server, **more)
    assert talk.error is None or more
    return talk.found, talk.cursor or since


@pytest.mark.parametrize("manner", ["mastodon", "snac", "stubborn"])
def test_what_comes_later_is_swept_once(manner: Manner) -> None:
    server = Timeline(20, manner)
    found, cursor = swept(server)
    for more in (1, 5, 0, 12, 30):
        server.add(more)
        fresh, cursor = swept(server, cursor)
        assert len(fresh) == more
        found += fresh
    assert Counter(one.id for one in found) == Counter(f"nox:{entry['id']}" for entry in server.entries)


@given(
    manner=st.sampled_from(["mastodon", "snac"]),
    sweeps=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 4)), min_size=1, max_size=6),
)
@settings(max_examples=120, deadline=None)
def test_cut_sweeps_lose_nothing(manner: Manner, sweeps: list[tuple[int, int]]) -> None:
    """Notifications go on coming while every sweep is cut; a last whole one completes the set."""
    server = Timeline(15, manner, first=90)
    found: list[Notification] = []
    cursor: Cursor | None = None
    kept = 64 if manner == "snac" else 10_000
    for more, cut in sweeps:
        if len(server.entries) + more <= kept:
            server.add(more)
        fresh, cursor = swept(server, cursor, cut_after=cut)
        found += fresh
    fresh, _ = swept(server, cursor)
    ids = [one.id for one in found + fresh]
    assert Counter(ids) == Counter(f"nox:{entry['id']}" for entry in server.entries)


@pytest.mark.parametrize("between", [0, 1])
def test_a_post_that_a_busy_server_tells_of_twice_is_one_item(between: int) -> None:
    """The second notification comes in the same sweep, or in the next."""
    server = Timeline(3, "snac")
    server.entries.append(notification("2000", at=START + timedelta(minutes=1), status=status("77", "hello")))
    found, cursor = swept(server) if between else ([], None)
    server.entries.append(notification("2001", at=START + timedelta(minutes=2), status=status("77", "hello")))
    fresh, cursor = swept(server, cursor)
    assert [one.id for one in found + fresh] == ["nox:1000", "nox:1001", "nox:1002", "nox:2000"]
    server.entries.append(notification("2002", at=START + timedelta(minutes=3), status=status("78", "hello")))
    assert [one.id for one in swept(server, cursor)[0]] == ["nox:2002"]


def test_five_thousand_waiting_arrive_once_over_several_sweeps() -> None:
    server = Timeline(30)
    found, cursor = swept(server)
    server.add(5_000)
    for sweep in range(4):
        fresh, cursor = swept(server, cursor, cut_after=20)
        assert fresh, sweep
        found += fresh
    assert Counter(one.id for one in found) == Counter(f"nox:{entry['id']}" for entry in server.entries)


def test_a_first_sweep_takes_seven_days() -> None:
    server = Timeline(0)
    server.entries = [
        notification(str(1000 + day), at=START - timedelta(days=30 - day, hours=1), status=None) for day in range(30)
    ]
    found, cursor = swept(server)
    assert len(found) == 6
    assert min(one.at for one in found) >= START - timedelta(days=7)
    assert swept(server, cursor)[0] == []


def test_a_server_that_turns_to_ignoring_min_id_is_read_downwards() -> None:
    server = Timeline(40)
    _, cursor = swept(server)
    assert cursor is not None
    assert '"upward":true' in cursor.value
    server.manner = "stubborn"
    server.add(7)
    assert len(swept(server, cursor)[0]) == 7


def test_what_the_server_no_longer_gives_is_said() -> None:
    server = Timeline(20, "snac")
    _, cursor = swept(server)
    server.add(200)
    talk = hold(Mastodon(ACCOUNT).notifications(cursor), server)
    assert len(talk.found) == 64
    assert talk.gaps == ["the server no longer gives all notifications since the last sweep"]
    stubborn = Timeline(300, "stubborn")
    talk = hold(Mastodon(ACCOUNT).notifications(None), stubborn)
    assert talk.gaps == ["the server gives only its newest 40 notifications"]


def test_a_cursor_of_another_make_begins_anew() -> None:
    assert len(swept(Timeline(3), Cursor("{]"))[0]) == 3


def test_a_failure_half_way_keeps_the_pages_before_it() -> None:
    server = Timeline(300)
    asked = 0

    def failing(step: Request | Call) -> Any:
        nonlocal asked
        asked += 1
        return TimedOut(phrase("too slow")) if asked == 4 else server(step)

    talk = hold(Mastodon(ACCOUNT).notifications(None), failing)
    assert isinstance(talk.error, TimedOut)
    assert len(talk.found) == 160
    rest = hold(Mastodon(ACCOUNT).notifications(talk.cursor), server)
    assert len({one.id for one in talk.found + rest.found}) == 300 == len(talk.found + rest.found)


def read(**entry: Any) -> Notification:
    server = Timeline(0)
    server.entries = [notification("5", **entry)]
    (found,), _ = swept(server)
    return found


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ({}, "mention"),
        ({"status": status("9", "psst", visibility="direct")}, "message"),
        ({"status": status("9", "yes", in_reply_to_id="8", in_reply_to_account_id=ME)}, "reply"),
        ({"status": status("9", "yes", in_reply_to_id="8", in_reply_to_account_id="77")}, "mention"),
        ({"kind": "favourite"}, "like"),
        ({"kind": "reblog"}, "share"),
        ({"kind": "follow"}, "follow"),
        ({"kind": "follow_request", "status": None}, "follow"),
        ({"kind": "poll"}, "other"),
        ({"kind": "update"}, "other"),
        ({"kind": "never heard of it"}, "other"),
        ({"kind": "admin.report", "status": None, "report": {"comment": "spam", "status_ids": ["9"]}}, "report"),
    ],
)
def test_kinds(entry: dict[str, Any], kind: str) -> None:
    assert read(**entry).kind == kind


def test_snac_calls_direct_messages_private() -> None:
    private = notification("5", status=status("9", "psst", visibility="private"))
    for creator, kind in (("snac/2.75", "message"), ("other", "mention")):
        (found,), _ = swept(fixed([private], x_creator=creator))
        assert found.kind == kind


def test_a_mention_in_full() -> None:
    text = '<span><a href="https://m.example/@sss">@<span>sss</span></a></span> Les portes &amp; le bar ?<br>Merci'
    one = read(status=status("9", text, in_reply_to_id="8", edited_at="2026-11-01T09:00:00Z", spoiler_text="concert"))
    assert one.id == "nox:5"
    assert one.author == "DJ Nox"
    assert one.author_handle == "@dj_nox@music.example"
    assert one.text == "[concert] Les portes & le bar ?\nMerci"
    assert one.url == "https://m.example/@x/9"
    assert (one.thread, one.subject, one.community) == ("8", "9", "sss")
    assert one.at == START
    assert one.edited == START + timedelta(hours=1)


def test_a_like_names_the_post_and_has_no_text_of_its_own() -> None:
    one = read(kind="favourite", status=status("9", "Le line-up de vendredi"))
    assert (one.text, one.subject, one.subject_text) == ("", "9", "Le line-up de vendredi")


def test_people_of_the_same_server_have_a_whole_handle() -> None:
    one = read(account=person("8", "ines"))
    assert (one.author, one.author_handle) == ("ines", "@ines@m.example")


def test_a_report_is_about_the_person_reported() -> None:
    report = {"comment": "sells <b>tickets</b>", "status_ids": [], "target_account": person("66", "promo", "Promo")}
    one = read(kind="admin.report", status=None, report=report)
    assert (one.author, one.author_handle, one.subject) == ("Promo", "@promo@m.example", "person:66")
    assert one.text == "sells tickets"


def test_times_without_offset_are_utc() -> None:
    assert read(created_at="2026-11-01T08:00:00").at == START


def test_hostile_fields_stay_bounded() -> None:
    one = read(
        account=person("8", "a" * 100_000, "\x1b]0;x\x07" * 30_000),
        status=status("9", "x" * 500_000, url="javascript:alert(1)"),
    )
    assert len(one.author) <= 1_000
    assert len(one.author_handle) <= 1_000
    assert len(one.text) == 10_000
    assert one.url is None


@pytest.mark.parametrize(
    ("body", "code", "error"),
    [
        (b'{"error": "This action is outside the authorized scopes"}', 403, SignInNeeded),
        (b"<html>Unprocessable</html>", 422, SignInNeeded),
        (b"[1, 2, 3]", 200, Garbled),
        (b'{"not": "a list"}', 200, Garbled),
        (b"[" * 100_000, 200, Garbled),
    ],
)
def test_answers_that_are_none(body: bytes, code: int, error: type[Exception]) -> None:
    assert isinstance(hold(Mastodon(ACCOUNT).notifications(None), fixed(body, code)).error, error)


def test_the_server_may_be_written_with_or_without_its_scheme() -> None:
    for written, base in (("m.example", "https://m.example"), ("http://localhost:80/x", "http://localhost:80")):
        assert Mastodon(msgspec.structs.replace(ACCOUNT, server=written)).api.base == base


# What an answer needs.


def replies(*entries: dict[str, Any], maker: str = "") -> list[ReplyTo | None]:
    def give(step: Request | Call) -> Response:
        assert isinstance(step, Request)
        if "verify_credentials" in step.url:
            return answer(step, person(ME, "sss"))
        return answer(step, [] if "min_id" in step.url or "max_id" in step.url else list(entries), x_creator=maker)

    found = hold(Mastodon(ACCOUNT).notifications(None), give).found
    return [one.reply for one in found]


@pytest.mark.parametrize(
    ("visibility", "maker", "kept"),
    [
        ("public", "", "public"),
        ("unlisted", "", "unlisted"),
        ("private", "", "private"),
        ("direct", "", "direct"),
        ("private", "snac/2.75", "direct"),
    ],
)
def test_an_answer_keeps_the_visibility(visibility: str, maker: str, kept: str) -> None:
    entry = notification("5", status=status("95", "hello", visibility=visibility, language="fr"))
    (found,) = replies(entry, maker=maker)
    assert found == ReplyTo(id="95", to="@dj_nox@music.example", visibility=kept, language="fr")


def test_an_answer_knows_who_else_was_addressed_but_not_oneself_or_the_author() -> None:
    named = [
        person(ME, "sss"),
        person("7", "dj_nox@music.example"),
        person("8", "ana"),
        {"id": []},
        "nobody",
        person("8", "ana"),
    ]
    (found,) = replies(notification("5", status=status("95", "hello", mentions=named)))
    assert found is not None
    assert found.also == ("@ana@m.example",)


def test_what_nobody_wrote_to_us_has_no_answer() -> None:
    entries = [notification(str(number), kind) for number, kind in enumerate(["favourite", "reblog", "follow", "poll"])]
    assert replies(*entries) == [None] * 4


# Signing in.


def test_signing_in_out_of_band() -> None:
    app = hold(
        register("m.example"), fixed({"client_id": "id", "client_secret": "very-secret", "name": "cmday"})
    ).result
    assert app == App("id", "very-secret")
    assert "very-secret" not in repr(app)
    page = authorize_url("m.example", app)
    assert page.startswith("https://m.example/oauth/authorize?response_type=code&client_id=id")
    assert "very-secret" not in page
    talk = hold(redeem("m.example", app, "c0de"), fixed({"access_token": "t0ken", "token_type": "Bearer"}))
    assert talk.result == "t0ken"
    (request,) = talk.asked
    assert isinstance(request, Request)
    assert request.method == "POST"
    assert not request.repeatable
    assert b"code=c0de" in (request.body or b"")


def test_a_code_that_is_not_taken() -> None:
    error = hold(redeem("m.example", App("i", "s"), "old"), fixed({"error": "invalid_grant"}, 400)).error
    assert isinstance(error, SignInNeeded)
    assert error.hint is not None


# What a real Mastodon server answered.

CORPUS = os.environ.get("CMDAY_CORPUS", "")


@pytest.mark.skipif(not CORPUS, reason="CMDAY_CORPUS does not name the folder of recorded answers")
def test_recorded_answers_are_read_whole() -> None:
    bodies = _recorded(Path(CORPUS) / "recorded/mastodon_test_notifications.yaml")
    assert bodies
    for body in bodies:
        entries = msgspec.json.decode(body)
        talk = hold(Mastodon(ACCOUNT).notifications(None), _once(body))
        assert talk.error is None
        assert talk.gaps == []
        assert {one.id for one in talk.found} == {f"nox:{entry['id']}" for entry in entries}
        assert all(one.author_handle.startswith("@") and one.text + (one.subject_text or "") for one in talk.found)


def _once(body: bytes, nothing: bytes = b"[]") -> Answer:
    """The body for the newest page, nothing below it."""

    def give(step: Request | Call) -> Response:
        assert isinstance(step, Request)
        if "verify_credentials" in step.url:
            return answer(step, person(ME, "sss"))
        return answer(step, nothing if "max_id" in step.url or "min_id" in step.url else body)

    return give


def _recorded(file: Path, path: str = "/api/v1/notifications") -> list[bytes]:
    """The bodies of a GET of this path in a recording; its format is a small part of YAML, read as such."""
    found: list[bytes] = []
    for part in file.read_text(encoding="utf-8").split("\n- request:"):
        if "method: GET" not in part or not any(
            line.strip().startswith("uri:") and path in line and "/unread" not in line for line in part.splitlines()
        ):
            continue
        quoted = part.partition("string: '")[2].partition("'\n    headers:")[0]
        folded = " ".join(line.strip() for line in quoted.splitlines())
        body = folded.replace("''", "'").encode()
        if body.startswith((b"[{", b'{"accounts')):
            found.append(body)
    return found


def test_no_recorded_group_is_lost() -> None:
    """Every recorded page of API v2, its groups one by one, with the people that each shows."""
    if not CORPUS:
        pytest.skip("CMDAY_CORPUS does not name the folder of recorded answers")
    names = ("mastodon_test_grouped_notifications", "mastodon_test_grouped_notification_pagination")
    bodies = [
        body for name in names for body in _recorded(Path(CORPUS) / f"recorded/{name}.yaml", "/api/v2/notifications")
    ]
    pages = [body for body in bodies if body.startswith(b'{"accounts')]
    groups = [group for body in pages for group in msgspec.json.decode(body)["notification_groups"]]
    assert groups
    for body in pages:
        talk = hold(Mastodon(ACCOUNT).notifications(None), _once(body, b'{"notification_groups": []}'))
        assert talk.error is None
        assert talk.gaps == []
        expected = set()
        for group in msgspec.json.decode(body)["notification_groups"]:
            key, people = group["group_key"], group["sample_account_ids"]
            alone = key.startswith("ungrouped-")
            expected |= {str(group["most_recent_notification_id"])} if alone else {f"{key}/{one}" for one in people}
        assert {one.id for one in talk.found} == {f"nox:{one}" for one in expected}


def test_recorded_conversations_are_read_whole() -> None:
    if not CORPUS:
        pytest.skip("CMDAY_CORPUS does not name the folder of recorded answers")
    bodies = _recorded(Path(CORPUS) / "recorded/mastodon_test_conversations.yaml", "/api/v1/conversations")
    assert bodies
    for body in bodies:
        talks = msgspec.json.decode(body)
        server = Timeline(0)
        server.later = timedelta(days=-90)  # the day of the recording
        server.talks = talks
        talk = hold(Mastodon(ACCOUNT).notifications(None), server)
        assert talk.error is None
        assert {one.id for one in talk.found} == {f"nox:conversation:{one['last_status']['id']}" for one in talks}


# Groups, and what comes around.


def test_likes_in_groups_come_one_by_one_also_those_that_are_not_shown() -> None:
    server = Timeline(5, "grouped")
    liked = status("77", "Open stage")
    for number in range(30):
        one = notification(str(2000 + number), "favourite", START + timedelta(seconds=60), status=liked)
        server.entries.append({**one, "account": person(str(300 + number), f"p{number}")})
    found, cursor = swept(server)
    assert Counter(one.kind for one in found) == {"mention": 5, "like": 30}
    assert len({one.author_handle for one in found if one.kind == "like"}) == 30
    assert {one.subject for one in found if one.kind == "like"} == {"77"}
    assert swept(server, cursor)[0] == []
    one = notification("2100", "favourite", START + timedelta(seconds=70), status=liked)
    server.entries.append({**one, "account": person("400", "late")})
    again, _ = swept(server, cursor)
    assert "@late@m.example" in {one.author_handle for one in again}
    assert len({one.id for one in found + again}) == 36


@given(sweeps=st.lists(st.tuples(st.integers(0, 120), st.integers(1, 5)), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_cut_sweeps_of_groups_lose_nothing(sweeps: list[tuple[int, int]]) -> None:
    server = Timeline(15, "grouped")
    found: list[Notification] = []
    cursor: Cursor | None = None
    for more, cut in sweeps:
        server.add(more)
        fresh, cursor = swept(server, cursor, cut_after=cut)
        found += fresh
    fresh, _ = swept(server, cursor)
    assert Counter(one.id for one in found + fresh) == Counter(f"nox:{entry['id']}" for entry in server.entries)


def test_a_server_without_groups_is_not_asked_for_them_at_every_sweep() -> None:
    server = Timeline(3)

    def groups(since: Cursor | None) -> int:
        talk = hold(Mastodon(ACCOUNT).notifications(since), server)
        return sum("/api/v2/notifications" in step.url for step in talk.asked if isinstance(step, Request))

    _, cursor = swept(server)
    assert (groups(None), groups(cursor)) == (1, 0)


def around(server: Timeline, since: Cursor | None = None, account: Account = ACCOUNT) -> Any:
    talk = hold(Mastodon(account).notifications(since), server)
    assert talk.error is None, talk.error
    return talk


def own(number: str, answers: str | None, text: str = "at the back") -> dict[str, Any]:
    written = {"created_at": START.isoformat(), "account": person(ME, "sss")}
    return {**status(number, text, in_reply_to_id=answers), **written}


def test_our_own_answers_come_by_whatever_program_they_were_given() -> None:
    server = Timeline(1)
    first = around(server)
    server.own = [own("501", "91000"), own("502", None)]
    second = around(server, first.cursor)
    (mine,) = [post for page in second.pages for post in page.thread]
    assert (mine.mine, mine.answers, mine.by, mine.text) == (True, "91000", "@sss@m.example", "at the back")
    assert first.found[0].reply is not None
    assert first.found[0].reply.id == mine.answers
    assert not [post for page in around(server, second.cursor).pages for post in page.thread]


def test_threads_of_what_wants_an_answer_come_bounded_and_the_rest_at_the_next_sweep() -> None:
    server = Timeline(30)
    for entry in server.entries:
        number = entry["status"]["id"]
        below = [{**own(f"{number}{one:03}", number), "account": person("8", "ana")} for one in range(80)]
        server.threads[number] = {"ancestors": [own("4", None)], "descendants": below}
    first = around(server)
    pages = [page for page in first.pages if page.thread]
    assert [len(page.thread) for page in pages] == [50] * 20
    assert any(post.mine for post in pages[0].thread)
    second = around(server, first.cursor)
    assert len([page for page in second.pages if page.thread]) == 10


def test_a_post_that_is_gone_is_told() -> None:
    (page,) = [page for page in around(Timeline(1)).pages if page.gone]
    assert page.gone == ("1000",)


def test_a_message_that_no_notification_told_of_comes_from_its_conversation() -> None:
    server = Timeline(1)
    server.later = timedelta(minutes=10)
    psst = {**own("700", None, "psst"), "account": person("8", "ana"), "visibility": "direct"}
    answered = {**own("701", "699", "between us"), "visibility": "direct"}
    server.talks = [{"id": "3", "unread": True, "last_status": one} for one in (psst, answered)] + ["x", {"id": 1}]  # type: ignore[list-item]
    first = around(server)
    (message,) = [one for one in first.found if one.kind == "message"]
    assert (message.id, message.text, message.author_handle) == ("nox:conversation:700", "psst", "@ana@m.example")
    assert message.reply is not None
    assert (message.reply.id, message.reply.visibility) == ("700", "direct")
    assert [post.answers for page in first.pages for post in page.thread if post.mine] == ["699"]
    assert around(server, first.cursor).found == []


def test_a_message_with_a_notification_is_one_item() -> None:
    server = Timeline(0)
    psst = status("700", "psst", visibility="direct")
    server.entries = [notification("5", status=psst)]
    server.talks = [{"id": "3", "unread": True, "last_status": {**psst, **notification("5"), "id": "700"}}]
    first = around(server)
    server.later = timedelta(minutes=10)
    second = around(server, first.cursor)
    assert [one.id for one in first.found + second.found] == ["nox:5"]


def test_followers_are_counted_once_a_day() -> None:
    server = Timeline(1)
    first = around(server)
    assert [page.followers for page in first.pages if page.followers] == [7]
    assert not [page for page in around(server, first.cursor).pages if page.followers]
    server.later = timedelta(days=1)
    assert [page.followers for page in around(server, first.cursor).pages if page.followers] == [7]


@pytest.mark.parametrize("wanted", [True, False])
def test_the_read_mark_goes_up_only_where_that_is_wanted(wanted: bool) -> None:
    server = Timeline(3)
    account = msgspec.structs.replace(ACCOUNT, options={"sync_read": wanted})
    first = around(server, account=account)
    marked = [("/api/v1/markers", {"notifications": {"last_read_id": "1002"}})]
    assert server.told == (marked if wanted else [])
    around(server, first.cursor, account)
    assert len(server.told) == int(wanted)


def test_what_is_around_may_be_anything_and_costs_itself_only() -> None:
    server = Timeline(2)

    def odd(step: Request | Call) -> Response:
        assert isinstance(step, Request)
        return server(step) if "/notifications" in step.url else answer(step, b"<html>", now=None)

    talk = hold(Mastodon(ACCOUNT).notifications(None), odd)
    assert talk.error is None
    assert len(talk.found) == 2
