"""Emitting events to an Ozone, each once, and looking whether one arrived.

Every event bears the action's key: as ``externalId``, so that Ozone takes it once only, and in ``modTool``, by which it
is found again. An Ozone that knows neither keeps the comment, which is the reason that was given.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cmday.connectors.bluesky_api import words_of
from cmday.connectors.bluesky_refusals import uncertain
from cmday.connectors.ozone_api import MODERATION, Ozone
from cmday.connectors.ozone_events import (
    ACKNOWLEDGE,
    CLOSES,
    EMAIL,
    ESCALATE,
    RESOLVE_APPEAL,
    REVERSE,
    TO_REPORTERS,
    Deed,
    deed_of,
    mail,
    undoing,
)
from cmday.connectors.ozone_reading import event_of
from cmday.connectors.protocol import Exchange, Partial, Response
from cmday.connectors.social_posts import tables, text_of
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError, Garbled, Refused
from cmday.i18n import phrase

TOOL: Final = "cmday"
# Their clock and ours may differ.
_SLACK: Final = timedelta(hours=1)
_AROUND: Final = timedelta(minutes=5)
_BAD_REQUEST: Final = 400


class Acting:
    """What becomes of one action."""

    def __init__(self, ozone: Ozone, one: Outgoing) -> None:
        self.ozone = ozone
        self.one = one

    def send(self) -> Exchange[Sent]:
        """Emit the action's event; what follows from it afterwards, when it is known to have arrived."""
        deed = deed_of(self.one, self.one.action or "")
        yield from self.ozone.sign_in()
        sent = yield from self._emit(deed, self.one.key)
        rest = self._rest(deed)
        if not rest:
            return sent
        yield Partial(sent)
        failed = []
        for number, more in enumerate(rest):
            try:
                yield from self._emit(more, f"{self.one.key}/{number}")
            except CmdayError as why:
                failed.append(why.message.english)
        return Sent(id=sent.id, note="; ".join(dict.fromkeys(failed)) or None)

    def find(self, taken: frozenset[str] = frozenset()) -> Exchange[Sent | None]:
        """The action's event, where Ozone has it."""
        deed = deed_of(self.one, self.one.action or "")
        yield from self.ozone.sign_in()
        found = yield from self._find(deed, self.one.key)
        return None if found is None or found.id in taken else found

    def retract(self) -> Exchange[None]:
        """Emit the inverse, and let it wait in the queue again; what is taken back already is as well."""
        deed = undoing(self.one)
        yield from self.ozone.sign_in()
        try:
            yield from self._emit(deed, f"{self.one.key}/undo")
        except Refused as why:
            if why.status != _BAD_REQUEST or deed.kind != REVERSE or (yield from self._is_down(deed.named)):
                raise
        if deed.kind != ESCALATE and self.one.arguments.get("waits"):
            yield from self._emit(deed_of(self.one, "reopen"), f"{self.one.key}/reopen")

    def _rest(self, deed: Deed) -> list[Deed]:
        """What is told beside it: that the reports are closed, that an appeal is decided, a note to who reported."""
        told, rest = self.one.arguments, []
        closing = deed_of(self.one, "resolve")
        if self.one.action in CLOSES and told.get("waits"):
            rest.append(closing)
        if told.get("appeal") and (self.one.action in CLOSES or deed.kind in (ACKNOWLEDGE, REVERSE)):
            rest.append(Deed({**closing.event, "$type": RESOLVE_APPEAL}, closing.named))
        words = told.get("reporters") or (self.one.text if self.one.action == "resolve" else "")
        if words and self.one.action in TO_REPORTERS:
            people = told.get("reported_by", "").split()
            rest += [mail(self.one, did, words) for did in people if did.startswith("did:")]  # not who was forgotten
        return rest

    def _emit(self, deed: Deed, key: str) -> Exchange[Sent]:
        subject = yield from self._subject(deed)
        told = {
            "event": deed.event,
            "subject": subject,
            "createdBy": self.ozone.me,
            "modTool": {"name": TOOL, "meta": {"key": key}},
            "externalId": key,
        }
        response: Response = yield from self.ozone.post(f"{MODERATION}.emitEvent", told)
        if response.status == _BAD_REQUEST and words_of(response)[0] == "DuplicateExternalId":
            there = yield from self._find(deed, key)  # an attempt before this one arrived
            if there is not None:
                return there
        self.ozone.accepted(response)
        try:
            made = self.ozone.read(response)
        except Garbled:
            raise uncertain(self.ozone, response) from None
        number = made.get("id")
        if type(number) is not int:
            raise uncertain(self.ozone, response)
        event = made.get("event")
        if deed.kind == EMAIL and isinstance(event, dict) and event.get("isDelivered") is False:
            raise Refused(
                phrase("Ozone could not deliver the mail"),
                phrase("their account may live on a server that takes no mail from this Ozone"),
                self.one.account,
            )
        return Sent(id=str(number))

    def _subject(self, deed: Deed) -> Exchange[dict[str, str]]:
        """What the event is about, in Ozone's words; the version of a record is asked for where nobody told it."""
        if not deed.named.startswith("at://"):
            return {"$type": "com.atproto.admin.defs#repoRef", "did": deed.named}
        cid = self.one.arguments.get("cid")
        if not cid:
            response: Response = yield from self.ozone.get(f"{MODERATION}.getRecord", uri=deed.named)
            if response.status == _BAD_REQUEST and words_of(response)[0] == "RecordNotFound":
                raise Refused(phrase("it is gone"), None, self.one.account, status=response.status)
            self.ozone.allowed(response)
            cid = text_of(self.ozone.read(response), "cid")
        return {"$type": "com.atproto.repo.strongRef", "uri": deed.named, "cid": cid}

    def _find(self, deed: Deed, key: str) -> Exchange[Sent | None]:
        asked: dict[str, Any] = {"subject": deed.named, "types": [deed.kind], "limit": 100}
        if self.ozone.me.startswith("did:"):
            asked["createdBy"] = self.ozone.me
        asked["createdAfter"] = (self.one.created - _SLACK).astimezone(UTC).isoformat().replace("+00:00", "Z")
        told = yield from self.ozone.ask(f"{MODERATION}.queryEvents", **asked)
        for table in tables(told.get("events")):
            event = event_of(table)
            if event and self._is_it(table, event.at, event.comment, deed, key):
                return Sent(id=event.id)
        return None

    def _is_it(self, table: dict[str, Any], at: datetime, comment: str, deed: Deed, key: str) -> bool:
        if text_of(table, "modTool", "name"):
            return text_of(table, "modTool", "meta", "key") == key
        return comment == deed.event.get("comment") and at >= (self.one.began or self.one.created) - _AROUND

    def _is_down(self, named: str) -> Exchange[bool]:
        told = yield from self.ozone.ask(f"{MODERATION}.queryStatuses", subject=named, limit=1)
        return any(one.get("takendown") is True for one in tables(told.get("subjectStatuses")))
