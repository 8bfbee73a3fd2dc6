"""How servers of APIs say that they want to be left alone: each network has headers of its own beside Retry-After."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from cmday.connectors.http import expect_ok, parse_http_date
from cmday.connectors.protocol import Response
from cmday.errors import NetworkError
from cmday.i18n import Phrase

# Mastodon and X say X-RateLimit-*, X with one dash more, Bluesky RateLimit-* (draft-ietf-httpapi-ratelimit-headers).
_PREFIXES: Final = ("x-ratelimit-", "x-rate-limit-", "ratelimit-")
_LONGEST: Final = 86_400.0
_EPOCH: Final = 1_000_000_000.0


def expect(response: Response, subject: str | None = None, *, sign_in_hint: Phrase | None = None) -> Response:
    """As ``expect_ok``; a 429 that names the end of its window has that as its ``retry_after``."""
    try:
        return expect_ok(response, subject, sign_in_hint=sign_in_hint)
    except NetworkError as error:
        error.status = response.status
        if error.kind == "rate-limit" and error.retry_after is None:
            error.retry_after = reset_in(response)
        raise


def left_alone(response: Response) -> int | None:
    """Seconds until the server takes requests again where this answer was the last one allowed; None otherwise."""
    if _header(response, "remaining") != "0":
        return None
    seconds = reset_in(response)
    return None if seconds is None else int(seconds) + 1


def reset_in(response: Response) -> float | None:
    """Seconds until the window ends: given as an instant (ISO 8601, or epoch seconds) or as seconds; at most a day."""
    value = _header(response, "reset")
    if not value:
        return None
    now = parse_http_date(response.header("date") or "") or datetime.now(UTC)
    try:
        number = float(value)
        seconds = number - now.timestamp() if number > _EPOCH else number
    except ValueError:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - now).total_seconds()
    return min(max(seconds, 0.0), _LONGEST) if seconds == seconds else None  # noqa: PLR0124  NaN is no number of seconds


def _header(response: Response, name: str) -> str:
    return next((said.strip() for prefix in _PREFIXES if (said := response.header(prefix + name))), "")
