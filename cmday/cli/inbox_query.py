"""Which notifications are meant: the options by which lists are narrowed and verbs hit many at once."""

from __future__ import annotations

from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cmday.cli.asking import can_ask, confirm
from cmday.cli.run import Run
from cmday.core.items import KINDS, Kind
from cmday.errors import WrongUse
from cmday.i18n import _, language, ngettext, phrase

if TYPE_CHECKING:
    from cmday.core.item_query import Query
    from cmday.steps.notifications.targets import Target

_ASKS_FROM: Final = 20
_SHOWN: Final = 10

Handles = Annotated[list[str] | None, typer.Argument(help=_("Handles, ranges (i5-8) or ids."))]
Kinds = Annotated[list[str] | None, typer.Option("--kind", help=_("Only this kind: message, question, mention..."))]
Networks = Annotated[list[str] | None, typer.Option("--network", help=_("Only this network."))]
Accounts = Annotated[list[str] | None, typer.Option("--account", help=_("Only this account."))]
Authors = Annotated[list[str] | None, typer.Option("--author", help=_("Only what this person wrote."))]
Labels = Annotated[list[str] | None, typer.Option("--label", help=_("Only what has this label."))]
Before = Annotated[
    str | None, typer.Option("--before", metavar="WHEN", help=_("Only what came before: monday, 12/11."))
]
Older = Annotated[str | None, typer.Option("--older", metavar="LENGTH", help=_("Only what is older: 3d, 2w, 6h."))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask, however many."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Only say what would be hit."))]


def asked(
    run: Run,
    *,
    kinds: list[str] | None = None,
    networks: list[str] | None = None,
    accounts: list[str] | None = None,
    authors: list[str] | None = None,
    labels: list[str] | None = None,
    before: str | None = None,
    older: str | None = None,
) -> Query | None:
    """What the options mean, within the communities in focus; None where none was given.

    A ``-c`` on the command line is such an option, ``CMDAY_COMMUNITY`` alone is not: it would hit all of a community.
    """
    from cmday.core.item_query import Query

    found = Query(
        communities=run.session.communities,
        kinds=tuple(kind_of(word) for word in parts(kinds)),
        networks=tuple(known_word(word.lower(), networks_of(run), "network") for word in parts(networks)),
        accounts=tuple(known_word(word, list(run.settings.accounts), "account") for word in parts(accounts)),
        authors=tuple(parts(authors)),
        labels=_labels(labels),
        before=moment(run, before, older),
    )
    return found if found.narrows or run.options.communities else None


def kind_of(word: str) -> Kind:
    """The kind of a word, in the singular or the plural; raises ``WrongUse`` with the nearest one."""
    for kind in KINDS:
        if word.lower() in (kind, f"{kind}s", f"{kind[:-1]}ies"):
            return kind
    near = get_close_matches(word.lower(), KINDS, n=1, cutoff=0.5)
    hint = phrase("did you mean {word}?", word=near[0]) if near else phrase("kinds are {kinds}", kinds=", ".join(KINDS))
    raise WrongUse(phrase('"{word}" is no kind of notification', word=word), hint)


def parts(words: list[str] | None) -> list[str]:
    """The words of an option, whether it was given twice or holds commas."""
    return [part.strip() for word in words or () for part in word.split(",") if part.strip()]


def _labels(words: list[str] | None) -> tuple[str, ...]:
    if not words:
        return ()
    from cmday.steps.notifications.labelling import label_word

    return tuple(label_word(word) for word in parts(words))


def networks_of(run: Run) -> list[str]:
    """The networks of the accounts."""
    return list(dict.fromkeys(one.network for one in run.settings.accounts.values()))


def known_word(word: str, known: list[str], sort: str) -> str:
    """The word, if it is one of these; raises ``WrongUse`` with the nearest one. ``sort``: account or network."""
    if word in known:
        return word
    near = get_close_matches(word, known, n=1, cutoff=0.5)
    if near:
        hint = phrase("did you mean {word}?", word=near[0])
    else:
        hint = phrase("there are {names}", names=", ".join(known) or "-")
    said = (
        phrase('no account is called "{word}"', word=word)
        if sort == "account"
        else phrase('no account is on a network called "{word}"', word=word)
    )
    raise WrongUse(said, hint)


def moment(run: Run, before: str | None, older: str | None) -> datetime | None:
    """The earlier of both limits: of a day its beginning, of a length so long ago."""
    if before is None and older is None:
        return None
    from cmday.text.since import parse_age, parse_since

    now = run.session.clock.now()
    moments = [] if before is None else [parse_since(before, now, language=language())]
    return min([*moments, *([] if older is None else [parse_age(older, now)])])


def agreed(run: Run, found: list[Target], *, yes: bool, from_: int = _ASKS_FROM) -> bool:
    """Whether to go on with so many: in a terminal it is asked first; a script is not, for it can be undone."""
    n = sum(target.count for target in found)
    if yes or len(found) <= from_ or run.options.json or not can_ask():
        return True
    run.remark(rehearsal(run, found))
    return confirm(ngettext("{n} notification. Go on?", "{n} notifications. Go on?", n).format(n=n))


def rehearsal(run: Run, found: list[Target]) -> str:
    """What would be hit, the first of it line by line."""
    from cmday.text.safe_text import safe

    view = run.view
    lines = []
    for target in found[:_SHOWN]:
        one = target.item.notification
        times = f" {view.glyphs.times}{target.count}" if target.count > 1 else ""
        who = safe(one.author or one.author_handle, 30)
        text = view.quote_start(one.text or one.subject_text or "", 60)
        lines.append(f"{target.handle} {one.community or ''} {who}{times} {text}".replace("  ", " "))
    if (rest := len(found) - _SHOWN) > 0:
        lines.append(ngettext("and {n} more", "and {n} more", rest).format(n=rest))
    return "\n".join(lines)
