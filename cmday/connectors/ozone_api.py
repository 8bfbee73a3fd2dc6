"""Asking an Ozone, the moderation service of the AT Protocol, by way of the moderator's own server.

The server hands on whatever bears the header ``atproto-proxy`` (docs.bsky.app, tools.ozone.*). Whom Ozone's team does
not have is told so with a 401, which is no matter of signing in again.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from cmday.connectors.bluesky_api import Xrpc, has_expired, words_of
from cmday.connectors.bluesky_refusals import refuse
from cmday.connectors.protocol import Exchange, Response
from cmday.core.accounts import Account
from cmday.errors import ConfigError, Refused, ServerFailed
from cmday.i18n import phrase

MODERATION: Final = "tools.ozone.moderation"
DEFS: Final = f"{MODERATION}.defs#"
ROLES: Final = "tools.ozone.team.defs#role"
PERSON: Final = "person:"
_UNAUTHORISED: Final = 401
_BAD_REQUEST: Final = 400
_UNKNOWN: Final = frozenset({404, 501})
_DENIED: Final = frozenset({"AuthenticationRequired", "MemberDisabled"})


class Ozone(Xrpc):
    """One conversation with the Ozone that the account's option ``ozone`` names by its DID."""

    def __init__(self, account: Account) -> None:
        did = account.options.get("ozone")
        if not isinstance(did, str) or not did.startswith("did:"):
            raise ConfigError(
                phrase('account "{name}": ozone wants the DID of a moderation service', name=account.name),
                phrase('write it like ozone = "did:plc:..." ; cmday config edit'),
                account.name,
            )
        super().__init__(account, ("atproto-proxy", f"{did}#atproto_labeler"))
        self.did = did

    def has_expired(self, response: Response) -> bool:
        return has_expired(response) and not denied(response)

    def ask(self, method: str, **query: Any) -> Exchange[dict[str, Any]]:
        """The answer of Ozone; raises what its status stands for, ``Refused`` for what one may not ask."""
        response: Response = yield from self.get(method, **query)
        self.allowed(response)
        if response.status == _BAD_REQUEST and not self.has_expired(response):
            raise ServerFailed(self._said(response), None, self.account.name, None, response.status)
        return self.read(response)

    def ask_if_known(self, method: str, **query: Any) -> Exchange[dict[str, Any] | None]:
        """The same; None from an Ozone that is too old to know the question."""
        response: Response = yield from self.get(method, **query)
        if response.status in _UNKNOWN:
            return None
        self.allowed(response)
        return self.read(response)

    def accepted(self, response: Response) -> None:
        """Raise what a refusal of something told means; ``Uncertain`` where it may have been done all the same."""
        self.allowed(response)
        refuse(self, response)

    def allowed(self, response: Response) -> None:
        if denied(response):
            raise Refused(
                self._said(response),
                phrase("who may moderate is set in Ozone, under Team"),
                self.account.name,
                status=response.status,
            )

    def _said(self, response: Response) -> Any:
        error, words = words_of(response)
        host = urlsplit(response.url).hostname
        return phrase(
            "{host} will not have it ({status}): {words}", host=host, status=response.status, words=words or error
        )


def denied(response: Response) -> bool:
    """Whether Ozone knows who asks, and does not let them."""
    return response.status == _UNAUTHORISED and words_of(response)[0] in _DENIED
