"""What is decided about a post or comment on Reddit: one request that writes, and the way back from it.

reddit.com/dev/api: /api/approve, /api/remove, /api/lock, /api/ignore_reports, /api/friend (type=banned), /api/comment,
/api/compose.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote, urlencode

from msgspec.structs import replace

from cmday.connectors.moderating import irreversible, seconds_of, unknown, vanished, wants_text
from cmday.connectors.protocol import Exchange, Request, Response
from cmday.connectors.reddit import RedditApi
from cmday.connectors.social_posts import tables, text_of
from cmday.connectors.token_api import json_of, one_line
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError, Refused
from cmday.i18n import phrase
from cmday.text.mentions import essence
from cmday.text.plain import cut

_DAY: Final = 86_400
_MOST_DAYS: Final = 999
_MOST_WHY: Final = 100
_MOST_SUBJECT: Final = 100
# By action: the path, what goes with the thing's name, and what tells that it was carried out.
_WAYS: Final[dict[str, tuple[str, dict[str, str], tuple[str, bool]]]] = {
    "approve": ("/api/approve", {}, ("approved", True)),
    "restore": ("/api/approve", {}, ("removed", False)),
    "unlabel": ("/api/approve", {}, ("spam", False)),
    "remove": ("/api/remove", {"spam": "false"}, ("removed", True)),
    "label": ("/api/remove", {"spam": "true"}, ("spam", True)),
    "lock": ("/api/lock", {}, ("locked", True)),
    "unlock": ("/api/unlock", {}, ("locked", False)),
    "resolve": ("/api/ignore_reports", {}, ("ignore_reports", True)),
    "reopen": ("/api/unignore_reports", {}, ("ignore_reports", False)),
}
_BACK: Final = {
    "remove": "restore",
    "label": "unlabel",
    "lock": "unlock",
    "unlock": "lock",
    "resolve": "reopen",
    "reopen": "resolve",
    "ban": "unban",
    "unban": "ban",
}


class Deciding:
    """Carries out one action; ``Sent.id`` is the name of what it was done to, or of what was written."""

    def __init__(self, account: Account, api: RedditApi) -> None:
        self.account = account
        self.api = api

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        action, name = outgoing.action or "", outgoing.reply_to or ""
        if action in _WAYS:
            if action in ("label", "unlabel") and outgoing.arguments.get("label", "spam") != "spam":
                raise Refused(phrase('Reddit knows no label but "{label}"', label="spam"), None, self.account.name)
            path, more, _done = _WAYS[action]
            self._taken((yield from self._form(path, id=name, **more)))
            return Sent(id=name)
        if action in ("ban", "unban"):
            return (yield from self._ban((yield from self._located(outgoing)), ban=action == "ban"))
        if action in ("reply", "warn"):
            return (yield from self._write((yield from self._located(outgoing))))
        raise unknown(self.account, outgoing)

    def find(self, outgoing: Outgoing, taken: frozenset[str]) -> Exchange[Sent | None]:
        action = outgoing.action or ""
        if action in ("ban", "unban", "warn"):
            outgoing = yield from self._located(outgoing)
        if action in ("ban", "unban"):
            where, name = self._place(outgoing)
            banned = yield from self.api.told(f"/r/{where}/about/banned", user=name, raw_json=1)
            data = banned.get("data") if isinstance(banned, dict) else None
            listed = tables(data.get("children")) if isinstance(data, dict) else []
            there = any(text_of(one, "name").casefold() == name.casefold() for one in listed)
            return Sent(id=f"{where}/{name}") if there is (action == "ban") else None
        if action in ("reply", "warn"):
            return (yield from self._find_words(outgoing, taken))
        if action not in _WAYS:
            raise unknown(self.account, outgoing)
        _response, data = yield from self.thing(outgoing.reply_to or "")
        flag, wanted = _WAYS[action][2]
        return Sent(id=outgoing.reply_to or "") if data and (data.get(flag) is True) is wanted else None

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        if outgoing.sent_id is None:
            raise CmdayError(phrase("it is not known under which number it was sent"), None, self.account.name)
        if outgoing.action == "reply":
            self._taken((yield from self._form("/api/del", id=outgoing.sent_id)))
            return
        back = _BACK.get(outgoing.action or "")
        if back is None:
            raise irreversible(self.account, outgoing.action)
        other = replace(outgoing, action=back)
        if (yield from self.find(other, frozenset())) is None:
            yield from self.send(other)

    def thing(self, name: str) -> Exchange[tuple[Response, dict[str, Any] | None]]:
        """A post or comment as it stands now; None where it is gone."""
        response = yield from self.api.get("/api/info", id=name, raw_json=1)
        told = self.api.read(response)
        data = told.get("data") if isinstance(told, dict) else None
        listed = self.api.listed(data.get("children") if isinstance(data, dict) else None)
        found = next((one["data"] for one in tables(listed) if isinstance(one.get("data"), dict)), None)
        return response, found

    def _located(self, outgoing: Outgoing) -> Exchange[Outgoing]:
        """The action with its author and subreddit, where its case was never in the mod queue."""
        if outgoing.to and outgoing.arguments.get("subreddit"):
            return outgoing
        _response, data = yield from self.thing(outgoing.reply_to or "")
        where = {"subreddit": text_of(data, "subreddit")}
        return replace(outgoing, to=text_of(data, "author"), arguments={**where, **outgoing.arguments})

    def _ban(self, outgoing: Outgoing, *, ban: bool) -> Exchange[Sent]:
        where, name = self._place(outgoing)
        fields = {"type": "banned", "name": name, "api_type": "json"}
        if ban:
            why = cut(one_line(outgoing.arguments.get("why", "")), _MOST_WHY)
            seconds = seconds_of(outgoing)
            days = -(-seconds // _DAY) if seconds else None
            fields |= {"ban_reason": why, "note": why, "ban_message": outgoing.text.strip()}
            fields |= {"duration": str(days)} if days and days <= _MOST_DAYS else {}
        path = f"/r/{where}/api/{'friend' if ban else 'unfriend'}"
        self._taken((yield from self._form(path, **{key: value for key, value in fields.items() if value})))
        return Sent(id=f"{where}/{name}")

    def _write(self, outgoing: Outgoing) -> Exchange[Sent]:
        """An answer below the thing, or a private message to its author."""
        text = wants_text(self.account, outgoing)
        if outgoing.action == "reply":
            path, fields = "/api/comment", {"thing_id": outgoing.reply_to or "", "text": text}
        else:
            _where, name = self._place(outgoing)
            about = cut(one_line(outgoing.arguments.get("why", "") or text), _MOST_SUBJECT)
            path, fields = "/api/compose", {"to": name, "subject": about, "text": text}
        response = self._taken((yield from self._form(path, api_type="json", **fields)))
        answer = json_of(response)
        data = answer.get("json", {}).get("data") if isinstance(answer, dict) else None
        things = tables(data.get("things")) if isinstance(data, dict) else []
        return Sent(id=text_of(things[0].get("data"), "name") if things else f"written:{outgoing.key}")

    def _find_words(self, outgoing: Outgoing, taken: frozenset[str]) -> Exchange[Sent | None]:
        """Among our own newest answers or messages, by what they say and to whom."""
        me = text_of((yield from self.api.told("/api/v1/me")), "name")
        is_reply = outgoing.action == "reply"
        things, _frame = yield from self.api.page(f"/user/{me}/comments" if is_reply else "/message/sent", None)
        for one in tables(things):
            data = one.get("data")
            to = text_of(data, "parent_id") if is_reply else text_of(data, "dest").casefold()
            wanted = outgoing.reply_to if is_reply else (outgoing.to or "").casefold()
            name = text_of(data, "name")
            if to == wanted and name not in taken and essence(text_of(data, "body")) == essence(outgoing.text):
                return Sent(id=name)
        return None

    def _place(self, outgoing: Outgoing) -> tuple[str, str]:
        """The subreddit and the author's name, as they stand in addresses."""
        where, name = outgoing.arguments.get("subreddit", ""), (outgoing.to or "").removeprefix("u/")
        if not name or name == "[deleted]":
            raise vanished(self.account)
        return quote(where, safe=""), name

    def _form(self, path: str, **fields: str) -> Exchange[Response]:
        """The answer to something told, as a form, which goes out once."""
        return self.api.ask(
            Request(
                url=f"{self.api.base}{path}",
                method="POST",
                headers=(*self.api.headers, ("content-type", "application/x-www-form-urlencoded")),
                body=urlencode(fields).encode(),
                repeatable=False,
                follow=0,
            )
        )

    def _taken(self, response: Response) -> Response:
        """The response where it was taken. Reddit refuses some things with 200, and says so inside."""
        self.api.refuse(response)
        answer = json_of(response)
        said = answer.get("json") if isinstance(answer, dict) else None
        errors = said.get("errors") if isinstance(said, dict) else None
        if isinstance(errors, list) and errors:
            words = [str(part) for one in errors if isinstance(one, list) for part in one[1:2]]
            message = phrase("Reddit will not have it: {words}", words=one_line(" ".join(words)) or "?")
            raise Refused(message, None, self.account.name)
        return response
