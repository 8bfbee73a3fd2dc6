"""The commands: a literal table, each module imported when its command is named."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from cmday.i18n import Phrase, phrase

if TYPE_CHECKING:
    from cmday.cli.run import Run

# name: (module or module:attribute, what it does). A module holds `app` (a group) or `command` (a function).
COMMANDS: Final[dict[str, tuple[str, Phrase]]] = {
    "start": ("cmday.cli.start", phrase("The morning: all five steps on one screen.")),
    "schedule": ("cmday.cli.schedule", phrase("Step 1: events, operations and deadlines.")),
    "inbox": ("cmday.cli.inbox", phrase("Step 2: messages, mentions and notifications.")),
    "feeds": ("cmday.cli.feeds", phrase("Step 3: what the web says.")),
    "moderate": ("cmday.cli.moderate", phrase("Step 4: what needs a decision.")),
    "plan": ("cmday.cli.plan", phrase("Step 5: operations in off-peak hours.")),
    "post": ("cmday.cli.post", phrase("Write for one or several accounts.")),
    "outbox": ("cmday.cli.outbox", phrase("What waits to leave this machine.")),
    "send": ("cmday.cli.send", phrase("Send it, after a look at all of it.")),
    "undo": ("cmday.cli.undo", phrase("Take back what was done last.")),
    "done": ("cmday.cli.done:done", phrase("Set items of any step as done.")),
    "open": ("cmday.cli.done:open_", phrase("Open items of any step in the browser.")),
    "note": ("cmday.cli.note", phrase("Write a line into the journal.")),
    "log": ("cmday.cli.log", phrase("What was done, and how long it took.")),
    "close": ("cmday.cli.close", phrase("End the day, and write it into the journal.")),
    "handover": ("cmday.cli.handover", phrase("Markdown for the colleague who takes over.")),
    "people": ("cmday.cli.people", phrase("Who is behind the items, and whom to turn to.")),
    "crisis": ("cmday.cli.crisis", phrase("A community that turns: alarm, checklist, log, report.")),
    "drill": ("cmday.cli.drill", phrase("Practice on a scenario, without network.")),
    "watch": ("cmday.cli.watch", phrase("Sweep quietly, and tell of what cannot wait.")),
    "init": ("cmday.cli.init", phrase("Set up: hours, calendars and feeds.")),
    "login": ("cmday.cli.login", phrase("Sign in to a network.")),
    "config": ("cmday.cli.config", phrase("Show, edit and check the settings.")),
    "doctor": ("cmday.cli.doctor", phrase("Check everything and say how to mend it.")),
    "backup": ("cmday.cli.backup", phrase("Keep everything safe in one file.")),
    "restore": ("cmday.cli.restore", phrase("Bring a backup back.")),
    "purge": ("cmday.cli.purge", phrase("Take out what ended long ago.")),
    "demo": ("cmday.cli.demo", phrase("A full day on sample data, without network.")),
    "completion": ("cmday.cli.completion", phrase("Print the completion script for a shell.")),
}


def dispatch(run: Run, words: list[str]) -> int:
    """Carry out a command line whose common options have been lifted; returns the exit code."""
    if not words or words == ["--line"]:
        from cmday.cli.glance import glance

        return glance(run, line=bool(words))
    if words == ["feeds"]:
        from cmday.cli.skim import skim

        return skim(run)
    from cmday.cli.parsing import carry_out

    return carry_out(words)


def load(name: str) -> Any:
    """The module's ``app``, ``command`` or named attribute for a command of the table."""
    where, _, attribute = COMMANDS[name][0].partition(":")
    module = import_module(where)
    if attribute:
        return getattr(module, attribute)
    return module.app if hasattr(module, "app") else module.command
