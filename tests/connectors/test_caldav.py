"""CalDAV by hand: half-written answers, entity bombs, servers without tokens, and a conflict at the last moment."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from cmday.connectors import caldav, caldav_writing
from cmday.connectors.caldav_writing import Kept, Wish
from cmday.connectors.dav import same_keeper
from cmday.connectors.protocol import Authorised, Partial, Request, Response
from cmday.core.accounts import Credentials, SecretSource
from cmday.core.events import Calendar, WrittenEvent
from cmday.errors import CmdayError, Garbled, NotFound, ServerFailed, SignInNeeded, Untrusted

NOW = datetime(2026, 11, 2, 8, 31, tzinfo=UTC)
CALENDAR = Calendar(name="work", caldav="http://dav.localhost/ana/work/")
ROOT = '<?xml version="1.0"?><multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">{}</multistatus>'
EVENT = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\nEND:VCALENDAR"


def found(href: str, props: str) -> str:
    return (
        f"<response><href>{href}</href><propstat><prop>{props}</prop>"
        "<status>HTTP/1.1 200 OK</status></propstat></response>"
    )


COLLECTION = found(
    "/ana/work/", "<resourcetype><collection/><C:calendar/></resourcetype><sync-token>token-1</sync-token>"
)
OBJECT = found("/ana/work/a.ics", f"<getetag>e</getetag><C:calendar-data>{EVENT}</C:calendar-data>")


def answer(body: str, status: int = 207, **headers: str) -> Response:
    return Response(url=CALENDAR.caldav or "", status=status, body=body.encode(), headers=tuple(headers.items()))


def talk(conversation: Generator[Any, Any, Any], *answers: Response) -> tuple[Any, list[Request], list[Any]]:
    """Hold a conversation with recorded answers: its result, what it asked, and the parts it handed over."""
    waiting, asked, parts = list(answers), [], []
    step, value = next(conversation), None
    while True:
        if isinstance(step, Partial):
            parts.append(step.value)
            value = None
        else:
            assert isinstance(step, Request)
            asked.append(step)
            value = waiting.pop(0)
        try:
            step = conversation.send(value)
        except StopIteration as end:
            assert not waiting
            return end.value, asked, parts


def read(*answers: Response, version: str | None = None) -> tuple[Any, list[Request]]:
    result, asked, _ = talk(caldav.ask(CALENDAR, version, NOW), *answers)
    return result, asked


def test_the_copy_is_asked_for_whole_once_and_then_by_its_token() -> None:
    data, asked = read(answer(ROOT.format(COLLECTION)), answer(ROOT.format(OBJECT)))
    assert [part.decode().split() for part in data.parts] == [EVENT.split()]
    assert [request.method for request in asked] == ["PROPFIND", "REPORT"]
    assert b'start="20260923T000000Z"' in (asked[1].body or b"")
    again, asked = read(answer(ROOT.format(COLLECTION)), version=data.version)
    assert again.parts is None
    assert len(asked) == 1


def test_a_server_without_tokens_is_asked_for_whole_every_time() -> None:
    plain = found("/ana/work/", "<resourcetype><collection/><C:calendar/></resourcetype>")
    data, _ = read(answer(ROOT.format(plain)), answer(ROOT.format(OBJECT)))
    again, asked = read(answer(ROOT.format(plain)), answer(ROOT.format(OBJECT)), version=data.version)
    assert again.parts
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("bad", "kind"),
    [
        (answer(ROOT.format(OBJECT)[:150]), Garbled),
        (answer("<html><body>Please sign in</body></html>", 200), Garbled),
        (answer('<!DOCTYPE x [<!ENTITY a "b">]>' + ROOT.format(OBJECT)), Garbled),
        (answer("", 401), SignInNeeded),
        (answer("", 500), ServerFailed),
        (answer(ROOT.format("")), NotFound),
    ],
)
def test_what_is_no_whole_answer_replaces_nothing(bad: Response, kind: type[CmdayError]) -> None:
    with pytest.raises(kind) as caught:
        read(bad)
    assert caught.value.subject == "work"


def test_half_of_the_objects_replace_nothing() -> None:
    with pytest.raises(Garbled):
        read(answer(ROOT.format(COLLECTION)), answer(ROOT.format(OBJECT)[:-30]))


WISH = Wish(uid="op-a@cmday", title="A", digest="new", body=EVENT.encode())
THERE = ROOT.format(found("/ana/work/op-a@cmday.ics", "<getetag>e1</getetag>"))


def write(before: WrittenEvent | None, *answers: Response) -> tuple[list[Request], list[Kept]]:
    known = {before.uid: before} if before else {}
    _, asked, parts = talk(caldav_writing.sync(CALENDAR, {WISH.uid: WISH}, known), *answers)
    return asked, parts


def written(etag: str | None, digest: str = "old") -> WrittenEvent:
    return WrittenEvent(uid=WISH.uid, etag=etag, digest=digest)


def test_a_calendar_that_is_not_there_is_made() -> None:
    asked, parts = write(None, answer("", 404), answer("", 201), answer("", 201, etag="e1"))
    assert [request.method for request in asked] == ["PROPFIND", "MKCALENDAR", "PUT"]
    assert ("If-None-Match", "*") in asked[2].headers
    assert [kept.became for kept in parts] == ["sending", "written"]


def test_an_event_is_changed_only_as_it_was_left() -> None:
    asked, parts = write(written("e1"), answer(THERE), answer("", 204, etag="e2"))
    assert ("If-Match", "e1") in asked[1].headers
    assert parts[-1].event == written("e2", "new")
    assert write(written("e1", "new"), answer(THERE))[1] == []


@pytest.mark.parametrize("answers", [(answer(THERE),), (answer(THERE.replace("e1", "e0")), answer("", 412))])
def test_a_conflict_loses_nothing(answers: tuple[Response, ...]) -> None:
    before = written("e0")
    _, parts = write(before, *answers)
    assert parts[-1].became == "conflict"
    assert parts[-1].event == before


def test_a_write_whose_answer_was_lost_is_no_conflict_with_oneself() -> None:
    _, parts = write(written(None, "new"), answer(THERE), answer("", 204, etag="e2"))
    assert parts[-1].became == "written"


def test_only_own_events_are_taken_out() -> None:
    foreign = ROOT.format(
        found("/ana/work/foreign.ics", "<getetag>f</getetag>")
        + found("/ana/work/op-b@cmday.ics", "<getetag>e1</getetag>")
    )
    before = {"op-b@cmday": WrittenEvent(uid="op-b@cmday", etag="e1", digest="x")}
    _, asked, parts = talk(caldav_writing.sync(CALENDAR, {}, before), answer(foreign), answer("", 204))
    assert [(request.method, request.url) for request in asked[1:]] == [
        ("DELETE", "http://dav.localhost/ana/work/op-b@cmday.ics")
    ]
    assert parts == [Kept(uid="op-b@cmday", became="removed")]


@pytest.mark.parametrize(
    ("asked", "led", "may"),
    [
        ("https://dav.example.org/ana/", "https://dav.example.org:443/cal/", True),
        ("http://dav.example.org/", "https://dav.example.org/cal/", True),
        ("https://caldav.icloud.com/", "https://p01-caldav.icloud.com:443/1/calendars/", True),
        ("https://example.org/", "https://cal.example.org/", True),
        ("https://dav.example.org/", "http://dav.example.org/cal/", False),
        ("https://dav.example.org/", "https://thief.test/cal/", False),
        ("https://calendars.example.org/", "https://other.example.org/", False),
        ("https://dav.org/", "https://thief.org/", False),
        ("https://dav.example.org/", "https://thiefexample.org/", False),
    ],
)
def test_who_has_the_password_of_an_address_may_have_it_only_for_its_own(asked: str, led: str, may: bool) -> None:
    assert same_keeper(asked, led) is may


@pytest.mark.parametrize("href", ["http://thief.localhost/cal/", "/cal/"])
def test_a_password_stays_with_the_server_that_it_is_for(href: str) -> None:
    # The second is what a redirect to a stranger's page may answer: addresses in it are its own.
    locked = msgspec.structs.replace(CALENDAR, secret=SecretSource("env", ("X",)))
    home = found("/", f"<C:calendar-home-set><href>{href}</href></C:calendar-home-set>")
    where = CALENDAR.caldav if href.startswith("http") else "http://thief.localhost/"
    conversation = caldav.ask(locked, None, NOW)
    assert isinstance(next(conversation), Authorised)
    asked = conversation.send(Credentials(username="ana", secret="opensesame"))
    assert isinstance(asked, Request)
    assert asked.secret_headers
    with pytest.raises(Untrusted, match=r"leads to http://thief\.localhost/cal/"):
        conversation.send(Response(url=where or "", status=207, body=ROOT.format(home).encode(), headers=()))
