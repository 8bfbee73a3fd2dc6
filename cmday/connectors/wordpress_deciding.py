"""What is decided about a comment of a WordPress site: one request that writes, and the way back from it.

The site keeps under which status a comment went into the bin or among the spam, and gives it back at ``untrash`` and
``unspam`` (developer.wordpress.org/rest-api/reference/comments, wp_untrash_comment, wp_unspam_comment).
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec.structs import replace

from cmday.connectors.moderating import changed_since, irreversible, unknown, vanished, wants_text
from cmday.connectors.protocol import Exchange
from cmday.connectors.wordpress_api import FORBIDDEN, WordPressApi, is_gone
from cmday.connectors.wordpress_reading import HELD
from cmday.connectors.wordpress_writing import WordPressWriting
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError, Refused
from cmday.i18n import phrase

# What a comment's status is after each action, as the site says it.
_AFTER: Final = {"approve": "approved", "hold": "hold", "remove": "trash", "label": "spam"}
# What takes it back: from which status, and what is asked for.
_BACK: Final = {"restore": ("trash", "untrash"), "unlabel": ("spam", "unspam")}
_LOCKS: Final = {"lock": "closed", "unlock": "open"}
_PLACES: Final = {"post": "posts", "page": "pages"}
SPAM: Final = "spam"


class _Status(msgspec.Struct, frozen=True):
    id: int
    status: str = ""
    link: str | None = None

    @property
    def now(self) -> str:
        return "hold" if self.status in HELD else self.status


class _Post(msgspec.Struct, frozen=True):
    id: int
    comment_status: str = ""
    link: str | None = None


class Deciding:
    """Carries out one action. ``Sent.id`` is the comment's number and what it was before (``7:hold``)."""

    def __init__(self, account: Account, api: WordPressApi) -> None:
        self.account = account
        self.api = api
        self.writing = WordPressWriting(account, api)

    def send(self, outgoing: Outgoing) -> Exchange[Sent]:
        if outgoing.action == "reply":
            wants_text(self.account, outgoing)
            return (yield from self.writing.send(replace(outgoing, kind="reply")))
        if outgoing.action in _LOCKS:
            return (yield from self._lock(outgoing, _LOCKS[outgoing.action]))
        self._insist_known(outgoing)
        one = yield from self._comment(outgoing)
        if one is None:
            raise vanished(self.account)
        sent = Sent(id=f"{one.id}:{one.now}", url=one.link)
        if outgoing.action in _BACK:
            gone_from, asked = _BACK[outgoing.action]
            if one.now != gone_from:
                return replace(sent, note="it was so already")
            yield from self._set(one.id, asked)
        elif one.now == _AFTER[outgoing.action or ""]:
            return replace(sent, note="it was so already")
        else:
            yield from self._set(one.id, _AFTER[outgoing.action or ""])
        return sent

    def find(self, outgoing: Outgoing, taken: frozenset[str]) -> Exchange[Sent | None]:
        if outgoing.action == "reply":
            return (yield from self.writing.find(replace(outgoing, kind="reply"), taken))
        if outgoing.action in _LOCKS:
            post = yield from self._post(outgoing)
            return _locked(post, _LOCKS[outgoing.action]) if post else None
        self._insist_known(outgoing)
        one = yield from self._comment(outgoing)
        if one is None:
            return None
        before = outgoing.arguments.get("status", "hold")
        done = one.now == _AFTER.get(outgoing.action or "")
        if outgoing.action in _BACK:
            done = one.now != _BACK[outgoing.action][0]
        return Sent(id=f"{one.id}:{before}", url=one.link) if done else None

    def retract(self, outgoing: Outgoing) -> Exchange[None]:
        if outgoing.sent_id is None:
            raise CmdayError(phrase("it is not known under which number it was sent"), None, self.account.name)
        if outgoing.action == "reply":
            yield from self.writing.retract(replace(outgoing, kind="reply"))
            return
        if outgoing.action in _LOCKS:
            other = "open" if outgoing.action == "lock" else "closed"
            yield from self._lock(outgoing, other)
            return
        if outgoing.action not in _AFTER:
            raise irreversible(self.account, outgoing.action)
        before = outgoing.sent_id.partition(":")[2]
        one = yield from self._comment(outgoing)
        if one is None:
            raise vanished(self.account)
        if one.now == before:
            return
        if one.now != _AFTER[outgoing.action]:
            raise changed_since(self.account, one.now)
        words = {"trash": "untrash", SPAM: "unspam"}
        yield from self._set(one.id, words.get(one.now, before))

    def _insist_known(self, outgoing: Outgoing) -> None:
        if outgoing.action not in _AFTER and outgoing.action not in _BACK:
            raise unknown(self.account, outgoing)
        label = outgoing.arguments.get("label", SPAM)
        if outgoing.action in ("label", "unlabel") and label != SPAM:
            raise Refused(phrase('WordPress knows no label but "{label}"', label=SPAM), None, self.account.name)

    def _comment(self, outgoing: Outgoing) -> Exchange[_Status | None]:
        response = yield from self.api.get(f"/comments/{outgoing.reply_to}", context="edit")
        if response.status == FORBIDDEN:
            self.writing.taken(response)
        return None if is_gone(response) else self.api.read(response, _Status)

    def _set(self, number: int, status: str) -> Exchange[None]:
        """Ask for a status. The bin has a way of its own: asked for as a status, a site without one would delete."""
        path = f"/comments/{number}"
        if status == "trash":
            response = yield from self.api.delete(path)
        else:
            response = yield from self.api.post(path, {"status": status})
        self.writing.taken(response)

    def _post(self, outgoing: Outgoing) -> Exchange[_Post | None]:
        response = yield from self.api.get(self._path(outgoing), context="edit")
        return None if is_gone(response) else self.api.read(response, _Post)

    def _lock(self, outgoing: Outgoing, state: str) -> Exchange[Sent]:
        post = yield from self._post(outgoing)
        if post is None:
            raise vanished(self.account)
        there = _locked(post, state)
        if there:
            return replace(there, note="it was so already")
        body: dict[str, Any] = {"comment_status": state}
        self.writing.taken((yield from self.api.post(self._path(outgoing), body)))
        return Sent(id=f"{post.id}:{post.comment_status}", url=post.link)

    def _path(self, outgoing: Outgoing) -> str:
        kind, number = outgoing.arguments.get("type", "post"), outgoing.arguments.get("post", "")
        if kind not in _PLACES or not number.isdecimal():
            raise Refused(phrase("its comments cannot be closed from here"), None, self.account.name)
        return f"/{_PLACES[kind]}/{number}"


def _locked(post: _Post, state: str) -> Sent | None:
    other = "open" if state == "closed" else "closed"
    return Sent(id=f"{post.id}:{other}", url=post.link) if post.comment_status == state else None
