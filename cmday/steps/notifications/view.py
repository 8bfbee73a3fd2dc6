"""The tour of the networks on the screen: who waits for an answer first, and until when."""

from __future__ import annotations

from typing import Final

from cmday.core.items import REACTIONS, WANT_ANSWER, Kind
from cmday.core.people import Turn
from cmday.i18n import _, ngettext
from cmday.steps.notifications.report import AccountRow, InboxReport, ItemRow, Reactions, Stage
from cmday.terminal.block import Block, Cell, More, Row, command_row, community, handle, note, sentence, space
from cmday.terminal.troubles import trouble_rows
from cmday.terminal.view import View
from cmday.text.cells import cut, width

_WIDE: Final = 90
_INDENT: Final = 2
_NARROW: Final = 60
_WIDE_NAME: Final = 24
_LEAST_NAME: Final = 8
_CLOSED: Final = frozenset({"done", "snoozed"})


def draw(report: InboxReport, view: View) -> Block:
    """The block of step 2, and all of ``cmday inbox``."""
    rows: list[Row] = []
    if not report.data.accounts:
        rows.append(command_row("cmday login", _("sign in to a first network, in two minutes"), view))
    if tour := _tour(report, view):
        rows += sentence(tour, view, keep=1) if view.alone else [note(tour, keep=1, indent=2)]
    # Where there is no room for the tour, what failed says itself how old is what stands for it.
    short = view.compact or (not view.alone and width(tour) > view.width - _INDENT)
    rows += trouble_rows(report.errors, view, since=_stale(report.data.accounts, view) if short else "")
    items = report.data.items
    if not view.alone:
        items = tuple(item for item in items if item.kind in WANT_ANSWER)
    shown = items if view.alone else items[: view.items]
    rows += [_item(item, report, view) for item in shown]
    if text := _reactions(report.reactions, view):
        rows.append(note(text, keep=3))
    if report.turns and not view.alone:
        rows.append(note(_people(report.turns, view), keep=2))
    if report.offline and view.alone and items:
        rows += _in_a_tunnel(report, view)
    return Block(
        title=_("NOTIFICATIONS"),
        command="cmday inbox",
        subtitle=_("offline") if report.offline else "",
        summary=_summary(report, view),
        brief=_brief(report, view),
        rows=tuple(rows),
        weight=4,
        more=More(
            command="cmday inbox --all" if view.alone else "cmday inbox", hidden=report.hidden + len(items) - len(shown)
        ),
    )


def _summary(report: InboxReport, view: View) -> str:
    if not report.data.accounts:
        return _("no account")
    if report.offline and report.stored_at and view.alone:
        return _("seen at {time}").format(time=view.when(report.stored_at))
    folded = _folded(report.reactions)
    reactions = ngettext("{n} reaction folded", "{n} reactions folded", folded).format(n=folded) if folded else None
    return view.join(_waiting(report), reactions)


def _waiting(report: InboxReport) -> str:
    n = report.want_answer
    if not n:
        return _("nobody waits for an answer")
    return ngettext("{n} waits for an answer", "{n} wait for an answer", n).format(n=n)


def _brief(report: InboxReport, view: View) -> str:
    if not report.data.accounts:
        return _("no account")
    n = report.want_answer
    folded = _folded(report.reactions)
    return view.join(
        ngettext("{n} to answer", "{n} to answer", n).format(n=n) if n else _("nothing to answer"),
        ngettext("{n} reaction", "{n} reactions", folded).format(n=folded) if folded else None,
    )


def _folded(reactions: Reactions) -> int:
    return reactions.likes + reactions.shares + reactions.follows + reactions.others


def _tour(report: InboxReport, view: View) -> str:
    """``Mastodon 12 · GitHub 304 · X $0.03 · Discourse failed, shown from 07:55``."""
    told = view.join(*[_stage(one, view) for one in report.tour])
    if width(told) <= view.width - _INDENT:
        return told
    # What has no room is cut off: what failed is what one must know.
    return view.join(*[_stage(one, view) for one in sorted(report.tour, key=lambda one: not one.failed)])


def _stale(accounts: tuple[AccountRow, ...], view: View) -> str:
    moments = [row.stale_since for row in accounts if row.stale_since and row.status in {"failed", "partial"}]
    return _("shown from {time}").format(time=view.when(min(moments))) if moments else ""


def _stage(one: Stage, view: View) -> str:
    said = f"{one.title} {one.said or view.number(one.new)}"
    if one.gap and not one.said:
        said = _("{account} with a gap").format(account=said)
    if not one.failed:
        return said
    failed = _("{account} failed").format(account=one.title)
    return _("{failed}, shown from {time}").format(failed=failed, time=view.when(one.since)) if one.since else failed


def _in_a_tunnel(report: InboxReport, view: View) -> list[Row]:
    """What works without network, and how many answers wait for it."""
    rows = [space(), *sentence(_("The threads are here: reading, answering and sorting need no network."), view)]
    if n := sum(answer.at is None for answer in report.answered.values()):
        text = ngettext("{n} answer waits for the network", "{n} answers wait for the network", n)
        rows.append(command_row("cmday send", text.format(n=n), view))
    return rows


