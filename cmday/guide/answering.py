"""An answer being written in the guide: who speaks to whom, what there is to say about the text, and queueing it.

The guide itself asks no network: how servers take texts is asked before it begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from cmday import i18n
from cmday.config.paths import write_private
from cmday.core.outbox import Outgoing
from cmday.guide.stops import Stop
from cmday.i18n import _
from cmday.outbox import accounts
from cmday.outbox.checking import Checked
from cmday.session import Session
from cmday.steps.notifications import drafting, replying
from cmday.storage import ledger
from cmday.terminal import wording

_FILE: Final = "answer.md"
_TYPOGRAPHY: Final = "typography"

Edit = Callable[[Path, int], None]


def prepare(session: Session, stops: Iterable[Stop]) -> None:
    """Ask how the servers of these messages take texts, where that is not known yet today."""
    ids = [stop.id for stop in stops if stop.sort == "message"]
    named = {item.notification.account for item in ledger.items(session.database, ids)}
    known = session.settings.accounts
    accounts.manners(session, [known[name] for name in sorted(named) if name in known])


class Answering:
    """One answer: to whom, and what was found of its text. Raises ``CmdayError`` for what cannot be answered."""

    def __init__(self, session: Session, stop: Stop) -> None:
        self._session = session
        self._stop = stop
        with _without_network(session):
            [self.to] = replying.answerables(session, [stop.id])
        self.checked: Checked | None = None

    @property
    def heading(self) -> str:
        """``as @me@music.example, to dj_nox, public``."""
        audience = {"direct": _("only they see it"), "private": _("followers"), "public": _("public")}
        whom = _("as {speaker}, to {who}").format(speaker=self.to.speaker, who=self.to.name)
        return ", ".join(part for part in (whom, audience.get(self.to.reply.visibility or "", "")) if part)

    def check(self, text: str) -> None:
        """Look at the text: length, spelling, tone; nothing is said of an empty one."""
        self.checked = replying.check(self._session, self.to, text) if text.strip() else None

    @property
    def measure(self) -> str:
        """``118 of 500 · spelling: nothing``, of the text as it was looked at last."""
        if self.checked is None:
            return ""
        n, most = self.checked.length, self.checked.most
        said = _("{n} of {most}").format(n=n, most=most) if most else str(n)
        return f"{said} · {_('spelling: nothing')}" if self.checked.spelling == () else said

    @property
    def notes(self) -> Sequence[str]:
        """What there is to say about the text, none of it a wall."""
        if self.checked is None:
            return ()
        said = [
            _("French typography: Ctrl-F mends it") if note.kind == _TYPOGRAPHY else str(note.message)
            for note in self.checked.notes
        ]
        return [*said, str(self.checked.hint)] if self.checked.hint else said

    @property
    def mendable(self) -> bool:
        """Whether the typography of the text can be mended."""
        return self.checked is not None and any(note.kind == _TYPOGRAPHY for note in self.checked.notes)

    def put(self, text: str) -> Outgoing:
        """Put the answer into the outbox."""
        with _without_network(self._session):
            [written] = replying.write(self._session, [(self.to, text)])
        return written.outgoing

    def in_editor(self, text: str, around: Sequence[str], edit: Edit) -> str:
        """The text as the person's editor leaves it; one that was not changed stays as it is.

        What the editor wrote is taken even where it ended badly; then its error is raised.
        """
        section = drafting.Section(
            handle=self._stop.handle, head=self.heading, around=tuple(around), offered=text.strip("\n")
        )
        intro = [_("Your answer goes below; lines that begin with {mark} are not sent.").format(mark=drafting.MARK)]
        file = self._session.home.data / _FILE
        write_private(file, drafting.compose([section], intro))
        try:
            edit(file, drafting.writing_line([section], intro))
        finally:
            written = drafting.read(file.read_text(encoding="utf-8", errors="replace"), [section])
            file.unlink(missing_ok=True)
            self.text = written.get(self._stop.handle, text)
        return self.text


def moment(at: datetime, now: datetime) -> str:
    """A moment as a sentence names it."""
    return wording.when(at, now, i18n.language())


@contextmanager
def _without_network(session: Session) -> Iterator[None]:
    """What is known already must do: a key is not to wait for a server."""
    before, session.offline = session.offline, True
    try:
        yield
    finally:
        session.offline = before
