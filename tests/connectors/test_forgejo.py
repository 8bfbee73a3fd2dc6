"""Forgejo, not tested against a live server.

Fixtures written from codeberg.org/api/swagger (notification/notifyGetList, notifyReadList, user/userGetCurrent,
issue/issueGetComment) and forgejo.org/docs/latest/user/api-usage, 2026-11-23.
"""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from msgspec.structs import replace

from cmday.connectors.forgejo import PAGE, Forgejo
from cmday.connectors.protocol import Call, Request
from cmday.core.accounts import Account
from cmday.errors import SignInNeeded
from tests.connectors.documented import DocumentedContract, ago, iso, refusing, respond, serving
from tests.connectors.holding import SECRET, Answer, hold

HOST = "https://git.example.org"
API = f"{HOST}/api/v1"
ACCOUNT = Account(name="forge", network="forgejo", server=HOST, communities=("bem",))


def thread(number: int, kind: str = "Issue", *, comment: int | None = None, **more: Any) -> dict[str, Any]:
    latest = f"{API}/repos/bem/site/issues/comments/{comment}" if comment else ""
    subject = {
        "title": f"Home page {number}",
        "url": f"{API}/repos/bem/site/issues/{number}",
        "html_url": f"{HOST}/bem/site/issues/{number}",
        "latest_comment_url": latest,
        "type": kind,
        "state": "open",
    }
    told = {
        "id": 1000 + number,
        "unread": True,
        "pinned": False,
        "updated_at": iso(ago(hours=20, seconds=-number)),
        "repository": {"full_name": "bem/site", "html_url": f"{HOST}/bem/site"},
        "subject": subject,
    }
    return told | more


def comment(number: int, login: str = "ada", body: str = "When is it done?") -> dict[str, Any]:
    page = f"{HOST}/bem/site/issues/7#issuecomment-{number}"
    user = {"login": login, "full_name": "Ada L." if login == "ada" else ""}
    return {"id": number, "user": user, "body": body, "html_url": page, "created_at": iso(ago(hours=1))}


class Server:
    """Newest first by ``updated_at``; ``since`` and ``before`` count the second itself."""

    def __init__(self, threads: list[Any], comments: dict[str, Any] | None = None) -> None:
        self.threads = threads
        self.comments = comments or {}
        self.marked: list[dict[str, str]] = []

    def __call__(self, step: Request | Call) -> Any:
        assert isinstance(step, Request)
        if step.method == "PUT":
            self.marked.append(dict(parse_qsl(urlsplit(step.url).query)))
            return respond(step, b"", 205)
        return serving(self._route)(step)

    def _route(self, path: str, query: dict[str, str]) -> Any:
        if path == "/api/v1/user":
            return {"id": 1, "login": "bem"}
        if path == "/api/v1/notifications":
            since, before = query.get("since", ""), query.get("before", "9")
            kept = [
                one for one in self.threads if not isinstance(one, dict) or since <= one["updated_at"][:20] <= before
            ]
            size, page = int(query["limit"]), int(query.get("page", 1))
            return kept[(page - 1) * size : page * size]
        number = path.rpartition("/")[2]
        if "/comments/" in path and number in self.comments:
            return self.comments[number]
        return {"title": f"Home page {number}", "body": f"@bem hello {number}", "user": {"login": "ada"}}


class TestForgejo(DocumentedContract):
    account = ACCOUNT
    many: ClassVar[int] = 130
    pages_when_many: ClassVar[int] = 3
    signed_out = ({"message": "user does not exist [uid: 0, name: ]"}, 401, {})

    def server(self, count: int) -> Answer:
        return Server([thread(number) for number in reversed(range(count))])

    def malformed(self) -> Answer:
        return Server([thread(4), 7, thread(3, updated_at="soon")])

    def test_the_token_goes_in_its_own_way(self) -> None:
        step = self.sweep(self.server(1)).asked[0]
        assert isinstance(step, Request)
        assert step.secret_headers == (("authorization", f"token {SECRET}"),)

    def test_who_is_named_is_mentioned_and_others_are_answered(self) -> None:
        said = {"1": comment(1), "2": comment(2, body="@bemused no, @BEM yes"), "3": comment(3, body="@bem-team?")}
        found = self.sweep(
            Server([thread(9, comment=3), thread(8, comment=2), thread(7, comment=1), thread(6, "Commit")], said)
        ).found
        assert [one.kind for one in found] == ["reply", "mention", "reply", "other"]
        assert (found[2].author, found[2].author_handle, found[2].text) == ("Ada L.", "@ada", "When is it done?")
        assert found[2].url == f"{HOST}/bem/site/issues/7#issuecomment-1"
        assert (found[2].thread, found[2].subject_text) == ("bem/site#7", "bem/site: Home page 7")
        assert (found[3].author, found[3].text) == ("bem/site", "Home page 6")

    def test_a_new_comment_is_told_and_a_pin_is_not_told_anew(self) -> None:
        said = {"1": comment(1), "2": comment(2)}
        first = self.sweep(Server([thread(7, comment=1)], said))
        pinned = thread(7, comment=1, pinned=True, updated_at=iso(ago(hours=2)))
        second = self.sweep(Server([pinned], said), first.cursor)
        assert [one.id for one in second.found] == [one.id for one in first.found]
        moved = thread(7, comment=2, updated_at=iso(ago(hours=1)))
        third = self.sweep(Server([moved], said), second.cursor)
        assert [one.id for one in third.found] == ["forge:1007-2"]

    def test_what_we_said_last_is_ours(self) -> None:
        talk = self.sweep(Server([thread(7, comment=1)], {"1": comment(1, "bem", "Done.")}))
        (post,) = [one for page in talk.pages for one in page.thread]
        assert (post.mine, post.thread, post.text) == (True, "bem/site#7", "Done.")
        assert talk.found == []

    def test_more_of_one_second_than_fit_on_a_page_are_all_read(self) -> None:
        at = iso(ago(hours=3))
        talk = self.sweep(Server([thread(number, updated_at=at) for number in range(2 * PAGE + 5)]))
        assert len({one.id for one in talk.found}) == 2 * PAGE + 5

    def test_the_token_goes_to_no_other_server(self) -> None:
        evil = thread(1)
        evil["subject"] |= {"url": "https://evil.example/api/v1/x", "latest_comment_url": f"{HOST}.evil.example/1"}
        talk = self.sweep(Server([evil]))
        assert {urlsplit(one.url).hostname for one in talk.asked if isinstance(one, Request)} == {"git.example.org"}
        assert talk.found[0].text == "Home page 1"

    def test_read_marks_are_brought_there_where_that_is_wished(self) -> None:
        server = Server([thread(2), thread(1)])
        connector = Forgejo(replace(ACCOUNT, options={"sync_read": True}))
        first = hold(connector.notifications(None), server)
        told = {"last_read_at": thread(2)["updated_at"], "status-types": "unread", "to-status": "read"}
        assert server.marked == [told]
        hold(connector.notifications(first.cursor), server)
        assert server.marked == [told]
        self.sweep(server)
        assert server.marked == [told]

    def test_a_token_without_the_scope_asks_for_a_sign_in(self) -> None:
        words = "token does not have at least one of required scope(s): [read:notification]"
        assert isinstance(self.sweep(refusing({"message": words}, 403)).error, SignInNeeded)