def _item(item: ItemRow, report: InboxReport, view: View) -> Row:
    cells = [handle(item.handle), community(item.community, view)]
    kinds = view.width >= _WIDE and not view.compact
    if kinds:
        cells.append(Cell(text=kind_word(item), most=11))
    wide = view.width >= _NARROW
    cells.append(Cell(text=_author(item, report, view), most=_most(view), gap=2 if wide else 1))
    text = f"{view.quote(item.text)}" if item.text else ""
    if (was := report.edited.get(item.id)) is not None:
        text = _("{now} edited, was {was}").format(now=text, was=view.quote(was))
    if marks := report.labels.get(item.id):
        text = f"{' '.join(f'#{mark}' for mark in marks)} {text}"
    if item.count > 1:
        text = f"{view.glyphs.times}{item.count} {text}"
    if not kinds and (item.kind in REACTIONS or item.kind == "report"):
        text = f"{kind_word(item)} {text}"  # without it, one would take the text for the person's own
    cells += [Cell(text=text, flex=True, link=item.url), _limit(item, report, view, wide=wide)]
    return Row(cells=tuple(cells), group="items", item=item.kind not in REACTIONS, keep=6)


def _most(view: View) -> int:
    """The cells that an author may take."""
    return _WIDE_NAME if view.width >= _WIDE else 18 if view.width >= _NARROW else 10


def _author(item: ItemRow, report: InboxReport, view: View) -> str:
    """The name, and whether one knows the person: ``dj_nox, regular``. Where room is short, the name comes first."""
    name = item.author or item.author_handle
    known = report.known.get(item.id)
    if known is None or view.width < _NARROW:
        return name
    return fitting(name, f", {_('regular') if known == 'regular' else _('new here')}", _most(view))


def fitting(name: str, word: str, most: int) -> str:
    """A name with a word behind it in ``most`` cells: the name is shortened, or where little of it stays, the word."""
    room = most - width(word)
    if width(name) <= room or room < _LEAST_NAME:
        return name + word
    return cut(name, room) + word


def _limit(item: ItemRow, report: InboxReport, view: View, *, wide: bool) -> Cell:
    late = item.id in report.late and item.id not in report.answered
    if answer := report.answered.get(item.id):
        if answer.at is None:
            text = _("written")
        else:
            text = _("answered {time}").format(time=view.when(answer.at) if wide else view.near_day(answer.at))
            if answer.by and view.width >= _WIDE:
                text = _("answered {time} by {who}").format(time=view.when(answer.at), who=answer.by)
    elif item.id in report.gone:
        text = _("deleted")
    elif item.state in _CLOSED:
        text = _("done") if item.state == "done" else _("put off")
    elif item.answer_by is None:
        text = view.near_day(item.at)
    elif late:
        text = _("late") if wide else "!"
    elif wide:
        text = _("before {time}").format(time=view.when(item.answer_by))
    else:
        text = view.near_day(item.answer_by)
    style = "dim" if item.state in _CLOSED or item.id in report.gone else "bold" if late else ""
    return Cell(text=text, right=True, gap=1, style=style)


def kind_word(item: ItemRow) -> str:
    """The kind of an item in a word."""
    return kind_name(item.kind)


def kind_name(kind: Kind) -> str:
    """A kind in a word."""
    return {
        "message": _("message"),
        "mention": _("mention"),
        "reply": _("reply"),
        "question": _("question"),
        "report": _("report"),
        "follow": _("follower"),
        "like": _("like"),
        "share": _("share"),
        "other": _("other"),
    }[kind]


def _reactions(reactions: Reactions, view: View) -> str:
    """``33 likes, 4 shares, 6 followers · most liked: sss “The line-up” (21)``."""
    counts = (
        (reactions.likes, ngettext("{n} like", "{n} likes", reactions.likes)),
        (reactions.shares, ngettext("{n} share", "{n} shares", reactions.shares)),
        (reactions.follows, ngettext("{n} new follower", "{n} new followers", reactions.follows)),
        (reactions.others, ngettext("{n} other", "{n} others", reactions.others)),
    )
    said = ", ".join(text.format(n=n) for n, text in counts if n)
    liked = ""
    if said and reactions.most_liked:
        liked = _("most liked: {community} {post} ({n})").format(
            community=reactions.most_liked_community or "",
            post=view.quote(reactions.most_liked),
            n=reactions.most_likes,
        )
    return view.join(said, liked)


def _people(turns: tuple[Turn, ...], view: View) -> str:
    """``to welcome: Ines · silent since Aug 30: dj_nox``: whom to turn to; cmday people has them all."""
    said = []
    for turn in turns:
        name = turn.address.name or turn.address.handle
        if turn.why == "newcomer":
            said.append(_("to welcome: {name}").format(name=name))
        elif turn.why == "anniversary":
            said.append(_("here for a year: {name}").format(name=name))
        elif turn.why == "silent":
            said.append(
                _("silent since {day}: {name}").format(day=view.short_day(view.local(turn.at).date()), name=name)
            )
        else:
            said.append(_("speaks of you: {name}").format(name=name))
    return view.join(*said)
