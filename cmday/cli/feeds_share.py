"""``cmday feeds share``: stories passed on to a community, as drafts of posts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from cmday.cli.feeds_verbs import Handles
from cmday.cli.run import Run, current, unknown_community
from cmday.errors import CmdayError
from cmday.i18n import _, ngettext
from cmday.text.safe_text import safe

if TYPE_CHECKING:
    from cmday.cli.reply_lines import NoteRow
    from cmday.core.outbox import Outgoing
    from cmday.outbox.checking import Checked
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
    """Hang the command on ``cmday feeds``."""
    app.command(help=_("Draft posts that pass stories on to a community, by each of its accounts."))(share)


def share(
    handles: Handles,
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
        try:
            written = _written(run, story, own, note, when, again=again, mend=fix, dry_run=dry_run) if own else []
        except sharing.SharedAlready as already:  # by another cmday, a moment ago
            errors.append(already)
            continue
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
        said = ngettext(
            "it is a draft: cmday outbox release {handles} lets it go",
            "they are drafts: cmday outbox release {handles} lets them go",
            len(drafted),
        )
        run.remark(said.format(handles=" ".join(drafted)))
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
    from cmday.cli.reply_lines import note_rows
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
            state=one.outgoing.state if one else None,
            due=one.outgoing.due if one else posting.moment(session, when, target.community),
            length=checked.length,
            most=checked.most,
            notes=note_rows(checked),
        )
        result.append((row, _said(run, row, target.speaker, checked)))
    return result


def _said(run: Run, row: SharedRow, speaker: str, checked: Checked) -> list[str]:
    """What the terminal says of a post: who says what, what is odd in it, and where it is not written all of it."""
    from cmday.cli.reply_lines import counted, fates, note_lines

    head = _("{handle} as {speaker} for {community}: {found}").format(
        handle=row.handle or _("would draft"),
        speaker=speaker,
        community=row.community or "-",
        found=run.view.join(run.view.quote(safe(row.title, _TITLE)), counted(checked), *fates(run, "draft", row.due)),
    )
    text = [] if row.id else [f"   {safe(line)}" for line in row.text.splitlines()]
    return [head, *note_lines(checked), *text]


def _communities(run: Run, typed: Sequence[str]) -> list[str]:
    named = list(dict.fromkeys(_names(typed)))
    for name in named:
        if name not in run.settings.communities:
            raise unknown_community(name, run.settings.communities)
    return named


def _names(typed: Sequence[str]) -> Iterator[str]:
    for part in typed:
        yield from filter(None, part.split(","))
