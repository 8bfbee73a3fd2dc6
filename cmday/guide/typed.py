"""The guide driven by typed letters and Enter, line by line: for ``--plain``, screen readers and simple terminals."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

from cmday.errors import CmdayError
from cmday.guide import deciding, page
from cmday.guide.answering import Answering, Edit
from cmday.guide.deciding import DECIDES, Decide
from cmday.guide.keyed import Browse
from cmday.guide.walk import Act, Walk, key_table
from cmday.i18n import _
from cmday.terminal.ansi import Line
from cmday.terminal.console import Console
from cmday.terminal.view import View
from cmday.text.safe_text import safe

_PROMPT: Final = "> "


class Typed:
    """One walk in lines: what there is to see is printed, a letter and Enter is the answer."""

    def __init__(
        self, walk: Walk, console: Console, view_of: Callable[[Console], View], browse: Browse, edit: Edit
    ) -> None:
        self.walk = walk
        self.console = console
        self._view_of = view_of
        self._browse = browse
        self._edit = edit
        self._table = key_table(walk.session.settings.keys)

    def run(self) -> bool:
        """Walk until the end (True) or until the person pauses (False)."""
        shown: object = None
        while self.walk.stop is not None:
            if shown != (self.walk.at, self.walk.stop):
                shown = (self.walk.at, self.walk.stop)
                self._show([*page.header(self.walk, self.view), *page.body(self.walk, self.view), ()])
            self._show(page.keys_lines(self.walk, self.view))
            word = self._line(_PROMPT).strip()
            act = self._act_of(word)
            if act == "pause":
                return False
            if act is None:
                self._say(_('"{word}" is no key here').format(word=safe(word, 20)))
                continue
            self._do(act)
            if self.walk.notice:
                self._say(str(self.walk.notice))
        return True

    @property
    def view(self) -> View:
        return self._view_of(self.console)

    def _act_of(self, word: str) -> Act | None:
        act = "next" if not word else self._table.get(word)
        return act if act in self.walk.offered() else None

    def _do(self, act: Act) -> None:
        walk = self.walk
        walk.notice = None
        if act == "help":
            self._show([*page.help_lines(walk, self.view), ()])
        elif act in ("reply", "reuse", "editor"):
            self._compose(act)
        elif act == "later":
            self._later()
        elif act in DECIDES:
            self._decide(act)
        elif act == "open":
            walk.open(self._browse)
        else:
            getattr(walk, act)()

    def _compose(self, act: Act) -> None:
        walk = self.walk
        answer = walk.answering()
        if answer is None:
            return
        self._say(answer.heading)
        text = walk.draft()
        if act == "reuse" and walk.sight.dossier and walk.sight.dossier.precedent:
            text = text or walk.sight.dossier.precedent.text
        if act == "editor":
            text = self._in_editor(text, answer)
        elif text:
            self._say(f"| {text}")
            self._say(_("Enter takes this text; write another, or a dot alone to leave it."))
            text = self._lines() or text
        else:
            self._say(_("Your answer; an empty line ends it."))
            text = self._lines()
        if not text.strip() or text == ".":
            return
        answer.check(text)
        for note in answer.notes:
            self._say(f"! {note}")
        walk.keep_draft(text)
        walk.reply(answer, text)

    def _in_editor(self, text: str, answer: Answering) -> str:
        try:
            return answer.in_editor(text, page.as_text(self.walk, self.view), self._edit)
        except CmdayError as error:
            self.walk.keep_draft(answer.text)
            self.walk.notice = error.message
            return ""

    def _later(self) -> None:
        if self.walk.stop and self.walk.stop.sort == "story":
            self.walk.keep_for_later()
            return
        usual = _("tomorrow")
        self.walk.put_off(self._line(_("until when? [{usual}]").format(usual=usual) + " ").strip() or usual)

    def _decide(self, act: Decide) -> None:
        walk, stop = self.walk, self.walk.stop
        assert stop
        said: dict[str, str] = {}
        for prompt in deciding.prompts(walk.session, stop, act):
            typed = self._line(f"{prompt.question} ").strip()
            if not prompt.takes(typed):
                self._say(_("nothing was decided"))
                return
            said[prompt.name] = typed or prompt.usual
        walk.decide(act, act, said)

    def _lines(self) -> str:
        """What is typed until an empty line; a dot alone at its beginning ends it at once."""
        lines: list[str] = []
        while line := self._line("| ").rstrip():
            lines.append(line)
            if lines == ["."]:
                break
        return "\n".join(lines)

    def _line(self, prompt: str) -> str:
        sys.stdout.write(prompt)
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not line:
            raise KeyboardInterrupt  # the terminal was closed, or ^D: nothing more is to be done
        return line

    def _show(self, lines: list[Line]) -> None:
        self.console.write(lines)

    def _say(self, text: str) -> None:
        sys.stdout.write(f"{safe(text)}\n")
