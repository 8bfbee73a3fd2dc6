"""From the JSON of Lemmy, in either version of its API, to posts and comments as a moderator sees them. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from cmday.connectors.moderating import MOST_NAME
from cmday.connectors.noticing import web_address
from cmday.connectors.social_posts import moment, text_of
from cmday.core.cases import CaseReport, QueueEntry
from cmday.text.plain import MOST, cut

_KINDS: Final = ("comment", "post")


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """A post or comment, with one report of it where it came with one."""

    kind: str
    number: int
    post: int
    community: int
    author: dict[str, Any]
    text: str
    at: datetime
    url: str | None
    removed: bool
    deleted: bool
    locked: bool
    banned: bool
    edited: datetime | None = None
    report: CaseReport | None = None
    resolved: datetime | None = None
    resolver: str = ""

    @property
    def subject(self) -> str:
        return f"{self.kind}-{self.number}"

    def place(self) -> dict[str, str]:
        return {"post": str(self.post), "community": str(self.community)}


def thing_of(view: Any) -> Thing | None:
    """A post or comment of a view; None for what cannot be read."""
    return _thing(view, "creator")


def thing_of_report(view: Any) -> Thing | None:
    """What a report is about, and the report; None for what cannot be read, or is about something else."""
    kind = next((one for one in _KINDS if isinstance(_table(view, f"{one}_report"), dict)), "")
    thing = _thing(view, f"{kind}_creator", kind) if kind else None
    report = _table(view, f"{kind}_report")
    number, at = whole(report, "id"), _when(report, "published")
    if thing is None or number is None or at is None:
        return None
    by = _table(view, "creator")
    resolver = _table(view, "resolver")
    return msgspec.structs.replace(
        thing,
        report=CaseReport(
            id=str(number),
            by=cut(text_of(by, "display_name") or text_of(by, "name"), MOST_NAME),
            by_handle=handle_of(by),
            reason=cut(" ".join(text_of(report, "reason").split()), MOST_NAME),
            at=at,
        ),
        resolved=(_when(report, "updated") or at) if report.get("resolved") is True else None,
        resolver=text_of(resolver, "name"),
    )


def entry_of(several: list[Thing]) -> QueueEntry:
    """One thing with all the reports of it."""
    one = several[-1]
    author = one.author
    reports = tuple(thing.report for thing in several if thing.report)
    number = whole(author, "id")
    gone = one.removed or one.deleted
    return QueueEntry(
        subject=one.subject,
        author=cut(text_of(author, "display_name") or text_of(author, "name"), MOST_NAME),
        author_handle=handle_of(author),
        author_id=str(number) if number is not None else None,
        text=one.text,
        url=one.url,
        at=one.at,
        reports=reports,
        thread=f"post-{one.post}",
        edited=one.edited,
        resolved=(one.edited or one.at) if gone else one.resolved,
        resolved_as="removed" if one.removed else "deleted by its author" if one.deleted else _resolved_as(one),
        joined=_when(author, "published"),
        place={**one.place(), **({"reports": " ".join(report.id for report in reports)} if reports else {})},
    )


def handle_of(person: Any) -> str:
    """A person's handle with their server, like ``@robin@example.org``."""
    name = text_of(person, "name")
    host = urlsplit(text_of(person, "ap_id") or text_of(person, "actor_id")).hostname
    return cut(f"@{name}@{host}" if host else f"@{name}", MOST_NAME)


def whole(table: Any, name: str) -> int | None:
    found = table.get(name) if isinstance(table, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 1 << 63 else None


def _thing(view: Any, author: str, kind: str = "") -> Thing | None:
    kind = kind or ("comment" if isinstance(_table(view, "comment"), dict) else "post")
    body, post, community = _table(view, kind), _table(view, "post"), _table(view, "community")
    number, at = whole(body, "id"), _when(body, "published")
    place = (whole(post, "id"), whole(community, "id"))
    if not isinstance(body, dict) or number is None or at is None or place[0] is None or place[1] is None:
        return None
    words = [text_of(body, "name"), text_of(body, "body")] if kind == "post" else [text_of(body, "content")]
    return Thing(
        kind=kind,
        number=number,
        post=place[0],
        community=place[1],
        author=_table(view, author) or {},
        text=cut("\n\n".join(filter(None, words)), MOST),
        at=at,
        url=web_address(text_of(body, "ap_id")),
        removed=body.get("removed") is True,
        deleted=body.get("deleted") is True,
        locked=isinstance(post, dict) and post.get("locked") is True,
        banned=_table(view, "creator_banned_from_community") is True,
        edited=_when(body, "updated"),
    )


def _resolved_as(one: Thing) -> str | None:
    if one.resolved is None:
        return None
    return cut(f"resolved by {one.resolver}" if one.resolver else "resolved", MOST_NAME)


def _table(view: Any, name: str) -> Any:
    return view.get(name) if isinstance(view, dict) else None


def _when(table: Any, name: str) -> datetime | None:
    """An instant: version 4 has ``_at`` behind its name."""
    if not isinstance(table, dict):
        return None
    return moment(table.get(f"{name}_at")) or moment(table.get(name))
