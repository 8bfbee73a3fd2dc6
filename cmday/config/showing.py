"""Settings back as tables, for ``config show``: complete with defaults, and without any secret."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from cmday.config.secrets import STRUCK
from cmday.config.settings import Settings
from cmday.config.spans import format_spans
from cmday.core.accounts import Account, SecretSource
from cmday.core.communities import Community, WorkingHours
from cmday.core.events import Calendar, OwnDate
from cmday.text.safe_text import hide_logins

_SECRET_WORDS: Final = ("pass", "secret", "token", "key")


def as_tables(settings: Settings) -> dict[str, Any]:
    """The settings in force in the shape of config.toml; what is not set is left out, secrets are struck."""
    tables = {
        "language": settings.language,
        "timezone": settings.zone_name,
        "reply_within": _length(timedelta(minutes=settings.reply_within)),
        "first_sweep": f"{settings.first_sweep_days}d",
        "hours": _hours(settings.hours),
        "community": {name: _community(community) for name, community in settings.communities.items()},
        "account": {name: _account(account) for name, account in settings.accounts.items()},
        "calendar": {name: _calendar(calendar) for name, calendar in settings.calendars.items()},
        "date": {name: _date(one) for name, one in settings.dates.items()},
        "routine": {"steps": list(settings.steps)},
        "limits": {
            "per_host_connections": settings.limits.per_host_connections,
            "per_host_spacing": _length(timedelta(seconds=settings.limits.per_host_spacing)),
            "parallel": settings.limits.parallel,
            "deadline": _length(timedelta(seconds=settings.limits.deadline)),
        },
        "display": {name: getattr(settings.display, name) for name in settings.display.__struct_fields__},
        "keys": {name: getattr(settings.keys, name) for name in settings.keys.__struct_fields__},
        "recorded": {"answers": settings.recorded.answers, "now": settings.recorded.now} if settings.recorded else None,
    }
    return _set(tables)


def _date(one: OwnDate) -> dict[str, Any]:
    day = f"{one.day:02}/{one.month:02}" if one.year is None else f"{one.year:04}-{one.month:02}-{one.day:02}"
    return _set(
        {
            "title": one.title,
            "on": None if one.rule else day,
            "rrule": one.rule or None,
            "community": one.community,
            "ahead": f"{one.ahead}d",
        }
    )


def _community(community: Community) -> dict[str, Any]:
    return _set(
        {
            "title": community.title,
            "colour": community.colour,
            "timezone": community.zone,
            "audience": community.audience,
            "languages": list(community.languages),
            "names": list(community.names),
            "keywords": list(community.keywords),
            "people": list(community.people),
            "domains": list(community.domains),
            "muted": list(community.muted),
            "quiet": format_spans(community.quiet),
            "peak": format_spans(community.peak),
            "reply_within": _length(community.reply_within),
            "hours": _hours(community.hours) if community.hours else None,
            "utm": msgspec.structs.asdict(community.utm) if community.utm else False,
        }
    )


def _account(account: Account) -> dict[str, Any]:
    return _set(
        {
            "network": account.network,
            "server": without_secrets(account.server),
            "communities": list(account.communities),
            "username": account.username,
            "secret": _secret(account.secret),
            **_options(account.options),
        }
    )


def _options(values: Mapping[str, Any]) -> dict[str, Any]:
    """What only the network itself understands; what sounds like a secret is taken for one."""
    return {
        name: STRUCK if any(word in name.lower() for word in _SECRET_WORDS) else _option(value)
        for name, value in values.items()
    }


def _option(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _options(value)
    if isinstance(value, list):
        return [_option(each) for each in value]
    return hide_logins(value) if isinstance(value, str) else value


def _calendar(calendar: Calendar) -> dict[str, Any]:
    return _set(
        {
            "url": without_secrets(calendar.url, path=False) if calendar.url else None,
            "path": calendar.path,
            "caldav": without_secrets(calendar.caldav, path=False) if calendar.caldav else None,
            "owned": calendar.owned or None,
            "community": calendar.community,
            "username": calendar.username,
            "secret": _secret(calendar.secret),
            "busy": calendar.busy,
            "private": calendar.private,
        }
    )


def _secret(source: SecretSource | None) -> dict[str, Any] | None:
    if source is None:
        return None
    if source.kind == "command":
        # A command's arguments may themselves be secret.
        return {"command": [source.value[0], *(STRUCK for _ in source.value[1:])]}
    return {source.kind: "/".join(source.value)}


def without_secrets(address: str, *, path: bool = True) -> str:
    """An address without user, password, query and fragment; without its path too where that itself is the secret."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return STRUCK
    if not parts.hostname:
        return address if "@" not in address else STRUCK
    whole = f"{parts.scheme}://{parts.hostname}{port}"
    if not path:
        return f"{whole}/…"
    return f"{whole}{parts.path}{'?' + STRUCK if parts.query else ''}"


def _hours(hours: WorkingHours) -> dict[str, Any]:
    return _set({"work": format_spans(hours.spans), "days_off": sorted(hours.days_off), "holidays": hours.country})


def _set(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _length(length: timedelta) -> str:
    milliseconds = round(length.total_seconds() * 1000)
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)):
        if milliseconds and milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return f"{milliseconds}ms"
