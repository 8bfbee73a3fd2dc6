"""Meta's Graph API (developers.facebook.com/docs/graph-api): refusals by code, and how much of the limits is used up.

The token goes by header (RFC 6750), never in an address. Refusals may repeat it, so it is taken out of their words.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

import msgspec

from cmday.connectors.protocol import Exchange, Request, Response
from cmday.connectors.signed_api import SignedApi, number_of, object_of
from cmday.connectors.social_posts import tables, text_of
from cmday.connectors.token_api import one_line
from cmday.errors import CmdayError

# Codes of docs/graph-api/guides/error-handling and docs/graph-api/overview/rate-limiting.
_SIGNED_OUT: Final = frozenset({102, 190})
_PATIENCE: Final = frozenset({4, 17, 32, 613, 80001, 80002, 80006})
_NOT_ALLOWED: Final = frozenset({3, 10, *range(200, 300)})
_NO_SUCH: Final = 100
_ERROR: Final = 400
# From so many per cent of a limit on, a conversation asks nothing more.
FULL: Final = 95
_SHARES: Final = ("call_count", "total_time", "total_cputime")


class GraphApi(SignedApi):
    """One conversation, with a Page's token."""

    prefix: ClassVar[str] = "/v25.0"
    used: int = 0
    _wait: float | None = None
    _last: Response | None = None

    def ask(self, request: Request) -> Exchange[Response]:
        if self._last is not None and self.used >= FULL:
            raise self.limited(self._last, self._wait)
        response = yield from super().ask(request)
        self.used, self._wait, self._last = *usage(response), response
        return response

    def words(self, response: Response) -> str:
        said = text_of(object_of(response), "error", "message")
        secret = self.credentials.secret.strip() if self.credentials else ""
        return one_line(said.replace(secret, "…") if secret else said)

    def is_signed_out(self, response: Response) -> bool:
        return super().is_signed_out(response) or code_of(response) in _SIGNED_OUT

    def fault(self, response: Response) -> CmdayError | None:
        code = code_of(response)
        if code in _PATIENCE:
            return self.limited(response, usage(response)[1])
        if self.is_signed_out(response) or code in _NOT_ALLOWED:
            return self.signed_out(response)
        if code is not None and _ERROR <= response.status < _ERROR + 100:
            return self.refused(response, self.words(response) or str(code))
        return super().fault(response)

    def table(self, response: Response) -> dict[str, Any]:
        """The JSON object of an answer; raises what its refusal means."""
        told = self.read(response)
        if not isinstance(told, dict):
            raise self.garbled()
        return told

    def rows(self, told: dict[str, Any]) -> list[Any]:
        """The entries of an edge."""
        return self.listed(told.get("data"))


def code_of(response: Response) -> int | None:
    """The code of a refusal; None for what is none."""
    error = object_of(response).get("error") if response.body[:1] == b"{" else None
    code = number_of(error.get("code")) if isinstance(error, dict) else None
    return int(code) if code is not None else None


def is_not_allowed(response: Response) -> bool:
    """Whether this token lacks the permission for just this."""
    return code_of(response) in _NOT_ALLOWED


def is_no_such(response: Response) -> bool:
    """Whether what was named is not there any more, as places in a list are after a while."""
    return code_of(response) == _NO_SUCH


def usage(response: Response) -> tuple[int, float | None]:
    """Per cent of the limit that is nearest, and seconds until it opens again where that is told."""
    app = _header(response, "x-app-usage")
    cases = [one for rows in _header(response, "x-business-use-case-usage").values() for one in tables(rows)]
    shares = [number_of(table.get(name)) for table in (app, *cases) for name in _SHARES]
    minutes = [number_of(one.get("estimated_time_to_regain_access")) for one in cases]
    longest = max((one for one in minutes if one), default=None)
    return int(min(max((one for one in shares if one), default=0), 1_000)), longest * 60 if longest else None


def _header(response: Response, name: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode((response.header(name) or "{}").encode())
    except (msgspec.DecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
