"""The verbs of ``cmday inbox``: on lists, ranges and ids, or on all that fits a query."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer

from cmday.cli import inbox_query as q
from cmday.cli.hits import show_hits
from cmday.cli.run import Run, current
from cmday.errors import DONE, WrongUse
from cmday.i18n import _, phrase

if TYPE_CHECKING:
    from cmday.core.item_query import Query
    from cmday.steps.notifications.actions import Hits

_TOMORROW: Final = "tomorrow"
# So many windows of a browser are opened without asking.
_WINDOWS: Final = 5
_HANDLE: Final = re.compile(r"i?\d+(-i?\d+)?(,i?\d+(-i?\d+)?)*", re.IGNORECASE)
_UNTIL: Final = re.compile(r"^(?:until|till|to|jusqu['’ ]?(?:à|a|au)?)\s+", re.IGNORECASE)


class Rehearsal(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of a verb with ``--dry-run --json``: how many notifications it would hit, on which lines."""

    dry_run: bool
    count: int
    items: tuple[str, ...]


def done(
    handles: q.Handles = None,
    *,
    kind: q.Kinds = None,
    network: q.Networks = None,
    account: q.Accounts = None,
    author: q.Authors = None,
    label: q.Labels = None,
    before: q.Before = None,
    older: q.Older = None,
    yes: q.Yes = False,
    dry_run: q.DryRun = False,
) -> int:
    run = current()
    from cmday.steps.notifications import actions

    query = q.asked(
        run, kinds=kind, networks=network, accounts=account, authors=author, labels=label, before=before, older=older
    )
    return _carry_out(
        run,
        "inbox done",
        handles or [],
        query,
        lambda words, asked: actions.done(run.session, words, asked),
        yes=yes,
        dry_run=dry_run,
    )


def open_(
    handles: q.Handles = None,
    *,
    kind: q.Kinds = None,
    network: q.Networks = None,
    account: q.Accounts = None,
    author: q.Authors = None,
    label: q.Labels = None,
    before: q.Before = None,
    older: q.Older = None,
    yes: q.Yes = False,
    dry_run: q.DryRun = False,
) -> int:
    run = current()
    from cmday.cli.browser import open_addresses
    from cmday.steps.notifications import actions

    query = q.asked(
        run, kinds=kind, networks=network, accounts=account, authors=author, labels=label, before=before, older=older
    )

    def take_up(words: list[str], asked: Query | None) -> Hits:
        hits = actions.open_items(run.session, words, asked)
        open_addresses(run, [hit.url for hit in hits.items])
        return hits

    return _carry_out(run, "inbox open", handles or [], query, take_up, yes=yes, dry_run=dry_run, asks_from=_WINDOWS)


def snooze(
    handles: q.Handles = None,
    *,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="WHEN", show_default=_("tomorrow"), help=_("When: 14h, fri, demain, 12/11...")),
    ] = None,
    kind: q.Kinds = None,
    network: q.Networks = None,
    account: q.Accounts = None,
    author: q.Authors = None,
    label: q.Labels = None,
    before: q.Before = None,
    older: q.Older = None,
    yes: q.Yes = False,
    dry_run: q.DryRun = False,
) -> int:
    run = current()
    from cmday import i18n
    from cmday.steps.notifications import actions
    from cmday.text.dates import parse_when

    session = run.session
    named, words = _apart(run, handles or [])
    if words and until:
        raise WrongUse(phrase('"{words}" and --until both say when', words=" ".join(words)), phrase("say it once"))
    said = until or _without_until(words) or _TOMORROW
    moment = parse_when(said, session.clock.now(), session.settings.hours, language=i18n.language(), bare="start")
    query = q.asked(
        run, kinds=kind, networks=network, accounts=account, authors=author, labels=label, before=before, older=older
    )
    return _carry_out(
        run,
        "inbox snooze",
        named,
        query,
        lambda words, asked: actions.snooze(session, words, moment, asked),
        yes=yes,
        dry_run=dry_run,
    )


