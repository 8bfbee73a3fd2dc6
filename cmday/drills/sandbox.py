"""The home of a drill: its settings, and what was said in it so far. Nothing in it leads to a network."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

import msgspec

from cmday.config.paths import make_private, write_private
from cmday.connectors.recorded import ANY, INDEX, Recording
from cmday.connectors.stage import NETWORK, PLAYED
from cmday.core.cases import CaseReport, QueueEntry
from cmday.core.items import Kind, Notification, Page, ReplyTo
from cmday.drills.progress import Progress
from cmday.drills.reading import read_scenario
from cmday.drills.scenario import Message, Scenario
from cmday.session import Session
from cmday.storage import case_queue, item_states, ledger

SCENARIO: Final = "scenario.toml"
_ANSWERS: Final = "answers"


def settle(folder: Path, scenario: Scenario, content: str) -> None:
    """Write the settings, the one answer that is ever given there, and the scenario as it is now."""
    import tomli_w

    make_private(folder / _ANSWERS)
    short = scenario.community
    config = {
        "language": scenario.language,
        "timezone": scenario.zone,
        "reply_within": "2h",
        "hours": {"work": ["mon-sun 07:00-21:00"]},
        "routine": {"steps": ["notifications", "moderation", "planning"]},
        "community": {short: {"title": scenario.community_title or short, "languages": [scenario.language]}},
        "account": {
            short: {
                "network": NETWORK,
                "server": "https://drill.example",
                "username": scenario.account or short,
                "communities": [short],
            }
        },
        "recorded": {"answers": _ANSWERS},
    }
    write_private(folder / "config.toml", tomli_w.dumps(config))
    write_private(folder / "feeds.toml", "")
    write_private(folder / _ANSWERS / INDEX, msgspec.json.encode([Recording(call=PLAYED, key=ANY)]).decode())
    write_private(folder / SCENARIO, content)


def told(folder: Path, progress: Progress) -> Scenario:
    """The scenario that is played in a folder, as it was when the drill began."""
    file = folder / SCENARIO
    return read_scenario(file.read_text(encoding="utf-8"), file, progress.scenario)


def feed(session: Session, scenario: Scenario, progress: Progress) -> tuple[Progress, list[Message]]:
    """Put into the ledger what was said by now; returns how far it has come, and what is new."""
    now = session.clock.now()
    due = [one for one in scenario.messages if scenario.moment(one.at) <= now]
    new = due[progress.come :]
    if not new:
        return progress, []
    account = session.account(scenario.community)
    with session.database.write():
        seen = [_notification(scenario, one) for one in new if not one.held]
        ledger.store_page(session.database, account.name, Page(notifications=tuple(seen), cursor=None), now)
        # What was said in the days before is dealt with: it is there to be known, not to be answered.
        before = [item_id(scenario, one) for one in new if one.at < timedelta()]
        item_states.set_state(session.database, before, "done")
        queued = [_entry(scenario, one) for one in new if one.held or one.reports]
        case_queue.store(session.database, account, queued, now)
    return msgspec.structs.replace(progress, come=len(due)), new


def item_id(scenario: Scenario, one: Message) -> str:
    """The ledger's id of a message."""
    return f"{scenario.community}:{one.key}"


def _notification(scenario: Scenario, one: Message) -> Notification:
    return Notification(
        id=item_id(scenario, one),
        account=scenario.community,
        network=NETWORK,
        community=scenario.community,
        kind=_kind(one),
        author=one.who.name,
        author_handle=one.who.handle,
        text=one.text,
        url=None,
        at=scenario.moment(one.at),
        reply=ReplyTo(
            id=one.key,
            to=one.who.handle,
            visibility="direct" if one.direct else "public",
            language=scenario.language,
        ),
    )


def _kind(one: Message) -> Kind:
    if one.direct:
        return "message"
    return "question" if one.role == "question" else "mention"


def _entry(scenario: Scenario, one: Message) -> QueueEntry:
    at = scenario.moment(one.at)
    return QueueEntry(
        subject=one.key,
        author=one.who.name,
        author_handle=one.who.handle,
        author_id=one.who.handle,
        text=one.text,
        url=None,
        at=at,
        reports=tuple(
            CaseReport(id=f"{one.key}-{number}", by=each.by, by_handle=each.by, reason=each.why, at=at)
            for number, each in enumerate(one.reports, 1)
        ),
        held=one.held,
        joined=scenario.start - one.who.joined if one.who.joined is not None else None,
        place={NETWORK: one.key},
    )
