"""What the tests of the news have: the loopback server, and feeds to write and to serve."""

from __future__ import annotations

from tests.loopback.fixture import loopback

__all__ = ["loopback"]
