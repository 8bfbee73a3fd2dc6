"""The outbox on the screen: what waits, and before it is sent all of it, the sending account first on each line."""

from __future__ import annotations

from typing import Final

from cmday.core.outbox import WAITING, OutboxState
from cmday.i18n import _, ngettext, recalled
from cmday.outbox.naming import ABOUT
from cmday.outbox.report import OutboxReport, Speaking, Whole, WholeData
from cmday.terminal.block import Block, Cell, More, Row, community, handle, note, sentence, space
from cmday.terminal.view import View
from cmday.text.cells import wrap
from cmday.text.safe_text import safe

_INDENT: Final = 4
_MOST_LINES: Final = 400
_SPEAKER: Final = 36
_WIDE: Final = 100
# What a terminal needs for the question and the lines around it.
_AROUND: Final = 6


def draw(report: OutboxReport, view: View) -> Block:
    """All that waits, a line each, and what ended."""
    waits = [one for one in report.items if one.row.state in WAITING]
    ended = [one for one in report.items if one.row.state not in WAITING]
    rows = [_line(one, view) for one in waits]
    if waits and ended:
        rows.append(space())
    rows += [_line(one, view) for one in ended]
    if not report.items:
        rows.append(note(_("nothing waits to leave this machine"), indent=2))
    n = len(waits)
    return Block(
        title=_("OUTBOX"),
        command="cmday outbox",
        summary=ngettext("{n} waits", "{n} wait", n).format(n=n) if n else _("nothing waits"),
        brief=str(n),
        rows=tuple(rows),
        more=More(command="cmday outbox --all", hidden=report.hidden),
    )


def _line(one: Speaking, view: View) -> Row:
    row = one.row
    text = " ".join(row.text.split())
    cells = [handle(row.handle), community(row.community, view)]
    if view.width >= _WIDE:
        cells.append(Cell(text=one.speaker, most=_SPEAKER, gap=1))
    cells += [
        Cell(text=_whom(one, short=view.width < _WIDE), most=24, gap=1),
        Cell(text=view.quote(text) if text else "", flex=True, link=one.sent_url),
        Cell(text=_state(one, view), right=True, most=40, style="bold" if _wants_a_word(one) else ""),
    ]
    keep = 6 if row.state in WAITING else 3
    return Row(cells=tuple(cells), group="outbox", item=True, keep=keep)


def _whom(one: Speaking, *, short: bool = False) -> str:
    if one.row.kind == "reply":
        whom = one.to or ""
        if short and whom.startswith("@"):
            whom = whom[1:].partition("@")[0]
        return _("to {whom}").format(whom=whom) if whom else _("reply")
    return _("post") if one.row.kind == "post" else _("action")


def _wants_a_word(one: Speaking) -> bool:
    return one.late or one.row.state in {"doubtful", "failed", "draft"}


def state_word(state: OutboxState) -> str:
    """A state in a word."""
    return {
        "draft": _("waits for your word"),
        "queued": _("queued"),
        "sending": _("on its way"),
        "sent": _("sent"),
        "doubtful": _("did it go out?"),
        "failed": _("failed"),
        "cancelled": _("cancelled"),
        "held": _("held back"),
    }[state]


def _state(one: Speaking, view: View) -> str:
    state = one.row.state
    if state == "sent" and one.sent_at:
        return _("sent at {time}").format(time=view.when(one.sent_at))
    due = view.when(one.row.due) if one.row.due else ""
    if one.late:
        return _("late, was due {time}").format(time=due)
    if state == "queued":
        if one.retry_at and one.retry_at > view.now:
            return _("not before {time}").format(time=view.when(one.retry_at))
        return due or _("ready")
    if state == "held" and one.row.error:  # the reason says more than the word
        return view.join(due, str(recalled(one.row.error)))
    return view.join(due, state_word(state)) if state in {"draft", "held"} else state_word(state)


