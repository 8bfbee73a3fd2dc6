"""When to ask a feed again: as rarely as it is good for both sides, and never before the server wants it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

import msgspec

from cmday.connectors.http import parse_http_date
from cmday.connectors.protocol import Fetched
from cmday.core.feeds import Reason
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
GONE: Final = 30 * DAY
VALIDATORS_LAST: Final = timedelta(days=8)


class NextCheck(msgspec.Struct, frozen=True):
    """When a feed is asked again, and why then."""

    at: datetime
    reason: Reason


def words(reason: Reason | None) -> Phrase | None:
    """A reason as a person reads it."""
    said: dict[Reason, Phrase] = {
        "rhythm": phrase("its own rhythm"),
        "interval": phrase("your interval"),
        "ttl": phrase("the feed's ttl"),
        "max-age": phrase("the server's max-age"),
        "expires": phrase("the server's Expires"),
        "retry-after": phrase("the server's Retry-After"),
        "patience": phrase("the server asked for patience"),
        "failed": phrase("it failed"),
        "gone": phrase("gone for good"),
    }
    return said.get(reason) if reason else None


def after_answer(
    now: datetime, answer: Fetched, *, rhythm: float, ttl_minutes: int | None, interval: int | None
) -> NextCheck:
    """The next check after an answer: the largest of what the feed, the server and the person want.

    ``rhythm`` is the feed's own in seconds (``own_rhythm``); ``interval`` is the person's, in minutes, in its place.
    """
    wishes: list[tuple[float, Reason]] = [(interval * MINUTE, "interval") if interval else (rhythm, "rhythm")]
    if ttl_minutes:
        wishes.append((min(ttl_minutes * MINUTE, DAY), "ttl"))
    if answer.max_age:
        wishes.append((min(float(answer.max_age), MOST_FRESHNESS), "max-age"))
    if answer.expires and (freshness := _expires_in(answer, now)):
        wishes.append((min(freshness, DAY), "expires"))
    if answer.retry_after:
        wishes.append((min(answer.retry_after, MOST_PATIENCE), "retry-after"))
    seconds, reason = max(wishes, key=lambda wish: wish[0])
    return NextCheck(now + timedelta(seconds=seconds), reason)


def after_failure(now: datetime, error: CmdayError, failures: int) -> NextCheck:
    """The next check after a failure: longer each time, at most a day; ``failures`` counts this one too.

    Patience that the server asks for stands in the place of ours; how long its answer holds (max-age) counts as ever.
    """
    if error.kind == "gone":
        return NextCheck(now + timedelta(seconds=GONE), "gone")
    asked = error.retry_after if isinstance(error, NetworkError) else None
    holds = error.max_age if isinstance(error, NetworkError) else None
    wishes: list[tuple[float, Reason]] = []
    if asked is not None:
        wishes.append((min(asked, MOST_PATIENCE), "retry-after"))
    elif error.kind == "rate-limit":
        wishes.append((PATIENCE_UNSAID, "patience"))
    else:
        wishes.append((min(FIRST_BACKOFF * 2 ** min(failures - 1, 10), DAY), "failed"))
    if holds:
        wishes.append((min(float(holds), MOST_FRESHNESS), "max-age"))
    seconds, reason = max(wishes, key=lambda wish: wish[0])
    return NextCheck(now + timedelta(seconds=seconds), reason)


def own_rhythm(dates: Sequence[int]) -> float:
    """Half the usual time between two entries, in seconds and within bounds; an hour where nothing is dated.

    ``dates`` are the moments of its newest entries in epoch seconds.
    """
    gaps = sorted(newer - older for newer, older in pairwise(sorted(dates, reverse=True)))
    if not gaps:
        return UNKNOWN
    return min(max(gaps[len(gaps) // 2] / 2, SOONEST), LATEST)


def _expires_in(answer: Fetched, now: datetime) -> float | None:
    """Seconds until the answer's Expires, by the server's own clock where it tells it."""
    until = parse_http_date(answer.expires or "")
    if until is None:
        return None
    return max((until - (parse_http_date(answer.date or "") or now)).total_seconds(), 0.0)
