"""The screen of the morning: header, the blocks of the steps, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from typing import Any

import msgspec

from cmday.cli.run import Run
from cmday.core.handles import is_handle
from cmday.core.time import zone_name
from cmday.crisis.report import CrisisData
from cmday.errors import CaptivePortal, NoNetwork
from cmday.i18n import _, ngettext
from cmday.steps import sweeping
from cmday.steps.advice import minutes_needed, next_steps, written_and_not_sent
from cmday.steps.news import subscribed
from cmday.steps.protocol import Outcome, Report
from cmday.steps.standing import is_over
from cmday.terminal import wording
from cmday.terminal.ansi import Line
from cmday.terminal.block import Block
from cmday.terminal.dashboard import Advice, Dashboard, draw_dashboard, is_low
from cmday.terminal.view import View


class Morning(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of this start beside its reports. ``before`` is how far the day was, ``since`` the last start.

    ``first`` marks the very first morning, ``stored`` a view that the fresh one is going to replace. A ``crisis`` folds
    the day away, unless ``unfold`` asks for all of it.
    """

    before: dict[str, Any] = {}
    since: datetime | None = None
    first: bool = False
    stored: bool = False
    seconds: float = 0.0
    outcomes: dict[str, Outcome] = {}
    crisis: CrisisData | None = None
    unfold: bool = False


def screen(run: Run, morning: Morning, reports: Sequence[Report[Any]]) -> list[Line]:
    """All that ``cmday start`` shows, as lines for this terminal."""
    display = run.settings.display
    view = msgspec.structs.replace(
        run.view,
        compact=is_low(run.view.height),
        alone=False,
        first=morning.first,
        items=display.items,
        stories=display.stories,
        cases=display.cases,
    )
    network = missing_network(morning)
    numbers = {name: place for place, name in enumerate(run.settings.steps, 1)}
    if morning.first and network and not any(report.waiting for report in reports):
        from cmday.cli.first_screen import without_network

        return without_network(view, reports, zone_name(run.session.clock.zone), numbers)
    if morning.crisis and not morning.unfold:
        return _crisis(run, morning, morning.crisis, reports, view)
    away = (*_alarm(morning, reports, view), *_away(run, morning, view))
    dashboard = Dashboard(
        left=_left(run, morning, view),
        right=_right(morning, view),
        notices=_notices(run, morning, network, view),
        blocks=(*away, *(_block(report, morning, view) for report in reports)),
        numbers=(*(0 for _block_of_digest in away), *(numbers.get(report.name, 0) for report in reports)),
        **_ending(run, morning, reports, view),
    )
    return draw_dashboard(dashboard, view)


def _crisis(run: Run, morning: Morning, crisis: CrisisData, reports: Sequence[Report[Any]], view: View) -> list[Line]:
    """One community fills the screen."""
    from cmday.cli.crisis_screen import block_of

    block = block_of(crisis, reports, view, folded=True)
    dashboard = Dashboard(
        left=_left(run, morning, view),
        right=_right(morning, view),
        notices=_notices(run, morning, missing_network(morning), view),
        blocks=(_unnumbered(block, view) if morning.stored else block,),
        numbers=(0,),
    )
    return draw_dashboard(dashboard, view)


def _alarm(morning: Morning, reports: Sequence[Report[Any]], view: View) -> tuple[Block, ...]:
    """Above a day that was asked for whole."""
    if morning.crisis is None:
        return ()
    from cmday.cli.crisis_screen import block_of

    return (block_of(morning.crisis, reports, view, folded=False),)


def _away(run: Run, morning: Morning, view: View) -> tuple[Block, ...]:
    """After more than three days away, what became of the inbox stands before all else."""
    if morning.stored or morning.since is None or "notifications" not in run.settings.steps:
        return ()
    from cmday.steps.notifications.absence import absence

    found = absence(run.session, morning.since)
    if found is None:
        return ()
    from cmday.steps.notifications import absence_view

    return (absence_view.draw(found, view),)


def _block(report: Report[Any], morning: Morning, view: View) -> Block:
    block: Block = import_module(f"cmday.steps.{report.name}.view").draw(report, view)
    if not open_reports(morning, [report], view.now):
        return msgspec.structs.replace(block, rows=(), more=None, done=True)
    return _unnumbered(block, view) if morning.stored else block


def open_reports(morning: Morning, reports: Sequence[Report[Any]], now: datetime) -> list[Report[Any]]:
    """Those of the reports that are not over for today; the others fold to a line, and nothing is advised of them."""
    return [report for report in reports if not is_over(report, morning.before.get(report.name), now)]


