"""How far a drill has come: where its clock stands, what was said by now, and when the trainee noticed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from cmday.config.paths import write_private
from cmday.errors import StorageError
from cmday.i18n import phrase

FILE: Final = "drill.json"


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """``at`` is where the scenario's clock stood at the real moment ``since``; a ``speed`` of 0 moves it by steps only.

    ``come`` counts the messages that have come. ``detected`` is the scenario's moment at which the trainee was first
    seen to have noticed.
    """

    scenario: str
    language: str
    speed: float
    since: datetime
    at: datetime
    until: datetime
    come: int = 0
    detected: datetime | None = None

    def now(self, real: datetime) -> datetime:
        """The moment of the scenario at a real one; it stands still at the end."""
        return min(self.until, self.at + max(real - self.since, timedelta()) * self.speed)

    def moved(self, to: datetime, real: datetime) -> Progress:
        """With the clock put to a moment of the scenario, never backwards."""
        return msgspec.structs.replace(self, at=min(self.until, max(to, self.now(real))), since=real)


def load(folder: Path) -> Progress | None:
    """How far the drill in a folder has come; None where there is none."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Progress)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as why:
        raise StorageError(
            phrase("the drill cannot be read: {reason}", reason=why),
            phrase("cmday drill start SCENARIO --fresh begins anew"),
            str(folder),
        ) from why


def save(folder: Path, progress: Progress) -> None:
    """Keep it, whole or not at all."""
    write_private(folder / FILE, msgspec.json.encode(progress).decode())
