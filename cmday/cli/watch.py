"""``cmday watch``: sweeps quietly, and tells of alarms, limits about to pass and failed sends."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from cmday.cli.run import Run, current, exit_code
from cmday.errors import CmdayError, WrongUse
from cmday.i18n import _, phrase

if TYPE_CHECKING:
    from cmday.watch.passing import Pass


def command(
    every: Annotated[str | None, typer.Option("--every", metavar="LENGTH", help=_("How often: 5m, 1h."))] = None,
    once: Annotated[bool, typer.Option("--once", help=_("One look, for cron or a timer."))] = False,
) -> int:
    run = current()
    if once:
        if every is not None:
            raise WrongUse(phrase("--once looks once"), phrase("leave --every out, or --once"))
        return _once(run)
    if run.options.json:
        raise WrongUse(phrase("--json wants one look"), phrase("cmday watch --once --json"))
    return _for_ever(run, _length(every) or run.settings.watch.every)


command.__doc__ = _("Sweep quietly, and tell of alarms, limits about to pass and failed sends, each once.")


def _length(words: str | None) -> timedelta | None:
    if words is None:
        return None
    from cmday.text.durations import parse_duration

    return parse_duration(words)


def _once(run: Run) -> int:
    done = _look(run)
    _say(run, done)
    if run.options.json:
        return run.print_data("watch", done.data, "", done.errors, done.status)
    if done.data.waiting:
        run.remark(_("another cmday is at it"))
    elif not done.told and sys.stderr.isatty():  # to a timer it says nothing, to a person that it looked
        run.remark(_("{time} nothing to tell").format(time=run.view.time(done.data.at)))
        for error in done.errors:
            run.remark(f"! {error.message}")
    return exit_code(done.status, done.errors)


def _for_ever(run: Run, every: timedelta) -> int:
    """Look, wait, look again, until Ctrl-C; a look that fails does not end the watch."""
    from cmday.cli.complaints import warn

    run.remark(_("watching every {length}; Ctrl-C ends it").format(length=run.view.duration(every)))
    while True:
        began = time.monotonic()
        try:
            _say(run, _look(run))
        except CmdayError as error:
            warn(error)
        time.sleep(max(1.0, every.total_seconds() - (time.monotonic() - began)))


def _look(run: Run) -> Pass:
    from cmday.watch.passing import once

    done = once(run.session, terminal=sys.stderr.isatty())
    if done.data.notices and not done.data.channels:
        run.remark(_("nobody is told: ntfy, mail or desktop in [watch] of config.toml name the ways"))
    return done


def _say(run: Run, done: Pass) -> None:
    """A line for every message that went out now; nothing where nothing did."""
    if run.options.json or run.options.quiet:
        return
    for one in done.told:
        what = " ".join(one.message.text.split())
        state = one.error.message if one.error else one.channel
        run.say(f"{run.view.time(done.data.at)} {one.message.title}: {what} ({state})")
