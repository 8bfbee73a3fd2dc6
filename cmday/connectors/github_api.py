"""Asking GitHub's REST API (docs.github.com/rest), or that of a GitHub Enterprise server, with a personal token."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlsplit

from cmday.connectors.protocol import Exchange
from cmday.connectors.social_posts import text_of
from cmday.connectors.token_api import Header, TokenApi, server_base
from cmday.core.accounts import Account

VERSION = "2022-11-28"


class GitHubApi(TokenApi):
    """``server`` is ``https://github.com``, an Enterprise server, or the address of the API itself."""

    title: ClassVar[str] = "GitHub"
    headers: ClassVar[tuple[Header, ...]] = (
        ("accept", "application/vnd.github+json"),
        ("x-github-api-version", VERSION),
    )

    def __init__(self, account: Account) -> None:
        super().__init__(account, api_base(account.server))

    def me(self) -> Exchange[str]:
        """The login of who is signed in."""
        found = self.read((yield from self.get("/user")))
        login = text_of(found, "login")
        if not login:
            raise self.garbled()
        return login


def api_base(server: str) -> str:
    """Where the API of a server is: github.com has it on a host of its own, others below ``/api/v3``."""
    base = server_base(server)
    parts = urlsplit(base)
    if parts.hostname in ("github.com", "www.github.com"):
        return "https://api.github.com"
    if (parts.hostname or "").startswith("api.") or parts.path:
        return base
    return f"{base}/api/v3"


def page_base(api: str) -> str:
    """Where the pages for people are."""
    parts = urlsplit(api)
    host = parts.netloc.removeprefix("api.")
    return f"{parts.scheme}://{host}"
