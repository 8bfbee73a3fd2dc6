"""``cmday feeds share`` and ``cmday feeds shared``: stories passed on to a community, and the press review of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from cmday.cli.feeds_search import read_since
from cmday.cli.run import Run, current, unknown_community
from cmday.errors import CmdayError, ConfigError, WrongUse
from cmday.i18n import _, phrase
from cmday.text.safe_text import safe

if TYPE_CHECKING:
    from cmday.cli.reply_lines import NoteRow
    from cmday.core.outbox import Outgoing
    from cmday.steps.news.sharing import Shareable
    from cmday.steps.planning.posting import When
    from cmday.steps.planning.speakers import Target

_TITLE = 60


class SharedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One post that passes a story on; without ``id`` and ``handle`` it is only what would be written."""

    story: str
    story_handle: str
    title: str
    url: str | None
    link: str | None
    id: str | None
    handle: str | None
    operation: str | None
    account: str
    network: str
    community: str
    text: str
    state: str | None
    due: datetime | None
    length: int
    most: int | None
    notes: tuple[NoteRow, ...]


class ShareData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday feeds share --json``."""

    dry_run: bool
    items: tuple[SharedRow, ...]


def register(app: typer.Typer) -> None:
    """Hang the commands on ``cmday feeds``."""
    app.command(help=_("Draft posts that pass stories on to a community, by each of its accounts."))(share)
    app.command(help=_("What was shared with whom: a list, or the press review as Markdown, HTML or RSS."))(shared)


def share(
    handles: Annotated[list[str], typer.Argument(help=_("Handles, ranges (f2-5) or ids."))],
    to: Annotated[list[str], typer.Option("--to", metavar="COMMUNITY", help=_("For this community; repeatable."))],
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help=_("Your own words, before the title."))] = "",
    at: Annotated[
        str, typer.Option("--at", metavar="WHEN", help=_('now, quiet, peak, or a time: "tomorrow 9:00".'))
    ] = "now",
    again: Annotated[bool, typer.Option("--again", help=_("Also where the community had this story already."))] = False,
    fix: Annotated[bool, typer.Option("--fix", help=_("Mend French typography."))] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help=_("Show what would be written; write nothing."))
    ] = False,
) -> int:
    run = current()
    from cmday.cli.post import read_soon
    from cmday.steps.news import sharing
    from cmday.steps.planning.speakers import targets

    communities = _communities(run, to)
    when = read_soon(run, at)
    rows: list[SharedRow] = []
    errors: list[CmdayError] = []
    lines: list[str] = []
    speakers = {name: targets(run.session, [], [name]) for name in communities}
    for story in sharing.found(run.session, handles):
        own: list[Target] = []
        for name in communities:
            try:
                if not again:
                    sharing.insist_new(run.session, story, [name])
                own += [msgspec.structs.replace(one, community=name) for one in speakers[name]]
            except sharing.SharedAlready as already:
                errors.append(already)
        if own:
            written = _written(run, story, own, note, when, again=again, mend=fix, dry_run=dry_run)
            rows += [row for row, _lines in written]
            lines += [line for _row, said in written for line in said]
    if errors and not rows and len(errors) == 1:
        raise errors[0]
    from cmday.cli.feeds_list import warn_of

    data = ShareData(dry_run=dry_run, items=tuple(rows))
    code = run.print_data(
        "feeds share",
        data,
        "" if run.options.json else "\n".join(lines),
        errors,
        "done" if not errors else "partial" if rows else "failed",
    )
    warn_of(run, errors)
    if drafted := [row.handle for row in rows if row.handle]:
        run.remark(_("they are drafts: cmday outbox release {handles} lets them go").format(handles=" ".join(drafted)))
    return code


def _written(
    run: Run,
    story: Shareable,
    own: Sequence[Target],
    note: str,
    when: When | datetime,
    *,
    again: bool,
    mend: bool,
    dry_run: bool,
) -> list[tuple[SharedRow, list[str]]]:
    """The posts of one story, written in one go, or only shown."""
    from cmday.cli.reply_lines import counted, fates, note_lines, note_rows
    from cmday.steps.news import sharing
    from cmday.steps.planning import posting
    from cmday.steps.planning.speakers import length_at

    session = run.session
    links = [sharing.link_of(session, story, one.account, one.community or "") for one in own]
    texts = [
        (one, sharing.text_of(story, note, link, one.manner.most, partial(length_at, one)))
        for one, link in zip(own, links, strict=True)
    ]

    def remember(posts: list[Outgoing]) -> None:
        sharing.remember(session, story, note, list(zip(posts, links, strict=True)), again=again)

    posted = None if dry_run else posting.write(session, texts, when, draft=True, mend=mend, within=remember)
    result = []
    for place, (target, text) in enumerate(texts):
        one = posted[place] if posted else None
        checked = one.checked if one else posting.check(session, target, text)
        state = one.outgoing.state if one else None
        due = one.outgoing.due if one else posting.moment(session, when, target.community)
        row = SharedRow(
            story=story.id,
            story_handle=story.handle,
            title=story.title,
            url=story.url,
            link=links[place],
            id=one.outgoing.id if one else None,
            handle=one.handle if one else None,
            operation=one.operation if one else None,
            account=target.account.name,
            network=target.account.network,
            community=target.community or "",
            text=one.outgoing.text if one else text,
            state=state,
            due=due,
            length=checked.length,
            most=checked.most,
            notes=note_rows(checked),
        )
        head = _("{handle} as {speaker} for {community}: {found}").format(
            handle=one.handle if one else _("would draft"),
            speaker=target.speaker,
            community=target.community or "-",
            found=run.view.join(run.view.quote(safe(story.title, _TITLE)), counted(checked), *fates(run, "draft", due)),
        )
        said = [head, *note_lines(checked)]
        if dry_run:
            said += [f"   {safe(line)}" for line in text.splitlines()]
        result.append((row, said))
    return result


def shared(
    since: Annotated[
        str | None, typer.Option("--since", metavar="WHEN", help=_("From then on: mon, 12 nov, 3d; else this week."))
    ] = None,
    markdown: Annotated[bool, typer.Option("--md", help=_("As Markdown."))] = False,
    html: Annotated[bool, typer.Option("--html", help=_("As a page of its own."))] = False,
    rss: Annotated[bool, typer.Option("--rss", help=_("As an RSS feed."))] = False,
    sent: Annotated[bool, typer.Option("--sent", help=_("Only what has gone out; drafts are left out."))] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help=_("Write it into this file."))
    ] = None,
) -> int:
    run = current()
    from cmday.steps.news import press_pages, press_review

    chosen = [name for name, wanted in (("md", markdown), ("html", html), ("rss", rss)) if wanted]
    if len(chosen) > 1:
        raise WrongUse(phrase("--md, --html and --rss are several"), phrase("name one of them"))
    start = read_since(run, since) if since else press_review.usual_start(run.session)
    review = press_review.review(run.session, start, sent_only=sent)
    if run.options.json and not output:
        return run.print_data("feeds shared", review, "")
    if not chosen and output is None:
        return run.show_data("feeds shared", review, "cmday.steps.news.view_shared:draw")
    text = press_pages.written(review, chosen[0] if chosen else press_pages.kind_of(output), run.session)
    if output is None:
        sys.stdout.write(text)
        return 0
    _write(output.expanduser(), text)
    return run.print_data("feeds shared", review, _("written: {file}").format(file=output))


def _write(file: Path, text: str) -> None:
    from cmday.config.paths import write_private

    try:
        write_private(file, text)
    except OSError as error:
        raise ConfigError(
            phrase("{file} cannot be written: {cause}", file=file, cause=error.strerror or error), None
        ) from error


def _communities(run: Run, typed: Sequence[str]) -> list[str]:
    named = list(dict.fromkeys(_names(typed)))
    for name in named:
        if name not in run.settings.communities:
            raise unknown_community(name, run.settings.communities)
    return named


def _names(typed: Sequence[str]) -> Iterator[str]:
    for part in typed:
        yield from filter(None, part.split(","))
