"""``cmday init``: takes over what this machine has, asks little, and ends with one real fetch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import typer

from cmday.cli.asking import ask_text, can_ask, confirm
from cmday.cli.flags import fits
from cmday.cli.run import Run, current
from cmday.config.adding import add_to_config
from cmday.config.discovery import find_calendars, find_newsboat, read_newsboat
from cmday.config.spans import parse_spans
from cmday.config.starter import create
from cmday.core.time import zone_name
from cmday.errors import IN_PART, CmdayError, WrongUse
from cmday.i18n import _, ngettext, phrase
from cmday.text.safe_text import safe


class InitData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday init --json``: what was written and what the one fetch said."""

    created: tuple[str, ...]
    added: tuple[str, ...]
    feeds: int
    fetch: str | None


class Answers(msgspec.Struct, kw_only=True):
    """What is to be set up, from the flags and then from the person."""

    timezone: str | None = None
    language: str | None = None
    hours: list[str]
    holidays: str | None = None
    communities: list[str]
    calendars: dict[str, str]
    newsboat: Path | None = None


def command(
    timezone: str | None = typer.Option(None, help=_("Your time zone, like Europe/Paris.")),
    language: str | None = typer.Option(None, help=_("en or fr.")),
    hours: list[str] = typer.Option([], help=_('When you work, like "mon-fri 09:00-12:30 13:30-17:30".')),
    holidays: str | None = typer.Option(None, help=_("Public holidays of a country, like FR.")),
    communities: list[str] = typer.Option([], help=_('A community you answer to, like "bem=BEM Talents".')),
    calendar: list[str] = typer.Option([], help=_("A calendar: an address or a path.")),
    calendars: bool = typer.Option(True, help=_("Take over the calendars of khal and vdirsyncer.")),
    newsboat: Path | None = typer.Option(None, help=_("A list of feeds as newsboat keeps it.")),
    feeds: bool = typer.Option(True, help=_("Take over the feeds of newsboat.")),
    yes: bool = typer.Option(False, "--yes", "-y", help=_("Ask nothing; take what is found.")),
) -> int:
    """Set up: hours, calendars and feeds."""
    run = current()
    answers = Answers(
        timezone=timezone,
        language=language,
        hours=hours,
        holidays=holidays,
        communities=communities,
        calendars={name: str(folder) for name, folder in find_calendars().items()} if calendars else {},
        newsboat=newsboat or (find_newsboat() if feeds else None),
    )
    if not yes and can_ask() and not run.options.json:
        _ask(answers)
    answers.calendars.update(_named(calendar))
    return _set_up(run, answers)


command.__doc__ = _("Set up: hours, calendars and feeds. Takes over what this machine has, and asks little.")


def _ask(answers: Answers) -> None:
    if not answers.hours:
        usual = _("mon-fri 09:00-12:30 13:30-17:30")
        while not answers.hours:
            given = ask_text(_("When do you work?"), usual)
            try:
                parse_spans(given)
            except ValueError as wrong:
                typer.echo(
                    _('"{word}" cannot be read; write days and times like {usual}').format(word=wrong, usual=usual),
                    err=True,
                )
                continue
            answers.hours = [given]
    if not answers.communities:
        given = ask_text(_('Which communities do you answer to? Like "bem=BEM Talents, sss=Seeksicksound":'))
        answers.communities = [part.strip() for part in given.split(",") if part.strip()]
    if answers.calendars:
        n = len(answers.calendars)
        names = ", ".join(answers.calendars)
        question = ngettext(
            "{n} calendar found: {names}. Take it over?", "{n} calendars found: {names}. Take them over?", n
        )
        if not confirm(question.format(n=n, names=names)):
            answers.calendars = {}
    if answers.newsboat:
        n = len(read_newsboat(answers.newsboat))
        question = ngettext(
            "{n} feed of newsboat found. Take it over?", "{n} feeds of newsboat found. Take them over?", n
        )
        if not confirm(question.format(n=n)):
            answers.newsboat = None


def _set_up(run: Run, answers: Answers) -> int:
    settings, tables = _tables(run, answers)
    created = create(run.home)
    added = add_to_config(run.home.config, settings, tables)
    feeds = _take_feeds(run, answers.newsboat)
    session = run.session  # the whole is read and checked as any command would
    for file in created:
        run.say(_("written: {file}").format(file=file))
    for name in added:
        run.say(_("added to {file}: {name}").format(file=run.home.config.name, name=name))
    if feeds:
        run.say(ngettext("{n} feed taken over", "{n} feeds taken over", feeds).format(n=feeds))
    if not (created or added or feeds):
        run.say(_("everything was there already; nothing was changed"))
    said, error = None, None
    if not session.offline:
        from cmday.checkup import try_one_feed

        finding = try_one_feed(session)
        said, error = finding.message.english, finding.error
        run.say(safe(str(finding.message)))
    run.say(_("next: cmday start"))
    data = InitData(created=tuple(map(str, created)), added=tuple(added), feeds=feeds, fetch=said)
    if run.options.json:
        run.print_data("init", data, "", [error] if error else [], "partial" if error else "done")
    return IN_PART if error else 0


def _tables(run: Run, answers: Answers) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The settings and tables that the answers ask for; what is wrong in a flag is said before anything is written."""
    from cmday.config import values as v

    fits("--timezone", answers.timezone, v.zone_name)
    fits("--language", answers.language, v.one_of(("en", "fr")))
    fits("--holidays", answers.holidays, v.country)
    fits("--hours", answers.hours or None, v.spans)
    for given in answers.communities:
        fits("--communities", given.partition("=")[0].strip(), v.name)
    for place in answers.calendars.values():
        fits("--calendar", place if "://" in place else None, v.address)
    zone = answers.timezone or zone_name(run.default_zone())
    settings = {"language": answers.language, "timezone": zone if "/" in zone else None}
    hours = {"work": answers.hours or None, "holidays": answers.holidays}
    tables: dict[str, dict[str, Any]] = {}
    if any(hours.values()):
        tables["hours"] = {name: value for name, value in hours.items() if value}
    for given in answers.communities:
        short, _equals, title = given.partition("=")
        tables[f"community.{short.strip()}"] = {"title": title.strip() or short.strip()}
    for name, place in answers.calendars.items():
        kind = "url" if "://" in place else "path"
        tables[f"calendar.{name}"] = {kind: place}
    return {name: value for name, value in settings.items() if value}, tables


def _named(places: list[str]) -> dict[str, str]:
    """Calendars given by hand, named after the end of their address or path."""
    named: dict[str, str] = {}
    for place in places:
        # Without the query, which may hold a secret.
        end = place.partition("://")[2].partition("?")[0].partition("#")[0] or place
        name = "".join(char if char.isalnum() else "-" for char in Path(end).stem).strip("-").lower() or "calendar"
        if "://" not in place and not Path(place).expanduser().exists():
            raise WrongUse(phrase("there is no calendar at {path}", path=place))
        named[name] = place if "://" in place else str(Path(place).expanduser().absolute())
    return named


def _take_feeds(run: Run, newsboat: Path | None) -> int:
    if newsboat is None:
        return 0
    from cmday.config.subscriptions import add_subscriptions

    if not newsboat.is_file():
        raise CmdayError(phrase("there is no file {file}", file=newsboat))
    added, _known = add_subscriptions(run.home.feeds, read_newsboat(newsboat))
    return len(added)
