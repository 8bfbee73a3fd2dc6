"""``cmday people forget``: all that would go, a question, and it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmday.cli.run import Run
from cmday.errors import DONE, FAILED, IN_PART, WrongUse
from cmday.i18n import _, ngettext, phrase
from cmday.text.safe_text import safe

if TYPE_CHECKING:
    from cmday.people.report import ForgottenData


def forget(run: Run, words: list[str], *, yes: bool, dry_run: bool) -> int:
    """Tell what would go, ask once, and forget; 3 where a file is left for the person to change."""
    from cmday.people import forgetting

    planned = forgetting.plan(run.session, words)
    if dry_run:
        return run.print_data("people forget", planned.data, _text(planned.data))
    if not yes and not _agreed(run, planned.data):
        return FAILED
    done = forgetting.carry_out(run.session, planned)
    _back_up_again(run, done)
    left = any(one.what == "left" for one in done.files)
    code = run.print_data(
        "people forget", done, _text(done) if yes else _("forgotten"), status="partial" if left else "done"
    )
    run.remark(_("what lies elsewhere (backups, exports, mails, the networks themselves) is yours to look through"))
    return IN_PART if left and code == DONE else code


def _agreed(run: Run, data: ForgottenData) -> bool:
    from cmday.cli.asking import can_ask, confirm

    if not can_ask():
        raise WrongUse(
            phrase("forgetting asks first, and nobody is there to answer"),
            phrase("cmday people forget NAME --dry-run tells what would go, --yes does it"),
        )
    run.remark(_text(data))
    return confirm(_("Forget them? Nothing brings this back."), default=False)


def _back_up_again(run: Run, done: ForgottenData) -> None:
    """In the place of the backups that went, one without them."""
    from pathlib import Path

    gone = [Path(one.path) for one in done.files if one.what == "deleted" and one.path.endswith(".zip")]
    for folder in dict.fromkeys(file.parent for file in gone):
        from cmday.keeping.archive import back_up

        back_up(run.home, run.clock, folder, tokens=False)


def _text(data: ForgottenData) -> str:
    rows = sum(one.rows for one in data.tables)
    lines = [
        _("{name}: {where}").format(name=safe(data.name), where=" · ".join(map(safe, data.addresses))),
        ngettext("{n} row goes or loses the name: {where}", "{n} rows go or lose the name: {where}", rows).format(
            n=rows, where=", ".join(f"{one.table} {one.rows}" for one in data.tables)
        ),
        _("looked for: {words}").format(words=", ".join(map(safe, data.words))),
    ]
    if data.shared:
        words = ", ".join(map(safe, data.shared))
        lines.append(_("left where others write it, as it names others too: {words}").format(words=words))
    lines += [f"{_what(one.what)}: {safe(one.path)}" for one in data.files]
    return "\n".join(lines)


def _what(what: str) -> str:
    return {
        "changed": _("loses the name"),
        "deleted": _("deleted"),
        "renamed": _("renamed"),
        "left": _("left for you to change"),
    }[what]
