"""One pass of the watch: sweep, notice, tell."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.core.notices import Channel, Notice, NoticeKind
from cmday.crisis.noticing import notice
from cmday.errors import Busy, CaptivePortal, CmdayError, NoNetwork
from cmday.routine import ask_all, load_steps
from cmday.session import Session
from cmday.steps.protocol import ReportStatus, status_of
from cmday.storage.leases import lease
from cmday.watch import gathering
from cmday.watch.channels import ways
from cmday.watch.quiet import is_quiet
from cmday.watch.telling import Telling, settle, tell_all

LEASE: Final = "watch"
_LEASE_SECONDS: Final = 600
_STEPS: Final = ("notifications", "moderation")


class ToldRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``told[]``: a message tried on a channel now, by the keys of its notices; ``error`` None: it arrived."""

    channel: Channel
    notices: tuple[str, ...]
    error: str | None


class NoticeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``notices[]``: what cannot wait now, whether told before, now, or not at all in the night."""

    key: str
    kind: NoticeKind
    community: str | None
    count: int
    text: str


class WatchData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday watch --once --json``. ``waiting``: another cmday was at it, and nothing was done.

    ``quiet``: it is night, and only alarms may pass, if that. ``channels`` are those that would be used.
    """

    at: datetime
    waiting: bool
    quiet: bool
    channels: tuple[Channel, ...]
    notices: tuple[NoticeRow, ...]
    told: tuple[ToldRow, ...]


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """What one pass found and told, and what went wrong with accounts and channels."""

    data: WatchData
    told: tuple[Telling, ...] = ()
    status: ReportStatus
    errors: tuple[CmdayError, ...] = ()


def once(session: Session, *, terminal: bool) -> Pass:
    """Do one pass; while another process does one, nothing."""
    now = session.clock.now()
    try:
        with lease(session.database, LEASE, session.clock, _LEASE_SECONDS):
            return _pass(session, now, terminal=terminal)
    except Busy:
        data = WatchData(at=now, waiting=True, quiet=False, channels=(), notices=(), told=())
        return Pass(data=data, status="done")


def _pass(session: Session, now: datetime, *, terminal: bool) -> Pass:
    wanted = session.settings.watch
    errors, status = _sweep(session)
    found = notice(session)
    notices = [*gathering.alarms(session, found), *gathering.limits(session), *gathering.failed(session)]
    quiet = is_quiet(now, wanted.quiet)
    chosen = ways(session, terminal=terminal)
    told: list[Telling] = []
    if not session.offline:
        settle(session, chosen)
        passing = [one for one in notices if not quiet or (one.kind == "alarm" and wanted.alarms_at_night)]
        told = tell_all(session, passing, chosen)
    problems = tuple(one.error for one in told if one.error)
    return Pass(
        data=WatchData(
            at=now,
            waiting=False,
            quiet=quiet,
            channels=tuple(way.name for way in chosen),
            notices=tuple(map(_row, notices)),
            told=tuple(_told(one) for one in told),
        ),
        told=tuple(told),
        status="partial" if problems else status,
        errors=(*errors, *problems),
    )


def _sweep(session: Session) -> tuple[tuple[CmdayError, ...], ReportStatus]:
    """Ask the networks and let the rules examine what came; returns what went wrong, and how it went in all."""
    if session.offline:
        return (), "done"
    steps = load_steps([name for name in _STEPS if name in session.settings.steps])
    outcomes: dict[str, Any] = ask_all(session, steps, budget=session.settings.limits.deadline)
    for step in steps:
        if step.NAME == "moderation":
            step.digest(session, outcomes)
    errors = tuple(one.error for one in outcomes.values() if one.error and one.status != "waiting")
    # What was stored before is watched all the same, so nothing fails whole; and no network is nobody's failure.
    missing = bool(errors) and all(isinstance(error, NoNetwork | CaptivePortal) for error in errors)
    whole = missing or status_of(outcomes.values()) == "done"
    return (() if missing else errors), "done" if whole else "partial"


def _row(one: Notice) -> NoticeRow:
    return NoticeRow(key=one.key, kind=one.kind, community=one.community, count=one.count, text=one.text.english)


def _told(one: Telling) -> ToldRow:
    error = one.error.message.english if one.error else None
    return ToldRow(channel=one.channel, notices=one.message.notices, error=error)
