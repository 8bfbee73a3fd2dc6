"""What stands around an answer in the file it is written in: who speaks, the thread, the person, the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cmday.cli.run import Run
from cmday.guide.dossier import Dossier, Person, Said
from cmday.i18n import _, ngettext
from cmday.steps.notifications.drafting import Section
from cmday.steps.notifications.replying import Answerable
from cmday.steps.notifications.urgency import Limits
from cmday.text.cells import wrap
from cmday.text.safe_text import safe

_WIDE: Final = 96
_MOST_LINES: Final = 12
_MOST_TURNS: Final = 8


def intro(several: bool) -> list[str]:
    """The first lines of the file."""
    lines = [
        _("Write your answer on the empty line; lines that begin with #| are not sent. Nothing leaves before send.")
    ]
    if several:
        lines.append(_("A section left empty is skipped. Keep the first and the last line of each section."))
    return lines


def section(run: Run, one: Answerable, known: Dossier | None, offered: str) -> Section:
    """The section of one item."""
    around = list(_around(run, one, known)) if known else list(_wrapped(one.item.notification.text, ""))
    return Section(handle=one.handle, head=_head(run, one), around=tuple(around), offered=offered)


def _head(run: Run, one: Answerable) -> str:
    view, notification = run.view, one.item.notification
    to = _("as {speaker} to {name}").format(speaker=one.speaker, name=safe(one.name))
    limit = Limits(run.settings).answer_by(one.item)
    return view.join(
        notification.community,
        ", ".join(part for part in (to, visibility(one.reply.visibility)) if part),
        _("at most {n} characters").format(n=one.manner.most) if one.manner.most else "",
        _("before {time}").format(time=view.when(limit)) if limit else "",
    )


def visibility(word: str | None) -> str:
    """Who can read it, in a word."""
    return {
        "public": _("public"),
        "unlisted": _("unlisted"),
        "private": _("followers only"),
        "direct": _("direct"),
    }.get(word or "", word or "")


def _around(run: Run, one: Answerable, known: Dossier) -> Iterator[str]:
    view = run.view
    for said in known.thread[-_MOST_TURNS:]:
        yield from _turn(run, said)
    if one.reply.also:
        yield _("also addressed: {names}").format(names=safe(", ".join(one.reply.also), _WIDE))
    if text := _person(run, known.person):
        yield text
    for event in known.events:
        day = view.short_day(view.local(event.start).date())
        when = day if event.all_day else f"{day} {view.time(event.start)}"
        yield _("in the calendar: {when} {title}").format(when=when, title=safe(event.title, _WIDE))
    if known.precedent:
        yield from _wrapped(
            known.precedent.text,
            _("answered on {day} to {name}: ").format(
                day=view.near_day(known.precedent.at), name=safe(known.precedent.to, _WIDE // 3)
            ),
        )


def _turn(run: Run, said: Said) -> Iterator[str]:
    who = _("you") if said.own else safe(said.who, _WIDE // 3)
    when = run.view.when(said.at) if said.at else ""
    mark = f"{run.view.glyphs.arrow} " if said.this else ""
    waiting = _("not sent yet") if said.waiting else ""
    yield from _wrapped(said.text, f"{mark}{', '.join(part for part in (who, when, waiting) if part)}: ")


def _wrapped(text: str, before: str) -> Iterator[str]:
    """The text in lines that begin under its first one, made safe, and not without end."""
    lines = [part for line in text.splitlines() for part in wrap(safe(line), _WIDE - 4)] or [""]
    yield f"{before}{lines[0]}".rstrip()
    for line in lines[1:_MOST_LINES]:
        yield f"    {line}".rstrip()
    if len(lines) > _MOST_LINES:
        yield "    …"


def _person(run: Run, person: Person) -> str:
    view = run.view
    said = []
    if person.before:
        n = person.before.count
        said.append(
            ngettext("{n} exchange before, the last {when}", "{n} exchanges before, the last {when}", n).format(
                n=n, when=view.near_day(person.before.last)
            )
        )
    said += [_("note: {text}").format(text=safe(note, _WIDE)) for note in person.notes]
    return f"{safe(person.name, _WIDE // 3)}: {view.join(*said)}" if said else ""
