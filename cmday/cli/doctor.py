"""``cmday doctor``: everything looked at, each line ok, warning or failed, with its fix."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import msgspec

from cmday.checkup import (
    Finding,
    Verdict,
    examine_clock,
    examine_hours,
    examine_database,
    examine_house,
    examine_networks,
)
from cmday.cli.run import Run, current
from cmday.config.secrets import redact
from cmday.errors import DONE, FAILED, CmdayError, ConfigErrors
from cmday.i18n import Phrase, _, phrase
from cmday.text.safe_text import safe


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
    width = max(map(len, words.values()))
    found: list[Finding] = []
    for finding in _examine(run):
        found.append(finding)
        if not run.options.json:
            _print(finding, words[finding.verdict], width)
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


def _print(finding: Finding, word: str, width: int) -> None:
    line = phrase("{subject}: {what}", subject=finding.about, what=finding.message)
    sys.stdout.write(f"{word:{width}}  {_shown(line)}\n")
    if finding.fix and finding.verdict != "ok":
        sys.stdout.write(f"{'':{width}}  → {_shown(finding.fix)}\n")
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
