"""The real servers, each started once for all tests that ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.loopback.server import Loopback
from tests.servers.atproto import Atproto, atproto
from tests.servers.dovecot import Dovecot, dovecot
from tests.servers.miniflux import Miniflux, miniflux
from tests.servers.ntfy import NtfyServer, ntfy
from tests.servers.radicale import Radicale, radicale
from tests.servers.smtp_sink import SmtpSink, smtp_sink
from tests.servers.snac import Snac, snac
from tests.servers.synapse import Synapse, synapse
from tests.servers.wordpress import WordPress, wordpress


@pytest.fixture(scope="session")
def snac_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snac]:
    with snac(tmp_path_factory.mktemp("snac")) as server:
        yield server


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[Dovecot]:
    # Not pytest's own folder: the mail is an unprivileged user's, who must get there.
    with TemporaryDirectory(prefix="dovecot-") as folder, dovecot(Path(folder)) as server:
        yield server


@pytest.fixture(scope="session")
def radicale_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with radicale(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture(scope="session")
def smtp_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmtpSink]:
    with smtp_sink(tmp_path_factory.mktemp("smtp")) as server:
        yield server


@pytest.fixture(scope="session")
def atproto_server() -> Iterator[Atproto]:
    # Not pytest's own folder: PostgreSQL runs as an unprivileged user, who must get there.
    with TemporaryDirectory(prefix="atproto-") as folder:
        Path(folder).chmod(0o755)
        with atproto(Path(folder)) as server:
            yield server


@pytest.fixture(scope="session")
def synapse_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    with synapse(tmp_path_factory.mktemp("synapse")) as server:
        yield server


@pytest.fixture(scope="session")
def moderated_synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    """One of its own, for what is said, reported and banned there would stand in the inbox of the other's tests."""
    with synapse(tmp_path_factory.mktemp("moderated-synapse")) as server:
        yield server


@pytest.fixture(scope="session")
def wordpress_server() -> Iterator[WordPress]:
    # Not pytest's own folder: its path is too long for the database's socket.
    with TemporaryDirectory(prefix="wordpress-") as folder, wordpress(Path(folder)) as server:
        yield server


@pytest.fixture(scope="session")
def miniflux_server() -> Iterator[tuple[Miniflux, Loopback]]:
    with TemporaryDirectory(prefix="miniflux-") as folder:
        Path(folder).chmod(0o755)
        with miniflux(Path(folder)) as server:
            yield server


@pytest.fixture(scope="session")
def ntfy_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NtfyServer]:
    with ntfy(tmp_path_factory.mktemp("ntfy")) as server:
        yield server
