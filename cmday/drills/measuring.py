"""What was done in a drill, read from its database: when, what was taken away, what was said and to whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from cmday.core.outbox import OutboxState, Outgoing
from cmday.drills.checks import judge
from cmday.drills.noticing import crisis_lines, detected
from cmday.drills.progress import Progress
from cmday.drills.report import JudgedRow, Measures, ReplyRow
from cmday.drills.sandbox import item_id
from cmday.drills.scenario import USUAL, CheckName, Message, Scenario
from cmday.outbox.case_effects import NOTE
from cmday.session import Session
from cmday.storage import cases, decisions, outbox
from cmday.text.matching import fold

# What keeps somebody's words from others, or turns against who wrote them.
_AGAINST: Final = frozenset({"remove", "hold", "ban", "mute", "warn"})
_DEALS_WITH: Final = frozenset({"remove", "hold", "ban", "mute", "label"})
_ABOUT_THE_AUTHOR: Final = frozenset({"ban", "mute"})
_UNSENT: Final[tuple[OutboxState, ...]] = ("queued", "held", "draft")
# What an answer to something else is judged by.
_ELSE: Final[tuple[CheckName, ...]] = ("no-blame", "respect", "no-promise")
# The points of a crisis's checklist from here on are about who must be told.
_CLIENT_POINT: Final = 3


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """All that is judged. ``removable`` counts what was to go; ``unsent`` answers and ``undone`` actions never left."""

    measures: Measures
    wrong: tuple[JudgedRow, ...]
    missed: tuple[JudgedRow, ...]
    replies: tuple[ReplyRow, ...]
    removable: int
    unsent: int
    undone: int
    told_by: str | None


class _Deed(msgspec.Struct, frozen=True):
    case: str
    author: str | None
    action: str
    sent: bool


def measure(session: Session, scenario: Scenario, progress: Progress) -> Played:
    """What was done until now."""
    come = scenario.messages[: progress.come]
    sent = [one for one in outbox.ended(session.database) if one.state == "sent" and one.sent_at]
    waiting = outbox.waiting(session.database, states=_UNSENT)
    deeds = [*_decided(session), *_meant(waiting)]
    wrong, missed = _wrong(scenario, come, deeds), _missed(scenario, come, deeds)
    said = [one for one in sent if one.kind != "action"]
    replies = _replies(scenario, come, said)
    told_at, told_by = _told(session, scenario, come, said)
    points = [check.passed for one in replies for check in one.checks]
    return Played(
        measures=Measures(
            detected=_since(scenario, detected(session, scenario, progress)),
            replied=_since(scenario, _first_word(scenario, come, said)),
            told=_since(scenario, told_at),
            replies=len(replies),
            wrong=len(wrong),
            missed=len(missed),
            tone=round(100 * sum(points) / len(points)) if points else None,
        ),
        wrong=wrong,
        missed=missed,
        replies=replies,
        removable=sum(one.fair == "remove" for one in come),
        unsent=sum(one.kind != "action" for one in waiting),
        undone=sum(map(_is_meant, waiting)),
        told_by=told_by,
    )


def _since(scenario: Scenario, at: datetime | None) -> int | None:
    """Seconds since the trouble began; what was done before counts as at once."""
    return None if at is None else max(0, int((at - scenario.moment(scenario.trouble_at)).total_seconds()))


def _decided(session: Session) -> Iterable[_Deed]:
    for one in decisions.since(session.database):
        if one.reversed_at is None:
            yield _Deed(one.case, one.author_id, one.action, sent=True)


def _meant(waiting: Iterable[Outgoing]) -> Iterable[_Deed]:
    for one in waiting:
        if _is_meant(one) and one.target:
            yield _Deed(one.target, one.to, one.action or "", sent=False)


def _is_meant(one: Outgoing) -> bool:
    """Whether it is a decision that waits, and no draft or note that goes with one."""
    return one.kind == "action" and one.state != "draft" and NOTE not in one.arguments


def _wrong(scenario: Scenario, come: Sequence[Message], deeds: Sequence[_Deed]) -> tuple[JudgedRow, ...]:
    """What was to stay and was taken away, or is about to be."""
    found = []
    for one in come:
        if one.fair == "keep":
            case = cases.id_of(scenario.community, one.key)
            action = next((each.action for each in deeds if each.case == case and each.action in _AGAINST), None)
            if action:
                found.append(_row(one, action))
    return tuple(found)


def _missed(scenario: Scenario, come: Sequence[Message], deeds: Sequence[_Deed]) -> tuple[JudgedRow, ...]:
    """What was to go and is still there; and what was to stay, is held by its platform, and was never let through."""
    found = []
    for one in come:
        case = cases.id_of(scenario.community, one.key)
        about = [
            each
            for each in deeds
            if each.sent and (each.case == case or (each.action in _ABOUT_THE_AUTHOR and each.author == one.who.handle))
        ]
        there = one.fair == "remove" and not any(each.action in _DEALS_WITH for each in about)
        unseen = one.fair == "keep" and one.held and not about
        if there or unseen:
            found.append(_row(one, None))
    return tuple(found)


def _row(one: Message, action: str | None) -> JudgedRow:
    return JudgedRow(author=one.who.name, text=one.text, role=one.role, action=action)


def _replies(scenario: Scenario, come: Sequence[Message], said: Sequence[Outgoing]) -> tuple[ReplyRow, ...]:
    """What was said since the trouble began, each held to what its message asks for."""
    by_item = {item_id(scenario, one): one for one in come}
    began = scenario.moment(scenario.trouble_at)
    found = []
    for one in sorted(said, key=lambda each: each.sent_at or began):
        message = by_item.get(one.target or "")
        if one.sent_at is None or one.sent_at < began or (message and message.role == "client"):
            continue
        asks = (message.asks if message else ()) or (_ELSE if message and not message.trouble else USUAL)
        checks = judge(one.text, asks, scenario.facts, scenario.promises)
        found.append(ReplyRow(to=message.who.name if message else None, at=one.sent_at, text=one.text, checks=checks))
    return tuple(found)


def _first_word(scenario: Scenario, come: Sequence[Message], said: Sequence[Outgoing]) -> datetime | None:
    """When something was first said about the trouble: below a message of it, or to everybody."""
    others = {item_id(scenario, one) for one in come if not one.trouble}
    began = scenario.moment(scenario.trouble_at)
    return min(
        (one.sent_at for one in said if one.sent_at and one.sent_at >= began and one.target not in others),
        default=None,
    )


def _told(
    session: Session, scenario: Scenario, come: Sequence[Message], said: Sequence[Outgoing]
) -> tuple[datetime | None, str | None]:
    """When the client was first told, and in which words: an answer to them, the checklist, or a line naming them."""
    clients = {item_id(scenario, one) for one in come if one.role == "client"}
    found = [(one.sent_at, one.text) for one in said if one.target in clients and one.sent_at]
    name = fold(scenario.client)
    for line in crisis_lines(session, scenario):
        ticked = line.kind == "check" and (line.point or 0) >= _CLIENT_POINT
        named = line.kind in ("note", "start") and any(word in fold(line.text) for word in ("client", name))
        if ticked or named:
            found.append((line.at, line.text))
    began = scenario.moment(scenario.trouble_at)
    after = [one for one in found if one[0] >= began]
    return min(after, key=lambda one: one[0]) if after else (None, None)
