"""The plan in a calendar that cmday owns, for the phone and for colleagues; foreign events are never touched."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from urllib.parse import urlsplit

from cmday.connectors.caldav_writing import Kept, Wish, sync
from cmday.core.events import Calendar
from cmday.core.operations import Operation
from cmday.errors import CmdayError, ServerFailed
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.protocol import Question
from cmday.storage import operations, owned_events

KEY = "plan:"
_PATIENCE = 30.0


def owned(session: Session) -> list[Calendar]:
    """The calendars that the plan is written into."""
    return [one for one in session.settings.calendars.values() if one.owned]


class Publishing:
    """One writing of the plan into its calendars; ``conflicts`` are told when it is over."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.conflicts: list[CmdayError] = []
        self.changed = 0

    def questions(self) -> Iterator[Question]:
        """A question for each calendar of our own."""
        for calendar in owned(self.session):
            wishes = {wish.uid: wish for wish in map(self._wish, self._placed(calendar))}
            yield Question(
                key=KEY + calendar.name,
                subject=calendar.name,
                host=urlsplit(calendar.caldav or "").hostname or calendar.name,
                talk=partial(sync, calendar, wishes, owned_events.written(self.session.database, calendar.name)),
                store=partial(self._store, calendar, {uid: wish.title for uid, wish in wishes.items()}),
                deadline=_PATIENCE,
            )

    def _placed(self, calendar: Calendar) -> list[Operation]:
        """What stands in the plan, of the calendar's community where it has one."""
        return [
            one
            for one in operations.living(self.session.database)
            if one.start is not None and calendar.community in (None, one.community)
        ]

    def _wish(self, one: Operation) -> Wish:
        from cmday.connectors.ical_writing import one_event, uid_of

        assert one.start is not None
        said = f"{one.title}\n{one.start.timestamp()}\n{one.duration}\n{one.community}\n{one.presence}\n{one.priority}"
        return Wish(
            uid=uid_of(one),
            title=one.title,
            digest=sha256(said.encode()).hexdigest(),
            body=one_event(one, self.session.clock.now()),
        )

    def _store(self, calendar: Calendar, titles: dict[str, str], kept: Kept | None) -> None:
        """Keep what became of one event; the end of the conversation brings nothing more."""
        if kept is None:
            return
        if kept.event is not None:
            owned_events.note(self.session.database, calendar.name, kept.event)
        else:
            owned_events.forget(self.session.database, calendar.name, kept.uid)
        if kept.became == "conflict":
            self.conflicts.append(
                ServerFailed(
                    phrase(
                        '"{title}" was changed in the calendar by somebody else', title=titles.get(kept.uid, kept.uid)
                    ),
                    phrase(
                        "it is left as it is there; delete it there, and cmday plan export --calendar writes it anew"
                    ),
                    calendar.name,
                )
            )
        elif kept.became != "sending":
            self.changed += 1
