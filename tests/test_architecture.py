"""The house rules that a machine can hold: who may import what, and what is not imported until it is needed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "cmday"
MODULES = sorted(PACKAGE.rglob("*.py"))

HOMES = {
    "typer": ("cmday/cli/",),
    "sqlite3": ("cmday/storage/",),
    "pycurl": ("cmday/connectors/",),
    "rich": ("cmday/terminal/",),
    "feedparser": ("cmday/connectors/",),
    "imap_tools": ("cmday/connectors/",),
    "icalendar": ("cmday/connectors/",),
    "recurring_ical_events": ("cmday/connectors/",),
    "x_wr_timezone": ("cmday/connectors/",),
    "tomllib": ("cmday/config/", "cmday/demo/"),
    "platformdirs": ("cmday/config/",),
    "keyring": ("cmday/config/",),
    "holidays": ("cmday/hours/",),
}
NOWHERE = ("click", "requests", "httpx", "asyncio", "dataclasses_json", "niquests", "caldav")
# What costs more than a few milliseconds and is therefore imported where it is used, never with a module.
HEAVY = {
    "typer", "rich", "pycurl", "feedparser", "nh3", "icalendar", "recurring_ical_events", "x_wr_timezone", "dateutil",
    "regex", "imap_tools", "holidays", "listparser", "tomli_w", "keyring", "platformdirs", "sqlite3",
}  # fmt: skip
LIGHT_START = {
    "typer",
    "rich",
    "pycurl",
    "feedparser",
    "icalendar",
    "regex",
    "imap_tools",
    "holidays",
    "tomli_w",
    "nh3",
}
BANNED_NAMES = {"utils", "helpers", "manager", "base", "common", "misc"}


def imports(file: Path) -> Iterator[tuple[str, bool]]:
    """Every import of a module with whether it stands at its top, outside ``if TYPE_CHECKING``."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    inside = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        names = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        yield from ((name, id(node) not in inside) for name in names)


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_a_library_is_imported_in_its_home_only(file: Path) -> None:
    for name, _top in imports(file):
        library = name.split(".")[0]
        assert library not in NOWHERE, f"{name_of(file)} imports {name}"
        homes = HOMES.get(library)
        assert not homes or name_of(file).startswith(homes), f"{library} belongs to {homes}"


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_a_module_has_one_subject(file: Path) -> None:
    assert file.stem not in BANNED_NAMES
    lines = file.read_text(encoding="utf-8").count("\n")
    assert lines <= 300, f"{lines} lines: look for the second subject"


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_nothing_private_of_typer_is_imported(file: Path) -> None:
    assert not [name for name, _top in imports(file) if name.startswith("typer._")]


def test_sql_is_written_in_storage_only() -> None:
    words = ("SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM", "PRAGMA ")
    found = [
        name_of(file)
        for file in MODULES
        if not name_of(file).startswith("cmday/storage/")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.lstrip().startswith(words)
    ]
    assert found == []


def modules_after(*argv: str, home: Path) -> set[str]:
    """The modules that a process has imported once it has run this command."""
    code = (
        "import sys; from cmday.__main__ import main; code = main(sys.argv[1:]);"
        "print('\\n@', *sorted({name.split('.')[0] for name in sys.modules}) , *sys.modules, file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *argv],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "CMDAY_HOME": str(home)},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.rpartition("@")[0]
    return set(done.stderr.rpartition("@")[2].split())


@pytest.mark.parametrize(
    "argv", [[], ["--line"], ["-q", "--plain"], ["feeds", "--offline"], ["--json", "feeds", "--offline"]], ids=" ".join
)
def test_the_glance_imports_nothing_heavy(argv: list[str], home: Path) -> None:
    loaded = modules_after(*argv, home=home)
    assert not loaded & LIGHT_START
    assert "cmday.cli.parsing" not in loaded


@pytest.mark.parametrize(
    "argv",
    [
        ["start", "--offline", "--json"],
        ["schedule", "--offline", "--json"],
        ["inbox", "--offline", "--json"],
        ["feeds", "--offline", "--json"],
        ["feeds", "list", "--json"],
        ["moderate", "--offline", "--json"],
        ["plan", "--offline", "--json"],
        ["config", "show", "--json"],
    ],
    ids=" ".join,
)
def test_json_and_a_look_at_what_is_stored_import_neither_rich_nor_the_network(argv: list[str], home: Path) -> None:
    loaded = modules_after(*argv, home=home)
    assert not loaded & {"rich", "pycurl", "feedparser", "imap_tools", "icalendar", "regex"}


def test_a_module_imports_nothing_heavy_at_its_top() -> None:
    lazy = (
        "cmday/cli/",
        "cmday/connectors/",
        "cmday/storage/",
        "cmday/terminal/rich_drawing.py",
    )  # imported themselves only when needed
    found = [
        (name_of(file), name)
        for file in MODULES
        if not name_of(file).startswith(lazy)
        for name, top in imports(file)
        if top and name.split(".")[0] in HEAVY
    ]
    assert found == []


def test_the_layers_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    if not linter.exists():
        pytest.skip("import-linter comes with the extra lint")
    done = subprocess.run([linter, "--no-cache"], capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
