"""Cases whole: what ``cmday moderate show`` tells."""

from __future__ import annotations

import msgspec

from cmday.session import Session
from cmday.steps.moderation.acting.targets import found
from cmday.steps.moderation.casefile import CaseFile, gather


class CaseData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday moderate show --json``."""

    cases: tuple[CaseFile, ...]


def show(session: Session, words: list[str]) -> CaseData:
    """The cases named, whole."""
    return CaseData(cases=tuple(gather(session, case, handle) for handle, case in found(session, words)))
