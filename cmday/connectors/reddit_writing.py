"""Answers on Reddit: comments, and answers to messages (reddit.com/dev/api, ``POST /api/comment`` and ``/api/del``).

Written from documentation. A refusal comes with status 200, as a list of code, words and field.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from cmday.connectors.answering import Answering, Written
from cmday.connectors.noticing import from_epoch
from cmday.connectors.protocol import Exchange, Manner, Request, Response
from cmday.connectors.reddit import SITE, RedditApi, who
from cmday.connectors.social_posts import tables, text_of
from cmday.connectors.token_api import json_of, one_line
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError, RateLimited, Refused
from cmday.i18n import phrase

MESSAGE: Final = "t4_"


class RedditWriting(Answering):
    """Answers of one account. ``place`` is the full name of a comment, post or message (``t1_...``)."""

    network: ClassVar[str] = "reddit"
    title: ClassVar[str] = "Reddit"
    usual: ClassVar[Manner] = Manner(most=10_000, findable=True, retractable=True)

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._api = RedditApi(account)

    @property
    def api(self) -> RedditApi:
        return self._api

    def tell(self, place: str, outgoing: Outgoing) -> Exchange[Response]:
        response = yield from self._form("/api/comment", thing_id=place, text=self.words(outgoing))
        fault = self._fault(response)
        if fault is not None:
            raise fault
        return response

    def arrived(self, told: Any, _place: str) -> Sent | None:
        inside = told.get("json") if isinstance(told, dict) else None
        data = inside.get("data") if isinstance(inside, dict) else None
        things = tables(data.get("things")) if isinstance(data, dict) else []
        if not things:
            return None
        name, path = text_of(things[0], "data", "name"), text_of(things[0], "data", "permalink")
        return Sent(id=name, url=f"{SITE}{path}" if path.startswith("/") else None) if name else None

    def written(self, place: str, _outgoing: Outgoing) -> Exchange[Iterable[Written]]:
        path = "/message/sent" if place.startswith(MESSAGE) else f"/user/{(yield from who(self.api))}/comments"
        things, _frame = yield from self.api.page(path, None)
        found = [one["data"] for one in tables(things) if isinstance(one.get("data"), dict)]
        return [
            Written(id=text_of(one, "name"), text=text_of(one, "body"), at=from_epoch(one.get("created_utc")))
            for one in found[::-1]
            if text_of(one, "parent_id") == place
        ]

    def delete(self, number: str) -> Exchange[Response]:
        if number.startswith(MESSAGE):
            message = phrase("{host} takes nothing back", host=self.title)
            raise Refused(message, None, self.account.name)
        return (yield from self._form("/api/del", id=number))

    def _form(self, path: str, **fields: str) -> Exchange[Response]:
        """Something told as a form, which goes out once."""
        request = Request(
            url=f"{self.api.base}{path}",
            method="POST",
            headers=(*self.api.headers, ("content-type", "application/x-www-form-urlencoded")),
            body=urlencode({"api_type": "json", "raw_json": "1", **fields}).encode(),
            repeatable=False,
            follow=0,
        )
        return (yield from self.api.ask(request))

    def _fault(self, response: Response) -> CmdayError | None:
        """What a refusal with status 200 says; None where it is none."""
        told = json_of(response)
        inside = told.get("json") if isinstance(told, dict) else None
        errors = inside.get("errors") if isinstance(inside, dict) else None
        first = errors[0] if isinstance(errors, list) and errors else None
        if not isinstance(first, list) or not first:
            return None
        said = one_line(" ".join(str(one) for one in first[:2]))
        message = phrase("{host} will not have it ({status}): {words}", host="Reddit", status=200, words=said)
        if first[0] == "RATELIMIT":
            return RateLimited(message, None, self.account.name, None, response.status)
        return Refused(message, None, self.account.name, status=response.status)
