"""From the JSON of Mastodon's moderation API to our words: the reports on one thing together are one entry.

docs.joinmastodon.org/entities/Admin_Report and Admin_Account. A report names a person and perhaps posts of theirs: then
the thing is the oldest of these posts, as in the notification of the report. What cannot be read costs one report.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.connectors.mastodon_paging import order
from cmday.connectors.mastodon_reading import (
    MOST_TITLE,
    MOST_URL,
    PERSON,
    Id,
    Person,
    Status,
    aware,
    handle,
    reported,
)
from cmday.core.cases import CaseReport, QueueEntry
from cmday.text.plain import MOST, cut, plain

MOST_REPORTS: Final = 20
MOST_REASON: Final = 1_000
# What the API calls a measure against somebody, and we show as a label of theirs.
MEASURES: Final = {"sensitized": "sensitive", "silenced": "limited", "disabled": "frozen", "suspended": "suspended"}


class Face(Person, frozen=True):
    """A person as everybody sees them."""

    note: str | None = None


class Subject(msgspec.Struct, frozen=True):
    """A person as moderators see them (``Admin::Account``)."""

    id: Id
    account: Face
    created_at: datetime | None = None
    sensitized: bool = False
    silenced: bool = False
    disabled: bool = False
    suspended: bool = False

    @property
    def measures(self) -> tuple[str, ...]:
        return tuple(word for name, word in MEASURES.items() if getattr(self, name))


class Broken(msgspec.Struct, frozen=True):
    """A rule of the server that a report names."""

    text: str = ""


class Report(msgspec.Struct, frozen=True):
    """One report (``Admin::Report``)."""

    id: Id
    created_at: datetime
    target_account: Subject
    account: Subject | None = None
    action_taken: bool = False
    action_taken_at: datetime | None = None
    action_taken_by_account: Subject | None = None
    assigned_account: Subject | None = None
    category: str | None = None
    comment: str | None = None
    statuses: tuple[Status, ...] = ()
    rules: tuple[Broken, ...] | None = None

    @property
    def subject(self) -> str:
        """The native id of the thing that it is about."""
        return reported([one.id for one in self.statuses], self.target_account.id)


def report_of(told: Any) -> Report | None:
    """A report; None for what cannot be read."""
    try:
        return msgspec.convert(told, Report)
    except (msgspec.ValidationError, OverflowError):
        return None


def entry_of(reports: Iterable[Report], server: str, me: str) -> QueueEntry:
    """The reports on one thing as an entry, ``reports`` not being empty; ``me`` is our own id."""
    known = sorted(reports, key=lambda one: order(str(one.id)))[-MOST_REPORTS:]
    waiting = [one for one in known if not one.action_taken]
    person, posts = known[-1].target_account, _posts(known)
    first = posts[0] if posts else None
    closed = max(known, key=_closed_at) if not waiting else None
    return QueueEntry(
        subject=known[-1].subject,
        author=_name(person),
        author_handle=handle(person.account, server),
        author_id=str(person.id),
        text=_text(person, posts),
        url=_address(first, person),
        at=min(aware(one.created_at) for one in waiting or known),
        reports=tuple(_told(one, server) for one in waiting),
        thread=str(first.in_reply_to_id or first.id) if first else None,
        edited=max((aware(one.edited_at) for one in posts if one.edited_at), default=None),
        claimed_by=_claimed_by(waiting, server, me),
        resolved=_closed_at(closed) if closed else None,
        resolved_as=_resolved_as(closed, server) if closed else None,
        labels=person.measures,
        joined=aware(person.created_at) if person.created_at else None,
        place={"report_ids": " ".join(str(one.id) for one in known), "person": str(person.id)},
    )


def entry_of_status(told: Any, server: str) -> QueueEntry | None:
    """A post that nobody reported; None for what cannot be read."""
    try:
        status, person = msgspec.convert(told, Status), msgspec.convert(told["account"], Person)
        at = aware(datetime.fromisoformat(told["created_at"]))
    except (msgspec.ValidationError, OverflowError, KeyError, TypeError, ValueError):
        return None
    return QueueEntry(
        subject=str(status.id),
        author=cut((person.display_name or "").strip() or person.acct, MOST_TITLE),
        author_handle=handle(person, server),
        author_id=str(person.id),
        text=_words(status),
        url=_address(status, None),
        at=at,
        thread=str(status.in_reply_to_id or status.id),
        edited=aware(status.edited_at) if status.edited_at else None,
    )


def entry_of_person(person: Subject, server: str, at: datetime) -> QueueEntry:
    """A person whom nobody reported, as of ``at``."""
    return QueueEntry(
        subject=f"{PERSON}{person.id}",
        author=_name(person),
        author_handle=handle(person.account, server),
        author_id=str(person.id),
        text=_text(person, ()),
        url=_address(None, person),
        at=at,
        labels=person.measures,
        joined=aware(person.created_at) if person.created_at else None,
    )


def _posts(reports: list[Report]) -> list[Status]:
    """The posts that the reports name, each once, oldest first."""
    found = {str(one.id): one for report in reports for one in report.statuses}
    return [found[key] for key in sorted(found, key=order)]


def _text(person: Subject, posts: Iterable[Status]) -> str:
    """What the posts say; of a person their name, and what they say of themselves."""
    told = [_words(one) for one in posts] or [_name(person), plain(person.account.note or "", MOST)]
    return cut("\n\n".join(one for one in told if one), MOST)


def _words(status: Status) -> str:
    text, warning = plain(status.content or "", MOST), (status.spoiler_text or "").strip()
    return cut(f"[{plain(warning, MOST_TITLE)}] {text}".rstrip(), MOST) if warning else text


def _told(one: Report, server: str) -> CaseReport:
    rules = "; ".join(broken.text for broken in one.rules or () if broken.text)
    kind = (one.category or "other") + (f" ({rules})" if rules else "")
    words = plain(one.comment or "", MOST_REASON)
    return CaseReport(
        id=str(one.id),
        by=_name(one.account) if one.account else "",
        by_handle=handle(one.account.account, server) if one.account else "",
        reason=cut(f"{kind}: {words}" if words else kind, MOST_REASON),
        at=aware(one.created_at),
    )


def _claimed_by(waiting: list[Report], server: str, me: str) -> str | None:
    """The colleague who has one of the reports in hand."""
    others = (one.assigned_account for one in waiting if one.assigned_account)
    return next((handle(one.account, server) for one in others if str(one.id) != me), None)


def _closed_at(one: Report) -> datetime:
    return aware(one.action_taken_at or one.created_at)


def _resolved_as(one: Report, server: str) -> str:
    by = one.action_taken_by_account
    measures = one.target_account.measures
    what = f"a moderator closed the report{f', the account is {measures[-1]}' if measures else ''}"
    return f"{what} ({handle(by.account, server)})" if by else what


def _name(person: Subject) -> str:
    return cut((person.account.display_name or "").strip() or person.account.acct, MOST_TITLE)


def _address(status: Status | None, person: Subject | None) -> str | None:
    told = (status.url if status else None, status.uri if status else None, person.account.url if person else None)
    return next((one for one in told if one and one.startswith(("https://", "http://")) and len(one) <= MOST_URL), None)
