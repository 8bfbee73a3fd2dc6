"""The loopback server as a pytest fixture: a conftest.py imports ``loopback`` from here to have it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.loopback.server import Loopback


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    """A fresh loopback server for one test."""
    with Loopback() as server:
        yield server


@pytest.fixture
def secure_loopback() -> Iterator[Loopback]:
    """The same over TLS, with a certificate that nobody trusts."""
    with Loopback(tls=True) as server:
        yield server
