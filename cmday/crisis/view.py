"""A crisis on the screen: how big, where it began, who speaks, what is frozen, and by when a first word is due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import structs

from cmday.crisis.report import CrisesData, CrisisData, FrozenRow, PointRow, StateRow, VoiceRow
from cmday.i18n import _, ngettext, recalled
from cmday.terminal.ansi import Span
from cmday.terminal.block import Block, Cell, Row, community, drawn, note, sentence, space
from cmday.terminal.view import View
from cmday.terminal.wording import french_spacing
from cmday.text.cells import width
from cmday.text.safe_text import safe

_CURVE: Final = 56
_BEFORE_CURVE: Final = 12
_NAMED: Final = 24
_FROZEN: Final = 44
_NARROW: Final = 64
_LEAST_ITEM: Final = 10


def draw(data: CrisesData, view: View) -> Block:
    """All that is going on, and how every other community stands."""
    rows: list[Row] = []
    for one in data.crises:
        rows += [*([space()] if rows else []), heading(one, view), *body(one, view)]
    calm = [one for one in data.communities if one.verdict != "crisis"]
    if rows and calm:
        rows.append(space())
    rows += [_standing(one, view) for one in calm]
    if not rows:
        rows += sentence(_("no community yet: config.toml names them, cmday init asks"), view)
    n = len(data.crises)
    return Block(
        title=_("CRISIS"),
        command="cmday crisis",
        summary=ngettext("{n} going on", "{n} going on", n).format(n=n) if n else _("none"),
        brief=str(n),
        rows=tuple(rows),
    )


def draw_one(data: CrisisData, view: View) -> Block:
    """One crisis, as it stands at the head of the day."""
    return Block(
        title=title(data, view),
        command=title(data, view),
        summary=_summary(data),
        brief=_brief(data),
        rows=body(data, view),
    )


def title(data: CrisisData, view: View) -> str:
    """``! ALERT · sss · Seeksicksound``."""
    word = _("! ALERT") if data.state == "alarm" else _("! CRISIS")
    named = data.title if data.title != data.community and view.width >= _NARROW else None
    return view.join(word, data.community, safe(named) if named else None)


def heading(data: CrisisData, view: View) -> Row:
    """The title as a row, with what it is about."""
    cells = (Cell(text=title(data, view), style="bold red"), Cell(text=_summary(data), flex=True))
    return Row(cells=cells, indent=0, keep=9)


def _summary(data: CrisisData) -> str:
    said = ngettext("{n} negative message in an hour", "{n} negative messages in an hour", data.count).format(
        n=data.count
    )
    return said if data.usual is None else _("{said}, usually {usual}").format(said=said, usual=round(data.usual))


def _brief(data: CrisisData) -> str:
    if data.usual is None:
        return str(data.count)
    return _("{n} against {usual}").format(n=data.count, usual=round(data.usual))


def body(data: CrisisData, view: View) -> tuple[Row, ...]:
    """The rows below the title."""
    rows = [_curve(data, view)]
    if data.first:
        one = data.first
        told = f"{one.handle} {view.when(one.at)} {one.author or one.author_handle}: "
        rows.append(_line(_("first"), french_spacing(told) + view.quote(one.text), keep=8, link=one.url))
    if data.voices:
        rows.append(_line(_("voices"), _voices(data.voices, view), keep=7))
    if repeated := _repeated(data, view):
        rows.append(_line(_("repeated"), repeated, keep=5))
    rows += [space(), *_frozen(data, view), *_checklist(data, view), space(), *_commands(data, view)]
    if data.censorship:
        warning = ngettext(
            "Delete nothing: {n} message speaks of censorship already.",
            "Delete nothing: {n} messages speak of censorship already.",
            data.censorship,
        ).format(n=data.censorship)
        rows += sentence(french_spacing(warning), view, keep=8)
    if data.others:
        rows += sentence(_("Also in alarm: {names}").format(names=", ".join(data.others)), view, keep=8)
    return tuple(rows)


def _line(label: str, text: str, *, keep: int, link: str | None = None) -> Row:
    cells = (
        _label(label),
        Cell(text=text, flex=True, link=link),
    )
    return Row(cells=cells, group="crisis", keep=keep)


def _label(text: str) -> Cell:
    """What a line tells of; all are of one width, so that the curve stands above the words."""
    longest = max(map(width, (_("7 days"), _("first"), _("voices"), _("repeated"), _("frozen"))))
    return Cell(text=text + " " * (longest - width(text)), style="dim", raw=True)


def _curve(data: CrisisData, view: View) -> Row:
    """A week of hours, the highest of those that share a cell; how many speak stands beside it."""
    people = ngettext("{n} person", "{n} people", data.people).format(n=data.people)
    new = ngettext("{n} new account", "{n} new accounts", data.new_accounts).format(n=data.new_accounts)
    told = f"{people}, {new}" if data.new_accounts and view.width >= _NARROW else people
    room = max(8, min(_CURVE, view.width - _BEFORE_CURVE - width(told) - 4))
    counts = [one.count for one in data.curve]
    share = len(counts) / room
    tops = [max(counts[int(at * share) : max(int(at * share) + 1, int((at + 1) * share))]) for at in range(room)]
    most = max(*tops, 1)
    levels = view.glyphs.levels
    drawing = "".join(levels[min(len(levels) - 1, top * (len(levels) - 1) // most)] for top in tops)
    cells = (
        _label(_("7 days")),
        Cell(text=drawing, flex=True, raw=True, style=view.colour(data.community)),
        Cell(text=told, right=True),
    )
    return Row(cells=cells, group="curve", keep=8)


def _voices(voices: Sequence[VoiceRow], view: View) -> str:
    """As many as there is room for; who defends is among them before others are."""
    chosen = list(voices)
    while len(chosen) > 1 and width(view.join(*map(_voice, chosen))) > view.width - _BEFORE_CURVE:
        chosen.remove(next((one for one in reversed(chosen[1:]) if not one.defends), chosen[-1]))
    return view.join(*map(_voice, chosen))


def _voice(one: VoiceRow) -> str:
    name = safe(one.author or one.author_handle, _NAMED)
    if one.defends:
        return _("{name}, a regular, who defends you").format(name=name)
    if one.shares:
        how = ngettext("{n} share", "{n} shares", one.shares).format(n=one.shares)
    else:
        how = ngettext("{n} message", "{n} messages", one.count).format(n=one.count)
    known = _("{name}, a regular").format(name=name) if one.regular else name
    return f"{known} ({how}, {_('new')})" if one.new else f"{known} ({how})"


def _repeated(data: CrisisData, view: View) -> str:
    told = [f"{view.quote(one.text)} {one.count}" for one in data.phrases]
    return view.join(*told)


def _frozen(data: CrisisData, view: View) -> list[Row]:
    """What is held back: the next of it, and how many more; what is still on a server stands apart."""
    kept = [one for one in data.frozen if one.state != "there"]
    there = [one for one in data.frozen if one.state == "there"]
    rows: list[Row] = []
    if kept:
        frame = _("{told}: nothing leaves for {community} without you").format(told="{told}", community=data.community)
        if more := len(kept) - 1:
            others = ngettext("{told} and {n} other", "{told} and {n} others", more).format(told="{told}", n=more)
            frame = frame.replace("{told}", others)
        room = view.width - _BEFORE_CURVE - width(frame.replace("{told}", _item(kept[0], view, 1)))
        told = frame.replace("{told}", _item(kept[0], view, max(_LEAST_ITEM, min(_FROZEN, room))))
        rows.append(_line(_("frozen"), french_spacing(told), keep=8))
    for one in there:
        told = _("{account} posts it by itself: {what}").format(account=one.account, what=_item(one, view, _FROZEN))
        rows.append(_line("!", french_spacing(told), keep=8))
        if one.why:
            rows.append(structs.replace(_line("", french_spacing(str(recalled(one.why))), keep=8), follows=True))
    return rows


def _item(one: FrozenRow, view: View, most: int) -> str:
    parts = [one.handle or "", view.when(one.due) if one.due else "", view.quote_start(one.text, most)]
    return " ".join(part for part in parts if part)


def _checklist(data: CrisisData, view: View) -> list[Row]:
    """The points side by side where there is room, else one below the other."""
    points = [_point(one, view) for one in data.checklist]
    line = (" " * 5).join(points)
    if width(line) + 2 <= view.width:
        return [Row(cells=(Cell(text=line, raw=True),), keep=9)]
    return [row for one in points for row in sentence(one, view, keep=9)]


def _point(one: PointRow, view: View) -> str:
    """``[ ] a first word before 11:01``, ``[x] who speaks? Léa``."""
    text = str(recalled(one.text))
    if one.done_at:
        done = f"[x] {text} {safe(one.said)}" if one.said else f"[x] {text}"
        return safe(f"{french_spacing(done)} ({view.time(one.done_at)})")
    if one.by:
        text = _("{text} before {time}").format(text=text, time=view.when(one.by))
        return safe(f"[ ] {text} !" if one.by < view.now else f"[ ] {text}")
    if one.number == 1:
        text = _("{text} nobody is named").format(text=text)
    return safe(french_spacing(f"[ ] {text}"))


def _told_commands(data: CrisisData) -> list[tuple[str, str]]:
    """Six commands that fit how it stands: the thread where it began, if it did; the point that is open, if one is."""
    everything = ngettext("the {n}, and all else", "the {n}, and all else", data.total).format(n=data.total)
    handle = data.first.handle if data.first else None
    return [
        (f"cmday inbox read {handle}", _("the whole thread")) if handle else ("cmday crisis --md", _("the log so far")),
        (f"cmday inbox -c {data.community}", everything if data.total else _("what is said")),
        (f"cmday inbox reply {handle}" if handle else "cmday post", _("the first word")),
        ("cmday outbox", _("what is frozen")),
        _next_point(data),
        (f"cmday crisis end {data.community}", _("it is over: release, report")),
    ]


def _next_point(data: CrisisData) -> tuple[str, str]:
    """How the next open point is ticked; the first word, which has a time, ticks itself."""
    point = next((one for one in data.checklist if not one.done_at and not one.by), None)
    if point is None:
        return f'cmday crisis note {data.community} "..."', _("a line for the log")
    if point.number == 1:
        return 'cmday crisis check 1 "NAME"', _("who speaks")
    return f"cmday crisis check {point.number}", str(recalled(point.text))


def _commands(data: CrisisData, view: View) -> list[Row]:
    """What to type, in two columns where there is room."""
    told = _told_commands(data)
    longest = [max(width(told[at][0]) for at in range(side, len(told), 2)) for side in (0, 1)]
    words = [max(width(told[at][1]) for at in range(side, len(told), 2)) for side in (0, 1)]
    if sum(longest) + sum(words) + 11 <= view.width:
        return [
            drawn(
                Span(told[at][0].ljust(longest[0]), "bold"),
                Span("   " + told[at][1] + " " * (words[0] - width(told[at][1]))),
                Span("   " + told[at + 1][0].ljust(longest[1]), "bold"),
                Span("   " + told[at + 1][1]),
                keep=6 - at,
                indent=2,
            )
            for at in range(0, len(told), 2)
        ]
    most = max(longest)
    return [
        Row(
            cells=(Cell(text=command.ljust(most), style="bold", raw=True), Cell(text=text, flex=True)),
            group="crisis commands",
            keep=6 - at // 2,
        )
        for at, (command, text) in enumerate(told)
        if most + 2 + width(text) + 2 <= view.width or at in (0, 2)
    ]


def _standing(one: StateRow, view: View) -> Row:
    """How a community without a crisis stands."""
    if one.verdict == "young":
        since = _("since {time}").format(time=view.when(one.since)) if one.since else _("nothing yet")
        text = _("not watched yet: three days of history are needed ({since})").format(since=since)
    else:
        n = ngettext("{n} negative message in an hour", "{n} negative messages in an hour", one.count).format(
            n=one.count
        )
        text = _("calm: {said}; an alarm from {threshold} on").format(said=n, threshold=_from(one))
    return Row(cells=(community(one.community, view), Cell(text=text, flex=True)), group="standing", keep=4, item=True)


def _from(one: StateRow) -> int:
    from cmday.crisis.decision import LEAST

    return max(LEAST, int(one.threshold or 0) + 1)


def draw_ended(data: CrisisData, view: View) -> Block:
    """What is said when one is over."""
    return Block(title=title(data, view), rows=(note(_summary(data)),))
