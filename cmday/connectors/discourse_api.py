"""Asking a Discourse forum (docs.discourse.org): with a user API key, or with an admin's API key and a user name.

meta.discourse.org/t/user-api-keys-specification/48536: keys go into headers of their own, never into the address.
"""

from __future__ import annotations

from typing import Any, ClassVar

from cmday.connectors.protocol import Exchange, Response
from cmday.connectors.social_posts import text_of
from cmday.connectors.token_api import NOT_FOUND, Header, TokenApi, json_of, one_line, server_base
from cmday.core.accounts import Account, Credentials


class DiscourseApi(TokenApi):
    """``server`` is the forum's address, with its folder where it is in one."""

    title: ClassVar[str] = "Discourse"

    def __init__(self, account: Account) -> None:
        super().__init__(account, server_base(account.server))

    def secret(self, credentials: Credentials) -> tuple[Header, ...]:
        """An account with a user name has an API key of the forum's admin, one without a key of its own."""
        name = credentials.username or self.account.username
        if name:
            return ("Api-Key", credentials.secret), ("Api-Username", name.lstrip("@"))
        return (("User-Api-Key", credentials.secret),)

    def words(self, response: Response) -> str:
        found = json_of(response)
        errors = found.get("errors") if isinstance(found, dict) else None
        return one_line(" ".join(one for one in errors if isinstance(one, str)) if isinstance(errors, list) else "")

    def me(self) -> Exchange[dict[str, Any]]:
        """Who is signed in: its ``username`` is there. The forum answers 404 where nobody is."""
        response = yield from self.get("/session/current.json")
        if response.status == NOT_FOUND and isinstance(json_of(response), dict):
            raise self.signed_out(response)
        found = self.read(response)
        user = found.get("current_user") if isinstance(found, dict) else None
        if not isinstance(user, dict) or not text_of(user, "username"):
            raise self.garbled()
        return user
