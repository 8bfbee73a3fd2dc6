"""All settings, typed, with their defaults. ``reader`` fills them from config.toml; nothing else makes them."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Literal

import msgspec

from cmday.core.accounts import Account, SecretSource
from cmday.core.communities import Community, WorkingHours
from cmday.core.events import Calendar, OwnDate

STEP_NAMES = ("schedule", "notifications", "news", "moderation", "planning")


class HostLimits(msgspec.Struct, frozen=True, kw_only=True):
    """``[limits.host."NAME"]``: how one host is treated; seconds."""

    connections: int
    spacing: float


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """``[limits]``: how hard cmday may work; seconds. ``hosts`` are those that are treated otherwise."""

    per_host_connections: int = 1
    per_host_spacing: float = 1.0
    parallel: int = 1024
    deadline: float = 8.0
    hosts: dict[str, HostLimits] = {}


class Display(msgspec.Struct, frozen=True, kw_only=True):
    """``[display]``: what one screen holds; ``stories`` of the dashboard, ``skim`` of ``cmday feeds``."""

    colour: Literal["auto", "always", "never"] = "auto"
    plain: bool = False
    stories: int = 6
    skim: int = 12
    items: int = 5
    cases: int = 3
    links: bool = True


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """``[keys]``: what one types in the guide, a character each. Space and Enter are ``next`` too."""

    reply: str = "r"
    reuse: str = "t"
    editor: str = "e"
    done: str = "d"
    later: str = "z"
    moderate: str = "m"
    approve: str = "a"
    # What touches somebody's words or account wants a capital, so that it is done by no slip of a finger.
    hold: str = "H"
    remove: str = "R"
    warn: str = "W"
    mute: str = "M"
    ban: str = "B"
    label: str = "L"
    lock: str = "K"
    assign: str = "G"
    note: str = "N"
    open: str = "o"
    undo: str = "u"
    next: str = "n"
    back: str = "b"
    place: str = "p"
    pause: str = "q"
    help: str = "?"


class Fairness(msgspec.Struct, frozen=True, kw_only=True):
    """``[moderation]``: ``notes`` drafts a note to the author and to those who reported, when a case is closed."""

    notes: bool = True


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """``[recorded]``: answers replayed from a folder instead of the network, and the moment they belong to."""

    answers: str
    now: datetime | None = None


class CrisisWishes(msgspec.Struct, frozen=True, kw_only=True):
    """``[crisis]``: what an alarm does; ``checklist`` are further points of one's own."""

    hold: bool = True
    first_word: timedelta = timedelta(minutes=15)
    checklist: tuple[str, ...] = ()


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """``[watch]``: how often ``cmday watch`` looks, and whom it tells how.

    ``ahead`` is how long before a limit passes it is told. ``quiet`` are minutes of the day between which nobody is
    woken. ``ntfy`` is the address of a topic, ``secret`` its token; ``mail`` the account by which mail goes ``to``.
    """

    every: timedelta = timedelta(minutes=5)
    ahead: timedelta = timedelta(minutes=30)
    quiet: tuple[int, int] | None = None
    alarms_at_night: bool = False
    texts: bool = False
    bell: bool = True
    desktop: bool = False
    ntfy: str | None = None
    secret: SecretSource | None = None
    mail: str | None = None
    to: str | None = None


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """``[services]``: the addresses of public services, without a slash at the end; no RSSHub unless one is named."""

    bluesky: str = "https://public.api.bsky.app"
    github: str = "https://github.com"
    google_news: str = "https://news.google.com"
    hacker_news: str = "https://hnrss.org"
    hacker_news_trends: str = "https://hn.algolia.com"
    reddit: str = "https://www.reddit.com"
    youtube: str = "https://www.youtube.com"
    rsshub: str = ""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the person wants, complete and checked.

    ``zone`` is the CM's own; ``zone_chosen`` tells whether config.toml names it or the system does. ``reply_within``
    counts minutes. ``exists`` is false where there is no config.toml and all is default.
    ``sources`` are ``[source.NAME]``: who one is at sources of news.
    """

    zone: tzinfo
    zone_name: str = ""
    zone_chosen: bool = False
    language: str | None = None
    hours: WorkingHours
    communities: dict[str, Community] = {}
    accounts: dict[str, Account] = {}
    calendars: dict[str, Calendar] = {}
    dates: dict[str, OwnDate] = {}
    sources: dict[str, Account] = {}
    services: Services = Services()
    steps: tuple[str, ...] = STEP_NAMES
    limits: Limits = Limits()
    display: Display = Display()
    keys: Keys = Keys()
    moderation: Fairness = Fairness()
    crisis: CrisisWishes = CrisisWishes()
    watch: Watch = Watch()
    reply_within: int = 240
    first_sweep_days: int = 7
    recorded: Recorded | None = None
    exists: bool = True
