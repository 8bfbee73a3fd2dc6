"""GitLab, not tested against a live server.

Fixtures written from docs.gitlab.com/api/todos, api/users ("Retrieve the current user") and api/rest (pagination, rate
limits), 2026-11-23.
"""

from __future__ import annotations

from typing import Any, ClassVar

from cmday.connectors.protocol import Request
from cmday.core.accounts import Account
from tests.connectors.documented import DocumentedContract, ago, iso, serving
from tests.connectors.holding import SECRET, Answer

ACCOUNT = Account(name="lab", network="gitlab", server="https://git.example.org/gitlab/", communities=("bem",))


def todo(number: int, action: str = "mentioned", **more: Any) -> dict[str, Any]:
    told = {
        "id": number,
        "project": {"id": 2, "path_with_namespace": "bem/site"},
        "author": {"name": "Ada L.", "username": "ada", "id": 5},
        "action_name": action,
        "target_type": "Issue",
        "target": {"id": 34, "iid": 7, "title": "Home page"},
        "target_url": "https://git.example.org/gitlab/bem/site/-/issues/7#note_1",
        "body": f"@bem hello {number}",
        "state": "pending",
        "created_at": iso(ago(hours=20)).replace("Z", f".{number:06d}Z"),
    }
    return told | more


def lab(todos: list[Any]) -> Answer:
    def route(path: str, query: dict[str, str]) -> Any:
        if path == "/gitlab/api/v4/user":
            return {"id": 1, "username": "bem"}
        assert (path, query["state"]) == ("/gitlab/api/v4/todos", "pending")
        size, page = int(query["per_page"]), int(query.get("page", 1))
        return todos[(page - 1) * size : page * size]

    return serving(route)


class TestGitlab(DocumentedContract):
    account = ACCOUNT
    many: ClassVar[int] = 230
    pages_when_many: ClassVar[int] = 3
    signed_out = ({"message": "401 Unauthorized"}, 401, {})

    def server(self, count: int) -> Answer:
        return lab([todo(number) for number in reversed(range(count))])

    def malformed(self) -> Answer:
        return lab([todo(4), 7, todo(3, created_at="soon")])

    def test_the_token_goes_by_its_own_header(self) -> None:
        step = self.sweep(self.server(1)).asked[0]
        assert isinstance(step, Request)
        assert step.secret_headers == (("PRIVATE-TOKEN", SECRET),)

    def test_what_each_item_wants(self) -> None:
        found = self.sweep(lab([todo(4, "review_requested", body=""), todo(3, "build_failed"), todo(2)])).found
        assert [one.kind for one in found] == ["question", "other", "mention"]
        assert found[0].text == "review requested: Home page"
        assert (found[2].author, found[2].author_handle) == ("Ada L.", "@ada")
        assert found[2].url == "https://git.example.org/gitlab/bem/site/-/issues/7#note_1"

    def test_what_is_done_there_is_told_once(self) -> None:
        first = self.sweep(lab([todo(3), todo(2), todo(1)]))
        second = self.sweep(lab([todo(4), todo(3), todo(1)]), first.cursor)
        done = [post for page in second.pages for post in page.thread]
        assert [(post.answers, post.mine, post.by) for post in done] == [("2", True, "@bem")]
        third = self.sweep(lab([todo(4), todo(3), todo(1)]), second.cursor)
        assert [post for page in third.pages for post in page.thread] == []

    def test_an_item_pushed_to_the_next_page_is_not_done(self) -> None:
        first = self.sweep(lab([todo(1)]))
        second = self.sweep(lab([todo(number) for number in range(150, 0, -1)]), first.cursor)
        assert [post for page in second.pages for post in page.thread] == []
        assert len(second.found) == 149
