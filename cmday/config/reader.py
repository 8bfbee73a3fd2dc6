"""config.toml to Settings, field by field, so that all mistakes are told at once."""

from __future__ import annotations

from datetime import timedelta, tzinfo
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from cmday.config import values as v
from cmday.config.keys import read_keys
from cmday.config.network_options import NETWORK_OPTIONS, take_options
from cmday.config.paths import Home
from cmday.config.settings import STEP_NAMES, Display, HostLimits, Limits, Recorded, Services, Settings
from cmday.config.spans import without
from cmday.config.tables import Source, Table
from cmday.config.toml_file import parse_toml, read_file
from cmday.config.utm_table import read_utm
from cmday.core.accounts import Account, SecretSource
from cmday.core.communities import Community, WorkingHours
from cmday.core.events import Calendar
from cmday.core.time import zone_name
from cmday.errors import ConfigErrors
from cmday.i18n import LANGUAGES, phrase

USUAL_WORK: Final = ("mon-fri 09:00-12:30 13:30-17:30",)
_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)


def read_settings(home: Home, default_zone: tzinfo) -> Settings:
    """The settings of a home, the defaults where it has no config.toml.

    ``default_zone`` is used where no ``timezone`` is set. Raises ``ConfigErrors`` with every mistake, ``ConfigError``
    where the file is no TOML at all.
    """
    content = read_file(home.config)
    settings, source = parse_settings(content or "", home.config, default_zone, exists=content is not None)
    if source.mistakes:
        raise ConfigErrors(source.mistakes)
    return settings


def parse_settings(content: str, file: Path, default_zone: tzinfo, *, exists: bool = True) -> tuple[Settings, Source]:
    """The settings in a text, as far as they are right, and the source with all mistakes."""
    source = Source(file, content)
    top = Table(source, "", parse_toml(content, file), "")
    language = top.take("language", v.one_of(LANGUAGES), None)
    timezone = top.take("timezone", v.zone_name, None)
    reply_within = top.take("reply_within", v.duration(_MINUTE, 30 * _DAY), timedelta(hours=4))
    first_sweep = top.take("first_sweep", v.duration(_DAY, 90 * _DAY), 7 * _DAY)
    usual = WorkingHours(spans=v.spans(list(USUAL_WORK)))
    hours_table = top.table("hours")
    hours = _hours(hours_table, usual) if hours_table else usual
    communities = {name: _community(name, table, reply_within, hours) for name, table in top.each("community")}
    accounts = {name: _account(name, table, communities) for name, table in top.each("account")}
    calendars = {name: _calendar(name, table, communities) for name, table in top.each("calendar")}
    sources = {name: _source(name, table) for name, table in top.each("source")}
    settings = Settings(
        zone=ZoneInfo(timezone) if timezone else default_zone,
        zone_name=timezone or zone_name(default_zone),
        zone_chosen=timezone is not None,
        language=language,
        hours=hours,
        communities=communities,
        accounts=accounts,
        calendars=calendars,
        sources=sources,
        services=_services(top.table("services")),
        steps=_routine(top.table("routine")),
        limits=_limits(top.table("limits")),
        display=_display(top.table("display")),
        keys=read_keys(top.table("keys")),
        reply_within=int(reply_within / _MINUTE),
        first_sweep_days=max(1, first_sweep.days),
        recorded=_recorded(top.table("recorded"), file.parent),
        exists=exists,
    )
    top.finish()
    return settings, source


def _hours(table: Table, usual: WorkingHours) -> WorkingHours:
    work = table.take("work", v.spans, usual.spans)
    breaks = table.take("breaks", v.spans, ())
    hours = WorkingHours(
        spans=without(work, breaks),
        days_off=table.take("days_off", v.days, usual.days_off),
        country=table.take("holidays", v.country, usual.country),
    )
    table.finish()
    return hours


def _community(name: str, table: Table, reply_within: timedelta, usual: WorkingHours) -> Community:
    _check_name(table, name)
    own_hours = table.table("hours")
    community = Community(
        short=name,
        title=table.take("title", v.text, name),
        colour=table.take("colour", v.colour, "default"),
        zone=table.take("timezone", v.zone_name, None),
        audience=table.take("audience", v.audience, {}),
        languages=table.take("languages", v.texts, ()),
        names=table.take("names", v.texts, ()),
        keywords=table.take("keywords", v.texts, ()),
        people=table.take("people", v.texts, ()),
        domains=table.take("domains", v.domains, ()),
        muted=table.take("muted", v.texts, ()),
        quiet=table.take("quiet", v.spans, ()),
        peak=table.take("peak", v.spans, ()),
        reply_within=table.take("reply_within", v.duration(_MINUTE, 30 * _DAY), reply_within),
        hours=_hours(own_hours, usual) if own_hours else None,
        utm=read_utm(table),
    )
    table.finish()
    return community


def _account(name: str, table: Table, communities: dict[str, Community]) -> Account:
    _check_name(table, name)
    network = table.require("network", v.text, "").lower()
    known = network in NETWORK_OPTIONS
    server = table.require("server", v.server, "") if known else table.take("server", v.text, "")
    named = table.take("communities", v.texts, ())
    username = table.take("username", v.text, None)
    secret = _secret(table)
    options = take_options(network, table)
    table.finish(NETWORK_OPTIONS.get(network, ()))
    for community in named:
        _check_community(table, "communities", community, communities)
    return Account(
        name=name,
        network=network,
        server=server,
        communities=tuple(short for short in named if short in communities),
        username=username,
        secret=secret,
        options=options,
    )


