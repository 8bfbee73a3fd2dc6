"""Cases whole, on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cmday.i18n import _, ngettext
from cmday.steps.moderation.casefile import ActionRow, CaseFile, DecidedRow, LikenessRow, PostRow, ReportRow
from cmday.steps.moderation.shown import CaseData
from cmday.steps.moderation.view import author_in_words, elsewhere_in_words, reason_in_words
from cmday.steps.verbs import verb_word
from cmday.terminal.block import Block, Cell, Row, command_row, community, handle, note, sentence, space
from cmday.terminal.view import View
from cmday.text.cells import wrap
from cmday.text.safe_text import safe

_INDENT: Final = 5
_MOST_LINES: Final = 400
_POST_LINES: Final = 6
_BRIEF: Final = 3


def draw_shown(data: CaseData, view: View) -> Block:
    """The cases one below the other: who, what was said, and all it takes to decide."""
    rows: list[Row] = []
    for case in data.cases:
        if rows:
            rows.append(space())
        rows += _case(case, view)
    return Block(title=_("MODERATION"), command="cmday moderate show", rows=tuple(rows))


def _case(case: CaseFile, view: View) -> list[Row]:
    state = _("approved") if case.state == "approved" else _("resolved") if case.state == "resolved" else None
    head = view.join(case.author, case.account, case.network, view.when(case.opened_at), state)
    rows = [Row(cells=(handle(case.handle), community(case.community, view), Cell(text=head, flex=True)))]
    if case.url:
        rows.append(note(case.url, link=case.url, style="dim"))
    text = [part for line in case.text.splitlines() for part in wrap(safe(line), view.width - _INDENT - 2)]
    rows += [note(line, indent=_INDENT + 2) for line in text[:_MOST_LINES]]
    for reason in case.reasons:
        if case.reported_by and reason.startswith("reported: "):
            continue  # told below, with who said it
        rows += _arrow(reason_in_words(reason, case.rules), view)
    if case.likeness:
        rows += _arrow(_alike(case.likeness, view), view)
    if case.elsewhere:
        rows += _arrow(view.join(elsewhere_in_words(case.elsewhere), _moment(case, view)), view)
    if case.claimed_by:
        rows += _arrow(claimed(case), view)
    if case.edited:
        rows += _arrow(_("edited {when}").format(when=view.when(case.edited)), view)
    return [*rows, *thread(case.thread, view), *around(case, view)]


def _alike(one: LikenessRow, view: View) -> str:
    """``97 % like what you refused, because of: 'free followers', link``."""
    percent = _("{percent} % like what you refused").format(percent=view.number(round(100 * one.probability)))
    if not one.because:
        return percent
    return _("{likeness}, because of: {signs}").format(likeness=percent, signs=", ".join(one.because))


def claimed(case: CaseFile) -> str:
    """Which colleague has it in hand."""
    return _("claimed by {who}").format(who=case.claimed_by)


def _moment(case: CaseFile, view: View) -> str | None:
    return view.when(case.decided_at) if case.decided_at else None


def _arrow(text: str, view: View) -> list[Row]:
    first, *rest = wrap(safe(text), view.width - _INDENT - 2) or [""]
    return [note(f"{view.glyphs.arrow} {first}"), *(note(line, indent=_INDENT + 2) for line in rest)]


def thread(posts: Sequence[PostRow], view: View) -> list[Row]:
    """The posts around the thing, where there is more than itself."""
    if all(post.this for post in posts):
        return []
    rows = [space(), note(_("its thread"), style="bold")]
    for post in posts:
        label = view.join(_("you") if post.mine else post.author, view.when(post.at))
        lines = [part for line in post.text.splitlines() for part in wrap(safe(line), view.width - _INDENT - 2)]
        rows.append(note(label, style="dim", link=post.url))
        style = "bold" if post.this else ""
        rows += [note(line, indent=_INDENT + 2, style=style) for line in lines[:_POST_LINES]]
    return rows


def around(case: CaseFile, view: View, *, brief: bool = False) -> list[Row]:
    """Who reported it, who wrote it, what was decided, what can be done; in ``brief`` the last of each."""
    rows = _group(_("reported by"), [_report(one, view) for one in case.reported_by], view, brief=brief)
    rows += _group(_("its author"), _author(case, view), view, brief=False)
    rows += _group(_("decided"), [_decided(one, view, same=True) for one in case.decided], view, brief=brief)
    rows += _group(_("earlier"), [_decided(one, view) for one in case.before], view, brief=brief)
    if brief:
        return [*rows, *_group(_("possible"), [_offered(case.actions, view)], view, brief=False)]
    return [*rows, *_actions(case, view)]


def _group(label: str, texts: Sequence[str], view: View, *, brief: bool) -> list[Row]:
    """A label and its lines beneath it."""
    if not texts:
        return []
    rows = [space(), note(label, style="bold")]
    for text in texts[:_BRIEF] if brief else texts:
        first, *rest = wrap(safe(text), view.width - _INDENT - 4) or [""]
        rows.append(note(first, indent=_INDENT + 2))
        rows += [note(line, indent=_INDENT + 4) for line in rest]
    if brief and len(texts) > _BRIEF:
        left = len(texts) - _BRIEF
        rows.append(note(ngettext("and {n} more", "and {n} more", left).format(n=left), indent=_INDENT + 2))
    return rows


def _report(one: ReportRow, view: View) -> str:
    who = one.by or one.by_handle or _("somebody")
    named = f"{who} ({one.by_handle})" if one.by_handle and one.by_handle != who else who
    return view.join(named, view.when(one.at), view.quote(one.reason) if one.reason else None)


def _author(case: CaseFile, view: View) -> list[str]:
    since = _("known here since {day}").format(day=view.near_day(case.known_since)) if case.known_since else None
    n = case.open_cases
    others = ngettext("{n} other open case", "{n} other open cases", n).format(n=n) if n else None
    labels = _("labels: {labels}").format(labels=", ".join(case.labels)) if case.labels else None
    first = view.join(case.author_handle, *author_in_words(case, None, view), since, others, labels)
    found = [first] if first else []
    also = [f"{one.network}:{one.handle}" for one in case.addresses[1:]]
    if also:
        found.append(_("also {addresses}").format(addresses=", ".join(also)))
    return [*found, *(_("note: {text}").format(text=one.text) for one in case.notes)]


def _decided(one: DecidedRow, view: View, *, same: bool = False) -> str:
    """What was done and why; ``same``: about this very thing, so that it need not be said where and what it is."""
    done = elsewhere_in_words(one.why) if one.elsewhere else verb_word(one.action)
    back = _("taken back {day}").format(day=view.near_day(one.reversed_at)) if one.reversed_at else None
    why = one.why if one.why and not one.elsewhere else None
    said = view.quote_start(one.text, view.width // 2) if one.text and not same else None
    return view.join(f"{view.near_day(one.at)} {done}", None if same else one.community, why, said, back)


def _actions(case: CaseFile, view: View) -> list[Row]:
    """What each action would do, and how it is taken back; the way to type it stands in front."""
    if not case.actions:
        return []
    rows = [space(), note(_("what can be done"), style="bold")]
    width = max(len(one.action) for one in case.actions)
    for one in case.actions:
        room = view.width - _INDENT - width - 4
        first, *rest = wrap(safe(_does(one)), max(20, room)) or [""]
        rows.append(
            Row(cells=(Cell(text=one.action, style="bold"), Cell(text=first, flex=True)), group="actions", indent=7)
        )
        rows += [note(line, indent=_INDENT + width + 4) for line in rest]
    return [*rows, space(), *_typed(case, view)]


def _typed(case: CaseFile, view: View) -> list[Row]:
    """How one of them is typed: the first that needs a reason, else the first."""
    from cmday.steps.moderation.acting.verbs import VERBS

    chosen = next((one.action for one in case.actions if VERBS[one.action].why), case.actions[0].action)
    reason = ' --why "..."' if VERBS[chosen].why else ""
    rows = [command_row(f"cmday moderate {chosen} {case.handle}{reason}", _("for example"), view)]
    if all(one.here or one.action == "reply" for one in case.actions):
        told = _("{account} is no moderator on its network, or was not asked yet; docs/networks.md tells what it takes")
        rows += sentence(told.format(account=case.account), view, indent=_INDENT)
    return rows


def _does(one: ActionRow) -> str:
    if taken := _taken_back_by(one):
        return _("takes back {action}").format(action=taken)
    does = _(one.does)
    if one.takes_back:
        return _("{does}; {action} takes it back").format(does=does, action=one.takes_back)
    return does if one.here else _("{does}; irreversible").format(does=does)


def _taken_back_by(one: ActionRow) -> str | None:
    """The action that this one takes back there; None where it is none of those, or stays on this machine."""
    from cmday.steps.moderation.acting.verbs import TAKES_BACK

    return None if one.here else TAKES_BACK.get(one.action)


def _offered(actions: Sequence[ActionRow], view: View) -> str:
    there = ", ".join(one.action for one in actions if not one.here)
    here = ", ".join(one.action for one in actions if one.here)
    return view.join(there or None, _("here only: {actions}").format(actions=here) if here else None)
