"""``cmday feeds``: step 3, what the web says: the skim, its verbs, and the refresh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from cmday.cli import feeds_list, feeds_search, feeds_share
from cmday.cli.group import new_app
from cmday.cli.run import Run, current
from cmday.cli.skim import refresh_due, skim, told_once
from cmday.errors import DONE
from cmday.i18n import _, language, ngettext
from cmday.text.safe_text import safe

if TYPE_CHECKING:
    from cmday.steps.news.actions import Hit

app = new_app(_("Step 3: what the web says."))

_TITLE: Final = 80
_VIEWS: Final = "cmday.steps.news.view_lists"

Handles = Annotated[list[str], typer.Argument(help=_("Handles, ranges (f2-5) or ids."))]


@app.callback(invoke_without_command=True)
def feeds(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help=_("All that is unread."))] = False,
    limit: Annotated[int, typer.Option("--limit", min=0, max=1_000_000, help=_("At most so many stories."))] = 0,
    guide: Annotated[bool, typer.Option("--guide", help=_("Story by story, one key each."))] = False,
    since: Annotated[
        str | None, typer.Option("--since", metavar="WHEN", help=_("What came since: mon, yesterday, 2h."))
    ] = None,
    pager: Annotated[bool, typer.Option("--pager", help=_("Page by page, in your pager."))] = False,
    resume: Annotated[bool, typer.Option("--resume", help=_("Go on with the guide where it was left."))] = False,
) -> int:
    """Refresh the feeds whose turn it is, and show the skim."""
    if context.invoked_subcommand is not None:
        return DONE
    run = current()
    if guide or resume:
        return _guided(run, resume=resume)
    moment = None
    if since is not None:
        from cmday.text.since import parse_since

        moment = parse_since(since, run.session.clock.now(), language=language())
    return skim(run, limit=limit, everything=everything, since=moment, pager=pager)


def _guided(run: Run, *, resume: bool) -> int:
    from cmday.cli.guide import guide, insist_on_terminal

    insist_on_terminal(run)
    outcomes = {} if run.options.offline or resume else refresh_due(run)
    return guide(run, ["news"], "cmday feeds --guide", resume=resume, errors=told_once(outcomes.values()))


@app.command(help=_("Ask the feeds whose turn it is, and say what came."))
def refresh(
    force: Annotated[
        bool, typer.Option("--force", help=_("Ask the others too, except where the server wants patience."))
    ] = False,
) -> int:
    run = current()
    from cmday.steps.news.lists import refresh_list
    from cmday.steps.protocol import status_of

    outcomes = {} if run.options.offline else refresh_due(run, patient=True, force=force)
    data, problems = refresh_list(run.session, outcomes)
    errors = (*told_once(outcomes.values()), *problems)
    status = status_of(outcomes.values())
    if status == "done" and (problems or any(feed.status == "failed" for feed in data.feeds)):
        status = "partial"
    feeds_list.warn_of(run, problems)
    return run.show_data("feeds refresh", data, f"{_VIEWS}:draw_refresh", errors, status)


@app.command(help=_("List entries, the newest first: the unread ones, or all."))
def entries(
    feed: Annotated[str | None, typer.Option("--feed", metavar="URL", help=_("Only of this feed."))] = None,
    everything: Annotated[bool, typer.Option("--all", help=_("Read ones too."))] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000_000, help=_("At most so many."))] = 50,
) -> int:
    run = current()
    from cmday.steps.news.lists import entry_list

    data = entry_list(run.session, url=feed, everything=everything, limit=limit)
    return run.show_data("feeds entries", data, f"{_VIEWS}:draw_entries")


@app.command(help=_("Mark stories as read; without handles all that were shown today."))
def read(
    handles: Annotated[list[str] | None, typer.Argument(help=_("Handles, ranges (f2-5) or ids."))] = None,
) -> int:
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


@app.command("open", help=_("Open stories in the browser; they are read then."))
def open_(handles: Handles) -> int:
    run = current()
    from cmday.cli.browser import open_addresses
    from cmday.steps.news import actions

    hits = actions.mark_open(run.session, handles)
    open_addresses(run, [hit.url for hit in hits.entries])
    lines = [f"{_hit_line(run, hit)}\n   {hit.url or _('it has no address')}" for hit in hits.entries]
    return run.print_data("feeds open", hits, "\n".join(lines))


@app.command(help=_("Keep stories for later; without handles list those that were kept."))
def later(
    handles: Annotated[list[str] | None, typer.Argument(help=_("Handles, ranges (f2-5) or ids."))] = None,
) -> int:
    run = current()
    from cmday.steps.news import actions
    from cmday.steps.news.lists import later_list

    if not handles:
        return run.show("feeds later", later_list(run.session), f"{_VIEWS}:draw_kept")
    hits = actions.mark_later(run.session, handles)
    return run.print_data("feeds later", hits, "\n".join(_hit_line(run, hit) for hit in hits.entries))


@app.command(help=_("Show stories whole, as text; they are read then."))
def show(handles: Handles) -> int:
    run = current()
    from cmday.steps.news import actions

    return run.show_data("feeds show", actions.show(run.session, handles), f"{_VIEWS}:draw_shown")


def _hit_line(run: Run, hit: Hit) -> str:
    title = run.view.quote(safe(hit.title, _TITLE))
    what = f"{title} ({safe(hit.feed_title, _TITLE // 2)})"
    if hit.state == "later":
        return _("{handle} is kept for later: {what}").format(handle=hit.handle, what=what)
    return _("{handle} is read: {what}").format(handle=hit.handle, what=what)


feeds_list.register(app)
feeds_search.register(app)
feeds_share.register(app)