def _source(name: str, table: Table) -> Account:
    from cmday.config.sources import read_source  # every command reads the settings, and few homes have sources

    _check_name(table, name)
    return read_source(name, table, _secret)


def _services(table: Table | None) -> Services:
    if table is None:
        return Services()
    from cmday.config.sources import read_services

    return read_services(table)


def _calendar(name: str, table: Table, communities: dict[str, Community]) -> Calendar:
    has_place = ("url" in table) + ("path" in table)
    url = table.take("url", v.address, None)
    path = table.take("path", v.text, None)
    community = table.take("community", v.text, None)
    if has_place != 1:
        table.wrong(None, phrase("wants either url or path"))
    if community is not None:
        _check_community(table, "community", community, communities)
    calendar = Calendar(
        name=name,
        url=url,
        path=_absolute(path, table.source.file.parent) if path else None,
        community=community if community in communities else None,
        username=table.take("username", v.text, None),
        secret=_secret(table),
        busy=table.take("busy", v.flag, True),
    )
    table.finish()
    return calendar


def _check_name(table: Table, name: str) -> None:
    try:
        v.name(name)
    except v.Unfit as unfit:
        table.wrong(None, phrase("must be {expected}", expected=unfit.expected))


def _check_community(table: Table, key: str, name: str, communities: dict[str, Community]) -> None:
    if name in communities:
        return
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), list(communities), n=1, cutoff=0.5)
    table.wrong(
        key,
        phrase('no community is called "{name}"', name=name),
        phrase('did you mean "{name}"?', name=near[0]) if near else phrase("add a table [community.{name}]", name=name),
    )


def _secret(table: Table) -> SecretSource | None:
    """Where the secret is: ``{ command = ["pass", "show", "x"] }``, or ``keyring``, ``env`` or ``file``."""
    sub = table.table("secret") if isinstance(table.left.get("secret"), dict) else None
    if sub is None:
        table.known.add("secret")
        if table.left.pop("secret", None) is not None:
            table.wrong(
                "secret",
                phrase("must say where the secret is, not be it"),
                phrase('write secret = { command = ["pass", "show", "..."] }, or keyring, env or file'),
            )
        return None
    found = [
        SecretSource("command", command) if (command := sub.take("command", v.texts, ())) else None,
        SecretSource("keyring", keyring) if (keyring := sub.take("keyring", v.keyring_entry, ())) else None,
        SecretSource("env", (env,)) if (env := sub.take("env", v.text, "")) else None,
        SecretSource("file", (file,)) if (file := sub.take("file", v.text, "")) else None,
    ]
    named = [source for source in found if source]
    sub.finish()
    if len(named) != 1 and not sub.left:
        sub.wrong(None, phrase("wants one of command, keyring, env and file"))
    return named[0] if named else None


def _routine(table: Table | None) -> tuple[str, ...]:
    if table is None:
        return STEP_NAMES
    steps = table.take("steps", v.some_of(STEP_NAMES), STEP_NAMES)
    table.finish()
    return steps


def _limits(table: Table | None) -> Limits:
    if table is None:
        return Limits()
    usual = Limits()
    seconds = timedelta(seconds=1)
    limits = Limits(
        per_host_connections=table.take("per_host_connections", v.whole(1, 16), usual.per_host_connections),
        per_host_spacing=table.take(
            "per_host_spacing", v.duration(timedelta(), 60 * seconds), usual.per_host_spacing * seconds
        )
        / seconds,
        parallel=table.take("parallel", v.whole(1, 2000), usual.parallel),
        deadline=table.take("deadline", v.duration(seconds / 10, 300 * seconds), usual.deadline * seconds) / seconds,
    )
    hosts = {name.lower(): _host_limits(one, limits) for name, one in table.each("host")}
    table.finish()
    return replace(limits, hosts=hosts)


def _host_limits(table: Table, usual: Limits) -> HostLimits:
    seconds = timedelta(seconds=1)
    spacing = table.take("spacing", v.duration(timedelta(), 600 * seconds), usual.per_host_spacing * seconds)
    limits = HostLimits(
        connections=table.take("connections", v.whole(1, 16), usual.per_host_connections), spacing=spacing / seconds
    )
    table.finish()
    return limits


def _display(table: Table | None) -> Display:
    if table is None:
        return Display()
    usual = Display()
    display = Display(
        colour=table.take("colour", v.one_of(("auto", "always", "never")), usual.colour),
        plain=table.take("plain", v.flag, usual.plain),
        stories=table.take("stories", v.whole(1, 50), usual.stories),
        skim=table.take("skim", v.whole(1, 50), usual.skim),
        items=table.take("items", v.whole(1, 50), usual.items),
        cases=table.take("cases", v.whole(1, 50), usual.cases),
        links=table.take("links", v.flag, usual.links),
    )
    table.finish()
    return display


def _recorded(table: Table | None, folder: Path) -> Recorded | None:
    if table is None:
        return None
    answers = table.require("answers", v.text, "")
    recorded = Recorded(answers=_absolute(answers, folder), now=table.take("now", v.instant, None))
    table.finish()
    return recorded


def _absolute(path: str, folder: Path) -> str:
    return str(folder / Path(path).expanduser())
