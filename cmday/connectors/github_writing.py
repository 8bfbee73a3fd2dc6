"""Answers on GitHub: comments on issues and pull requests (docs.github.com/rest/issues/comments) and discussions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, Final

from cmday.connectors.github_api import GitHubApi
from cmday.connectors.github_reading import web
from cmday.connectors.protocol import Exchange, Manner
from cmday.connectors.social_posts import moment, tables, text_of
from cmday.connectors.token_api import GONE, NOT_FOUND, json_of
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError, Refused
from cmday.i18n import phrase
from cmday.text.mentions import addressed, essence

DISCUSSION: Final = "discussion:"
# How far apart two clocks may be that nobody has noticed.
SLACK: Final = timedelta(minutes=10)
_ANSWER: Final = (
    "mutation($id: ID!, $body: String!) { addDiscussionComment(input: {discussionId: $id, body: $body})"
    " { comment { id url } } }"
)
_NEWEST: Final = (
    "query($id: ID!) { node(id: $id) { ... on Discussion { comments(last: 50)"
    " { nodes { id url body createdAt viewerDidAuthor } } } } }"
)
_DELETE: Final = "mutation($id: ID!) { deleteDiscussionComment(input: {id: $id}) { comment { id } } }"


class GitHubWriting:
    """Answers for one account."""

    network: ClassVar[str] = "github"
    patience: ClassVar[float] = 30.0
    usual: ClassVar[Manner] = Manner(most=65_536, findable=True, retractable=True)

    def __init__(self, account: Account) -> None:
        self.account = account
        self.api = GitHubApi(account)

    def manner(self) -> Exchange[Manner]:
        """A comment has at most 65,536 characters."""
        yield from ()  # a conversation without a request is still a generator
        return self.usual

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        place, text = self._place(outgoing), addressed(outgoing.text, outgoing.to)
        if place.startswith(DISCUSSION):
            node = place.removeprefix(DISCUSSION)
            answer = yield from self._graphql(_ANSWER, id=node, body=text)
            comment = _inside(answer, "data", "addDiscussionComment", "comment")
            return Sent(id=f"{DISCUSSION}{text_of(comment, 'id')}", url=web(text_of(comment, "url")))
        response = self.api.refuse((yield from self.api.tell("POST", f"{place}/comments", {"body": text})))
        posted = json_of(response)
        if not isinstance(posted, dict) or not isinstance(posted.get("id"), int):
            raise self.api.uncertain(response)
        return Sent(
            id=f"{place.rpartition('/issues/')[0]}/issues/comments/{posted['id']}", url=web(text_of(posted, "html_url"))
        )

    def find(self, outgoing: Outgoing, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:
        """Among our own newest comments there, by what they say."""
        place, wanted = self._place(outgoing), essence(addressed(outgoing.text, outgoing.to))
        floor = outgoing.began - SLACK if outgoing.began else None
        if place.startswith(DISCUSSION):
            answer = yield from self._graphql(_NEWEST, id=place.removeprefix(DISCUSSION))
            nodes = tables(_inside(answer, "data", "node", "comments").get("nodes"))
            there = [(f"{DISCUSSION}{text_of(one, 'id')}", one) for one in nodes if one.get("viewerDidAuthor") is True]
            told, link = "createdAt", "url"
        else:
            me = yield from self.api.me()
            since = floor.strftime("%Y-%m-%dT%H:%M:%SZ") if floor else None
            listed = self.api.read((yield from self.api.get(f"{place}/comments", per_page=100, since=since)))
            root = place.rpartition("/issues/")[0]
            ours = [one for one in tables(listed) if text_of(one, "user", "login") == me]
            there = [(f"{root}/issues/comments/{one.get('id')}", one) for one in ours]
            told, link = "created_at", "html_url"
        for number, one in there[::-1]:
            at = moment(text_of(one, told))
            late = floor is None or (at is not None and at >= floor)
            if late and number not in taken and essence(text_of(one, "body")) == wanted:
                return Sent(id=number, url=web(text_of(one, link)))
        return None

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        """Delete the comment; one that is gone already is as well."""
        number = outgoing.sent_id
        if number is None:
            raise CmdayError(phrase("it is not known under which number it was sent"), None, self.account.name)
        if number.startswith(DISCUSSION):
            yield from self._graphql(_DELETE, id=number.removeprefix(DISCUSSION))
            return
        response = yield from self.api.tell("DELETE", number)
        if response.status not in (NOT_FOUND, GONE):
            self.api.refuse(response)

    def _place(self, outgoing: Outgoing) -> str:
        """What is answered: the path of an issue, or ``discussion:`` and its node."""
        if outgoing.kind == "action":
            raise CmdayError(
                phrase('"{account}" knows no action "{action}"', account=self.account.name, action=outgoing.action),
                None,
                self.account.name,
            )
        if outgoing.attachments:
            raise Refused(phrase("cmday sends no pictures to {network}", network="GitHub"), None, self.account.name)
        if outgoing.kind != "reply" or not outgoing.reply_to:
            raise Refused(phrase("only answers can go to {network}", network="GitHub"), None, self.account.name)
        return outgoing.reply_to

    def _graphql(self, query: str, **variables: str) -> Exchange[dict[str, Any]]:
        """The answer to a query; raises ``Refused`` in GitHub's own words, which come with status 200."""
        response = yield from self.api.tell("POST", "/graphql", {"query": query, "variables": variables})
        found = json_of(self.api.refuse(response))
        if not isinstance(found, dict):
            raise self.api.uncertain(response)
        faults = tables(found.get("errors"))
        if faults:
            words = text_of(faults[0], "message")[:300]
            message = phrase("{host} will not have it ({status}): {words}", host="GitHub", status=200, words=words)
            raise Refused(message, None, self.account.name, status=200)
        return found


def _inside(table: Any, *names: str) -> dict[str, Any]:
    for name in names:
        table = table.get(name) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else {}
