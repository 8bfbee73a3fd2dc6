"""The draw of a contest: rules and seed are fixed and published first, winners are drawn from the stored answers."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final

import msgspec

from cmday.core.operations import Operation
from cmday.errors import NotFound, WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.planning.drawing import DrawResult, DrawRules, Ticket, draw
from cmday.storage import accounts, draws, handles, journal, ledger

MOST_WINNERS: Final = 1_000


class DrawData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday plan draw --json``; ``tickets`` is empty until it was drawn, then the lowest number first."""

    contest: str
    title: str
    rules: DrawRules
    seed: str
    prepared_at: datetime
    drawn_at: datetime | None
    entrants_hash: str | None
    winners: tuple[str, ...]
    substitutes: tuple[str, ...]
    tickets: tuple[Ticket, ...]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The rules as a person typed them; ``thread`` is the handle or id of any item of the thread."""

    thread: str
    closes: datetime
    winners: int = 1
    substitutes: int = 0
    word: str | None = None
    excluded: tuple[str, ...] = ()


def prepare(session: Session, contest: Operation, asked: Asked) -> DrawData:
    """Fix the rules and a seed, to be published before the contest closes.

    Raises ``WrongUse`` where they stand already, or where it is too late, and ``NotFound`` without such a thread.
    """
    now, key = session.clock.now(), _key(contest)
    if draws.of_contest(session.database, key):
        raise WrongUse(
            phrase('the rules of "{title}" stand already', title=contest.title),
            phrase("cmday plan draw shows them; other rules need another contest"),
        )
    if asked.closes <= now:
        raise WrongUse(
            phrase("the contest is closed at {at}: too late to publish rules", at=asked.closes.isoformat()),
            phrase("write a moment that is still to come, for example --until fri"),
        )
    [(_, item)] = handles.resolve(session.database, session.clock.today(), [asked.thread], "i")
    found = ledger.items(session.database, [item])
    if not found or found[0].notification.thread is None:
        raise NotFound(
            phrase('"{word}" is no item with a thread', word=asked.thread), phrase("cmday inbox shows the items")
        )
    one = found[0].notification
    rules = DrawRules(
        account=one.account,
        thread=one.thread or "",
        opens=min(contest.created, one.at),
        closes=asked.closes,
        winners=asked.winners,
        substitutes=asked.substitutes,
        word=asked.word,
        excluded=tuple(sorted({word.strip().lower().removeprefix("@") for word in asked.excluded})),
    )
    with session.database.write():
        draws.prepare(session.database, key, msgspec.json.encode(rules).decode(), secrets.token_hex(16), now)
        journal.write(session.database, now, "draw", step="planning", item=contest.id, text=contest.title)
    return _data(session, contest)


def run(session: Session, contest: Operation) -> DrawData:
    """The draw as it stands: drawn now where the contest is closed and its answers were swept since, and kept for good.

    Raises ``WrongUse`` where it is too early or nothing was prepared.
    """
    db, key, now = session.database, _key(contest), session.clock.now()
    stored = draws.of_contest(db, key)
    if stored is None:
        raise WrongUse(
            phrase('no rules are published for "{title}"', title=contest.title),
            phrase("cmday plan draw {contest} --thread i1 --until fri --winners 3 fixes them", contest=contest.id),
        )
    if stored.result is None:
        rules = msgspec.json.decode(stored.rules, type=DrawRules)
        if now <= rules.closes:
            return _data(session, contest)
        swept = accounts.state(db, rules.account).last_success
        if swept is None or swept <= rules.closes:
            raise WrongUse(
                phrase("{account} was not read since the contest closed", account=rules.account),
                phrase("cmday inbox reads it"),
            )
        answers = [item.notification for item in draws.answers(db, rules.account, rules.thread)]
        result = draw(rules, stored.seed, answers)
        with db.write():
            draws.keep_result(db, key, msgspec.json.encode(result).decode(), now)
            journal.write(db, now, "draw", step="planning", item=contest.id, text=contest.title)
    return _data(session, contest)


def _key(contest: Operation) -> str:
    return contest.group or contest.id


def _data(session: Session, contest: Operation) -> DrawData:
    stored = draws.of_contest(session.database, _key(contest))
    assert stored is not None
    zone = session.clock.zone
    rules = msgspec.json.decode(stored.rules, type=DrawRules)
    result = msgspec.json.decode(stored.result, type=DrawResult) if stored.result else None
    names = [ticket.entrant for ticket in result.tickets] if result else []
    return DrawData(
        contest=stored.contest,
        title=contest.title,
        rules=msgspec.structs.replace(rules, opens=rules.opens.astimezone(zone), closes=rules.closes.astimezone(zone)),
        seed=stored.seed,
        prepared_at=stored.prepared,
        drawn_at=stored.drawn,
        entrants_hash=result.entrants_hash if result else None,
        winners=tuple(names[: rules.winners]),
        substitutes=tuple(names[rules.winners : rules.winners + rules.substitutes]),
        tickets=result.tickets if result else (),
    )
