"""``cmday demo``: a full day on recorded answers, in a throw-away home, and any command played in it."""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer

from cmday import __version__, i18n
from cmday.cli.app import dispatch
from cmday.cli.arguments import lift
from cmday.cli.playing import is_ours, play, spelled, surroundings
from cmday.cli.run import Run, current
from cmday.errors import DONE, IN_PART
from cmday.i18n import _
from cmday.terminal.dashboard import is_low
from cmday.text.cells import width, wrap

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

STAMP: Final = "made-for"
_COMMANDS: Final = ("cmday demo inbox", "cmday demo feeds", "cmday demo plan", "cmday demo --end")


@app.command(
    help=_("A full day on sample data, without network. A command after it is played in that day: cmday demo inbox."),
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
def demo(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[COMMAND]...", help=_("Any command, played in the demo."))
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help=_("Begin the day anew."))] = False,
    end: Annotated[bool, typer.Option("--end", help=_("Remove the demo."))] = False,
) -> int:
    """Show the demo's morning, or play a command in it; the person's own home is neither read nor written."""
    run = current()
    if end:
        gone = [_remove(place(language)) for language in i18n.LANGUAGES]
        run.say(_("The demo is gone.") if any(gone) else _("There was no demo."))
        return DONE
    language = i18n.language()
    home = place(language)
    if fresh or not _is_of_today(home):
        _remove(home)
        _make(home, language)
        if words and words[0] != "start":  # whoever plays on has seen the morning: its handles are given
            with surroundings(home, language):
                _quietly(["start"])
    argv = [*spelled(run.options), *(words or ["start"])]
    if words or run.options.json or run.options.quiet:
        code = play(home, language, argv)
    else:
        columns, lines = shutil.get_terminal_size()
        ways_on = invitation(home, columns, low=sys.stdout.isatty() and is_low(lines))
        # An address that is to be copied is left whole, and takes the lines that it takes.
        code = play(home, language, argv, below=sum(max(1, -(-width(line) // columns)) for line in ways_on))
        for line in ways_on:
            run.say(line)
    if words:
        return code
    # One server of the demo is down on purpose: the demo itself was shown whole.
    return DONE if code == IN_PART else code


def place(language: str) -> Path:
    """Where the demo in a language lies: one folder for each user of this machine."""
    return Path(tempfile.gettempdir()) / f"cmday-demo-{os.getuid()}-{language}"


def invitation(home: Path, columns: int, *, low: bool) -> list[str]:
    """How to play on, in lines of a terminal; no command is broken. A low window keeps its lines for the day."""
    dot = " · "
    commands = [""]
    for command in _COMMANDS:
        joined = f"{commands[-1]}{dot}{command}" if commands[-1] else command
        commands[-1:] = [joined] if width(joined) <= columns else [commands[-1], command]
    label, export = _("Without the word demo in this terminal:"), f"export CMDAY_HOME={home}"
    last = [f"{label} {export}"] if width(label) + 1 + width(export) <= columns else [*wrap(label, columns), export]
    what = _("This was a demo, on sample data and without network. To play on in it:")
    return ["", *wrap(what, columns), *commands, *([] if low else last)]


def _make(home: Path, language: str) -> None:
    """Make the home aside and put it in its place whole: with what Robin did on Friday, and Monday's answers."""
    from cmday.demo.home import Demo

    told = Demo(language)
    aside = Path(tempfile.mkdtemp(prefix=f"{home.name}-"))
    try:
        told.settle(aside)
        for command in told.commands:
            told.record(aside, command["at"])
            with surroundings(aside, language, CMDAY_NOW=command["at"].isoformat()):
                _quietly(command["words"])
        told.record(aside, told.now)
        (aside / STAMP).write_text(_stamp(), encoding="utf-8")
        _put_in_place(aside, home)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _put_in_place(aside: Path, home: Path) -> None:
    try:
        aside.rename(home)
    except OSError:
        if not _is_of_today(home):  # otherwise another cmday demo was quicker, and its home is as good
            raise


def _quietly(words: list[str]) -> None:
    """Carry out a command of the demo's past. Its screen is not shown; what it did stays in the database."""
    options, rest = lift(["--json", "--quiet", *words])
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), Run(options, rest) as run:
        dispatch(run, rest)


def _is_of_today(home: Path) -> bool:
    """Whether a demo of this version was made here today, by this user."""
    return (
        is_ours(home, "cmday demo")
        and (home / STAMP).is_file()
        and (home / STAMP).read_text(encoding="utf-8") == _stamp()
    )


def _remove(home: Path) -> bool:
    """Remove a demo; whether there was one. A folder without the stamp is not ours to remove."""
    if not is_ours(home, "cmday demo") or not (home / STAMP).is_file():
        return False
    shutil.rmtree(home)
    return True


def _stamp() -> str:
    return f"{__version__} {date.today().isoformat()}\n"  # noqa: DTZ011  the day on this machine's wall, nothing more
