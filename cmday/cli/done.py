"""``cmday done`` and ``cmday open``: items of any step, each handed to the step that its letter names."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
import typer

from cmday.cli.browser import open_addresses
from cmday.cli.run import Run, current
from cmday.core.handles import LETTERS, expand, is_handle
from cmday.errors import WrongUse
from cmday.i18n import _, phrase
from cmday.session import Session
from cmday.steps.naming import named
from cmday.text.safe_text import safe

_MOST: Final = 60

Handles = Annotated[list[str], typer.Argument(help=_("Handles and ranges of any step: i3 f2 m1 p4-6."))]


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """One item that was hit, of whatever step."""

    handle: str
    id: str
    step: str
    community: str | None
    text: str
    url: str | None


class TouchedData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday done --json`` and ``cmday open --json``."""

    items: tuple[Touched, ...]


def done(handles: Handles) -> int:
    run = current()
    touched = _carry_out(run.session, handles, opening=False)
    return _tell(run, "done", touched, _("{handle} is done: {what}"))


def open_(handles: Handles) -> int:
    run = current()
    touched = _carry_out(run.session, handles, opening=True)
    open_addresses(run, [one.url for one in touched])
    return _tell(run, "open", touched, _("{handle} is open: {what}"))


done.__doc__ = _("Set items of any step as done: answered, read, approved, finished.")
open_.__doc__ = _("Take up items of any step again, and open their addresses in the browser.")


def _carry_out(session: Session, words: list[str], *, opening: bool) -> list[Touched]:
    """Hand each step its own; nothing is done before every handle has been found."""
    steps = {"i": _notifications, "f": _news, "m": _moderation, "p": _planning}
    singles: dict[str, list[str]] = {}
    for handle, _item in named(session, words):
        if not is_handle(handle):
            raise WrongUse(
                phrase("{word} does not say which step it belongs to", word=handle),
                phrase("name it by its handle, or use the step's own command: cmday inbox done {word}", word=handle),
            )
        if handle[0] not in steps:
            raise WrongUse(
                phrase("{handle} cannot be done or opened: it stands in a calendar", handle=handle)
                if LETTERS.get(handle[0]) == "schedule"
                else phrase("{handle} cannot be done or opened", handle=handle),
                phrase("this is for {letters}", letters=", ".join(f"{letter}1" for letter in steps)),
            )
        singles.setdefault(handle[0], []).append(handle)
    found = {one.handle: one for letter, own in singles.items() for one in steps[letter](session, own, opening=opening)}
    order = [handle for handle in expand(words, None) if handle in found]
    return [found[handle] for handle in order]


def _tell(run: Run, command: str, touched: list[Touched], sentence: str) -> int:
    lines = []
    for one in [] if run.options.json else touched:
        what = f"{one.community or ''} {safe(one.text, _MOST)}".strip()
        lines.append(sentence.format(handle=one.handle, what=what))
        if command == "open" and one.url:
            lines.append(f"   {safe(one.url)}")
    return run.print_data(command, TouchedData(items=tuple(touched)), "\n".join(lines))


def _notifications(session: Session, words: list[str], *, opening: bool) -> list[Touched]:
    from cmday.steps.notifications import actions

    hits = (actions.open_items if opening else actions.done)(session, words)
    return [
        Touched(
            handle=hit.handle,
            id=hit.id,
            step="notifications",
            community=hit.community,
            text=f"{hit.author} {hit.text}".strip(),
            url=hit.url,
        )
        for hit in hits.items
    ]


def _news(session: Session, words: list[str], *, opening: bool) -> list[Touched]:
    from cmday.steps.news import actions

    hits = (actions.mark_open if opening else actions.mark_read)(session, words)
    return [
        Touched(handle=hit.handle, id=hit.id, step="news", community=None, text=hit.title, url=hit.url)
        for hit in hits.entries
    ]


def _moderation(session: Session, words: list[str], *, opening: bool) -> list[Touched]:
    from cmday.steps.moderation import shown
    from cmday.steps.moderation.acting import actions

    actions.decide(session, "reopen" if opening else "approve", words)
    return [
        Touched(
            handle=case.handle,
            id=case.id,
            step="moderation",
            community=case.community,
            text=f"{case.author} {case.text}".strip(),
            url=case.url,
        )
        for case in shown.show(session, words).cases
    ]


def _planning(session: Session, words: list[str], *, opening: bool) -> list[Touched]:
    from cmday.steps.planning import actions

    handle_of = {item: handle for handle, item in named(session, words, "p")}
    found = (actions.reopen if opening else actions.finish)(session, list(handle_of))
    return [
        Touched(handle=handle_of[one.id], id=one.id, step="planning", community=one.community, text=one.title, url=None)
        for one in found
    ]
