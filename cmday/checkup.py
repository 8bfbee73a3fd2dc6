"""What ``cmday doctor`` and ``cmday config check`` look at, one finding a line, each with its fix."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import tzinfo
from itertools import chain
from pathlib import Path
from typing import Final, Literal

import msgspec

from cmday.config.paths import Home
from cmday.errors import CaptivePortal, CmdayError, ConfigError, NoNetwork, Waiting
from cmday.i18n import Phrase, language, phrase
from cmday.session import Session

Verdict = Literal["ok", "warning", "failed"]
_OTHERS: Final = 0o077


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the check-up; ``fix`` says what to do where the verdict is not ok."""

    about: Phrase
    verdict: Verdict
    message: Phrase
    fix: Phrase | None = None
    error: CmdayError | None = None


def check_files(home: Home, default_zone: tzinfo) -> list[tuple[Path, list[ConfigError]]]:
    """Every configuration file of this home with all its mistakes."""
    from cmday.config.rules import read_rules
    from cmday.config.subscriptions import read_subscriptions

    feeds = read_subscriptions(home.feeds)
    return [
        (home.config, _settings_mistakes(home, default_zone)),
        (home.feeds, list(feeds.problems)),
        (home.rules, list(read_rules(home.rules).problems)),
    ]


def _settings_mistakes(home: Home, default_zone: tzinfo) -> list[ConfigError]:
    from cmday.config.reader import parse_settings
    from cmday.config.toml_file import read_file
    from cmday.connectors.catalog import entry

    try:
        settings, source = parse_settings(read_file(home.config) or "", home.config, default_zone)
    except ConfigError as broken:
        return [broken]
    mistakes: list[ConfigError] = list(source.mistakes)
    for account in settings.accounts.values():
        try:
            if account.network:
                entry(account)
        except ConfigError as unknown:
            mistakes.append(unknown)
    return mistakes


def examine_house(home: Home, default_zone: tzinfo) -> Iterator[Finding]:
    """What can be looked at without settings: the files, who may read them, the language, the version."""
    yield _home(home)
    for file, mistakes in check_files(home, default_zone):
        if not mistakes:
            there = phrase("{file} is right", file=file) if file.is_file() else phrase("{file} is not there", file=file)
            yield Finding(about=phrase("config"), verdict="ok", message=there)
        for mistake in mistakes:
            yield _failed(phrase("config"), mistake, phrase("cmday config edit"))
    yield Finding(about=phrase("language"), verdict="ok", message=phrase("{name}", name=language()))


def _home(home: Home) -> Finding:
    if not home.data.is_dir():
        return Finding(
            about=phrase("home"),
            verdict="ok",
            message=phrase("{folder} is made when it is first needed", folder=home.data),
        )
    if not os.access(home.data, os.W_OK):
        return Finding(
            about=phrase("home"),
            verdict="failed",
            message=phrase("{folder} cannot be written", folder=home.data),
            fix=phrase("chmod u+rwx {folder}", folder=home.data),
        )
    for file in (home.data, home.database, *home.tokens.glob("*")):
        if file.exists() and file.stat().st_mode & _OTHERS:
            return Finding(
                about=phrase("home"),
                verdict="warning",
                message=phrase("{file} can be read by others", file=file),
                fix=phrase("chmod {mode} {file}", mode="700" if file.is_dir() else "600", file=file),
            )
    return Finding(about=phrase("home"), verdict="ok", message=phrase("{folder} is yours alone", folder=home.data))


def examine_database(session: Session) -> Finding:
    """Whether the database opens and is whole."""
    from cmday.storage.damage import is_broken

    try:
        database = session.database
        if database.notices:
            return _failed(phrase("database"), database.notices[0])
        broken = is_broken(session.home.database)
    except CmdayError as error:
        return _failed(phrase("database"), error)
    if broken:
        return Finding(
            about=phrase("database"),
            verdict="failed",
            message=phrase("{file} is damaged", file=session.home.database),
            fix=phrase("cmday restore FILE brings back a backup; without one run any command: a new one is begun"),
        )
    return Finding(
        about=phrase("database"),
        verdict="ok",
        message=phrase(
            "{file} is whole, {size} KB", file=session.home.database, size=_kilobytes(session.home.database)
        ),
    )


def _kilobytes(file: Path) -> int:
    return file.stat().st_size // 1024 if file.exists() else 0


def examine_clock(session: Session) -> Finding:
    """The moment and zone that cmday works with, and where they come from."""
    settings, moment = session.settings, session.clock.now()
    said = phrase("{moment} in {zone}", moment=moment.isoformat(timespec="minutes"), zone=settings.zone_name)
    if session.clock.frozen:
        return Finding(
            about=phrase("clock"),
            verdict="warning",
            message=phrase("{said}, standing still", said=said),
            fix=phrase("unset CMDAY_NOW") if "CMDAY_NOW" in os.environ else phrase("take now out of [recorded]"),
        )
    if not settings.zone_chosen and "/" not in settings.zone_name:
        return Finding(
            about=phrase("clock"),
            verdict="warning",
            message=phrase("{said}: this machine names no time zone, so summer time is not known", said=said),
            fix=phrase("set timezone in config.toml: cmday config edit"),
        )
    return Finding(about=phrase("clock"), verdict="ok", message=said)


