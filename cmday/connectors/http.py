"""What connectors know about HTTP: statuses as errors, JSON as types, and the headers that say how to go on."""

# ruff: noqa: PLR2004  a status code is its own best name

from __future__ import annotations

import base64
import math
import re
from datetime import UTC, datetime
from typing import Final, TypeVar
from urllib.parse import urlencode, urlsplit, urlunsplit

import msgspec

from cmday.connectors.protocol import Response
from cmday.core.time import bounded
from cmday.errors import CmdayError, Garbled, Gone, RateLimited, ServerFailed, SignInNeeded
from cmday.i18n import Phrase, phrase

T = TypeVar("T")

OK_FIRST: Final = 200
OK_LAST: Final = 299
_MAX_AGE: Final = re.compile(r"""(?:^|[,\s])max-age\s*=\s*"?(\d{1,10})""", re.IGNORECASE)


def expect_ok(response: Response, subject: str | None = None, *, sign_in_hint: Phrase | None = None) -> Response:
    """The response itself where its status is 2xx; raises the error that its status stands for otherwise.

    401 is ``SignInNeeded``, 410 ``Gone``, 429 (and 503 with Retry-After) ``RateLimited``, all others ``ServerFailed``.
    ``subject`` names the account, feed or calendar in the error; ``sign_in_hint`` is the command that mends a 401.
    """
    if OK_FIRST <= response.status <= OK_LAST:
        return response
    raise _error_for(response, subject, sign_in_hint)


def _error_for(response: Response, subject: str | None, sign_in_hint: Phrase | None) -> CmdayError:
    host = urlsplit(response.url).hostname or response.url
    status, patience = response.status, retry_after(response)
    if status == 401:
        hint = sign_in_hint or phrase("cmday doctor says what is missing")
        return SignInNeeded(phrase("{host} refuses the credentials", host=host), hint, subject)
    if status == 410:
        return Gone(phrase("{host} says that it is gone for good (410)", host=host), None, subject)
    if status == 429 or (status == 503 and patience is not None):
        return RateLimited(_patience(host, patience), None, subject, patience)
    if 300 <= status <= 399:
        message = phrase("{host} points elsewhere and was not followed ({status})", host=host, status=status)
    elif status == 403:
        message = phrase("{host} does not allow it (403)", host=host)
    elif status == 404:
        message = phrase("{host} has nothing at this address (404)", host=host)
    elif status >= 500:
        message = phrase("{host} has a fault of its own ({status})", host=host, status=status)
    else:
        message = phrase("{host} answered {status}", host=host, status=status)
    return ServerFailed(message, None, subject, patience)


def _patience(host: str, seconds: float | None) -> Phrase:
    if seconds is None:
        return phrase("{host} asks for patience: too many requests", host=host)
    if seconds < 120:
        return phrase("{host} asks to be left alone for {seconds} s", host=host, seconds=math.ceil(seconds))
    return phrase("{host} asks to be left alone for {minutes} min", host=host, minutes=math.ceil(seconds / 60))


def decode(response: Response, shape: type[T]) -> T:
    """The JSON body as this type; raises ``Garbled`` where it is not JSON, or JSON of another shape."""
    try:
        return msgspec.json.decode(response.body, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        host = urlsplit(response.url).hostname or response.url
        raise Garbled(
            phrase("{host} answered something else than was asked for: {detail}", host=host, detail=str(error)[:200])
        ) from error


def retry_after(response: Response) -> float | None:
    """Seconds that the server asks us to wait (RFC 9110, 10.2.3), never negative; None where it does not say.

    A date is measured against the server's own ``Date`` where it sent one, so a wrong clock here does no harm.
    """
    value = (response.header("retry-after") or "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return min(float(value[:20]), 1e9)
    moment = parse_http_date(value)
    if moment is None:
        return None
    now = parse_http_date(response.header("date") or "") or datetime.now(UTC)
    return max(0.0, (moment - now).total_seconds())


def parse_http_date(value: str) -> datetime | None:
    """A date of HTTP (RFC 9110, 5.6.7) as an aware instant, or None where it cannot be read."""
    if not value:
        return None
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, IndexError, OverflowError):
        return None
    return bounded(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def max_age(response: Response) -> int | None:
    """Seconds that the answer may be kept for (RFC 9111, 5.2.2.1): 0 for ``no-cache`` and ``no-store``."""
    value = ",".join(text for name, text in response.headers if name == "cache-control").lower()
    if not value:
        return None
    if re.search(r"(?:^|[,\s])no-(?:cache|store)(?:[,\s]|$)", value):
        return 0
    age = _MAX_AGE.search(value)
    return int(age[1]) if age else None


def basic(username: str, secret: str) -> tuple[str, str]:
    """The header that shows a name and password (RFC 7617, in UTF-8); it belongs into ``secret_headers``."""
    return "Authorization", "Basic " + base64.b64encode(f"{username}:{secret}".encode()).decode("ascii")


def bearer(token: str) -> tuple[str, str]:
    """The header that shows a token (RFC 6750); it belongs into ``secret_headers``."""
    return "Authorization", f"Bearer {token}"


def with_query(url: str, **parameters: str | int | None) -> str:
    """The address with these parameters added; those that are None are left out."""
    parts = urlsplit(url)
    added = urlencode({name: value for name, value in parameters.items() if value is not None})
    query = "&".join(text for text in (parts.query, added) if text)
    return urlunsplit(parts._replace(query=query))
