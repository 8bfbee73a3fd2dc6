"""Bare ``cmday``: where the day stands in seven lines; ``--line`` for a prompt or tmux."""

from __future__ import annotations

import sys
from typing import Final

from cmday.cli.run import Run
from cmday.glance import Ahead, Glance, GlanceStep, Owed, look
from cmday.i18n import Phrase, _, ngettext
from cmday.terminal.ansi import Line, Span
from cmday.terminal.block import Cell, Row
from cmday.terminal.layout import ends, lay_out
from cmday.terminal.view import View
from cmday.text.cells import fill
from cmday.text.safe_text import safe

_LABEL: Final = 12
_MOST: Final = 3
_LINE: Final = 60


def glance(run: Run, *, line: bool) -> int:
    """Show the glance; returns the exit code, always 0 unless the configuration is wrong."""
    found, why = look(run.session)
    view = run.view
    if line and not run.options.json:
        sys.stdout.write(safe(one_line(found, view), _LINE) + "\n")
        return 0
    if run.options.json:
        return run.show_data("glance", found, "")
    run.console.write(_screen(found, why, view))
    return 0


def one_line(found: Glance, view: View) -> str:
    """``2 to answer before 10:30 · 1 case · 14:00 Review``; a tick where the day is done."""
    if not found.steps:
        return found.command or ""
    counts = {step.name: step.waiting for step in found.steps}
    owed = counts.get("notifications", 0)
    parts = []
    if owed:
        text = ngettext("{n} to answer", "{n} to answer", owed).format(n=owed)
        limit = found.owed[0].answer_by if found.owed else None
        parts.append(f"{text} ({view.near_day(limit)})" if limit else text)
    if cases := counts.get("moderation", 0):
        parts.append(ngettext("{n} case", "{n} cases", cases).format(n=cases))
    if found.soon:
        parts.append(f"{view.time(found.soon[0].start)} {safe(found.soon[0].title, 24)}")
    return view.join(*parts) if parts else view.glyphs.done


def _screen(found: Glance, why: Phrase, view: View) -> list[Line]:
    today = view.join(view.short_day(view.now.date()), view.time(view.now))
    seen = _("networks seen at {time}").format(time=view.when(found.seen_at)) if found.seen_at else ""
    lines: list[Line] = [ends([Span(today, "bold")], [Span(seen, "dim")] if seen else [], view)]
    if found.steps:
        lines.append(_steps(found, view))
    rows = _rows(found, why, view)
    lines += [(), *lay_out(rows, view)] if rows else []
    if found.steps and found.command is None:
        text = _("Nobody waits for an answer any more.")
        lines.append((Span(f"{text} {_('Good evening.')}" if found.evening else text),))
    return lines


def _steps(found: Glance, view: View) -> Line:
    spans: list[Span] = []
    for step in found.steps:
        if spans:
            spans.append(Span("    "))
        spans += _step(step, view)
    return tuple(spans)


def _step(step: GlanceStep, view: View) -> list[Span]:
    names = {
        "schedule": _("schedule"),
        "notifications": _("notifications"),
        "news": _("news"),
        "moderation": _("moderation"),
        "planning": _("plan"),
    }
    name = names.get(step.name, step.name)
    if step.state == "done":
        return [Span(f"{name} "), Span(view.glyphs.done, "green")]
    if step.of is not None:
        return [Span(f"{name} "), Span(_("{n} of {of}").format(n=step.of - step.waiting, of=step.of), "bold")]
    if step.state == "new":
        return [Span(f"{name} {view.glyphs.dot}", "dim")]
    return [Span(f"{name} "), Span(str(step.waiting), "bold")]


def _rows(found: Glance, why: Phrase, view: View) -> list[Row]:
    rows = []
    if found.running:
        rows.append(_row(_("running"), view.join(*[_running(one, view) for one in found.running[:2]])))
    if found.soon:
        label = _("tonight") if found.evening else _("soon")
        rows.append(_row(label, _listed([_ahead(one, view) for one in found.soon[:_MOST]], view)))
    if found.owed:
        rows.append(_row(_("to answer"), _listed([_owing(one, view) for one in found.owed], view)))
    if found.tomorrow and (found.evening or not found.command):
        rows.append(_row(_("tomorrow"), _listed([_ahead(one, view) for one in found.tomorrow[:_MOST]], view)))
    if found.command:
        cells = (
            Cell(text=fill(_("next"), _LABEL), raw=True),
            Cell(text=found.command, style="bold", gap=0),
            Cell(text=str(why), flex=True, gap=4),
        )
        rows.append(Row(cells=cells, indent=0))
    return rows


def _row(label: str, text: str) -> Row:
    cells = (Cell(text=fill(label, _LABEL), raw=True), Cell(text=text, flex=True, raw=True, gap=0))
    return Row(cells=cells, indent=0)


def _listed(parts: list[str], view: View) -> str:
    return f"   {view.glyphs.dot}   ".join(parts)


def _named(one: Ahead) -> str:
    title = safe(one.title, 40)
    named = f"{one.handle} {title}".strip()
    return f"{named} ({one.community})" if one.community else named


def _ahead(one: Ahead, view: View) -> str:
    return f"{view.time(one.start)} {_named(one)}"


def _running(one: Ahead, view: View) -> str:
    length = view.duration(one.end - one.start)
    return _("{what}, {spent} of {length}").format(
        what=_named(one), spent=view.duration(one.spent_minutes or 0), length=length
    )


def _owing(one: Owed, view: View) -> str:
    who = " ".join(part for part in (one.handle, one.community or "", safe(one.author, 24)) if part)
    if one.late:
        return _("{who}, late").format(who=who)
    return _("{who}, before {time}").format(who=who, time=view.when(one.answer_by)) if one.answer_by else who
