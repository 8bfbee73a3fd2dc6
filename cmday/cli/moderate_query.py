"""Which cases a verb is about: handles, or the options by which it hits many at once, and the question before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cmday.cli import inbox_query
from cmday.cli.asking import can_ask, confirm
from cmday.cli.run import Run, unknown_community
from cmday.errors import WrongUse
from cmday.i18n import _, ngettext, phrase

if TYPE_CHECKING:
    from cmday.steps.moderation.acting.leaving import Plan
    from cmday.steps.moderation.acting.targets import CaseQuery, Target

_ASKS_FROM: Final = 20
_SHOWN: Final = 10
_HANDLE: Final = re.compile(r"m?\d+(-m?\d+)?(,m?\d+(-m?\d+)?)*", re.IGNORECASE)

Handles = Annotated[list[str] | None, typer.Argument(help=_("Handles, ranges (m1-3) or ids."))]
Rules = Annotated[list[str] | None, typer.Option("--rule", help=_("All that this rule hit."))]
Authors = Annotated[list[str] | None, typer.Option("--author", help=_("All that this person wrote."))]
Kinds = Annotated[list[str] | None, typer.Option("--kind", help=_("All of this kind: report, mention, reply..."))]
Networks = Annotated[list[str] | None, typer.Option("--network", help=_("All on this network."))]
Accounts = Annotated[list[str] | None, typer.Option("--account", help=_("All of this account."))]
Communities = Annotated[list[str] | None, typer.Option("--community", help=_("All of this community."))]
Before = Annotated[str | None, typer.Option("--before", metavar="WHEN", help=_("All opened before: monday, 12/11."))]
Why = Annotated[
    str | None, typer.Option("--why", "-w", help=_("The reason, as it may be told; else that of the rule."))
]
Note = Annotated[str | None, typer.Option("--note", help=_("A note to those who reported it."))]
Force = Annotated[bool, typer.Option("--force", help=_("Send it even if it was edited or claimed meanwhile."))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask, however many."))]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help=_("Print the exact requests; do nothing."))]


def asked(run: Run, said: dict[str, list[str] | None], before: str | None) -> CaseQuery | None:
    """What the options mean; None where none was given.

    A ``-c`` on the command line is such an option, ``CMDAY_COMMUNITY`` alone is not: it would hit all of a community.
    """
    from cmday.steps.moderation.acting.targets import CaseQuery

    words = {name: inbox_query.parts(some) for name, some in said.items()}
    known = run.settings.communities
    for word in words["communities"]:
        if word not in known:
            raise unknown_community(word, known)
    found = CaseQuery(
        communities=tuple(words["communities"]) or run.session.communities,
        accounts=tuple(
            inbox_query.known_word(word, list(run.settings.accounts), "account") for word in words["accounts"]
        ),
        networks=tuple(
            inbox_query.known_word(word.lower(), inbox_query.networks_of(run), "network") for word in words["networks"]
        ),
        authors=tuple(words["authors"]),
        rules=tuple(words["rules"]),
        kinds=tuple(inbox_query.kind_of(word) for word in words["kinds"]),
        before=inbox_query.moment(run, before, None),
    )
    given = found.narrows or words["communities"] or run.options.communities
    return found if given else None


def apart(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Handles, ranges and ids from the front, and the words behind them: a note, a label, a name."""
    for place, word in enumerate(words):
        if not _HANDLE.fullmatch(word) and not word.startswith("case/"):
            return list(words[:place]), list(words[place:])
    return list(words), []


def targets(run: Run, action: str, words: list[str], query: CaseQuery | None) -> list[Target]:
    """The cases meant; raises ``WrongUse`` where nothing says which."""
    from cmday.steps.moderation.acting import targets as cases

    if words:
        if query and query.narrows:
            raise WrongUse(
                phrase("cases are named, and described beside that"), phrase("name them, or describe them by options")
            )
        return cases.found(run.session, words)
    if query is None:
        raise WrongUse(
            phrase("say which cases"),
            phrase(
                "cmday moderate {action} m1-3, or --rule, --author and its like; cmday moderate lists them",
                action=action,
            ),
        )
    return cases.asked(run.session, query, action)


def agreed(run: Run, action: str, plans: Sequence[Plan], *, described: bool, yes: bool) -> bool:
    """Whether to go on: what was described by a query, or is much, is shown and asked about first."""
    n = len(plans)
    if yes or not n or not (described or n > _ASKS_FROM):
        return True
    if run.options.json or not can_ask():
        run.remark("" if run.options.json else hits(run, plans))
        raise WrongUse(
            phrase("nothing was done: it hits {n}, and there is nobody to ask", n=n),
            phrase("the same with --yes does it; --dry-run shows the requests"),
        )
    run.remark(hits(run, plans))
    question = ngettext("{action} {n} case. Go on?", "{action} {n} cases. Go on?", n)
    return confirm(question.format(action=action, n=n))


def hits(run: Run, plans: Sequence[Plan]) -> str:
    """What it hits, the first of it line by line, each with the reason."""
    from cmday.text.safe_text import safe

    view, lines = run.view, []
    for each in plans[:_SHOWN]:
        case = each.case
        # Anybody may bear anybody's name: the address tells whose it is.
        names = dict.fromkeys(safe(name, 30) for name in (case.author, case.author_handle) if name)
        who = " ".join(names)
        why = f"  [{safe(each.why, 40)}]" if each.why else ""
        lines.append(
            f"{each.handle} {case.community or ''} {who} {view.quote_start(case.text, 60)}{why}".replace("  ", " ")
        )
    if (rest := len(plans) - _SHOWN) > 0:
        lines.append(ngettext("and {n} more", "and {n} more", rest).format(n=rest))
    return "\n".join(lines)