def draw_sending(report: OutboxReport, view: View) -> Block:
    """What is about to be sent, whole where it fits, grouped by account; the account that speaks stands first."""
    items = sorted(report.items, key=lambda one: one.speaker)  # stable: within an account the order of sending
    texts = [_text(one, view) for one in items]
    dense = view.height is not None and 2 * len(items) + _AROUND > view.height
    if view.height is not None and not dense:
        room = view.height - _AROUND - 2 * len(items)
        if sum(map(len, texts)) > room:
            texts = [_shortened(lines, max(1, room // len(items)), view) for lines in texts]
    rows: list[Row] = []
    for place, (one, lines) in enumerate(zip(items, texts, strict=True)):
        if place and not dense and one.speaker != items[place - 1].speaker:
            rows.append(space())
        rows.append(_heading(one, view, dense=dense))
        rows += [] if dense else lines
    rows.append(space())
    accounts = len({one.speaker for one in items})
    n = len(items)
    return Block(
        title=_("TO SEND"),
        command="cmday send",
        summary=view.join(
            ngettext("{n} to send", "{n} to send", n).format(n=n),
            ngettext("{n} account", "{n} accounts", accounts).format(n=accounts) if accounts > 1 else None,
        ),
        brief=str(n),
        rows=tuple(rows),
    )


def _heading(one: Speaking, view: View, *, dense: bool) -> Row:
    """The line of an item; a ``dense`` one has the beginning of its text on it."""
    pictures = len(one.attachments)
    with_ = ngettext("{n} picture", "{n} pictures", pictures).format(n=pictures) if pictures else None
    when = _state(one, view) if one.late or one.row.state != "queued" or one.row.due else _("now")
    text = view.quote(" ".join(one.row.text.split())) if dense else None
    about = view.join(_whom(one, short=dense), visibility_word(one.visibility), one.subject, with_, text)
    return Row(
        cells=(
            Cell(
                text=one.speaker,
                style=f"bold {view.colour(one.row.community)}".strip(),
                most=_SPEAKER // 2 if dense and view.width < _WIDE else _SPEAKER,
            ),
            handle(one.row.handle),
            Cell(text=about, flex=True, gap=1),
            Cell(text=when, right=True, most=30, style="bold" if _wants_a_word(one) else ""),
        ),
        group="sending",
        item=True,
        keep=8,
    )


def visibility_word(visibility: str | None) -> str:
    """Who can read it, in a word; nothing where the account's own usage decides."""
    known = {
        "public": _("public"),
        "unlisted": _("unlisted"),
        "private": _("followers only"),
        "direct": _("private message"),
    }
    return known.get(visibility or "", "")


def _text(one: Speaking, view: View) -> list[Row]:
    """The text in full, wrapped; a line of it is made safe before it is measured."""
    lines = [part for line in one.row.text.splitlines() for part in wrap(safe(line), view.width - _INDENT - 2)]
    mark = Cell(text="|" if view.plain else "│", style="dim")
    return [
        Row(cells=(mark, Cell(text=line, flex=True, gap=1)), indent=2, follows=True) for line in lines[:_MOST_LINES]
    ]


def _shortened(lines: list[Row], most: int, view: View) -> list[Row]:
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    mark, text = last.cells
    cut = Cell(text=f"{text.text} {view.glyphs.ellipsis}", flex=True, gap=1)
    return [*lines[: most - 1], Row(cells=(mark, cut), indent=last.indent, follows=True)]


def draw_whole(data: WholeData, view: View) -> Block:
    """Items whole, each with what was done to it."""
    rows: list[Row] = []
    for one in data.items:
        if rows:
            rows.append(space())
        rows += _whole(one, view)
    return Block(title=_("OUTBOX"), command="cmday outbox show", rows=tuple(rows))


def _whole(one: Whole, view: View) -> list[Row]:
    item = one.item
    kind = {"reply": _("reply"), "post": _("post"), "action": _("action")}[item.kind]
    whom = item.arguments.get(ABOUT) or item.to
    kind = f"{kind} {item.action}" if item.action else kind
    head = view.join(kind, whom, item.account, state_word(item.state), view.when(item.due) if item.due else None)
    rows = [Row(cells=(handle(one.handle), community(item.community, view), Cell(text=head, flex=True)))]
    if item.sent_url:
        rows.append(note(item.sent_url, link=item.sent_url, style="dim"))
    if item.error_message:
        rows.append(note(f"! {recalled(item.error_message)}", style="bold"))
    if item.subject:
        rows.append(note(item.subject, style="bold"))
    if item.arguments.get("why"):
        rows += sentence(_("why: {why}").format(why=item.arguments["why"]), view, indent=5)
    rows += [
        note(part, indent=_INDENT + 3)
        for line in item.text.splitlines()
        for part in wrap(safe(line), view.width - _INDENT - 4)
    ]
    rows += [note(f"{_('picture')} {each.path} {view.glyphs.dot} {each.alt}") for each in item.attachments]
    rows += [
        Row(
            cells=(
                Cell(text=view.when(line.at), style="dim"),
                Cell(text=line.who, style="dim", most=16),
                Cell(text=line.what, style="dim"),
                Cell(text=line.answer or "", flex=True, style="dim"),
            ),
            group=f"audit {item.id}",
            indent=5,
        )
        for line in one.audit
    ]
    return rows
