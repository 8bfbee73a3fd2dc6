"""The verbs of ``cmday moderate``: on lists, ranges and ids, or on all that fits a query, with one reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cmday.cli import moderate_query as q
from cmday.cli.moderate_deciding import carry_out, seconds_of
from cmday.cli.run import current
from cmday.errors import WrongUse
from cmday.i18n import _, phrase

if TYPE_CHECKING:
    from cmday.core.cases import Action

Text = Annotated[str | None, typer.Option("--text", "-t", help=_("The words."))]
Template = Annotated[str | None, typer.Option("--template", help=_("The words of this template."))]
For = Annotated[str | None, typer.Option("--for", metavar="LENGTH", help=_("For how long: 7d, 2w, 12h."))]
Label = Annotated[str | None, typer.Option("--label", "-l", help=_("Which label."))]
Whom = Annotated[str | None, typer.Option("--to", help=_("To whom; else to you."))]


def register(app: typer.Typer) -> None:
    """Hang the verbs on ``cmday moderate``."""
    for name, make, text in _VERBS:
        app.command(name, help=text)(make(name))


def _plain(action: Action) -> Callable[..., int]:
    def verb(
        handles: q.Handles = None,
        *,
        why: q.Why = None,
        note: q.Note = None,
        rule: q.Rules = None,
        author: q.Authors = None,
        kind: q.Kinds = None,
        network: q.Networks = None,
        account: q.Accounts = None,
        community: q.Communities = None,
        before: q.Before = None,
        force: q.Force = False,
        yes: q.Yes = False,
        dry_run: q.DryRun = False,
    ) -> int:
        return carry_out(action, handles, locals(), {"why": why, "note": note})

    return verb


def _timed(action: Action) -> Callable[..., int]:
    def verb(
        handles: q.Handles = None,
        *,
        for_: For = None,
        why: q.Why = None,
        note: q.Note = None,
        rule: q.Rules = None,
        author: q.Authors = None,
        kind: q.Kinds = None,
        network: q.Networks = None,
        account: q.Accounts = None,
        community: q.Communities = None,
        before: q.Before = None,
        force: q.Force = False,
        yes: q.Yes = False,
        dry_run: q.DryRun = False,
    ) -> int:
        seconds = seconds_of(current(), for_) if for_ else None
        return carry_out(action, handles, locals(), {"why": why, "note": note, "seconds": seconds})

    return verb


def _with_words(action: Action) -> Callable[..., int]:
    def verb(
        words: Annotated[
            list[str] | None, typer.Argument(metavar="HANDLES... [TEXT]", help=_("Cases, then the words."))
        ] = None,
        *,
        text: Text = None,
        template: Template = None,
        why: q.Why = None,
        note: q.Note = None,
        rule: q.Rules = None,
        author: q.Authors = None,
        kind: q.Kinds = None,
        network: q.Networks = None,
        account: q.Accounts = None,
        community: q.Communities = None,
        before: q.Before = None,
        force: q.Force = False,
        yes: q.Yes = False,
        dry_run: q.DryRun = False,
    ) -> int:
        named, rest = q.apart(words or [])
        said = [each for each in (" ".join(rest), text, template) if each]
        if len(said) > 1:
            raise WrongUse(phrase("there are several texts"), phrase("say it once: on the line, --text or --template"))
        wish = {"why": why, "note": note, "text": text or " ".join(rest) or None, "template": template}
        return carry_out(action, named, locals(), wish)

    return verb


def _with_label(action: Action) -> Callable[..., int]:
    def verb(
        words: Annotated[
            list[str] | None, typer.Argument(metavar="HANDLES... [LABEL]", help=_("Cases, then the label."))
        ] = None,
        *,
        label: Label = None,
        why: q.Why = None,
        note: q.Note = None,
        rule: q.Rules = None,
        author: q.Authors = None,
        kind: q.Kinds = None,
        network: q.Networks = None,
        account: q.Accounts = None,
        community: q.Communities = None,
        before: q.Before = None,
        force: q.Force = False,
        yes: q.Yes = False,
        dry_run: q.DryRun = False,
    ) -> int:
        named, rest = q.apart(words or [])
        which = label or " ".join(rest)
        if not which:
            raise WrongUse(phrase("say which label"), phrase('cmday moderate label m1 spam --why "advertising"'))
        return carry_out(action, named, locals(), {"why": why, "note": note, "label": which})

    return verb


def _with_whom(action: Action) -> Callable[..., int]:
    def verb(
        words: Annotated[
            list[str] | None, typer.Argument(metavar="HANDLES... [NAME]", help=_("Cases, then to whom."))
        ] = None,
        *,
        to: Whom = None,
        why: q.Why = None,
        rule: q.Rules = None,
        author: q.Authors = None,
        kind: q.Kinds = None,
        network: q.Networks = None,
        account: q.Accounts = None,
        community: q.Communities = None,
        before: q.Before = None,
        force: q.Force = False,
        yes: q.Yes = False,
        dry_run: q.DryRun = False,
    ) -> int:
        named, rest = q.apart(words or [])
        return carry_out(action, named, locals(), {"why": why, "whom": to or " ".join(rest) or None})

    return verb


_VERBS: tuple[tuple[Any, Callable[[Any], Callable[..., int]], str], ...] = (
    ("approve", _plain, _("Nothing is wrong with these; they do not come back.")),
    ("hold", _plain, _("Keep them from being seen until somebody decides.")),
    ("remove", _plain, _("Take them down.")),
    ("warn", _with_words, _('Write to their author: warn m1 --template charter --why "charter 4".')),
    ("mute", _timed, _("Silence their author, for a time or for good.")),
    ("ban", _timed, _("Shut their author out, for a time or for good.")),
    ("lock", _plain, _("Close their thread to answers.")),
    ("label", _with_label, _("Put a label of the network on them.")),
    ("resolve", _plain, _("These were dealt with; they do not come back.")),
    ("assign", _with_whom, _("Give them to a colleague, or take them in hand.")),
    ("note", _with_words, _("Keep a note that only moderators read.")),
    ("reply", _with_words, _("Answer below them, as the community's account.")),
    ("restore", _plain, _("Bring back what was removed.")),
    ("unmute", _plain, _("Let their author be heard again.")),
    ("unban", _plain, _("Let their author in again.")),
    ("unlabel", _with_label, _("Take a label off again.")),
    ("unlock", _plain, _("Open their thread again.")),
    ("reopen", _plain, _("Take a decision back.")),
    ("unassign", _plain, _("Give them back to everybody.")),
)