def examine_hours(session: Session) -> Iterator[Finding]:
    """The countries whose public holidays are asked for and not known."""
    from cmday.hours.holidays import is_known_country

    settings = session.settings
    kept = [settings.hours, *(one.hours for one in settings.communities.values())]
    for country in sorted({hours.country for hours in kept if hours and hours.country}):
        if not is_known_country(country):
            yield Finding(
                about=phrase("hours"),
                verdict="warning",
                message=phrase("the public holidays of {country} are not known", country=country),
                fix=phrase("write another country in [hours]: cmday config edit"),
            )


def examine_networks(session: Session) -> Iterator[Finding]:
    """Every account, calendar and feed asked once; that there is no network is one finding, however many feel it."""
    told = False
    for finding in chain(_accounts(session), _sources(session)):
        if not isinstance(finding.error, NoNetwork | CaptivePortal):
            yield finding
        elif not told:
            told = True
            yield Finding(
                about=phrase("network"),
                verdict="warning",
                message=finding.message,
                fix=phrase("connect this machine, then run cmday doctor again"),
                error=finding.error,
            )


def _accounts(session: Session) -> Iterator[Finding]:
    from cmday.connectors.conversation import Conversation, Ended, Heard
    from cmday.steps.spending import connector_of

    conversations = []
    for account in session.settings.accounts.values():
        try:
            talk = connector_of(session, account).check
        except CmdayError as error:
            yield _failed(phrase("account {name}", name=account.name), error)
            continue
        conversations.append(Conversation(key=account.name, talk=talk, host=account.name))
    heard: dict[str, str] = {}
    for event in session.engine.converse(conversations, sign_in=session.sign_in) if conversations else ():
        if isinstance(event, Heard):
            heard[event.key] = event.value.identity
        elif isinstance(event, Ended):
            about = phrase("account {name}", name=event.key)
            yield (
                _failed(about, event.error)
                if event.error
                else Finding(
                    about=about,
                    verdict="ok",
                    message=phrase("signed in as {identity}", identity=heard.get(event.key, "")),
                )
            )


def _sources(session: Session) -> Iterator[Finding]:
    """Calendars and feeds, asked as ``cmday start`` asks them; what they say is stored as always."""
    from cmday.routine import ask_all, load_steps

    for step, about, each in (
        ("schedule", phrase("calendars"), phrase("calendar {name}")),
        ("news", phrase("feeds"), phrase("feed {name}")),
    ):
        outcomes = ask_all(session, load_steps([step]), budget=session.settings.limits.deadline)
        answered = sum(outcome.status == "done" for outcome in outcomes.values())
        waiting = sum(outcome.status == "waiting" for outcome in outcomes.values())
        for outcome in outcomes.values():
            if outcome.error and outcome.status in {"failed", "partial"}:
                yield _failed(Phrase(each.message, {"name": outcome.subject}), outcome.error)
        said = phrase("{answered} answered, {waiting} wait their turn", answered=answered, waiting=waiting)
        if not outcomes:
            said = phrase("none to ask")
        if answered or waiting or not outcomes:
            yield Finding(about=about, verdict="ok", message=said)


def _failed(about: Phrase, error: CmdayError, fix: Phrase | None = None) -> Finding:
    away = isinstance(error, NoNetwork | CaptivePortal | Waiting)
    return Finding(
        about=about,
        verdict="warning" if away else "failed",
        message=error.message,
        fix=error.hint or fix,
        error=error,
    )


def try_one_feed(session: Session) -> Finding:
    """One real fetch, to see that the way to the web is open; nothing is stored."""
    from cmday.config.subscriptions import read_subscriptions
    from cmday.connectors.conversation import Conversation, Ended
    from cmday.connectors.web_feeds import fetch

    feeds = [feed for feed in read_subscriptions(session.home.feeds).feeds if not feed.mute]
    if not feeds:
        return Finding(
            about=phrase("network"),
            verdict="warning",
            message=phrase("no feed to try"),
            fix=phrase("cmday feeds add URL"),
        )
    url = feeds[0].url
    talk = Conversation(key=url, talk=lambda: fetch(url), host=url)
    for event in session.engine.converse([talk], sign_in=session.sign_in):
        if isinstance(event, Ended):
            if event.error:
                return _failed(phrase("network"), event.error)
            said = phrase("{url} answered in {seconds} s", url=url, seconds=f"{event.seconds:.1f}")
            return Finding(about=phrase("network"), verdict="ok", message=said)
    return Finding(about=phrase("network"), verdict="warning", message=phrase("{url} gave no answer", url=url))
