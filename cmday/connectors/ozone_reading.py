"""From the JSON of an Ozone to our words: subjects, what was reported of them, and how they stand.

docs.bsky.app, tools.ozone.moderation.defs (subjectStatusView, subjectView, modEventView). What cannot be read costs
that one subject.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.connectors.bluesky_notices import MOST_ID, handle_of, name_of, post_url, root_of, text_of_record
from cmday.connectors.bluesky_reading import PAGES
from cmday.connectors.ozone_api import DEFS, PERSON
from cmday.connectors.social_posts import moment, tables, text_of
from cmday.core.cases import CaseReport, QueueEntry
from cmday.text.plain import MOST, cut

REPORT: Final = f"{DEFS}modEventReport"
# What closes a subject: reports before it are dealt with.
CLOSING: Final = {
    f"{DEFS}modEventAcknowledge": "a moderator closed it",
    f"{DEFS}modEventTakedown": "a moderator took it down",
    f"{DEFS}modEventReverseTakedown": "a moderator put it back",
}
CLOSED: Final = f"{DEFS}reviewClosed"
WAITING: Final = frozenset({f"{DEFS}reviewOpen", f"{DEFS}reviewEscalated"})
MOST_REASON: Final = 1_000
MOST_REPORTERS: Final = 10
_POST: Final = "/app.bsky.feed.post/"
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+|[0-9]+")


class Status(msgspec.Struct, frozen=True):
    """How Ozone has a subject: a record (``cid`` tells which version was reported) or a person, whose ``cid`` is None.

    ``subject`` is the native id in the words of ``QueueEntry``, ``named`` what Ozone calls it. ``first`` is when it was
    first heard of, ``opened`` when it was last reported.
    """

    subject: str
    named: str
    cid: str | None
    state: str
    handle: str
    first: datetime
    opened: datetime
    reviewed: datetime | None
    down: bool
    appealed: bool
    updated: datetime | None

    @property
    def did(self) -> str:
        return self.named.removeprefix("at://").partition("/")[0]


class Event(msgspec.Struct, frozen=True):
    """One event about a subject: a report, or what a moderator did."""

    id: str
    kind: str
    subject: str
    by: str
    by_handle: str
    at: datetime
    comment: str
    about: str


def status_of(told: Any) -> Status | None:
    """A subject's status; None for what cannot be read."""
    about = told.get("subject") if isinstance(told, dict) else None
    cid, uri, did = text_of(about, "cid"), text_of(about, "uri"), text_of(about, "did")
    named = uri if uri.startswith("at://") else did
    first = moment(told.get("createdAt")) if isinstance(told, dict) else None
    if first is None or not named or len(named) > MOST_ID or not (uri or did.startswith("did:")):
        return None
    return Status(
        subject=named if uri else f"{PERSON}{named}",
        named=named,
        cid=cid or None,
        state=text_of(told, "reviewState"),
        handle=text_of(told, "subjectRepoHandle"),
        first=first,
        opened=moment(told.get("lastReportedAt")) or first,
        reviewed=moment(told.get("lastReviewedAt")),
        down=told.get("takendown") is True,
        appealed=told.get("appealed") is True,
        updated=moment(told["hosting"].get("updatedAt")) if isinstance(told.get("hosting"), dict) else None,
    )


def is_message(told: Any) -> bool:
    """Whether a status or event is about a private message or conversation, on which no event can be emitted."""
    return text_of(told, "subject", "$type").startswith("chat.bsky.")


def event_of(told: Any) -> Event | None:
    """An event; None for what cannot be read."""
    at = moment(told.get("createdAt")) if isinstance(told, dict) else None
    number = told.get("id") if isinstance(told, dict) else None
    kind = text_of(told, "event", "$type")
    if at is None or type(number) is not int or not kind or is_message(told):
        return None
    by = text_of(told, "createdBy")[:MOST_ID]
    return Event(
        id=str(number),
        kind=kind,
        subject=(text_of(told, "subject", "uri") or text_of(told, "subject", "did"))[:MOST_ID],
        by=by,
        by_handle=handle_of({"did": by, "handle": text_of(told, "creatorHandle")}),
        at=at,
        comment=text_of(told, "event", "comment"),
        about=reason_of(text_of(told, "event", "reportType")),
    )


def reason_of(kind: str) -> str:
    """The words of a type of report: ``reasonHarassmentTroll`` is "harassment troll"."""
    return " ".join(_WORD.findall(kind.rpartition("#")[2].removeprefix("reason"))).lower()[:100] or "other"


