"""What decisions taught, told, written out, and begun anew: ``cmday moderate learning`` and its verbs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from cmday.core.time import parse_instant
from cmday.errors import NotFound
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.moderation.learning.scoring import in_words, up_to_date
from cmday.storage import learning, undo
from cmday.text.learning.features import GRAM
from cmday.text.learning.model import LEAST, Model

SLICE: Final = "learning"
_SIGNS: Final = 8
_OFTEN: Final = 3


class LearntRow(msgspec.Struct, frozen=True, kw_only=True):
    """One community: how many decisions of each class, how many are ``wanting`` before cmday speaks, and the signs.

    ``refused_for`` and ``let_for`` are the words and signs that speak most for one and the other.
    """

    community: str | None
    refused: int
    let: int
    speaks: bool
    wanting: int
    since: datetime | None
    refused_for: tuple[str, ...]
    let_for: tuple[str, ...]


class LearntData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday moderate learning --json``."""

    communities: tuple[LearntRow, ...]


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday moderate learning export --json``: where it was written, and how many features it holds."""

    file: str
    communities: int
    features: int


def told(session: Session) -> LearntData:
    """What was learnt in each community in focus."""
    return LearntData(communities=tuple(_row(session, one) for one in _in_focus(session)))


def export(session: Session, file: Path) -> Exported:
    """Write what was learnt as JSON: by community each feature with its weight and how often it was seen."""
    models = {one: up_to_date(session, one) for one in _in_focus(session)}
    content = {
        one: {
            "refused": model.refused,
            "let": model.let,
            "bias": model.bias,
            "features": {
                name: {"weight": model.weights.get(name, 0.0), "refused": seen[0], "let": seen[1]}
                for name, seen in model.seen.items()
            },
        }
        for one, model in models.items()
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(content)))
    return Exported(file=str(file), communities=len(models), features=sum(len(model.seen) for model in models.values()))


def reset(session: Session, names: Sequence[str]) -> LearntData:
    """Begin anew in these communities (all in focus where none is named): what was decided until now counts no more.

    Raises ``NotFound`` for a community in which nothing was decided.
    """
    db, now = session.database, session.clock.now()
    known = _in_focus(session)
    for name in names:
        if name not in known:
            raise NotFound(
                phrase("nothing was decided in {community}", community=name),
                phrase("cmday moderate learning lists where something was"),
            )
    before: dict[str, Any] = {}
    wanted = list(names) or known
    with db.write():
        for name in wanted:
            was = learning.get(db, name)
            before[name] = {"since": was.since.isoformat() if was.since else None}
            learning.put(db, learning.Learnt(community=name, since=now))
        undo.note(db, now, "learning reset", SLICE, ", ".join(wanted), before)
    return LearntData(communities=tuple(_row(session, one) for one in wanted))


def restore(session: Session, before: Mapping[str, Any]) -> str:
    """Let the decisions count again as they did before a reset; returns where."""
    for name, was in before.items():
        since = parse_instant(was["since"]) if was["since"] else None
        learning.put(session.database, learning.Learnt(community=name, since=since))
    return ", ".join(before)


def _in_focus(session: Session) -> list[str]:
    return [one for one in learning.communities(session.database) if session.in_focus((one,) if one else ())]


def _row(session: Session, community: str) -> LearntRow:
    model = up_to_date(session, community)
    return LearntRow(
        community=community or None,
        refused=model.refused,
        let=model.let,
        speaks=model.speaks,
        wanting=max(0, LEAST - model.refused) + max(0, LEAST - model.let),
        since=learning.get(session.database, community).since,
        refused_for=_signs(model, 1),
        let_for=_signs(model, -1),
    )


def _signs(model: Model, side: int) -> tuple[str, ...]:
    """The features that weigh most on one side, of those seen more than once or twice."""
    often = [name for name, seen in model.seen.items() if sum(seen) >= _OFTEN and not name.startswith(GRAM)]
    order = sorted(often, key=lambda name: (-side * model.weights.get(name, 0.0), name))
    return tuple(in_words(name) for name in order[:_SIGNS] if side * model.weights.get(name, 0.0) > 0)
