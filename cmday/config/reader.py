"""config.toml to Settings, field by field, so that all mistakes are told at once."""

from __future__ import annotations

from datetime import timedelta, tzinfo
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from cmday.config import values as v
from cmday.config.calendar_tables import read_calendar, read_own_date
from cmday.config.keys import read_keys
from cmday.config.network_options import NETWORK_OPTIONS, take_options
from cmday.config.paths import Home
from cmday.config.settings import (
    STEP_NAMES,
    CrisisWishes,
    Display,
    Fairness,
    HostLimits,
    Limits,
    Recorded,
    Services,
    Settings,
    Watch,
)
from cmday.config.shared_keys import absolute, check_community, check_name, read_secret
from cmday.config.spans import without
from cmday.config.tables import Source, Table
from cmday.config.toml_file import parse_toml, read_file
from cmday.config.utm_table import read_utm
from cmday.core.accounts import Account
from cmday.core.communities import Community, WorkingHours
from cmday.core.time import zone_name
from cmday.errors import ConfigErrors
from cmday.i18n import LANGUAGES

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
    accounts = {name: _account(name, table, communities, first_sweep) for name, table in top.each("account")}
    calendars = {name: read_calendar(name, table, communities) for name, table in top.each("calendar")}
    dates = {name: read_own_date(name, table, communities) for name, table in top.each("date")}
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
        dates=dates,
        sources=sources,
        services=_services(top.table("services")),
        steps=_routine(top.table("routine")),
        limits=_limits(top.table("limits")),
        display=_display(top.table("display")),
        keys=read_keys(top.table("keys")),
        moderation=_fairness(top.table("moderation")),
        crisis=_crisis(top.table("crisis")),
        watch=_watch(top.table("watch"), accounts),
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
        extended=table.take("extended", v.spans, usual.extended),
        day_limit=table.take("day_limit", v.duration(_MINUTE, _DAY), usual.day_limit),
    )
    table.finish()
    return hours


def _community(name: str, table: Table, reply_within: timedelta, usual: WorkingHours) -> Community:
    check_name(table, name)
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


def _account(name: str, table: Table, communities: dict[str, Community], first_sweep: timedelta) -> Account:
    check_name(table, name)
    network = table.require("network", v.text, "").lower()
    known = network in NETWORK_OPTIONS
    server = table.require("server", v.server, "") if known else table.take("server", v.text, "")
    named = table.take("communities", v.texts, ())
    username = table.take("username", v.text, None)
    secret = read_secret(table)
    options = take_options(network, table)
    table.finish(NETWORK_OPTIONS.get(network, ()))
    for community in named:
        check_community(table, "communities", community, communities)
    return Account(
        name=name,
        network=network,
        server=server,
        communities=tuple(short for short in named if short in communities),
        username=username,
        secret=secret,
        options=options,
        first_sweep=first_sweep,
    )


def _source(name: str, table: Table) -> Account:
    from cmday.config.sources import read_source  # every command reads the settings, and few homes have sources

    check_name(table, name)
    return read_source(name, table, read_secret)


def _services(table: Table | None) -> Services:
    if table is None:
        return Services()
    from cmday.config.sources import read_services

    return read_services(table)


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


def _fairness(table: Table | None) -> Fairness:
    if table is None:
        return Fairness()
    found = Fairness(notes=table.take("notes", v.flag, Fairness().notes))
    table.finish()
    return found


def _crisis(table: Table | None) -> CrisisWishes:
    if table is None:
        return CrisisWishes()
    from cmday.config.alarm_tables import read_crisis

    return read_crisis(table)


def _watch(table: Table | None, accounts: dict[str, Account]) -> Watch:
    if table is None:
        return Watch()
    from cmday.config.alarm_tables import read_watch

    return read_watch(table, accounts)


def _recorded(table: Table | None, folder: Path) -> Recorded | None:
    if table is None:
        return None
    answers = table.require("answers", v.text, "")
    recorded = Recorded(answers=absolute(answers, folder), now=table.take("now", v.instant, None))
    table.finish()
    return recorded