def _unnumbered(block: Block, view: View) -> Block:
    """The block with ``i·`` for its handles: the fresh view, which is about to take its place, gives them out."""
    rows = tuple(
        msgspec.structs.replace(
            row,
            cells=tuple(
                msgspec.structs.replace(cell, text=cell.text[0] + view.glyphs.dot * (len(cell.text) - 1))
                if is_handle(cell.text)
                else cell
                for cell in row.cells
            ),
        )
        for row in block.rows
    )
    return msgspec.structs.replace(block, rows=rows)


def _left(run: Run, morning: Morning, view: View) -> tuple[str, ...]:
    if morning.first:
        return (_("Hello. A first morning with cmday."), _("A first morning with cmday."))
    day = view.now.date()
    focus = ", ".join(run.session.communities)
    days = (
        wording.long_day(day, view.language),
        wording.middle_day(day, view.language),
        wording.short_day(day, view.language),
    )
    return tuple(view.join(text, view.time(view.now), focus) for text in days)


def _right(morning: Morning, view: View) -> tuple[str, ...]:
    if morning.first:
        zone = zone_name(view.now.tzinfo) if view.now.tzinfo else ""
        short = view.join(view.short_day(view.now.date()), view.time(view.now))
        return (view.join(view.day(view.now.date()), view.time(view.now), zone), short)
    if view.offline:
        age = _("shown from {time}").format(time=view.when(morning.since)) if morning.since else None
        return (view.join(_("offline"), age), _("offline"))
    since = _("since {time}").format(time=view.when(morning.since)) if morning.since else None
    if morning.stored:
        return (view.join(since, _("asking the networks…")), _("asking…"))
    seconds = _("{seconds} s").format(seconds=view.number(morning.seconds, 1))
    asked = _asked(morning)
    whole = _("{asked} in {seconds}").format(asked=asked, seconds=seconds) if asked else seconds
    return (view.join(since, whole), view.join(since, seconds), seconds)


def _asked(morning: Morning) -> str:
    """``6 accounts and 214 feeds``: what was really asked; what waits its turn was not."""
    asked = [key for key, outcome in morning.outcomes.items() if outcome.status != "waiting"]
    feeds = sum(key.startswith(subscribed.KEY) for key in asked)
    networks = sum(key.startswith(sweeping.KEY) for key in asked)
    parts = [
        ngettext("{n} account", "{n} accounts", networks).format(n=networks) if networks else "",
        ngettext("{n} feed", "{n} feeds", feeds).format(n=feeds) if feeds else "",
    ]
    return _(" and ").join(part for part in parts if part)


def missing_network(morning: Morning) -> NoNetwork | CaptivePortal | None:
    """The network's own failure, where no host could be reached."""
    errors = (outcome.error for outcome in morning.outcomes.values())
    return next((error for error in errors if isinstance(error, NoNetwork | CaptivePortal)), None)


def _notices(run: Run, morning: Morning, network: NoNetwork | CaptivePortal | None, view: View) -> tuple[str, ...]:
    said = []
    if morning.first:
        folder = str(run.home.settings).replace(_person(), "~", 1)
        said.append(
            _("Your settings: {folder} (private). Nothing leaves this machine without your word.").format(folder=folder)
        )
    if isinstance(network, CaptivePortal):
        said.append(_("! This network answers every address with its own page: sign in to it in a browser."))
    elif network:
        since = view.when(morning.since) if morning.since else None
        said.append(
            _("! No network: what is shown is from {time}.").format(time=since) if since else _("! No network.")
        )
    return tuple(said)


def _person() -> str:
    from pathlib import Path

    return str(Path.home())


def _ending(run: Run, morning: Morning, reports: Sequence[Report[Any]], view: View) -> dict[str, Any]:
    """The next steps; where there are none, that the day is clear."""
    if morning.first:
        return {"ending": _("To see a full day before you begin:"), "ending_command": "cmday demo"}
    if morning.stored:
        return {}
    left = open_reports(morning, reports, view.now)
    steps = next_steps(left, view.now, written=written_and_not_sent(run.session))
    if not steps:
        return {"ending": _("Nothing waits for you.")}
    minutes = minutes_needed(left)
    return {
        "next": tuple(Advice(command=step.command, text=str(step.text)) for step in steps),
        "effort": _("about {length}").format(length=view.duration(minutes)) if minutes else "",
    }
