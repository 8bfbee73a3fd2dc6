"""``[source.NAME]`` and ``[services]``: who one is at the sources of news that want a sign-in, and where those are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from cmday.config import values as v
from cmday.config.settings import Services
from cmday.config.tables import Table
from cmday.core.accounts import Account, SecretSource
from cmday.i18n import phrase

_SERVERS: Final = {"x": "https://api.x.com", "bluesky": "https://bsky.social", "miniflux": ""}
MICRO: Final = 1_000_000
_DEAREST: Final = 10_000


def money(value: Any) -> int:
    """Dollars as millionths of a dollar."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _DEAREST:
        raise v.Unfit(phrase("an amount in dollars, like 0.50"))
    return round(value * MICRO)


def read_source(name: str, table: Table, secret: Callable[[Table], SecretSource | None]) -> Account:
    """One source that wants a sign-in, as the account that it is asked as."""
    kind = table.require("kind", v.one_of(_SERVERS), "x")
    usual = _SERVERS[kind]
    server = table.take("server", v.server, usual) if usual else table.require("server", v.server, "")
    account = Account(
        name=name,
        network=kind,
        server=server,
        username=table.take("username", v.text, None),
        secret=secret(table),
        options=_options(kind, table),
    )
    table.finish()
    return account


def _options(kind: str, table: Table) -> dict[str, object]:
    if kind == "miniflux":
        return {"read_marks": table.take("read_marks", v.one_of(("both", "in")), "both")}
    if kind != "x":
        return {}
    for cap in ("cap_day", "cap_month"):
        if cap not in table:
            table.wrong(
                cap, phrase("is missing"), phrase("X is paid by the post read: say how many dollars it may cost")
            )
    return {
        "cap_day": table.take("cap_day", money, 0),
        "cap_month": table.take("cap_month", money, 0),
        "price_post": table.take("price_post", money, 5_000),
        "price_user": table.take("price_user", money, 10_000),
        "posts": table.take("posts", v.whole(1, 100), 10),
    }


def read_services(table: Table) -> Services:
    """Where public services are asked; one's own installation may stand there."""
    usual = Services()
    found: dict[str, str] = {}
    for name in Services.__struct_fields__:
        found[name] = table.take(name, _base, getattr(usual, name))
    table.finish()
    return Services(**found)


def _base(value: Any) -> str:
    words = v.server(value)
    return (words if "://" in words else f"https://{words}").rstrip("/")
