"""Who said what: GitHub's notifications name neither author nor words, so both are asked for where somebody waits.

Comments come one request each (``latest_comment_url``), discussions all in one of GraphQL, as REST has none of them
(docs.github.com/graphql/guides/using-the-graphql-api-for-discussions). Both are bounded.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from cmday.connectors.downward import Entry
from cmday.connectors.github_api import GitHubApi
from cmday.connectors.github_reading import Detail, kind_of, repository, web
from cmday.connectors.protocol import Exchange, Response
from cmday.connectors.social_posts import tables, text_of
from cmday.connectors.token_api import FORBIDDEN, json_of
from cmday.core.items import WANT_ANSWER
from cmday.errors import RateLimited

MOST_DETAILS: Final = 20
# Details are fetched for so long, in seconds that the server took: what is left goes without.
SECONDS: Final = 3.0
_OK: Final = 200


class Details:
    """The details of one sweep."""

    def __init__(self, api: GitHubApi) -> None:
        self.api = api
        self.left = MOST_DETAILS
        self.spent = 0.0

    def of(self, entries: Sequence[Entry]) -> Exchange[dict[str, Detail]]:
        """The details of those that want an answer, by id."""
        wanted = [one for one in entries if kind_of(one.body) in WANT_ANSWER]
        found: dict[str, Detail] = {}
        talks = [one for one in wanted if text_of(one.body, "subject", "type") == "Discussion"]
        for one in wanted:
            if one in talks or self.left <= 0 or self.spent > SECONDS:
                continue
            detail = yield from self._comment(one)
            if detail:
                found[one.id] = detail
        if talks and self.left > 0 and self.spent <= SECONDS:
            found |= yield from self._discussions(talks[: self.left])
        return found

    def _comment(self, one: Entry) -> Exchange[Detail | None]:
        address = text_of(one.body, "subject", "latest_comment_url") or text_of(one.body, "subject", "url")
        if not address.startswith(f"{self.api.base}/"):  # the token goes nowhere else
            return None
        response = yield from self.api.get(address)
        said = self._said(response)
        author = text_of(said, "user", "login") or text_of(said, "author", "login")
        if not author:
            return None
        return Detail(
            author=author,
            text=text_of(said, "body"),
            url=web(text_of(said, "html_url")),
            at=text_of(said, "created_at"),
        )

    def _discussions(self, talks: Sequence[Entry]) -> Exchange[dict[str, Detail]]:
        parts = []
        for number, one in enumerate(talks):
            title = text_of(one.body, "subject", "title").replace('"', " ")
            words = json.dumps(f'repo:{repository(one.body)} in:title "{title}"')
            parts.append(f"d{number}: search(query: {words}, type: DISCUSSION, first: 1) {{ nodes {{ ...it }} }}")
        said = "author { login } bodyText url createdAt"
        query = f"""query {{ {" ".join(parts)} }}
            fragment it on Discussion {{ id title {said} comments(last: 1) {{ nodes {{ {said} }} }} }}"""
        response = yield from self.api.tell("POST", "/graphql", {"query": query}, repeatable=True)
        answer = self._said(response)
        data = answer.get("data") if isinstance(answer, dict) else None
        found = {}
        for number, one in enumerate(talks):
            nodes = tables((data.get(f"d{number}") or {}).get("nodes")) if isinstance(data, dict) else []
            if nodes and text_of(nodes[0], "title") == text_of(one.body, "subject", "title"):
                found[one.id] = _discussed(nodes[0])
        return found

    def _said(self, response: Response) -> Any:
        """The JSON of a detail; what may not be seen or is gone is None. Asked for patience, no more are asked."""
        self.left -= 1
        self.spent += response.seconds
        if response.status == _OK:
            return json_of(response)
        if response.status in (FORBIDDEN, 429):
            try:
                self.api.patience(response)
            except RateLimited:
                self.left = 0
        return None


def _discussed(node: dict[str, Any]) -> Detail:
    comments = node.get("comments")
    newest = (tables(comments.get("nodes")) if isinstance(comments, dict) else [])[-1:] or [node]
    return Detail(
        author=text_of(newest[0], "author", "login") or "ghost",
        text=text_of(newest[0], "bodyText"),
        url=web(text_of(newest[0], "url")),
        at=text_of(newest[0], "createdAt"),
        id=text_of(node, "id") or None,
    )
