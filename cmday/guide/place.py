"""Where one is in the guide, stored at every step, so that the next cmday goes on at the exact item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

import msgspec

from cmday.guide.stops import Stop
from cmday.session import Session
from cmday.storage import keep

_PLACE: Final = "guide.place"
_DRAFTS: Final = "guide.drafts"
_MOST_DRAFTS: Final = 50

T = TypeVar("T")


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """How the guide through some steps was left: on which day, its stops, and at which of them it is."""

    day: str
    stops: tuple[Stop, ...]
    at: int


def store(session: Session, steps: Sequence[str], stops: Sequence[Stop], at: int) -> None:
    """Keep the place; the last one stands. There is one for each choice of steps."""
    place = Place(day=session.clock.today().isoformat(), stops=tuple(stops), at=at)
    keep.put(session.database, _name(steps), msgspec.json.encode(place).decode())


def left_at(session: Session, steps: Sequence[str]) -> Place | None:
    """Where the guide through these steps was left today, None where it was not begun or has come to its end."""
    place = _read(session, _name(steps), Place)
    today = session.clock.today().isoformat()
    return place if place and place.day == today and place.at < len(place.stops) else None


def keep_draft(session: Session, stop: Stop, text: str) -> None:
    """Keep what was typed at a stop and is not in the outbox yet; without a text it is forgotten."""
    drafts = _read(session, _DRAFTS, dict[str, str]) or {}
    if drafts.pop(stop.key, "") == text and not text:
        return
    if text.strip():
        drafts[stop.key] = text
    last = dict(list(drafts.items())[-_MOST_DRAFTS:])
    keep.put(session.database, _DRAFTS, msgspec.json.encode(last).decode("utf-8", "replace"))


def draft_of(session: Session, stop: Stop) -> str:
    """What was typed at a stop before and not put into the outbox."""
    return (_read(session, _DRAFTS, dict[str, str]) or {}).get(stop.key, "")


def _name(steps: Sequence[str]) -> str:
    return f"{_PLACE} {' '.join(steps)}"


def _read(session: Session, name: str, type_: type[T]) -> T | None:
    kept = keep.get(session.database, name)
    try:
        return msgspec.json.decode(kept, type=type_) if kept else None
    except msgspec.DecodeError:
        return None  # written by another version: it begins anew
