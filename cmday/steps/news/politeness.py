"""When to ask a feed again: as rarely as it is good for both sides, and never before the server wants it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

import msgspec

from cmday.connectors.http import parse_http_date
from cmday.connectors.protocol import Fetched
from cmday.errors import CmdayError, NetworkError
from cmday.i18n import Phrase, phrase

MINUTE: Final = 60.0
HOUR: Final = 3600.0
DAY: Final = 24 * HOUR
SOONEST: Final = 15 * MINUTE
# A morning tool must have this morning's news: even a feed that seldom says something is asked several times a day.
LATEST: Final = 6 * HOUR
UNKNOWN: Final = HOUR
MOST_FRESHNESS: Final = 5 * HOUR
MOST_PATIENCE: Final = 14 * DAY
PATIENCE_UNSAID: Final = 10 * MINUTE
FIRST_BACKOFF: Final = 10 * MINUTE
VALIDATORS_LAST: Final = timedelta(days=8)


class NextCheck(msgspec.Struct, frozen=True):
    """When a feed is asked again, and why then."""

    at: datetime
    reason: Phrase


def after_answer(
    now: datetime, answer: Fetched, *, dates: Sequence[int], ttl_minutes: int | None, interval: int | None
) -> NextCheck:
    """The next check after an answer: the largest of what the feed, the server and the person want.

    ``dates`` are the moments of its newest entries in epoch seconds; ``interval`` is the person's own, in minutes.
    """
    wishes = [(own_rhythm(dates), phrase("its own rhythm"))]
    if interval:
        wishes = [(interval * MINUTE, phrase("your interval"))]
    if ttl_minutes:
        wishes.append((min(ttl_minutes * MINUTE, DAY), phrase("the feed's ttl")))
    if answer.max_age is not None:
        wishes.append((min(float(answer.max_age), MOST_FRESHNESS), phrase("the server's max-age")))
    elif (freshness := _expires_in(answer)) is not None:
        wishes.append((min(freshness, DAY), phrase("the server's Expires")))
    seconds, reason = max(wishes, key=lambda wish: wish[0])
    return NextCheck(now + timedelta(seconds=seconds), reason)


def after_failure(now: datetime, error: CmdayError, failures: int) -> NextCheck:
    """The next check after a failure: longer each time, at most a day; ``failures`` counts this one too."""
    if isinstance(error, NetworkError) and error.retry_after is not None:
        return NextCheck(
            now + timedelta(seconds=min(error.retry_after, MOST_PATIENCE)), phrase("the server's Retry-After")
        )
    if error.kind == "rate-limit":
        return NextCheck(now + timedelta(seconds=PATIENCE_UNSAID), phrase("the server asked for patience"))
    if error.kind == "gone":
        return NextCheck(now + timedelta(days=30), phrase("gone for good"))
    seconds = min(FIRST_BACKOFF * 2 ** min(failures - 1, 10), DAY)
    return NextCheck(now + timedelta(seconds=seconds), phrase("it failed"))


def own_rhythm(dates: Sequence[int]) -> float:
    """Half the usual time between two entries, in seconds and within bounds; an hour where nothing is dated."""
    gaps = sorted(newer - older for newer, older in pairwise(sorted(dates, reverse=True)))
    if not gaps:
        return UNKNOWN
    return min(max(gaps[len(gaps) // 2] / 2, SOONEST), LATEST)


def _expires_in(answer: Fetched) -> float | None:
    until = parse_http_date(answer.expires or "")
    if until is None:
        return None
    return max((until - (parse_http_date(answer.date or "") or datetime.now(UTC))).total_seconds(), 0.0)
