"""The handover as Markdown, a section a question that a colleague has. Words of others cannot make marks in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final
from urllib.parse import quote

from cmday.daybook.handover import Handover, Leaving, OpenCase, Promise, Waiting, Work
from cmday.i18n import _, ngettext
from cmday.steps.notifications.view import kind_name
from cmday.terminal.view import View
from cmday.text.markdown import plain

# What stands in an address as it is; brackets, spaces and angle brackets would end a link of Markdown.
_IN_ADDRESS: Final = "/:?#@!$&'*+,;=%~-._"


def written(found: Handover, view: View) -> str:
    """The whole page."""
    title = _("Handover, {day}").format(day=view.day(view.now.date()))
    if found.until:
        title = _("{title}, until {time}").format(title=title, time=view.when(found.until))
    lines = [f"# {title}", ""]
    for heading, rows in _sections(found, view):
        lines += [f"## {heading}", "", *(rows or [_("Nothing.")]), ""]
    return "\n".join(lines).rstrip() + "\n"


def _sections(found: Handover, view: View) -> Iterator[tuple[str, list[str]]]:
    yield _("Who waits for an answer"), _by_community(found.waiting, view)
    yield _("What was promised"), [line for one in found.promised for line in _promised(one, view)]
    yield _("What leaves, and when"), [_leaving(one, view) for one in found.leaving]
    yield _("Work in hand"), [_work(one, view) for one in found.work]
    yield _("Open cases"), [_case(one, view) for one in found.cases]
    yield _("Notes"), [f"- {view.when(one.at)} {plain(one.text)}" for one in found.notes]


def _by_community(waiting: Iterable[Waiting], view: View) -> list[str]:
    groups: dict[str | None, list[Waiting]] = {}
    for one in waiting:
        groups.setdefault(one.community, []).append(one)
    lines: list[str] = []
    for community, some in groups.items():
        if lines:
            lines.append("")
        name = plain(view.title(community)) if community else _("no community")
        lines += [f"### {name} ({len(some)})", ""]
        for one in some:
            lines += _waits(one, view)
    return lines


def _waits(one: Waiting, view: View) -> list[str]:
    limit = _limit(one.answer_by, view)
    marks = " ".join(f"#{plain(label)}" for label in one.labels)
    head = view.join(
        f"**{plain(one.author)}**",
        kind_name(one.kind),
        _("since {time}").format(time=view.when(one.since)),
        limit,
        marks,
    )
    lines = [f"- {head}: {_linked(one.text, one.url)}"]
    if one.written:
        lines.append(f"  - {_('an answer is written and has not left: {text}').format(text=plain(one.written))}")
    return [*lines, *_own(one.notes)]


def _limit(answer_by: datetime | None, view: View) -> str | None:
    if answer_by is None:
        return None
    if answer_by < view.now:
        return _("late")
    return _("before {time}").format(time=view.when(answer_by))


def _promised(one: Promise, view: View) -> list[str]:
    head = f"- {view.when(one.at)} **{plain(one.author)}**: {_linked(one.text, one.url)}"
    said = [f"  - {_('we said: {text}').format(text=plain(one.said))}"] if one.said else []
    return [head, *said, *_own(one.notes)]


def _leaving(one: Leaving, view: View) -> str:
    when = view.when(one.due) if one.due else _("with the next send")
    states = {"draft": _("a draft"), "held": _("held back"), "doubtful": _("in doubt"), "failed": _("failed")}
    to = _("to {who}").format(who=plain(one.to)) if one.to else None
    return f"- {view.join(when, plain(one.account), to, states.get(one.state))}: {plain(one.text)}"


def _work(one: Work, view: View) -> str:
    placed = view.when(one.start) if one.start else _("no place yet")
    due = _("due {time}").format(time=view.when(one.due)) if one.due else None
    return f"- {view.join(placed, one.community, due)}: {plain(one.title)}"


def _case(one: OpenCase, view: View) -> str:
    reports = ngettext("{n} report", "{n} reports", one.reports).format(n=one.reports) if one.reports else None
    why = ", ".join(plain(reason) for reason in one.reasons)
    head = view.join(f"**{plain(one.author)}**", one.community, reports, why)
    return f"- {head}: {_linked(one.text, one.url)}"


def _own(notes: Iterable[str]) -> list[str]:
    return [f"  - {_('note: {text}').format(text=plain(text))}" for text in notes]


def _linked(text: str, url: str | None) -> str:
    """The words, and a link to where they were said; only web addresses become links."""
    said = plain(text) or "-"
    if not url or not url.startswith(("https://", "http://")):
        return said
    return f"{said} [{_('open')}]({quote(url, safe=_IN_ADDRESS)})"
