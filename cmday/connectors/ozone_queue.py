"""The queue of an Ozone: subjects that are open or escalated, and appeals, with their reports.

Each page of subjects (tools.ozone.moderation.queryStatuses) brings what they say (getSubjects) and their reports and
closings (queryEvents): of all subjects at once, and of those that this does not reach down to one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cmday.connectors.bluesky_notices import handle_of
from cmday.connectors.ozone_api import DEFS, MODERATION, PERSON, Ozone
from cmday.connectors.ozone_reading import (
    CLOSING,
    REPORT,
    Event,
    Status,
    entry_of,
    event_of,
    is_message,
    is_there,
    status_of,
)
from cmday.connectors.protocol import Exchange, Partial
from cmday.connectors.social_posts import tables, text_of
from cmday.core.cases import QueueEntry, QueuePage
from cmday.errors import Refused

PAGE: Final = 50
MOST_PAGES: Final = 100
MOST_EVENT_PAGES: Final = 3
MOST_ALONE: Final = 60
EVENTS: Final = 100
_TYPES: Final = [REPORT, *CLOSING]
_LISTS: Final[tuple[dict[str, str], ...]] = (
    {"reviewState": f"{DEFS}reviewOpen"},
    {"reviewState": f"{DEFS}reviewEscalated"},
    {"appealed": "true"},
)
# A status is written a moment after the event that opened it.
_SLACK: Final = timedelta(minutes=1)


class Queue:
    """One sweep of the queue, or one look at something in it."""

    def __init__(self, ozone: Ozone) -> None:
        self.ozone = ozone
        self._known: set[str] = set()
        self._claims: dict[str, str] = {}
        self._spoilt = self._messages = self._gone = self._alone = 0

    def talk(self) -> Exchange[QueuePage]:
        """All pages but the last as ``Partial``. Who is no moderator has no queue."""
        try:
            yield from self._learn_claims()
            for asked in _LISTS:
                yield from self._list(asked)
        except Refused as why:
            return QueuePage(entries=(), gap=f"this account is no moderator there: {why.message.english}")
        return QueuePage(entries=(), whole=not self._spoilt, said=self._said(), gap=self._gap())

    def look(self, subject: str) -> Exchange[QueueEntry | None]:
        """How one subject stands, None where it is gone."""
        named = subject.removeprefix(PERSON)
        told = yield from self.ozone.ask(f"{MODERATION}.getSubjects", subjects=[named])
        view = next(iter(tables(told.get("subjects"))), None)
        if view is None or not is_there(view):
            return None
        status = status_of(view.get("status")) or _unknown(subject, view)
        yield from self._learn_claims(named)
        events = yield from self._events(subject=named)
        return entry_of(status, view, events, self.ozone.did, self._claims.get(named))

    def _gap(self) -> str | None:
        told = [
            f"{self._spoilt} of the queue could not be read" if self._spoilt else "",
            "not all reports of long known subjects were read" if self._alone > MOST_ALONE else "",
        ]
        return ", ".join(one for one in told if one) or None

    def _said(self) -> str | None:
        told = [
            f"{self._gone} reported things are gone" if self._gone else "",
            f"{self._messages} private messages are decided in Ozone" if self._messages else "",
        ]
        return ", ".join(one for one in told if one) or None

    def _list(self, asked: dict[str, str]) -> Exchange[None]:
        cursor = None
        for _ in range(MOST_PAGES):
            told = yield from self.ozone.ask(f"{MODERATION}.queryStatuses", limit=PAGE, cursor=cursor, **asked)
            listed = told.get("subjectStatuses")
            if not isinstance(listed, list):
                raise self.ozone.garbled()
            found = self._read(listed)
            if found:
                entries = yield from self._entries(found)
                yield Partial(QueuePage(entries=entries, gap=self._gap()))
            before, cursor = cursor, text_of(told, "cursor")
            if not cursor or cursor == before or len(listed) < PAGE:
                return

    def _read(self, listed: list[Any]) -> list[Status]:
        """The subjects of a page that were on none before it."""
        found = []
        for one in listed:
            if is_message(one):
                self._messages += 1
                continue
            status = status_of(one)
            if status is None:
                self._spoilt += 1
            elif status.subject not in self._known:
                self._known.add(status.subject)
                found.append(status)
        return found

    def _entries(self, found: Sequence[Status]) -> Exchange[tuple[QueueEntry, ...]]:
        told = yield from self.ozone.ask(f"{MODERATION}.getSubjects", subjects=[one.named for one in found])
        views = {text_of(one, "subject"): one for one in tables(told.get("subjects"))}
        there = [one for one in found if is_there(views.get(one.named, {}))]
        self._gone += len(found) - len(there)
        events = yield from self._events_of(there)
        return tuple(
            entry_of(one, views[one.named], events[one.named], self.ozone.did, self._claims.get(one.named))
            for one in there
        )

    def _events_of(self, found: Sequence[Status]) -> Exchange[dict[str, list[Event]]]:
        """The reports and closings of these subjects."""
        events: dict[str, list[Event]] = defaultdict(list)
        if not found:
            return events
        oldest = min(one.first for one in found)
        down_to, cursor = datetime.max.replace(tzinfo=UTC), None
        for _ in range(MOST_EVENT_PAGES):
            told = yield from self._query(createdAfter=_stamp(oldest - _SLACK), cursor=cursor)
            page = [event for one in tables(told.get("events")) if (event := event_of(one))]
            for event in page:
                events[event.subject].append(event)
            down_to = min((one.at for one in page), default=down_to)
            cursor = text_of(told, "cursor")
            if not cursor or len(page) < EVENTS:
                down_to = oldest - _SLACK
                break
        for one in found:
            if one.first - _SLACK >= down_to:
                continue
            self._alone += 1
            if self._alone <= MOST_ALONE:
                events[one.named] = yield from self._events(subject=one.named)
        return events

    def _events(self, **asked: str) -> Exchange[list[Event]]:
        told = yield from self._query(**asked)
        return [event for one in tables(told.get("events")) if (event := event_of(one))]

    def _query(self, **asked: str | None) -> Exchange[dict[str, Any]]:
        return (yield from self.ozone.ask(f"{MODERATION}.queryEvents", types=_TYPES, limit=EVENTS, **asked))

    def _learn_claims(self, subject: str | None = None) -> Exchange[None]:
        """Which subjects a colleague has in hand; an older Ozone has no such thing."""
        told = yield from self.ozone.ask_if_known(
            "tools.ozone.report.queryReports", status="assigned", limit=EVENTS, subject=subject
        )
        for one in tables(told.get("reports") if told else None):
            assigned = one.get("assignment")
            did = text_of(assigned, "did")
            moderator = assigned.get("moderator") if isinstance(assigned, dict) else None
            profile = moderator.get("profile") if isinstance(moderator, dict) else None
            if did and not self.ozone.is_me({"did": did}):
                who = handle_of({"did": did, "handle": text_of(profile, "handle")})
                self._claims[text_of(one, "subject", "subject")] = who


def _unknown(subject: str, view: dict[str, Any]) -> Status:
    """Of something that nobody reported yet: a rule hit it, or a person came upon it."""
    record, named = view.get("record"), subject.removeprefix(PERSON)
    return Status(
        subject=subject,
        named=named,
        cid=text_of(record, "cid") or None if named == subject else None,
        state=f"{DEFS}reviewNone",
        handle=text_of(view, "repo", "handle"),
        first=datetime.now(UTC),
        opened=datetime.now(UTC),
        reviewed=None,
        down=False,
        appealed=False,
        updated=None,
    )


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
