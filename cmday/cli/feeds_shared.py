"""``cmday feeds shared``: what was passed on to whom, as a list or as the press review."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cmday.cli.feeds_search import read_since
from cmday.cli.run import current
from cmday.errors import ConfigError, WrongUse
from cmday.i18n import _, phrase


def register(app: typer.Typer) -> None:
    """Hang the command on ``cmday feeds``."""
    app.command(help=_("What was shared with whom: a list, or the press review as Markdown, HTML or RSS."))(shared)


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
