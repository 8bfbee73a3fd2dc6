"""The transparency report as Markdown, to be published, and as CSV, to be counted with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Final

from cmday.config.paths import write_private
from cmday.i18n import _
from cmday.steps.moderation.trace.transparency import TransparencyData
from cmday.steps.moderation.trace.words import action_in_words
from cmday.terminal.view import View
from cmday.text.safe_text import safe

_MARKS: Final = re.compile(r"[\\`<\[\]*|#]")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def markdown(data: TransparencyData, view: View) -> str:
    """The month as a page."""
    where = ", ".join(map(view.title, data.communities))
    title = _("Moderation in {month}").format(month=data.month)
    lines = [f"# {title}{f' · {_plain(where)}' if where else ''}", ""]
    if not data.decisions:
        lines += [_("Nothing was decided."), ""]
    lines += [f"- {line}" for line in _facts(data, view)] + [""]
    if data.actions:
        head = (_("action"), _("count"), _("by a rule alone"), _("taken back"), _("median time"))
        rows = [
            (
                action_in_words(one.action),
                view.number(one.count),
                view.number(one.automatic),
                view.number(one.reversed),
                _time(one.median_minutes, view),
            )
            for one in data.actions
        ]
        lines += [f"## {_('What was done')}", "", *_table(head, rows), ""]
    if data.grounds:
        rows_ = [(_ground(one.ground), view.number(one.count)) for one in data.grounds]
        lines += [f"## {_('On what grounds')}", "", *_table((_("ground"), _("count")), rows_), ""]
    if len(data.by_community) > 1:
        shown = [
            (view.title(one.community) if one.community else _("none"), view.number(one.count))
            for one in data.by_community
        ]
        lines += [f"## {_('By community')}", "", *_table((_("community"), _("count")), shown), ""]
    lines.append(
        _("The log of decisions holds {n} records; its last hash is `{hash}`.").format(
            n=view.number(data.records), hash=data.last_hash
        )
    )
    return "\n".join(lines)


def write_csv(file: Path, data: TransparencyData) -> None:
    """The same figures, one a line: section, key, count, automatic, reversed, median_minutes. Keys are English."""
    import csv

    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("month", "section", "key", "count", "automatic", "reversed", "median_minutes"))
    writer.writerows((data.month, *map(_cell, row)) for row in _rows(data))
    write_private(file, out.getvalue())


def _rows(data: TransparencyData) -> Iterator[tuple[object, ...]]:
    yield ("total", "decisions", data.decisions, data.automatic, data.reversals, data.median_minutes)
    yield ("total", "cases", data.cases, None, None, None)
    for one in data.actions:
        yield ("action", one.action, one.count, one.automatic, one.reversed, one.median_minutes)
    for each in data.grounds:
        yield ("ground", each.ground, each.count, None, None, None)
    for some in data.by_community:
        yield ("community", some.community, some.count, None, None, None)
    for key in ("received", "granted", "upheld", "open"):
        yield ("appeals", key, getattr(data.appeals, key), None, None, None)
    yield ("log", data.last_hash, data.records, None, None, None)


def _facts(data: TransparencyData, view: View) -> Iterator[str]:
    yield _("decisions: {n}, on cases: {cases}").format(n=view.number(data.decisions), cases=view.number(data.cases))
    if data.automatic_share is not None:
        yield _("by a rule alone: {n} ({share} %)").format(
            n=view.number(data.automatic), share=view.number(100 * data.automatic_share, 1)
        )
    if data.median_minutes is not None:
        yield _("median time from report to decision: {time}").format(time=_time(data.median_minutes, view))
    yield _("taken back since: {n}").format(n=view.number(data.reversals))
    one = data.appeals
    yield _("appeals: {n}, granted {granted}, upheld {upheld}, not read again yet {open}").format(
        n=one.received, granted=one.granted, upheld=one.upheld, open=one.open
    )


def _ground(ground: str) -> str:
    kind, _space, name = ground.partition(" ")
    if kind == "rule":
        return _('rule "{name}"').format(name=name)
    return {"reports": _("reports"), "queue": _("the network's own queue")}.get(ground, _("taken up by hand"))


def _time(minutes: int | None, view: View) -> str:
    return "" if minutes is None else view.duration(minutes)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    align = ["---", *("---:" for _column in head[1:])]
    return ["| " + " | ".join(map(_plain, row)) + " |" for row in (head, align, *rows)]


def _plain(text: str) -> str:
    """On one line, without a sign that Markdown or HTML would take for its own."""
    return _MARKS.sub(lambda mark: f"\\{mark[0]}" if mark[0] != "<" else "&lt;", safe(text))


def _cell(value: object) -> object:
    """What a spreadsheet would take for a formula is a text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
