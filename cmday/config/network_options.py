"""What the table of an account may hold for its network alone, beside what every account may."""

from __future__ import annotations

from typing import Any, Final

from cmday.config import values as v
from cmday.config.tables import Table
from cmday.core.items import KINDS, Kind
from cmday.i18n import phrase

# Networks that are not named here say so themselves: another package knows its own options.
NETWORK_OPTIONS: Final = {
    "mastodon": ("visibility", "sync_read", "moderate"),
    "bluesky": ("sync_read", "ozone"),
    "matrix": ("rooms", "post_room"),
    "wordpress": ("queue",),
    "github": ("sync_read",),
    "discourse": ("sync_read",),
    "youtube": ("queue",),
    "x": ("cap_day", "cap_month", "price_post", "price_user", "posts"),
    "imap": ("folders", "port", "tls", "address", "smtp_server", "smtp_port", "smtp_tls", "sent_folder", "as"),
    "reddit": ("subreddits",),
    "discord": ("channels", "team"),
    "telegram": ("team",),
    "lemmy": (),
    "gitlab": (),
    "forgejo": ("sync_read",),
    "facebook": (),
    "instagram": (),
    "slack": ("channels", "team"),
}

QUEUES: Final = frozenset({"hold", "held", "spam", "trash"})


def take_options(network: str, table: Table) -> dict[str, object]:
    """The options of a network in its account's table; of a network that we do not know, all that is left."""
    known = NETWORK_OPTIONS.get(network)
    options: dict[str, object] = {}
    for key in list(table.left):
        if known is None or key in known:
            shape = SHAPES.get(key) if known is not None else None
            options[key] = table.take(key, shape, None) if shape else table.left.pop(key)
    return {key: value for key, value in options.items() if value is not None}


def rooms(value: Any) -> tuple[str, ...]:
    """Rooms of Matrix, by alias or id."""
    found = v.texts(value)
    for one in found:
        room(one)
    return found


def room(value: Any) -> str:
    words = v.text(value)
    if not words.startswith(("#", "!")) or len(words.split()) > 1:
        raise v.Unfit(phrase('the alias of a room, like "#community:example.org", or its id'))
    return words


def queues(value: Any) -> tuple[str, ...]:
    """Which comments wait for a decision; which words a network knows its connector says."""
    found = v.texts(value)
    if not set(found) <= QUEUES:
        raise v.Unfit(phrase('one or several of "hold" (WordPress) or "held" (YouTube), "spam" and "trash"'))
    return found


def did(value: Any) -> str:
    """A decentralised identifier (w3.org/TR/did-core), by which a moderation service is known."""
    words = v.text(value)
    method, _, rest = words.removeprefix("did:").partition(":")
    if not words.startswith("did:") or not method or not rest or len(words.split()) > 1:
        raise v.Unfit(phrase('a DID, like "did:plc:ar7c4by46qjdydhdevvrndac"'))
    return words.partition("#")[0]


def mail_rules(value: Any) -> tuple[tuple[str, str, Kind | None], ...]:
    """Which mails are notifications of which network: by sender (address or domain), with the kind if it is set."""
    if not isinstance(value, list) or not all(map(_is_rule, value)):
        raise v.Unfit(phrase('a list like [{ from = "notifications@linkedin.com", network = "linkedin" }]'))
    return tuple(
        (rule["from"].strip().lower().lstrip("@"), rule["network"].strip(), rule.get("kind")) for rule in value
    )


def _is_rule(rule: Any) -> bool:
    return (
        isinstance(rule, dict)
        and rule.keys() <= {"from", "network", "kind"}
        and all(isinstance(rule.get(key), str) and rule[key].strip() for key in ("from", "network"))
        and rule.get("kind", KINDS[0]) in KINDS
    )


def money(value: Any) -> int:
    """Dollars as millionths of a dollar, as paid sources have them."""
    from cmday.config import sources  # few homes pay for anything

    return sources.money(value)


SHAPES: Final[dict[str, v.Convert[Any]]] = {
    "channels": v.texts,
    "team": v.texts,
    "sync_read": v.flag,
    "moderate": v.flag,
    "ozone": did,
    "rooms": rooms,
    "post_room": room,
    "queue": queues,
    "subreddits": v.texts,
    "as": mail_rules,
    **dict.fromkeys(("cap_day", "cap_month", "price_post", "price_user"), money),
    "posts": v.whole(5, 100),
}
