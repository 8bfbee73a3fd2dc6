"""What every test has: a home of its own, a clock that stands still, and cmday called through its one door."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import settings

from cmday import i18n
from cmday.storage import schema
from tests.loopback.fixture import loopback, secure_loopback

__all__ = ["loopback", "secure_loopback"]

NOW = "2026-11-02T08:31:00+01:00"

# The same examples at every run, so that a change fails for what it changes; --hypothesis-profile=search looks for more.
settings.register_profile("search", settings.get_profile("default"))
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")


def pytest_configure() -> None:
    """A run in the background of a shell ignores Ctrl-C, and so would every process that a test starts and interrupts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--servers", action="store_true", help="run the tests that start real servers")
    parser.addoption("--snapshots", action="store_true", help="write the pictures of the screens in tests/data anew")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--servers"):
        return
    skip = pytest.mark.skip(reason="needs real servers: pytest --servers")
    for item in items:
        if "server" in item.keywords:
            item.add_marker(skip)


class Result(msgspec.Struct, frozen=True):
    """What a call of cmday gave back."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Cmday = Callable[..., Result]


@pytest.fixture(autouse=True)
def _own_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the machine's own home, language, zone, terminal or proxies."""
    for name in list(os.environ):
        if name.startswith(("CMDAY_", "LC_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name in ("LANGUAGE", "NO_COLOR", "FORCE_COLOR", "COLORTERM", "COLUMNS", "LINES", "VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("TZ", "Europe/Paris")
    monkeypatch.setenv("HOME", str(tmp_path / "person"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "person/.config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "person/.local/share"))
    monkeypatch.setenv("CMDAY_HOME", str(tmp_path / "cmday"))
    monkeypatch.setenv("CMDAY_NOW", NOW)
    i18n.choose()  # the choice of the test before does not stay
    monkeypatch.setenv("BROWSER", "true")  # the command that does nothing: no test opens a window


@pytest.fixture(scope="session")
def _migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that all migrations made, one after the other."""
    file = tmp_path_factory.mktemp("schema") / "cmday.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        schema.migrate(connection, file)
    return file


@pytest.fixture(autouse=True)
def _migrated_once(_migrated: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What this process creates begins as a copy of that: the migrations, run for each test, would be a fifth of it all.

    Processes of their own run them, what is older is upgraded by them, and so are the tests that are marked ``migrates``.
    """
    if request.node.get_closest_marker("migrates"):
        return
    migrate = schema.migrate

    def begin(connection: sqlite3.Connection, file: Path) -> None:
        if schema.version_of(connection):
            migrate(connection, file)
            return
        connection.execute("PRAGMA synchronous=OFF")  # until it is open; a test outlives no power cut
        with closing(sqlite3.connect(_migrated)) as made:
            made.backup(connection)

    monkeypatch.setattr(schema, "migrate", begin)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder that CMDAY_HOME names, made and empty."""
    folder = tmp_path / "cmday"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def cmday(capsys: pytest.CaptureFixture[str]) -> Cmday:
    """Call ``cmday`` in this process: ``cmday("feeds", "--json").json``."""
    from cmday.__main__ import main

    def call(*argv: str) -> Result:
        capsys.readouterr()
        code = main(list(argv))
        out, err = capsys.readouterr()
        return Result(code, out, err)

    return call
