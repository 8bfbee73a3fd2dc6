"""One run of the command line: what was asked for, the session it works in, and how its result is given."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timezone, tzinfo
from functools import cached_property
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import msgspec

from cmday.cli.arguments import Options
from cmday.config.paths import UNFINISHED, Home, find_home
from cmday.core.time import Clock, frozen_instant, system_zone
from cmday.errors import DONE, FAILED, IN_PART, SIGN_IN, CmdayError, SignInNeeded, WrongUse
from cmday.i18n import language, phrase

if TYPE_CHECKING:
    from cmday.config.settings import Settings
    from cmday.session import Session
    from cmday.steps.protocol import Report, ReportStatus
    from cmday.terminal.console import Console
    from cmday.terminal.progress import ProgressLine
    from cmday.terminal.view import View

_current: Run | None = None


class Run:
    """What one call of cmday has in hand. Use it in a ``with``: leaving closes the database.

    ``options`` are the common ones; ``session`` reads the configuration when first asked for, so that ``--help`` and
    ``config check`` work with a broken one. ``below`` lines of the screen are kept free under what is drawn. ``clock``
    takes the place of the real one, in a drill.
    """

    def __init__(
        self, options: Options, words: Iterable[str] = (), *, below: int = 0, clock: Clock | None = None
    ) -> None:
        self.options = options
        self.words = tuple(words)
        self.below = below
        self._other_clock = clock
        self._said: list[str] = []
        self._shown = False

    def __enter__(self) -> Self:
        global _current  # noqa: PLW0603  the one run of this process
        _current = self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        global _current  # noqa: PLW0603  the one run of this process
        _current = None
        if "session" in self.__dict__:
            self.session.close()

    @cached_property
    def home(self) -> Home:
        """The home of this run; a restore that was cut off in the middle is finished first."""
        found = find_home(self.options.config)
        if (found.data / UNFINISHED).exists():
            from cmday.keeping.swapping import finish

            finish(found)
        return found

    @cached_property
    def frozen(self) -> datetime | None:
        """The moment that ``CMDAY_NOW`` asks for."""
        try:
            return frozen_instant()
        except ValueError:
            raise WrongUse(
                phrase("CMDAY_NOW is not a date and time with offset"),
                phrase("write it like 2026-11-02T08:31:00+01:00"),
            ) from None

    @cached_property
    def settings(self) -> Settings:
        """The settings of this home; raises ``ConfigErrors`` with all mistakes at once."""
        from cmday.config.reader import read_settings

        return read_settings(self.home, self.default_zone())

    @cached_property
    def session(self) -> Session:
        """The session that steps work in. Raises ``ConfigErrors``, and ``WrongUse`` for a focus on nobody."""
        from cmday.session import Session

        settings = self.settings
        moment = self.frozen or (settings.recorded.now if settings.recorded else None)
        return Session(
            home=self.home,
            settings=settings,
            clock=self._other_clock or Clock(settings.zone, moment),
            offline=self.options.offline,
            communities=self._focus(settings),
            whole=self.options.json,
            warn=self._warn,
        )

    def _warn(self, error: CmdayError) -> None:
        from cmday.cli.complaints import warn

        warn(error)

    def default_zone(self) -> tzinfo:
        """The system's zone, or the offset that ``CMDAY_NOW`` is written in where that is another at that moment."""
        zone = system_zone()
        moment = self.frozen
        if moment is None or (offset := moment.utcoffset()) is None or offset == moment.astimezone(zone).utcoffset():
            return zone
        return timezone(offset)

    def language_wish(self) -> str | None:
        """The language that config.toml names, found without reading the rest, so that a broken file has a say."""
        try:
            with self.home.config.open(encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    name, equals, value = line.partition("=")
                    if line.lstrip().startswith("["):
                        return None
                    if equals and name.strip() == "language":
                        return value.strip().strip("\"'")
        except OSError:
            return None
        return None

    def _focus(self, settings: Settings) -> tuple[str, ...]:
        named = self.options.communities or tuple(os.environ.get("CMDAY_COMMUNITY", "").replace(",", " ").split())
        for name in named:
            if name not in settings.communities:
                raise unknown_community(name, settings.communities)
        return tuple(dict.fromkeys(named))

    # What is given back.

    def show(self, command: str, report: Report[Any], draw: str) -> int:
        """Show a report on the screen, or as JSON; returns the exit code. ``draw`` is ``module:function``."""
        self._give(command, report.data, lambda: self._draw(draw, report), report.errors, report.status)
        return exit_code(report.status, report.errors)

    def show_data(
        self,
        command: str,
        data: msgspec.Struct,
        draw: str,
        errors: Iterable[CmdayError] = (),
        status: ReportStatus = "done",
    ) -> int:
        """Show other data than a step's report in the same way."""
        told = tuple(errors)
        self._give(command, data, lambda: self._draw(draw, data), told, status)
        return exit_code(status, told)

    def print_data(
        self,
        command: str,
        data: msgspec.Struct,
        text: str,
        errors: Iterable[CmdayError] = (),
        status: ReportStatus | None = None,
    ) -> int:
        """Print text as it stands, or the data as JSON: for what is no drawing (paths, settings, checks)."""
        from cmday.text.safe_text import strip_controls

        told = tuple(errors)
        state = status or ("failed" if told else "done")
        lines = [strip_controls(line) for line in text.splitlines()]
        self._give(command, data, lambda: sys.stdout.writelines(f"{line}\n" for line in lines), told, state)
        return exit_code(state, told)

    def progress(self) -> ProgressLine:
        """A line on stderr about slow work, to be used in a ``with``; silent with ``-q`` and without a terminal."""
        from cmday.terminal.progress import ProgressLine

        return ProgressLine(silent=self.options.quiet)

    def _give(
        self, command: str, data: object, draw: Callable[[], None], errors: Iterable[CmdayError], status: str
    ) -> None:
        self._shown = True
        if self.options.json:
            self._write_json(command, data, errors, status)
        else:
            draw()

    def _draw(self, draw: str, drawn: object) -> None:
        module, _, function = draw.partition(":")
        block = getattr(import_module(module), function)(drawn, self.view)
        self.console.show(block, self.view)

    def say(self, text: str) -> None:
        """One line about what a verb did, on stdout; under ``--json`` it goes into the envelope."""
        if self.options.json:
            self._said.append(text)
        else:
            from cmday.text.safe_text import safe

            sys.stdout.write(f"{safe(text)}\n")

    def remark(self, text: str) -> None:
        """A line beside the result, on stderr; silent with ``-q``."""
        if not self.options.quiet:
            from cmday.text.safe_text import strip_controls

            sys.stderr.writelines(f"{strip_controls(line)}\n" for line in text.splitlines())

    def finish(self, code: int) -> int:
        """Write the envelope of a verb that only said things; returns the code."""
        if self.options.json and not self._shown and self._said:
            self._write_json(" ".join(self.words[:2]), {"said": self._said}, (), "done")
        return code

    def fail(self, error: CmdayError) -> None:
        """Write the envelope of a command that failed before it showed anything."""
        if self.options.json and not self._shown:
            self._shown = True
            self._write_json(" ".join(self.words[:1]), {}, (error,), "failed")

    def _write_json(self, command: str, data: object, errors: Iterable[CmdayError], status: str) -> None:
        from cmday.steps.protocol import troubles
        from cmday.terminal.json_output import write_json

        write_json(sys.stdout, command, self.clock.now(), status, data, troubles(errors))

    @cached_property
    def clock(self) -> Clock:
        """The session's clock, or one for a run whose settings cannot be read."""
        try:
            return self.session.clock
        except CmdayError:
            pass
        try:
            return Clock(self.default_zone(), self.frozen)
        except CmdayError:
            return Clock(system_zone())

    # What the terminal is like.

    @cached_property
    def console(self) -> Console:
        """The terminal that stdout is, with what the options and settings want of it."""
        from cmday.terminal.console import open_console

        display = self.settings.display
        return open_console(
            colour=self.options.color,
            configured=display.colour,
            plain=self.options.plain or display.plain,
            links=display.links,
            quick=self.options.offline or not self.words,
        )

    @cached_property
    def view(self) -> View:
        """What a drawing needs to know of this run and its terminal."""
        session = self.session
        found = self.console.view(
            session.clock.now(), language(), session.settings.communities, offline=session.offline
        )
        found = msgspec.structs.replace(found, verbose=self.options.verbose)
        if found.height and self.below:
            return msgspec.structs.replace(found, height=max(1, found.height - self.below))
        return found


def current() -> Run:
    """The run that is going on; command functions start here."""
    assert _current is not None, "a command function runs within a Run"
    return _current


def exit_code(status: str, errors: Iterable[CmdayError] = ()) -> int:
    """The exit code of a result: 0 done, 3 in part, 1 failed; 4 outranks them: an account wants a sign-in."""
    if any(isinstance(error, SignInNeeded) for error in errors):
        return SIGN_IN
    return {"done": DONE, "partial": IN_PART}.get(status, FAILED)


def unknown_community(name: str, known: Iterable[str]) -> WrongUse:
    """That no community has this short name, with the nearest one."""
    from difflib import get_close_matches

    names = list(known)
    near = get_close_matches(name.lower(), names, n=1, cutoff=0.4)
    if near:
        hint = phrase("did you mean {name}?", name=near[0])
    elif names:
        hint = phrase("known are {names}", names=", ".join(names))
    else:
        hint = phrase("name it in config.toml as [community.{name}]: cmday config edit", name=name)
    return WrongUse(phrase('no community is called "{name}"', name=name), hint)