def note(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="HANDLES... TEXT", help=_("Items, then the note."))
    ] = None,
    *,
    kind: q.Kinds = None,
    network: q.Networks = None,
    account: q.Accounts = None,
    author: q.Authors = None,
    before: q.Before = None,
    older: q.Older = None,
    yes: q.Yes = False,
    dry_run: q.DryRun = False,
) -> int:
    run = current()
    from cmday.steps.notifications import labelling

    named, text = _apart(run, words or [])
    query = q.asked(run, kinds=kind, networks=network, accounts=account, authors=author, before=before, older=older)
    return _carry_out(
        run,
        "inbox note",
        named,
        query,
        lambda some, asked: labelling.note(run.session, some, " ".join(text), asked),
        yes=yes,
        dry_run=dry_run,
    )


def label(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="HANDLES... LABEL", help=_("Items, then the label."))
    ] = None,
    *,
    remove: Annotated[bool, typer.Option("--remove", help=_("Take it off again."))] = False,
    kind: q.Kinds = None,
    network: q.Networks = None,
    account: q.Accounts = None,
    author: q.Authors = None,
    before: q.Before = None,
    older: q.Older = None,
    yes: q.Yes = False,
    dry_run: q.DryRun = False,
) -> int:
    run = current()
    from cmday.steps.notifications import labelling

    named, text = _apart(run, words or [])
    query = q.asked(run, kinds=kind, networks=network, accounts=account, authors=author, before=before, older=older)
    return _carry_out(
        run,
        "inbox label",
        named,
        query,
        lambda some, asked: labelling.label(run.session, some, " ".join(text), asked, remove=remove),
        yes=yes,
        dry_run=dry_run,
    )


def add_verbs(app: typer.Typer) -> None:
    """Give the app its verbs."""
    app.command("done", help=_("Set items as done: answered, or wanting no answer."))(done)
    app.command("open", help=_("Open items in the browser; what was done is listed again."))(open_)
    app.command(
        "snooze", help=_("Put items off until a moment: snooze i3 until tomorrow 9am. They come back by themselves.")
    )(snooze)
    app.command(
        "note", help=_('Write a note on items: note i3 "called back". It stands beside them, and in the journal.')
    )(note)
    app.command("label", help=_("Put a label on items: label i3 billing; inbox --label billing lists them."))(label)


def _carry_out(
    run: Run,
    command: str,
    words: list[str],
    query: Query | None,
    verb: Callable[[list[str], Query | None], Hits],
    *,
    yes: bool,
    dry_run: bool,
    asks_from: int = 20,
) -> int:
    """Do a verb, after a look at what it would hit where that was asked for or is much."""
    asked = named_or_asked(words, query)
    if dry_run or asked:
        from cmday.steps.notifications.targets import targets

        found = targets(run.session, words, asked)
        if dry_run:
            data = Rehearsal(dry_run=True, count=sum(one.count for one in found), items=tuple(one.id for one in found))
            return run.print_data(f"{command}", data, q.rehearsal(run, found) or _("Nothing fits."))
        if not q.agreed(run, found, yes=yes, from_=asks_from):
            run.remark(_("Nothing was done."))
            return DONE
        if not found:
            run.remark(_("Nothing fits."))
    return show_hits(run, command, verb(words, asked))


def named_or_asked(words: list[str], query: Query | None) -> Query | None:
    """The query, unless items are named and nothing but a focus on communities stands beside them."""
    return None if words and not (query and query.narrows) else query


def _apart(run: Run, words: list[str]) -> tuple[list[str], list[str]]:
    """Handles, ranges and ids from the front, and the words behind them: a moment, a note, a label."""
    accounts = run.settings.accounts
    for place, word in enumerate(words):
        is_id = word.startswith("fold/") or (":" in word and word.partition(":")[0] in accounts)
        if not _HANDLE.fullmatch(word) and not is_id:
            return words[:place], words[place:]
    return words, []


def _without_until(words: list[str]) -> str:
    """``until tomorrow 9am`` and ``jusqu'à demain 9h`` as the moment alone."""
    said = " ".join(words)
    return _UNTIL.sub("", said, count=1)
