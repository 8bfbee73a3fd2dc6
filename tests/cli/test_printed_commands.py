"""No command is printed that does not exist: every sentence of the code, and every screen of a day."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
import typer

from cmday.cli.app import COMMANDS, load
from cmday.cli.group import as_command
from tests.catalogue import forms_of, read, sentences
from tests.conftest import Cmday

# Words that follow `cmday inbox` and the like as verbs, now or in later versions; others are prose ("cmday doctor says").
VERBS = {
    *("read", "reply", "done", "snooze", "open", "note", "label", "show", "later", "no", "mute", "split", "share"),
    *("shared", "search", "add", "remove", "list", "refresh", "entries", "health", "why", "import", "export"),
    *("approve", "hold", "warn", "ban", "lock", "resolve", "assign", "rules", "log", "transparency", "edit"),
    *("begin", "pause", "drop", "quiet", "replan", "draw", "path", "check", "networks"),
}
# And words that follow the name of the program itself.
PROSE = {
    *("is", "itself", "reads", "takes", "can", "has", "starts", "again", "keeps", "knows", "cannot", "sends"),
    *("ne", "n", "plus", "sait", "lui", "vient", "s", "peut", "d", "ait", "lit"),
}
PRINTED = re.compile(r"\bcmday ([a-z]+)(?: ([a-z]+(?:-[a-z]+)*))?((?: [^\s,;:.)»”\"]+)*)")


def exists(command: str, verb: str | None, rest: str) -> str | None:
    """What is wrong with a printed command, or None."""
    if command not in COMMANDS:
        return f"cmday {command}"
    thing = load(command)
    group = as_command(thing, command)
    verbs = getattr(group, "commands", {})
    if verb in VERBS and isinstance(thing, typer.Typer) and len(thing.registered_commands) > 1 and verb not in verbs:
        return f"cmday {command} {verb}"
    part = verbs.get(verb, group)
    known = {option for parameter in part.params for option in parameter.opts} | {
        "--help",
        "--offline",
        "--json",
        "--yes",
    }
    wrong = [word for word in re.findall(r"--[a-z-]+", rest) if word not in known]
    return f"cmday {command} {verb or ''} {wrong[0]}" if wrong else None


def wrong_ones(text: str) -> set[str]:
    found = set()
    for command, verb, rest in PRINTED.findall(text):
        if command in PROSE:
            continue
        if said := exists(command, verb or None, rest):
            found.add(said)
    return found


def test_every_sentence_names_commands_that_exist() -> None:
    said = [form for one in sentences() for form in ((one,) if isinstance(one, str) else one)]
    said += [form for entry in read() if entry.id for form in forms_of(entry.string)]
    assert (
        set().union(*(wrong_ones(text.replace("{command}", "feeds").replace("{action}", "warn")) for text in said))
        == set()
    )


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_screen_of_a_day_names_commands_that_exist(
    cmday: Cmday, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.delenv("CMDAY_NOW")
    monkeypatch.setenv("CMDAY_LANG", language)
    screens: list[Any] = [
        cmday("demo", *words).out for words in ((), ("inbox",), ("feeds",), ("moderate",), ("plan",), ("schedule",))
    ]
    assert set().union(*(wrong_ones(screen) for screen in screens)) == set()
    assert any(PRINTED.search(screen) for screen in screens)


def test_a_command_that_does_not_exist_is_found() -> None:
    assert wrong_ones("cmday shout, cmday inbox approve i1, cmday start --backwards") == {
        "cmday shout",
        "cmday inbox approve",
        "cmday start  --backwards",
    }
