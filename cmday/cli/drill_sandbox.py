"""The drill that runs: where it lies, its clock, what has come by now, and commands played in it."""

from __future__ import annotations

import os
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cmday import i18n
from cmday.cli.arguments import Options
from cmday.cli.playing import is_ours, play, spelled, surroundings
from cmday.cli.run import Run
from cmday.drills import history, library, noticing, playing, sandbox
from cmday.drills.clock import DrillClock
from cmday.drills.progress import FILE, Progress, load, save
from cmday.drills.scoring import score
from cmday.errors import NotFound, WrongUse
from cmday.i18n import _, ngettext, phrase

if TYPE_CHECKING:
    from cmday.drills.report import DrillData, ScoreData
    from cmday.drills.scenario import Message, Scenario
    from cmday.session import Session

_QUIETLY = Options(json=True, quiet=True)


def place(home: Path) -> Path:
    """Where the drill of a home lies: one for each user and home of this machine."""
    return Path(tempfile.gettempdir()) / f"cmday-drill-{os.getuid()}-{zlib.crc32(os.fsencode(home)):08x}"


class Sandbox:
    """The drill of one home; ``run`` is the call of cmday that is about it."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.folder = place(run.home.data.absolute())

    def is_there(self) -> bool:
        """Whether a drill runs."""
        return is_ours(self.folder, "cmday drill") and (self.folder / FILE).is_file()

    def progress(self) -> Progress:
        """How far it has come; raises ``NotFound`` where none runs."""
        found = load(self.folder) if self.is_there() else None
        if found is None:
            raise NotFound(
                phrase("no drill runs"), phrase("cmday drill lists the scenarios; drill start NAME begins one")
            )
        return found

    def begin(self, name: str, speed: float) -> DrillData:
        """Make the home aside, put it in its place whole, and let what was said before be there."""
        language, real = i18n.language(), self._run.clock.now()
        file = library.scenario_file(self._run.home, name, language)
        scenario = library.scenario(self._run.home, name, language)
        begun = Progress(
            scenario=name,
            language=language,
            speed=speed,
            since=real,
            at=scenario.start,
            until=scenario.end,
        )
        self.remove()
        aside = Path(tempfile.mkdtemp(prefix=f"{self.folder.name}-"))
        try:
            sandbox.settle(aside, scenario, file.read_text(encoding="utf-8-sig"))
            save(aside, begun)
            aside.rename(self.folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return self.look()

    def look(self) -> DrillData:
        """How it stands, with what has come since somebody looked."""
        with self._inside() as (session, scenario, progress, new):
            return playing.running(self.folder, scenario, progress, session.clock.now(), new)

    def go_on(self, length: str | None) -> DrillData:
        """Put the clock on: by a length, or to the next message. The clock runs on from there."""
        real, progress = self._run.clock.now(), self.progress()
        if length is None:
            to = playing.next_moment(sandbox.told(self.folder, progress), progress)
        else:
            to = progress.now(real) + _length(length)
        save(self.folder, progress.moved(to, real))
        return self.look()

    def play(self, words: list[str]) -> int:
        """Carry out a command there; before it comes what is due, after it one sees whether the trainee noticed."""
        with self._inside() as (session, scenario, progress, new):
            self._remark(session, scenario, new)
        clock = self._clock(scenario, progress)
        try:
            return play(self.folder, progress.language, [*spelled(self._run.options), *words], clock=clock)
        finally:
            self._notice()

    def end(self) -> ScoreData:
        """The score, kept in the person's own home; the drill is gone then."""
        before = history.last(self._run.session, self.progress().scenario)
        with self._inside() as (session, scenario, progress, _new):
            told = score(session, scenario, progress, before)
        history.keep(self._run.session, told)
        self.remove()
        return told

    def remove(self) -> bool:
        """Remove the drill; whether there was one. A folder without its mark is not ours to remove."""
        if not self.is_there():
            return False
        shutil.rmtree(self.folder)
        return True

    def _clock(self, scenario: Scenario, progress: Progress) -> DrillClock:
        return DrillClock(scenario.start.tzinfo or self._run.default_zone(), progress, self._run.clock)

    @contextmanager
    def _inside(self) -> Iterator[tuple[Session, Scenario, Progress, list[Message]]]:
        """A session in the drill, once what is due by now has come."""
        progress = self.progress()
        scenario = sandbox.told(self.folder, progress)
        clock = self._clock(scenario, progress)
        with surroundings(self.folder, progress.language), Run(_QUIETLY, clock=clock) as inner:
            progress, new = sandbox.feed(inner.session, scenario, progress)
            if new:
                save(self.folder, progress)
            yield inner.session, scenario, progress, new

    def _notice(self) -> None:
        """Note the moment at which the trainee is first seen to have noticed."""
        with self._inside() as (session, scenario, progress, _new):
            found = noticing.detected(session, scenario, progress)
        if found and not progress.detected:
            save(self.folder, replace(progress, detected=found))

    def _remark(self, session: Session, scenario: Scenario, new: list[Message]) -> None:
        """Beside the command: that it is a drill, its time, and what has come."""
        now, n = session.clock.now(), len(new)
        parts = [_("drill: {name}").format(name=scenario.name), f"{now:%H:%M}"]
        if n:
            parts.append(ngettext("{n} new message", "{n} new messages", n).format(n=n))
        if now >= scenario.end:
            parts.append(_("its time is over: cmday drill end"))
        if not self._run.options.json:
            self._run.remark(" · ".join(parts))


def _length(text: str) -> timedelta:
    from cmday.config.values import Unfit, duration

    try:
        return duration(timedelta(seconds=1), timedelta(days=1))(text)
    except Unfit as unfit:
        raise WrongUse(phrase('"{text}" is no length', text=text), unfit.expected) from None
