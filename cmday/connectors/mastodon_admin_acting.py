"""What a moderator's actions are on Mastodon: reports that are closed or claimed, and measures against an account.

docs.joinmastodon.org/methods/admin/reports#resolve and /accounts#action. A measure closes the reports on that account,
and tells its owner by mail where there are words for them. The API keeps no key of ours, so after a crash it is looked
whether things stand as they should: to do it twice would change nothing but send a mail again.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

import msgspec

from cmday.connectors.mastodon_admin_api import ACCOUNTS, REPORTS, AdminApi
from cmday.connectors.mastodon_admin_reading import MOST_REPORTS, Report, Subject
from cmday.connectors.mastodon_reading import PERSON, Person
from cmday.connectors.protocol import Exchange, Partial, Response
from cmday.core.cases import Offer
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError, Refused, Uncertain
from cmday.i18n import phrase

_FORBIDDEN: Final = 403


class _Measure(msgspec.Struct, frozen=True):
    """A measure against an account: its ``type``, how the account tells of it, and what ends it."""

    kind: str
    flag: str | None
    ends: str | None


MEASURES: Final = {
    "warn": _Measure("none", None, None),
    "label": _Measure("sensitive", "sensitized", "unsensitive"),
    "mute": _Measure("silence", "silenced", "unsilence"),
    "lock": _Measure("disable", "disabled", "enable"),
    "ban": _Measure("suspend", "suspended", "unsuspend"),
}
ENDS: Final = {"unlabel": "label", "unmute": "mute", "unlock": "lock", "unban": "ban"}
# What is done to each report, and whether it is closed (or claimed) then.
_ON_REPORTS: Final = {
    "approve": ("resolve", True),
    "resolve": ("resolve", True),
    "reopen": ("reopen", False),
    "assign": ("assign_to_self", True),
    "unassign": ("unassign", False),
}
_BACK: Final = {"resolve": "reopen", "assign": "unassign", **{action: end for end, action in ENDS.items()}}

ON_REPORTS: Final = (
    Offer(action="approve", does="closes the reports and leaves the post and its author alone"),
    Offer(action="resolve", does="closes the reports; nobody is told", inverse="reopen"),
    Offer(action="assign", does="takes the reports upon yourself, so that your colleagues know", inverse="unassign"),
)
ON_ACCOUNTS: Final = (
    Offer(action="warn", does="mails your words to the author as a warning, and closes the report", wants_text=True),
    Offer(
        action="label",
        does='marks all media of the author as sensitive (the label is "sensitive"); the author is mailed your words',
        inverse="unlabel",
        wants_text=True,
    ),
    Offer(
        action="mute",
        does="limits the author: only followers see them, for good; the author is mailed your words",
        inverse="unmute",
        wants_text=True,
    ),
    Offer(
        action="lock",
        does="freezes the author's account: they cannot sign in, their posts stay; the author is mailed your words",
        inverse="unlock",
        wants_text=True,
    ),
    Offer(
        action="ban",
        does="suspends the author: everything of theirs disappears, for ever after 30 days; they are mailed your words",
        inverse="unban",
        wants_text=True,
    ),
)


class Acting:
    """What becomes of one action."""

    def __init__(self, api: AdminApi, one: Outgoing) -> None:
        self.api = api
        self.one = one
        self.action = one.action or ""
        self.reports = one.arguments.get("report_ids", "").split()[:MOST_REPORTS]

    def send(self) -> Exchange[Sent]:
        """Carry it out; what else follows when the first request is known to have arrived."""
        if self.action in _ON_REPORTS:
            return (yield from self._on_reports(self.action))
        whom = yield from self._whom()
        if self.action in ENDS:
            yield from self._end(MEASURES[ENDS[self.action]], whom)
            return Sent(id=whom)
        yield from self.api.tell(f"{ACCOUNTS}/{quote(whom, safe='')}/action", measure(self.one, self.reports))
        sent = Sent(id=whom)
        others = self.reports[1:] if self.action == "warn" else []  # a warning closes the report that it names only
        if not others:
            return sent
        yield Partial(sent)
        return Sent(id=whom, note=(yield from self._also(others, "resolve")))

    def find(self) -> Exchange[Sent | None]:
        """Whether things stand as the action would have them."""
        if self.action in _ON_REPORTS:
            return (yield from self._found_on_reports())
        whom = yield from self._whom()
        flag = MEASURES[ENDS.get(self.action, self.action)].flag
        if flag is None:
            closed = yield from self._reports_closed()
            if closed is None:
                raise Uncertain(phrase("Mastodon does not tell whether a warning arrived"), None, self.one.account)
            return Sent(id=whom) if closed else None
        person = yield from self._person(whom)
        return Sent(id=whom) if getattr(person, flag) is (self.action not in ENDS) else None

    def retract(self) -> Exchange[None]:
        """Carry out the inverse, and open the reports again that were closed with it."""
        back = _BACK.get(self.action)
        if back is None:
            raise Refused(phrase("Mastodon cannot take that back: it is irreversible"), None, self.one.account)
        if back in _ON_REPORTS:
            yield from self._on_reports(back)
            return
        whom = yield from self._whom()
        yield from self._end(MEASURES[self.action], whom)
        for one in self.reports:
            yield from self.api.tell(f"{REPORTS}/{quote(one, safe='')}/reopen")

    def check(self) -> None:
        """Raise ``Refused`` for what Mastodon does not know, before anything is asked."""
        if self.action not in (*_ON_REPORTS, *MEASURES, *ENDS):
            raise Refused(
                phrase('Mastodon lets moderators do no "{action}"', action=self.action),
                phrase("cmday moderate show CASE says what can be done about it"),
                self.one.account,
            )
        label, whom = self.one.arguments.get("label"), self.one.arguments.get("whom")
        if self.action in ("label", "unlabel") and label != "sensitive":
            raise Refused(
                phrase('Mastodon knows no label but "sensitive"'),
                phrase("cmday moderate label CASE sensitive"),
                self.one.account,
            )
        own = (self.api.account.username or "").lstrip("@").partition("@")[0].casefold()
        if self.action == "assign" and whom and whom.lstrip("@").partition("@")[0].casefold() not in (own, "me"):
            raise Refused(phrase("Mastodon lets you assign reports to yourself only"), None, self.one.account)

    def _on_reports(self, action: str) -> Exchange[Sent]:
        if not self.reports:
            raise Refused(phrase("nobody reported it there"), None, self.one.account)
        verb, _ = _ON_REPORTS[action]
        first, *others = self.reports
        yield from self.api.tell(f"{REPORTS}/{quote(first, safe='')}/{verb}")
        sent = Sent(id=" ".join(self.reports))
        if not others:
            return sent
        yield Partial(sent)
        return Sent(id=sent.id, note=(yield from self._also(others, verb)))

    def _also(self, reports: list[str], verb: str) -> Exchange[str | None]:
        """Do it to the other reports on the same thing; says in English what went wrong."""
        failed = []
        for one in reports:
            try:
                yield from self.api.tell(f"{REPORTS}/{quote(one, safe='')}/{verb}")
            except CmdayError as why:
                failed.append(f"report {one}: {why.message.english}")
        return "; ".join(failed) or None

    def _found_on_reports(self) -> Exchange[Sent | None]:
        verb, wanted = _ON_REPORTS[self.action]
        me: Person | None = None
        for one in self.reports:
            response: Response = yield from self.api.ask(f"{REPORTS}/{quote(one, safe='')}")
            report: Report = self.api.checked(response, Report)
            if verb in ("resolve", "reopen"):
                stands = report.action_taken
            else:
                me = me or (yield from self.api.who())
                stands = report.assigned_account is not None and str(report.assigned_account.id) == str(me.id)
            if stands is not wanted:
                return None
        return Sent(id=" ".join(self.reports)) if self.reports else None

    def _reports_closed(self) -> Exchange[bool | None]:
        """Whether the first report is closed, None where there is none to tell by."""
        if not self.reports:
            return None
        response: Response = yield from self.api.ask(f"{REPORTS}/{quote(self.reports[0], safe='')}")
        report: Report = self.api.checked(response, Report)
        return report.action_taken

    def _end(self, measure: _Measure, whom: str) -> Exchange[None]:
        """End a measure; one that has ended is as well, which the API answers with a 403."""
        try:
            yield from self.api.tell(f"{ACCOUNTS}/{quote(whom, safe='')}/{measure.ends}")
        except Refused as why:
            if why.status != _FORBIDDEN:
                raise
            person = yield from self._person(whom)
            if getattr(person, measure.flag or ""):
                raise

    def _person(self, whom: str) -> Exchange[Subject]:
        response: Response = yield from self.api.ask(f"{ACCOUNTS}/{quote(whom, safe='')}")
        found: Subject = self.api.checked(response, Subject)
        return found

    def _whom(self) -> Exchange[str]:
        """The id of the account that it is about."""
        known = self.one.arguments.get("person") or self.one.to or ""
        thing = self.one.reply_to or ""
        if known.isascii() and known.isalnum():
            return known
        if thing.startswith(PERSON):
            return thing.removeprefix(PERSON)
        response: Response = yield from self.api.ask(f"/api/v1/statuses/{quote(thing, safe='')}")
        found: _Authored = self.api.checked(response, _Authored)
        return str(found.account.id)


class _Authored(msgspec.Struct, frozen=True):
    account: Person


def measure(one: Outgoing, reports: list[str]) -> list[tuple[str, str]]:
    """The form of a measure, in the order of its documentation. Words are for the author, who is mailed them."""
    preset, words = one.arguments.get("preset"), one.text.strip()
    text = words or one.arguments.get("why", "")
    return [
        ("type", MEASURES[one.action or ""].kind),
        *([("report_id", reports[0])] if reports else []),
        *([("warning_preset_id", preset)] if preset else []),
        *([("text", text)] if text else []),
        ("send_email_notification", "true" if words or preset else "false"),
    ]
