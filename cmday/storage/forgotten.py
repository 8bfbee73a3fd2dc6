"""Whom one was asked to forget, as keyed hashes (HMAC-SHA256, RFC 2104): so that a refetch does not bring them back."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from cmday.core.cases import CaseReport, QueueEntry, QueuePage
from cmday.core.feeds import Entry
from cmday.core.items import Notification, Page, ReplyTo, ThreadPost
from cmday.core.time import epoch
from cmday.storage import keep
from cmday.storage.database import Database
from cmday.text.forgetting import FORGOTTEN, key_of, redact

_KEY: Final = "key.forgotten"
_BYTES: Final = 16
_TEXTS: Final = ("id", "author", "author_handle", "text", "url", "thread", "subject", "subject_text")
_POST_TEXTS: Final = ("id", "thread", "author", "author_handle", "text", "url", "answers", "by")
_QUEUE_TEXTS: Final = ("author", "author_handle", "text", "url", "thread", "claimed_by", "resolved_as")
_ENTRY_TEXTS: Final = ("title", "url", "author", "summary", "content")


class Forgotten:
    """The hashes as of one moment; ``version`` tells whether more came since."""

    def __init__(self, key: bytes, rows: Iterable[tuple[int, bytes, int, int]]) -> None:
        self._key = hmac.new(key, digestmod=hashlib.sha256)
        listed = list(rows)
        self._hashes = {bytes(one) for _, one, _, _ in listed}
        self._authors = {bytes(one) for _, one, _, author in listed if author}
        self.lengths = frozenset(words for _, _, words, _ in listed if words)
        self._any = bool(listed)
        self.version = max((number for number, *_ in listed), default=0)

    def __contains__(self, key: str) -> bool:
        return _hash(self._key, key) in self._hashes

    def wrote(self, handle: str) -> bool:
        """Whether an address is of somebody forgotten."""
        return bool(self._authors) and _hash(self._key, key_of(handle)) in self._authors

    def cleaned(self, text: str) -> str:
        """The text without what named them."""
        return redact(text, self.__contains__, self.lengths) if self._any else text

    def page(self, page: Page) -> Page:
        """A page without what they wrote, and without their names in what others wrote."""
        if not self._any:
            return page
        return msgspec.structs.replace(
            page,
            notifications=tuple(
                self._notification(one) for one in page.notifications if not self.wrote(one.author_handle or one.author)
            ),
            thread=tuple(
                self._post(one) for one in page.thread if one.mine or not self.wrote(one.author_handle or one.author)
            ),
        )

    def queue(self, page: QueuePage) -> QueuePage:
        """A page of a moderation queue, likewise; what they reported stays, without saying who did."""
        if not self._any:
            return page
        return msgspec.structs.replace(
            page,
            entries=tuple(self._case(one) for one in page.entries if not self.wrote(one.author_handle or one.author)),
            posts=tuple(
                self._post(one) for one in page.posts if one.mine or not self.wrote(one.author_handle or one.author)
            ),
        )

    def _case(self, one: QueueEntry) -> QueueEntry:
        changes = {name: self._text(getattr(one, name)) for name in _QUEUE_TEXTS}
        return msgspec.structs.replace(
            one,
            reports=tuple(self._report(each) for each in one.reports),
            place={name: kept for name, value in one.place.items() if (kept := self._without(value)) or not value},
            **changes,
        )

    def _without(self, value: str) -> str:
        """What an action needs, without whom of several it names: nobody can be written to by another word."""
        if self.cleaned(value) == value:
            return value
        return " ".join(word for word in value.split() if self.cleaned(word) == word)

    def _report(self, one: CaseReport) -> CaseReport:
        if self.wrote(one.by_handle or one.by):
            one = msgspec.structs.replace(one, by=FORGOTTEN, by_handle="")
        return msgspec.structs.replace(
            one, by=self.cleaned(one.by), by_handle=self.cleaned(one.by_handle), reason=self.cleaned(one.reason)
        )

    def entry(self, one: Entry) -> Entry:
        """An entry of a feed without their names; what it is known by stays."""
        return msgspec.structs.replace(one, **{name: self._text(getattr(one, name)) for name in _ENTRY_TEXTS})

    def _notification(self, one: Notification) -> Notification:
        changes = {name: self._text(getattr(one, name)) for name in _TEXTS}
        reply = self._reply(one.reply) if one.reply else None
        return msgspec.structs.replace(one, reply=reply, **changes)

    def _post(self, one: ThreadPost) -> ThreadPost:
        return msgspec.structs.replace(one, **{name: self._text(getattr(one, name)) for name in _POST_TEXTS})

    def _text(self, text: str | None) -> str | None:
        return text and self.cleaned(text)

    def _reply(self, reply: ReplyTo) -> ReplyTo | None:
        """What an answer needs without them; None where it cannot go out without naming them."""
        if self.cleaned(f"{reply.id or ''}\n{reply.to}") != f"{reply.id or ''}\n{reply.to}":
            return None
        return msgspec.structs.replace(
            reply,
            also=tuple(each for each in reply.also if self.cleaned(each) == each),
            references=tuple(each for each in reply.references if self.cleaned(each) == each),
            subject=reply.subject and self.cleaned(reply.subject),
        )


def known(db: Database) -> Forgotten:
    """The hashes as of now."""
    rows = db.connection.execute("SELECT number, hash, words, author FROM forgotten").fetchall()
    return Forgotten(keep.secret(db, _KEY) if rows else b"", rows)


def version(db: Database) -> int:
    """The version of what ``known`` would return."""
    return int(db.connection.execute("SELECT coalesce(max(number), 0) FROM forgotten").fetchone()[0])


def carry_over(db: Database, present: Database) -> None:
    """Take over whom ``present`` has forgotten, with its key: what a backup brings back is known by them."""
    rows = present.connection.execute("SELECT hash, words, author, at FROM forgotten").fetchall()
    if not rows:
        return
    with db.write() as tx:
        tx.execute("DELETE FROM forgotten")
        keep.put(db, _KEY, keep.secret(present, _KEY).hex())
        tx.executemany("INSERT INTO forgotten (hash, words, author, at) VALUES (?, ?, ?, ?)", rows)


def remember(db: Database, keys: Iterable[str], addresses: Iterable[str], at: datetime) -> None:
    """Keep hashes of names (as ``forgetting.key_of`` writes them), of which some are addresses."""
    whole = hmac.new(keep.secret(db, _KEY), digestmod=hashlib.sha256)
    writers = set(addresses)
    with db.write() as tx:
        tx.executemany(
            "INSERT INTO forgotten (hash, words, author, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (hash) DO UPDATE SET author = max(author, excluded.author)",
            [
                (_hash(whole, key), 0 if key.startswith("@") else len(key.split()), key in writers, epoch(at))
                for key in {*keys, *writers}
                if key
            ],
        )


def _hash(key: hmac.HMAC, text: str) -> bytes:
    own = key.copy()
    own.update(text.encode("utf-8", "surrogatepass"))
    return own.digest()[:_BYTES]
