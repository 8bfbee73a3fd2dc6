"""``cmday doctor``: everything looked at, each line ok, warning or failed, with its fix."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

import msgspec

from cmday.checkup import (
    Finding,
    Verdict,
    examine_clock,
    examine_database,
    examine_hours,
    examine_house,
    examine_networks,
)
from cmday.cli.run import Run, current
from cmday.config.secrets import redact
from cmday.errors import DONE, FAILED, CmdayError, ConfigErrors
from cmday.i18n import Phrase, _, phrase
from cmday.text.safe_text import safe

_SUBJECTS: Final = ("home", "config", "language", "clock", "hours", "database", "calendars", "feeds", "network")


class CheckRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``data.checks[]``; ``fix`` is what to do, unless it is ok."""

    about: str
    status: Verdict
    message: str
    fix: str | None


class DoctorData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday doctor --json``."""

    checks: tuple[CheckRow, ...]


def command() -> int:
    """Look at everything and say how to mend it."""
    run = current()
    words = {"ok": _("ok"), "warning": _("warning"), "failed": _("failed")}
    widths = max(map(len, words.values())), max(len(_(subject)) for subject in _SUBJECTS)
    found: list[Finding] = []
    for finding in _examine(run):
        found.append(finding)
        if not run.options.json:
            _print(finding, words[finding.verdict], widths)
    failed = [finding for finding in found if finding.verdict == "failed"]
    if run.options.json:
        data = DoctorData(checks=tuple(_row(finding) for finding in found))
        errors = [finding.error for finding in failed if finding.error]
        run.print_data("doctor", data, "", errors, "failed" if failed else "done")
    return FAILED if failed else DONE


command.__doc__ = _("Look at everything and say how to mend it: each line is ok, warning or failed.")


def _examine(run: Run) -> Iterator[Finding]:
    yield from examine_house(run.home, run.default_zone())
    try:
        session = run.session
    except ConfigErrors:
        return  # its mistakes stand above, one by one
    except CmdayError as error:
        yield Finding(about=phrase("config"), verdict="failed", message=error.message, fix=error.hint, error=error)
        return
    yield examine_clock(session)
    yield from examine_hours(session)
    yield examine_database(session)
    if session.offline:
        yield Finding(
            about=phrase("network"),
            verdict="warning",
            message=phrase("not asked"),
            fix=phrase("run it without --offline"),
        )
        return
    yield from examine_networks(session)


def _print(finding: Finding, word: str, widths: tuple[int, int]) -> None:
    """A line as soon as it is known, so the columns are those of the usual subjects."""
    verdict, subject = widths
    sys.stdout.write(f"{word:{verdict}}  {_shown(finding.about):{subject}}  {_shown(finding.message)}\n")
    if finding.fix and finding.verdict != "ok":
        sys.stdout.write(f"{'':{verdict + subject + 2}}  → {_shown(finding.fix)}\n")
    sys.stdout.flush()


def _shown(text: Phrase) -> str:
    return redact(safe(str(text), 500))


def _row(finding: Finding) -> CheckRow:
    return CheckRow(
        about=finding.about.english,
        status=finding.verdict,
        message=redact(finding.message.english),
        fix=redact(finding.fix.english) if finding.fix and finding.verdict != "ok" else None,
    )
