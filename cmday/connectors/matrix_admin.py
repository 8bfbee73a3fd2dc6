"""What Synapse lets its administrators see: reported events, and events of rooms that they are not in.

element-hq.github.io/synapse/latest/admin_api: event_reports (deleted from version 1.79 on), rooms ("Event Context
API"), user_admin_api (``locked``), version_api.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

import msgspec

from cmday.connectors.matrix_api import SYNAPSE, MatrixApi
from cmday.connectors.matrix_events import Event, events_of
from cmday.connectors.protocol import Exchange, Response
from cmday.connectors.social_posts import text_of

REPORTS: Final = f"{SYNAPSE}admin/v1/event_reports"
PAGE: Final = 100
DELETES_FROM: Final = (1, 79)
_NOT_THERE: Final = frozenset({400, 404})
# Other servers know no such path; Synapse says so to who is no administrator.
NO_ADMIN: Final = frozenset({403, 404, 405})


class Report(msgspec.Struct, frozen=True):
    """One report of an event, as it is listed."""

    id: int
    received_ts: float
    room_id: str
    event_id: str
    user_id: str
    reason: str | None = None
    sender: str | None = None
    name: str | None = None
    canonical_alias: str | None = None


class Reports(msgspec.Struct, frozen=True):
    """A page of the list, with those entries that can be read."""

    found: tuple[Report, ...]
    spoilt: int
    after: int | None


def reports_from(api: MatrixApi, start: int) -> Exchange[Reports | None]:
    """A page of the reports, oldest first; None where this account is no administrator."""
    response = yield from api.get(REPORTS, **{"from": start}, limit=PAGE, dir="f")
    if response.status in NO_ADMIN:
        return None
    told = api.read(response, dict[str, Any])
    listed = told.get("event_reports")
    if not isinstance(listed, list):
        raise api.garbled()
    found = [one for entry in listed if (one := _report(entry))]
    after = told.get("next_token")
    more = isinstance(after, int) and not isinstance(after, bool) and after > start
    return Reports(tuple(found), len(listed) - len(found), after if more else None)


def reported_text(api: MatrixApi, report: int) -> Exchange[Event | None]:
    """The event of a report as it was written, even where it was redacted since; None where the report is gone."""
    response = yield from api.get(f"{REPORTS}/{report}")
    if response.status in _NOT_THERE:
        return None
    told = api.read(response, dict[str, Any])
    event = told.get("event_json")
    filled = {**event, "event_id": text_of(told, "event_id")} if isinstance(event, dict) else {}
    return next(iter(events_of([filled])[0]), None)


def is_reported(api: MatrixApi, report: int) -> Exchange[bool]:
    """Whether a report is still there."""
    response = yield from api.get(f"{REPORTS}/{report}")
    if response.status in _NOT_THERE:
        return False
    api.expect(response)
    return True


def event_anywhere(
    api: MatrixApi, room: str, event: str, around: int = 0
) -> Exchange[tuple[Event | None, list[Event]]]:
    """An event of any room of the server as it stands now, and so many before and after it.

    None where it is gone, or nobody of the server saw it.
    """
    where = f"{SYNAPSE}admin/v1/rooms/{quote(room, safe='')}/context/{quote(event, safe='')}"
    response = yield from api.get(where, limit=around)
    if response.status in NO_ADMIN:
        return None, []
    told = api.read(response, dict[str, Any])
    before, after = (told.get(f"events_{side}") for side in ("before", "after"))
    listed = [*(before if isinstance(before, list) else []), *(after if isinstance(after, list) else [])]
    return next(iter(events_of([told.get("event")])[0]), None), events_of(listed)[0]


def can_dismiss(api: MatrixApi) -> Exchange[bool]:
    """Whether the server deletes reports, by its version."""
    response = yield from api.get(f"{SYNAPSE}admin/v1/server_version")
    if response.status in NO_ADMIN:
        return False
    parts = text_of(api.read(response, dict[str, Any]), "server_version").split(".")[:2]
    return all(one.isdecimal() for one in parts) and tuple(int(one[:6]) for one in parts) >= DELETES_FROM


def dismiss(api: MatrixApi, report: int) -> Exchange[Response]:
    """The answer to the deletion of a report."""
    return (yield from api.tell("DELETE", f"{REPORTS}/{report}"))


def user_path(user: str) -> str:
    return f"{SYNAPSE}admin/v2/users/{quote(user, safe='')}"


def _report(entry: Any) -> Report | None:
    try:
        one = msgspec.convert(entry, Report)
    except (msgspec.ValidationError, OverflowError):
        return None
    return one if one.event_id and one.room_id.startswith("!") else None
