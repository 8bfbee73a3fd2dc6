"""The queue of a Synapse administrator: what was reported, each event once with all its reports and its words.

The list of reports holds no words, so each event is asked for besides; what was read is kept in the cursor and read
again in turn, so that a long list costs no more than a short one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from cmday.connectors import matrix_events as ev
from cmday.connectors.matrix_admin import Report, event_anywhere, reported_text, reports_from
from cmday.connectors.matrix_api import MatrixApi
from cmday.connectors.matrix_events import Event, events_of
from cmday.connectors.moderating import MOST_NAME, NO_MODERATOR, unreadable
from cmday.connectors.protocol import Exchange, Partial
from cmday.core.cases import CaseReport, QueueEntry, QueuePage
from cmday.core.items import Cursor, ThreadPost
from cmday.core.time import EARLIEST, LATEST
from cmday.text.plain import cut

MOST_PAGES: Final = 50
MOST_FETCHED: Final = 40
MOST_KEPT: Final = 400
MOST_WORDS: Final = 2_000
PER_PAGE: Final = 25
AROUND: Final = 10
NO_WORDS: Final = "[encrypted]"


class Seen(msgspec.Struct, frozen=True, omit_defaults=True):
    """An event as it was read: when it was written, changed and redacted, in seconds since 1970."""

    by: str
    text: str = ""
    at: float = 0.0
    edited: float | None = None
    gone: float | None = None


class _Kept(msgspec.Struct, frozen=True):
    seen: dict[str, Seen] = {}


class Queue:
    """One reading of the queue; ``seen`` is what is known of its events, the longest ago first."""

    def __init__(self, api: MatrixApi, since: Cursor | None) -> None:
        self.api = api
        self.seen = _kept(since)
        self.now = datetime.now(UTC)
        self.around: dict[str, list[ThreadPost]] = {}

    def talk(self) -> Exchange[QueuePage]:
        reports: dict[str, list[Report]] = {}
        spoilt, whole, start = 0, True, 0
        for _ in range(MOST_PAGES):
            page = yield from reports_from(self.api, start)
            if page is None:
                return QueuePage(entries=(), said=NO_MODERATOR)
            for one in page.found:
                reports.setdefault(one.event_id, []).append(one)
            spoilt += page.spoilt
            if page.after is None:
                break
            start = page.after
        else:
            whole = False
        self.seen = {event: one for event, one in self.seen.items() if event in reports}
        yield from self._read(reports)
        unread = [event for event in reports if event not in self.seen]
        for part in _parts(event for event in reports if event in self.seen):
            yield Partial(
                QueuePage(
                    entries=tuple(entry(event, reports[event], self.seen[event], self.now) for event in part),
                    posts=tuple(post for event in part for post in self.around.get(event, ())),
                )
            )
        later = f"{len(unread)} reported events are read the next time" if unread else None
        return QueuePage(
            entries=(),
            cursor=Cursor(msgspec.json.encode(_Kept(dict(list(self.seen.items())[-MOST_KEPT:]))).decode()),
            whole=whole and not spoilt and not unread,
            gap="; ".join(filter(None, (unreadable(spoilt, "the server's reports"), later))) or None,
        )

    def _read(self, reports: dict[str, list[Report]]) -> Exchange[None]:
        """Read the events that are not known yet, and then those that were read the longest ago."""
        new = [event for event in reports if event not in self.seen]
        for event in [*new, *self.seen][:MOST_FETCHED]:
            report = reports[event][0]
            there, around = yield from event_anywhere(self.api, report.room_id, event, AROUND)
            self.around[event] = [post for one in around if (post := _post(one, report.room_id, self.now))]
            found = yield from read_event(self.api, report, there)
            self.seen.pop(event, None)
            self.seen[event] = found


def read_event(api: MatrixApi, report: Report, event: Event | None) -> Exchange[Seen]:
    """An event as it stands now, with the words it had where they were taken back since."""
    now = datetime.now(UTC)
    if event is not None and not ev.is_redacted(event):
        return seen_of(event, now)
    before = yield from reported_text(api, report.id)
    words = seen_of(before, now) if before else Seen(by=report.sender or "", at=report.received_ts / 1000)
    return msgspec.structs.replace(words, gone=_redacted_at(event, now)) if event else words


def seen_of(event: Event, now: datetime) -> Seen:
    """An event with the words of its newest version, which the server tells along with it."""
    change = _change_of(event)
    current = ev.edited(event, change) if change else event
    text = ev.text_of(current) or (NO_WORDS if event.type == ev.ENCRYPTED else "")
    return Seen(
        by=event.sender,
        text=cut(text, MOST_WORDS),
        at=ev.moment(event, now).timestamp(),
        edited=ev.moment(change, now).timestamp() if change else None,
        gone=_redacted_at(event, now) if ev.is_redacted(event) else None,
    )


def entry(event: str, reports: Iterable[Report], seen: Seen, now: datetime) -> QueueEntry:
    """One thing of the queue. ``place`` holds its room and the numbers of its reports."""
    listed = list(reports)
    room = listed[0].room_id
    return entry_of(
        event,
        room,
        seen,
        place={"room": room, "reports": " ".join(str(one.id) for one in listed)},
        reports=tuple(
            CaseReport(
                id=str(one.id),
                by=short_name(one.user_id),
                by_handle=cut(one.user_id, MOST_NAME),
                reason=cut(" ".join((one.reason or "").split()), MOST_NAME),
                at=min(_instant(one.received_ts / 1000), now),
            )
            for one in listed
        ),
    )


def entry_of(
    event: str, room: str, seen: Seen, *, place: dict[str, str], reports: tuple[CaseReport, ...] = ()
) -> QueueEntry:
    return QueueEntry(
        subject=event,
        author=short_name(seen.by),
        author_handle=cut(seen.by, MOST_NAME),
        author_id=seen.by or None,
        text=seen.text,
        url=ev.page_of(room, event),
        at=_instant(seen.at),
        reports=reports,
        thread=room,
        edited=None if seen.edited is None else _instant(seen.edited),
        resolved=None if seen.gone is None else _instant(seen.gone),
        resolved_as=None if seen.gone is None else "redacted",
        place=place,
    )


def short_name(user: str) -> str:
    """The first part of a full name like ``@robin:example.org``."""
    return cut(user.removeprefix("@").partition(":")[0], MOST_NAME)


def _post(one: Event, room: str, now: datetime) -> ThreadPost | None:
    """What was said beside it, as a post of its room; None for what is no message."""
    text = ev.text_of(one) if one.type == ev.MESSAGE and not ev.replaced_id(one) else None
    if not text:
        return None
    return ThreadPost(
        id=one.event_id,
        thread=room,
        author=short_name(one.sender),
        author_handle=cut(one.sender, MOST_NAME),
        text=cut(text, MOST_WORDS),
        at=ev.moment(one, now),
        url=ev.page_of(room, one.event_id),
        answers=ev.answered_id(one),
    )


def _change_of(event: Event) -> Event | None:
    """The newest version of an event, as servers bundle it (spec.matrix.org, "Event replacements")."""
    relations = (event.unsigned or {}).get("m.relations")
    found = relations.get("m.replace") if isinstance(relations, dict) else None
    change = next(iter(events_of([found])[0]), None) if found else None
    return change if change and change.sender == event.sender and "m.new_content" in change.content else None


def _redacted_at(event: Event | None, now: datetime) -> float:
    because: Any = (event.unsigned or {}).get("redacted_because") if event else None
    one = next(iter(events_of([because])[0]), None) if because else None
    return (ev.moment(one, now) if one else now).timestamp()


def _instant(seconds: float) -> datetime:
    try:
        found = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return EARLIEST
    return min(max(found, EARLIEST), LATEST)


def _parts(events: Iterable[str]) -> Iterator[list[str]]:
    listed = list(events)
    for start in range(0, len(listed), PER_PAGE):
        yield listed[start : start + PER_PAGE]


def _kept(since: Cursor | None) -> dict[str, Seen]:
    if since is None:
        return {}
    try:
        return msgspec.json.decode(since.value, type=_Kept).seen
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
