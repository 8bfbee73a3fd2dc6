"""The documents tell the truth: every command they name can be typed, every file they point to is there."""

from __future__ import annotations

import re
import runpy
import shlex
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from cmday.cli.app import COMMANDS, load
from cmday.cli.arguments import lift
from cmday.cli.group import as_command
from cmday.cli.parsing import Commands
from cmday.errors import WrongUse

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
SET_UP = (
    "python3 -m pip install . && cmday start",
    "python3 -m pip install '.[test]' && python3 -m pytest",
)


def named_commands() -> list[tuple[str, str]]:
    """Every ``cmday ...`` in backticks or in a block of code, with its document."""
    found: list[tuple[str, str]] = []
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        lines = [line for block in blocks for line in block.splitlines()]
        lines += re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))
        for line in lines:
            for part in line.split("&&"):
                words = part.strip()
                if re.match(r"cmday( |$)", words) and not re.match(r"cmday [A-Z]", words):
                    found.append((document.name, words))
    return sorted(set(found))


def parse(command: Any, words: list[str], path: str) -> None:
    """What Typer says of a command line, without carrying it out; a command may be named without its arguments."""
    if not words and not hasattr(command, "resolve_command"):
        return
    with command.make_context(path, list(words)) as context:
        rest = [*context._protected_args, *context.args]
        if hasattr(command, "resolve_command") and rest:
            name, inner, left = command.resolve_command(context, rest)
            parse(inner, left, f"{path} {name}")


@pytest.mark.parametrize(("document", "line"), named_commands())
def test_every_command_named_can_be_typed(document: str, line: str) -> None:
    _, words = lift(shlex.split(line)[1:])
    words = [word for word in words if word != "--help"]
    if not words or words == ["--line"]:
        return
    parse(Commands(name="cmday"), words, "cmday")


def test_a_command_that_does_not_exist_is_noticed() -> None:
    with pytest.raises(WrongUse):
        parse(Commands(name="cmday"), ["inbox", "explode"], "cmday")


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`cmday {name}`" not in readme] == []


def test_the_readme_names_every_verb() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for line in readme.splitlines():
        if found := re.match(r"\| `cmday (\w+)` \| step .*?; ((?:`\w+` ?)+)\|$", line):
            verbs = set(as_command(load(found[1]), found[1]).commands)
            assert verbs == set(re.findall(r"\w+", found[2])), found[1]


def test_every_command_can_be_loaded() -> None:
    for name in COMMANDS:
        assert as_command(load(name), name).name == name


@pytest.mark.parametrize("line", SET_UP)
def test_the_readme_sets_up_in_one_line_each(line: str) -> None:
    assert line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_file_pointed_to_is_there(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_module_named_in_the_architecture_is_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = [path for path in re.findall(r"`([\w/]+\.py|[\w/]+/)`", text) if "NAME" not in path]
    assert len(named) > 20
    missing = [path for path in named if not (ROOT / path).exists() and not (ROOT / "cmday" / path).exists()]
    assert missing == []


def test_the_picture_shows_what_the_program_shows(tmp_path: Path) -> None:
    """If this fails, the dashboard was changed: ``python docs/picture.py`` draws its picture anew."""
    picture = runpy.run_path(str(ROOT / "docs" / "picture.py"))
    drawn = (ROOT / "docs" / "dashboard.svg").read_text(encoding="utf-8")
    assert squeezed(shown_in(picture["draw"](picture["dashboard"]()))) == squeezed(shown_in(drawn))


def shown_in(svg: str) -> str:
    return unescape("".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg)))


def squeezed(text: str) -> str:
    return "".join(text.split())
