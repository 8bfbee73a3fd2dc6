"""Deciding on a case by a key: which actions its network offers, what each asks first, and queueing it.

The guide itself asks no network: what may be done is known from the sweep.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, cast, get_args

import msgspec

from cmday.core.cases import Action
from cmday.guide.stops import Stop
from cmday.i18n import Phrase, _, phrase
from cmday.session import Session

Decide = Literal["hold", "remove", "warn", "mute", "ban", "label", "lock", "assign", "note"]
DECIDES: Final[tuple[Decide, ...]] = get_args(Decide)
_FOR_A_TIME: Final = frozenset({"mute", "ban"})


class Prompt(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is asked before a decision; an empty answer is ``usual``, or none where that is empty."""

    name: str
    question: str
    usual: str = ""

    def takes(self, typed: str) -> bool:
        """Whether this is an answer: a label, words and a reason must be said where nothing is usual."""
        return bool(typed or self.usual) or self.name not in {"label", "text", "why"}


def prompts(session: Session, stop: Stop, act: Decide) -> list[Prompt]:
    """What is asked before this is done: the label, the words, for how long, and why."""
    from cmday.steps.moderation.acting.plans import reason_of
    from cmday.steps.moderation.acting.targets import found

    [(_handle, case)] = found(session, [stop.id])
    if act == "note":
        return [Prompt(name="text", question=_("your note, for moderators only"))]
    if act == "assign":
        return [Prompt(name="whom", question=_("to whom? [me]"))]
    asked = []
    if act == "label":
        asked.append(Prompt(name="label", question=_("which label?")))
    if act == "warn":
        asked.append(Prompt(name="text", question=_("what do you write to them?")))
    if act in _FOR_A_TIME:
        asked.append(Prompt(name="length", question=_("for how long? 7d, 2w [for good]")))
    why = reason_of(session, case)
    question = _("why? [{usual}]").format(usual=why) if why else _("why? (it may be told)")
    return [*asked, Prompt(name="why", question=question, usual=why)]


def decide(session: Session, stop: Stop, act: str, said: Mapping[str, str]) -> tuple[Phrase, tuple[str, ...]]:
    """Do it; returns what to say, and the ids by which it can be undone. Raises ``CmdayError``."""
    from cmday.steps.moderation.acting import actions
    from cmday.steps.moderation.acting.leaving import Wish

    wish = Wish(
        why=said.get("why") or None,
        label=said.get("label") or None,
        whom=said.get("whom") or None,
        text=said.get("text") or None,
        seconds=_seconds(session, said.get("length", "")),
    )
    [row] = actions.decide(session, cast("Action", act), [stop.id], wish).cases
    if row.waits:
        return phrase("{handle}: {action} waits in the outbox", handle=stop.handle, action=act), row.outbox
    return _stays(stop, row.state, act), (stop.id,)


def _stays(stop: Stop, state: str, act: str) -> Phrase:
    if act == "note":
        return phrase("{handle} has your note", handle=stop.handle)
    if act == "assign":
        return phrase("{handle} is assigned", handle=stop.handle)
    if state == "approved":
        return phrase("{handle} is approved", handle=stop.handle)
    return phrase("{handle} is resolved", handle=stop.handle)


def _seconds(session: Session, length: str) -> int | None:
    if not length.strip():
        return None
    from cmday.text.since import parse_age

    now = session.clock.now()
    return int((now - parse_age(length, now)).total_seconds())