def open_reports(events: list[Event], *, waits: bool) -> tuple[CaseReport, ...]:
    """The reports that nobody has closed yet, oldest first; ``events`` are all of one subject.

    Of what ``waits`` although all its reports were closed (somebody opened it again) they are those closed last.
    """
    found: list[CaseReport] = []
    before: list[CaseReport] = []
    for one in sorted(events, key=lambda event: (event.at, int(event.id))):
        if one.kind in CLOSING:
            found, before = [], found or before
        elif one.kind == REPORT:
            words = cut(f"{one.about}: {one.comment}" if one.comment else one.about, MOST_REASON)
            found.append(CaseReport(id=one.id, by=one.by, by_handle=one.by_handle, reason=words, at=one.at))
    return tuple(found or (before if waits else ()))


def is_there(view: dict[str, Any]) -> bool:
    """Whether what the view of a subject is about still exists: its record, or the person."""
    return isinstance(view.get("repo" if text_of(view, "type") == "account" else "record"), dict)


def entry_of(
    status: Status, view: dict[str, Any], events: list[Event], service: str, claimed_by: str | None
) -> QueueEntry:
    """A subject as an entry of the queue. ``view`` is its ``subjectView``; ``service`` the DID of this Ozone."""
    repo, record = view.get("repo"), view.get("record")
    author = {"did": status.did, "handle": status.handle or text_of(repo, "handle"), **_profile(view)}
    value = record.get("value") if isinstance(record, dict) else None
    value = value if isinstance(value, dict) else _own_words(repo)
    closed = status.state == CLOSED
    reports = open_reports(events, waits=status.state in WAITING)
    is_post = _POST in status.named
    return QueueEntry(
        subject=status.subject,
        author=name_of(author),
        author_handle=handle_of(author),
        author_id=status.did,
        text=_text(value),
        url=post_url(author, status.named) if is_post else f"{PAGES}/profile/{status.did}",
        at=reports[0].at if reports else status.opened,
        reports=tuple(msgspec.structs.replace(one, by=one.by_handle) for one in reports),  # a DID is no name
        thread=(root_of(value) or status.named)[:MOST_ID] if is_post else None,
        edited=_edited(status, record),
        held=status.down,
        claimed_by=claimed_by,
        resolved=status.reviewed if closed else None,
        resolved_as=_resolved_as(status, events) if closed else None,
        appeal=status.appealed,
        labels=_labels(record or repo, service),
        joined=moment(text_of(view, "profile", "createdAt")) or moment(text_of(repo, "indexedAt")),
        place=_place(status, reports),
    )


def _profile(view: dict[str, Any]) -> dict[str, Any]:
    """What the profile says of a person, wherever it is told."""
    shown = text_of(view, "profile", "displayName")
    return {"displayName": shown or text_of(_own_words(view.get("repo")), "displayName")}


def _own_words(repo: Any) -> dict[str, Any]:
    """The record of a person's profile."""
    related = repo.get("relatedRecords") if isinstance(repo, dict) else None
    return next((one for one in tables(related) if text_of(one, "$type") == "app.bsky.actor.profile"), {})


def _text(value: dict[str, Any]) -> str:
    """What a post says; of anything else (a profile, a list, a feed) its name and description."""
    if text_of(value, "$type") == "app.bsky.feed.post":
        return text_of_record(value)
    told = (text_of(value, name) for name in ("displayName", "name", "text", "description"))
    return cut("\n".join(dict.fromkeys(one for one in told if one)), MOST)


def _edited(status: Status, record: Any) -> datetime | None:
    """When the record became another than the one that was reported, as far as the service knows.

    Where it was not told of that, all that is certain is that it was after the report.
    """
    cid = text_of(record, "cid")
    return (status.updated or status.opened) if cid and status.cid and cid != status.cid else None


def _resolved_as(status: Status, events: list[Event]) -> str:
    last = max((one for one in events if one.kind in CLOSING), key=lambda one: one.at, default=None)
    what = CLOSING[last.kind] if last else CLOSING[f"{DEFS}modEvent{'Takedown' if status.down else 'Acknowledge'}"]
    return f"{what} ({last.by_handle})" if last and last.by_handle else what


def _labels(about: Any, service: str) -> tuple[str, ...]:
    """The labels that this service has put on it, without those that are how a takedown is told."""
    found: dict[str, None] = {}
    for one in tables(about.get("labels") if isinstance(about, dict) else None)[:100]:
        value = text_of(one, "val")[:100]
        if text_of(one, "src") == service and value and not value.startswith("!") and one.get("neg") is not True:
            found[value] = None
    return tuple(found)


def _place(status: Status, reports: tuple[CaseReport, ...]) -> dict[str, str]:
    """What acting on it takes: its version, whether it waits, whether its author appeals, who is to be told of it."""
    appeal = "appeal"
    people = dict.fromkeys(one.by for one in reports if not one.reason.startswith(appeal) and one.by != status.did)
    return {
        **({"cid": status.cid} if status.cid else {}),
        **({"waits": "yes"} if status.state in WAITING else {}),
        **({"appeal": "yes"} if status.appealed else {}),
        **({"reported_by": " ".join(list(people)[:MOST_REPORTERS])} if people else {}),
    }
