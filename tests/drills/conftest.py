"""Drills lie in a folder for temporary files; here each test has one, and none reaches a network."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NOW, Cmday, Result

Wait = Callable[[timedelta], None]


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "room"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("reached for the network"))
    return folder


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Wait:
    """Let real time pass without sleeping."""
    now = datetime.fromisoformat(NOW)

    def later(by: timedelta) -> None:
        nonlocal now
        now += by
        monkeypatch.setenv("CMDAY_NOW", now.isoformat())

    return later


@pytest.fixture
def drill(cmday: Cmday) -> Callable[..., Result]:
    """``cmday drill ...``, which must go well."""

    def call(*words: str) -> Result:
        done = cmday("drill", *words)
        assert done.code == 0, done.err
        return done

    return call


@pytest.fixture
def data(drill: Callable[..., Result]) -> Callable[..., Any]:
    """The same, with ``--json``: its data."""
    return lambda *words: drill(*words, "--json").json["data"]
