"""Moderating Mastodon: the contract, the exact requests, and the recorded answers of a real server.

The server here is written from docs.joinmastodon.org/methods/admin (reports, accounts) and entities/Admin_Report, November
2026.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, parse_qsl

import pytest
from msgspec.structs import replace

from cmday.connectors.catalog import moderator
from cmday.connectors.protocol import Call, Request, Response
from cmday.core.accounts import Account
from cmday.core.cases import QueuePage
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import RateLimited, Refused, SignInNeeded, Uncertain
from tests.conftest import Cmday
from tests.connectors.holding import hold
from tests.connectors.moderating_contract import ModeratingContract, action_on, case_of
from tests.connectors.saying import say
from tests.loopback.answers import Answer, Received
from tests.loopback.server import Loopback

CORPUS: Final = os.environ.get("CMDAY_CORPUS", "")
START: Final = datetime(2026, 11, 2, 8, tzinfo=UTC)
PAGE: Final = 100
OWNER: Final = {"id": "3", "name": "Owner", "permissions": "8388607"}
ME: Final = "1"
_ENDS: Final = {"enable": "disabled", "unsilence": "silenced", "unsuspend": "suspended", "unsensitive": "sensitized"}
_TYPES: Final = {"disable": "disabled", "silence": "silenced", "suspend": "suspended", "sensitive": "sensitized"}


def answer(body: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(
        status=status, body=json.dumps(body).encode(), headers={"Content-Type": "application/json", **headers}
    )


def person(number: str, name: str) -> dict[str, Any]:
    return {
        "id": number,
        "username": name,
        "domain": None,
        "created_at": "2026-10-01T08:00:00.000Z",
        **dict.fromkeys(("suspended", "silenced", "sensitized", "disabled"), False),
        "account": {
            "id": number,
            "acct": name,
            "display_name": name.title(),
            "url": f"https://nox.example/@{name}",
            "note": "<p>I sell things</p>",
        },
    }


def report(number: int, *, posts: int = 1, target: str = "66") -> dict[str, Any]:
    at = (START + timedelta(minutes=number)).isoformat().replace("+00:00", "Z")
    told = [
        {
            "id": str(9_000 + number + one),
            "created_at": at,
            "content": f"<p>Cheap followers &amp; more, {number}</p>",
            "url": f"https://nox.example/@promo/{9_000 + number + one}",
            "edited_at": None,
            "in_reply_to_id": None,
        }
        for one in range(posts)
    ]
    return {
        "id": str(number),
        "action_taken": False,
        "action_taken_at": None,
        "category": "spam",
        "comment": f"it is spam {number}",
        "forwarded": False,
        "created_at": at,
        "updated_at": at,
        "account": person("44", "bruno"),
        "target_account": person(target, "promo"),
        "assigned_account": None,
        "action_taken_by_account": None,
        "statuses": told,
        "rules": [],
    }


class Server:
    """A server with reports; ``fault`` answers what writes, when that was carried out (``keeps``) or not."""

    def __init__(self, loopback: Loopback) -> None:
        self.loopback = loopback
        self.reports = {str(number): report(number * 10) | {"id": str(number)} for number in (1, 2, 3)}
        self.people = {"66": person("66", "promo")}
        self.written: list[tuple[str, str]] = []
        self.asked: list[str] = []
        self.fault: Callable[[], Answer] | None = None
        self.keeps = False
        self.always: Answer | None = None
        self.role: Any = OWNER
        loopback.route("*", self)

    def __call__(self, received: Received) -> Answer:
        self.asked.append(f"{received.method} {received.path}{'?' if received.query else ''}{received.query}")
        if self.always:
            return self.always
        if received.path == "/api/v1/accounts/verify_credentials":
            return answer({"id": ME, "acct": "ana", "role": self.role})
        if received.path.startswith("/api/v1/admin/") and self.role is None:
            return answer({"error": "This action is not allowed"}, 403)
        if received.method == "POST":
            return self._write(received)
        kind, _, number = received.path.removeprefix("/api/v1/admin/").partition("/")
        if received.path == "/api/v1/admin/reports":
            return self._list(parse_qs(received.query))
        found = (self.reports if kind == "reports" else self.people).get(number)
        if received.path.startswith("/api/v1/statuses/"):
            found = self._status(received.path.rpartition("/")[2])
        return answer(found) if found else answer({"error": "Record not found"}, 404)

    def _status(self, number: str) -> dict[str, Any] | None:
        """A post as anybody sees it."""
        told = ((post, one) for one in self.reports.values() for post in one["statuses"])
        return next(
            ({**post, "account": one["target_account"]["account"]} for post, one in told if post["id"] == number), None
        )

    def _list(self, query: dict[str, list[str]]) -> Answer:
        below = int(query.get("max_id", ["99999"])[0])
        limit = int(query.get("limit", [str(PAGE)])[0])
        waiting = [one for one in self.reports.values() if not one.get("action_taken")]
        found = sorted((one for one in waiting if int(one["id"]) < below), key=lambda one: -int(one["id"]))
        page = found[:limit]
        address = self.loopback.url("/api/v1/admin/reports")
        links = [f'<{address}?min_id={page[0]["id"]}>; rel="prev"'] if page else []
        if len(found) > limit:
            links.insert(0, f'<{address}?max_id={page[-1]["id"]}>; rel="next"')
        return answer(page, Link=", ".join(links))

    def _write(self, received: Received) -> Answer:
        path = received.path.removeprefix("/api/v1/admin/")
        if self.fault is not None and not self.keeps:
            return self.fault()
        done = self._carry_out(path, dict(parse_qsl(received.body.decode())))
        if done.status == 200:
            self.written.append((received.path, received.body.decode()))
        return self.fault() if self.fault else done

    def _carry_out(self, path: str, form: dict[str, str]) -> Answer:
        kind, number, verb = path.split("/")
        if kind == "reports":
            one = self.reports[number]
            one["action_taken"] = verb == "resolve" or (verb != "reopen" and one["action_taken"])
            if verb in ("assign_to_self", "unassign"):
                one["assigned_account"] = person(ME, "ana") if verb == "assign_to_self" else None
            return answer(one)
        whom = self.people[number]
        if verb in _ENDS:
            if not whom[_ENDS[verb]]:
                return answer({"error": "This action is not allowed"}, 403)
            whom[_ENDS[verb]] = False
            return answer(whom)
        if form["type"] in _TYPES:
            whom[_TYPES[form["type"]]] = True
        for one in self.reports.values():
            if form["type"] != "none" or form.get("report_id") == one["id"]:
                one["action_taken"] = True
        return answer({})


class TestMastodonModerating(ModeratingContract):
    action: ClassVar[str] = "ban"
    words: ClassVar[str] = "Your account is suspended: charter 4."
    many: ClassVar[int] = 230
    changes: ClassVar[frozenset[str]] = frozenset({"edited", "claimed", "resolved", "vanished"})

    @pytest.fixture(autouse=True)
    def _server(self, loopback: Loopback) -> None:
        self.server = Server(loopback)
        self.url = loopback.url("")

    def account(self) -> Account:
        return Account(
            name="nox",
            network="mastodon",
            server=self.url,
            communities=("bem",),
            username="ana",
            options={"moderate": True},
        )

    def waits(self, count: int) -> None:
        self.server.reports = {str(number): report(number * 10) | {"id": str(number)} for number in range(1, count + 1)}

    def written(self) -> list[Any]:
        return self.server.written

    def stands(self) -> Any:
        return json.dumps([self.server.people["66"], [one["action_taken"] for one in self.server.reports.values()]])

    def case(self) -> Any:
        return next(
            case_of(one, self.account()) for one in self.entries() if one.place["report_ids"] == "1"
        )  # the newest is the first on the page

    def bring_into(self, scene: str) -> None:
        server = self.server
        first = server.reports["1"]
        server.keeps = scene in ("closes", "hangs")
        server.fault = {
            "closes": lambda: Answer(silent=True),
            "hangs": lambda: Answer(silent=True, never=True),
            "refuses": lambda: answer({"error": "no <b>such</b> words here: no such words"}, 422),
        }.get(scene)
        server.always = {
            "garbage": Answer(body=b"<html>welcome to the hotel</html>"),
            "signed-out": answer({"error": "The access token is invalid"}, 401),
            "busy": Answer(status=429, body=b"{}", headers={"Retry-After": "7"}),
            "fault": answer({"error": ""}, 500),
        }.get(scene)
        if scene == "malformed":
            del first["target_account"]
            server.reports["2"]["created_at"] = "yesterday"
        elif scene == "forbidden":
            server.role = None
        elif scene == "gone":
            self.url = "http://127.0.0.1:1"
        elif scene == "edited":
            first["statuses"][0] |= {"content": "<p>Other words</p>", "edited_at": "2026-11-02T09:00:00Z"}
        elif scene == "claimed":
            first["assigned_account"] = person("7", "chloe")
        elif scene == "resolved":
            first |= {
                "action_taken": True,
                "action_taken_at": "2026-11-02T09:00:00Z",
                "action_taken_by_account": person("7", "chloe"),
            }
        elif scene == "vanished":
            del server.reports["1"]

    def test_the_inverse_takes_it_back_or_there_is_none(self) -> None:
        """One measure closes all reports on that account; those that the action knew of are opened again."""
        self.waits(1)
        super().test_the_inverse_takes_it_back_or_there_is_none()

    def test_a_long_queue_comes_in_pages(self) -> None:
        super().test_a_long_queue_comes_in_pages()
        assert self.server.asked == [
            "GET /api/v1/admin/reports",
            "GET /api/v1/accounts/verify_credentials",
            "GET /api/v1/admin/reports?max_id=131",
            "GET /api/v1/admin/reports?max_id=31",
        ]

    def test_a_report_is_told_with_its_reporter_its_reason_and_its_words(self) -> None:
        self.server.reports = {"1": report(10, posts=2), "2": report(20, posts=0)}
        self.server.reports["1"]["rules"] = [{"id": "1", "text": "No advertising"}]
        about_person, about_posts = self.entries()
        assert about_posts.subject == "9010"
        assert about_posts.text == "Cheap followers & more, 10\n\nCheap followers & more, 10"
        assert (about_posts.author, about_posts.author_handle) == (
            "Promo",
            f"@promo@{self.url.removeprefix('http://')}",
        )
        assert (about_posts.author_id, about_posts.url) == ("66", "https://nox.example/@promo/9010")
        (told,) = about_posts.reports
        assert (told.id, told.by, told.by_handle.partition("@127")[0]) == ("10", "Bruno", "@bruno")
        assert told.reason == "spam (No advertising): it is spam 10"
        assert about_person.subject == "person:66"
        assert about_person.text == "Promo\n\nI sell things"
        assert about_person.joined == datetime(2026, 10, 1, 8, tzinfo=UTC)

    def test_two_reports_on_one_post_are_one_thing(self) -> None:
        self.server.reports["2"]["statuses"] = self.server.reports["1"]["statuses"]
        entries = {one.subject: one for one in self.entries()}
        assert len(entries) == 2
        (shared,) = (one for one in entries.values() if len(one.reports) == 2)
        assert shared.place == {"report_ids": "1 2", "person": "66"}
        sent = self.send(action_on(case_of(shared, self.account()), "resolve"))
        assert sent == Sent(id="1 2")
        assert [path for path, _ in self.written()] == [
            "/api/v1/admin/reports/1/resolve",
            "/api/v1/admin/reports/2/resolve",
        ]

    @pytest.mark.parametrize(
        ("action", "path", "back"),
        [
            ("approve", "/api/v1/admin/reports/1/resolve", None),
            ("resolve", "/api/v1/admin/reports/1/resolve", "/api/v1/admin/reports/1/reopen"),
            ("reopen", "/api/v1/admin/reports/1/reopen", None),
            ("assign", "/api/v1/admin/reports/1/assign_to_self", "/api/v1/admin/reports/1/unassign"),
            ("unassign", "/api/v1/admin/reports/1/unassign", None),
        ],
    )
    def test_what_is_done_to_a_report_is_the_documented_request(self, action: str, path: str, back: str | None) -> None:
        one = action_on(self.case(), action)
        sent = self.send(one)
        assert self.written() == [(path, "")]
        assert isinstance(self.find(one), Sent)
        if back is None:
            with pytest.raises(Refused):
                self.retract(one, sent)
            return
        self.retract(one, sent)
        assert self.written()[1:] == [(back, "")]
        assert self.find(one) is None

    @pytest.mark.parametrize(
        ("action", "kind", "end"),
        [
            ("warn", "none", None),
            ("label", "sensitive", "unsensitive"),
            ("lock", "disable", "enable"),
            ("mute", "silence", "unsilence"),
            ("ban", "suspend", "unsuspend"),
        ],
    )
    def test_a_measure_is_the_documented_request(self, action: str, kind: str, end: str | None) -> None:
        one = action_on(self.case(), action, "Règle 4 : pas de pub", label="sensitive")
        assert self.find(one) is None
        sent = self.send(one)
        form = "text=R%C3%A8gle+4+%3A+pas+de+pub&send_email_notification=true"
        assert self.written() == [("/api/v1/admin/accounts/66/action", f"type={kind}&report_id=1&{form}")]
        assert isinstance(self.find(one), Sent)
        if end is None:
            with pytest.raises(Refused):
                self.retract(one, sent)
            return
        self.retract(one, sent)
        assert self.written()[1:] == [
            (f"/api/v1/admin/accounts/66/{end}", ""),
            ("/api/v1/admin/reports/1/reopen", ""),
        ]

    def test_a_measure_without_words_mails_nobody_and_keeps_the_reason(self) -> None:
        self.send(action_on(self.case(), "mute"))
        assert self.written() == [
            (
                "/api/v1/admin/accounts/66/action",
                "type=silence&report_id=1&text=charter+4&send_email_notification=false",
            )
        ]

    def test_a_preset_of_the_server_is_named(self) -> None:
        self.send(action_on(self.case(), "warn", preset="5"))
        ((_, form),) = self.written()
        assert form == "type=none&report_id=1&warning_preset_id=5&text=charter+4&send_email_notification=true"

    def test_a_warning_without_a_report_cannot_be_found(self) -> None:
        one = action_on(self.case(), "warn", "Please do not")
        arguments = {"person": "66", "why": "charter 4"}
        assert isinstance(self.find(replace(one, arguments=arguments)), Uncertain)

    def test_a_role_without_users_closes_reports_only(self) -> None:
        self.server.role = {"id": "5", "name": "Helper", "permissions": "16"}
        assert {one.action for one in self.offers()} == {"approve", "resolve", "assign"}

    def test_posts_are_not_deleted_for_the_api_has_no_word_for_it(self) -> None:
        assert not {"remove", "hold", "restore", "note", "reply"} & {one.action for one in self.offers()}
        with pytest.raises(Refused):
            self.send(action_on(self.case(), "remove"))
        assert self.written() == []

    def test_a_token_without_the_scopes_asks_to_sign_in_again(self) -> None:
        case = self.case()
        self.server.fault = lambda: answer({"error": "This action is outside the authorized scopes"}, 403)
        with pytest.raises(SignInNeeded) as caught:
            self.send(action_on(case, "resolve"))
        assert caught.value.hint is not None
        assert "cmday login mastodon --account nox" in caught.value.hint.english

    def test_the_window_of_a_limit_is_known(self) -> None:
        case = self.case()
        ends = (datetime.now(UTC) + timedelta(seconds=90)).isoformat()
        limits = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": ends}
        self.server.always = Answer(status=429, body=b"{}", headers=limits)
        with pytest.raises(RateLimited) as caught:
            self.send(action_on(case, "resolve"))
        assert caught.value.retry_after is not None
        assert 60 < caught.value.retry_after <= 90

    def test_an_account_that_says_nothing_of_moderating_asks_nothing(self) -> None:
        assert moderator(replace(self.account(), options={})) is None
        assert moderator(replace(self.account(), options={"moderate": False})) is None


# By the commands that a person types.


@pytest.mark.parametrize("moderates", [True, False])
def test_reports_are_decided_by_command_where_the_account_says_so(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch, *, moderates: bool
) -> None:
    monkeypatch.delenv("CMDAY_NOW")
    monkeypatch.setenv("TOKEN", "token-of-the-admin")
    server = Server(loopback)
    (home / "config.toml").write_text(
        f'[limits]\nper_host_spacing = "0s"\n[account.nox]\nnetwork = "mastodon"\nserver = "{loopback.url("")}"\n'
        f'username = "ana"\nsecret = {{ env = "TOKEN" }}\nmoderate = {str(moderates).lower()}\n'
    )
    cases = cmday("moderate", "--json").json["data"]["cases"]
    asked = [one for one in server.asked if "/admin/" in one]
    assert len(cases) == (3 if moderates else 0)
    if not moderates:
        assert asked == []
        return
    handle = next(one["handle"] for one in cases if one["id"] == "case/nox/9010")
    assert cmday("moderate", "mute", handle, "--why", "charter 4", "--yes").code == 0
    assert server.written == []
    assert cmday("send", "--yes").code == 0
    path, form = server.written[0]
    assert path == "/api/v1/admin/accounts/66/action"
    assert form.startswith("type=silence&report_id=1&text=")
    assert cmday("undo", "--yes").code == 0
    assert server.written[1:] == [
        ("/api/v1/admin/accounts/66/unsilence", ""),
        ("/api/v1/admin/reports/1/reopen", ""),
    ]


# What a real server answered.

RECORDED: Final = Account(
    name="rec", network="mastodon", server="http://localhost:3000", username="admin", options={"moderate": True}
)


class Recording:
    """What a moderator asked in a session: each request gets the next answer recorded for its method and address."""

    def __init__(self, name: str) -> None:
        text = (Path(CORPUS) / f"recorded/{name}.yaml").read_text(encoding="utf-8")
        told = [_interaction(part) for part in text.split("\n- request:")[1:]]
        self.me = [one for one in told if "verify_credentials" in one[1]][-1:]
        self.left = [one for one in told if "/admin/" in one[1]]
        self.said: list[tuple[str, str, str]] = []

    def __call__(self, step: Request | Call) -> Response:
        assert isinstance(step, Request)
        body = (step.body or b"").decode()
        self.said.append((step.method, step.url, body))
        for number, (method, url, _, status, answered, link) in enumerate([*self.left, *self.me]):
            if (method, url) == (step.method, step.url):
                if number < len(self.left):
                    del self.left[: number + 1]
                return Response(url=url, status=status, headers=(("link", link),), body=answered)
        return say(step, {"error": "not recorded"}, 404)


def _interaction(part: str) -> tuple[str, str, str, int, bytes, str]:
    def line(name: str) -> str:
        return next(one.split(":", 1)[1].strip() for one in part.splitlines() if one.startswith(f"    {name}:"))

    quoted = part.partition("string: '")[2].partition("'\n    headers:")[0]
    body = " ".join(one.strip() for one in quoted.splitlines()).replace("''", "'")
    status = int(part.rpartition("code: ")[2].splitlines()[0])
    link = part.partition("      link:\n      - ")[2].partition("\n")[0]
    asked = line("body")
    return line("method"), line("uri"), "" if asked == "null" else asked, status, body.encode(), link


needs_corpus = pytest.mark.skipif(not CORPUS, reason="CMDAY_CORPUS does not name the folder of recorded answers")


@needs_corpus
def test_recorded_reports_are_listed_resolved_reopened_and_claimed() -> None:
    recording = Recording("mastodon_test_admin_reports")
    recorded = [(method, url, asked) for method, url, asked, *_ in recording.left]
    connector = moderator(RECORDED)
    assert connector is not None

    def listed() -> QueuePage:
        talk = hold(connector.queue(None), recording)
        assert talk.error is None
        page: QueuePage = talk.result
        assert page.whole
        assert page.gap is None
        return page

    (entry,) = listed().entries
    assert (entry.subject, entry.author_handle) == ("117020570302719057", "@mastodonpy_test_2@localhost:3000")
    assert entry.text == "Toot, finally!"
    assert [one.reason for one in entry.reports] == ["other: api crimes"]
    case = case_of(entry, RECORDED)

    def do(action: str) -> Outgoing:
        one = action_on(case, action)
        talk = hold(connector.send(one), recording)
        assert talk.error is None
        assert isinstance(talk.result, Sent)
        return replace(one, sent_id=talk.result.id)

    resolved = do("resolve")
    assert listed().entries == ()
    assert hold(connector.retract(resolved), recording).error is None
    assert len(listed().entries) == 1
    assigned = do("assign")
    assert hold(connector.retract(assigned), recording).error is None
    seen = hold(connector.look(case), recording)
    assert (seen.result.subject, seen.result.text, seen.result.resolved) == (entry.subject, entry.text, None)
    said = [one for one in recording.said if "/admin/" in one[1]]
    assert said == recorded


@needs_corpus
def test_recorded_measures_are_taken_and_ended() -> None:
    recording = Recording("mastodon_test_admin_moderation")
    whom = "117020566092212359"
    connector = moderator(RECORDED)
    assert connector is not None
    for action, kind in (("lock", "disable"), ("mute", "silence"), ("label", "sensitive"), ("ban", "suspend")):
        one = Outgoing(
            id="out-1",
            kind="action",
            account="rec",
            network="mastodon",
            community=None,
            state="sending",
            text="",
            key=f"key-{action}",
            created=START,
            reply_to=f"person:{whom}",
            to=whom,
            action=action,
            arguments={"label": "sensitive", "preset": "1"},
        )
        told = next(other for other in recording.left if other[1].endswith("/action"))
        talk = hold(connector.send(one), recording)
        assert talk.error is None
        method, url, form = recording.said[-1]
        assert (method, url) == told[:2]
        # The same form as was recorded, but for the preset and the spelling of a Boolean.
        fields = {name: value for name, value in parse_qsl(form) if name != "warning_preset_id"}
        assert {**fields, "send_email_notification": "1"} == dict(parse_qsl(told[2]))
        assert fields["type"] == kind
        found = hold(connector.find(one), recording)
        assert isinstance(found.result, Sent)
        assert hold(connector.retract(replace(one, sent_id=whom)), recording).error is None
