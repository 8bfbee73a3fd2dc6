"""What is decided about a reviewable of a Discourse forum, or about who wrote it: one request that writes.

docs.discourse.org: admin/users/{id}/suspend and silence, posts, t/{id}/status; the forum's routes for
``/review/{id}/perform/{action}``, ``/posts/{id}/recover`` and ``unhide``, and ``/reviewable_claimed_topics``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from msgspec.structs import replace

from cmday.connectors.discourse_api import DiscourseApi
from cmday.connectors.discourse_reading import whole
from cmday.connectors.discourse_reviewables import (
    APPROVED,
    FLAGGED,
    IGNORED,
    PENDING,
    REJECTED,
    Reviewable,
    reviewables_of,
)
from cmday.connectors.discourse_writing import DiscourseWriting
from cmday.connectors.moderating import changed_since, irreversible, seconds_of, unknown, vanished, wants_text
from cmday.connectors.protocol import Exchange, Response
from cmday.connectors.social_posts import moment, tables, text_of
from cmday.connectors.token_api import NOT_FOUND, json_of
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError, Refused
from cmday.i18n import phrase
from cmday.text.mentions import essence
from cmday.text.plain import cut, plain

_CONFLICT: Final = 409
_MOST_TITLE: Final = 120
_FOR_EVER: Final = timedelta(days=1000 * 365)
# What the forum calls each of ours, the best first; which of them it takes depends on the reviewable.
_PERFORMS: Final[dict[str, tuple[str, ...]]] = {
    "approve": ("approve_post", "approve_user", "approve", "disagree", "disagree_and_restore"),
    "hold": ("agree_and_hide", "agree_and_keep_hidden"),
    "remove": ("delete_and_agree", "reject_post", "reject_and_delete"),
    "resolve": ("ignore_and_do_nothing", "ignore"),
}
_PENALTIES: Final = {
    "ban": ("suspend", {"until": "suspend_until"}, "suspended_till"),
    "mute": ("silence", {"until": "silenced_till"}, "silenced_till"),
}
_ENDS: Final = {"unban": ("unsuspend", "suspended_till"), "unmute": ("unsilence", "silenced_till")}
_BACK: Final = {"ban": "unban", "mute": "unmute", "lock": "unlock", "assign": "unassign"}
_FORTH: Final = {back: forth for forth, back in _BACK.items()}
_ON_POSTS: Final = {"remove": "recover", "hold": "unhide"}


class Deciding:
    """Carries out one action; ``Sent.id`` names the reviewable, or what was written."""

    def __init__(self, account: Account, api: DiscourseApi) -> None:
        self.account = account
        self.api = api
        self.writing = DiscourseWriting(account)
        self.writing.api = api

        self.ways: dict[str, Callable[[Outgoing], Exchange[Sent]]] = {
            **dict.fromkeys(_PERFORMS, self._perform),
            **dict.fromkeys((*_PENALTIES, *_ENDS), self._penalty),
            **dict.fromkeys(("lock", "unlock"), self._close),
            **dict.fromkeys(("assign", "unassign"), self._claim),
            "restore": self._recover,
            "reply": self._reply,
            "warn": self._warn,
        }
        self.looks: dict[str, Callable[[Outgoing], Exchange[bool]]] = {
            **dict.fromkeys(_PERFORMS, self._is_performed),
            **dict.fromkeys((*_PENALTIES, *_ENDS), self._is_penalised),
            **dict.fromkeys(("lock", "unlock"), self._is_closed),
            **dict.fromkeys(("assign", "unassign"), self._is_claimed),
            "restore": self._is_there,
        }

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        way = self.ways.get(outgoing.action or "")
        if way is None:
            raise unknown(self.account, outgoing)
        return (yield from way((yield from self._located(outgoing))))

    def find(self, outgoing: Outgoing, taken: frozenset[str]) -> Exchange[Sent | None]:
        if outgoing.action == "reply":
            return (yield from self.writing.find(replace(outgoing, kind="reply"), taken))
        if outgoing.action == "warn":
            return (yield from self._find_warning(outgoing, taken))
        look = self.looks.get(outgoing.action or "")
        if look is None:
            raise unknown(self.account, outgoing)
        outgoing = yield from self._located(outgoing)
        return self._done(outgoing) if (yield from look(outgoing)) else None

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        action = outgoing.action or ""
        if outgoing.sent_id is None:
            raise CmdayError(phrase("it is not known under which number it was sent"), None, self.account.name)
        outgoing = yield from self._located(outgoing)
        if action in ("reply", "warn"):
            yield from self.writing.retract(replace(outgoing, kind="reply"))
        elif action in _ON_POSTS and outgoing.arguments.get("post"):
            post = self._read((yield from self.api.get(f"/posts/{self._number(outgoing, 'post')}.json")))
            if post.get("deleted_at") if action == "remove" else post.get("hidden") is True:
                yield from self._on_post(outgoing, _ON_POSTS[action])
        elif action in _BACK or action in _FORTH:
            other = replace(outgoing, action=_BACK.get(action) or _FORTH[action])
            if (yield from self.find(other, frozenset())) is None:
                yield from self.send(other)
        else:
            raise irreversible(self.account, action)

    def post_at(self, subject: str) -> Exchange[dict[str, Any] | None]:
        """The post with the id that notifications bear (topic and number in it); None where it is gone."""
        topic, _, number = subject.partition("/")
        if not (topic.isdecimal() and number.isdecimal()):
            return None
        response = yield from self.api.get(f"/posts/by_number/{topic}/{number}.json")
        return None if response.status == NOT_FOUND else self._read(response)

    def _located(self, outgoing: Outgoing) -> Exchange[Outgoing]:
        """The action with the numbers of its post and author, where its case was never in the review queue."""
        if outgoing.arguments.get("review") or outgoing.arguments.get("post"):
            return outgoing
        post = yield from self.post_at(outgoing.reply_to or "")
        if post is None:
            return outgoing
        more = {"post": whole(post, "id"), "topic": whole(post, "topic_id"), "username": text_of(post, "username")}
        known = {name: str(value) for name, value in more.items() if value}
        author = whole(post, "user_id")
        return replace(outgoing, to=outgoing.to or str(author or ""), arguments={**outgoing.arguments, **known})

    def reviewable(self, number: str) -> Exchange[Reviewable | None]:
        """A reviewable as it stands now; None where it is gone, or not for us."""
        response = yield from self.api.get(f"/review/{number}.json")
        if response.status == NOT_FOUND:
            return None
        told = self.api.read(response)
        found = reviewables_of(told, [told.get("reviewable")]) if isinstance(told, dict) else []
        if not found:
            raise self.api.garbled()
        return found[0]

    def _perform(self, outgoing: Outgoing) -> Exchange[Sent]:
        """The forum's own action, at the version that the case was read in."""
        action = outgoing.action or ""
        if action == "remove" and not outgoing.arguments.get("review"):
            return (yield from self._tell("DELETE", f"/posts/{self._number(outgoing, 'post')}.json", None))
        one = yield from self.reviewable(self._number(outgoing, "review"))
        if one is None:
            raise vanished(self.account)
        if one.status != PENDING:
            raise changed_since(self.account, "decided")
        name = next((name for name in _PERFORMS[action] if name in one.actions), None)
        if name is None:
            raise Refused(phrase('the forum does not take "{action}" here', action=action), None, self.account.name)
        known = outgoing.arguments.get("version", "")
        body = {"version": int(known) if known.isdecimal() else one.version}
        response = yield from self.api.tell("PUT", f"/review/{one.id}/perform/{name}.json", body)
        if response.status == _CONFLICT:
            raise changed_since(self.account, "changed")
        self.api.refuse(response)
        return self._done(outgoing)

    def _is_performed(self, outgoing: Outgoing) -> Exchange[bool]:
        if not outgoing.arguments.get("review"):
            return not (yield from self._is_there(outgoing))
        one = yield from self.reviewable(self._number(outgoing, "review"))
        return one is not None and one.status == _after(outgoing.action or "", one)

    def _is_penalised(self, outgoing: Outgoing) -> Exchange[bool]:
        action = outgoing.action or ""
        field = _PENALTIES[action][2] if action in _PENALTIES else _ENDS[action][1]
        user = self._read((yield from self.api.get(f"/admin/users/{self._person(outgoing)}.json")))
        until = moment(user.get(field))
        return (until is not None and until > datetime.now(UTC)) is (action in _PENALTIES)

    def _is_closed(self, outgoing: Outgoing) -> Exchange[bool]:
        topic = self._read((yield from self.api.get(f"/t/{self._topic(outgoing)}.json")))
        return (topic.get("closed") is True) is (outgoing.action == "lock")

    def _is_claimed(self, outgoing: Outgoing) -> Exchange[bool]:
        one = yield from self.reviewable(self._number(outgoing, "review"))
        return one is not None and bool(one.claimed_by) is (outgoing.action == "assign")

    def _is_there(self, outgoing: Outgoing) -> Exchange[bool]:
        post = self._read((yield from self.api.get(f"/posts/{self._number(outgoing, 'post')}.json")))
        return not post.get("deleted_at")

    def _close(self, outgoing: Outgoing) -> Exchange[Sent]:
        body = {"status": "closed", "enabled": "true" if outgoing.action == "lock" else "false"}
        return (yield from self._tell("PUT", f"/t/{self._topic(outgoing)}/status.json", body))

    def _claim(self, outgoing: Outgoing) -> Exchange[Sent]:
        topic = self._topic(outgoing)
        if outgoing.action == "unassign":
            return (yield from self._tell("DELETE", f"/reviewable_claimed_topics/{topic}.json", None))
        claim = {"reviewable_claimed_topic": {"topic_id": int(topic)}}
        return (yield from self._tell("POST", "/reviewable_claimed_topics.json", claim))

    def _recover(self, outgoing: Outgoing) -> Exchange[Sent]:
        return (yield from self._on_post(outgoing, "recover"))

    def _reply(self, outgoing: Outgoing) -> Exchange[Sent]:
        wants_text(self.account, outgoing)
        return (yield from self.writing.send(replace(outgoing, kind="reply")))

    def _penalty(self, outgoing: Outgoing) -> Exchange[Sent]:
        action, person = outgoing.action or "", self._person(outgoing)
        if action in _ENDS:
            return (yield from self._tell("PUT", f"/admin/users/{person}/{_ENDS[action][0]}.json", {}))
        verb, names, _field = _PENALTIES[action]
        seconds = seconds_of(outgoing)
        until = datetime.now(UTC) + (timedelta(seconds=seconds) if seconds else _FOR_EVER)
        body = {names["until"]: until.isoformat(timespec="seconds"), "reason": outgoing.arguments.get("why", "")}
        body |= {"message": outgoing.text} if outgoing.text.strip() else {}
        return (yield from self._tell("PUT", f"/admin/users/{person}/{verb}.json", body))

    def _warn(self, outgoing: Outgoing) -> Exchange[Sent]:
        text = wants_text(self.account, outgoing).strip()
        name = outgoing.arguments.get("username", "")
        if not name:
            raise vanished(self.account)
        title = cut(text.partition("\n")[0], _MOST_TITLE)
        told = {"title": title, "raw": text, "target_recipients": name, "archetype": "private_message"}
        response = self.api.refuse((yield from self.api.tell("POST", "/posts.json", {**told, "is_warning": True})))
        number = whole(json_of(response), "id")
        if number is None:
            raise self.api.uncertain(response)
        return Sent(id=str(number))

    def _find_warning(self, outgoing: Outgoing, taken: frozenset[str]) -> Exchange[Sent | None]:
        """Among our own newest private messages, by its title; then by what its first post says."""
        me = text_of((yield from self.api.me()), "username")
        told = self._read((yield from self.api.get(f"/topics/private-messages-sent/{me}.json")))
        listed = told.get("topic_list")
        title = essence(cut(outgoing.text.strip().partition("\n")[0], _MOST_TITLE))
        for topic in tables(listed.get("topics")) if isinstance(listed, dict) else []:
            if essence(text_of(topic, "title")) != title:
                continue
            there = self._read((yield from self.api.get(f"/t/{whole(topic, 'id')}.json")))
            stream = there.get("post_stream")
            for post in tables(stream.get("posts"))[:1] if isinstance(stream, dict) else []:
                number = str(whole(post, "id"))
                if number not in taken and essence(plain(text_of(post, "cooked"))) == essence(outgoing.text):
                    return Sent(id=number)
        return None

    def _on_post(self, outgoing: Outgoing, verb: str) -> Exchange[Sent]:
        return (yield from self._tell("PUT", f"/posts/{self._number(outgoing, 'post')}/{verb}.json", {}))

    def _tell(self, method: str, path: str, body: Any) -> Exchange[Sent]:
        self.api.refuse((yield from self.api.tell(method, path, body)))
        return Sent(id=path)

    def _read(self, response: Response) -> dict[str, Any]:
        found = self.api.read(response)
        if not isinstance(found, dict):
            raise self.api.garbled()
        return found

    def _done(self, outgoing: Outgoing) -> Sent:
        return Sent(id=outgoing.arguments.get("review") or outgoing.reply_to or "")

    def _person(self, outgoing: Outgoing) -> str:
        if not (outgoing.to or "").isdecimal():
            raise vanished(self.account)
        return outgoing.to or ""

    def _topic(self, outgoing: Outgoing) -> str:
        topic = outgoing.arguments.get("topic") or (outgoing.reply_to or "").partition("/")[0]
        if not topic.isdecimal():
            raise vanished(self.account)
        return topic

    def _number(self, outgoing: Outgoing, name: str) -> str:
        found = outgoing.arguments.get(name, "")
        if not found.isdecimal():
            raise vanished(self.account)
        return found


def _after(action: str, one: Reviewable) -> int:
    """The status that a reviewable has after each of ours: to approve of a flagged post is to reject its flags."""
    if action == "resolve":
        return IGNORED
    return APPROVED if (action == "approve") is (one.type != FLAGGED) else REJECTED
