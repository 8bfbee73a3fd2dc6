"""The end of a crisis: what was held goes or stays, and the report is written."""

from __future__ import annotations

from pathlib import Path

from cmday.config.paths import write_private
from cmday.core.crises import Crisis
from cmday.core.outbox import Outgoing
from cmday.crisis import closing_page, conducting, servers
from cmday.crisis.frozen import frozen
from cmday.crisis.picture import picture
from cmday.crisis.report import EndedData, FrozenRow
from cmday.i18n import _
from cmday.outbox.view import state_word
from cmday.session import Session
from cmday.storage import crises, freezes, outbox
from cmday.terminal.view import View


def end(session: Session, community: str, view: View, *, release: bool, words: str = "") -> EndedData:
    """End it and write the report into the journal's folder."""
    before = frozen(session, conducting.insist(session, community))
    doubtful = {one.id for one in servers.doubtful_copies(session, conducting.insist(session, community))}
    ended, gone, left = conducting.close(session, community, release=release, words=words, but=doubtful)
    data = picture(session, ended)
    file = session.home.journal / _name(ended, view)
    write_private(file, closing_page.page(data, held(session, ended, before), view))
    return EndedData(crisis=data, report=str(file), released=len(gone), kept=len(left))


def so_far(session: Session, view: View) -> str:
    """The reports of those in focus that go on, as they would be now."""
    pages = [
        closing_page.page(picture(session, one), held(session, one, frozen(session, one)), view)
        for one in crises.living(session.database)
        if session.in_focus(one.community)
    ]
    return "\n".join(pages) or _("no community is in a crisis")


def held(session: Session, crisis: Crisis, before: tuple[FrozenRow, ...]) -> list[closing_page.Held]:
    """All that a crisis ever held back, with what became of it."""
    db = session.database
    own = outbox.by_ids(db, freezes.of_crisis(db, crisis.number))
    found = [closing_page.Held(row=_row(one), became=state_word(one.state)) for one in own.values()]
    servers = {
        "there": _("stayed on the server"),
        "taking": _("perhaps still on the server: look there"),
        "taken": _("taken off the server"),
        "back": _("on the server again"),
    }
    for one in crises.scheduled(db, crisis.number):
        row = FrozenRow(
            id=one.native,
            handle=None,
            kind="server",
            account=one.account,
            due=one.at,
            text=one.text,
            state=one.state,
            why=one.why,
        )
        found.append(closing_page.Held(row=row, became=servers[one.state]))
    found += [
        closing_page.Held(row=row, became=_("an operation of the plan: look at it"))
        for row in before
        if row.kind == "operation"
    ]
    return found


def _row(one: Outgoing) -> FrozenRow:
    return FrozenRow(
        id=one.id,
        handle=None,
        kind=one.kind,
        account=one.account,
        due=one.due,
        text=one.text,
        state=one.state,
        why=one.error_message,
    )


def _name(crisis: Crisis, view: View) -> str:
    began = view.local(crisis.began)
    return str(Path(f"crisis-{crisis.community}-{began:%Y-%m-%d-%H%M}.md"))
