"""What those concerned are told, and their appeals: remarks on words before they leave, drafted notes, ``appeal``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from cmday.cli.run import Run, current
from cmday.i18n import _, ngettext
from cmday.text.safe_text import safe

if TYPE_CHECKING:
    from cmday.steps.moderation.acting.leaving import Plan
    from cmday.steps.moderation.appeals import AppealedRow


def register(app: typer.Typer) -> None:
    """Hang the command on ``cmday moderate``."""
    app.command(help=_("Their author asks to be heard: they come up again after a day, for a colleague at once."))(
        appeal
    )


def appeal(
    handles: Annotated[list[str], typer.Argument(help=_("Handles, ranges (m1-3) or ids."))],
    text: Annotated[str, typer.Option("--text", "-t", help=_("What the author says."))] = "",
) -> int:
    run = current()
    from cmday.steps.moderation import appeals

    data = appeals.appeal(run.session, handles, text)
    lines = [] if run.options.json else [_line(run, one) for one in data.appeals]
    return run.print_data("moderate appeal", data, "\n".join(lines))


def tell_lint(run: Run, plans: Iterable[Plan]) -> None:
    """What is to be said of words to an author before they wait to leave."""
    from cmday.steps.moderation.acting.linting import TELLING, check

    for each in plans:
        for text, to_author in _words(each) if each.action in TELLING else ():
            for found in check(run.session, each.case, text, each.why, to_author=to_author).notes:
                run.remark(f"{each.handle}: {safe(str(found.message))}")


def tell_drafts(run: Run, ids: list[str]) -> None:
    """That notes were drafted, and how they are read, changed and released."""
    from cmday.steps.moderation.acting.notes import drafted

    given = drafted(run.session, ids)
    if given:
        run.remark(
            ngettext(
                "A note is drafted: cmday outbox show {handles}, then cmday outbox release {handles}",
                "{n} notes are drafted: cmday outbox show {handles}, then cmday outbox release {handles}",
                len(given),
            ).format(n=len(given), handles=" ".join(given))
        )


def _words(plan: Plan) -> Iterable[tuple[str, bool]]:
    if plan.action == "warn" and plan.text:
        yield plan.text, True
    for one in plan.outgoing:
        if told := one.arguments.get("reporters"):
            yield told, False


def _line(run: Run, one: AppealedRow) -> str:
    from cmday.steps.moderation.trace.words import action_in_words

    said = _("{handle} is an appeal against: {action} ({who}, {when}: {why})").format(
        handle=one.handle,
        action=action_in_words(one.action),
        who=safe(one.who),
        when=run.view.when(one.decided_at),
        why=safe(one.why) or "-",
    )
    if one.comes_up <= run.session.clock.now():
        return said
    return f"{said}; " + _("it comes up for you {when}, for a colleague at once").format(
        when=run.view.when(one.comes_up)
    )
