"""The report of a crisis, as Markdown: its figures, what happened when, what was decided and said."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from cmday.core.crises import LineKind
from cmday.crisis.report import CrisisData, FrozenRow, LineRow
from cmday.i18n import _, ngettext, recalled
from cmday.terminal.view import View
from cmday.text.markdown import plain

_LONG = 1_000


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was held back, and how it stands at the end, in a word."""

    row: FrozenRow
    became: str


def page(data: CrisisData, held: Sequence[Held], view: View) -> str:
    """The whole page. Texts of others make no marks in it."""
    until = view.when(data.ended) if data.ended else _("still going on")
    lines = [
        f"# {_('Crisis: {title}').format(title=plain(data.title))}",
        "",
        f"{view.day(view.local(data.began).date())}, {view.time(data.began)} {view.glyphs.arrow} {until}",
        "",
        *_section(_("Figures"), _figures(data, view)),
        *_section(_("Who spoke"), _voices(data)),
        *_section(_("What happened"), [_line(one, view) for one in data.log]),
        *_section(_("Checklist"), _points(data, view)),
        *_section(_("What was said in our name"), _answers(data, view)),
        *_section(_("What was held back"), [_held(one, view) for one in held]),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [f"## {title}", "", *(lines or [f"- {_('nothing')}"]), ""]


def _figures(data: CrisisData, view: View) -> list[str]:
    peak = max(data.curve, key=lambda one: one.count)
    lines = [
        "- " + ngettext("{n} negative message in all", "{n} negative messages in all", data.total).format(n=data.total),
        "- " + _("the most in an hour: {n}, up to {time}").format(n=peak.count, time=view.when(peak.end)),
    ]
    if data.usual is not None and data.sigma is not None and data.threshold is not None:
        lines.append(
            "- "
            + _("usually {usual} an hour (standard deviation {sigma}): an alarm above {threshold}").format(
                usual=view.number(data.usual, 1),
                sigma=view.number(data.sigma, 1),
                threshold=view.number(data.threshold, 1),
            )
        )
    if data.first:
        told = _("it began at {time} with {author}: {text}").format(
            time=view.when(data.first.at),
            author=plain(data.first.author or data.first.author_handle),
            text=plain(data.first.text),
        )
        lines.append(f"- {told}")
    word = view.when(data.first_word_at) if data.first_word_at else _("none")
    lines.append("- " + _("first word: {time}, due {due}").format(time=word, due=view.when(data.first_word_due)))
    if data.phrases:
        told = ", ".join(f"{plain(one.text)} ({one.count})" for one in data.phrases)
        lines.append("- " + _("repeated: {what}").format(what=told))
    if data.censorship:
        lines.append("- " + _("speak of censorship: {n}").format(n=data.censorship))
    busy = [one for one in data.curve if one.count and one.end > data.began.replace(minute=0)]
    if busy:
        lines += ["", f"| {_('hour up to')} | {_('negative')} |", "|---|---|"]
        lines += [f"| {view.when(one.end)} | {one.count} |" for one in busy]
    return lines


def _voices(data: CrisisData) -> list[str]:
    lines = []
    for one in data.voices:
        shares = ngettext("{n} share", "{n} shares", one.shares).format(n=one.shares) if one.shares else None
        told = [ngettext("{n} message", "{n} messages", one.count).format(n=one.count), shares]
        told += [_("a regular")] if one.regular else []
        told += [_("new")] if one.new else []
        told += [_("defends you")] if one.defends else []
        lines.append(f"- **{plain(one.author or one.author_handle)}**: {', '.join(part for part in told if part)}")
    return lines


def _line(one: LineRow, view: View) -> str:
    said = plain(str(recalled(one.text)), _LONG) if one.text else ""
    head = kind_word(one.kind)
    point = f" {one.point}" if one.point else ""
    return f"- {view.when(one.at)} {head}{point} ({plain(one.who)})" + (f": {said}" if said else "")


def kind_word(kind: LineKind) -> str:
    """What a line of the log tells of, in a word."""
    return {
        "alarm": _("alarm"),
        "start": _("begun"),
        "note": _("note"),
        "check": _("done: point"),
        "uncheck": _("not done: point"),
        "held": _("held"),
        "released": _("released"),
        "taken": _("taken off a server"),
        "there": _("still on a server"),
        "end": _("end"),
    }[kind]


def _points(data: CrisisData, view: View) -> list[str]:
    lines = []
    for one in data.checklist:
        mark = "x" if one.done_at else " "
        done = f" ({view.when(one.done_at)})" if one.done_at else ""
        said = f" {plain(one.said)}" if one.said else ""
        lines.append(f"- [{mark}] {plain(str(recalled(one.text)))}{said}{done}")
    return lines


def _answers(data: CrisisData, view: View) -> list[str]:
    lines = []
    for one in data.answers:
        to = _("to {whom}").format(whom=plain(one.to)) if one.to else None
        lines.append(f"- {view.join(view.when(one.at), plain(one.account), to)}: {plain(one.text, _LONG)}")
    return lines


def _held(one: Held, view: View) -> str:
    when = view.when(one.row.due) if one.row.due else None
    return f"- {view.join(when, one.row.account)}: {plain(one.row.text, _LONG)} ({one.became})"
