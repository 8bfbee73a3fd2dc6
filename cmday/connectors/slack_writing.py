"""Answers on Slack, by the app, in the thread of what they answer (docs.slack.dev, ``chat.postMessage``).

Written from documentation. The token wants ``chat:write`` for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import unescape
from typing import Any, ClassVar, Final

from cmday.connectors.answering import Answering, Written
from cmday.connectors.protocol import Exchange, Manner, Response
from cmday.connectors.slack import SlackApi, error_of
from cmday.connectors.slack_reading import moment_of
from cmday.connectors.social_posts import tables, text_of
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import RateLimited, Refused, SignInNeeded
from cmday.i18n import phrase

_MOST_LISTED: Final = 1_000


class SlackWriting(Answering):
    """Answers of one app. ``place`` is ``channel:thread``."""

    network: ClassVar[str] = "slack"
    title: ClassVar[str] = "Slack"
    usual: ClassVar[Manner] = Manner(most=4_000, findable=True, retractable=True)

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._api = SlackApi(account)

    @property
    def api(self) -> SlackApi:
        return self._api

    def tell(self, place: str, outgoing: Outgoing) -> Exchange[Response]:
        channel, _, stamp = place.partition(":")
        told = {"channel": channel, "thread_ts": stamp, "text": _escaped(self.words(outgoing)), "parse": "none"}
        return self._taken((yield from self.api.tell("POST", "/chat.postMessage", told)))

    def arrived(self, told: Any, place: str) -> Sent | None:
        stamp = text_of(told, "ts")
        return Sent(id=f"{place.partition(':')[0]}:{stamp}") if stamp else None

    def written(self, place: str, _outgoing: Outgoing) -> Exchange[Iterable[Written]]:
        channel, _, stamp = place.partition(":")
        me = text_of((yield from self.api.told("/auth.test")), "user_id")
        told = yield from self.api.told("/conversations.replies", channel=channel, ts=stamp, limit=_MOST_LISTED)
        if isinstance(told, dict) and told.get("has_more") is True:
            raise self.untold()
        return [
            Written(
                id=f"{channel}:{text_of(one, 'ts')}",
                text=unescape(text_of(one, "text")),
                at=moment_of(text_of(one, "ts")),
            )
            for one in tables(told.get("messages") if isinstance(told, dict) else None)
            if text_of(one, "user") == me
        ]

    def delete(self, number: str) -> Exchange[Response]:
        channel, _, stamp = number.partition(":")
        response = yield from self.api.tell("POST", "/chat.delete", {"channel": channel, "ts": stamp})
        return response if self.is_gone(response) else self._taken(response)

    def is_gone(self, response: Response) -> bool:
        return error_of(response) == "message_not_found"

    def _taken(self, response: Response) -> Response:
        """The response, unless it is a refusal, which comes with status 200 and one word."""
        fault = self.api.fault(response)
        error = error_of(response)
        if error and not isinstance(fault, SignInNeeded | RateLimited):
            message = phrase("{host} will not have it ({status}): {words}", host="Slack", status=200, words=error)
            raise Refused(message, None, self.account.name, status=response.status)
        return response


def _escaped(text: str) -> str:
    """The words with Slack's three signs spelt out, so that ``<!channel>`` calls nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
