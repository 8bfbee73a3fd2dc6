"""Step 4: items that fit the rules, and items reported, as cases to decide. It asks no network itself.

What the sweep of step 2 stored is examined once by each set of rules; what a moderator decided stays decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cmday.core.cases import Case
from cmday.errors import CmdayError
from cmday.session import Session
from cmday.steps import sweeping
from cmday.steps.moderation.report import CaseRow, ModerationData, ModerationReport
from cmday.steps.protocol import Outcomes, Question
from cmday.storage import case_causes, cases, handles

NAME: Final = "moderation"
LETTER: Final = "m"
AT_ONCE: Final = 500


def ask(session: Session) -> Iterable[Question]:
    """The same sweep of the accounts as notifications ask for, so it is asked once."""
    return sweeping.questions(session)


def digest(session: Session, outcomes: Outcomes, *, limit: int | None = None) -> ModerationReport:  # noqa: ARG001
    """The open cases in focus, the most pressing first, after examining what is new. ``limit`` bounds the lines."""
    db = session.database
    rules, errors = examine(session)
    found = cases.open_cases(db, communities=session.communities)
    shown = found if limit is None else found[:limit]
    given = handles.give(db, session.clock.today(), LETTER, [case.id for case in shown])
    return ModerationReport(
        name=NAME,
        status="partial" if errors else "done",
        data=ModerationData(cases=tuple(row(case, given[case.id]) for case in shown)),
        waiting=len(found),
        errors=tuple(errors),
        rules=rules,
        accounts=len(session.settings.accounts),
    )


def row(case: Case, handle: str) -> CaseRow:
    """A case as JSON and screen show it."""
    return CaseRow(
        id=case.id,
        handle=handle,
        account=case.account,
        network=case.network,
        community=case.community,
        author=case.author or case.author_handle,
        text=case.text,
        url=case.url,
        reasons=case.reasons,
        rules=case.rules,
        reports=case.reports,
        priority=case.priority,
        opened_at=case.opened_at,
        state=case.state,
    )


def examine(session: Session) -> tuple[int, list[CmdayError]]:
    """Examine what the present rules have not seen; returns how many rules there are, and what is wrong with them.

    Nothing is read but a number where nothing changed, so that the glance stays fast.
    """
    db = session.database
    known = case_causes.examined(db)
    version = version_of(session.home.rules)
    changed = version != known.version
    if not changed and not known.flawed and not case_causes.anything_to_examine(db, known):
        return known.rules, []
    from cmday.config.rules import read_rules
    from cmday.steps.moderation.rules import Examiner
    from cmday.steps.moderation.things import causes

    book = read_rules(session.home.rules)
    if changed:
        known = case_causes.begin_anew(db, version, len(book.rules), flawed=bool(book.problems))
    examiner = Examiner(book.rules)
    while batch := case_causes.to_examine(db, known, AT_ONCE):
        known = case_causes.store_causes(
            db, known, [(number, item, causes(examiner, item.notification)) for number, item in batch]
        )
    case_causes.drop_empty(db)
    return len(book.rules), [*book.problems, *examiner.alerts.values()]


def version_of(file: Path) -> str:
    """A short word that changes when the file does; without a file it is empty."""
    import zlib

    try:
        content = file.read_bytes()
    except OSError:
        return ""
    return f"{len(content)}-{zlib.crc32(content):08x}"
