"""``cmday plan import-activity``: what analytics know of when people are there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from cmday.cli.asking import ask_text, can_ask, confirm
from cmday.cli.plan_words import read_community
from cmday.cli.run import Run, current
from cmday.errors import WrongUse
from cmday.i18n import _, ngettext, phrase

if TYPE_CHECKING:
    from datetime import date

    from cmday.core.communities import Community
    from cmday.steps.planning.importing import ImportedData, Prepared, Wishes


def register(app: typer.Typer) -> None:
    """Hang the command on ``cmday plan``."""
    app.command("import-activity", help=_("Learn quiet hours from a CSV export of analytics."))(import_activity)


def import_activity(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("A CSV file, may be .gz."))],
    community: Annotated[str | None, typer.Option("--community", "-c", help=_("Whose activity it is."))] = None,
    columns: Annotated[
        str | None,
        typer.Option("--columns", metavar="ROLE=NAME,...", help=_("time date hour weekday actor count.")),
    ] = None,
    zone: Annotated[str | None, typer.Option("--zone", help=_("The time zone of its clocks."))] = None,
    dates: Annotated[
        str | None, typer.Option("--dates", metavar="FIRST..LAST", help=_("The days its hours stand for."))
    ] = None,
    day_first: Annotated[
        bool | None, typer.Option("--day-first/--month-first", help=_("How its dates begin, where they do not say."))
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help=_("Write nothing, ask nothing."))] = False,
) -> int:
    run = current()
    from cmday.steps.planning import importing

    wishes = importing.Wishes(columns=_columns(columns), zone=_zone(zone), days=_dates(dates), day_first=day_first)
    prepared = importing.prepare(run.session, _whose(run, community), file.expanduser(), wishes)
    while prepared.unsure:
        if dry_run or run.options.json or not can_ask():
            raise importing.refusal(prepared)
        prepared = importing.prepare(run.session, prepared.community, prepared.file, _asked(prepared))
    data = importing.carry_out(run.session, prepared, dry_run=dry_run)
    return run.print_data("plan import-activity", data, "\n".join(_said(run, data)))


def _whose(run: Run, name: str | None) -> Community:
    """The community named, the one in focus, or the only one there is."""
    known = run.settings.communities
    short = read_community(run, name) or (next(iter(known)) if len(known) == 1 else None)
    if short is None:
        raise WrongUse(
            phrase("whose activity is it?"), phrase("write -c with one of: {names}", names=", ".join(known) or "-")
        )
    return known[short]


def _columns(text: str | None) -> dict[str, str]:
    found = {}
    for part in (text or "").split(","):
        role, equals, name = part.partition("=")
        if equals and name.strip():
            found[role.strip().lower()] = name.strip()
        elif part.strip():
            raise WrongUse(
                phrase('"{word}" names no column', word=part.strip()), phrase("write --columns time=NAME,actor=NAME")
            )
    return found


def _zone(name: str | None) -> str | None:
    from cmday.config.values import Unfit, zone_name

    try:
        return zone_name(name) if name else None
    except Unfit:
        raise WrongUse(
            phrase('"{name}" is no time zone', name=name or ""), phrase("write a name like Europe/Paris")
        ) from None


def _dates(text: str | None) -> tuple[date, date] | None:
    from cmday.text.activity.reading import period

    try:
        return period(text) if text else None
    except ValueError:
        raise WrongUse(
            phrase('"{text}" is no span of days', text=text or ""), phrase("write --dates 2026-10-01..2026-10-31")
        ) from None


def _asked(prepared: Prepared) -> Wishes:
    """What the person says about the thing that is unsure."""
    wishes = prepared.wishes
    if prepared.unsure == "order":
        return msgspec.structs.replace(wishes, day_first=confirm(_("Do its dates begin with the day?")))
    if prepared.unsure == "dates":
        return msgspec.structs.replace(wishes, days=_dates(ask_text(_("Of which days? FIRST..LAST:"))))
    names = ", ".join(prepared.table.header) or f"1-{prepared.table.size}"
    kept = {
        role: str(place + 1)
        for role in ("time", "date", "hour", "weekday", "actor", "count")
        if (place := getattr(prepared.columns, role)) is not None
    }
    if prepared.unsure == "time":
        kept["time"] = ask_text(_("Which column is the time? {names}:").format(names=names))
        return msgspec.structs.replace(wishes, columns=kept)
    role = "actor" if confirm(_("Is there a column that says who?")) else "count"
    kept[role] = ask_text(_("Which one? {names}:").format(names=names))
    return msgspec.structs.replace(wishes, columns=kept)


def _said(run: Run, data: ImportedData) -> list[str]:
    view = run.view
    named = ", ".join(f"{role}={name}" for role, name in data.columns.items())
    span = f"{view.short_day(view.local(data.first).date())} - {view.short_day(view.local(data.last).date())}"
    rows = ngettext("{n} row", "{n} rows", data.rows).format(n=data.rows)
    lines = [view.join(f"{data.community} {data.file}", rows, span, named, data.zone)]
    if data.skipped:
        lines.append(
            "  "
            + ngettext("{n} row was not understood", "{n} rows were not understood", data.skipped).format(
                n=data.skipped
            )
        )
    if not data.new:
        lines.append("  " + _("It was imported before; nothing changed."))
    elif not data.written:
        lines.append("  " + _("Nothing was written."))
    elif data.people_hours is not None:
        weeks = ngettext("{n} week", "{n} weeks", data.weeks or 0).format(n=data.weeks or 0)
        people = ngettext("{n} people-hour", "{n} people-hours", data.people_hours).format(n=data.people_hours)
        lines.append("  " + view.join(people, weeks, f"cmday plan quiet {data.community}", "cmday undo"))
    return lines
