"""Carrying out a verb of ``cmday moderate``: which cases, with which reason, shown and asked about where it is much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from cmday.cli import moderate_query as q
from cmday.cli.run import Run, current
from cmday.errors import DONE
from cmday.i18n import _

if TYPE_CHECKING:
    from cmday.core.cases import Action
    from cmday.steps.moderation.acting.leaving import Wish

_PLURAL: Final = {
    "rule": "rules",
    "author": "authors",
    "kind": "kinds",
    "network": "networks",
    "account": "accounts",
    "community": "communities",
}


def carry_out(action: Action, words: list[str] | None, said: dict[str, Any], wished: dict[str, Any]) -> int:
    """Do a verb, after a look at what it hits where that was described or is much."""
    run = current()
    from cmday.steps.moderation.acting import actions
    from cmday.steps.moderation.acting.leaving import Wish

    names = ("rule", "author", "kind", "network", "account", "community")
    query = q.asked(run, {_PLURAL[name]: said[name] for name in names}, said["before"])
    some = q.targets(run, action, words or [], query)
    described = not words
    wish = Wish(**wished, force=said["force"])
    plans = actions.meant(run.session, action, some, _with_reason(run, action, some, wish), skip=described)
    if not run.options.json:
        from cmday.cli.moderate_notes import tell_lint

        tell_lint(run, plans)
    if said["dry_run"]:
        return _rehearse(run, action, plans)
    if not plans:
        run.remark(_("Nothing fits."))
    if not q.agreed(run, action, plans, described=described, yes=said["yes"]):
        run.remark(_("Nothing was done."))
        return DONE
    from cmday.cli.moderate_lines import tell

    return tell(run, action, actions.act(run.session, action, plans))


def _with_reason(run: Run, action: str, some: list[Any], wish: Wish) -> Wish:
    """The reason, asked for where one must be said and neither the person nor a rule has."""
    from cmday.cli.asking import ask_text, can_ask
    from cmday.steps.moderation.acting.verbs import VERBS

    without = [case for _handle, case in some if not case.rules]
    if wish.why or not VERBS[action].why or not without or run.options.json or not can_ask():
        return wish
    return msgspec.structs.replace(wish, why=ask_text(_("why? (it may be told)")) or None)


def _rehearse(run: Run, action: Action, plans: list[Any]) -> int:
    from cmday.cli.moderate_lines import tell_requests
    from cmday.steps.moderation.acting import actions

    data, errors = actions.rehearsal(run.session, plans)
    return tell_requests(run, action, plans, data, errors)


def seconds_of(run: Run, length: str) -> int:
    """A length in seconds, as ``7d`` says it."""
    from cmday.text.since import parse_age

    now = run.session.clock.now()
    return int((now - parse_age(length, now)).total_seconds())
