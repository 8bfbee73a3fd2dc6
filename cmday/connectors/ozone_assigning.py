"""Giving the reports of a subject to a moderator in Ozone, and back (docs.bsky.app, tools.ozone.report.*)."""

from __future__ import annotations

from typing import Any, Final

from cmday.connectors.bluesky_api import words_of
from cmday.connectors.ozone_api import PERSON, Ozone
from cmday.connectors.protocol import Exchange, Response
from cmday.connectors.social_posts import tables, text_of
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import Refused
from cmday.i18n import phrase

REPORTS: Final = "tools.ozone.report"
MOST: Final = 20
_BAD_REQUEST: Final = 400
_WAITING: Final = ("open", "queued", "escalated")


class Assigning:
    """One assignment: to the account itself, where the action names nobody."""

    def __init__(self, ozone: Ozone, one: Outgoing) -> None:
        self.ozone = ozone
        self.one = one
        self.named = (one.reply_to or "").removeprefix(PERSON)

    def send(self) -> Exchange[Sent]:
        if self.one.action == "unassign":
            return (yield from self._give_back())
        did = yield from self._whom()
        numbers = []
        for state in _WAITING:
            numbers += [number for number, _ in (yield from self._reports(state))]
        if not numbers:
            raise Refused(
                phrase("Ozone has no open report of it to assign"),
                phrase("it takes Ozone up to a minute to list new reports"),
                self.one.account,
            )
        for number in numbers[:MOST]:
            told = {"reportId": number, "did": did, "isPermanent": True}
            response: Response = yield from self.ozone.post(f"{REPORTS}.assignModerator", told)
            self.ozone.accepted(response)
        return Sent(id=" ".join(map(str, numbers[:MOST])))

    def find(self) -> Exchange[Sent | None]:
        """Whether it is so already, whoever did it: to assign twice is the same as once."""
        given = yield from self._reports("assigned")
        if self.one.action == "unassign":
            return None if given else Sent(id="0")
        did = yield from self._whom()
        numbers = [number for number, to in given if to == did]
        return Sent(id=" ".join(map(str, numbers))) if numbers else None

    def retract(self) -> Exchange[None]:
        if self.one.action != "assign":
            raise Refused(phrase("Ozone cannot take that back: it is irreversible"), None, self.one.account)
        yield from self._give_back()

    def _give_back(self) -> Exchange[Sent]:
        numbers = [number for number, _ in (yield from self._reports("assigned"))][:MOST]
        for number in numbers:
            response: Response = yield from self.ozone.post(f"{REPORTS}.unassignModerator", {"reportId": number})
            if response.status == _BAD_REQUEST and words_of(response)[0] == "InvalidAssignment":
                continue  # somebody else was faster
            self.ozone.accepted(response)
        return Sent(id=" ".join(map(str, numbers)) or "0")

    def _reports(self, state: str) -> Exchange[list[tuple[int, str]]]:
        """The reports of the subject in this state, each with the DID of whom it is given to."""
        told: dict[str, Any] = yield from self.ozone.ask(
            f"{REPORTS}.queryReports", status=state, subject=self.named, limit=MOST
        )
        return [
            (one["id"], text_of(one, "assignment", "did"))
            for one in tables(told.get("reports"))
            if type(one.get("id")) is int
        ]

    def _whom(self) -> Exchange[str]:
        whom = self.one.arguments.get("whom", "").lstrip("@")
        yield from self.ozone.sign_in()
        if not whom or self.ozone.is_me({"did": whom, "handle": whom}):
            return self.ozone.me
        if whom.startswith("did:"):
            return whom
        response: Response = yield from self.ozone.get("com.atproto.identity.resolveHandle", handle=whom)
        if response.status == _BAD_REQUEST and not self.ozone.has_expired(response):
            raise Refused(phrase("nobody is called {handle}", handle=whom), None, self.one.account)
        return text_of(self.ozone.read(response), "did")
