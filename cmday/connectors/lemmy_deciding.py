"""What is decided about a post or comment on Lemmy: one request that writes, and the way back from it.

join-lemmy.org/api: comment/remove, post/remove, report/resolve, community/ban_user, post/lock, and comment and
private_message for words.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from msgspec.structs import replace

from cmday.connectors.lemmy import PAGE, V4, LemmyApi
from cmday.connectors.lemmy_things import Thing, thing_of, thing_of_report, whole
from cmday.connectors.moderating import irreversible, seconds_of, unknown, vanished, wants_text
from cmday.connectors.protocol import Exchange
from cmday.connectors.social_posts import tables, text_of
from cmday.connectors.token_api import NOT_FOUND, json_of
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError, Refused, Uncertain
from cmday.i18n import phrase
from cmday.text.mentions import essence

_BACK: Final = {"remove": "restore", "resolve": "reopen", "ban": "unban", "lock": "unlock"}
_FORTH: Final = {back: forth for forth, back in _BACK.items()}
_MOST_PAGES: Final = 5


class Deciding:
    """Carries out one action; ``Sent.id`` is the thing it was done to, or what was written."""

    def __init__(self, account: Account, api: LemmyApi) -> None:
        self.account = account
        self.api = api

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        action = outgoing.action or ""
        on = action in _BACK
        kind, number = self._subject(outgoing)
        version, _name = yield from self.api.who()
        outgoing = yield from self._located(outgoing, version)
        reason = " ".join(outgoing.arguments.get("why", "").split())
        base = _FORTH.get(action, action)
        if base == "remove":
            body = {f"{kind}_id": number, "removed": on, "reason": reason}
            return (yield from self._tell("POST", f"/api/{version}/{kind}/remove", body, outgoing))
        if base == "lock":
            asked: dict[str, Any] = {"post_id": self._number(outgoing, "post"), "locked": on}
            asked |= {"reason": reason} if version == V4 else {}
            return (yield from self._tell("POST", f"/api/{version}/post/lock", asked, outgoing))
        if base == "ban":
            asked = self._ban(outgoing, version, ban=on) | {"reason": reason}
            return (yield from self._tell("POST", f"/api/{version}/community/ban_user", asked, outgoing))
        if base == "resolve":
            return (yield from self._resolve(outgoing, version, kind, resolved=on))
        if action in ("reply", "warn"):
            return (yield from self._write(outgoing, version, kind, number))
        raise unknown(self.account, outgoing)

    def find(self, outgoing: Outgoing, taken: frozenset[str]) -> Exchange[Sent | None]:
        action = outgoing.action or ""
        base, wanted = _FORTH.get(action, action), action in _BACK
        kind, number = self._subject(outgoing)
        version, name = yield from self.api.who()
        if base == "resolve":
            is_open = yield from self.open_reports(version, outgoing.arguments)
            return None if is_open is wanted else Sent(id=outgoing.reply_to or "")
        if action == "reply":
            return (yield from self._find_answer(outgoing, version, name, taken))
        if action == "warn":
            raise Uncertain(
                phrase('whether it is on the server of "{account}" cannot be told', account=self.account.name),
                phrase("look there yourself, then send it again or drop it: cmday outbox"),
                self.account.name,
            )
        if base not in _BACK:
            raise unknown(self.account, outgoing)
        thing = yield from self._thing(version, kind, number)
        stands = {"remove": "removed", "lock": "locked", "ban": "banned"}[base]
        done = thing is not None and getattr(thing, stands) is wanted
        return Sent(id=outgoing.reply_to or "") if done else None

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        if outgoing.sent_id is None:
            raise CmdayError(phrase("it is not known under which number it was sent"), None, self.account.name)
        action = outgoing.action or ""
        version, _name = yield from self.api.who()
        if action in ("reply", "warn") and outgoing.sent_id.isdecimal():
            kind = "comment" if action == "reply" else "private_message"
            body = {f"{kind}_id": int(outgoing.sent_id), "deleted": True}
            self.api.refuse((yield from self.api.tell("POST", f"/api/{version}/{kind}/delete", body)))
            return
        back = {**_BACK, **_FORTH}.get(action)
        if back is None:
            raise irreversible(self.account, action)
        other = replace(outgoing, action=back)
        if (yield from self.find(other, frozenset())) is None:
            yield from self.send(other)

    def open_reports(self, version: str, place: dict[str, str]) -> Exchange[bool]:
        """Whether any of the reports that are known of a thing is still among those that wait."""
        numbers = set(place.get("reports", "").split())
        lists = [("report/list", "items")]
        if version != V4:
            lists = [(f"{kind}/report/list", f"{kind}_reports") for kind in ("comment", "post")]
        for path, key in lists:
            more: dict[str, Any] = {"post_id": place.get("post")} if version == V4 else {}
            below: str | None = None
            for number in range(1, _MOST_PAGES + 1):
                page = {"page_cursor": below} if version == V4 else {"page": number}
                url = f"/api/{version}/{path}"
                told = yield from self.api.told(url, unresolved_only="true", limit=PAGE, **more, **page)
                listed = self.api.listed(told.get(key) if isinstance(told, dict) else None)
                things = [thing_of_report(one) for one in listed]
                if any(one and one.report and one.report.id in numbers for one in things):
                    return True
                below = text_of(told, "next_page") or None
                if below is None if version == V4 else len(listed) < PAGE:
                    break
        return False

    def _located(self, outgoing: Outgoing, version: str) -> Exchange[Outgoing]:
        """The action with its author, post and community, where its case was never reported."""
        if outgoing.to and outgoing.arguments.get("community"):
            return outgoing
        kind, number = self._subject(outgoing)
        thing = yield from self._thing(version, kind, number)
        if thing is None:
            raise vanished(self.account)
        author = whole(thing.author, "id")
        to = outgoing.to or (str(author) if author is not None else None)
        return replace(outgoing, to=to, arguments={**outgoing.arguments, **thing.place()})

    def _thing(self, version: str, kind: str, number: int) -> Exchange[Thing | None]:
        response = yield from self.api.get(f"/api/{version}/{kind}", id=number)
        if response.status == NOT_FOUND:
            return None
        told = self.api.read(response)
        return thing_of(told.get(f"{kind}_view") if isinstance(told, dict) else None)

    def _tell(self, method: str, path: str, body: dict[str, Any], outgoing: Outgoing) -> Exchange[Sent]:
        self.api.refuse((yield from self.api.tell(method, path, body)))
        return Sent(id=outgoing.reply_to or "")

    def _resolve(self, outgoing: Outgoing, version: str, kind: str, *, resolved: bool) -> Exchange[Sent]:
        numbers = [int(one) for one in outgoing.arguments.get("reports", "").split() if one.isdecimal()]
        if not numbers:
            raise Refused(phrase("there is no report of it on the server"), None, self.account.name)
        for one in numbers:
            body = {"report_id": one, "resolved": resolved}
            self.api.refuse((yield from self.api.tell("PUT", f"/api/{version}/{kind}/report/resolve", body)))
        return Sent(id=outgoing.reply_to or "")

    def _ban(self, outgoing: Outgoing, version: str, *, ban: bool) -> dict[str, Any]:
        person = outgoing.to or ""
        if not person.isdecimal():
            raise vanished(self.account)
        community = self._number(outgoing, "community")
        body: dict[str, Any] = {"community_id": community, "person_id": int(person), "ban": ban}
        seconds = seconds_of(outgoing)
        if ban and seconds:
            until = int(datetime.now(UTC).timestamp()) + seconds
            body["expires_at" if version == V4 else "expires"] = until
        return body

    def _write(self, outgoing: Outgoing, version: str, kind: str, number: int) -> Exchange[Sent]:
        text = wants_text(self.account, outgoing)
        if outgoing.action == "reply":
            path, made = "comment", "comment"
            body: dict[str, Any] = {"content": text, "post_id": self._number(outgoing, "post")}
            body |= {"parent_id": number} if kind == "comment" else {}
        else:
            path, made = "private_message", "private_message"
            if not (outgoing.to or "").isdecimal():
                raise vanished(self.account)
            body = {"content": text, "recipient_id": int(outgoing.to or "0")}
        response = self.api.refuse((yield from self.api.tell("POST", f"/api/{version}/{path}", body)))
        answer = json_of(response)
        view = answer.get(f"{made}_view") if isinstance(answer, dict) else None
        number_made = whole(view.get(made), "id") if isinstance(view, dict) else None
        return Sent(id=str(number_made) if number_made is not None else f"written:{outgoing.key}")

    def _find_answer(self, outgoing: Outgoing, version: str, name: str, taken: frozenset[str]) -> Exchange[Sent | None]:
        kind, number = self._subject(outgoing)
        key = "parent_id" if kind == "comment" else "post_id"
        told = yield from self.api.told(f"/api/{version}/comment/list", sort="New", limit=PAGE, **{key: number})
        entries = told.get("items" if version == V4 else "comments") if isinstance(told, dict) else None
        for one in tables(entries):
            ours = text_of(one.get("creator"), "name") == name
            there = whole(one.get("comment"), "id")
            alike = essence(text_of(one.get("comment"), "content")) == essence(outgoing.text)
            if ours and alike and there is not None and str(there) not in taken:
                return Sent(id=str(there))
        return None

    def _subject(self, outgoing: Outgoing) -> tuple[str, int]:
        kind, _, number = (outgoing.reply_to or "").partition("-")
        if kind not in ("comment", "post") or not number.isdecimal():
            raise vanished(self.account)
        return kind, int(number)

    def _number(self, outgoing: Outgoing, name: str) -> int:
        found = outgoing.arguments.get(name, "")
        if not found.isdecimal():
            raise vanished(self.account)
        return int(found)
