"""Asking the YouTube Data API v3 (developers.google.com/youtube/v3/docs), and counting what it costs of the quota.

An API key may read what is public; an OAuth access token (scope youtube.force-ssl) may answer too. Google counts
units: a list 1, something written 50, of 10,000 a day, and a day there begins at midnight in California.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from cmday.connectors.http import bearer
from cmday.connectors.protocol import Exchange, Response
from cmday.connectors.social_posts import tables, text_of
from cmday.connectors.token_api import FORBIDDEN, Header, TokenApi, json_of, now_of, one_line, server_base
from cmday.core.accounts import Account, Credentials
from cmday.errors import NotFound, RateLimited
from cmday.i18n import phrase

QUOTA: Final = 10_000
WRITE: Final = 50
READING: Final = "an API key reads only; to answer, sign in with an OAuth access token (scope youtube.force-ssl)"
_API_KEY: Final = "AIza"
_BAD_REQUEST: Final = 400
_SPENT: Final = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_SLOWER: Final = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
_KEY_REFUSED: Final = frozenset({"keyInvalid", "keyExpired", "API_KEY_INVALID"})
_MINUTE: Final = 60.0


class YouTubeApi(TokenApi):
    """``units`` is what this conversation has cost."""

    title: ClassVar[str] = "YouTube"

    def __init__(self, account: Account) -> None:
        super().__init__(account, server_base(account.server))
        self.units = 0

    def secret(self, credentials: Credentials) -> tuple[Header, ...]:
        if credentials.secret.startswith(_API_KEY):
            return (("X-Goog-Api-Key", credentials.secret),)
        return (bearer(credentials.secret),)

    @property
    def is_key(self) -> bool:
        """Whether this is an API key, known once something was asked."""
        return bool(self.credentials and self.credentials.secret.startswith(_API_KEY))

    def list(self, what: str, **query: str | int | None) -> Exchange[Response]:
        """One list, for one unit."""
        self.units += 1
        return (yield from self.get(f"/youtube/v3/{what}", **query))

    def words(self, response: Response) -> str:
        return one_line(text_of(json_of(response), "error", "message"))

    def expect(self, response: Response) -> Response:
        """As always; a spent quota is patience until midnight in California, a key refused with 400 a sign-in."""
        reason = reason_of(response)
        if response.status in (FORBIDDEN, 429) and reason in _SPENT | _SLOWER:
            seconds = until_midnight(now_of(response)) if reason in _SPENT else _MINUTE
            spent = phrase("the quota of the day is spent at YouTube")
            slower = phrase("{host} asks for patience: too many requests", host="YouTube")
            raise RateLimited(spent if reason in _SPENT else slower, None, self.account.name, seconds, response.status)
        if response.status == _BAD_REQUEST and reason in _KEY_REFUSED:
            raise self.signed_out(response)
        return super().expect(response)

    def refuse(self, response: Response) -> Response:
        if reason_of(response) in _SPENT | _SLOWER:
            self.expect(response)
        return super().refuse(response)

    def channel(self) -> Exchange[tuple[str, str, int | None]]:
        """The channel's number, its title and how many subscribe: that of the user name, else of who gave the token."""
        name = (self.account.username or "").strip()
        which: dict[str, str] = {"mine": "true"}
        if name:
            which = {"id": name} if name.startswith("UC") else {"forHandle": f"@{name.lstrip('@')}"}
        found = self.read((yield from self.list("channels", part="snippet,statistics", **which)))
        channels = tables(found.get("items")) if isinstance(found, dict) else []
        if not isinstance(found, dict) or (not channels and "pageInfo" not in found and "kind" not in found):
            raise self.garbled()
        number = text_of(channels[0], "id") if channels else ""
        if not number:
            hint = phrase('give it username = "@handle" in config.toml: cmday config edit')
            raise NotFound(phrase("YouTube knows no channel {name}", name=name or "-"), hint, self.account.name)
        count = text_of(channels[0], "statistics", "subscriberCount")
        digits = count.isascii() and count.isdigit() and len(count) < 16  # noqa: PLR2004  more than there are people
        return number, text_of(channels[0], "snippet", "title") or number, int(count) if digits else None


def reason_of(response: Response) -> str:
    """Why something was refused, in Google's one word; empty where all is well."""
    if response.status < _BAD_REQUEST:
        return ""
    found: Any = json_of(response)
    error = found.get("error") if isinstance(found, dict) else None
    said = error if isinstance(error, dict) else {}
    reasons = [text_of(one, "reason") for one in tables(said.get("errors")) + tables(said.get("details"))]
    return next(
        (one for one in reasons if one in _SPENT | _SLOWER | _KEY_REFUSED), next(iter(filter(None, reasons)), "")
    )


def quota_day(at: datetime) -> str:
    """The day of Google's quota that an instant is on."""
    return at.astimezone(ZoneInfo("America/Los_Angeles")).date().isoformat()


def until_midnight(at: datetime) -> float:
    """Seconds until that day is over."""
    there = at.astimezone(ZoneInfo("America/Los_Angeles"))
    return 86_400.0 - (there.hour * 3_600 + there.minute * 60 + there.second)
