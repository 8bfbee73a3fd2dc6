"""The day as Markdown: for ``cmday log --md`` and the page in the journal. Words of others cannot make marks in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from cmday.daybook.closing import CloseData
from cmday.daybook.log import LogData, LogLine
from cmday.daybook.view import spent_text
from cmday.i18n import _
from cmday.steps.verbs import text_words, verb_word
from cmday.terminal.view import View
from cmday.text.markdown import plain

# What one only looked at is no deed worth a line on the day's page.
_LOOKED: Final = frozenset({"read", "show", "open", "start", "close"})


def of_log(data: LogData, view: View) -> str:
    """Every line of the span, a heading a day."""
    lines: list[str] = []
    for day, deeds in _by_day(data.entries, view):
        lines += [f"## {view.day(day)}", "", *(_line(deed, view) for deed in deeds), ""]
    if spent := spent_text(data.spent, view):
        lines.append(spent)
    return "\n".join(lines).strip()


def of_day(data: CloseData, view: View) -> str:
    """The page of a day: what was done, and what is left."""
    lines = [f"## {view.day(data.day)}", ""]
    if spent := spent_text(data.spent, view):
        lines += [spent, ""]
    if deeds := [_line(deed, view) for deed in data.done if deed.verb not in _LOOKED]:
        lines += [*deeds, ""]
    for title, rows in _left(data, view):
        if rows:
            lines += [f"### {title}", "", *rows, ""]
    return "\n".join(lines).strip()


def _left(data: CloseData, view: View) -> Iterator[tuple[str, list[str]]]:
    yield (
        _("not sent").capitalize(),
        [
            f"- {one.account}: {plain(view.join(one.to, one.text))}" + (f" ({view.when(one.due)})" if one.due else "")
            for one in data.unsent
        ],
    )
    yield (
        _("not answered").capitalize(),
        [
            f"- {plain(item.author or item.author_handle)}: {plain(item.text)}"
            + (f" ({_('before {time}').format(time=view.when(item.answer_by))})" if item.answer_by else "")
            for item in data.unanswered
        ],
    )
    yield (
        _("moved").capitalize(),
        [
            f"- {plain(moved.title)} {view.glyphs.arrow} "
            + (view.when(moved.to) if moved.to else _("no place yet: cmday plan"))
            for moved in data.moved
        ],
    )


def _line(line: LogLine, view: View) -> str:
    said = f": {plain(text_words(line.verb, line.text))}" if line.text else ""
    return f"- {view.time(line.at)} {verb_word(line.verb)}{said}"


def _by_day(lines: Iterable[LogLine], view: View) -> list[tuple[date, list[LogLine]]]:
    days: dict[date, list[LogLine]] = {}
    for line in lines:
        days.setdefault(view.local(line.at).date(), []).append(line)
    return list(days.items())
