"""One thing that a queue tells of more than once (two reports, on two pages), as one entry. Pure, in any order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from msgspec import structs

from cmday.core.cases import QueueEntry

_LONG_AGO: Final = datetime(1, 1, 1, tzinfo=UTC)


def merged(one: QueueEntry, other: QueueEntry) -> QueueEntry:
    """Both as one: the text edited last, every report once; it is open where one of them is.

    Where both name a place by the same word but differ (some reports' numbers, with blanks between), it is theirs
    together, each once.
    """
    first, second = sorted((one, other), key=_order)
    reports = {each.id: each for each in (*second.reports, *first.reports)}
    both_over = one.resolved is not None and other.resolved is not None
    over = max((one, other), key=lambda each: each.resolved or _LONG_AGO) if both_over else None
    return structs.replace(
        second,
        author_id=second.author_id or first.author_id,
        url=second.url or first.url,
        at=min(one.at, other.at),
        reports=tuple(sorted(reports.values(), key=lambda each: (each.at, each.id))),
        thread=second.thread or first.thread,
        edited=second.edited,
        held=one.held or other.held,
        claimed_by=max(filter(None, (one.claimed_by, other.claimed_by)), default=None),
        resolved=over.resolved if over else None,
        resolved_as=over.resolved_as if over else None,
        appeal=one.appeal or other.appeal,
        labels=tuple(sorted({*one.labels, *other.labels})),
        joined=min(filter(None, (one.joined, other.joined)), default=None),
        place=_places(one.place, other.place),
    )


def _order(one: QueueEntry) -> tuple[Any, ...]:
    """By the last edit; where that is the same, by what is told, so that neither order of arrival counts."""
    return (one.edited or _LONG_AGO, one.text, one.author, one.author_handle, one.author_id or "", one.url or "")


def _places(one: dict[str, str], other: dict[str, str]) -> dict[str, str]:
    found = {**one, **other}
    for name in one.keys() & other.keys():
        if one[name] != other[name]:
            parts = {*one[name].split(), *other[name].split()}
            found[name] = " ".join(sorted(parts, key=lambda part: (len(part), part)))
    return dict(sorted(found.items()))
