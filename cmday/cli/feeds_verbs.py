"""What one does with stories: ``read``, ``open``, ``later``, ``show``, ``no``, ``split``, ``mute``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from cmday.cli.run import Run, current
from cmday.i18n import _, ngettext
from cmday.text.safe_text import hide_logins, safe

if TYPE_CHECKING:
    from cmday.steps.news.actions import Hit
    from cmday.steps.news.muting import Muted

_TITLE: Final = 80
_VIEWS: Final = "cmday.steps.news.view_lists"

_HELP: Final = _("Handles, ranges (f2-5), ids, or words of a title that is on the screen.")
Handles = Annotated[list[str], typer.Argument(help=_HELP)]
SomeHandles = Annotated[list[str] | None, typer.Argument(help=_HELP)]


def register(app: typer.Typer) -> None:
    """Hang the commands on ``cmday feeds``."""
    app.command(help=_("Mark stories as read; without handles all that were shown today."))(read)
    app.command("open", help=_("Open stories in the browser; they are read then."))(open_)
    app.command(help=_("Keep stories for later; without handles list those that were kept."))(later)
    app.command(help=_("Show stories whole, as text; they are read then."))(show)
    app.command(help=_("Not interesting: read, and a feed of many such stories sinks."))(no)
    app.command(help=_("Take a folded story apart: its sources are stories of their own from now on."))(split)
    app.command(help=_("Mute feeds, by handle or address, or words for a community (-c)."))(mute)


def read(handles: SomeHandles = None) -> int:
    run = current()
    from cmday.steps.news import actions

    hits = actions.mark_read(run.session, handles or [])
    n = len(hits.entries)
    if handles:
        lines = [_hit_line(run, hit) for hit in hits.entries]
    else:
        lines = [ngettext("{n} story read", "{n} stories read", n).format(n=n) if n else _("Nothing was unread.")]
    if hits.done and n:
        lines.append(_("The skim is done for today."))
    return run.print_data("feeds read", hits, "\n".join(lines))


def open_(handles: Handles) -> int:
    run = current()
    from cmday.cli.browser import open_addresses
    from cmday.steps.news import actions

    hits = actions.mark_open(run.session, handles)
    open_addresses(run, [hit.url for hit in hits.entries])
    lines = [f"{_hit_line(run, hit)}\n   {hit.url or _('it has no address')}" for hit in hits.entries]
    return run.print_data("feeds open", hits, "\n".join(lines))


def later(handles: SomeHandles = None) -> int:
    run = current()
    from cmday.steps.news import actions
    from cmday.steps.news.lists import later_list

    if not handles:
        return run.show("feeds later", later_list(run.session), f"{_VIEWS}:draw_kept")
    hits = actions.mark_later(run.session, handles)
    return run.print_data("feeds later", hits, "\n".join(_hit_line(run, hit) for hit in hits.entries))


def show(handles: Handles) -> int:
    run = current()
    from cmday.steps.news import actions

    return run.show_data("feeds show", actions.show(run.session, handles), f"{_VIEWS}:draw_shown")


def no(handles: Handles) -> int:
    run = current()
    from cmday.steps.news import actions

    hits = actions.refuse(run.session, handles)
    lines = [_hit_line(run, hit) for hit in hits.entries]
    lines.append(_("Noted as not interesting; cmday undo takes it back."))
    return run.print_data("feeds no", hits, "\n".join(lines))


def split(handles: Handles) -> int:
    run = current()
    from cmday.steps.news import actions

    found = actions.split(run.session, handles)
    lines = []
    for one in found.stories:
        if one.entries:
            lines.append(_("{handle} is taken apart into {n} stories").format(handle=one.handle, n=len(one.entries)))
        else:
            lines.append(_("{handle} folds nothing").format(handle=one.handle))
    return run.print_data("feeds split", found, "\n".join(lines))


def mute(
    targets: Annotated[list[str], typer.Argument(help=_("Handles, addresses of feeds, or words."))],
    word: Annotated[bool, typer.Option("--word", help=_("They are words, whatever feeds there are."))] = False,
    off: Annotated[bool, typer.Option("--off", help=_("Hear them again."))] = False,
) -> int:
    run = current()
    from cmday.steps.news import muting

    data = muting.mute(run.session, targets, as_word=word, off=off)
    return run.print_data("feeds mute", data, "\n".join(_muted_line(run, one) for one in data.muted))


def _muted_line(run: Run, one: Muted) -> str:
    if one.kind == "feed":
        what = safe(hide_logins(one.what), _TITLE)
        text = _("muted: {what}") if one.muted else _("heard again: {what}")
        return text.format(what=what)
    what = run.view.quote(safe(one.what, _TITLE))
    text = _("muted for {community}: {what}") if one.muted else _("heard again by {community}: {what}")
    return text.format(community=one.community, what=what)


def _hit_line(run: Run, hit: Hit) -> str:
    title = run.view.quote(safe(hit.title, _TITLE))
    what = f"{title} ({safe(hit.feed_title, _TITLE // 2)})"
    if hit.state == "later":
        return _("{handle} is kept for later: {what}").format(handle=hit.handle, what=what)
    return _("{handle} is read: {what}").format(handle=hit.handle, what=what)
