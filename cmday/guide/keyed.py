"""The guide driven key by key, on the terminal's other screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from cmday.errors import CmdayError
from cmday.guide import deciding, page
from cmday.guide.answering import Answering, Edit
from cmday.guide.deciding import DECIDES, Decide
from cmday.guide.walk import Act, Walk, key_table
from cmday.i18n import _, ngettext
from cmday.terminal.ansi import Line, Span
from cmday.terminal.console import Console
from cmday.terminal.editing import TextField
from cmday.terminal.key_codes import Key
from cmday.terminal.layout import ends
from cmday.terminal.stage import Stage
from cmday.terminal.view import View
from cmday.text.cells import wrap
from cmday.text.safe_text import safe
from cmday.text.typography import mend

# Seconds without a key after which what is being typed is kept.
_IDLE: Final = 0.8
_LEAST_BODY: Final = 4
_BAR: Final = "  │ "
_SCROLL: Final = {"up": -1, "down": 1}

Browse = Callable[[str], bool]


class Keyed:
    """One walk on a stage. ``browse`` opens an address, ``edit`` lets a text be written in the person's editor."""

    def __init__(
        self, walk: Walk, stage: Stage, view_of: Callable[[Console], View], browse: Browse, edit: Edit
    ) -> None:
        self.walk = walk
        self.stage = stage
        self._view_of = view_of
        self._browse = browse
        self._edit = edit
        self._table = key_table(walk.session.settings.keys)
        self._top = 0

    def run(self) -> bool:
        """Walk until the end (True) or until the person pauses (False)."""
        while True:
            self._draw(self._foot())
            key = self.stage.read()
            if key is None or self._scrolled(key):
                continue
            act = self._act_of(key)
            if act == "pause":
                return self.walk.stop is None
            if act is None and self.walk.stop is None and key.name in ("enter", "escape", "end-of-input"):
                return True
            if act:
                self._do(act)

    def _act_of(self, key: Key) -> Act | None:
        act: Act | None = None
        if key.name == "text":
            act = self._table.get(key.text)
        elif key.name == "enter":
            act = "next"
        return act if act in self.walk.offered() or act in ("pause", "help") else None

    def _do(self, act: Act) -> None:
        walk, at = self.walk, self.walk.at
        if act == "help":
            self._help()
        elif act in ("reply", "reuse", "editor"):
            self._compose(act)
        elif act == "later":
            self._later()
        elif act in DECIDES:
            self._decide(act)
        elif act == "open":
            with self.stage.lent():
                walk.open(self._browse)
        else:
            getattr(walk, act)()
        if walk.at != at:
            self._top = 0

    # Drawing.

    @property
    def view(self) -> View:
        return self._view_of(self.stage.console)

    def _foot(self) -> list[Line]:
        view = self.view
        notice = [(Span("  "), Span(safe(str(self.walk.notice)), "italic"))] if self.walk.notice else []
        return [(), *page.keys_lines(self.walk, view), *notice]

    def _draw(self, foot: Sequence[Line], cursor: tuple[int, int] | None = None) -> None:
        """The page with something below it; ``cursor`` is counted within that."""
        view = self.view
        if self.walk.stop is None:
            head: list[Line] = [(Span(_("That was all."), "bold"),), ()]
            body: list[Line] = [(Span("  "), Span(text)) for text in page.told(self.walk, view)]
        else:
            head, body = page.header(self.walk, view), page.body(self.walk, view)
        room = max(_LEAST_BODY, self.stage.height - len(head) - len(foot))
        self._top = max(0, min(self._top, len(body) - room))
        shown = body[self._top : self._top + room]
        below = len(body) - self._top - room
        if below > 0:
            more = ngettext("{n} line below", "{n} lines below", below + 1).format(n=below + 1)
            shown[-1] = ends([], [Span(f"↓ {more}", "dim")], view)
        top = len(head) + len(shown)
        self.stage.draw([*head, *shown, *foot], (top + cursor[0], cursor[1]) if cursor else None)

    def _scrolled(self, key: Key) -> bool:
        """Whether the key was one that scrolls, or asked only for a new drawing."""
        if key.name in _SCROLL:
            self._top = max(0, self._top + _SCROLL[key.name])
        elif key.name in ("page-up", "page-down"):
            step = max(1, self.stage.height - 8)
            self._top = max(0, self._top + (step if key.name == "page-down" else -step))
        else:
            return key.name == "resize"
        return True

    def _help(self) -> None:
        while True:
            self.stage.draw(page.help_lines(self.walk, self.view))
            key = self.stage.read()
            if key and key.name != "resize":
                return

    # Writing.

    def _compose(self, act: Act) -> None:
        """Write an answer in place; what is typed is kept, whatever ends it."""
        walk = self.walk
        answer = walk.answering()
        if answer is None:
            return
        dossier, at = walk.sight.dossier, walk.at
        text = walk.draft()
        if act == "reuse" and dossier and dossier.precedent:
            text = text or dossier.precedent.text
        field = TextField(text)
        try:
            if act == "editor":
                self._in_editor(field, answer)
            if self._typed(field, answer):
                walk.reply(answer, field.text)
        finally:
            if walk.at == at:
                walk.keep_draft(field.text)

    def _typed(self, field: TextField, answer: Answering) -> bool:
        """Let the text be typed; whether it is to go into the outbox."""
        kept: str | None = None
        while True:
            if kept is None or not field.text.strip():
                answer.check(field.text)
                kept = field.text
            foot, cursor = self._writing(field, answer)
            self._draw(foot, cursor)
            key = self.stage.read(_IDLE)
            if key is None:
                if field.text != kept:
                    self.walk.keep_draft(field.text)
                    answer.check(field.text)
                    kept = field.text
            elif key.name in ("escape", "end-of-input"):
                return False
            elif key.name == "enter":
                if field.text.strip():
                    return True
            else:
                self._press(key, field, answer)

    def _press(self, key: Key, field: TextField, answer: Answering) -> None:
        room = self.view.width - len(_BAR) - 2
        if key.name == "tab":
            self._in_editor(field, answer)
        elif key.name == "mend" and answer.mendable:
            field.text = mend(field.text)
            field.at = len(field.text)
        elif key.name == "up":
            field.up(room)
        elif key.name == "down":
            field.down(room)
        elif key.name in ("page-up", "page-down"):
            self._scrolled(key)
        else:
            field.press(key)

    def _writing(self, field: TextField, answer: Answering) -> tuple[list[Line], tuple[int, int]]:
        """The lines of an answer in the making, and where its cursor is in them."""
        view = self.view
        lines: list[Line] = [(), ends([Span(f"  {safe(answer.heading)}", "bold")], [Span(answer.measure)], view)]
        room = view.width - len(_BAR) - 2
        rows, (row, column) = field.rows(room), field.cursor(room)
        most = max(2, self.stage.height // 2 - 4)
        top = max(0, min(row - most + 1, len(rows) - most))
        lines += [(Span(_BAR, "dim"), Span(text)) for text in rows[top : top + most]]
        cursor = (2 + row - top, len(_BAR) + column)
        for note in answer.notes:
            lines += [(Span("  "), Span(part, "italic")) for part in wrap(safe(note), view.width - 2)]
        keys = [(_("Enter"), _("into the outbox")), ("Ctrl-J", _("new line")), ("Tab", _("in the editor"))]
        lines += page.flow([*keys, (_("Esc"), _("leave it"))], view)
        if self.walk.notice:
            lines.append((Span("  "), Span(safe(str(self.walk.notice)), "italic")))
        return lines, cursor

    def _in_editor(self, field: TextField, answer: Answering) -> None:
        """Let the text be written in the person's editor, with what there is to see as comments."""
        around = page.as_text(self.walk, self.view)
        text = field.text
        try:
            with self.stage.lent():
                text = answer.in_editor(text, around, self._edit)
        except CmdayError as error:
            text, self.walk.notice = answer.text, error.message
        field.text, field.at = text, len(text)

    def _later(self) -> None:
        """Until when? A story needs no answer to that."""
        if self.walk.stop and self.walk.stop.sort == "story":
            self.walk.keep_for_later()
            return
        usual = _("tomorrow")
        question = _("until when? [{usual}]").format(usual=usual)
        self._ask(question, lambda said: self.walk.put_off(said or usual))

    def _decide(self, act: Decide) -> None:
        """Ask what a decision needs, one thing after the other, and take it; Esc leaves all as it was."""
        walk, stop = self.walk, self.walk.stop
        assert stop
        said: dict[str, str] = {}
        for prompt in deciding.prompts(walk.session, stop, act):
            walk.notice = None
            answer = self._ask(prompt.question, prompt.takes)
            if answer is None:
                return
            said[prompt.name] = answer or prompt.usual
        walk.decide(act, act, said)

    def _ask(self, question: str, take: Callable[[str], bool]) -> str | None:
        """One line from the person, asked again until it is taken; None where they leave it."""
        field = TextField(lines=False)
        while True:
            lead = f"  {question} "
            foot: list[Line] = [(), (Span(lead, "bold"), Span(field.text))]
            if self.walk.notice:
                foot.append((Span("  "), Span(safe(str(self.walk.notice)), "italic")))
            self._draw(foot, (1, len(lead) + field.cursor(10_000)[1]))
            key = self.stage.read()
            if key is None or key.name == "resize":
                continue
            if key.name in ("escape", "end-of-input"):
                self.walk.notice = None
                return None
            if key.name == "enter":
                said = field.text.strip()
                if take(said):
                    return said
            else:
                field.press(key)
