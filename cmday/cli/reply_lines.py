"""What is said of texts that wait in the outbox now: who speaks to whom, how long they are, what to look at again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from cmday.cli.run import Run
from cmday.i18n import _, ngettext
from cmday.outbox.checking import Checked
from cmday.steps.notifications.replying import Written
from cmday.text.safe_text import safe


class NoteRow(msgspec.Struct, frozen=True):
    """A note, in English."""

    kind: str
    message: str


class ReplyRow(msgspec.Struct, frozen=True, kw_only=True):
    """One answer that waits in the outbox."""

    id: str
    handle: str
    account: str
    network: str
    community: str | None
    item: str
    item_handle: str
    to: str | None
    visibility: str | None
    text: str
    state: str
    due: datetime | None
    follow_up: datetime | None
    length: int
    most: int | None
    spelling: tuple[str, ...] | None
    notes: tuple[NoteRow, ...]


class ReplyData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday inbox reply --json``."""

    items: tuple[ReplyRow, ...]


def show_written(run: Run, written: Sequence[Written]) -> int:
    """Say what waits in the outbox now."""
    data = ReplyData(items=tuple(_row(one) for one in written))
    lines = [] if run.options.json else [line for one in written for line in _lines(run, one)]
    code = run.print_data("inbox reply", data, "\n".join(lines))
    for hint in dict.fromkeys(str(one.checked.hint) for one in written if one.checked.hint):
        run.remark(hint)
    return code


def note_rows(checked: Checked) -> tuple[NoteRow, ...]:
    """The notes as JSON shows them."""
    return tuple(NoteRow(note.kind, note.message.english) for note in checked.notes)


def _row(one: Written) -> ReplyRow:
    outgoing = one.outgoing
    return ReplyRow(
        id=outgoing.id,
        handle=one.handle,
        account=outgoing.account,
        network=outgoing.network,
        community=outgoing.community,
        item=one.to.id,
        item_handle=one.to.handle,
        to=outgoing.to,
        visibility=outgoing.visibility,
        text=outgoing.text,
        state=outgoing.state,
        due=outgoing.due,
        follow_up=one.follow_up,
        length=one.checked.length,
        most=one.checked.most,
        spelling=one.checked.spelling,
        notes=note_rows(one.checked),
    )


def _lines(run: Run, one: Written) -> Iterator[str]:
    from cmday.cli.reply_sheet import visibility

    to = ", ".join(part for part in (safe(one.to.name), visibility(one.outgoing.visibility)) if part)
    yield _("{handle} as {speaker} to {to}: {found}").format(
        handle=one.handle,
        speaker=one.to.speaker,
        to=to,
        found=run.view.join(
            counted(one.checked), spelled(one.checked), *fates(run, one.outgoing.state, one.outgoing.due)
        ),
    )
    yield from note_lines(one.checked)
    if one.follow_up:
        yield "   " + _("{handle} comes back {when}, unless they answer").format(
            handle=one.to.handle, when=run.view.when(one.follow_up)
        )


def note_lines(checked: Checked) -> Iterator[str]:
    """The notes, a line each."""
    for note in checked.notes:
        yield f"   ! {safe(str(note.message))}"


def counted(checked: Checked) -> str:
    """``118 of 500``."""
    if checked.most is None:
        return _("{n} characters").format(n=checked.length)
    return _("{n} of {most}").format(n=checked.length, most=checked.most)


def spelled(checked: Checked) -> str:
    """``spelling: nothing``, or how many words no dictionary knows."""
    if checked.spelling is None:
        return _("spelling: not checked")
    n = len(checked.spelling)
    return _("spelling: {n}").format(n=n) if n else _("spelling: nothing")


def pictured(n: int) -> str:
    """How many pictures go with it."""
    return ngettext("{n} picture", "{n} pictures", n).format(n=n) if n else ""


def fates(run: Run, state: str, due: datetime | None) -> Iterator[str]:
    """What is not usual about its leaving: a draft, or not before a moment."""
    if state == "draft":
        yield _("draft")
    if due:
        yield _("goes out {when}").format(when=run.view.when(due))
