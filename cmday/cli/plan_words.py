"""What the words of ``cmday plan add`` and ``edit`` mean."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.cli.run import Run, unknown_community
from cmday.errors import WrongUse
from cmday.i18n import language, phrase
from cmday.text.dates import Bare, parse_when
from cmday.text.durations import parse_duration

NONE: Final = frozenset({"none", "aucun", "aucune", "-"})


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """The options of ``plan edit`` as they were typed; None is not named."""

    title: str | None
    length: str | None
    by: str | None
    from_: str | None
    wants: str | None
    community: str | None
    priority: int | None


def plan_edit_changes(run: Run, typed: Typed) -> dict[str, Any]:
    """What is to be changed, by field of an operation; raises ``WrongUse`` where nothing is named."""
    changes: dict[str, Any] = {
        name: value
        for name, value in (("title", typed.title), ("wants", typed.wants), ("priority", typed.priority))
        if value is not None
    }
    if typed.length is not None:
        changes["duration"] = parse_duration(typed.length)
    if typed.by is not None:
        changes["due"] = read_when(run, typed.by, "end")
    if typed.from_ is not None:
        changes["not_before"] = read_when(run, typed.from_, "start")
    if typed.community is not None:
        changes["community"] = None if typed.community.lower() in NONE else read_community(run, typed.community)
    if not changes:
        raise WrongUse(phrase("nothing to change is named"), phrase("for example cmday plan edit p1 --by fri"))
    return changes


def read_when(run: Run, text: str | None, bare: Bare) -> datetime | None:
    """The moment that was typed; "none" takes it away."""
    if text is None or text.lower() in NONE:
        return None
    now = run.session.clock.now()
    return parse_when(text, now, run.settings.hours, language=language(), bare=bare)


def read_community(run: Run, name: str | None) -> str | None:
    """The community that was named; else the one that this terminal looks at, where it is one."""
    if name is None:
        return run.session.communities[0] if len(run.session.communities) == 1 else None
    if name not in run.settings.communities:
        raise unknown_community(name, run.settings.communities)
    return name
