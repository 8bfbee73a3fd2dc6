"""Asking the rules about what they have not seen: items of the ledger, and what stands in the platforms' queues."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cmday.core.items import WORDLESS
from cmday.core.things import Scorer, Thing
from cmday.errors import CmdayError
from cmday.session import Session
from cmday.storage import case_causes, case_examining

if TYPE_CHECKING:
    from cmday.config.rules import RuleBook
    from cmday.steps.moderation.rules.judging import Examiner, Judgement

AT_ONCE: Final = 500


def examine(session: Session) -> tuple[int, list[CmdayError]]:
    """Examine what the present rules have not seen; returns how many rules there are, and what is wrong with them.

    Nothing is read but a number where nothing changed, so that the glance stays fast.
    """
    db = session.database
    known = case_causes.examined(db)
    version = version_of(session)
    changed = version != known.version
    waiting = case_causes.anything_to_examine(db, known) or case_examining.anything_to_examine(db)
    if not changed and not known.flawed and not waiting:
        return known.rules, []
    from cmday.config.rules import read_rules

    book = read_rules(session.home.rules)
    if changed:
        with db.write():
            known = case_causes.begin_anew(db, version, len(book.rules), flawed=bool(book.problems))
            case_examining.begin_anew(db)
    examiner, unproven = examiner_for(session, book)
    undone = _act(session, _examine_items(session, examiner, known) + _examine_queues(session, examiner))
    case_causes.drop_empty(db)
    return len(book.rules), [*book.problems, *unproven, *examiner.alerts.values(), *undone]


def examiner_for(session: Session, book: RuleBook, scorer: Scorer | None = None) -> tuple[Examiner, list[CmdayError]]:
    """An examiner of these rules that knows what people said before; and which rules may not act as they say."""
    from cmday.steps.moderation.rules.judging import Examiner
    from cmday.steps.moderation.rules.proven import standing

    promoted, unproven = standing(session, book.rules)
    if scorer is None and any(one.key == "spam" for rule in book.rules for one in rule.when):
        from cmday.steps.moderation.learning import scoring

        scorer = scoring.scorer(session)
    examiner = Examiner(
        book.rules,
        roles=book.roles,
        recent=lambda thing, span: _said_before(session, thing, span),
        scorer=scorer,
        promoted=promoted,
        now=session.clock.now(),
    )
    return examiner, unproven


def version_of(session: Session) -> str:
    """A short word that changes when the rules or their lists of words do; without a file it is empty."""
    import zlib

    try:
        content = session.home.rules.read_bytes()
    except OSError:
        return ""
    if b"@" in content:
        from cmday.config.word_lists import FOLDER, state_of

        content += state_of(session.home.rules.parent / FOLDER)
    return f"{len(content)}-{zlib.crc32(content):08x}"


def _said_before(session: Session, thing: Thing, span: timedelta) -> Sequence[str]:
    from cmday.storage.recent_items import said_before

    assert thing.at is not None, "who asks for what was said before knows when this was said"
    return said_before(session.database, thing.network, thing.author_handle, thing.at - span, thing.at, but=thing.id)


_Judged = list[tuple[str, "Judgement"]]


def _examine_items(session: Session, examiner: Examiner, known: case_causes.Examined) -> _Judged:
    from cmday.steps.moderation.rules.judging import NOTHING
    from cmday.steps.moderation.rules.things import causes, of_notification
    from cmday.storage import labels
    from cmday.storage.cases import case_id

    db = session.database
    judged: _Judged = []
    while batch := case_causes.to_examine(db, known, AT_ONCE):
        own = labels.of(db, [item.notification.id for _, item in batch])
        found = []
        for number, item in batch:
            one = item.notification
            judgement = NOTHING if one.kind in WORDLESS else examiner.judge(of_notification(one, own.get(one.id, ())))
            found.append((number, item, causes(one, judgement)))
            judged += [(case_id(one), judgement)] if any(hit.automatic for hit in judgement.hits) else []
        known = case_causes.store_causes(db, known, found)
    return judged


def _examine_queues(session: Session, examiner: Examiner) -> _Judged:
    from cmday.steps.moderation.rules.things import causes_of, of_case
    from cmday.storage import ledger

    db = session.database
    judged: _Judged = []
    while batch := case_examining.to_examine(db, AT_ONCE):
        items = {one.notification.id: one for one in ledger.items(db, [case.item for case in batch if case.item])}
        found = []
        for case in batch:
            judgement = examiner.judge(of_case(case, items.get(case.item or "")))
            found.append((case, causes_of(judgement)))
            judged += [(case.id, judgement)] if any(hit.automatic for hit in judgement.hits) else []
        case_examining.store(db, found)
    return judged


def _act(session: Session, judged: _Judged) -> list[CmdayError]:
    """Let the rules that may act do so; what they write waits in the outbox like everything else."""
    if not judged:
        return []
    from cmday.steps.moderation.rules.automatic import act

    return act(session, judged)
