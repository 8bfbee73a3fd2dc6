"""Answers on Lemmy: comments and messages, by version 4 of its API or version 3. Written from documentation.

join-lemmy.org/docs (v3, ``POST /comment`` and ``/private_message``) and LemmyNet/lemmy, crates/api/routes (v4).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from cmday.connectors.answering import Answering, Written
from cmday.connectors.lemmy import V4, LemmyApi
from cmday.connectors.protocol import Exchange, Manner, Response
from cmday.connectors.signed_api import object_of
from cmday.connectors.social_posts import moment, tables, text_of
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing, Sent

MESSAGE: Final = "message"
_LATELY: Final = 50
_GONE: Final = frozenset({"couldnt_find_comment", "couldnt_find_private_message", "not_found"})


class LemmyWriting(Answering):
    """Answers of one account. ``place`` is ``message/PERSON``, or ``POST/COMMENT`` (0: the post itself)."""

    network: ClassVar[str] = "lemmy"
    title: ClassVar[str] = "Lemmy"
    usual: ClassVar[Manner] = Manner(most=10_000, findable=True, retractable=True)

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._api = LemmyApi(account)

    @property
    def api(self) -> LemmyApi:
        return self._api

    def tell(self, place: str, outgoing: Outgoing) -> Exchange[Response]:
        version, _name = yield from self.api.who()
        first, _, second = place.partition("/")
        told: dict[str, Any] = {"content": self.words(outgoing)}
        if first == MESSAGE:
            return (
                yield from self.api.tell(
                    "POST", f"/api/{version}/private_message", told | {"recipient_id": int(second)}
                )
            )
        told |= {"post_id": int(first)} | ({"parent_id": int(second)} if int(second) else {})
        return (yield from self.api.tell("POST", f"/api/{version}/comment", told))

    def arrived(self, told: Any, place: str) -> Sent | None:
        what = "private_message" if place.startswith(f"{MESSAGE}/") else "comment"
        return _sent(told.get(f"{what}_view") if isinstance(told, dict) else None, what)

    def written(self, place: str, _outgoing: Outgoing) -> Exchange[Iterable[Written]]:
        version, name = yield from self.api.who()
        first, _, second = place.partition("/")
        if first == MESSAGE:
            if version == V4:  # its one list tells what came, not what went
                raise self.untold()
            what, key = "private_message", "private_messages"
            told = yield from self.api.told(f"/api/{version}/private_message/list", unread_only="false", limit=_LATELY)
        else:
            what, key = "comment", "items" if version == V4 else "comments"
            parent = second if int(second) else None
            order = {"sort": "new" if version == V4 else "New"}
            path = f"/api/{version}/comment/list"
            told = yield from self.api.told(path, post_id=first, parent_id=parent, limit=_LATELY, **order)
        listed = tables(told.get(key) if isinstance(told, dict) else None)
        ours = [one for one in listed if text_of(one, "creator", "name") == name]
        found = [(one, sent) for one in ours if (sent := _sent(one, what))]
        return [
            Written(
                id=sent.id,
                text=text_of(one, what, "content"),
                at=moment(text_of(one, what, "published_at") or text_of(one, what, "published")),
                url=sent.url,
            )
            for one, sent in found[::-1]
            if not _is_deleted(one, what)
        ]

    def delete(self, number: str) -> Exchange[Response]:
        version, _name = yield from self.api.who()
        what, _, native = number.partition("-")
        told = {f"{what}_id": int(native), "deleted": True}
        if version == V4:
            return (yield from self.api.tell("DELETE", f"/api/{version}/{what}", told))
        return (yield from self.api.tell("POST", f"/api/{version}/{what}/delete", told))

    def is_gone(self, response: Response) -> bool:
        return super().is_gone(response) or text_of(object_of(response), "error") in _GONE


def _sent(view: Any, what: str) -> Sent | None:
    one = view.get(what) if isinstance(view, dict) else None
    number = one.get("id") if isinstance(one, dict) else None
    return Sent(id=f"{what}-{number}", url=text_of(one, "ap_id") or None) if isinstance(number, int) else None


def _is_deleted(view: dict[str, Any], what: str) -> bool:
    one = view.get(what)
    return isinstance(one, dict) and one.get("deleted") is True
