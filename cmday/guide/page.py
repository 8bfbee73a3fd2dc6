"""A stop on the screen: header, what there is to see, the keys. Lines as wide as the view, whatever its height."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cmday.guide.deciding import DECIDES
from cmday.guide.dossier import Dossier, Person, Said
from cmday.guide.sight import Sight, Story
from cmday.guide.walk import Act, Walk
from cmday.i18n import _, ngettext
from cmday.steps.day_report import title_of
from cmday.terminal import wording
from cmday.terminal.ansi import Line, Span
from cmday.terminal.layout import body_lines, ends
from cmday.terminal.view import View
from cmday.text.cells import cut, fill, width, wrap
from cmday.text.safe_text import safe

_WHO: Final = 20
_WIDEST_WHO: Final = 30
_NARROW: Final = 70
_MOST_LINES: Final = 400


def header(walk: Walk, view: View) -> list[Line]:
    """``2 NOTIFICATIONS · 1 of 5 ........ sss · Seeksicksound · Mastodon · before 10:30``."""
    stop, sight = walk.stop, walk.sight
    assert stop
    steps = list(walk.session.settings.steps)
    number = f"{steps.index(stop.step) + 1} " if stop.step in steps else ""
    title = f"{number}{str(title_of(stop.step)).upper()}"
    at, of = walk.count()
    place = _("{n} of {of}").format(n=at, of=of) if stop.sort != "page" else None
    left = view.join(title, place, stop.handle or None)
    about = view.title(sight.community) if sight.community else None
    full = view.join(about if about != sight.community else None, _network(sight.network), _limit(sight, view))
    short = _limit(sight, view) or ""
    community = [Span(sight.community, f"bold {view.colour(sight.community)}".strip())] if sight.community else []
    room = view.width - width(left) - 2 - sum(width(span.text) + 3 for span in community)
    rest = full if width(full) <= room else short
    right = [*community, Span(f" {view.glyphs.dot} {rest}" if community and rest else rest)]
    return [ends([Span(left, "bold")], [span for span in right if span.text], view), ()]


def _network(name: str | None) -> str | None:
    if name is None:
        return None
    from cmday.connectors.catalog import NETWORKS

    return NETWORKS[name].title if name in NETWORKS else name


def _limit(sight: Sight, view: View) -> str | None:
    if sight.state == "done":
        return _("done")
    if sight.limit is None:
        return None
    return _("late") if sight.late else _("before {time}").format(time=view.when(sight.limit))


def body(walk: Walk, view: View) -> list[Line]:
    """What there is to see at this stop, all of it."""
    sight = walk.sight
    if sight.report is not None:
        return _step_page(walk, view)
    if sight.story:
        return _story(sight.story, view)
    lines: list[Line] = []
    if sight.case:
        from cmday.guide import case_page

        lines += case_page.reasons(sight.case, view)
        lines += [] if sight.dossier else case_page.words(sight.case, view)
    if sight.dossier:
        lines += _dossier(sight.dossier, view)
    if sight.case:
        lines += case_page.around(sight.case, view)
    if sight.state == "gone":
        lines.append(_indented(_("This is not there any more."), view))
    return lines[:_MOST_LINES]


def as_text(walk: Walk, view: View) -> list[str]:
    """What there is to see, as lines of text without style: what stands around an answer in an editor."""
    return ["".join(span.text for span in line).rstrip() for line in body(walk, view)]


def _step_page(walk: Walk, view: View) -> list[Line]:
    """The block of a step, as its own command draws it."""
    from importlib import import_module

    assert walk.stop
    block = import_module(f"cmday.steps.{walk.stop.step}.view").draw(walk.sight.report, view)
    return [_indented(safe(block.summary), view, style="bold"), (), *body_lines(block, view, None)]


def _story(story: Story, view: View) -> list[Line]:
    about = view.join(", ".join(story.sources), view.when(story.published) if story.published else None)
    lines: list[Line] = [*_wrapped(story.title, view, style="bold"), _indented(safe(about), view, style="dim"), ()]
    for paragraph in story.text.splitlines():
        lines += _wrapped(paragraph, view) if paragraph.strip() else [()]
    return lines


def _dossier(dossier: Dossier, view: View) -> list[Line]:
    lines: list[Line] = []
    for said in dossier.thread:
        lines += _turn(said, view)
    lines.append(())
    lines += _known(dossier, view)
    return lines


def _turn(said: Said, view: View) -> list[Line]:
    """``dj_nox, Sat 11:40    The doors, is that...``; beneath each other where there is no room beside."""
    column = max(_WHO, min(_WIDEST_WHO, view.width // 4))
    when = _("not sent yet") if said.waiting else view.when(said.at) if said.at else ""
    who = _("you") if said.own else safe(said.who, max(6, column - width(when) - 3), ellipsis=view.glyphs.ellipsis)
    label = ", ".join(part for part in (who, when) if part)
    style = "bold" if said.this else "dim" if said.own else ""
    text = [safe(part) for part in said.text.splitlines() if part.strip()] or [""]
    if view.width < _NARROW:
        rows = [row for part in text for row in wrap(part, view.width - 4)]
        return [_indented(label, view, style="dim"), *((Span("    "), Span(row, style)) for row in rows)]
    rows = [row for part in text for row in wrap(part, view.width - column - 4)]
    first = (Span("  "), Span(fill(cut(label, column - 1, view.glyphs.ellipsis), column)), Span(rows[0], style))
    return [first, *((Span(" " * (column + 2)), Span(row, style)) for row in rows[1:])]


def _known(dossier: Dossier, view: View) -> list[Line]:
    """The person, the calendar, what one answered last time: a label and a line each."""
    rows = [(safe(dossier.person.name, _WHO), _person(dossier.person, view))]
    rows += [("", _("note: {text}").format(text=safe(note))) for note in dossier.person.notes]
    label = _("in the calendar")
    for event in dossier.events:
        when = view.short_day(view.local(event.start).date()) if event.all_day else view.when(event.start)
        place = safe(event.location or "", 40)
        rows.append((label, view.join(f"{when} {safe(event.title)}", place or None, event.community)))
        label = ""
    if dossier.precedent:
        past = dossier.precedent
        day = wording.near_day(view.local(past.at), view.now, view.language)
        said = view.quote(safe(past.text))
        to = safe(past.to, _WHO)
        rows.append((_("answered before"), _("{day}, to {who}: {text}").format(day=day, who=to, text=said)))
    if dossier.written:
        rows.append((_("written"), view.quote(safe(dossier.written))))
    column = max(width(label) for label, _text in rows) + 2
    lines: list[Line] = []
    for label, text in rows:
        wrapped = wrap(text, max(20, view.width - column - 2)) or [""]
        lines.append((Span("  "), Span(fill(label, column), "dim"), Span(wrapped[0])))
        lines += [(Span(" " * (column + 2)), Span(row)) for row in wrapped[1:]]
    return lines


def _person(person: Person, view: View) -> str:
    if person.before is None:
        first = _("writes for the first time")
        return view.join(safe(person.handle, 40) if person.handle != person.name else None, first)
    n = person.before.count
    since = wording.near_day(view.local(person.before.first), view.now, view.language)
    last = wording.near_day(view.local(person.before.last), view.now, view.language)
    if n == 1:
        return _("wrote once before, {last}").format(last=last)
    return ngettext("{n} exchange since {since}, last {last}", "{n} exchanges since {since}, last {last}", n).format(
        n=n, since=since, last=last
    )


def _wrapped(text: str, view: View, *, style: str = "") -> list[Line]:
    return [_indented(row, view, style=style) for row in wrap(safe(text), view.width - 2)]


def _indented(text: str, view: View, *, style: str = "") -> Line:
    return (Span("  "), Span(cut(text, view.width - 2, view.glyphs.ellipsis), style))


def keys_lines(walk: Walk, view: View) -> list[Line]:
    """``r reply  t reuse this text  d done ...``, on as many lines as it takes."""
    keys = walk.session.settings.keys
    return flow([(getattr(keys, act), word(act, walk)) for act in walk.offered()], view)


def flow(keys: Sequence[tuple[str, str]], view: View) -> list[Line]:
    """Keys with what each does, side by side as far as they fit."""
    lines: list[list[Span]] = [[]]
    used = 0
    for key, says in keys:
        size = width(key) + 1 + width(says)
        if used and used + 2 + size > view.width - 2:
            lines.append([])
            used = 0
        lines[-1] += [Span("  "), Span(key, "bold"), Span(f" {says}")]
        used += 2 + size
    return [tuple(line) for line in lines]


def word(act: Act, walk: Walk) -> str:
    """What a key does here, in a word or two."""
    sort = walk.stop.sort if walk.stop else "page"
    if act == "done":
        return {"message": _("done"), "story": _("read"), "case": _("resolved")}.get(sort, _("done"))
    if act == "place":
        n = walk.sight.changes
        return ngettext("write {n} place", "write {n} places", n).format(n=n)
    return {
        "reply": _("answer"),
        "reuse": _("reuse this text"),
        "editor": _("in the editor"),
        "approve": _("approve"),
        "later": _("later"),
        "moderate": _("moderate"),
        "hold": _("hold"),
        "remove": _("remove"),
        "warn": _("warn"),
        "mute": _("silence"),
        "ban": _("ban"),
        "label": _("label"),
        "lock": _("lock"),
        "assign": _("assign"),
        "note": _("note"),
        "open": _("open"),
        "undo": _("undo"),
        "next": _("go on"),
        "back": _("back"),
        "pause": _("pause"),
        "help": _("help"),
    }[act]


def help_lines(walk: Walk, view: View) -> list[Line]:
    """What every key does, in a sentence each."""
    keys = walk.session.settings.keys
    says: dict[Act, str] = {
        "reply": _("answer here; Enter puts it into the outbox, nothing leaves before cmday send"),
        "reuse": _("answer with what you wrote last time, to be changed first"),
        "editor": _("answer in your editor"),
        "done": _("answered, or wanting no answer; a story: read; a case: dealt with"),
        "approve": _("a case: nothing is wrong with it"),
        "later": _("put off until a moment; a story: keep for later"),
        "moderate": _("make a case of a message"),
        "hold": _("a case: keep it from being seen until somebody decides"),
        "remove": _("a case: take it down; why is asked, and cmday send carries it out"),
        "warn": _("a case: write to its author"),
        "mute": _("a case: silence its author, for a time or for good"),
        "ban": _("a case: shut its author out, for a time or for good"),
        "label": _("a case: put a label of the network on it"),
        "lock": _("a case: close its thread"),
        "assign": _("a case: give it to a colleague, or take it in hand"),
        "note": _("a case: a note for moderators"),
        "place": _("write where the plan puts operations"),
        "open": _("in the browser"),
        "undo": _("take back what was done last"),
        "next": _("on to the next one, also with space and Enter; nothing is changed"),
        "back": _("to the one before"),
        "pause": _("stop here; --resume goes on at this item"),
        "help": _("this list"),
    }
    lines: list[Line] = [(Span("  "), Span(_("The keys"), "bold")), ()]
    for act, text in says.items():
        first, *rest = wrap(text, view.width - 8) or [""]
        lines.append((Span("    "), Span(getattr(keys, act), "bold"), Span(f"   {first}")))
        lines += [(Span("        "), Span(row)) for row in rest]
    return [*lines, (), (Span("  "), Span(_("Arrows and page keys scroll; Ctrl-C ends, and loses nothing."), "dim"))]


def ending(walk: Walk, view: View) -> list[Line]:
    """What was done, once all stops lie behind: what the scrollback keeps."""
    return [(Span(text),) for text in told(walk, view)]


def told(walk: Walk, view: View) -> list[str]:
    """What was done on this walk, in a sentence or two."""
    tally = walk.tally
    parts = [
        ngettext("{n} answer written", "{n} answers written", n).format(n=n) if (n := tally["reply"]) else None,
        ngettext("{n} done", "{n} done", n).format(n=n) if (n := tally["done"]) else None,
        ngettext("{n} approved", "{n} approved", n).format(n=n) if (n := tally["approve"]) else None,
        ngettext("{n} decided", "{n} decided", n).format(n=n) if (n := sum(tally[act] for act in DECIDES)) else None,
        ngettext("{n} put off", "{n} put off", n).format(n=n) if (n := tally["later"]) else None,
        ngettext("{n} case made", "{n} cases made", n).format(n=n) if (n := tally["moderate"]) else None,
    ]
    said = view.join(*parts)
    return [said] if said else [_("Nothing was changed.")]
